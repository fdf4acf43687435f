import { beforeAll, describe, expect, test } from 'vitest';

import { atLocal } from '../../domain/civil.ts';
import type { LinkPurpose } from '../../domain/mail-button.ts';
import { enterAbsence } from '../../ledger/new-absence.ts';
import { requestHold } from '../../ledger/new-hold.ts';
import { inTransaction, lockRoomDays } from '../../ledger/transaction.ts';
import type { Database } from '../../prisma/client.ts';
import { actorOf, careTeam, mondayFrom, wholeDays } from '../absence/care-team.ts';
import { testApi } from '../api/api.ts';
import { createBlock, createWorld, proposeIn } from '../world.ts';
import { Browser, footprint, mintLink, signIn, untranslated } from './visitor.ts';

const api = testApi();
const date = '2027-02-01';
let block: string;
let released: string;
let hold: string;
let links: Record<LinkPurpose, string>;
const at = (time: string) => atLocal(date, time, api.world.zone);

beforeAll(async () => {
  const { db, world, now } = api;
  const { contact, scheduler, other, room, room2, otherProvider, facilityId, group } = world;
  block = await createBlock(world, date, now);
  released = await createBlock(world, date, now, { roomId: room2.id });
  const common = { releasedAt: now, releasedBy: contact.name, visibleAt: new Date(Date.parse(now) + 600_000), kind: 'partial' };
  await db.release.create({ data: { blockId: released, roomId: room2.id, startsAt: at('07:00'), endsAt: at('11:00'), ...common } });
  await db.case.create({
    data: { facilityId, number: 'L-1', roomId: room.id, groupId: group.id, startsAt: at('09:00'), endsAt: at('10:00') },
  });
  const time = { roomId: room2.id, startsAt: at('15:00'), endsAt: at('17:00') };
  hold = await inTransaction(db, async (tx) => {
    await lockRoomDays(tx, [time]);
    const actor = { personId: other.id, name: other.name, role: 'block contact', channel: 'page' } as const;
    const made = await requestHold(tx, { facilityId, providerId: otherProvider.id, requesterId: other.id, ...time }, actor, now);
    return made.facts.id;
  });
  const given = [await createBlock(world, '2027-02-22', now), await createBlock(world, '2027-02-23', now)];
  const proposed = (await proposeIn(world, { blockId: given[0]! }, now)).facts.id;
  const accepted = (await proposeIn(world, { blockId: given[1]! }, now)).facts.id;
  await db.transfer.update({ where: { id: accepted }, data: { state: 'accepted' } });
  const [remote, designated] = [await awayWith(db, 'remote', now), await awayWith(db, 'designated', now)];
  const about = (kind: string, id: string, content = {}) => ({ kind, id, content, createdAt: now });
  links = {
    'release suggested': await mintLink(
      db,
      contact,
      'release suggested',
      about('block', block, { proposal: [{ startsAt: at('11:00'), endsAt: at('14:00') }] }),
    ),
    'open page': await mintLink(db, contact, 'open page', about('person', contact.id, { to: `/blocks/${block}` })),
    keep: await mintLink(db, contact, 'keep', about('block', block)),
    'release part': await mintLink(
      db,
      contact,
      'release part',
      about('block', block, { proposal: [{ startsAt: at('11:00'), endsAt: at('14:00') }] }),
    ),
    'release all': await mintLink(db, contact, 'release all', about('block', block)),
    'undo release': await mintLink(db, contact, 'undo release', about('block', released)),
    'confirm hold': await mintLink(db, scheduler, 'confirm hold', about('hold', hold)),
    'change hold': await mintLink(db, scheduler, 'change hold', about('hold', hold)),
    'deny hold': await mintLink(db, scheduler, 'deny hold', about('hold', hold)),
    'delete hold': await mintLink(db, other, 'delete hold', about('hold', hold)),
    'accept transfer': await mintLink(db, other, 'accept transfer', about('transfer', proposed)),
    'decline transfer': await mintLink(db, other, 'decline transfer', about('transfer', proposed)),
    'approve transfer': await mintLink(db, scheduler, 'approve transfer', about('transfer', accepted)),
    'deny transfer': await mintLink(db, scheduler, 'deny transfer', about('transfer', accepted)),
    'find open time': await mintLink(db, other, 'find open time', about('hold', hold)),
    'block schedule': await mintLink(db, contact, 'block schedule', about('block', block)),
    preferences: await mintLink(db, contact, 'preferences', about('block', block)),
    unsubscribe: await mintLink(db, contact, 'unsubscribe', about('person', contact.id)),
    conversations: await mintLink(db, contact, 'conversations', about('person', contact.id)),
    'team channel': await mintLink(db, contact, 'team channel', about('person', contact.id)),
    clearances: await mintLink(db, contact, 'clearances', about('person', contact.id)),
    vacations: await mintLink(db, contact, 'vacations', about('person', contact.id)),
    'my work': await mintLink(db, other, 'my work', about('person', other.id)),
    'day book': await mintLink(db, other, 'day book', about('person', other.id)),
    'active tasks': await mintLink(db, other, 'active tasks', about('person', other.id)),
    'team board': await mintLink(db, other, 'team board', about('person', other.id)),
    'opt in': await mintLink(db, remote.lee, 'opt in', about('absence', remote.id)),
    'acknowledge cover': await mintLink(db, remote.adler, 'acknowledge cover', about('absence', remote.id)),
    'cover yourself': await mintLink(db, remote.adler, 'cover yourself', about('absence', remote.id)),
    'leave unmonitored': await mintLink(db, designated.adler, 'leave unmonitored', about('absence', designated.id)),
    'approve away message': await mintLink(db, remote.adler, 'approve away message', about('absence', remote.id)),
    coverage: await mintLink(db, remote.manager, 'coverage', about('absence', remote.id)),
    'catch up': await mintLink(db, remote.manager, 'catch up', about('absence', remote.id)),
    worklist: await mintLink(db, scheduler, 'worklist', about('facility', facilityId)),
    'sign in': await mintLink(db, scheduler, 'sign in', about('person', scheduler.id)),
  };
});

