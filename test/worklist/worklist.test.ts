import { beforeEach, describe, expect, test } from 'vitest';

import { blockActivities } from '../../activities/block.ts';
import { deliveryActivities } from '../../activities/delivery.ts';
import { holdActivities } from '../../activities/hold.ts';
import { mailboxTransport } from '../../activities/mail/mailbox.ts';
import { seriesActivities } from '../../activities/series.ts';
import { addMinutes, atLocal } from '../../domain/civil.ts';
import type { Actor } from '../../domain/decision.ts';
import { reportCase } from '../../ledger/case.ts';
import { requestHold } from '../../ledger/new-hold.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { testApi } from '../api/api.ts';
import { signIn } from '../pages/visitor.ts';
import { createBlock, createWorld, type World } from '../world.ts';

const api = testApi();
const date = '2027-02-01';
let world: World;
let key: string;
let number = 0;

beforeEach(async () => {
  world = await createWorld(api.db, { name: `Worklist ${++number}`, settings: { release: { undoMinutes: 60 } } });
  key = await api.keyFor('facility scheduler', [world.facilityId]);
});

const at = (time: string) => atLocal(date, time, world.zone);
const by = ({ id, name }: { id: string; name: string }, role: Actor['role']): Actor => ({ personId: id, name, role, channel: 'page' });
const holder = () => by(world.contact, 'block contact');
const scheduler = () => by(world.scheduler, 'facility scheduler');
const decision = (actor: Actor, choice: object, decidedAt = api.now) => ({ id: crypto.randomUUID(), actor, decidedAt, ...choice });
const list = async (query = '') => (await api.call('GET', `/worklist-items?state=open${query}`, { as: key })).body.items;
const said = async () => (await list()).map(({ kind, startsAt, endsAt }: Record<string, string>) => [kind, startsAt, endsAt]);
const tick = (id: string, body = {}) => api.call('POST', `/worklist-items/${id}/acknowledge`, { as: key, body });

async function confirmedHold(from = '15:00', to = '17:00') {
  const { db, now } = api;
  const hold = holdActivities({ db });
  const time = { roomId: world.room2.id, startsAt: at(from), endsAt: at(to) };
  const wanted = { ...time, facilityId: world.facilityId, providerId: world.otherProvider.id, requesterId: world.other.id };
  const { facts } = await inTransaction(db, (tx) => requestHold(tx, wanted, by(world.other, 'block contact'), now));
  expect(await list()).toEqual([]); // a request changes nothing in the facility's schedule
  await hold.decideHold(facts.id, decision(scheduler(), { action: 'confirm' }));
  return { id: facts.id, ...hold };
}

test('F-22: a release is to be entered in the facility’s schedule, and undone before that, nothing is', async () => {
  const block = blockActivities({ db: api.db });
  const id = await createBlock(world, date, api.now);
  await block.decideBlock(id, decision(holder(), { action: 'release part', intervals: [{ startsAt: at('11:00'), endsAt: at('15:00') }] }));
  expect(await said()).toEqual([['release', at('11:00'), at('15:00')]]);
  expect((await list())[0]).toMatchObject({ what: 'Take this time out of the block of Orthopedics: it is released.', by: 'Dana Reyes' });
  await block.decideBlock(id, decision(holder(), { action: 'undo' }));
  expect(await said()).toEqual([]);
  expect(await api.db.worklistItem.groupBy({ by: ['state'], where: { facilityId: world.facilityId }, _count: true })).toEqual([
    { state: 'superseded', _count: 1 },
  ]);
});

test('F-22: undone after it was entered, the time is to be given back; ticked off twice, the first answer stands', async () => {
  const block = blockActivities({ db: api.db });
  const id = await createBlock(world, date, api.now);
  await block.decideBlock(id, decision(holder(), { action: 'release all' }));
  const [item] = await list();
  expect(await tick(item.id, { reference: 'S-1' })).toMatchObject({ status: 200, body: { state: 'acknowledged', reference: 'S-1' } });
  expect(await tick(item.id, { reference: 'S-2' })).toMatchObject({ status: 200, body: { reference: 'S-1', version: 2 } });
  await block.decideBlock(id, decision(holder(), { action: 'undo' }));
  expect(await said()).toEqual([['return', at('07:00'), at('15:00')]]);
});

