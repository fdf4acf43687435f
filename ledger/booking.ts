/** A visit that is booked from a task or a waitlist entry, or moves there: it and the end of that item are one transaction (I-44, I-45). */
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';
import { bookAppointment, type LoadedAppointment, loadAppointment, moveAppointment, type NewAppointment } from './appointment.ts';
import { loadTask } from './task.ts';
import { closeTask } from './task-decision.ts';
import { endWaitlistEntry } from './waitlist-decision.ts';
import { loadEntry } from './waitlist-entry.ts';

/** What the visit settles: a task of the patient that is about a visit (I-12), a waitlist entry of theirs; and why it is over. */
export type Settled = { closeTaskId?: string | undefined; closeWaitlistEntryId?: string | undefined; reason?: string };

/**
 * Books a visit and closes what asked for it; the visit of who wants to come earlier moves instead (I-44). Without a comment of its own
 * the visit takes the item's (I-18). Throws as bookAppointment does, and TASK_CLOSED, WAITLIST_ENTRY_ENDED (409),
 * TASK_OF_ANOTHER_PATIENT, TASK_NOT_FOR_BOOKING, TIME_NOT_EARLIER (422).
 */
export async function bookFrom(
  tx: Tx,
  wish: NewAppointment,
  { closeTaskId, closeWaitlistEntryId, reason = 'The visit is booked.' }: Settled,
  actor: Actor,
  now: string,
): Promise<LoadedAppointment> {
  const { facilityId, patientId } = wish;
  const task = closeTaskId ? await loadTask(tx, closeTaskId) : undefined;
  const entry = closeWaitlistEntryId ? await loadEntry(tx, closeWaitlistEntryId) : undefined;
  const found = [task, entry].filter((item) => item !== undefined);
  for (const item of found) if (item.facilityId !== facilityId) throw new DomainError('NOT_FOUND', { closeTaskId, closeWaitlistEntryId });
  if (entry && entry.facts.patientId !== patientId) throw new DomainError('TASK_OF_ANOTHER_PATIENT', { closeWaitlistEntryId });
  const comment = wish.comment ?? found.map(({ facts }) => facts.comment).join('\n');
  const visitId = entry?.facts.type === 'wants earlier' && entry.facts.state === 'active' ? entry.facts.appointmentId : null;
  const appointment = visitId
    ? await moveEarlier(tx, visitId, wish, actor, now)
    : await bookAppointment(tx, { ...wish, comment }, actor, now);
  const { id: bookedAppointmentId } = appointment.facts;
  if (closeTaskId) await closeTask(tx, { taskId: closeTaskId, patientId, forBooking: true, reason, bookedAppointmentId }, actor, now);
  if (closeWaitlistEntryId) await endWaitlistEntry(tx, { entryId: closeWaitlistEntryId, reason, bookedAppointmentId }, actor, now);
  return appointment;
}

/** I-44: the visit that the patient has moves to the earlier time, and keeps its comment; what is said now is added to it. */
async function moveEarlier(tx: Tx, visitId: string, wish: NewAppointment, actor: Actor, now: string): Promise<LoadedAppointment> {
  const { practitionerId, startsAt, endsAt } = wish;
  const visit = await loadAppointment(tx, visitId);
  if (startsAt >= visit.facts.startsAt) throw new DomainError('TIME_NOT_EARLIER', { value: startsAt, limit: visit.facts.startsAt });
  const comment = wish.comment ? [visit.comment, wish.comment].filter(Boolean).join('\n') : undefined;
  return moveAppointment(tx, visitId, { practitionerId, startsAt, endsAt, comment }, actor, now, 'an earlier time was found');
}
