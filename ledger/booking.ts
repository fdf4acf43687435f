/** A visit that is booked from a task or a waitlist entry: it and the end of that item are one transaction (I-45). */
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';
import { bookAppointment, type LoadedAppointment, type NewAppointment } from './appointment.ts';
import { loadTask } from './task.ts';
import { closeTask } from './task-decision.ts';
import { endWaitlistEntry } from './waitlist-decision.ts';
import { loadEntry } from './waitlist-entry.ts';

/** What the visit settles: a task of the patient that is about a visit (I-12), a waitlist entry of theirs. */
export type Settled = { closeTaskId?: string | undefined; closeWaitlistEntryId?: string | undefined };

/**
 * Books a visit and closes what asked for it. Without a comment of its own the visit takes the item's (I-18). Throws as
 * bookAppointment does, and TASK_CLOSED, WAITLIST_ENTRY_ENDED (409), TASK_OF_ANOTHER_PATIENT, TASK_NOT_FOR_BOOKING (422).
 */
export async function bookFrom(
  tx: Tx,
  wish: NewAppointment,
  { closeTaskId, closeWaitlistEntryId }: Settled,
  actor: Actor,
  now: string,
): Promise<LoadedAppointment> {
  const { facilityId, patientId } = wish;
  const items = [closeTaskId && (await loadTask(tx, closeTaskId)), closeWaitlistEntryId && (await loadEntry(tx, closeWaitlistEntryId))];
  const found = items.filter((item) => item !== undefined && item !== '');
  for (const item of found) if (item.facilityId !== facilityId) throw new DomainError('NOT_FOUND', { closeTaskId, closeWaitlistEntryId });
  const comment = wish.comment ?? found.map(({ facts }) => facts.comment).join('\n');
  const appointment = await bookAppointment(tx, { ...wish, comment }, actor, now);
  const { id: bookedAppointmentId } = appointment.facts;
  const reason = 'The visit is booked.';
  if (closeTaskId) await closeTask(tx, { taskId: closeTaskId, patientId, forBooking: true, reason, bookedAppointmentId }, actor, now);
  if (closeWaitlistEntryId) {
    const entry = found.at(-1)!;
    if (entry.facts.patientId !== patientId) throw new DomainError('TASK_OF_ANOTHER_PATIENT', { closeWaitlistEntryId });
    await endWaitlistEntry(tx, { entryId: closeWaitlistEntryId, reason, bookedAppointmentId }, actor, now);
  }
  return appointment;
}
