import { afterAll, beforeAll, expect, test } from 'vitest';

import { addDays, atLocal, zoneDate } from '../../domain/civil.ts';
import { hiddenOf, mintLink } from '../pages/visitor.ts';
import { eventually, linkIn, type System, startSystem } from '../system.ts';
import { createHistory, createWorld, type World } from '../world.ts';

let system: System;
let world: World;

const anyHour = { mail: { fromLocalTime: '00:00', untilLocalTime: '23:59', spreadSeconds: 0 } };
const now = () => new Date().toISOString();
const inDays = (days: number) => addDays(zoneDate(now(), world.zone), days);

beforeAll(async () => {
  system = await startSystem();
  world = await createWorld(system.db, { settings: anyHour });
  await createHistory(world, inDays(0));
});
afterAll(() => system.close());

const form = (fields: Record<string, string>) => ({
  method: 'POST',
  redirect: 'manual' as const,
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields),
});
const visible = (html: string) => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

/** A block ten days and more ahead, created over the API; its holder will not fill it, so an alert goes out at once. */
async function block(days: number, room = world.room.id) {
  const date = inDays(days);
  const body = {
    facilityId: world.facilityId,
    roomId: room,
    groupId: world.group.id,
    startsAt: atLocal(date, '07:00', world.zone),
    endsAt: atLocal(date, '15:00', world.zone),
  };
  const created = await system.call('POST', '/v1/blocks', body);
  expect(created.status).toBe(201);
  const { subject } = await eventually(async () =>
    system.db.mailboxEntry.findFirst({
      where: {
        to: world.contact.email,
        subject: { contains: 'Release' },
        messageId: { in: (await system.db.message.findMany({ where: { subjectId: created.body.id } })).map(({ id }) => id) },
      },
    }),
  );
  return {
    id: created.body.id as string,
    date,
    link: (label: string) => linkIn(system.db, world.contact.email, new RegExp(subject.replace(/[^\w :–]/g, '.')), label),
  };
}

test('C-04, C-14, C-24, U-02, U-03, U-04: 200 clicks on one button release once, all with the same receipt', async () => {
  const { id, link } = await block(11);
  const address = await link('Full Release');
  const page = visible(await (await fetch(address)).text());
  expect(page).toContain('Decision of Dana Reyes');
  expect(page).toContain('Yes, release 07:00–15:00 (8 h)');
  const seen = /name="seen" value="([^"]+)"/.exec(await (await fetch(address)).text())![1]!;

  const answers = await Promise.all(
    Array.from({ length: 200 }, () => fetch(address, { ...form({ yes: 'on', seen }), redirect: 'follow' })),
  );
  const pages = await Promise.all(answers.map((answer) => answer.text()));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(pages.map(visible)).size).toBe(1);
  expect(visible(pages[0]!)).toContain('You released 07:00–15:00 (8 h)');

  expect(await system.db.release.count({ where: { blockId: id } })).toBe(1);
  expect(await system.db.decision.count({ where: { subjectId: id } })).toBe(1);
  const told = await system.db.message.findMany({ where: { subjectId: id, kind: 'release notification' } });
  expect(told.map(({ address }) => address).sort()).toEqual([world.contact.email, world.scheduler.email].sort());
  expect(told[0]!.content).toEqual(told[1]!.content);

  const keep = await fetch(await link('Keep My Block Time'));
  expect(keep.status).toBe(409);
  expect(visible(await keep.text())).toContain('All unbooked time is released. Dana Reyes');
});

