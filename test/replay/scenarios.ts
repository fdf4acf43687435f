import type { WorkflowHandle } from '@temporalio/client';

import { addDays, atLocal, weekday, zoneDate } from '../../domain/civil.ts';
import type { Actor } from '../../domain/decision.ts';
import { decideAppointmentDirectly } from '../../ledger/appointment-decision.ts';
import { reportCase } from '../../ledger/case.ts';
import { requestHold } from '../../ledger/new-hold.ts';
import { inTransaction, lockRoomDays } from '../../ledger/transaction.ts';
import { book, createPractice, report } from '../care-manager/practice.ts';
import { bookVisit, type Clinic, createClinic } from '../desk-world.ts';
import type { Lives } from '../lives.ts';
import { createOffers, decideOffer } from '../offer/offers.ts';
import { createFrontDesk } from '../waitlist-world.ts';
import { createBlock, createHistory, createSeriesIn, createWorld, proposeIn, type World } from '../world.ts';
import { careScenarios } from './care-scenarios.ts';
import { decide } from './decide.ts';

/** Whole lives, each run to its end on skipped time: counted, recorded and replayed. */
export const scenarios: Record<string, (lives: Lives) => Promise<WorkflowHandle>> = {
  ...careScenarios,
  'block-alerted-twice-and-released': async (lives) => {
    const { world, handle, today } = await blockLife(lives, 'Counted block', 12);
    await sleepUntil(lives, atLocal(addDays(today, 1), '08:00', world.zone)); // two mornings, two alerts
    await decide(handle, 'decideBlock', holderOf(world), { action: 'release all' }, await lives.now());
    await handle.result();
    return handle;
  },
  'block-silent-until-mandatory-release': async (lives) => {
    const { handle } = await blockLife(lives, 'Silent block', 10);
    await handle.result();
    return handle;
  },
  'block-kept-then-undone-by-support': async (lives) => {
    const { world, handle, today } = await blockLife(lives, 'Undone block', 12);
    await sleepUntil(lives, atLocal(today, '08:00', world.zone));
    await decide(handle, 'decideBlock', holderOf(world), { action: 'keep', stopAlerts: true }, await lives.now());
    await decide(handle, 'decideBlock', holderOf(world), { action: 'release all' }, await lives.now());
    const support: Actor = { personId: world.support.id, name: world.support.name, role: 'support', channel: 'support' };
    await lives.env.sleep('2 hours');
    await decide(handle, 'decideBlock', support, { action: 'undo', reason: 'released by mistake' }, await lives.now());
    await handle.result();
    return handle;
  },
  'hold-confirmed-and-used': async (lives) => {
    const { world, handle, hold } = await holdLife(lives, 'Counted hold');
    await decide(handle, 'decideHold', schedulerOf(world), { action: 'confirm' }, await lives.now());
    const now = await lives.now();
    const filling = { facilityId: world.facilityId, number: 'USED-1', providerId: world.otherProvider.id, ...hold };
    await inTransaction(lives.db, (tx) => reportCase(tx, filling, schedulerOf(world), now));
    await handle.result();
    return handle;
  },
  'transfer-accepted-and-approved': async (lives) => {
    const { world, handle } = await transferLife(lives, 'Counted transfer');
    await decide(handle, 'decideTransfer', otherOf(world), { action: 'accept' }, await lives.now());
    await lives.env.sleep('30 hours'); // the facility is reminded
    await decide(handle, 'decideTransfer', schedulerOf(world), { action: 'approve' }, await lives.now());
    await handle.result();
    return handle;
  },
  'transfer-never-answered': async (lives) => {
    const { handle } = await transferLife(lives, 'Unanswered transfer');
    await handle.result();
    return handle;
  },
  'appointment-nobody-came-then-arrived': async (lives) => {
    const clinic = await createClinic(lives.db, { name: 'Counted no-show' });
    const { id, endsAt, handle } = await visitLife(lives, clinic);
    await sleepUntil(lives, new Date(Date.parse(endsAt) + 15 * 60_000).toISOString());
    const decision = { id: crypto.randomUUID(), actor: clinic.desk, decidedAt: await lives.now(), action: 'arrive' as const };
    await inTransaction(lives.db, (tx) => decideAppointmentDirectly(tx, id, decision));
    await lives.env.client.workflow.getHandle(`appointment/${id}`).executeUpdate('replanAppointment'); // as its wake-up row says
    await handle.result();
    return handle;
  },
  'appointment-cancelled-from-support': async (lives) => {
    const clinic = await createClinic(lives.db, { name: 'Counted cancellation' });
    const { handle } = await visitLife(lives, clinic);
    const support: Actor = { name: 'Sasha Support', role: 'support', channel: 'support' };
    await decide(handle, 'decideAppointment', support, { action: 'cancel', reason: 'Patient is ill' }, await lives.now());
    await handle.result();
    return handle;
  },
  'series-made-ahead-until-support-ends-it': async (lives) => {
    const world = await createWorld(lives.db, { name: 'Counted series', settings: { series: { horizonDays: 70 } } });
    const today = addDays(zoneDate(await lives.now(), world.zone), 1);
    await sleepUntil(lives, atLocal(today, '06:00', world.zone));
    const recurrence = { kind: 'weekly' as const, weekdays: [weekday(today)], everyWeeks: 1 };
    const { series } = await createSeriesIn(world, { recurrence }, await lives.now());
    const handle = await lives.begin(`series/${series.facts.id}`);
    await lives.env.sleep('15 days'); // two more days come within the horizon
    const support: Actor = { personId: world.support.id, name: world.support.name, role: 'support', channel: 'support' };
    const end = { action: 'end', from: addDays(today, 20), reason: 'the group moves' };
    await decide(handle, 'decideSeries', support, end, await lives.now());
    await handle.result();
    return handle;
  },
  'opportunity-snoozed-booked-and-over': async (lives) => {
    const practice = await createPractice(lives.db, 'Counted opportunity');
    const now = await lives.now();
    const id = (await report(practice, now, 10))!;
    const handle = await lives.begin(`opportunity/${id}`);
    await decide(handle, 'decideOpportunity', practice.by, { action: 'snooze' }, now);
    await lives.env.sleep('8 days');
    await book(practice, await lives.now(), 120); // it is told, because that comes before the end
    await handle.executeUpdate('replanOpportunity');
    await handle.result();
    return handle;
  },
  'task-due-snoozed-and-closed': async (lives) => {
    const practice = await createFrontDesk(lives.db, { name: 'Counted task' });
    const { facts } = await practice.task({ inDays: 10 }, await lives.now());
    const handle = await lives.begin(`task/${facts.id}`);
    await lives.env.sleep('11 days');
    await decide(handle, 'decideTask', practice.desk, { action: 'snooze', inDays: 7 }, await lives.now());
    await lives.env.sleep('8 days');
    await decide(handle, 'decideTask', practice.desk, { action: 'close' }, await lives.now());
    await handle.result();
    return handle;
  },
  'waitlist-entry-extended-until-it-lapses': async (lives) => {
    const practice = await createFrontDesk(lives.db, { name: 'Counted entry' });
    const now = await lives.now();
    const { facts } = await practice.entry({}, now);
    const handle = await lives.begin(`waitlist-entry/${facts.id}`);
    const validUntil = addDays(zoneDate(now, practice.zone), 60);
    await decide(handle, 'decideWaitlistEntry', practice.desk, { action: 'extend', validUntil }, now);
    await handle.result();
    return handle;
  },
  'offers-one-by-one-until-the-second-accepts': async (lives) => {
    const { practice, handle, ladderId } = await offerLife(lives, 'Counted offers', 4);
    await lives.env.sleep('31 minutes');
    const choice = { action: 'accept' as const, patientId: practice.patients[1]!.id };
    await decideOffer(lives.db, ladderId, choice, await lives.now());
    await handle.result();
    return handle;
  },
  'offers-to-four-who-do-not-answer': async (lives) => {
    const { handle } = await offerLife(lives, 'Unanswered offers', 4);
    await handle.result();
    return handle;
  },
  'hold-never-answered': async (lives) => {
    const { handle } = await holdLife(lives, 'Unanswered hold');
    await handle.result();
    return handle;
  },
  'hold-denied-after-a-refusal': async (lives) => {
    const { world, handle } = await holdLife(lives, 'Denied hold');
    await decide(handle, 'decideHold', schedulerOf(world), { action: 'deny' }, await lives.now()).catch(() => {}); // no reason: refused
    await decide(handle, 'decideHold', schedulerOf(world), { action: 'deny', reason: 'the room is closed' }, await lives.now());
    await handle.result();
    return handle;
  },
};

