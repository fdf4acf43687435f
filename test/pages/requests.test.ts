import { afterAll, beforeAll, expect, test } from 'vitest';

import { addDays, atLocal, zoneDate } from '../../domain/civil.ts';
import { type System, startSystem } from '../system.ts';
import { createWorld, type World } from '../world.ts';
import { mintLink, visible } from './visitor.ts';

let system: System;
let world: World;
let cookie: string;
const date = () => addDays(zoneDate(new Date().toISOString(), world.zone), 20);

beforeAll(async () => {
  system = await startSystem();
  world = await createWorld(system.db);
  cookie = await enter(world.scheduler);
});
afterAll(() => system?.close());

async function ask(path: string, form?: Record<string, string>, as = cookie) {
  const body = form && { method: 'POST', body: new URLSearchParams(form) };
  const answer = await fetch(`${system.url}${path}`, { ...body, headers: { cookie: as }, redirect: 'manual' });
  const html = await answer.text();
  return { status: answer.status, text: visible(html), html, headers: answer.headers };
}

async function enter(person: World['contact']): Promise<string> {
  const about = { kind: 'person', id: person.id, createdAt: new Date().toISOString() };
  const { headers } = await ask(await mintLink(system.db, person, 'block schedule', about), {}, '');
  return headers.get('set-cookie')!.split(';')[0]!;
}

async function request(from: string, to: string): Promise<string> {
  const { facilityId, room2, otherProvider, other, zone } = world;
  const time = { startsAt: atLocal(date(), from, zone), endsAt: atLocal(date(), to, zone) };
  const { body } = await system.call('POST', '/v1/holds', {
    facilityId,
    roomId: room2.id,
    providerId: otherProvider.id,
    requesterId: other.id,
    ...time,
  });
  return body.id;
}

const form = () => ({ form: crypto.randomUUID(), yes: 'on', back: 'requests' });
const stateOf = async (id: string) => (await system.db.hold.findUniqueOrThrow({ where: { id } })).state;

test('C-30, C-31, C-33, F-08: requests are confirmed, changed and denied from one page', async () => {
  const [first, second, third] = [await request('08:00', '09:00'), await request('10:00', '11:00'), await request('12:00', '13:00')];
  const queue = await ask('/requests');
  expect(queue.text).toContain('08:00–09:00');
  expect(queue.text).toContain('for Dr. Sato'.replace('for ', ''));

  const confirmed = await ask(`/holds/${first}/confirm`, form());
  expect([confirmed.status, confirmed.headers.get('location')]).toEqual([303, `/requests?done=${first}`]);
  const after = await ask(confirmed.headers.get('location')!);
  expect(after.text).toMatch(/08:00–09:00 : The hold is confirmed\. Chris Lind is told by mail\./);
  expect((await ask('/requests?done=nonsense')).status).toBe(200);
  expect(await stateOf(first)).toBe('confirmed');

  const { room, zone } = world;
  const elsewhere = { ...form(), roomId: room.id, date: date(), from: '14:00', to: '16:30' };
  const backward = await ask(`/holds/${second}/change`, { ...elsewhere, form: crypto.randomUUID(), to: '13:00' });
  expect(backward.status).toBe(400); // C-26: not overnight
  expect(backward.text).toContain('It must end after it starts');
  expect((await ask(`/holds/${second}/change`, elsewhere)).status).toBe(303);
  const changed = await system.db.hold.findUniqueOrThrow({ where: { id: second } });
  expect([changed.roomId, changed.endsAt.toISOString()]).toEqual([room.id, atLocal(date(), '16:30', zone)]);
  expect(await system.db.message.count({ where: { subjectId: second, kind: 'hold changed', personId: world.other.id } })).toBe(1);

  const bare = await ask(`/holds/${third}/deny`, form());
  expect([bare.status, bare.text.includes('Requests'), bare.html.includes('id="reason-refused"')]).toEqual([422, true, true]);
  const unticked = await ask(`/holds/${third}/deny`, { ...form(), yes: '', reason: 'the room is painted' });
  expect(unticked.html).toMatch(
    /<details open=""><summary>[^<]*<\/summary><form[^>]*deny"(?:(?!<\/form>)[\s\S])*value="the room is painted"/,
  );
  expect([unticked.status, unticked.html.includes('id="yes-refused"')]).toEqual([422, true]);
  expect((await ask(`/holds/${third}/deny`, { ...form(), reason: 'the room is painted' })).status).toBe(303);
  expect(await stateOf(third)).toBe('denied');
  const denied = await ask(`/holds/${third}`, undefined, await enter(world.other));
  expect(denied.text).toMatch(/State denied Decided .* by Robin Fields Reason the room is painted/);
});

test('C-31: a change onto time that is taken is refused, and the hold keeps what it had', async () => {
  const [one, two] = [await request('08:00', '09:00').catch(() => ''), await request('15:00', '16:00')];
  const { room2, zone } = world;
  const onto = { ...form(), roomId: room2.id, date: date(), from: '08:30', to: '09:30' };
  const refused = await ask(`/holds/${two}/change`, onto);
  expect([refused.status, refused.text.includes('Requests')]).toEqual([409, true]); // in the queue, with what was typed
  expect(refused.html).toMatch(/id="from-refused"[^>]*>This time is not open/);
  expect(refused.html).toContain('value="08:30"');
  const { back: _back, ...own } = onto;
  const alone = await ask(`/holds/${two}/change`, { ...own, to: 'late' });
  expect([alone.status, alone.text.startsWith('Hold in'), alone.html.includes('id="to-refused"')]).toEqual([400, true, true]);
  const kept = await system.db.hold.findUniqueOrThrow({ where: { id: two } });
  expect(kept.startsAt.toISOString()).toBe(atLocal(date(), '15:00', zone));
  expect(await system.db.claim.count({ where: { subjectId: two, freedAt: null } })).toBe(1);
  expect(one).toBeUndefined(); // the confirmed hold of before stands there
});

test('C-31, C-32: the mail about a request leads to its change; the requester has no such form', async () => {
  const id = await request('16:00', '17:00');
  const about = { kind: 'hold', id, createdAt: new Date().toISOString() };
  const link = await mintLink(system.db, world.scheduler, 'change hold', about);
  expect((await ask(link)).text).toContain('Continue as Robin Fields');
  expect((await ask(link, {}, '')).headers.get('location')).toBe(`/holds/${id}#change`);
  const requester = await enter(world.other);
  expect((await ask('/requests', undefined, requester)).status).toBe(403);
  expect((await ask(`/holds/${id}`, undefined, requester)).text).not.toContain('Change time, duration or room');
  const wish = { ...form(), roomId: world.room2.id, date: date(), from: '16:00', to: '16:30' };
  expect((await ask(`/holds/${id}/change`, wish, requester)).status).toBe(403);
});