test('C-09, C-24, F-21: the suggested part goes by one press; its receipt says who was told, and takes it back once', async () => {
  const { id, date } = await block(27);
  const proposal = [{ startsAt: atLocal(date, '11:00', world.zone), endsAt: atLocal(date, '14:00', world.zone) }];
  const content = { proposal };
  const path = await mintLink(system.db, world.contact, 'release suggested', { kind: 'block', id, createdAt: now(), content });
  const address = `${system.url}${path}`;
  const look = async () => (await fetch(address)).text();
  expect((await fetch(address, form({ ...hiddenOf(await look()), yes: 'on' }))).status).toBe(303);
  const releases = await system.db.release.findMany({ where: { blockId: id } });
  expect(releases.map(({ startsAt, endsAt }) => ({ startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() }))).toEqual(proposal);
  const receipt = await look();
  expect(visible(receipt)).toContain('You released 11:00–14:00 (3 h)');
  expect(visible(receipt)).toContain(`Told by mail ${world.contact.name} and ${world.scheduler.name}`);
  expect(visible(receipt)).toMatch(/Until \d\d:\d\d nobody else sees the time, and you can take it back here\./);

  expect((await fetch(`${address}/undo`, form(hiddenOf(receipt)))).status).toBe(422); // without its tick
  const undo = form({ ...hiddenOf(receipt), yes: 'on' });
  const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${address}/undo`, undo)));
  for (const { status } of answers) expect([303, 409]).toContain(status);
  expect(answers.map(({ status }) => status)).toContain(303);
  expect(await system.db.release.count({ where: { blockId: id, undoneAt: null } })).toBe(0);
  expect(await system.db.decision.count({ where: { subjectId: id, action: 'undo', accepted: true } })).toBe(1);
  const after = visible(await look());
  expect(after).toContain('You released 11:00–14:00 (3 h), and it was taken back');
  expect(after).toContain('The release is undone.');
  expect(after).not.toContain('you can take it back here');
});

test('C-12, F-21: Keep pressed after a Full Release says what was done and offers to take it back there, while it can be', async () => {
  const { id, link } = await block(15);
  const [release, keep] = [await link('Full Release'), await link('Keep My Block Time')];
  expect((await fetch(release, form({ yes: 'on' }))).status).toBe(303);
  const moot = await fetch(keep);
  const html = await moot.text();
  expect(moot.status).toBe(409);
  expect(visible(html)).toContain(`All unbooked time is released. ${world.contact.name}`);
  expect(visible(html)).toMatch(/Until \d\d:\d\d nobody else sees the time, and you can take it back here\./);
  expect((await fetch(`${keep}/undo`, form(hiddenOf(html)))).status).toBe(422); // without its tick
  const undone = await fetch(`${keep}/undo`, form({ ...hiddenOf(html), yes: 'on' }));
  expect(undone.status).toBe(200);
  expect(visible(await undone.text())).toContain('07:00–15:00 (8 h)');
  expect(await system.db.release.count({ where: { blockId: id, undoneAt: null } })).toBe(0);
  expect((await fetch(keep)).status).toBe(200); // and the block can be kept again
  const late = await fetch(`${keep}/undo`, form({ ...hiddenOf(html), yes: 'on', seen: 'another' }));
  expect(late.status).toBe(409);
  expect(visible(await late.text())).toContain('There is no release to undo.');
});

test('C-14, C-39: without its tick a form does nothing; 1,000 looks at a link change nothing', async () => {
  const { id, link } = await block(12);
  const address = await link('Full Release');
  const before = await footprint();
  for (let round = 0; round < 50; round++) {
    await Promise.all(Array.from({ length: 20 }, (_, n) => fetch(address, { method: n % 2 ? 'HEAD' : 'GET' })));
  }
  expect(await footprint()).toEqual(before);
  const answer = await fetch(address, form({}));
  expect(answer.status).toBe(422);
  expect(await footprint()).toEqual(before);
  expect(await system.db.release.count({ where: { blockId: id } })).toBe(0);
});

/** Counts of all rows that a state change would touch. */
async function footprint() {
  const { release, decision, auditEvent, message, session, wakeUp, idempotentAnswer } = system.db;
  const tables = [release, decision, auditEvent, message, session, wakeUp, idempotentAnswer] as { count(): Promise<number> }[];
  return Promise.all(tables.map((table) => table.count()));
}

test('U-02: a case booked between look and click: nothing is done, a new preview is shown', async () => {
  const { id, date, link } = await block(13);
  const address = await link('Full Release');
  const seen = /name="seen" value="([^"]+)"/.exec(await (await fetch(address)).text())![1]!;
  const booked = {
    facilityId: world.facilityId,
    number: 'C-77',
    roomId: world.room.id,
    groupId: world.group.id,
    startsAt: atLocal(date, '09:00', world.zone),
    endsAt: atLocal(date, '11:00', world.zone),
  };
  expect((await system.call('POST', '/v1/cases', booked)).status).toBe(201);
  const stale = await fetch(address, form({ yes: 'on', seen }));
  expect(stale.status).toBe(409);
  const html = await stale.text();
  expect(visible(html)).toContain('Things have changed since you looked');
  expect(visible(html)).toContain('Yes, release 07:00–09:00 and 11:00–15:00 (6 h)');
  expect(await system.db.release.count({ where: { blockId: id } })).toBe(0);
  const again = /name="seen" value="([^"]+)"/.exec(html)![1]!;
  expect((await fetch(address, form({ yes: 'on', seen: again }))).status).toBe(303);
  const parts = await system.db.release.findMany({ where: { blockId: id }, orderBy: { startsAt: 'asc' } });
  expect(parts.map((part) => part.startsAt.toISOString())).toEqual([
    atLocal(date, '07:00', world.zone),
    atLocal(date, '11:00', world.zone),
  ]);
});

test('C-22: two recipients press different buttons at once: one effect, the second sees what was done and by whom', async () => {
  const second = await system.db.person.create({
    data: { facilityId: world.facilityId, name: 'Kim Second', role: 'block contact', email: 'kim.second@testcenter.example' },
  });
  await system.db.membership.create({ data: { groupId: world.group.id, personId: second.id, blockAlerts: true } });
  const { id, link } = await block(14);
  const mine = await link('Full Release');
  const hers = await linkIn(system.db, second.email, /Release/, 'Keep My Block Time');
  const [released, kept] = await Promise.all([fetch(mine, form({ yes: 'on' })), fetch(hers, form({}))]);
  await eventually(async () => (await system.db.decision.count({ where: { subjectId: id } })) === 2);
  const accepted = await system.db.decision.findMany({ where: { subjectId: id, accepted: true } });
  if (accepted.length === 1) {
    expect([released.status, kept.status].sort()).toEqual([303, 409]); // released first: nothing was left to keep
  } else {
    expect(accepted.map(({ action }) => action).sort()).toEqual(['keep', 'release all']); // kept first, then released all the same
  }
  const answered = await eventually(() => system.db.message.findFirst({ where: { subjectId: id, kind: 'alert answered' } }));
  expect(answered.content).toMatchObject({ kind: 'alert answered' });
  await system.db.membership.delete({ where: { groupId_personId: { groupId: world.group.id, personId: second.id } } });
});

test('C-38: a forged link is refused and the page says how to come in', async () => {
  const answer = await fetch(`${system.url}/a/${'x'.repeat(43)}`);
  expect(answer.status).toBe(401);
  expect(visible(await answer.text())).toContain('let us mail you a fresh link');
});

test('C-30, C-33: a request is confirmed from the facility’s mail, and deleted from the confirmation', async () => {
  const date = inDays(9);
  const hold = {
    facilityId: world.facilityId,
    roomId: world.room2.id,
    providerId: world.otherProvider.id,
    requesterId: world.other.id,
    startsAt: atLocal(date, '08:00', world.zone),
    endsAt: atLocal(date, '10:00', world.zone),
  };
  const created = await system.call('POST', '/v1/holds', hold);
  expect(created.status).toBe(201);
  const confirm = await linkIn(system.db, world.scheduler.email, /Request for open time/, 'Confirm');
  expect((await fetch(confirm, form({ yes: 'on' }))).status).toBe(303);
  const page = await fetch(confirm);
  expect(visible(await page.text())).toContain('The hold is confirmed.');
  const remove = await linkIn(system.db, world.other.email, /Hold Confirmation/, 'Delete this hold');
  expect((await fetch(remove, form({ yes: 'on' }))).status).toBe(422); // a reason is needed
  expect((await fetch(remove, form({ yes: 'on', reason: 'The patient cancelled.' }))).status).toBe(303);
  expect(await system.db.hold.findUniqueOrThrow({ where: { id: created.body.id } })).toMatchObject({
    state: 'deleted',
    reason: 'The patient cancelled.',
  });
  expect(await system.db.claim.count({ where: { subjectId: created.body.id, freedAt: null } })).toBe(0);
});

test('a malformed signal or Update harms nobody: the life goes on and takes the next decision', async () => {
  const { facilityId, room2, otherProvider, other, zone } = world;
  const time = { startsAt: atLocal(inDays(13), '15:00', zone), endsAt: atLocal(inDays(13), '16:00', zone) };
  const ids = { facilityId, roomId: room2.id, providerId: otherProvider.id, requesterId: other.id };
  const { id } = (await system.call('POST', '/v1/holds', { ...ids, ...time })).body;
  const life = await eventually(async () => {
    const handle = system.client.workflow.getHandle(`hold/${id}`);
    return (await handle.describe().catch(() => undefined)) && handle;
  });
  const nonsense = [
    undefined,
    null,
    7,
    'x',
    [],
    {},
    { id: '' },
    { id: 5 },
    { id: 'a' },
    { id: 'b', action: 'explode' },
    { id: 'c', action: 'confirm' },
  ];
  for (const one of nonsense) await life.signal('holdDecided', one);
  await life.signal('noSuchSignal', 1);
  for (const one of nonsense) await expect(life.executeUpdate('decideHold', { args: [one] })).rejects.toThrow();
  expect((await system.call('POST', `/v1/holds/${id}/confirm`, {})).status).toBe(200);
  expect((await life.describe()).status.name).toBe('RUNNING');
  expect(await system.db.hold.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: 'confirmed', version: 2 });
});
