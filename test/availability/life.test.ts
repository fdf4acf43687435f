import type { WorkflowHandle } from '@temporalio/client';
import { beforeEach, expect, test } from 'vitest';

import { addDays, addMinutes, atLocal, nextLocal, zoneDate } from '../../domain/civil.ts';
import type { Actor, Receipt } from '../../domain/decision.ts';
import { requestHold } from '../../ledger/new-hold.ts';
import { inTransaction, lockRoomDays } from '../../ledger/transaction.ts';
import { prepareLives } from '../lives.ts';
import { createBlock, createWorld, type World } from '../world.ts';

const lives = prepareLives();
let world: World;
let number = 0;

beforeEach(async () => {
  await lives.db.message.updateMany({ where: { state: 'waiting' }, data: { state: 'withdrawn' } });
  world = await createWorld(lives.db, { name: `Open ${++number}` });
});

const dana = ({ contact }: World): Actor => ({ personId: contact.id, name: contact.name, role: 'block contact', channel: 'page' });
const support: Actor = { name: 'Sasha Support', role: 'support', channel: 'support' };

/**
 * A block far enough ahead, its life, and the clock some time before eleven in the morning at the facility: each test a
 * little earlier than the one before. What that one planned for a day later would else fall due in the very moment in which
 * this one takes it back, and the server that skips time never recovers from that (temporalio/sdk-java, issue 3088).
 */
async function releasable(): Promise<{ id: string; date: string; handle: WorkflowHandle }> {
  const now = await lives.now();
  const morning = `10:${59 - 3 * number}`;
  await lives.env.sleep(Date.parse(nextLocal(now, morning, world.zone)) - Date.parse(now));
  const date = addDays(zoneDate(await lives.now(), world.zone), 20);
  const id = await createBlock(world, date, await lives.now());
  return { id, date, handle: await lives.begin(`block/${id}`) };
}

async function decide(handle: WorkflowHandle, actor: Actor, choice: object): Promise<Receipt> {
  const decision = { id: crypto.randomUUID(), actor, decidedAt: await lives.now(), ...choice };
  return handle.executeUpdate<Receipt, [object]>(handle.workflowId.startsWith('hold') ? 'decideHold' : 'decideBlock', {
    args: [decision],
    updateId: decision.id,
  });
}

const alertsOf = (personId: string) =>
  lives.db.message.findMany({
    where: { personId, kind: { in: ['availability alert', 'availability digest', 'open time taken back'] } },
    orderBy: { id: 'asc' },
  });
const statesOf = async (personId: string) => (await alertsOf(personId)).map(({ kind, state }) => `${kind}: ${state}`);

/** Lets time pass, in steps that leave the worker room to work. */
async function pass(until: string, wake = true): Promise<void> {
  if (wake) await lives.deliver();
  for (;;) {
    const leftMs = Date.parse(until) - Date.parse(await lives.now());
    if (leftMs <= 0) break;
    await lives.env.sleep(Math.min(leftMs, 300_000 + leftMs / 4));
  }
  const due = { state: { in: ['waiting', 'claimed'] }, sendAfter: { lte: until } };
  const look = async () => {
    await lives.env.sleep('1 second');
    return lives.db.message.count({ where: due });
  };
  await expect.poll(look, { timeout: 20_000 }).toBe(0);
}

test('C-20, C-46: a release is announced when the undo window is over, to whoever has a surgeon for it and did not release it', async () => {
  const { handle, date } = await releasable();
  const at = await lives.now();
  await decide(handle, dana(world), { action: 'release all' });
  expect(await statesOf(world.other.id)).toEqual(['availability alert: waiting']);
  await pass(addMinutes(at, 9));
  expect(await statesOf(world.other.id)).toEqual(['availability alert: waiting']); // F-21: still its releaser's secret
  await pass(addMinutes(at, 11));
  expect(await statesOf(world.other.id)).toEqual(['availability alert: sent']);
  expect(await statesOf(world.contact.id)).toEqual([]);
  const [alert] = await alertsOf(world.other.id);
  expect(alert!.content).toMatchObject({
    slots: [
      { room: 'OR 1', startsAt: atLocal(date, '07:00', world.zone), endsAt: atLocal(date, '17:00', world.zone), providers: ['Dr. Sato'] },
    ],
  }); // with what was open beside it
  const mail = await lives.db.mailboxEntry.findUniqueOrThrow({ where: { messageId: alert!.id } });
  expect(mail.text).toContain('07:00–17:00 (10 h)');
  expect(mail.headers).toMatchObject({
    'List-Unsubscribe': expect.stringMatching(/^<https:\/\/h\.example\/unsubscribe\/[\w-]{43}>$/),
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  });
});