/** A coordinator who will be away, with a message that waits for the provider. */
async function awayWith(db: Database, kind: 'remote' | 'designated', now: string) {
  const world = await createWorld(db, { name: `Away, ${kind}` });
  const team = await careTeam(world, kind);
  const monday = mondayFrom(now, world.zone, 10);
  const { facts } = await inTransaction(db, (tx) =>
    enterAbsence(tx, { personId: team.kim.id, ...wholeDays(monday, monday, world.zone) }, actorOf(team.kim), now),
  );
  await db.coverLine.updateMany({ where: { absenceId: facts.id }, data: { message: 'I am away until Tuesday.' } });
  const mailed = async ({ id }: { id: string }) => db.person.findUniqueOrThrow({ where: { id } });
  return { id: facts.id, lee: await mailed(team.lee), adler: await mailed(team.adler), manager: await mailed(team.manager) };
}

const deciding: LinkPurpose[] = ['keep', 'release part', 'release all', 'undo release', 'confirm hold', 'deny hold', 'delete hold'];

test('C-14, C-39: 1,000 looks at the buttons of mails, by GET and HEAD, write nothing into any table', async () => {
  const before = await footprint(api.db);
  expect(Object.keys(before).length).toBeGreaterThan(20);
  const addresses = Object.values(links);
  for (let looked = 0; looked < 1000; looked += 2 * addresses.length) {
    const looks = addresses.flatMap((url) => [api.app.inject({ method: 'GET', url }), api.app.inject({ method: 'HEAD', url })]);
    for (const { statusCode } of await Promise.all(looks)) expect(statusCode).toBe(200);
  }
  expect(await footprint(api.db)).toEqual(before);
});

test('F-28: every button of a mail leads to a page in the language of the browser, where its reader chose none', async () => {
  const people = [
    'Dana Reyes',
    'Robin Fields',
    'Chris Lind',
    'Dr. Okafor',
    'Dr. Sato',
    'Kim Vale',
    'Lee Park',
    'Max Stone',
    'Dr. Adler',
    'Dr. Brook',
    'Mona Manager',
  ];
  const places = ['Test Center', 'Away, remote', 'Away, designated', 'Orthopedics', 'ENT', 'OR 1', 'OR 2'];
  const zones = ['America/New_York', 'America/Denver', 'America/Chicago', 'Europe/Berlin'];
  const given = [...people, ...places, ...zones, 'I am away until Tuesday.', 'English', 'Holdfast'];
  const found: Record<string, string[]> = {};
  for (const [purpose, link] of Object.entries(links)) {
    const latin = untranslated(await new Browser(api).get(link, { 'accept-language': 'ru' }), given);
    if (latin.length > 0) found[purpose] = latin;
  }
  expect(found).toEqual({});
});

