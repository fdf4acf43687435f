/** D-10: the visit that a booking link is for, whatever the practice wrote about. */
import { addMinutes } from '../domain/civil.ts';
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Interval } from '../domain/interval.ts';
import type { Channel } from '../domain/patient-message.ts';
import { mustBookOnline } from '../domain/template.ts';
import type { Tx } from '../prisma/client.ts';
import type { LoadedAppointment } from './appointment.ts';
import { bookFrom } from './booking.ts';
import { policyOf } from './facility.ts';
import { oweVisitBooked } from './patient-message.ts';

/** `before`: of who wants to come earlier, the visit that they have (I-44). */
export type PlannedVisit = {
  practitionerId?: string | undefined;
  profession?: string | undefined;
  minutes: number;
  before?: string | undefined;
};
export type About = {
  facilityId: string;
  patientId: string;
  subjectKind: string;
  subjectId: string;
  /** What brought the link. */
  channel?: Channel | undefined;
};
/** What was booked, as the patient is told it. */
export type BookedVisit = Interval & { practitioner: string };

const usualMinutes = 30;

/** What is to be booked; undefined when it is booked, closed or over by now. Throws ONLINE_BOOKING_OFF. */
export async function plannedVisitOf(tx: Tx, about: About, now: string): Promise<PlannedVisit | undefined> {
  const { facilityId, patientId, subjectKind, subjectId } = about;
  const { booking, opportunity } = await policyOf(tx, facilityId);
  mustBookOnline(booking.online);
  const where = { id: subjectId, facilityId, patientId };
  if (subjectKind === 'waitlist-entry') {
    const entry = await tx.waitlistEntry.findFirst({ where: { ...where, state: 'active' } });
    const id = entry?.type === 'wants earlier' ? entry.appointmentId : null;
    const booked = id ? await tx.appointment.findUnique({ where: { id }, select: { startsAt: true } }) : null;
    const visit = wished(entry);
    return visit && { ...visit, before: booked?.startsAt.toISOString() };
  }
  if (subjectKind === 'task') return wished(await tx.task.findFirst({ where: { ...where, state: { not: 'closed' } } }));
  if (subjectKind === 'opportunity') {
    // D-02: with a visit soon there is nothing to book, whether it is snoozed meanwhile or not
    const soon = { gt: new Date(now), lt: new Date(addMinutes(now, opportunity.noAppointmentWithinDays * 24 * 60)) };
    if ((await tx.appointment.count({ where: { patientId, status: 'booked', startsAt: soon } })) > 0) return undefined;
    const found = await tx.opportunity.findFirst({ where: { ...where, state: 'live' }, include: { course: true } });
    const [planned] = (found?.course.plannedVisits ?? []) as { durationMinutes: number }[];
    return found ? { practitionerId: found.course.practitionerId, minutes: planned?.durationMinutes ?? usualMinutes } : undefined;
  }
  return undefined;
}

/** The visit that is booked for it and lies ahead; undefined when there is none: it was settled otherwise, or cancelled since. */
export async function bookedVisitOf(tx: Tx, about: About, now: string): Promise<BookedVisit | undefined> {
  const { facilityId, patientId, subjectKind, subjectId: id } = about;
  const find = { where: { id, facilityId, patientId }, select: { bookedAppointmentId: true } };
  const item = subjectKind === 'task' ? await tx.task.findFirst(find) : await tx.waitlistEntry.findFirst(find);
  const soon = addMinutes(now, (await policyOf(tx, facilityId)).opportunity.noAppointmentWithinDays * 24 * 60);
  const which = subjectKind === 'opportunity' ? { startsAt: { lt: new Date(soon) } } : { id: item?.bookedAppointmentId ?? id };
  const row = await tx.appointment.findFirst({
    where: { AND: [{ patientId, status: 'booked', startsAt: { gt: new Date(now) } }, which] },
    orderBy: { startsAt: 'asc' },
    include: { practitioner: { select: { name: true } } },
  });
  return row ? { startsAt: row.startsAt.toISOString(), endsAt: row.endsAt.toISOString(), practitioner: row.practitioner.name } : undefined;
}

type Wish = { practitionerId: string | null; profession: string | null; durationMinutes: number | null };

function wished(row: Wish | null): PlannedVisit | undefined {
  if (!row) return undefined;
  const { practitionerId, profession, durationMinutes } = row;
  const who = practitionerId ? { practitionerId } : { profession: profession ?? undefined };
  return { ...who, minutes: durationMinutes ?? usualMinutes };
}

/** Books the visit, or moves it earlier (I-44), ends what it was written about, and tells the patient when it is, in one transaction. Throws SLOT_TAKEN and the like, ONLINE_BOOKING_OFF, NOT_FOUND. */
export async function bookPlannedVisit(
  tx: Tx,
  about: About,
  time: { practitionerId: string; startsAt: string; endsAt: string },
  actor: Actor,
  now: string,
): Promise<LoadedAppointment> {
  const visit = await plannedVisitOf(tx, about, now);
  if (!visit) throw new DomainError('NOT_FOUND', { [about.subjectKind]: about.subjectId });
  const { facilityId, patientId, subjectKind, subjectId } = about;
  const settled = {
    closeTaskId: subjectKind === 'task' ? subjectId : undefined,
    closeWaitlistEntryId: subjectKind === 'waitlist-entry' ? subjectId : undefined,
    reason: actor.onBehalfOfPatientId ? 'booked online for the patient' : 'the patient booked online',
  };
  const booked = await bookFrom(tx, { facilityId, patientId, ...time }, settled, actor, now);
  const { id: appointmentId, startsAt, endsAt } = booked.facts;
  const receipt = { appointmentId, patientId, visit: { startsAt, endsAt }, moved: visit.before !== undefined, channel: about.channel };
  await oweVisitBooked(tx, { key: `visit-booked/${appointmentId}/${startsAt}`, ...receipt }, now);
  return booked;
}