test('C-46, U-13: undone within the window, nobody hears of it; undone later, who was told is told again (U-10)', async () => {
  const { handle } = await releasable();
  const at = await lives.now();
  await decide(handle, dana(world), { action: 'release all' });
  await decide(handle, dana(world), { action: 'undo', acceptPart: false });
  expect(await statesOf(world.other.id)).toEqual(['availability alert: withdrawn']);
  await decide(handle, dana(world), { action: 'release all' });
  await pass(addMinutes(at, 30));
  await decide(handle, support, { action: 'undo', acceptPart: false, reason: 'released by mistake' });
  await pass(addMinutes(at, 40));
  expect(await statesOf(world.other.id)).toEqual([
    'availability alert: withdrawn',
    'availability alert: sent',
    'open time taken back: sent',
  ]);
});

test('C-42: daily means at most one mail a day, at its hour, with all that opened and is open still', async () => {
  await lives.db.person.update({ where: { id: world.other.id }, data: { availabilityAlerts: 'daily', dailyHour: 16 } });
  const first = await releasable();
  const second = await createBlock(world, first.date, await lives.now(), { roomId: world.room2.id });
  const today = zoneDate(await lives.now(), world.zone);
  await decide(first.handle, dana(world), { action: 'release all' });
  await decide(await lives.begin(`block/${second}`), dana(world), { action: 'release all' });
  const [digest, ...more] = await alertsOf(world.other.id);
  expect(more).toEqual([]);
  expect(digest).toMatchObject({ kind: 'availability digest', state: 'waiting', sendAfter: new Date(atLocal(today, '16:00', world.zone)) });
  await pass(atLocal(today, '16:01', world.zone));
  const [sent] = await alertsOf(world.other.id);
  expect(sent!.state).toBe('sent');
  expect((sent!.content as { slots: { room: string }[] }).slots.map(({ room }) => room)).toEqual(['OR 1', 'OR 2']);

  const third = await createBlock(world, addDays(first.date, 1), await lives.now());
  await decide(await lives.begin(`block/${third}`), dana(world), { action: 'release all' });
  const later = (await alertsOf(world.other.id))[1]!;
  expect(later.sendAfter).toEqual(new Date(atLocal(addDays(today, 1), '16:00', world.zone)));
  await pass(atLocal(addDays(today, 1), '16:01', world.zone));
  const again = (await alertsOf(world.other.id))[1]!.content as { slots: { startsAt: string }[] };
  expect(again.slots.map(({ startsAt }) => startsAt)).toEqual([atLocal(addDays(first.date, 1), '07:00', world.zone)]); // told once
});

test('C-46: gone by the time of the claim, it is not sent; what is left of it is', async () => {
  const { handle, date } = await releasable();
  const at = await lives.now();
  await decide(handle, dana(world), { action: 'release all' });
  const take = (from: string, to: string) =>
    inTransaction(lives.db, async (tx) => {
      const time = { roomId: world.room.id, startsAt: atLocal(date, from, world.zone), endsAt: atLocal(date, to, world.zone) };
      await lockRoomDays(tx, [time]);
      const who = { facilityId: world.facilityId, providerId: world.provider.id, requesterId: world.scheduler.id };
      const robin: Actor = { personId: world.scheduler.id, name: 'Robin Fields', role: 'facility scheduler', channel: 'api' };
      return requestHold(tx, { ...time, ...who }, robin, addMinutes(at, 11));
    });
  await lives.db.provider.update({ where: { id: world.provider.id }, data: { groupId: world.otherGroup.id } }); // C-37 is another matter
  await take('07:00', '14:00');
  await pass(addMinutes(at, 12));
  const [alert] = await alertsOf(world.other.id);
  expect(alert).toMatchObject({ state: 'sent', content: { slots: [{ startsAt: atLocal(date, '14:00', world.zone) }] } });

  const second = await createBlock(world, addDays(date, 1), await lives.now());
  await decide(await lives.begin(`block/${second}`), dana(world), { action: 'release all' });
  const gone = {
    roomId: world.room.id,
    startsAt: atLocal(addDays(date, 1), '07:00', world.zone),
    endsAt: atLocal(addDays(date, 1), '17:00', world.zone),
  };
  await lives.db.claim.create({
    data: { ...gone, facilityId: world.facilityId, subjectKind: 'hold', subjectId: crypto.randomUUID(), claimedAt: await lives.now() },
  });
  await pass(addMinutes(await lives.now(), 12));
  expect(await statesOf(world.other.id)).toEqual(['availability alert: sent', 'availability alert: withdrawn']);
});

