import type { WorkflowHandle } from '@temporalio/client';
import { expect, test } from 'vitest';

import { addDays, atLocal, startOfDay, zoneDate } from '../../domain/civil.ts';
import type { Receipt } from '../../domain/decision.ts';
import { cancelAppointment } from '../../ledger/appointment.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { prepareLives } from '../lives.ts';
import { book, createPractice, type Practice, report } from './practice.ts';

const lives = prepareLives();

async function decide({ by }: Practice, handle: WorkflowHandle, choice: object): Promise<Receipt> {
  const decision = { id: crypto.randomUUID(), actor: by, decidedAt: await lives.now(), ...choice };
  return handle.executeUpdate<Receipt, [object]>('decideOpportunity', { args: [decision], updateId: decision.id });
}
const stateOf = (id: string) => lives.db.opportunity.findUniqueOrThrow({ where: { id } });
const eventsOf = async (id: string) =>
  (await lives.db.auditEvent.findMany({ where: { subjectId: id }, orderBy: { seq: 'asc' } })).map(({ action, rule, at }) => ({
    action,
    rule,
    at: at.toISOString(),
  }));

test('D-01, D-02: it leaves when a booked appointment comes within 90 days, comes back the day after, and ends on day 366', async () => {
  const practice = await createPractice(lives.db, 'Comes and goes');
  const now = await lives.now();
  const today = zoneDate(now, practice.zone);
  const id = (await report(practice, now, 100))!;
  const handle = await lives.begin(`opportunity/${id}`);
  await book(practice, now, 120);
  expect(await lives.db.wakeUp.findMany({ where: { workflowId: `opportunity/${id}` } })).toMatchObject([{ kind: 'update' }]); // day 30 comes before day 266
  await handle.executeUpdate('replanOpportunity');
  await handle.result();
  const midnight = (inDays: number) => startOfDay(addDays(today, inDays), practice.zone);
  expect((await eventsOf(id)).slice(1)).toEqual([
    { action: 'leave', rule: 'D-02', at: midnight(30) },
    { action: 'appear', rule: 'D-01', at: midnight(121) },
    { action: 'end', rule: 'D-02', at: midnight(266) },
  ]);
  expect(await stateOf(id)).toMatchObject({ state: 'ended', listed: false });
});

test('D-02: booking takes it off in the same transaction and cancelling brings it back, without a word to Temporal', async () => {
  const practice = await createPractice(lives.db, 'Booked at once');
  const now = await lives.now();
  const id = (await report(practice, now, 10))!;
  await lives.db.wakeUp.deleteMany({ where: { workflowId: `opportunity/${id}` } });
  const visit = await book(practice, now, 90);
  expect(await stateOf(id)).toMatchObject({ listed: false, status: 'open' });
  await lives.db.wakeUp.deleteMany({ where: { workflowId: `opportunity/${id}` } }); // the morning after the visit comes before the end
  await inTransaction(lives.db, (tx) => cancelAppointment(tx, visit, 'called off', practice.by, now));
  expect(await stateOf(id)).toMatchObject({ listed: true });
  expect(await lives.db.wakeUp.count({ where: { workflowId: `opportunity/${id}` } })).toBe(0);
  await book(practice, now, 400);
  expect(await stateOf(id)).toMatchObject({ listed: true });
});

test('D-19 to D-21: snoozed it comes back on the practice’s morning; booked meanwhile it does not', async () => {
  const practice = await createPractice(lives.db, 'Snoozed');
  const now = await lives.now();
  const today = zoneDate(now, practice.zone);
  const id = (await report(practice, now, 10))!;
  const handle = await lives.begin(`opportunity/${id}`);
  const receipt = await decide(practice, handle, { action: 'snooze', until: addDays(today, 3) });
  expect(receipt).toMatchObject({ state: 'snoozed', effect: { from: 'open', snoozedUntil: addDays(today, 3) } });
  await lives.env.sleep('4 days');
  expect((await eventsOf(id)).at(-1)).toEqual({ action: 'wake', rule: 'D-21', at: atLocal(addDays(today, 3), '07:00', practice.zone) });
  expect(await stateOf(id)).toMatchObject({ status: 'open', listed: true });

  await decide(practice, handle, { action: 'snooze' }); // a week
  await book(practice, await lives.now(), 40);
  await lives.env.sleep('8 days');
  expect(await stateOf(id)).toMatchObject({ status: 'open', listed: false });
  await handle.result();
});

test('D-17, D-18: an inactive course rejects it, snoozed or not; active again it stays rejected, and its course untouched (D-15)', async () => {
  const practice = await createPractice(lives.db, 'Inactive');
  const now = await lives.now();
  const id = (await report(practice, now, 10))!;
  const handle = await lives.begin(`opportunity/${id}`);
  await decide(practice, handle, { action: 'snooze' });
  await report(practice, now, 10, { state: 'inactive' });
  expect(await stateOf(id)).toMatchObject({ status: 'rejected', snoozedUntil: null });
  await report(practice, now, 10, { state: 'open' });
  expect(await stateOf(id)).toMatchObject({ status: 'rejected', listed: true });
  await handle.result();
  expect((await eventsOf(id)).map(({ action }) => action)).toEqual(['begin', 'snooze', 'reject', 'end']);
  const course = await lives.db.courseOfTreatment.findFirstOrThrow({
    where: { facilityId: practice.facilityId },
    include: { events: true },
  });
  expect(course.state).toBe('open');
  expect(course.events.map(({ kind }) => kind)).toEqual(['opened', 'made inactive', 'opened again']);
});

test('D-01: a wrong date that is put right makes another opportunity, which keeps what people decided', async () => {
  const practice = await createPractice(lives.db, 'Put right');
  const now = await lives.now();
  expect(await report(practice, now, 366)).toBeUndefined();
  const id = (await report(practice, now, 10))!;
  const handle = await lives.begin(`opportunity/${id}`);
  await decide(practice, handle, { action: 'reject', confirm: true, reason: 'not interested' });
  await report(practice, now, 400);
  await handle.executeUpdate('replanOpportunity');
  await handle.result();
  expect(await stateOf(id)).toMatchObject({ state: 'ended' });
  const another = (await report(practice, now, 11))!;
  expect(another).not.toBe(id);
  expect(await stateOf(another)).toMatchObject({ status: 'rejected', rejectedReason: 'not interested' });
});
