import { beforeAll, expect, test } from 'vitest';

import { atLocal } from '../../domain/civil.ts';
import { testApi } from '../api/api.ts';
import { createBlock, createSeriesIn } from '../world.ts';
import { type Browser, footprint, formOf, hiddenOf, signIn, signInStaff } from './visitor.ts';

const api = testApi();
const date = '2027-02-01';
const at = (time: string) => atLocal(date, time, api.world.zone);
let browser: Browser;

beforeAll(async () => {
  await createBlock(api.world, date, api.now);
  browser = await signInStaff(api, api.world.scheduler);
});

const openOn = async (on: string) => (await browser.get(`/open-time?from=${on}&to=${on}&room=${api.world.room.id}&minutes=60`)).text;

test('C-26: the hours of a room’s weekdays change after the list of what lies in the time that closes; nothing of it moves', async () => {
  const { db, world } = api;
  const { facilityId, room, group } = world;
  await db.case.create({
    data: { facilityId, number: 'R-1', roomId: room.id, groupId: group.id, startsAt: at('09:00'), endsAt: at('10:00') },
  });
  expect((await browser.get('/rooms')).text).toContain('OR 1 Monday to Sunday 07:00–17:00');
  const page = await browser.get(`/rooms/${room.id}`);
  const wish = { ...formOf(page, 0), 'opens-1': '09:30', 'opens-7': '', 'closes-7': '' };

  const before = await footprint(db);
  const preview = await browser.post('/rooms/preview', wish);
  expect(preview.text).toContain('OR 1: Monday 09:30–17:00, Tuesday to Saturday 07:00–17:00.');
  expect(preview.text).toContain('block in OR 1, Monday, 1 February 2027, 07:00–15:00 , Orthopedics: 07:00–09:30 (2 h 30 min) closes');
  expect(preview.text).toContain('case in OR 1, Monday, 1 February 2027, 09:00–10:00, Orthopedics: 09:00–09:30 (30 min) closes');
  expect(await footprint(db)).toEqual(before);

  expect((await browser.post('/rooms/hours', hiddenOf(preview.html))).status).toBe(422);
  expect((await browser.submit(preview, '/rooms/hours', { yes: 'on' })).location).toBe(`/rooms/${room.id}?saved`);
  expect((await browser.get(`/rooms/${room.id}?saved`)).text).toContain('Saved.');
  expect(await db.block.count({ where: { roomId: room.id, version: 1 } })).toBe(1);
  expect(await openOn('2027-02-07')).toContain('Nothing is open'); // a Sunday
  expect(await openOn('2027-02-08')).toContain('OR 1, 09:30–17:00');
  expect((await browser.submit(preview, '/rooms/hours', { yes: 'on' })).status).toBe(412);
});

test('U-02: what was reserved between the list and the click is shown first, and nothing is saved', async () => {
  const { db, world } = api;
  const { facilityId, room, group } = world;
  const page = await browser.get(`/rooms/${room.id}`);
  const wish = { ...formOf(page, 1), firstDate: '2027-03-01', lastDate: '2027-03-02', reason: 'New ventilation' };
  const preview = await browser.post('/rooms/preview', wish);
  expect(preview.text).toContain('Monday, 1 March 2027 to Tuesday, 2 March 2027: closed, New ventilation.');
  const time = { startsAt: '2027-03-01T15:00:00.000Z', endsAt: '2027-03-01T16:00:00.000Z' };
  await db.case.create({ data: { facilityId, number: 'R-2', roomId: room.id, groupId: group.id, ...time } });
  const stale = await browser.submit(preview, '/rooms/hours', { yes: 'on' });
  expect(stale.status).toBe(409);
  expect(stale.text).toContain('nothing was done');
  expect(stale.text).toContain('case in OR 1, Monday, 1 March 2027, 10:00–11:00');
  expect(await db.roomHoursException.count()).toBe(0);
  expect((await browser.submit(stale, '/rooms/hours', { yes: 'on' })).status).toBe(303);
  expect(await openOn('2027-03-02')).toContain('Nothing is open');

  const remove = await browser.post('/rooms/preview', formOf(await browser.get(`/rooms/${room.id}`), 1));
  expect(remove.text).toContain('no exception from Monday, 1 March 2027 on any more');
  await browser.submit(remove, '/rooms/hours', { yes: 'on' });
  expect(await openOn('2027-03-02')).toContain('OR 1, 07:00–17:00');
});

