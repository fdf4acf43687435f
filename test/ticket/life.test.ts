import { expect, test } from 'vitest';

import { addDays, atLocal, weekday, zoneDate } from '../../domain/civil.ts';
import type { Receipt } from '../../domain/decision.ts';
import { advanceTicket, planTicket } from '../../domain/ticket.ts';
import type { TicketChoice } from '../../domain/ticket-decision.ts';
import { foretell, never } from '../../domain/timeline.ts';
import { wakeResting } from '../../ledger/facility.ts';
import { createTicket } from '../../ledger/new-ticket.ts';
import { loadTicket } from '../../ledger/ticket.ts';
import { changeTicket } from '../../ledger/ticket-decision.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Person } from '../../prisma/generated/client.ts';
import { prepareLives } from '../lives.ts';
import { createWorld } from '../world.ts';
import { actorFor, createCareTeam } from './care-team.ts';

const lives = prepareLives();

/** A care team, at ten in the morning of a coming Monday. */
async function monday(name: string) {
  const world = await createWorld(lives.db, { name });
  const care = await createCareTeam(world);
  let date = addDays(zoneDate(await lives.now(), world.zone), 1);
  while (weekday(date) !== 1) date = addDays(date, 1);
  const at = (time: string, days = 0) => atLocal(addDays(date, days), time, world.zone);
  await sleepUntil(at('10:00'));
  return { world, care, at };
}

async function sleepUntil(instant: string) {
  await lives.env.sleep(Math.max(1, Date.parse(instant) - Date.parse(await lives.now())));
}

async function open(facilityId: string, by: Person, type: string, more: object = {}) {
  const now = await lives.now();
  const { facts } = await inTransaction(lives.db, (tx) =>
    createTicket(tx, { facilityId, type, subject: 'A matter', ...more }, actorFor(by), now),
  );
  return { id: facts.id, openedAt: now, handle: await lives.begin(`ticket/${facts.id}`) };
}

type Handle = Awaited<ReturnType<typeof open>>['handle'];
async function decide(handle: Handle, person: Person, choice: TicketChoice, reason?: string) {
  const decision = { id: crypto.randomUUID(), actor: actorFor(person), decidedAt: await lives.now(), ...choice, ...(reason && { reason }) };
  return handle.executeUpdate<Receipt, [object]>('decideTicket', { args: [decision], updateId: decision.id });
}

