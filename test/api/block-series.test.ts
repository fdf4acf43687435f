import { beforeEach, describe, expect, test } from 'vitest';

import { atLocal } from '../../domain/civil.ts';
import { footprint } from '../pages/visitor.ts';
import { createBlock } from '../world.ts';
import { testApi } from './api.ts';

const api = testApi(); // Monday, 4 January 2027
const at = (date: string, time: string) => atLocal(date, time, api.world.zone);

type Day = { date: string; blockId: string; because: string };
type Change = { added: Day[]; removed: Day[]; moved: { before: Day; after: Day }[]; kept: Day[] };
const dates = ({ added, removed, moved, kept }: Change) => ({
  added: added.map(({ date }) => date),
  removed: removed.map(({ date }) => date),
  moved: moved.map(({ after }) => after.date),
  kept: kept.map(({ date, because }) => [date, because]),
});
const nothing = { added: [], removed: [], moved: [], kept: [] };

const wish = (more: object = {}) => {
  const { facilityId, room, group } = api.world;
  const recurrence = { kind: 'weekly', weekdays: [2] };
  return { facilityId, roomId: room.id, groupId: group.id, from: '07:00', to: '15:00', recurrence, validFrom: '2027-01-01', ...more };
};
const make = async (more: object = {}) => {
  const answer = await api.call('POST', '/block-series', { body: wish(more) });
  expect(answer.status).toBe(201);
  return answer.body;
};
const patch = (series: { id: string; version: number }, body: object, query = '') =>
  api.call('PATCH', `/block-series/${series.id}${query}`, { body, ifMatch: series.version });
const blocksOf = (seriesId: string) =>
  api.db.block.findMany({ where: { seriesId, state: { not: 'cancelled' } }, orderBy: { date: 'asc' } });
const datesOf = async (seriesId: string) => (await blocksOf(seriesId)).map(({ date }) => date.toISOString().slice(0, 10));

beforeEach(async () => {
  const { db } = api;
  await db.release.deleteMany();
  await db.claim.deleteMany();
  await db.hold.deleteMany();
  await db.case.updateMany({ data: { cancelledAt: new Date(api.now) } });
  await db.block.deleteMany();
  await db.blockSeries.deleteMany();
  await db.holiday.deleteMany();
  await db.wakeUp.deleteMany();
});