test('C-26: a holiday is added and removed from the page of rooms', async () => {
  const { db } = api;
  const add = await browser.post('/rooms/preview', { kind: 'add holiday', date, name: 'Founders’ Day' });
  expect(add.text).toContain('block in OR 1');
  await browser.submit(add, '/rooms/hours', { yes: 'on' });
  const listed = await browser.get('/rooms');
  expect(listed.text).toContain('Monday, 1 February 2027: Founders’ Day');
  await browser.submit(await browser.post('/rooms/preview', formOf(listed, 0)), '/rooms/hours', { yes: 'on' });
  expect(await db.holiday.count()).toBe(0);
});

test('C-26, U-11: a holiday says which block series lose a block of theirs, and taken back which get one, with the way there', async () => {
  const { world, db } = api;
  const monday = { kind: 'weekly' as const, weekdays: [1], everyWeeks: 1 };
  const room = await db.room.create({ data: { facilityId: world.facilityId, name: 'OR 9' } });
  const { series } = await createSeriesIn(world, { roomId: room.id, recurrence: monday, validFrom: '2027-02-08' }, api.now);
  const [id, on] = [series.facts.id, '2027-02-15'];
  const where = { roomId: room.id, groupId: world.group.id, providerId: '' };
  const wish = { ...where, from: '07:00', to: '15:00', kind: 'weekly', weekdays: '1', everyWeeks: '1', anchor: '' };
  const add = await browser.post('/rooms/preview', { kind: 'add holiday', date: on, name: 'Presidents’ Day' });
  expect(add.text).toContain('A block that stands already goes when its series is changed');
  expect(add.html).toContain(`href="/block-series/${id}"`);
  await browser.submit(add, '/rooms/hours', { yes: 'on' });
  expect((await browser.get(`/block-series/${id}`)).text).toContain('No block of it is made on holidays: Monday, 15 February 2027.');
  const save = async (text: string) => {
    const { version } = await db.blockSeries.findUniqueOrThrow({ where: { id } });
    const terms = { ...wish, validFrom: '2027-02-08', validUntil: '', skippedDates: '', windowDays: '' };
    const preview = await browser.post('/block-series/preview', { what: 'change', id, version: String(version), ...terms });
    expect(preview.text).toContain(text);
    expect((await browser.post('/block-series', { ...hiddenOf(preview.html), yes: 'on' })).status).toBe(303);
  };
  await save('Monday, 15 February 2027, 07:00–15:00 (a holiday)');
  const back = await browser.post('/rooms/preview', { kind: 'remove holiday', date: on });
  expect(back.text).toContain('These block series would have a block on this day.');
  expect(back.html).toContain(`href="/block-series/${id}"`);
  await browser.submit(back, '/rooms/hours', { yes: 'on' });
  await save('New days');
  expect(await db.block.count({ where: { seriesId: id, date: new Date(on), state: 'active' } })).toBe(1);
});

test('bad hours are refused, and nobody but the facility scheduler comes here, after a fresh sign-in', async () => {
  const { world } = api;
  const { room } = world;
  const page = await browser.get(`/rooms/${room.id}`);
  const bad = [{ 'opens-1': '18:00' }, { 'opens-1': '' }, { 'opens-1': '25:00' }];
  for (const wish of bad) expect((await browser.post('/rooms/preview', { ...formOf(page, 0), ...wish })).status).toBe(400);
  expect((await browser.post('/rooms/preview', { kind: 'add exception', ...formOf(page, 1), opensAt: '08:00' })).status).toBe(400);
  expect((await browser.get(`/rooms/${crypto.randomUUID()}`)).status).toBe(404);
  expect((await (await signInStaff(api, world.contact)).get('/rooms')).status).toBe(403);
  expect((await (await signIn(api, world.scheduler)).get('/rooms')).status).toBe(401);
});

test('U-02: PATCH /v1/rooms says what it touches, as a preview too', async () => {
  const { call, world } = api;
  const path = `/rooms/${world.room2.id}`;
  await createBlock(world, date, api.now, { roomId: world.room2.id });
  const body = { hours: [{ weekday: 1, opensAt: '08:00', closesAt: '17:00' }] };
  const preview = await call('PATCH', `${path}?preview=true`, { body }); // nothing is edited: no If-Match is needed
  expect(preview).toMatchObject({
    status: 200,
    body: { preview: true, touched: 1, touches: [{ subject: { kind: 'block' }, room: 'OR 2' }] },
  });
  expect((await call('GET', path)).body).toMatchObject({ version: 1 });
  expect(await call('PATCH', path, { body, ifMatch: 1 })).toMatchObject({ status: 200, body: { version: 2, preview: false, touched: 1 } });
  expect((await call('PATCH', path, { body, ifMatch: 1 })).status).toBe(412);
});
