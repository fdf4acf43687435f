import { expect, test } from 'vitest';

import { createBlock, createHistory } from '../world.ts';
import { testApi } from './api.ts';

const api = testApi();
const at = (day: string, hour: number) => `${day}T${String(hour).padStart(2, '0')}:00:00.000Z`;
const wish = (day: string, more: object = {}) => {
  const { facilityId, room, group } = api.world;
  return { facilityId, roomId: room.id, groupId: group.id, startsAt: at(day, 12), endsAt: at(day, 20), ...more };
};

test('a block is reserved once and gets its life at once; another on the same minutes is refused', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => api.call('POST', '/blocks', { body: wish('2027-02-01') })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)]);
  expect(answers.find(({ status }) => status === 409)!.body.code).toBe('BLOCK_OVERLAPS');
  const { body } = answers.find(({ status }) => status === 201)!;
  expect(body).toMatchObject({ date: '2027-02-01', state: 'active', windowDays: 7, blockMinutes: 480, unbookedMinutes: 480, version: 1 });
  expect(await api.db.wakeUp.findMany({ where: { workflowId: `block/${body.id}` } })).toMatchObject([{ kind: 'start' }]);
});

test('C-05: malformed windows and times are refused with 400, a block in the past with 422', async () => {
  const status = async (more: object) => (await api.call('POST', '/blocks', { body: wish('2027-02-02', more) })).status;
  for (const windowDays of [-1, 1.5, '7', 366]) expect([windowDays, await status({ windowDays })]).toEqual([windowDays, 400]);
  expect(await status({ endsAt: at('2027-02-02', 12) })).toBe(400);
  expect(await status({ startsAt: at('2027-01-01', 12), endsAt: at('2027-01-01', 13) })).toBe(422);
  expect(await status({ providerId: api.world.room.id })).toBe(404);
});

test('C-05: the facility scheduler sets a block’s own window; moved earlier, the life is woken', async () => {
  const id = await createBlock(api.world, '2027-02-20', api.now);
  await api.db.wakeUp.deleteMany();
  const set = (windowDays: number, version: number, as?: string) =>
    api.call('PATCH', `/blocks/${id}`, { body: { windowDays }, ifMatch: version, as });
  const later = await set(3, 1);
  expect(later).toMatchObject({
    status: 200,
    body: { windowDays: 3, version: 2, next: { kind: 'mandatory release', at: '2027-02-17T05:00:00.000Z' } },
  });
  expect(await api.db.wakeUp.count()).toBe(0);
  expect((await set(20, 2)).body.next.at).toBe('2027-01-31T05:00:00.000Z');
  expect(await api.db.wakeUp.findMany()).toMatchObject([{ workflowId: `block/${id}`, kind: 'update', payload: { name: 'replanBlock' } }]);
  expect((await set(100, 3)).body).toMatchObject({ mandatoryOff: true, next: { kind: 'close' } });
  expect(await set(5, 1)).toMatchObject({ status: 412, body: { facts: { present: { version: 4 } } } });
  expect((await set(5, 4, api.keys.contact)).status).toBe(403);
  const { items } = (await api.call('GET', `/blocks/${id}/history`)).body;
  expect(items.at(-1)).toMatchObject({ action: 'set window', rule: 'C-05', before: { windowDays: 20 }, after: { windowDays: 100 } });
});

test('U-02: the preview of a release shows what goes and what stays, and does nothing', async () => {
  const id = await createBlock(api.world, '2027-02-22', api.now);
  const { facilityId, room, group } = api.world;
  const body = {
    facilityId,
    number: 'A-1',
    roomId: room.id,
    groupId: group.id,
    startsAt: at('2027-02-22', 15),
    endsAt: at('2027-02-22', 17),
  };
  await api.call('POST', '/cases', { body });
  const preview = (path: string, wanted: object) => api.call('POST', `/blocks/${id}/${path}?preview=true`, { body: wanted, key: null });
  const full = await preview('releases', { full: true });
  expect(full).toMatchObject({
    status: 200,
    body: { preview: true, effect: { release: 'full', booked: [{ startsAt: at('2027-02-22', 15) }] } },
  });
  expect(full.body.effect.released).toHaveLength(2);
  expect(full.body.seen).toMatch(/^release all /);
  const over = await preview('releases', { intervals: [{ startsAt: at('2027-02-22', 14), endsAt: at('2027-02-22', 16) }] });
  expect(over).toMatchObject({ status: 422, body: { code: 'TIME_NOT_FREE', rule: 'C-03' } });
  expect(
    (await preview('releases', { full: true, intervals: [{ startsAt: at('2027-02-22', 12), endsAt: at('2027-02-22', 13) }] })).status,
  ).toBe(400);
  expect((await preview('releases', {})).status).toBe(400);
  for (const hour of [13, 12]) {
    const empty = await preview('releases', { intervals: [{ startsAt: at('2027-02-22', 13), endsAt: at('2027-02-22', hour) }] });
    expect([empty.status, empty.body.code, empty.body.rule]).toEqual([422, 'TIME_NOT_FREE', 'C-03']);
    expect(empty.body.facts).toMatchObject({ interval: { endsAt: at('2027-02-22', hour) }, unbooked: expect.any(Array) });
  }
  expect((await preview('undo', {})).body.code).toBe('NOTHING_TO_UNDO');
  expect((await preview('keep', { stopAlerts: true })).body.effect).toMatchObject({ kept: true, silenced: true });
  expect(await api.db.release.count()).toBe(0);
});

test('U-01, U-07: the timeline ends with the block; why-not names rule, value and limit', async () => {
  await createHistory(api.world, '2027-01-02', { minutes: 480 });
  const id = await createBlock(api.world, '2027-02-24', api.now);
  const { items } = (await api.call('GET', `/blocks/${id}/timeline`)).body;
  expect(items.at(-1)).toMatchObject({ kind: 'close', at: at('2027-02-24', 20) });
  expect(items.map(({ at: instant }: { at: string }) => instant)).toEqual(items.map(({ at: instant }: { at: string }) => instant).sort());
  const whyNot = await api.call('GET', `/blocks/${id}/why-not?date=2027-02-01`);
  expect(whyNot).toMatchObject({
    status: 200,
    body: { date: '2027-02-01', alert: false, because: expect.stringContaining('not above 0.90') },
  });
  expect((await api.call('GET', `/blocks/${id}/why-not?date=tomorrow`)).status).toBe(400);
});

test('blocks are listed by their date, filtered', async () => {
  const list = async (query: string) => (await api.call('GET', `/blocks?${query}`)).body.items.map(({ date }: { date: string }) => date);
  expect(await list('from=2027-02-20&to=2027-02-22')).toEqual(['2027-02-20', '2027-02-22']);
  expect(await list('from=2027-02-20&to=2027-02-22&sort=-date')).toEqual(['2027-02-22', '2027-02-20']);
  expect(await list(`from=2027-02-20&groupId=${api.world.otherGroup.id}`)).toEqual([]);
  expect(await list('state=closed&to=2026-03-31')).toEqual(['2026-03-28']); // history that never had a life
});
