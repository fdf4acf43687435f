import { z } from 'zod';
import { Interval } from '../../domain/interval.ts';
import { phoneWarnings, professionWarnings } from '../../domain/patient.ts';
import { entryOrigins, entryStates, entryTypes } from '../../domain/waitlist-entry.ts';
import type { LoadedEntry } from '../../ledger/waitlist-entry.ts';
import type { Tx } from '../../prisma/client.ts';
import { CivilDate, Instant, Version } from './plugin.ts';
import { Next } from './timeline.ts';

/** A waitlist entry as clients see it. Patient data: whoever reads it leaves an access event (F-25). */
export const WaitlistEntry = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    patientId: z.uuid(),
    type: z.enum(entryTypes),
    practitionerId: z.uuid().nullable().describe('Rules where a profession is named as well (I-14).'),
    profession: z.string().nullable(),
    durationMinutes: z.int(),
    comment: z.string().describe('The patient’s wishes in words: shown, never read by a rule (I-43).'),
    validFrom: CivilDate,
    validUntil: CivilDate.describe('The last day (I-19, I-20).'),
    dates: z.array(CivilDate).describe('The chosen days; empty for any day (I-21).'),
    state: z.enum(entryStates),
    origin: z.enum(entryOrigins),
    refusedSlots: z.array(Interval).nullable(),
    appointmentId: z.uuid().nullable().describe('The visit to come earlier than, or the cancelled one that it follows from (I-39, I-44).'),
    appointmentAt: Instant.nullable(),
    bookedAppointmentId: z.uuid().nullable().describe('The visit that was booked for it (I-45).'),
    lastAskedAt: Instant.nullable().describe('When time was offered last (F-04).'),
    endedAt: Instant.nullable(),
    endReason: z.string().nullable(),
    createdAt: Instant,
    next: Next,
    version: Version,
  })
  .meta({ id: 'WaitlistEntry' });

export function presentEntry(entry: LoadedEntry): z.infer<typeof WaitlistEntry> {
  const { facts, facilityId, origin, refusedSlots, bookedAppointmentId, lastAskedAt, createdAt, next, version } = entry;
  const { zone: _zone, paused: _paused, shadow: _shadow, durationMinutes, ...rest } = facts;
  const more = { facilityId, origin, refusedSlots, bookedAppointmentId, lastAskedAt, createdAt, next, version };
  return { ...rest, durationMinutes: durationMinutes!, ...more };
}

export const Warnings = z
  .array(z.object({ code: z.string(), rule: z.string(), message: z.string(), facts: z.unknown().optional() }))
  .describe('What staff should know; nothing is refused for it.');

type Wish = { facilityId: string; patientId: string; practitionerId?: string | null | undefined; profession?: string | null | undefined };

/** I-11, I-14: a card without a phone; a profession of nobody here, where no doctor is named who rules over it. */
export async function warningsOf(tx: Tx, { facilityId, patientId, practitionerId, profession }: Wish): Promise<z.infer<typeof Warnings>> {
  const card = await tx.patient.findUniqueOrThrow({ where: { id: patientId }, select: { phone: true } });
  if (practitionerId || !profession) return phoneWarnings(card);
  const of = await tx.practitioner.count({ where: { facilityId, active: true, professions: { has: profession } } });
  return [...phoneWarnings(card), ...professionWarnings(profession, of)];
}