describe('making a series', () => {
  test('U-11, C-05: its days within the horizon are blocks at once, each with its life; the preview is the same and writes nothing', async () => {
    const { db, call } = api;
    await db.holiday.create({ data: { facilityId: api.world.facilityId, date: new Date('2027-02-09'), name: 'Carnival' } });
    const body = wish({ recurrence: { kind: 'monthly', weekday: 2, nth: [2, 4] }, skippedDates: ['2027-01-26'], windowDays: 14 });
    const before = await footprint(db);
    const preview = await call('POST', '/block-series?preview=true', { body, key: null });
    expect(preview).toMatchObject({ status: 200, body: { preview: true } });
    expect(await footprint(db)).toEqual(before);

    const key = crypto.randomUUID();
    const made = await call('POST', '/block-series', { body, key });
    expect(made).toMatchObject({ status: 201, body: { preview: false, state: 'active', version: 1, materialisedUntil: '2027-07-03' } });
    const expected = [
      '2027-01-12',
      '2027-02-23',
      '2027-03-09',
      '2027-03-23',
      '2027-04-13',
      '2027-04-27',
      '2027-05-11',
      '2027-05-25',
      '2027-06-08',
      '2027-06-22',
    ];
    expect(dates(made.body.change)).toEqual({ ...nothing, added: expected });
    expect([preview.body.change, preview.body.seen]).toEqual([made.body.change, made.body.seen]);
    expect(await datesOf(made.body.id)).toEqual(expected);
    const [first] = await blocksOf(made.body.id);
    expect(first).toMatchObject({
      startsAt: new Date(at('2027-01-12', '07:00')),
      endsAt: new Date(at('2027-01-12', '15:00')),
      windowDays: 14,
      mandatoryOff: true,
    });
    expect(made.body.warnings).toMatchObject([{ code: 'INSIDE_WINDOW', rule: 'C-05', dates: ['2027-01-12'] }]);
    expect(made.body.next).toMatchObject({ kind: 'materialise', at: at('2027-01-14', '00:00'), rule: 'C-05' });
    const starts = await db.wakeUp.findMany({ where: { kind: 'start' } });
    expect(starts.map(({ workflowId }) => workflowId.split('/')[0])).toEqual([...expected.map(() => 'block'), 'series']);
    expect((await call('POST', '/block-series', { body, key })).body).toEqual(made.body);
    expect(await db.blockSeries.count()).toBe(1);
    const listed = await call('GET', `/blocks?seriesId=${made.body.id}&limit=3`);
    expect(listed.body.items.map(({ seriesId }: { seriesId: string }) => seriesId)).toEqual(Array(3).fill(made.body.id));
    expect((await call('GET', `/block-series/${made.body.id}`)).headers.etag).toBe('"1"');
    expect((await call('GET', `/block-series/${made.body.id}/history`)).body.items).toMatchObject([{ action: 'create' }]);
  });

  test('U-11: where other blocks stand it is refused with the days, and nothing half is done', async () => {
    const { db, world, now, call } = api;
    const other = await createBlock(world, '2027-03-02', now, { groupId: world.otherGroup.id });
    const before = await footprint(db);
    const answer = await call('POST', '/block-series', { body: wish({ from: '14:00', to: '20:00' }) });
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'SERIES_CLASHES', facts: { days: [{ date: '2027-03-02', blockId: other }] } },
    });
    expect({ ...(await footprint(db)), IdempotentAnswer: 0 }).toEqual({ ...before, IdempotentAnswer: 0 });
    expect((await make({ from: '14:00', to: '20:00', skippedDates: ['2027-03-02'] })).change.added.length).toBeGreaterThan(20);
  });

  test('C-05: a series with a long window is made ahead of it', async () => {
    const series = await make({ windowDays: 200, validUntil: '2027-12-31' });
    expect(series.materialisedUntil).toBe('2027-09-21');
    expect(series.warnings[0].dates.at(-1)).toBe('2027-07-20'); // the days until 200 days from now
    expect((await blocksOf(series.id)).filter(({ mandatoryOff }) => !mandatoryOff)).toHaveLength(9);
  });

  test('U-11: malformed, past, and of unknown people or places', async () => {
    const { world, keys } = api;
    const refusal = async (more: object, as?: string) => {
      const { status, body } = await api.call('POST', '/block-series', { body: wish(more), as });
      return [status, body.code];
    };
    expect(await refusal({ validUntil: '2026-12-31' })).toEqual([400, 'INVALID_REQUEST']);
    expect(await refusal({ from: '25:00' })).toEqual([400, 'INVALID_REQUEST']);
    expect(await refusal({ recurrence: { kind: 'weekly', weekdays: [1], everyWeeks: 2 } })).toEqual([400, 'INVALID_REQUEST']);
    expect(await refusal({ recurrence: { kind: 'weekly', weekdays: [] } })).toEqual([400, 'INVALID_REQUEST']);
    expect(await refusal({ validFrom: '2026-01-01', validUntil: '2027-01-04' })).toEqual([422, 'TIME_PAST']);
    expect(await refusal({ roomId: world.facilityId })).toEqual([404, 'NOT_FOUND']);
    expect(await refusal({}, keys.contact)).toEqual([403, 'NOT_ALLOWED']);
    await api.db.group.update({ where: { id: world.otherGroup.id }, data: { mainContactId: null } });
    expect(await refusal({ groupId: world.otherGroup.id })).toEqual([422, 'BLOCK_WITHOUT_CONTACT']);
    await api.db.group.update({ where: { id: world.otherGroup.id }, data: { mainContactId: world.other.id } });
  });

  test('U-01: the timeline says when which days become blocks', async () => {
    const { id } = await make({ validUntil: '2027-07-13' });
    const { items } = (await api.call('GET', `/block-series/${id}/timeline`)).body;
    expect(items.map(({ kind, at: when }: { kind: string; at: string }) => [kind, when])).toEqual([
      ['materialise', at('2027-01-07', '00:00')],
      ['materialise', at('2027-01-14', '00:00')],
      ['close', at('2027-07-14', '00:00')],
    ]);
    expect(items[0].because).toBe('The block of 2027-07-06 is made 180 days ahead.');
  });
});