test('F-22: the mandatory release is to be entered too', async () => {
  const block = blockActivities({ db: api.db });
  const id = await createBlock(world, date, api.now);
  await block.releaseUnbooked(id, atLocal('2027-01-25', '00:00', world.zone));
  expect(await list()).toMatchObject([{ kind: 'release', by: 'Holdfast', startsAt: at('07:00'), endsAt: at('15:00') }]);
});

test('F-22: a confirmed hold is reserved, freed where it moved from, and what ends without a case is freed', async () => {
  const { id, decideHold, expireHold } = await confirmedHold();
  const [reserve] = await list();
  expect(reserve).toMatchObject({ kind: 'reserve', what: 'Reserve this time for Dr. Sato (ENT): the hold is confirmed.' });
  await tick(reserve.id);
  await decideHold(id, decision(scheduler(), { action: 'change', interval: { startsAt: at('14:00'), endsAt: at('16:00') } }));
  expect((await said()).sort()).toEqual([
    ['free', at('16:00'), at('17:00')],
    ['reserve', at('14:00'), at('15:00')],
  ]);
  for (const item of await list()) await tick(item.id);
  const booking = { facilityId: world.facilityId, number: 'W-1', roomId: world.room2.id, groupId: world.otherGroup.id };
  await inTransaction(api.db, (tx) => reportCase(tx, { ...booking, startsAt: at('14:00'), endsAt: at('15:00') }, scheduler(), api.now));
  await expireHold(id, atLocal('2027-01-29', '00:00', world.zone));
  expect(await said()).toEqual([['free', at('15:00'), at('16:00')]]);
});

test('F-22: many are ticked off at once, with a result for each; what was superseded cannot be', async () => {
  const { id, decideHold } = await confirmedHold();
  const [item] = await list();
  await decideHold(id, decision(scheduler(), { action: 'delete', reason: 'by mistake' }));
  expect((await tick(item.id)).body).toMatchObject({ status: 409, code: 'WORKLIST_SUPERSEDED', rule: 'F-22' });
  const block = blockActivities({ db: api.db });
  await block.decideBlock(await createBlock(world, date, api.now), decision(holder(), { action: 'release all' }));
  const [open] = await list();
  const stranger = crypto.randomUUID();
  const answer = await api.call('POST', '/worklist-items/bulk', { as: key, body: { ids: [open.id, item.id, stranger] } });
  expect(answer.body.results).toMatchObject([
    { id: open.id, item: { state: 'acknowledged' } },
    { id: item.id, problem: { status: 409 } },
    { id: stranger, problem: { status: 404 } },
  ]);
});

/** Sends what is due by then; how many reminders the scheduler has. */
async function send(now: string): Promise<number> {
  const { db } = api;
  const transport = mailboxTransport(db);
  const { claimBatch, sendBatch } = deliveryActivities({
    db,
    transports: [transport],
    from: 'mail@holdfast.example',
    publicUrl: 'https://h.example',
  });
  for (let batch = await claimBatch(transport.name, now); batch.batchId; batch = await claimBatch(transport.name, now))
    await sendBatch(batch.batchId, now);
  return db.mailboxEntry.count({ where: { to: world.scheduler.email, subject: { contains: 'own schedule' } } });
}

test('F-22: the facility is reminded once a day while something is left, and not when nothing is', async () => {
  const { db } = api;
  const block = blockActivities({ db });
  await block.decideBlock(await createBlock(world, date, api.now), decision(holder(), { action: 'release all' }));
  const hours = (count: number) => addMinutes(api.now, count * 60);
  expect(await send(hours(23))).toBe(0);
  expect(await send(hours(24))).toBe(1);
  expect(await send(hours(40))).toBe(1);
  expect(await send(hours(48.1))).toBe(2);
  await tick((await list())[0].id);
  expect(await send(hours(73))).toBe(2);
  expect(await db.message.count({ where: { kind: 'worklist reminder', facilityId: world.facilityId, state: 'waiting' } })).toBe(0);
});

