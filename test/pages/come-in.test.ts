import { beforeAll, describe, expect, test } from 'vitest';

import { atLocal } from '../../domain/civil.ts';
import { testApi } from '../api/api.ts';
import { createBlock } from '../world.ts';
import { Browser, footprint, hiddenOf, mintLink, signIn } from './visitor.ts';

const api = testApi();
const date = '2027-02-01';
let block: string;
const at = (time: string) => atLocal(date, time, api.world.zone);
const about = (createdAt = api.now, content = {}) => ({ kind: 'block', id: block, createdAt, content });
const daysAgo = (days: number) => new Date(Date.parse(api.now) - days * 86_400_000).toISOString();

beforeAll(async () => {
  const { db, world, now } = api;
  block = await createBlock(world, date, now);
  await db.case.create({
    data: {
      facilityId: world.facilityId,
      number: 'C-1',
      roomId: world.room.id,
      groupId: world.group.id,
      startsAt: at('09:00'),
      endsAt: at('10:00'),
    },
  });
});

describe('C-38: somebody who has not come in', () => {
  test.each(['/support', '/open-time', '/block-schedule?week=2027-02-01', '/preferences', '/reports'])(
    'gets at %s a page with the way in, which leads back there',
    async (path) => {
      const { status, html, text } = await new Browser(api).get(path);
      expect(status).toBe(401);
      expect(text).toContain('Your email address');
      expect(html).toContain('href="/mailbox"'); // nothing is configured: their mail lands there
      expect(hiddenOf(html).to).toBe(path);
    },
  );

  test('C-40: is mailed a link that opens the page that was asked for', async () => {
    const { db, world } = api;
    const browser = new Browser(api);
    const asked = await browser.submit(await browser.get(`/blocks/${block}`), '/links', { email: world.contact.email });
    expect(asked.status).toBe(200);
    expect(asked.html).toContain('href="/mailbox"');
    const { content } = await db.message.findFirstOrThrow({ where: { kind: 'fresh links', personId: world.contact.id } });
    expect(content).toMatchObject({ to: `/blocks/${block}` });
    const link = await mintLink(db, world.contact, 'open page', about(api.now, content as object));
    expect((await browser.get(link)).text).toContain(`Continue as ${world.contact.name}`);
    expect((await browser.post(link)).location).toBe(`/blocks/${block}`);
    expect((await browser.get(`/blocks/${block}`)).status).toBe(200);
  });

  test('C-40: is led to no other site', async () => {
    const link = await mintLink(api.db, api.world.contact, 'open page', about(api.now, { to: '//elsewhere.example/' }));
    expect((await new Browser(api).post(link)).location).toBe('/');
    const answer = await new Browser(api).get('/links?to=https://elsewhere.example/');
    expect(hiddenOf(answer.html).to).toBe('/');
  });

  test('C-40: presses the name of somebody of the sample in place of an address, where the mails are seen too, and nowhere else', async () => {
    const { db, world } = api;
    const browser = new Browser(api);
    const name = `${world.contact.name}, block contact`;
    expect((await browser.get('/')).text).not.toContain(name); // a real facility's people are nobody's to press
    await db.facility.update({ where: { id: world.facilityId }, data: { sample: true } });
    const start = await browser.get('/');
    expect(start.text).toContain(name);
    expect((await browser.get('/', { 'x-forwarded-for': '203.0.113.9' })).text).not.toContain(name);
    expect((await browser.submit(start, '/links', { email: world.contact.email })).status).toBe(200);
    await db.facility.update({ where: { id: world.facilityId }, data: { sample: false } });
  });

  test('gets at an unknown address only links that open', async () => {
    const browser = new Browser(api);
    const { status, html } = await browser.get('/no-such-page', { accept: 'text/html' });
    expect(status).toBe(404);
    const main = /<main[\s\S]*<\/main>/.exec(html)![0];
    const hrefs = [...main.matchAll(/href="([^"]+)"/g)].map(([, href]) => href!);
    expect(hrefs.length).toBeGreaterThan(0);
    for (const href of hrefs) expect((await browser.get(href)).status).toBe(200);
    const known = await signIn(api, api.world.contact);
    expect((await known.get('/no-such-page', { accept: 'text/html' })).html).toContain('href="/block-schedule"');
  });
});