describe('changing a series', () => {
  const three = { validUntil: '2027-02-02', validFrom: '2027-01-12' }; // 12, 19, 26 January and 2 February

  test('U-02: the preview lists days added, removed and moved, and the change does exactly that', async () => {
    const { db } = api;
    const series = await make(three);
    const standing = await blocksOf(series.id);
    const wanted = { from: '08:00', validUntil: '2027-02-09', skippedDates: ['2027-01-19'] };
    const before = await footprint(db);
    const preview = await patch(series, wanted, '?preview=true');
    const expected = { added: ['2027-02-09'], removed: ['2027-01-19'], moved: ['2027-01-12', '2027-01-26', '2027-02-02'], kept: [] };
    expect(preview.status).toBe(200);
    expect(dates(preview.body.change)).toEqual(expected);
    expect(await footprint(db)).toEqual(before);
    expect(await blocksOf(series.id)).toEqual(standing);

    await db.wakeUp.deleteMany();
    const changed = await patch(series, { ...wanted, seen: preview.body.seen });
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { version: 2, seen: preview.body.seen } });
    expect(dates(changed.body.change)).toEqual(expected);
    const after = await blocksOf(series.id);
    expect(after.map(({ startsAt }) => startsAt.toISOString())).toEqual(
      ['2027-01-12', '2027-01-26', '2027-02-02', '2027-02-09'].map((date) => at(date, '08:00')),
    );
    const gone = await db.block.findMany({ where: { id: { in: standing.map(({ id }) => id) } } });
    expect(gone.map(({ state }) => state)).toEqual(Array(4).fill('cancelled'));
    const woken = await db.wakeUp.findMany({ where: { kind: 'update' } });
    expect(woken.map(({ workflowId }) => workflowId).sort()).toEqual(expect.arrayContaining(gone.map(({ id }) => `block/${id}`)));
    const { items } = (await api.call('GET', `/blocks/${gone[0]!.id}/history`)).body;
    expect(items.at(-1)).toMatchObject({ action: 'cancel', actor: { role: 'facility scheduler' } });
    expect((await patch(series, {})).body.code).toBe('VERSION_MISMATCH');
    expect((await api.call('PATCH', `/block-series/${series.id}`, { body: {} })).body.code).toBe('IF_MATCH_MISSING');
  });

  test('U-02: days that something has happened to are kept and say why; named, they change, but never time that somebody holds', async () => {
    const { db, world, call } = api;
    const { facilityId, room, group, otherGroup, otherProvider, other } = world;
    const series = await make({ ...three, validUntil: '2027-02-16' });
    const [, released, held, altered, quiet] = await blocksOf(series.id);
    const report = { facilityId, number: `S-${crypto.randomUUID()}`, room: 'OR 1', groupId: group.id };
    await call('POST', '/cases', { body: { ...report, startsAt: at('2027-01-12', '07:00'), endsAt: at('2027-01-12', '09:00') } });
    for (const { id, roomId, startsAt, endsAt } of [released!, held!]) {
      const fact = { kind: 'full', releasedAt: api.now, releasedBy: 'Dana Reyes', visibleAt: api.now };
      await db.release.create({ data: { blockId: id, roomId, startsAt, endsAt, ...fact } });
    }
    const wanted = { roomId: room.id, providerId: otherProvider.id, requesterId: other.id, facilityId };
    const asked = await call('POST', '/holds', {
      body: { ...wanted, startsAt: at('2027-01-26', '08:00'), endsAt: at('2027-01-26', '10:00') },
    });
    expect(asked.status).toBe(201);
    expect((await call('PATCH', `/blocks/${altered!.id}`, { body: { windowDays: 3 }, ifMatch: 1 })).status).toBe(200);

    const kept = [
      ['2027-01-12', 'Cases are booked in it.'],
      ['2027-01-19', 'Time of it was released.'],
      ['2027-01-26', 'Somebody holds time that was released of it.'],
      ['2027-02-02', 'It was altered by hand.'],
    ];
    const first = await patch(series, { groupId: otherGroup.id });
    expect(dates(first.body.change)).toEqual({ ...nothing, moved: ['2027-02-09', '2027-02-16'], kept });
    const all = kept.map(([date]) => date);
    const second = await patch(first.body, { include: all });
    expect(dates(second.body.change)).toEqual({ ...nothing, moved: ['2027-01-12', '2027-01-19', '2027-02-02'], kept: [kept[2]] });
    expect(await db.block.findUnique({ where: { id: held!.id } })).toMatchObject({ state: 'active', groupId: group.id });
    expect(await db.block.findUnique({ where: { id: quiet!.id } })).toMatchObject({ state: 'cancelled' });
  });

  test('U-02: what has changed since the preview is refused with the new one, and nothing is done', async () => {
    const { db, world, call } = api;
    const series = await make(three);
    const { seen } = (await patch(series, { from: '09:00' }, '?preview=true')).body;
    const report = { facilityId: world.facilityId, number: `S-${crypto.randomUUID()}`, room: 'OR 1', groupId: world.group.id };
    await call('POST', '/cases', { body: { ...report, startsAt: at('2027-01-19', '07:00'), endsAt: at('2027-01-19', '09:00') } });
    const stale = await patch(series, { from: '09:00', seen });
    expect(stale).toMatchObject({ status: 409, body: { code: 'PREVIEW_STALE', facts: { change: { kept: [{ date: '2027-01-19' }] } } } });
    expect(await db.blockSeries.findUnique({ where: { id: series.id } })).toMatchObject({ version: 1, from: '07:00' });
    expect((await patch(series, { from: '09:00', seen: stale.body.facts.seen })).status).toBe(200);
  });

  test('U-11: a change that meets other blocks is refused with the days, and all stands as before', async () => {
    const { world, now } = api;
    const series = await make(three);
    await createBlock(world, '2027-01-26', now, { roomId: world.room2.id, groupId: world.otherGroup.id });
    const before = await blocksOf(series.id);
    const answer = await patch(series, { roomId: world.room2.id });
    expect(answer).toMatchObject({ status: 409, body: { code: 'SERIES_CLASHES', facts: { days: [{ date: '2027-01-26' }] } } });
    expect(await blocksOf(series.id)).toEqual(before);
    expect((await patch(series, { from: '11:00', to: '19:00' })).status).toBe(200); // its own days are no clash
  });

  test('U-13: mails that wait about a day that goes are withdrawn, and its time is open', async () => {
    const { db, world, call } = api;
    const series = await make({ ...three, windowDays: 30 }); // inside their own window: contact and facility are told
    expect(await db.message.count({ where: { kind: 'block inside window', state: 'waiting' } })).toBeGreaterThan(0);
    await patch(series, { skippedDates: ['2027-01-12', '2027-01-19', '2027-01-26', '2027-02-02'] });
    const ids = (await db.block.findMany({ where: { seriesId: series.id } })).map(({ id }) => id);
    const states = await db.message.findMany({ where: { subjectId: { in: ids } } });
    expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['withdrawn']));
    const open = await call('GET', `/open-time?facilityId=${world.facilityId}&from=2027-01-19&to=2027-01-19&roomId=${world.room.id}`);
    expect(open.body.items).toMatchObject([{ startsAt: at('2027-01-19', '07:00'), endsAt: at('2027-01-19', '17:00') }]);
    expect((await call('GET', `/blocks/${ids[0]}`)).body).toMatchObject({ state: 'cancelled', next: { kind: 'closed' } });
    await createBlock(world, '2027-01-19', api.now); // the minutes are free for another block too
  });

  test('U-11: a new holiday takes its day away with the next change, and gives it back when it goes', async () => {
    const { call, world } = api;
    const series = await make(three);
    const added = await call('POST', `/facilities/${world.facilityId}/holidays`, { body: { date: '2027-01-26', name: 'Snow day' } });
    expect(added.body.touches).toMatchObject([{ subject: { kind: 'block' }, startsAt: at('2027-01-26', '07:00') }]);
    expect(await datesOf(series.id)).toContain('2027-01-26');
    const without = await patch(series, {});
    expect(dates(without.body.change)).toEqual({ ...nothing, removed: ['2027-01-26'] });
    await call('DELETE', `/facilities/${world.facilityId}/holidays?date=2027-01-26`);
    expect(dates((await patch(without.body, {})).body.change)).toEqual({ ...nothing, added: ['2027-01-26'] });
  });
});