const holderOf = ({ contact }: World): Actor => ({ personId: contact.id, name: contact.name, role: 'block contact', channel: 'mail' });
const schedulerOf = ({ scheduler }: World): Actor => ({
  personId: scheduler.id,
  name: scheduler.name,
  role: 'facility scheduler',
  channel: 'mail',
});

const otherOf = ({ other }: World): Actor => ({ personId: other.id, name: other.name, role: 'block contact', channel: 'mail' });

/** Begins at noon, so that the hours in which people are mailed never matter. */
async function transferLife(lives: Lives, name: string) {
  const world = await createWorld(lives.db, { name: `${name}, ${crypto.randomUUID()}` });
  const today = addDays(zoneDate(await lives.now(), world.zone), 1);
  await sleepUntil(lives, atLocal(today, '12:00', world.zone));
  const now = await lives.now();
  const blockId = await createBlock(world, addDays(today, 14), now);
  const { facts } = await proposeIn(world, { blockId }, now);
  const handle = await lives.begin(`transfer/${facts.id}`);
  await asleep(handle);
  return { world, handle };
}

/** Begins before seven in the morning, so that the same alerts come whenever the test runs. */
async function blockLife(lives: Lives, name: string, days: number) {
  const world = await createWorld(lives.db, { name: `${name}, ${crypto.randomUUID()}` }); // a scenario may be tried again
  const today = addDays(zoneDate(await lives.now(), world.zone), 1);
  await sleepUntil(lives, atLocal(today, '06:00', world.zone));
  const now = await lives.now();
  await createHistory(world, today);
  const blockId = await createBlock(world, addDays(today, days), now);
  return { world, today, handle: await lives.begin(`block/${blockId}`) };
}

