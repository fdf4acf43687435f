import { afterAll, beforeAll, expect, test } from 'vitest';

import { addDays, atLocal, zoneDate } from '../../domain/civil.ts';
import { hiddenOf, mintLink, visible } from '../pages/visitor.ts';
import { eventually, type System, startSystem } from '../system.ts';
import { createWorld, type World } from '../world.ts';

let system: System;
let world: World;
const now = () => new Date().toISOString();
const inDays = (days: number) => addDays(zoneDate(now(), world.zone), days);

beforeAll(async () => {
  system = await startSystem();
  world = await createWorld(system.db, { settings: { availability: { minRunMinutes: 60 } } });
});
afterAll(() => system?.close());

async function block(days: number, alone = true, room = world.room) {
  const { facilityId, group, provider, zone } = world;
  const at = (wall: string) => atLocal(inDays(days), wall, zone);
  const body = { facilityId, roomId: room.id, groupId: group.id, startsAt: at('07:00'), endsAt: at('15:00') };
  const created = await system.call('POST', '/v1/blocks', { ...body, ...(alone && { providerId: provider.id }) });
  expect(created.status).toBe(201);
  return { id: created.body.id as string, at };
}

const releasesOf = (blockId: string) =>
  system.db.release
    .findMany({ where: { blockId, undoneAt: null }, orderBy: { startsAt: 'asc' } })
    .then((rows) => rows.map(({ startsAt, endsAt }) => [startsAt.toISOString(), endsAt.toISOString()]));
const enter = (from: number, to: number, query = '') =>
  system.call('POST', `/v1/vacations${query}`, {
    providerId: world.provider.id,
    from: inDays(from),
    to: inDays(to),
    onBehalfOf: world.contact.id,
  });

test('C-17: days away release what is unbooked in the surgeon’s own blocks; cases and group blocks stay, and the preview said so', async () => {
  const { facilityId, room, room2, group, provider, zone } = world;
  const own = await block(30);
  const shared = await block(30, false, room2);
  const later = await block(40);
  const booking = { facilityId, number: 'V-1', roomId: room.id, groupId: group.id, providerId: provider.id };
  await system.call('POST', '/v1/cases', { ...booking, startsAt: own.at('09:00'), endsAt: own.at('11:00') });

  const preview = await enter(29, 31, '?preview=true');
  expect(preview).toMatchObject({ status: 200, body: { effect: { groupBlocks: 1, released: [{ id: own.id }] } } });
  expect(await system.db.vacation.count()).toBe(0);
  const entered = await enter(29, 31);
  expect(entered.status).toBe(201);
  expect(entered.body.effect).toEqual(preview.body.effect);

  const goes = entered.body.effect.released[0].unbooked.map(({ startsAt, endsAt }: Record<string, string>) => [startsAt, endsAt]);
  await eventually(async () => (await releasesOf(own.id)).length === 2);
  expect(await releasesOf(own.id)).toEqual(goes);
  expect(goes).toEqual([
    [own.at('07:00'), own.at('09:00')],
    [own.at('11:00'), own.at('15:00')],
  ]);
  expect(await releasesOf(shared.id)).toEqual([]);
  expect(await releasesOf(later.id)).toEqual([]);
  const decision = await system.db.decision.findFirstOrThrow({ where: { subjectId: own.id } });
  expect(decision).toMatchObject({ accepted: true, action: 'release all', actor: { name: 'Dana Reyes' } });
  await eventually(() => system.db.message.findFirst({ where: { subjectId: own.id, kind: 'release notification' } })); // C-24
  expect(zone).toBe('America/New_York');
});

test('C-17: only group blocks underneath: saved, nothing is released, and it says so', async () => {
  const shared = await block(50, false);
  const { body } = await enter(50, 50);
  expect(body.effect).toMatchObject({ released: [], groupBlocks: 1, summary: expect.stringContaining('only blocks of the whole group') });
  expect(await releasesOf(shared.id)).toEqual([]);
});