test('F-22, F-23: a shadow run does not end the chain of reminders: when it is over the facility is reminded again', async () => {
  const { db } = api;
  const block = blockActivities({ db });
  await block.decideBlock(await createBlock(world, date, api.now), decision(holder(), { action: 'release all' }));
  const begun = api.now;
  const hours = (count: number) => addMinutes(begun, count * 60);
  const shadow = async (on: boolean) => {
    const { version } = await db.facility.findUniqueOrThrow({ where: { id: world.facilityId } });
    expect((await api.call('PATCH', `/facilities/${world.facilityId}`, { as: key, body: { shadow: on }, ifMatch: version })).status).toBe(
      200,
    );
  };
  await shadow(true);
  expect(await send(hours(24))).toBe(1); // owed before; the next one is only shown
  expect(await send(hours(72.1))).toBe(1);
  expect(await db.message.count({ where: { kind: 'worklist reminder', facilityId: world.facilityId, state: 'shadow' } })).toBe(1);
  api.now = hours(73);
  await shadow(false);
  expect(await send(hours(97))).toBe(2);
  expect(await send(hours(121.1))).toBe(3);
  api.now = begun;
});

test('U-06, F-22: a shorter time until the reminder moves the one that waits, and the preview says so', async () => {
  const { db } = api;
  const block = blockActivities({ db });
  await block.decideBlock(await createBlock(world, date, api.now), decision(holder(), { action: 'release all' }));
  const body = { facilityId: world.facilityId, settings: { worklist: { remindAfterHours: 48 } } };
  const preview = await api.call('POST', '/policies?preview=true', { as: key, body, key: null });
  const [before, after] = [addMinutes(api.now, 24 * 60), addMinutes(api.now, 48 * 60)];
  expect(preview.body.reminders).toEqual([{ kind: 'worklist reminder', before, after }]);
  expect((await api.call('POST', '/policies', { as: key, body, ifMatch: 1 })).status).toBe(201);
  const waiting = await db.message.findMany({ where: { kind: 'worklist reminder', facilityId: world.facilityId, state: 'waiting' } });
  expect(waiting.map(({ sendAfter }) => sendAfter.toISOString())).toEqual([after]);
  expect((await api.call('POST', '/policies?preview=true', { as: key, body, key: null })).body.reminders).toEqual([]);
});

test('F-22: the facility scheduler ticks off on the page; a holder has no such page', async () => {
  const block = blockActivities({ db: api.db });
  await block.decideBlock(await createBlock(world, date, api.now), decision(holder(), { action: 'release all' }));
  const browser = await signIn(api, world.scheduler);
  const page = await browser.get('/worklist');
  expect(page.text).toContain('OR 1, Monday, 1 February 2027, 07:00–15:00');
  const bare = await browser.post('/worklist');
  expect([bare.status, bare.text]).toEqual([422, expect.stringMatching(/Nothing is ticked: tick at least one.*OR 1, Monday, 1 February/)]);
  expect((await browser.post('/worklist', { item: (await list())[0].id })).location).toBe('/worklist?done=1');
  expect((await browser.get('/worklist?done=1')).text).toContain('1 line is ticked off.');
  expect((await browser.get('/worklist')).text).toContain('Nothing is left');
  expect((await (await signIn(api, world.contact)).get('/worklist')).status).toBe(403);
});