describe('ending a series', () => {
  const end = (id: string, body: object, query = '') => api.call('POST', `/block-series/${id}/end${query}`, { body });

  test('U-02, U-11: its days from that date on go, the others stay, and it is made no longer', async () => {
    const { db } = api;
    const series = await make();
    const preview = await end(series.id, { from: '2027-01-20' }, '?preview=true');
    expect(preview.body).toMatchObject({ preview: true, validUntil: '2027-01-19' });
    expect(await datesOf(series.id)).toHaveLength(26);
    const ended = await end(series.id, { from: '2027-01-20', seen: preview.body.seen, reason: 'The group moves.' });
    expect(ended).toMatchObject({
      status: 200,
      body: { validUntil: '2027-01-19', next: { kind: 'close', at: at('2027-01-20', '00:00') } },
    });
    expect(await datesOf(series.id)).toEqual(['2027-01-05', '2027-01-12', '2027-01-19']);
    expect(ended.body.change).toEqual(preview.body.change);
    const { items } = (await api.call('GET', `/block-series/${series.id}/history`)).body;
    expect(items.at(-1)).toMatchObject({ action: 'end', reason: 'The group moves.' });
    await db.blockSeries.update({ where: { id: series.id }, data: { state: 'ended' } });
    expect((await end(series.id, { from: '2027-01-06' })).body.code).toBe('SERIES_ENDED');
    expect((await patch(ended.body, {})).body.code).toBe('SERIES_ENDED');
  });

  test('C-05: two changes at once make one', async () => {
    const series = await make();
    const both = await Promise.all([patch(series, { from: '08:00' }), patch(series, { from: '09:00' })]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect(await datesOf(series.id)).toHaveLength(26);
  });

  test('C-05: a longer horizon wakes the series of the facility', async () => {
    const { db, call, world } = api;
    const { id } = await make();
    await db.wakeUp.deleteMany();
    const version = (await call('GET', `/policies?facilityId=${world.facilityId}`)).body.items[0].version;
    const settings = { series: { horizonDays: 200 } };
    expect((await call('POST', '/policies', { body: { facilityId: world.facilityId, settings }, ifMatch: version })).status).toBe(201);
    const woken = await db.wakeUp.findMany({ where: { workflowId: `series/${id}` } });
    expect(woken).toMatchObject([{ kind: 'update', payload: { name: 'replanSeries' } }]);
  });
});

describe('who learns of days that go', () => {
  test('C-46, F-22: what a change frees is announced in one mail of the day, stands on the worklist, and is told to the holder', async () => {
    const { db, call, world } = api;
    await db.message.deleteMany();
    await db.opening.deleteMany();
    await db.worklistItem.deleteMany();
    const made = await make({ validUntil: '2027-02-09' });
    const { id: caseId } = await db.case.create({
      data: {
        facilityId: world.facilityId,
        number: 'K-1',
        roomId: world.room.id,
        groupId: world.group.id,
        startsAt: at('2027-02-09', '08:00'),
        endsAt: at('2027-02-09', '09:00'),
      },
    });
    const ended = await call('POST', `/block-series/${made.id}/end`, { body: { from: '2027-01-15', reason: 'They move.' } });
    expect(dates(ended.body.change)).toMatchObject({
      removed: ['2027-01-19', '2027-01-26', '2027-02-02'],
      kept: [['2027-02-09', expect.any(String)]],
    });
    const openings = await db.opening.findMany({ orderBy: { startsAt: 'asc' } });
    expect(openings.map(({ cause, startsAt }) => [cause, startsAt.toISOString()])).toEqual(
      ['2027-01-19', '2027-01-26', '2027-02-02'].map((date) => ['block taken away', at(date, '07:00')]),
    );
    const mails = await db.message.findMany({ where: { kind: { startsWith: 'availability' } } });
    expect(mails.map(({ kind, personId }) => [kind, personId]).sort()).toEqual(
      [world.contact, world.other].map(({ id }) => ['availability digest', id]).sort(),
    );
    const told = await db.message.findMany({ where: { kind: 'series changed' } });
    expect(told.map(({ personId }) => personId)).toEqual([world.contact.id]);
    expect(told[0]!.content).toMatchObject({ reason: 'They move.', days: [{ before: { startsAt: at('2027-01-19', '07:00') } }, {}, {}] });
    const [line, ...more] = await db.worklistItem.findMany({ where: { state: 'open' } });
    expect([line, more]).toMatchObject([{ kind: 'series', series: { validUntil: '2027-01-14', keptDates: ['2027-02-09'] } }, []]);
    await db.case.delete({ where: { id: caseId } });
  });

  test('C-46: a day that moves announces only what its new block leaves', async () => {
    const { db } = api;
    await db.opening.deleteMany();
    const made = await make({ validUntil: '2027-01-19' });
    await patch(made, { from: '11:00' });
    const openings = await db.opening.findMany({ orderBy: { startsAt: 'asc' } });
    expect(openings.map(({ runs }) => runs)).toEqual(
      ['2027-01-05', '2027-01-12', '2027-01-19'].map((date) => [{ startsAt: at(date, '07:00'), endsAt: at(date, '11:00') }]),
    );
    const told = await db.message.findFirst({ where: { kind: 'series changed', subjectId: made.id } });
    expect(told?.content).toMatchObject({ days: [{ after: { startsAt: at('2027-01-05', '11:00') } }, {}, {}] });
  });
});