describe('U-02: before anything happens the page says', () => {
  test.each([
    ['opt in', ['Cover these lines?', 'Dr. Adler', 'Dr. Brook', 'Lee Park covers.', 'Kim Vale']],
    ['cover yourself', ['The provider chose to cover the line.', '(P-24)']],
    ['leave unmonitored', ['The provider leaves the line alone', 'Nobody: 09:00–17:00']],
    ['approve away message', ['I am away until Tuesday.']],
  ] as [LinkPurpose, string[]][])('P-16, P-17, P-21, P-24: who would look after the line (%s)', async (purpose, said) => {
    const { text } = await look(purpose);
    for (const words of said) expect(text).toContain(words);
  });

  const look = (purpose: LinkPurpose) => new Browser(api).get(links[purpose]);

  test('C-04: what goes, which case stays, who is told and until when it can be undone', async () => {
    const { text, html } = await look('release all');
    expect(text).toContain('Decision of Dana Reyes');
    expect(text).toContain('Will be released 07:00–09:00 and 10:00–15:00 (7 h)');
    expect(text).toContain('Cases that stay 09:00–10:00 (1 h)');
    expect(text).toContain('Will be told Robin Fields and you');
    expect(text).toContain('Can then be undone until 07:10');
    expect(text).toContain('times in America/New_York');
    expect(html).toMatch(/<input type="checkbox" required="" name="yes"\/>/);
  });

  test('C-12, C-13: that Keep releases nothing, with an optional tick only', async () => {
    const { text, html } = await look('keep');
    expect(text).toContain('Nothing is released.');
    expect(html).toContain('name="stopAlerts"');
    expect(html).not.toContain('required');
    const { now } = api;
    api.now = atLocal('2027-01-24', '12:00', api.world.zone); // the day before the mandatory release: nobody asks again
    const last = await look('keep');
    const page = await (await signIn(api, api.world.contact)).get(`/blocks/${block}`);
    api.now = now;
    expect([last.status, last.text.includes('You are not asked about it again')]).toEqual([200, true]);
    expect([last, page].map((one) => [one.html.includes('Keep My Block Time'), one.html.includes('name="stopAlerts"')])).toEqual([
      [true, false],
      [true, false],
    ]);
  });

  test('C-03, C-09: the unbooked stretches, prefilled with what the mail asked for and not ticked', async () => {
    const { text, html } = await look('release part');
    expect(text).toContain('Unbooked 07:00–09:00');
    expect(text).toContain('Unbooked 10:00–15:00');
    expect(html).toMatch(/name="part-1-from" value="11:00"/);
    expect(html).toMatch(/name="part-1-to" value="14:00"/);
    expect(html).not.toContain('checked');
  });

  test('C-25, F-21: which time comes back', async () => {
    expect((await look('undo release')).text).toContain('Yes, take back 07:00–11:00 (4 h)');
  });

  test('C-30, C-33, F-08: whose request it is, and where a reason is needed', async () => {
    expect((await look('confirm hold')).text).toContain('Dr. Sato, ENT; requested by Chris Lind');
    expect((await look('confirm hold')).html).not.toContain('name="reason"');
    for (const purpose of ['deny hold', 'delete hold'] as const)
      expect((await look(purpose)).html).toMatch(/<textarea[^>]*name="reason" required/);
  });

  test('C-39: that a link which only opens the system shows one button with the name', async () => {
    for (const purpose of ['find open time', 'block schedule', 'preferences'] as const)
      expect((await look(purpose)).text).toMatch(/Continue as (Dana Reyes|Chris Lind) Support: /);
  });
});

test.each(deciding.filter((purpose) => purpose !== 'keep'))(
  'C-14: “%s” posted without its tick is 422 and does nothing',
  async (purpose) => {
    const before = await footprint(api.db);
    const { status, text } = await new Browser(api).post(links[purpose], { reason: 'a scanner pressed everything' });
    expect(status).toBe(422);
    const why = purpose === 'release part' ? 'Nothing is ticked: tick at least one.' : 'Tick the box to say that you mean it.';
    expect(text).toContain(why);
    expect(await footprint(api.db)).toEqual(before);
  },
);

test.each(['deny hold', 'delete hold'] as const)('C-33: “%s” without a reason is 422 and does nothing', async (purpose) => {
  const before = await footprint(api.db);
  const { status, text } = await new Browser(api).post(links[purpose], { yes: 'on', reason: '   ' });
  expect(status).toBe(422);
  expect(text).toContain('A reason is needed.');
  expect(await footprint(api.db)).toEqual(before);
});

