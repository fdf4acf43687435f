import { z } from 'zod';

import { type AppointmentFacts, visit } from './appointment.ts';
import { minutesOf } from './interval.ts';

const CivilDate = z.iso.date();

/** Doctor and duration are the appointment's unless said otherwise; `practitionerId: null` leaves the profession alone (I-34). */
const visitFields = {
  practitionerId: z.uuid().nullable().optional(),
  profession: z.string().trim().min(1).max(200).nullable().optional(),
  durationMinutes: z.int().min(1).max(1440).optional(),
  /** Left out, the appointment's comment is copied (I-18). */
  comment: z.string().trim().max(2000).optional(),
};

/**
 * What follows a cancellation (I-34 to I-37). It has no type: it is always Cancelled, and a type that is sent is refused as
 * malformed.
 */
export const FollowUp = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('task'),
    ...visitFields,
    actualFrom: CivilDate.optional(),
    inDays: z.int().min(0).max(3660).optional(),
    assigneeId: z.uuid().optional(),
  }),
  z.strictObject({
    kind: z.literal('waitlist entry'),
    ...visitFields,
    validFrom: CivilDate.optional(),
    validUntil: CivilDate.optional(),
    dates: z.array(CivilDate).max(400).optional(),
  }),
]);
export type FollowUp = z.infer<typeof FollowUp>;

/** Whom the patient shall see next: what was said, else as in the appointment that goes. */
export function visitOf(facts: AppointmentFacts, comment: string, followUp: FollowUp) {
  const { practitionerId = facts.practitionerId, profession = null, durationMinutes = minutesOf(visit(facts)) } = followUp;
  return { practitionerId, profession, durationMinutes, comment: followUp.comment ?? comment };
}
