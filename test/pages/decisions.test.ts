import { afterAll, beforeAll, expect, test } from 'vitest';

import { addDays, atLocal, zoneDate } from '../../domain/civil.ts';
import { type System, startSystem } from '../system.ts';
import { createWorld, type World } from '../world.ts';
import { hiddenOf, mintLink, visible } from './visitor.ts';

let system: System;
let world: World;
/** No time to undo: released time is open to others at once, and a release is taken back by support only. */
const settings = { release: { undoMinutes: 0 } };
const now = () => new Date().toISOString();
const inDays = (days: number) => addDays(zoneDate(now(), world.zone), days);

beforeAll(async () => {
  system = await startSystem();
  world = await createWorld(system.db, { settings });
});
afterAll(() => system?.close());

async function look(path: string, cookie = '') {
  const answer = await fetch(`${system.url}${path}`, { headers: { cookie }, redirect: 'manual' });
  const html = await answer.text();
  return { status: answer.status, html, text: visible(html) };
}

async function press(path: string, form: Record<string, string>, cookie = '') {
  const answer = await fetch(`${system.url}${path}`, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: { cookie },
    redirect: 'manual',
  });
  const html = await answer.text();
  return { status: answer.status, html, text: visible(html), cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

async function enter(person: World['contact']): Promise<string> {
  return (await press(await mintLink(system.db, person, 'block schedule', { kind: 'person', id: person.id, createdAt: now() }), {})).cookie;
}

async function block(days: number) {
  const { facilityId, room, group, zone } = world;
  const date = inDays(days);
  const time = { startsAt: atLocal(date, '07:00', zone), endsAt: atLocal(date, '15:00', zone) };
  const created = await system.call('POST', '/v1/blocks', { facilityId, roomId: room.id, groupId: group.id, ...time });
  expect(created.status).toBe(201);
  return { id: created.body.id as string, at: (wall: string) => atLocal(date, wall, zone) };
}

test('U-02, U-03: a refusal does not use a button up: the same form gets the same answer, a fresh look is judged afresh', async () => {
  const { id, at } = await block(20);
  const { facilityId, room, group, contact } = world;
  const link = await mintLink(system.db, contact, 'release all', { kind: 'block', id, createdAt: now() });
  const first = hiddenOf((await look(link)).html);
  const booking = { facilityId, number: 'D-1', roomId: room.id, groupId: group.id, startsAt: at('09:00'), endsAt: at('11:00') };
  const { caseId } = (await system.call('POST', '/v1/cases', booking)).body;
  const refused = await press(link, { ...first, yes: 'on' });
  expect(refused.status).toBe(409);
  expect(hiddenOf(refused.html)).not.toEqual(first);
  expect((await system.call('POST', `/v1/cases/${caseId}/cancel`, {})).status).toBeLessThan(300);

  const again = await press(link, { ...first, yes: 'on' });
  expect(again.status).toBe(409);
  expect(await system.db.decision.count({ where: { subjectId: id } })).toBe(1);
  const fresh = hiddenOf((await look(link)).html);
  expect(fresh.seen).toBe(first.seen);
  expect((await press(link, { ...fresh, yes: 'on' })).status).toBe(303);
  expect((await look(link)).text).toMatch(/^You released /);
  expect(await system.db.release.count({ where: { blockId: id } })).toBe(1);
});

test('U-03, C-23: the form of a block’s page pressed twenty times at once decides once', async () => {
  const { id } = await block(21);
  const cookie = await enter(world.contact);
  const preview = await press(`/blocks/${id}/preview`, { what: 'all' }, cookie);
  const form = { ...hiddenOf(preview.html), yes: 'on' };
  const answers = await Promise.all(Array.from({ length: 20 }, () => press(`/blocks/${id}/decisions`, form, cookie)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
  expect(await system.db.decision.count({ where: { subjectId: id } })).toBe(1);
  expect(await system.db.release.count({ where: { blockId: id } })).toBe(1);
});

test('U-02: a case booked between the look at a part and the press: nothing is done, what is left is shown anew, on the page and in the API', async () => {
  const { id, at } = await block(24);
  const { facilityId, room, group, contact } = world;
  const cookie = await enter(contact);
  const row = { 'part-0': 'on', 'part-0-date': inDays(24), 'part-0-from': '08:00', 'part-0-to': '12:00' };
  const preview = await press(`/blocks/${id}/preview`, { what: 'part', ...row }, cookie);
  const intervals = [{ startsAt: at('08:00'), endsAt: at('12:00') }];
  const { seen } = (await system.call('POST', `/v1/blocks/${id}/releases?preview=true`, { intervals })).body;
  const booking = { facilityId, number: 'D-2', roomId: room.id, groupId: group.id, startsAt: at('09:00'), endsAt: at('11:00') };
  expect((await system.call('POST', '/v1/cases', booking)).status).toBeLessThan(300);

  const called = await system.call('POST', `/v1/blocks/${id}/releases`, { intervals, seen });
  const left = [
    { startsAt: at('08:00'), endsAt: at('09:00') },
    { startsAt: at('11:00'), endsAt: at('12:00') },
  ];
  expect(called).toMatchObject({ status: 409, body: { code: 'PREVIEW_STALE', facts: { effect: { released: left } } } });
  const stale = await press(`/blocks/${id}/decisions`, { ...hiddenOf(preview.html), yes: 'on' }, cookie);
  expect(stale.status).toBe(409);
  expect(stale.text).toMatch(/Things have changed since you looked.*Yes, release 08:00–09:00 and 11:00–12:00 \(2 h\)/s);
  expect(await system.db.release.count({ where: { blockId: id } })).toBe(0);
  expect((await press(`/blocks/${id}/decisions`, { ...hiddenOf(stale.html), yes: 'on' }, cookie)).status).toBe(303);
  expect(await system.db.release.count({ where: { blockId: id } })).toBe(2);
});

test('C-25, U-10: support takes back on the page what nobody has taken yet, and says why; the holder is too late', async () => {
  const { id, at } = await block(22);
  const { facilityId, room, otherProvider, other, contact, support } = world;
  const holder = await enter(contact);
  const preview = await press(`/blocks/${id}/preview`, { what: 'all' }, holder);
  expect((await press(`/blocks/${id}/decisions`, { ...hiddenOf(preview.html), yes: 'on' }, holder)).status).toBe(303);
  const hold = {
    facilityId,
    roomId: room.id,
    providerId: otherProvider.id,
    requesterId: other.id,
    startsAt: at('07:00'),
    endsAt: at('09:00'),
  };
  expect((await system.call('POST', '/v1/holds', hold)).status).toBe(201);

  expect((await look(`/blocks/${id}`, holder)).text).not.toContain('Yes, take back');
  const agent = await enter(support);
  const page = await look(`/blocks/${id}`, agent);
  expect(page.text).toContain('Yes, take back 09:00–15:00 (6 h)');
  const form = { ...hiddenOf(page.html), yes: 'on' };
  expect((await press(`/blocks/${id}/decisions`, form, agent)).status).toBe(422);
  expect((await press(`/blocks/${id}/decisions`, { ...form, reason: 'Released by mistake.' }, agent)).status).toBe(303);
  const after = await look(`/blocks/${id}`, agent);
  expect(after.text).toContain('Released 07:00–09:00 (2 h)');
  expect(after.text).toContain('release undone, Sasha Support. Released by mistake.');
});

test('C-33, U-03: a hold deleted twice from its page is deleted once, and its page says so', async () => {
  const { facilityId, room2, otherProvider, other, zone } = world;
  const date = inDays(23);
  const time = { startsAt: atLocal(date, '08:00', zone), endsAt: atLocal(date, '10:00', zone) };
  const hold = { facilityId, roomId: room2.id, providerId: otherProvider.id, requesterId: other.id, ...time };
  const { id } = (await system.call('POST', '/v1/holds', hold)).body;
  const cookie = await enter(other);
  const form = { ...hiddenOf((await look(`/holds/${id}`, cookie)).html), yes: 'on', reason: 'The patient cancelled.' };
  const answers = await Promise.all([1, 2, 3].map(() => press(`/holds/${id}/delete`, form, cookie)));
  expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
  expect(await system.db.decision.count({ where: { subjectId: id } })).toBe(1);
  const page = await look(`/holds/${id}`, cookie);
  expect(page.text).toContain('State deleted');
  expect(page.html).not.toContain('<form');
});