test('C-03, F-08: what was typed behind a mail’s button is kept when it is refused, with why beside the field', async () => {
  const ask = (purpose: LinkPurpose, form: Record<string, string>) => new Browser(api).post(links[purpose]!, form);
  const shape = { 'part-0': 'on', 'part-0-from': '09:15', 'part-0-to': 'late' };
  const part = await ask('release part', shape);
  expect(part.status).toBe(422);
  expect(part.html).toMatch(/<input[^>]*name="part-0"[^>]*checked=""/);
  expect(part.html).toMatch(/<input[^>]*name="part-0-from"[^>]*value="09:15"/);
  expect(part.html).toContain('<p id="part-0-to-refused"');
  expect(part.html).toContain('href="#part-0-to"');
  const deny = await ask('deny hold', { reason: 'The room is closed for repair.' });
  expect(deny.status).toBe(422);
  expect(deny.html).toMatch(/<textarea[^>]*name="reason"[^>]*>The room is closed for repair\.<\/textarea>/);
  expect(deny.html).toContain('<p id="yes-refused"');
  expect((await ask('deny hold', { yes: 'on', reason: ' ' })).html).toContain('<p id="reason-refused"');
});

test.each([
  ['another origin', { origin: 'https://evil.example' }],
  ['another site, said by the browser', { 'sec-fetch-site': 'cross-site' }],
  ['another site that hides its origin', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['no origin at all but nonsense', { origin: 'nonsense' }],
])('a form posted from %s is refused and does nothing', async (_from, headers) => {
  const before = await footprint(api.db);
  const browser = new Browser(api);
  for (const purpose of ['keep', 'release all', 'block schedule'] as const)
    expect((await browser.post(links[purpose], { yes: 'on' }, headers)).status).toBe(403);
  expect((await browser.post('/links', { email: api.world.contact.email }, headers)).status).toBe(403);
  expect(await footprint(api.db)).toEqual(before);
});

test('C-38: unknown, altered and malformed links are 401 with the way in, and so are those of people who have left', async () => {
  const known = links.keep;
  const altered = `${known.slice(0, -1)}${known.endsWith('A') ? 'B' : 'A'}`;
  for (const url of [`/a/${'x'.repeat(43)}`, altered, '/a/x', `/a/${encodeURIComponent("' OR 1=1 --")}`]) {
    for (const answer of [await new Browser(api).get(url), await new Browser(api).post(url, { yes: 'on' })]) {
      expect(answer.status).toBe(401);
      expect(answer.text).toContain('let us mail you a fresh link');
      expect(answer.html).toContain('action="/links"');
    }
  }
  const { db, world } = api;
  const { facilityId } = world;
  const gone = await db.person.create({
    data: { facilityId, name: 'Left', email: 'left@x.example', role: 'block contact', active: false },
  });
  const hers = await mintLink(db, gone, 'block schedule', { kind: 'block', id: block, createdAt: api.now });
  expect((await new Browser(api).post(hers)).status).toBe(401);
});

test('C-39: a mail older than the policy opens nothing by itself, and one tap mails a fresh link', async () => {
  const { db, world, now } = api;
  const createdAt = new Date(Date.parse(now) - 91 * 86_400_000).toISOString();
  const link = await mintLink(db, world.contact, 'find open time', { kind: 'block', id: block, createdAt });
  const browser = new Browser(api);
  const page = await browser.get(link);
  expect(page.status).toBe(410);
  expect((await browser.post(link)).status).toBe(410);
  expect(browser.cookie).toBe('');
  const action = /<form [^>]*action="([^"]+)"/.exec(page.html)![1]!;
  expect((await browser.submit(page, action)).status).toBe(200);
  expect(await db.message.count({ where: { kind: 'fresh links', personId: world.contact.id } })).toBe(1);
});

test('C-39, U-04: a button whose moment has gone is a page with the state and both tabs, and still no act', async () => {
  const { db, world, now } = api;
  const ended = await createBlock(world, '2027-01-20', now);
  const created = { kind: 'block', id: ended, createdAt: now };
  const keep = await mintLink(db, world.contact, 'keep', created);
  const all = await mintLink(db, world.contact, 'release all', created);
  api.now = '2028-01-20T12:00:00.000Z';
  try {
    const before = await footprint(db);
    for (const link of [keep, all]) {
      const { status, html, text } = await new Browser(api).get(link);
      expect(status).toBe(409);
      expect(text).toContain('The block is settled');
      for (const door of [`/blocks/${ended}`, '/open-time', '/block-schedule']) expect(html).toContain(`value="${door}"`);
      expect(html).not.toContain('<form method="post">'); // nothing to decide
    }
    expect(await footprint(db)).toEqual(before);
  } finally {
    api.now = now;
  }
});

test('pages are kept by nobody and tell no other site where they came from', async () => {
  const { headers, html } = await new Browser(api).get(links['release all']);
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['referrer-policy']).toBe('same-origin');
  expect(html).toMatch(/^<!doctype html><html lang="en"/);
  expect(html).not.toMatch(/<script| on[a-z]+="/);
});