test('C-17: an end before the start is malformed; days that are over are refused', async () => {
  expect((await enter(12, 11)).status).toBe(400);
  expect((await enter(-3, 5)).body).toMatchObject({ status: 422, code: 'VACATION_PAST', rule: 'C-17' });
});

test('C-17, C-20: a contact of another group enters no days for this surgeon, whatever tool carries it', async () => {
  const { provider, other } = world;
  const refused = await system.call('POST', '/v1/vacations', {
    providerId: provider.id,
    from: inDays(60),
    to: inDays(61),
    onBehalfOf: other.id,
  });
  expect(refused.body).toMatchObject({ status: 403, code: 'SURGEON_NOT_YOURS', facts: { providerId: provider.id } });
});

test('F-06: while the surgeon is away, open time of those days is announced to nobody on their account', async () => {
  const { otherProvider, other, contact } = world;
  const days = { providerId: otherProvider.id, from: inDays(60), to: inDays(60), onBehalfOf: other.id };
  const vacation = (await system.call('POST', '/v1/vacations', days)).body;
  const announced = async (blockId: string) => {
    const released = await system.call('POST', `/v1/blocks/${blockId}/releases`, { full: true, onBehalfOf: contact.id });
    expect(released).toMatchObject({ status: 200 });
    const openings = await system.db.opening.findMany({ where: { subjectId: blockId }, select: { id: true } });
    const subjectId = { in: openings.map(({ id }) => id) };
    return system.db.message.count({ where: { personId: other.id, kind: 'availability alert', subjectId } });
  };
  expect(await announced((await block(60)).id)).toBe(0);
  expect(await announced((await block(61)).id)).toBe(1);
  expect((await system.call('POST', `/v1/vacations/${vacation.id}/cancel`, {})).body.cancelledAt).toBeTruthy();
  expect(await announced((await block(60, true, world.room2)).id)).toBe(1);
});

test('C-17, U-02: the days are entered on a page, once, after it has shown what goes; what was booked meanwhile is shown first', async () => {
  const { contact, provider } = world;
  const { id, at } = await block(70);
  const enterLink = await mintLink(system.db, contact, 'block schedule', { kind: 'person', id: contact.id, createdAt: now() });
  const post = (path: string, form: Record<string, string>, cookie = '') =>
    fetch(`${system.url}${path}`, { method: 'POST', body: new URLSearchParams(form), headers: { cookie }, redirect: 'manual' });
  const cookie = (await post(enterLink, {})).headers.get('set-cookie')!.split(';')[0]!;
  const days = { providerId: provider.id, from: inDays(70), to: inDays(70) };
  const shown = await (await post('/vacations/preview', days, cookie)).text();
  expect(visible(shown)).toContain('07:00–15:00 (8 h) go');
  expect((await post('/vacations', hiddenOf(shown), cookie)).status).toBe(422);
  expect(await releasesOf(id)).toEqual([]);
  const { facilityId, room, group } = world;
  const booking = { facilityId, number: 'V-2', roomId: room.id, groupId: group.id, startsAt: at('09:00'), endsAt: at('11:00') };
  await system.call('POST', '/v1/cases', booking);
  const stale = await post('/vacations', { ...hiddenOf(shown), yes: 'on' }, cookie);
  const anew = await stale.text();
  expect([stale.status, await releasesOf(id)]).toEqual([409, []]);
  expect(visible(anew)).toMatch(/Things have changed since you looked.*07:00–09:00 and 11:00–15:00 \(6 h\) go/s);
  for (let press = 0; press < 2; press++) expect((await post('/vacations', { ...hiddenOf(anew), yes: 'on' }, cookie)).status).toBe(303);
  expect(await system.db.vacation.count({ where: { from: new Date(inDays(70)) } })).toBe(1);
  await eventually(async () => (await releasesOf(id)).length === 2);
  expect((await post('/vacations/preview', { ...days, providerId: world.otherProvider.id }, cookie)).status).toBe(404);
});
