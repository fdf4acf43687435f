import type { WorkflowUpdateFailedError } from '@temporalio/client';
import { expect, test } from 'vitest';
import type { AppointmentChoice } from '../../domain/appointment-decision.ts';
import { addDays, zoneDate } from '../../domain/civil.ts';
import { loadAppointment, moveAppointment } from '../../ledger/appointment.ts';
import { decideAppointmentDirectly } from '../../ledger/appointment-decision.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { createWaitlistEntry } from '../../ledger/waitlist-entry.ts';
import { bookVisit, type Clinic, createClinic } from '../desk-world.ts';
import { prepareLives } from '../lives.ts';

const lives = prepareLives();

/** A visit of tomorrow at 10:00, with its life. */
async function visitOf(clinic: Clinic, wishes: { comment?: string; days?: number } = {}) {
  const now = await lives.now();
  const date = addDays(zoneDate(now, clinic.zone), wishes.days ?? 1);
  const { facts } = await bookVisit(clinic, { date, now, ...wishes });
  return { ...facts, date, handle: await lives.begin(`appointment/${facts.id}`) };
}

const decide = async (clinic: Clinic, id: string, choice: AppointmentChoice, reason?: string) => {
  const decision = { id: crypto.randomUUID(), actor: clinic.desk, decidedAt: await lives.now(), reason, ...choice };
  const answer = await inTransaction(lives.db, (tx) => decideAppointmentDirectly(tx, id, decision));
  if ('refused' in answer) throw answer.refused;
  return answer.receipt;
};
const sleepUntil = async (instant: string, plusSeconds = 0) =>
  lives.env.sleep(Math.max(1, Date.parse(instant) + plusSeconds * 1000 - Date.parse(await lives.now())));
const statusOf = async (id: string) => (await loadAppointment(lives.db, id)).facts.status;
const tasksOf = (appointmentId: string) => lives.db.task.findMany({ where: { appointmentId }, include: { type: true } });

test('I-38: nobody comes: within 15 minutes after the planned end it is struck through and has one Cancelled task; nothing earlier', async () => {
  const clinic = await createClinic(lives.db, { name: 'No-show' });
  const { id, endsAt, date, handle } = await visitOf(clinic, { comment: 'Upper left, crown' });
  await sleepUntil(endsAt, 60);
  expect(await statusOf(id)).toBe('booked');
  await sleepUntil(endsAt, 15 * 60);
  expect(await statusOf(id)).toBe('noshow');
  const tasks = await tasksOf(id);
  expect(tasks).toHaveLength(1);
  const [task] = tasks;
  expect(task).toMatchObject({ origin: 'no-show', practitionerId: clinic.dentist.id, durationMinutes: 30, comment: 'Upper left, crown' });
  expect(task!.type.kind).toBe('cancelled');
  expect(task!.actualFrom.toISOString().slice(0, 10)).toBe(addDays(date, 7)); // I-35
  expect(Date.parse(task!.createdAt.toISOString())).toBeLessThanOrEqual(Date.parse(endsAt) + 15 * 60_000);
  await handle.result(); // its week for corrections passes
  expect(await tasksOf(id)).toHaveLength(1);
  expect(await statusOf(id)).toBe('noshow');
});

test('I-38: marked arrived later, the visit counts and its task closes with that reason; a comment there was none of reads No-show', async () => {
  const clinic = await createClinic(lives.db, { name: 'Came after all' });
  const { id, endsAt, handle } = await visitOf(clinic);
  await sleepUntil(endsAt, 15 * 60);
  expect((await tasksOf(id)).map(({ comment }) => comment)).toEqual(['No-show']);
  const receipt = await decide(clinic, id, { action: 'arrive' });
  expect(receipt).toMatchObject({ state: 'arrived', effect: { closedTasks: 1 } });
  expect(await tasksOf(id)).toMatchObject([{ state: 'closed', closeReason: 'The patient came after all.' }]);
  await handle.result(); // completed by itself when the day is over
  expect(await statusOf(id)).toBe('fulfilled');
});

test('I-38: no task for one who comes again, or waits for a time; struck through all the same', async () => {
  const clinic = await createClinic(lives.db, { name: 'Comes again' });
  const first = await visitOf(clinic);
  const second = await visitOf(clinic, { days: 9 });
  await sleepUntil(first.endsAt, 15 * 60);
  expect([await statusOf(first.id), await tasksOf(first.id)]).toEqual(['noshow', []]);
  const now = await lives.now();
  const wish = { facilityId: clinic.facilityId, patientId: clinic.patient.id, practitionerId: clinic.dentist.id };
  await inTransaction(lives.db, (tx) => createWaitlistEntry(tx, { ...wish, durationMinutes: 30, comment: 'mornings' }, clinic.desk, now));
  await sleepUntil(second.endsAt, 15 * 60);
  expect([await statusOf(second.id), await tasksOf(second.id)]).toEqual(['noshow', []]);
  await first.handle.result();
  await second.handle.result();
});

test('I-38: arrived, moved and cancelled visits are no no-shows', async () => {
  const clinic = await createClinic(lives.db, { name: 'All well' });
  const came = await visitOf(clinic);
  await sleepUntil(came.startsAt);
  await decide(clinic, came.id, { action: 'arrive' });
  const cancelled = await visitOf(clinic);
  await decide(clinic, cancelled.id, { action: 'cancel' }, 'Booked by mistake');
  const moved = await visitOf(clinic, { days: 2 });
  const now = await lives.now();
  const day = 86_400_000;
  const later = {
    startsAt: new Date(Date.parse(moved.startsAt) + day).toISOString(),
    endsAt: new Date(Date.parse(moved.endsAt) + day).toISOString(),
  };
  await inTransaction(lives.db, (tx) => moveAppointment(tx, moved.id, later, clinic.desk, now));
  await sleepUntil(moved.endsAt, 3600);
  expect([await statusOf(came.id), await statusOf(cancelled.id), await statusOf(moved.id)]).toEqual(['fulfilled', 'cancelled', 'booked']);
  expect(await lives.db.task.count({ where: { facilityId: clinic.facilityId } })).toBe(0);
  await sleepUntil(later.endsAt, 15 * 60);
  expect(await statusOf(moved.id)).toBe('noshow'); // by its new time
  for (const { handle } of [came, cancelled, moved]) await handle.result();
});

test('U-17, I-33: support can decide from the Temporal UI, and is refused as the desk is', async () => {
  const clinic = await createClinic(lives.db, { name: 'Support' });
  const { id, handle } = await visitOf(clinic);
  const decision = {
    id: 'support-1',
    actor: { name: 'Sasha', role: 'support', channel: 'support' },
    decidedAt: await lives.now(),
    action: 'cancel',
  };
  const ask = (more: object) =>
    handle.executeUpdate<{ state: string }, [object]>('decideAppointment', { args: [{ ...decision, ...more }] });
  const refusal = await ask({ id: 'support-0', reason: 'because' }).catch((error: WorkflowUpdateFailedError) => error.cause);
  expect(refusal).toMatchObject({ type: 'CANCEL_REASON_UNKNOWN' });
  expect(await ask({ reason: 'Patient is ill' })).toMatchObject({ state: 'cancelled' });
  await handle.result();
  expect(await statusOf(id)).toBe('cancelled');
});