test('C-46: an opening that concerns N people costs at most 2 + N/100 actions of the delivery life', async () => {
  const { db } = lives;
  const data = Array.from({ length: 240 }, (_, n) => ({
    id: crypto.randomUUID(),
    facilityId: world.facilityId,
    name: `Person ${n}`,
    email: `p${n}@many.example`,
    role: 'block contact',
  }));
  await db.person.createMany({ data });
  await db.membership.createMany({ data: data.map(({ id: personId }) => ({ personId, groupId: world.otherGroup.id })) });
  const { handle, id } = await releasable();
  await decide(handle, dana(world), { action: 'release all' });
  const others = { OR: [{ subjectId: id }, { kind: 'worklist reminder' }], state: 'waiting' }; // the releaser's own receipt, and tomorrow's reminder
  await db.message.updateMany({ where: others, data: { state: 'withdrawn' } });
  const delivery = await lives.deliver();
  const actions = async () => {
    const { events } = await delivery.fetchHistory();
    const costly = events!.filter(
      (one) => one.activityTaskScheduledEventAttributes ?? one.timerStartedEventAttributes ?? one.workflowExecutionSignaledEventAttributes,
    );
    return costly.length;
  };
  const before = (await actions()) - 1; // its signal is in already
  await pass(addMinutes(await lives.now(), 12), false);
  expect(await db.message.count({ where: { facilityId: world.facilityId, kind: 'availability alert', state: 'sent' } })).toBe(241);
  expect((await actions()) - before).toBeLessThanOrEqual(2 + Math.ceil(241 / 100));
});

test('C-43, C-44: who opted out, or has no surgeon whose days and shortest case fit, is not told', async () => {
  const { db } = lives;
  const { handle } = await releasable();
  await db.person.update({ where: { id: world.other.id }, data: { availabilityAlerts: 'off' } });
  await decide(handle, dana(world), { action: 'release part', intervals: [{ ...(await partOf(handle)) }] });
  await db.person.update({ where: { id: world.other.id }, data: { availabilityAlerts: 'real-time' } });
  await db.provider.update({ where: { id: world.otherProvider.id }, data: { minCaseMinutes: 601 } });
  await decide(handle, dana(world), { action: 'release all' });
  expect(await statesOf(world.other.id)).toEqual([]);
  const third = await releasable();
  await db.provider.update({ where: { id: world.otherProvider.id }, data: { minCaseMinutes: 600 } });
  await decide(third.handle, dana(world), { action: 'release all' });
  expect(await statesOf(world.other.id)).toEqual(['availability alert: waiting']);
});

async function partOf(handle: WorkflowHandle) {
  const { startsAt } = await lives.db.block.findUniqueOrThrow({ where: { id: handle.workflowId.slice('block/'.length) } });
  return { startsAt: startsAt.toISOString(), endsAt: addMinutes(startsAt.toISOString(), 120) };
}

test('C-46: the mandatory release, a denial, a deletion, a change and an expiry of a hold announce what they open', async () => {
  const { db } = lives;
  const { handle, date } = await releasable();
  await handle.signal('blockFactsChanged');
  const hold = async (from: string, to: string) => {
    const time = { roomId: world.room2.id, startsAt: atLocal(date, from, world.zone), endsAt: atLocal(date, to, world.zone) };
    const now = await lives.now();
    const { facts } = await inTransaction(db, async (tx) => {
      await lockRoomDays(tx, [time]);
      const who = { facilityId: world.facilityId, providerId: world.provider.id, requesterId: world.contact.id };
      return requestHold(tx, { ...time, ...who }, dana(world), now);
    });
    return { ...time, handle: await lives.begin(`hold/${facts.id}`) };
  };
  const robin: Actor = { personId: world.scheduler.id, name: 'Robin Fields', role: 'facility scheduler', channel: 'api' };
  await decide((await hold('07:00', '12:00')).handle, robin, { action: 'deny', reason: 'full' });
  await decide((await hold('07:00', '12:00')).handle, dana(world), { action: 'delete', reason: 'not needed' });
  const moved = await hold('07:00', '12:00');
  await decide(moved.handle, robin, {
    action: 'change',
    interval: { startsAt: atLocal(date, '12:00', world.zone), endsAt: atLocal(date, '17:00', world.zone) },
  });
  await handle.result();
  await moved.handle.result();
  const openings = await db.opening.findMany({ where: { facilityId: world.facilityId }, orderBy: { id: 'asc' } });
  expect(openings.map(({ cause }) => cause)).toEqual(['hold denied', 'hold deleted', 'hold changed', 'mandatory release', 'hold expired']);
  expect(await alertsOf(world.other.id)).toHaveLength(5);
  expect((await alertsOf(world.contact.id)).map(({ subjectId }) => subjectId)).toEqual([openings[3]!.id]); // holds were their own
});
