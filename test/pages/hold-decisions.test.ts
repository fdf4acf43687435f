import { afterAll, beforeAll, expect, test } from 'vitest';

import { addDays, atLocal, zoneDate } from '../../domain/civil.ts';
import { type System, startSystem } from '../system.ts';
import { createBlock, createWorld, type World } from '../world.ts';
import { hiddenOf, mintLink, visible } from './visitor.ts';

let system: System;
let world: World;
const now = () => new Date().toISOString();

beforeAll(async () => {
  system = await startSystem();
  world = await createWorld(system.db);
});
afterAll(() => system?.close());

async function ask(path: string, form?: Record<string, string>, cookie = '') {
  const post = form && { method: 'POST', body: new URLSearchParams(form) };
  const answer = await fetch(`${system.url}${path}`, { ...post, headers: { cookie }, redirect: 'manual' });
  const html = await answer.text();
  return { status: answer.status, html, text: visible(html), cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

async function pending(days: number) {
  const { facilityId, room2, otherProvider, other, zone } = world;
  const date = addDays(zoneDate(now(), zone), days);
  const at = (wall: string) => atLocal(date, wall, zone);
  const hold = {
    facilityId,
    roomId: room2.id,
    providerId: otherProvider.id,
    requesterId: other.id,
    startsAt: at('08:00'),
    endsAt: at('12:00'),
  };
  const created = await system.call('POST', '/v1/holds', hold);
  expect(created.status).toBe(201);
  return { id: created.body.id as string, at };
}

/** A case of somebody else, on the first hour. */
async function displace({ at }: { at: (wall: string) => string }, number: string): Promise<void> {
  const { facilityId, room2, group } = world;
  const booked = { facilityId, number, roomId: room2.id, groupId: group.id, startsAt: at('08:00'), endsAt: at('09:00') };
  expect((await system.call('POST', '/v1/cases', booked)).status).toBe(201);
}

test('U-02: a case of somebody else between the look at a mail’s button and the press: 409, a new preview, nothing done', async () => {
  const hold = await pending(20);
  const link = await mintLink(system.db, world.scheduler, 'confirm hold', { kind: 'hold', id: hold.id, createdAt: now() });
  const before = hiddenOf((await ask(link)).html);
  expect(before.seen).toContain('confirm pending confirmed');
  await displace(hold, 'S-1');
  const stale = await ask(link, { ...before, yes: 'on' });
  expect(stale.status).toBe(409);
  expect(stale.text).toContain('Things have changed since you looked');
  expect(stale.text).toContain('A case of somebody else stands on 08:00–09:00 (1 h)');
  expect(await system.db.hold.findUniqueOrThrow({ where: { id: hold.id } })).toMatchObject({ state: 'pending' });
  expect((await ask(link, { ...hiddenOf(stale.html), yes: 'on' })).status).toBe(303);
  expect(await system.db.hold.findUniqueOrThrow({ where: { id: hold.id } })).toMatchObject({ state: 'confirmed' });
});

test('U-02: the same on the page of the hold', async () => {
  const hold = await pending(21);
  const enter = await mintLink(system.db, world.scheduler, 'find open time', { kind: 'person', id: world.scheduler.id, createdAt: now() });
  const { cookie } = await ask(enter, {});
  const form = { ...hiddenOf((await ask(`/holds/${hold.id}`, undefined, cookie)).html), yes: 'on' };
  await displace(hold, 'S-2');
  const stale = await ask(`/holds/${hold.id}/confirm`, form, cookie);
  expect(stale.status).toBe(409);
  expect(stale.text).toContain('nothing was done.');
  expect(await system.db.hold.findUniqueOrThrow({ where: { id: hold.id } })).toMatchObject({ state: 'pending' });
  expect((await ask(`/holds/${hold.id}/confirm`, { ...hiddenOf(stale.html), yes: 'on' }, cookie)).status).toBe(303);
});

test('U-02, C-31: an edit made on an older version is refused by the step itself: of two at once one is done', async () => {
  const { id, at } = await pending(22);
  const headers = { 'if-match': '"1"' };
  const edits = await Promise.all(['13:00', '14:00'].map((wall) => system.call('PATCH', `/v1/holds/${id}`, { endsAt: at(wall) }, headers)));
  expect(edits.map(({ status }) => status).sort()).toEqual([200, 412]);
  const refused = edits.find(({ status }) => status === 412)!;
  expect(refused.body).toMatchObject({ code: 'VERSION_MISMATCH', facts: { present: { version: 2, state: 'pending' } } });

  const decision = { id: crypto.randomUUID(), actor: { name: 'Kim Ito', role: 'facility scheduler', channel: 'api' }, decidedAt: now() };
  const interval = { startsAt: at('08:00'), endsAt: at('11:00') };
  const late = system.client.workflow
    .getHandle(`hold/${id}`)
    .executeUpdate('decideHold', { args: [{ ...decision, action: 'change', interval, version: 1 }], updateId: decision.id });
  await expect(late).rejects.toMatchObject({ cause: { type: 'VERSION_MISMATCH' } });
  expect(await system.db.hold.findUniqueOrThrow({ where: { id } })).toMatchObject({ version: 2 });
});

test('U-02: a preview in the API gives what to send along; what has changed by then is refused with the new preview', async () => {
  const hold = await pending(23);
  const preview = await system.call('POST', `/v1/holds/${hold.id}/delete?preview=true`, { reason: 'not needed' });
  expect(preview.body).toMatchObject({
    preview: true,
    effect: { state: 'deleted', freed: [{ startsAt: hold.at('08:00'), endsAt: hold.at('12:00') }] },
  });
  expect((await system.call('POST', `/v1/holds/${hold.id}/confirm`, {})).status).toBe(200);
  const body = { reason: 'not needed', seen: preview.body.seen };
  const stale = await system.call('POST', `/v1/holds/${hold.id}/delete`, body);
  expect(stale).toMatchObject({ status: 409, body: { code: 'PREVIEW_STALE', rule: 'U-02' } });
  expect(stale.body.facts).toMatchObject({ present: { state: 'confirmed', version: 2 }, effect: { from: 'confirmed', state: 'deleted' } });
  expect((await system.call('POST', `/v1/holds/${hold.id}/delete`, { ...body, seen: stale.body.facts.now })).status).toBe(200);
});

test('U-14: who decides too late learns what was decided, by whom and when, in the API and on the page', async () => {
  const { id } = await pending(24);
  const enter = await mintLink(system.db, world.scheduler, 'find open time', { kind: 'person', id: world.scheduler.id, createdAt: now() });
  const { cookie } = await ask(enter, {});
  const form = { ...hiddenOf((await ask(`/holds/${id}`, undefined, cookie)).html), yes: 'on' };
  const by = { onBehalfOf: world.scheduler.id };
  expect((await system.call('POST', `/v1/holds/${id}/confirm`, by)).status).toBe(200);
  const late = await system.call('POST', `/v1/holds/${id}/deny`, { reason: 'no staff' });
  const last = { by: expect.stringContaining('Robin Fields'), decidedAt: expect.any(String) };
  expect(late.body).toMatchObject({ code: 'HOLD_NOT_PENDING', facts: { state: 'confirmed', last: { state: 'confirmed', ...last } } });
  const page = await ask(`/holds/${id}/deny`, { ...form, reason: 'no staff' }, cookie);
  expect(page.status).toBe(409);
  expect(page.text).toMatch(/nothing was done.*State confirmed Decided .*Robin Fields/s);

  expect((await system.call('POST', `/v1/holds/${id}/delete`, { reason: 'not needed', ...by })).status).toBe(200);
  await system.client.workflow.getHandle(`hold/${id}`).result();
  const later = await system.call('POST', `/v1/holds/${id}/confirm`, {});
  expect(later.body).toMatchObject({ code: 'HOLD_SETTLED', facts: { last: { action: 'delete', ...last } } }); // not what was answered before that
  const again = await system.call('POST', `/v1/holds/${id}/delete`, { reason: 'in other words' });
  expect(again).toMatchObject({ status: 200, body: { action: 'delete', by: expect.stringContaining('Robin Fields') } });
  const denied = await system.call('POST', `/v1/holds/${id}/deny`, { reason: 'no staff' });
  expect(denied.body).toMatchObject({ code: 'HOLD_SETTLED', facts: { last: { action: 'delete', state: 'deleted', ...last } } });
});

test('C-30, C-32: confirmed again by anybody who may, with another key, on the page or by mail, the first answer is given; nobody else gets it', async () => {
  const { id } = await pending(25);
  const colleague = await system.db.person.create({
    data: { facilityId: world.facilityId, name: 'Kim Ito', role: 'facility scheduler', email: 'kim.ito@testcenter.example' },
  });
  const confirm = (onBehalfOf: string) => system.call('POST', `/v1/holds/${id}/confirm`, { onBehalfOf });
  const enter = await mintLink(system.db, colleague, 'find open time', { kind: 'person', id: colleague.id, createdAt: now() });
  const { cookie } = await ask(enter, {});
  const form = { ...hiddenOf((await ask(`/holds/${id}`, undefined, cookie)).html), yes: 'on' };
  const mail = await mintLink(system.db, colleague, 'confirm hold', { kind: 'hold', id, createdAt: now() });
  const pressed = { ...hiddenOf((await ask(mail)).html), yes: 'on' };

  const first = await confirm(world.scheduler.id);
  expect(first).toMatchObject({ status: 200, body: { action: 'confirm', version: 2 } });
  const second = await confirm(colleague.id);
  expect([second.status, second.body]).toEqual([200, first.body]);
  expect((await ask(`/holds/${id}/confirm`, form, cookie)).status).toBe(303);
  expect((await ask(mail, pressed)).status).toBe(303);
  expect((await ask(mail)).text).toContain('Robin Fields');
  expect((await confirm(world.other.id)).status).toBe(403);
  expect(await system.db.message.count({ where: { subjectId: id, kind: 'hold confirmed' } })).toBe(1);
  expect(await system.db.auditEvent.count({ where: { subjectId: id, action: 'confirm' } })).toBe(1);

  expect((await system.call('POST', `/v1/holds/${id}/deny`, { reason: 'painted' })).body).toMatchObject({
    code: 'HOLD_NOT_PENDING',
    facts: { last: { action: 'confirm', state: 'confirmed', by: expect.stringContaining('Robin Fields') } },
  });
});

test('C-22, C-03, C-04, C-12, C-13: so it is with blocks: released again the same, the first answer; anything else is a conflict that says what was decided', async () => {
  const date = addDays(zoneDate(now(), world.zone), 40);
  const at = (wall: string) => atLocal(date, wall, world.zone);
  const id = await createBlock(world, date, now());
  const decide = (path: string, body: object, onBehalfOf = world.contact.id) =>
    system.call('POST', `/v1/blocks/${id}/${path}`, { ...body, onBehalfOf });
  const early = { intervals: [{ startsAt: at('07:00'), endsAt: at('09:00') }] };
  const first = await decide('releases', early);
  expect(first).toMatchObject({ status: 200, body: { action: 'release part' } });
  const again = await decide('releases', early, world.support.id);
  expect([again.status, again.body]).toEqual([200, first.body]);
  const wider = await decide('releases', { intervals: [{ startsAt: at('07:00'), endsAt: at('10:00') }] });
  const last = { action: 'release part', by: expect.stringContaining('Dana Reyes') };
  expect(wider.body).toMatchObject({ status: 409, code: 'ALREADY_RELEASED', rule: 'C-03', facts: { last } });

  const all = await decide('releases', { full: true });
  expect(all.status).toBe(200);
  expect((await decide('releases', { full: true }, world.support.id)).body).toEqual(all.body);
  const keep = await decide('keep', {});
  expect(keep.body).toMatchObject({
    status: 409,
    code: 'BLOCK_SETTLED',
    rule: 'C-12',
    facts: { last: { ...last, action: 'release all' } },
  });
  expect((await decide('undo', {}, world.other.id)).status).toBe(403);
  expect((await decide('undo', {}, world.support.id)).body).toMatchObject({
    status: 422,
    code: 'REASON_MISSING',
    facts: { action: 'undo' },
  }); // C-25
  const undone = await decide('undo', {});
  expect(undone.status).toBe(200);
  const kept = [await decide('keep', { stopAlerts: true }), await decide('keep', { stopAlerts: true })];
  expect(kept.map(({ status, body }) => [status, body.summary])).toEqual([kept[0], kept[0]].map((one) => [200, one!.body.summary])); // C-13
  expect(await system.db.message.count({ where: { subjectId: id, kind: 'release notification', personId: world.scheduler.id } })).toBe(2);
  const enter = await mintLink(system.db, world.contact, 'block schedule', { kind: 'person', id: world.contact.id, createdAt: now() });
  const page = await ask(`/blocks/${id}`, undefined, (await ask(enter, {})).cookie);
  expect(page.text).toContain('Block Alerts no more about this block, as was asked'); // C-13
  expect(page.html).not.toContain('name="stopAlerts"');
});