const mails = async (id: string) =>
  (
    await lives.db.message.findMany({ where: { subjectId: id }, include: { person: true }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
  ).map(({ kind, person, sendAfter, state }) => ({ kind, to: person?.name, at: sendAfter.toISOString(), state }));
const minute = (instant: string) => instant.slice(0, 16);

test('F-10, U-01: warned and escalated to the minute in working hours, exactly as foretold', async () => {
  const { world, care, at } = await monday('Clock');
  const { id, handle } = await open(world.facilityId, care.agent, 'pricing-and-shipping'); // eight working hours, a warning two before
  const { facts, policy } = await loadTicket(lives.db, id);
  const foretold = foretell(facts, await lives.now(), { plan: (then, now) => planTicket(then, policy, now), advance: advanceTicket });
  expect(foretold.map(({ kind, at }) => [kind, minute(at)])).toEqual([
    ['warn', minute(at('16:00'))],
    ['escalate', minute(at('10:00', 1))],
  ]);
  await sleepUntil(at('11:00', 1));
  const happened = await lives.db.auditEvent.findMany({
    where: { subjectId: id, action: { in: ['warn', 'escalate'] } },
    orderBy: { seq: 'asc' },
  });
  expect(happened.map(({ action, at }) => [action, at.toISOString()])).toEqual(foretold.map(({ kind, at }) => [kind, at]));
  expect((await mails(id)).map(({ kind, to }) => [kind, to])).toEqual([
    ...['Ada Agent', 'Ben Agent', 'Lea Lead'].map((name) => ['ticket due', expect.stringMatching(/Agent|Lead/), name].slice(0, 2)),
    ['ticket overdue', 'Lea Lead'],
  ]);
  await decide(handle, care.agent, { action: 'close', outcome: { resolution: 'Told the price.' } });
  await handle.result();
  expect((await mails(id)).every(({ state }) => state === 'withdrawn' || state === 'waiting')).toBe(true);
});

test('F-10: a pause lets the clock stand, over the night too, and it goes on by itself when it was for so long', async () => {
  const { world, care, at } = await monday('Pause');
  const { id, handle } = await open(world.facilityId, care.agent, 'pricing-and-shipping');
  await decide(handle, care.agent, { action: 'pause', until: at('12:00', 2) }, 'waits for the patient');
  expect((await loadTicket(lives.db, id)).next).toMatchObject({ kind: 'resume', at: at('12:00', 2) });
  await sleepUntil(at('12:30', 2));
  const { next } = await loadTicket(lives.db, id);
  // eight hours from Wednesday noon, less two, less what passed on Monday before the pause
  const usedMs = Date.parse(at('10:00', 3)) - Date.parse(next.at);
  expect([next.kind, usedMs >= 0 && usedMs < 60_000]).toEqual(['warn', true]);
  expect(await mails(id)).toEqual([]);
  await decide(handle, care.agent, { action: 'close', outcome: { resolution: 'Answered.' } });
  await handle.result();
});

test('F-10: an idle ticket has no timer and takes no step until somebody acts', async () => {
  const { world, care } = await monday('Idle');
  await lives.db.ticketType.updateMany({
    where: { facilityId: world.facilityId, key: 'other-non-clinical' },
    data: { slaMinutes: null, warnMinutes: 0 },
  });
  const { id, handle } = await open(world.facilityId, care.agent, 'other-non-clinical');
  expect((await loadTicket(lives.db, id)).next).toMatchObject({ kind: 'wait', at: never });
  await lives.env.sleep('90 days');
  const { events } = await handle.fetchHistory();
  expect(events!.length).toBeLessThanOrEqual(4); // started, and one workflow task
  await decide(handle, care.agent, { action: 'close', outcome: { resolution: 'Done.' } });
  await handle.result();
});

test('F-11: a silent assignee loses it to the next of the team, then to the lead; whoever is heard of keeps it', async () => {
  const { world, care, at } = await monday('Silent');
  await lives.db.ticketType.updateMany({
    where: { facilityId: world.facilityId, key: 'other-non-clinical' },
    data: { slaMinutes: null, warnMinutes: 0, returnMinutes: 60 },
  });
  const { id, handle } = await open(world.facilityId, care.agent, 'other-non-clinical', { assigneeId: care.agent.id });
  await sleepUntil(at('10:50'));
  await decide(handle, care.agent, { action: 'note' }, 'called, nobody answered'); // heard of: an hour from here
  await sleepUntil(at('11:45'));
  expect((await loadTicket(lives.db, id)).facts.assignee?.name).toBe('Ada Agent');
  await sleepUntil(at('11:55'));
  expect((await loadTicket(lives.db, id)).facts.assignee?.name).toBe('Ben Agent');
  await sleepUntil(at('13:00'));
  const { facts, next } = await loadTicket(lives.db, id);
  expect([facts.assignee?.name, next.kind]).toEqual(['Lea Lead', 'wait']); // nowhere further
  expect((await mails(id)).map(({ kind, to }) => [kind, to])).toEqual([
    ['ticket returned', expect.any(String)],
    ['ticket returned', expect.any(String)],
    ['ticket returned', 'Lea Lead'],
  ]);
  const silent = await lives.db.auditEvent.findFirstOrThrow({ where: { subjectId: id, action: 'return' }, orderBy: { seq: 'asc' } });
  expect(silent).toMatchObject({ rule: 'F-11', reason: 'Ada Agent has not been heard of: it goes to somebody else.' });
  await decide(handle, care.lead, { action: 'close', outcome: { resolution: 'Done.' } });
  await handle.result();
});

test('R-07: a ticket that another transaction closes ends its life', async () => {
  const { world, care } = await monday('Elsewhere');
  const { id, handle } = await open(world.facilityId, care.agent, 'conversation');
  const by = { actor: actorFor(care.lead), now: await lives.now(), decisionId: `conversation-done/${id}` };
  const close = () => inTransaction(lives.db, (tx) => changeTicket(tx, id, { action: 'close', outcome: {} }, by));
  const receipt = await close();
  expect(await close()).toEqual(receipt); // once by its id
  await lives.db.wakeUp.deleteMany({ where: { workflowId: `ticket/${id}` } });
  await handle.executeUpdate('replanTicket');
  await handle.result();
});

test('F-23: while the facility is paused nobody is warned and nothing is escalated; afterwards it is told at once', async () => {
  const { world, care, at } = await monday('Paused');
  const { id, handle } = await open(world.facilityId, care.agent, 'pricing-and-shipping');
  await lives.db.facility.update({ where: { id: world.facilityId }, data: { paused: true } });
  await sleepUntil(at('12:00', 2));
  expect(await mails(id)).toEqual([]);
  expect((await loadTicket(lives.db, id)).next).toMatchObject({ kind: 'wait', rule: 'F-23' });
  await inTransaction(lives.db, async (tx) => {
    await tx.facility.update({ where: { id: world.facilityId }, data: { paused: false } });
    await wakeResting(tx, world.facilityId);
  });
  expect(await lives.db.wakeUp.count({ where: { workflowId: `ticket/${id}`, kind: 'update' } })).toBe(1);
  await handle.executeUpdate('replanTicket');
  await sleepUntil(at('12:05', 2));
  expect((await mails(id)).map(({ kind }) => kind)).toContain('ticket overdue');
  await decide(handle, care.agent, { action: 'close', outcome: { resolution: 'Answered.' } });
  await handle.result();
});

/** The first civil day of so many hours that does not begin within two days: clocks change on it. */
async function nextDayOf(hours: number, zone: string): Promise<string> {
  const lasts = (date: string) => Date.parse(atLocal(addDays(date, 1), '00:00', zone)) - Date.parse(atLocal(date, '00:00', zone));
  let date = addDays(zoneDate(await lives.now(), zone), 3);
  while (lasts(date) !== hours * 3_600_000) date = addDays(date, 1);
  return date;
}

test.each([
  // the night has 1:00 to 5:00 by the clock: three hours when it skips one, five when it repeats one
  { change: 'spring', hours: 23, due: ['02:00', 2] as const },
  { change: 'autumn', hours: 25, due: ['04:00', 1] as const },
])(
  'F-10, U-01: across the clock change in $change the clock of a night team is exact to the minute, as foretold',
  async ({ change, hours, due }) => {
    const world = await createWorld(lives.db, { name: `Clock change in ${change}` });
    const care = await createCareTeam(world);
    const nights = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ weekday: day, from: '01:00', to: '05:00' }));
    await lives.db.team.updateMany({ where: { facilityId: world.facilityId }, data: { hours: nights } });
    const clock = { slaMinutes: 360, warnMinutes: 30 };
    await lives.db.ticketType.updateMany({ where: { facilityId: world.facilityId, key: 'pricing-and-shipping' }, data: clock });
    const date = addDays(await nextDayOf(hours, world.zone), -1);
    await sleepUntil(atLocal(date, '03:00', world.zone));
    const { id, openedAt, handle } = await open(world.facilityId, care.agent, 'pricing-and-shipping');
    const { facts, policy } = await loadTicket(lives.db, id);
    const foretold = foretell(facts, openedAt, { plan: (then, now) => planTicket(then, policy, now), advance: advanceTicket });
    const dueAt = atLocal(addDays(date, due[1]), due[0], world.zone);
    const lateMs = Date.parse(openedAt) - Date.parse(atLocal(date, '03:00', world.zone)); // what this machine took to open it
    expect(foretold.map(({ kind, at }) => [kind, Date.parse(at) - lateMs])).toEqual([
      ['warn', Date.parse(dueAt) - 30 * 60_000],
      ['escalate', Date.parse(dueAt)],
    ]);
    await sleepUntil(atLocal(addDays(date, 3), '00:00', world.zone));
    const happened = await lives.db.auditEvent.findMany({
      where: { subjectId: id, action: { in: ['warn', 'escalate'] } },
      orderBy: { seq: 'asc' },
    });
    expect(happened.map(({ action, at }) => [action, at.toISOString()])).toEqual(foretold.map(({ kind, at }) => [kind, at]));
    await decide(handle, care.agent, { action: 'close', outcome: { resolution: 'Told the price.' } });
    await handle.result();
  },
);

test('U-03: a decision that PostgreSQL cannot hold is refused, and keeps nobody else from an answer', async () => {
  const { world, care } = await monday('Unwritable');
  const { id, handle } = await open(world.facilityId, care.agent, 'pricing-and-shipping', { assigneeId: care.agent.id });
  for (const resolution of ['Done\u0000', 'Done \ud83d']) {
    const refused = await decide(handle, care.agent, { action: 'close', outcome: { resolution } }).catch((error) => error.cause?.type);
    expect(refused).toBe('INVALID_REQUEST');
  }
  await decide(handle, care.agent, { action: 'close', outcome: { resolution: 'Done.' } });
  expect((await lives.db.ticket.findUniqueOrThrow({ where: { id } })).state).toBe('closed');
  await handle.result();
});