test('the type of every problem leads to its explanation', async () => {
  const { body } = await api.app.inject({ url: '/v1/blocks' });
  const { type } = JSON.parse(body) as { type: string };
  const [path, anchor] = type.split('#');
  const { status, html } = await new Browser(api).get(path!);
  expect(status).toBe(200);
  expect(html).toContain(`id="${anchor}"`);
});

describe('C-39: by a button of a mail', () => {
  test('a press leads to the page of that very block, in the name of the mail’s reader', async () => {
    const { db, world } = api;
    const link = await mintLink(db, world.contact, 'keep', about());
    const before = await footprint(db);
    const browser = new Browser(api);
    for (const path of [link, `${link}/unchanged`]) expect((await browser.get(path)).status).toBe(200);
    expect((await browser.get(`${link}/unchanged`)).text).toContain('Nothing was changed');
    expect(await footprint(db)).toEqual(before);
    const opened = await browser.post(`${link}/open`, { to: `/blocks/${block}` });
    expect([opened.status, opened.location]).toEqual([303, `/blocks/${block}`]);
    expect((await browser.get(`/blocks/${block}`)).status).toBe(200);
    expect(await db.decision.count({ where: { subjectId: block } })).toBe(0);
    expect((await browser.post(`${link}/open`, { to: 'https://elsewhere.example/' })).location).toBe('/');
  });

  test('a colleague’s facility, a forged link and a sign-in link open nothing', async () => {
    const { db, world } = api;
    const signInLink = await mintLink(db, world.contact, 'sign in', about(api.now, { to: '/' }));
    for (const link of [signInLink, `/a/${'x'.repeat(43)}`]) {
      const browser = new Browser(api);
      expect((await browser.post(`${link}/open`, { to: '/block-schedule' })).status).toBe(401);
      expect(browser.cookie).toBe('');
    }
    const other = new Browser(api);
    await other.post(`${await mintLink(db, world.other, 'keep', about())}/open`, { to: `/blocks/${block}` });
    expect((await other.get(`/blocks/${block}`)).status).toBe(404); // another group's
  });

  test('of an old mail, one press mails a fresh link that leads there', async () => {
    const { db, world } = api;
    const link = await mintLink(db, world.support, 'keep', about(daysAgo(91)));
    const browser = new Browser(api);
    const old = await browser.post(`${link}/open`, { to: `/blocks/${block}` });
    expect([old.status, browser.cookie]).toEqual([410, '']);
    expect((await browser.submit(old, '/links')).status).toBe(200);
    const { content } = await db.message.findFirstOrThrow({ where: { kind: 'fresh links', personId: world.support.id } });
    expect(content).toMatchObject({ to: `/blocks/${block}` });
  });
});

describe('C-09: the button that releases what was suggested', () => {
  const suggest = (from: string, to: string) =>
    mintLink(api.db, api.world.contact, 'release suggested', about(api.now, { proposal: [{ startsAt: at(from), endsAt: at(to) }] }));

  test('shows exactly that, and asks for one tick', async () => {
    const { status, text, html } = await new Browser(api).get(await suggest('11:00', '14:00'));
    expect(status).toBe(200);
    expect(text).toMatch(/^Release 11:00–14:00\? /);
    expect(text).toContain('Will be released 11:00–14:00 (3 h)');
    expect(text).toContain('Yes, release 11:00–14:00 (3 h) Release 11:00–14:00 Cancel: change nothing');
    expect(html.match(/type="checkbox" required=""/g)).toHaveLength(1);
  });

  test('leaves out what was booked since, and says so', async () => {
    const { text } = await new Browser(api).get(await suggest('07:00', '12:00'));
    expect(text).toContain('Release 07:00–09:00 and 10:00–12:00?');
    expect(text).toContain('The mail suggested 09:00–10:00 (1 h) as well');
  });

  test('releases nothing without its tick, and is moot when all of it is booked', async () => {
    const before = await footprint(api.db);
    const link = await suggest('11:00', '14:00');
    const before2 = { ...before, Message: before.Message! + 1, ActionLink: before.ActionLink! + 1 };
    expect((await new Browser(api).post(link)).status).toBe(422);
    expect(await footprint(api.db)).toEqual(before2);
    const moot = await new Browser(api).get(await suggest('09:00', '10:00'));
    expect(moot.status).toBe(409);
    expect(moot.html).toContain(`value="/blocks/${block}"`);
  });
});