/** Begins at nine in the morning, so that the quiet hours never matter. */
async function offerLife(lives: Lives, name: string, waiting: number) {
  const nine = atLocal(addDays(zoneDate(await lives.now(), 'UTC'), 1), '09:00', 'UTC');
  await sleepUntil(lives, nine);
  const practice = await createOffers(lives.db, await lives.now(), { name, waiting });
  const { facts } = await practice.start(atLocal(addDays(nine.slice(0, 10), 1), '12:00', 'UTC'), 'sequential');
  return { practice, ladderId: facts.id, handle: await lives.begin(`offer-ladder/${facts.id}`) };
}

async function sleepUntil(lives: Lives, instant: string): Promise<void> {
  await lives.env.sleep(Math.max(1, Date.parse(instant) - Date.parse(await lives.now())));
}

async function visitLife(lives: Lives, clinic: Clinic) {
  const now = await lives.now();
  const { facts } = await bookVisit(clinic, { date: addDays(zoneDate(now, clinic.zone), 2), now });
  return { ...facts, handle: await lives.begin(`appointment/${facts.id}`) };
}

async function holdLife(lives: Lives, name: string) {
  const world = await createWorld(lives.db, { name: `${name}, ${crypto.randomUUID()}` }); // a scenario may be tried again
  const now = await lives.now();
  const date = addDays(zoneDate(now, world.zone), 7);
  const hold = { roomId: world.room2.id, startsAt: atLocal(date, '08:00', world.zone), endsAt: atLocal(date, '10:00', world.zone) };
  const requester: Actor = { personId: world.other.id, name: world.other.name, role: 'block contact', channel: 'page' };
  const { facts } = await inTransaction(lives.db, async (tx) => {
    await lockRoomDays(tx, [hold]);
    return requestHold(
      tx,
      { ...hold, facilityId: world.facilityId, providerId: world.otherProvider.id, requesterId: world.other.id },
      requester,
      now,
    );
  });
  const handle = await lives.begin(`hold/${facts.id}`);
  await asleep(handle);
  return { world, hold, handle };
}

/** Until the life has set its first timer: on a busy machine a decision could come before, and cost less than it does. */
async function asleep(handle: WorkflowHandle): Promise<void> {
  while (!(await handle.fetchHistory()).events?.some(({ timerStartedEventAttributes: timer }) => timer)) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