describe('a block series', () => {
  const weekly = { kind: 'weekly', weekdays: [1] };
  const make = async (more = {}) => {
    const body = { facilityId: world.facilityId, roomId: world.room.id, groupId: world.group.id, from: '07:00', to: '15:00' };
    const made = await api.call('POST', '/block-series', {
      as: key,
      body: { ...body, recurrence: weekly, validFrom: '2027-01-01', ...more },
    });
    expect(made.status).toBe(201);
    return made.body as { id: string };
  };
  const change = async (id: string, body: object) => {
    const { version } = await api.db.blockSeries.findUniqueOrThrow({ where: { id } });
    expect((await api.call('PATCH', `/block-series/${id}`, { as: key, body, ifMatch: version })).status).toBe(200);
  };
  const lines = async () =>
    (await list()).map(({ kind, what, series }: { kind: string; what: string; series: { from: string; keptDates: string[] } | null }) => [
      kind,
      what,
      series && [series.from, ...series.keptDates],
    ]);
  const enter = 'Enter the block series of Orthopedics.';
  const again = 'Change the block series of Orthopedics to what it is now.';

  test('F-22: a new series is one line, not one a day; days that come later add none; it stays until somebody enters it', async () => {
    const { id } = await make();
    const [item, ...more] = await list();
    expect(more).toEqual([]);
    expect(item).toMatchObject({
      kind: 'series',
      what: enter,
      subject: { kind: 'series', id },
      startsAt: atLocal('2027-01-11', '07:00', world.zone),
      endsAt: null,
      series: {
        roomId: world.room.id,
        holder: 'Orthopedics',
        recurrence: { ...weekly, everyWeeks: 1 },
        from: '07:00',
        to: '15:00',
        keptDates: [],
      },
    });
    const series = seriesActivities({ db: api.db });
    const { nextAt } = await api.db.blockSeries.findUniqueOrThrow({ where: { id } });
    await series.materialiseSeries(id, nextAt.toISOString());
    expect(await list()).toEqual([item]);
    expect(await send(addMinutes(api.now, 25 * 60))).toBe(1);
    expect(await send(addMinutes(api.now, 400 * 24 * 60))).toBe(2); // an endless series is not over
    expect((await tick(item.id)).status).toBe(200);
    expect(await list()).toEqual([]);
  });

  test('F-22: changed before it was entered, the line says what is now; changed back after it was entered, nothing is left to do', async () => {
    const { id } = await make();
    const [first] = await list();
    await change(id, { from: '08:00' });
    expect(await lines()).toEqual([['series', enter, ['08:00']]]);
    expect((await tick(first.id)).body).toMatchObject({ status: 409, code: 'WORKLIST_SUPERSEDED' });
    await change(id, { windowDays: 3 }); // nothing that stands in the facility's schedule
    expect((await list()).length).toBe(1);
    await tick((await list())[0].id);
    await change(id, { from: '09:00' });
    expect(await lines()).toEqual([['series', again, ['09:00']]]);
    await change(id, { from: '08:00' });
    expect(await lines()).toEqual([]);
  });

  test('F-22: made and ended before anybody entered it, nothing is to be entered; after that, it is to be taken out', async () => {
    const end = (id: string) => api.call('POST', `/block-series/${id}/end`, { as: key, body: { from: '2027-01-05' } });
    const gone = await make();
    await end(gone.id);
    expect(await lines()).toEqual([]);
    const { id } = await make();
    await tick((await list())[0].id);
    await end(id);
    expect(await lines()).toEqual([['series end', 'Take the block series of Orthopedics out: it has no day ahead any more.', null]]);
  });

  test('F-22: a day that stays is named, and what happens to one day is a line of its own', async () => {
    const { id } = await make();
    await tick((await list())[0].id);
    const block = await api.db.block.findFirstOrThrow({ where: { seriesId: id, date: new Date(date) } });
    await blockActivities({ db: api.db }).decideBlock(block.id, decision(holder(), { action: 'release all' }));
    expect(await said()).toEqual([['release', at('07:00'), at('15:00')]]);
    await tick((await list())[0].id);
    await change(id, { from: '09:00' });
    expect(await lines()).toEqual([['series', again, ['09:00', date]]]);
    await change(id, { from: '09:00', include: [date] });
    expect(await lines()).toEqual([['series', again, ['09:00']]]); // all of the day was taken out already
    const browser = await signIn(api, world.scheduler);
    const page = await browser.get('/worklist');
    expect(page.text).toContain('OR 1, 09:00–15:00, Monday, every week, from Friday, 1 January 2027, of Orthopedics');
    expect((await browser.post('/worklist', { item: (await list())[0].id })).status).toBe(303);
    expect(await list()).toEqual([]);
  });

  test('F-22: a day changed by hand after the facility was told of a part of it is taken out by itself', async () => {
    const { id } = await make();
    await tick((await list())[0].id);
    const block = await api.db.block.findFirstOrThrow({ where: { seriesId: id, date: new Date(date) } });
    const part = { action: 'release part', intervals: [{ startsAt: at('11:00'), endsAt: at('15:00') }] };
    await blockActivities({ db: api.db }).decideBlock(block.id, decision(holder(), part));
    await tick((await list())[0].id);
    await change(id, { from: '09:00', include: [date] });
    const days = (await list()).filter(({ kind }: { kind: string }) => kind === 'release');
    expect(days).toMatchObject([
      {
        startsAt: at('07:00'),
        endsAt: at('11:00'),
        what: 'Take this time out of the block of Orthopedics: its series has it otherwise now.',
      },
    ]);
  });

  test('F-22, F-23: a facility in shadow mode is asked to enter nothing', async () => {
    await api.db.facility.update({ where: { id: world.facilityId }, data: { shadow: true } });
    await make();
    expect(await list()).toEqual([]);
  });
});
