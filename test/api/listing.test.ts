import { expect, test } from 'vitest';

import { addDays, atLocal } from '../../domain/civil.ts';
import { createBlock } from '../world.ts';
import { testApi } from './api.ts';

const api = testApi();

/** All pages of a list, as ids. Writes between the pages where asked to. */
async function walk(path: string, limit: number, between = async () => {}, id = (item: { id: string }) => item.id): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const and = path.includes('?') ? '&' : '?';
    const { status, body } = await api.call('GET', `${path}${and}limit=${limit}${cursor && `&cursor=${cursor}`}`);
    expect(status).toBe(200);
    expect(body.items.length).toBeLessThanOrEqual(limit);
    ids.push(...body.items.map(id));
    cursor = body.nextCursor;
    await between();
  }
  return ids;
}

test('pages of every list have neither gaps nor repeats, forwards and backwards', async () => {
  const { db, world, now, call } = api;
  const { facilityId } = world;
  for (let n = 0; n < 7; n++) {
    await createBlock(world, addDays('2027-03-01', n - (n % 2)), now, { roomId: n % 2 ? world.room2.id : world.room.id });
    const startsAt = atLocal(addDays('2027-04-01', n - (n % 2)), '15:00', world.zone);
    const endsAt = atLocal(addDays('2027-04-01', n - (n % 2)), '16:00', world.zone);
    const time = { facilityId, roomId: n % 2 ? world.room2.id : world.room.id, startsAt, endsAt };
    expect((await call('POST', '/holds', { body: { ...time, providerId: world.provider.id, requesterId: world.contact.id } })).status).toBe(
      201,
    );
    expect((await call('POST', '/cases', { body: { ...time, number: `N${n}`, groupId: world.group.id } })).status).toBe(201);
  }
  const count = {
    blocks: await db.block.count(),
    holds: await db.hold.count(),
    cases: await db.case.count(),
    messages: await db.message.count(),
    'audit-events': await db.auditEvent.count(),
    people: await db.person.count(),
    rooms: await db.room.count(),
    groups: await db.group.count(),
    providers: await db.provider.count(),
    policies: await db.policy.count(),
  };
  for (const [noun, expected] of Object.entries(count)) {
    const ids = await walk(`/${noun}`, 2);
    expect([noun, ids.length, new Set(ids).size]).toEqual([noun, expected, expected]);
  }
  for (const [path, sort] of Object.entries({ blocks: 'date', holds: 'startsAt', cases: 'startsAt', 'audit-events': 'recordedAt' })) {
    const forwards = await walk(`/${path}?sort=${sort}`, 3);
    expect((await walk(`/${path}?sort=-${sort}`, 3)).reverse()).toEqual(forwards);
  }
});

test('what is written between two pages moves nothing', async () => {
  const before = await walk('/groups', 50);
  let n = 0;
  const ids = await walk('/groups', 1, async () => {
    n++;
    await api.db.group.create({ data: { facilityId: api.world.facilityId, name: `Added before ${n}` } });
  });
  expect(ids.filter((id) => before.includes(id))).toEqual(before);
});

test('open time pages by start and room', async () => {
  const query = `/open-time?facilityId=${api.world.facilityId}&from=2027-05-03&to=2027-05-07`;
  const slot = (item: object) => JSON.stringify(item);
  const all = await walk(query, 200, undefined, slot);
  expect(all).toHaveLength(10);
  expect(await walk(query, 3, undefined, slot)).toEqual(all);
});

test('a cursor that is not ours, an unknown filter, a limit out of range: 400', async () => {
  const open = `open-time?facilityId=${api.world.facilityId}&from=2027-05-03&to=2027-05-07&`;
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const id = api.world.facilityId;
  const bad = [
    'garbage',
    '',
    encode({}),
    encode(['2027-01-01T00:00:00Z', 'x']),
    encode(['yesterday', id]),
    encode(['\u0000', id]),
    encode([1, id]),
  ];
  for (const path of ['blocks?', 'holds?', 'cases?', 'messages?', 'audit-events?', 'policies?', open]) {
    for (const cursor of bad)
      expect([path, cursor, (await api.call('GET', `/${path}cursor=${cursor}`)).status]).toEqual([path, cursor, 400]);
    for (const query of ['limit=0', 'limit=201', 'limit=x', 'nonsense=1', 'roomId=x']) {
      expect([path, query, (await api.call('GET', `/${path}${query}`)).status]).toEqual([path, query, 400]);
    }
  }
  expect((await api.call('GET', `/groups?cursor=${encode(['\u0000', id])}`)).status).toBe(400);
});

test('open time asks for at most 92 days, in order', async () => {
  const ask = async (from: string, to: string) =>
    (await api.call('GET', `/open-time?facilityId=${api.world.facilityId}&from=${from}&to=${to}`)).status;
  expect(await ask('2027-05-01', '2027-07-31')).toBe(200);
  expect(await ask('2027-05-01', '2027-08-01')).toBe(400);
  expect(await ask('2027-05-02', '2027-05-01')).toBe(400);
  expect(await ask('9999-12-31', '9999-12-31')).toBe(400);
});
