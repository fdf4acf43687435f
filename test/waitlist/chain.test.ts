import { afterAll, beforeAll, expect, test } from 'vitest';

import { addDays, atLocal } from '../../domain/civil.ts';
import { closeTask, closeTasksOf } from '../../ledger/task-decision.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { decideEntryDirectly } from '../../ledger/waitlist-decision.ts';
import type { Database } from '../../prisma/client.ts';
import { testDatabase } from '../database.ts';
import { createFrontDesk } from '../waitlist-world.ts';

const now = '2027-01-04T12:00:00.000Z';
const today = '2027-01-04';
let db: Database;
let close: () => Promise<void>;
let practice: Awaited<ReturnType<typeof createFrontDesk>>;

beforeAll(async () => {
  ({ db, close } = await testDatabase());
  practice = await createFrontDesk(db);
});
afterAll(() => close());

const cancelledAgo = (days: number) =>
  practice.visit('2027-01-20', 'cancelled', { at: atLocal(addDays(today, -days), '15:00', practice.zone) });

test('I-39, I-40: a cancelled visit of the same practitioner must be linked, or be about another problem; the link makes it Cancelled', async () => {
  const visit = await cancelledAgo(30);
  const wish = practice.task({}, now);
  await expect(wish).rejects.toMatchObject({ type: 'LINK_NEEDED', details: [{ candidates: [{ appointmentId: visit.id }] }] });
  expect((await practice.task({ anotherProblem: true }, now)).facts).toMatchObject({ kind: 'scheduled', appointmentId: null });
  expect((await practice.task({ practitionerId: practice.hygienist.id }, now)).facts.kind).toBe('scheduled');
  const linked = await practice.task({ appointmentId: visit.id }, now);
  expect(linked.facts).toMatchObject({ kind: 'cancelled', appointmentId: visit.id });
  await expect(practice.entry({ appointmentId: visit.id }, now)).rejects.toMatchObject({
    type: 'LINK_TAKEN',
    details: [{ followedBy: `task/${linked.facts.id}` }],
  });
  expect((await practice.task({}, now)).facts.kind).toBe('scheduled'); // something follows from it: nobody asks any more
});

test('I-39: on day 31 it is too late, and what was not cancelled cannot be linked', async () => {
  const late = await cancelledAgo(31);
  await expect(practice.entry({ appointmentId: late.id }, now)).rejects.toMatchObject({
    type: 'LINK_TOO_OLD',
    details: [{ days: 31, withinDays: 30 }],
  });
  const booked = await practice.visit('2027-01-21', 'booked');
  await expect(practice.task({ appointmentId: booked.id }, now)).rejects.toMatchObject({ type: 'LINK_NOT_CANCELLED' });
});

test('I-35, I-38: a task from a cancellation is actual a week later; it closes with the reason when the patient came after all', async () => {
  const visit = await practice.visit('2027-01-22', 'noshow');
  const { facts } = await practice.task({ origin: 'no-show', kind: 'scheduled', appointmentId: visit.id }, now);
  expect(facts).toMatchObject({ kind: 'cancelled', actualFrom: '2027-01-11' });
  expect(await inTransaction(db, (tx) => closeTasksOf(tx, visit.id, 'The patient came after all.', practice.desk, now))).toBe(1);
  expect(await db.task.findUniqueOrThrow({ where: { id: facts.id } })).toMatchObject({ closeReason: 'The patient came after all.' });
  expect(await db.decision.count({ where: { subjectId: facts.id, accepted: true } })).toBe(1);
});

test('I-12: a waitlist entry can close a task of the same visit; another patient’s, or one not about booking, undoes all of it', async () => {
  const mine = await practice.task({}, now);
  const entry = await practice.entry({ closeTaskId: mine.facts.id }, now);
  expect(await db.task.findUniqueOrThrow({ where: { id: mine.facts.id } })).toMatchObject({ state: 'closed' });
  await expect(inTransaction(db, (tx) => closeTask(tx, { taskId: mine.facts.id }, practice.desk, now))).rejects.toMatchObject({
    type: 'TASK_CLOSED',
  });
  const before = await db.waitlistEntry.count();
  const theirs = await practice.task({ patientId: practice.otherPatient.id }, now);
  await expect(practice.entry({ closeTaskId: theirs.facts.id }, now)).rejects.toMatchObject({ type: 'TASK_OF_ANOTHER_PATIENT' });
  const own = await db.taskType.create({ data: { facilityId: practice.facilityId, kind: 'custom', name: 'Send papers', priority: 40 } });
  const papers = await practice.task({ typeId: own.id, practitionerId: null, durationMinutes: null }, now);
  await expect(practice.entry({ closeTaskId: papers.facts.id }, now)).rejects.toMatchObject({ type: 'TASK_NOT_FOR_BOOKING' });
  expect(await db.waitlistEntry.count()).toBe(before);
  const decision = { id: crypto.randomUUID(), actor: practice.desk, decidedAt: now, action: 'close' as const };
  const first = await inTransaction(db, (tx) => decideEntryDirectly(tx, entry.facts.id, decision));
  const again = await inTransaction(db, (tx) => decideEntryDirectly(tx, entry.facts.id, { ...decision, id: crypto.randomUUID() }));
  expect(again).toEqual(first); // I-42
});
