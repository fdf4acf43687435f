import { beforeAll, expect, test } from 'vitest';

import { atLocal } from '../../domain/civil.ts';
import { testApi } from '../api/api.ts';
import { createBlock } from '../world.ts';
import { Browser, footprint, mintLink, signIn } from './visitor.ts';

const api = testApi();
const date = '2027-02-02'; // a Tuesday
const at = (time: string) => atLocal(date, time, api.world.zone);
let holder: Browser;
let block: string;
let others: string;

beforeAll(async () => {
  const { db, world, now } = api;
  const { facilityId, room, room2, group, otherGroup } = world;
  block = await createBlock(world, date, now);
  others = await createBlock(world, date, now, { roomId: room2.id, groupId: otherGroup.id });
  await db.case.create({
    data: { facilityId, number: 'S-1', roomId: room.id, groupId: group.id, startsAt: at('09:00'), endsAt: at('10:00') },
  });
  const release = { kind: 'partial', releasedAt: now, releasedBy: 'Dana Reyes', visibleAt: new Date(Date.parse(now) + 600_000) };
  await db.release.create({ data: { blockId: block, roomId: room.id, startsAt: at('13:00'), endsAt: at('15:00'), ...release } });
  holder = await signIn(api, world.contact);
});

test('C-23, C-45: a week of blocks, each with what is booked, released and unbooked, in words and as a bar', async () => {
  const { text, html } = await holder.get(`/block-schedule?week=${date}`);
  expect(text).toContain('Mon 1 Feb to Sun 7 Feb');
  expect(text).toContain('OR 1, 07:00–15:00, Orthopedics');
  expect(text).toContain('1 h booked, 2 h released, 5 h unbooked');
  expect(html).toContain('aria-label="Booked 09:00–10:00 (1 h); released 13:00–15:00 (2 h); unbooked 07:00–09:00 and 10:00–13:00 (5 h)"');
  expect(html).toContain('href="/block-schedule?week=2027-01-25"');
  expect(html).toContain('href="/block-schedule?week=2027-02-08"');
  expect(html).not.toContain(others);
});

test('it opens on the week of the next block', async () => {
  expect((await holder.get('/block-schedule')).text).toContain('Mon 1 Feb to Sun 7 Feb');
});

test('an empty week says where the next block is, or who enters them', async () => {
  expect((await holder.get('/block-schedule?week=2027-01-05')).html).toContain('href="/block-schedule?week=2027-02-02"');
  expect((await holder.get('/block-schedule?week=2027-05-05')).text).toContain('the facility enters them');
});

test('C-23: the facility sees all blocks, and narrows them by group and room over the weeks', async () => {
  const { world } = api;
  const facility = await signIn(api, world.scheduler);
  const all = await facility.get(`/block-schedule?week=${date}`);
  expect(all.html).toContain(block);
  expect(all.html).toContain(others);
  const ofGroup = await facility.get(`/block-schedule?week=${date}&group=${world.otherGroup.id}`);
  expect(ofGroup.html).not.toContain(block);
  expect(ofGroup.html).toContain(others);
  expect(ofGroup.html).toContain(`/block-schedule?week=2027-02-08&amp;group=${world.otherGroup.id}`);
  const inRoom = await facility.get(`/block-schedule?week=${date}&group=&room=${world.room.id}`);
  expect(inRoom.html).toContain(block);
  expect(inRoom.html).not.toContain(others);
  const notTheirs = await holder.get(`/block-schedule?week=${date}&group=${world.otherGroup.id}`);
  expect(notTheirs.html).not.toContain(others);
});

test('U-01, U-07, F-21: the page of a block says what comes next, by which rule, and why nobody is asked today', async () => {
  const { text, html } = await holder.get(`/blocks/${block}`);
  expect(text).toContain('What comes next');
  expect(text).toMatch(/Tue 26 Jan, 00:00: mandatory release\..*\(C-05\)/);
  expect(text).toContain('No question to the holder today');
  expect(text).toContain('What happened');
  expect(html).toContain('Yes, take back');
});

test('C-03, C-23, U-02: “Look first” shows what would go and changes nothing', async () => {
  const before = await footprint(api.db);
  const all = await holder.post(`/blocks/${block}/preview`, { what: 'all' });
  expect(all.text).toContain('Yes, release 07:00–09:00 and 10:00–13:00 (5 h)');
  const part = { what: 'part', 'part-1': 'on', 'part-1-date': date, 'part-1-from': '11:00', 'part-1-to': '12:30' };
  expect((await holder.post(`/blocks/${block}/preview`, part)).text).toContain('Yes, release 11:00–12:30 (1 h 30 min)');
  expect((await holder.post(`/blocks/${block}/preview`, part)).text).toContain('Will be told Robin Fields and you');
  expect(await footprint(api.db)).toEqual(before);
});

test.each([
  ['nothing ticked', {}, 422],
  ['a case on it', { from: '09:00', to: '12:00' }, 422],
  ['time released already', { from: '12:00', to: '14:00' }, 409],
  ['time outside the block', { from: '12:00', to: '16:00' }, 422],
  ['a time that is none', { from: '25:00', to: '26:00' }, 422],
])('C-03: a part with %s is refused on a page that says so', async (_what, wish: { from?: string; to?: string }, status) => {
  const { from, to } = wish;
  const rows: Record<string, string> = from && to ? { 'part-0': 'on', 'part-0-date': date, 'part-0-from': from, 'part-0-to': to } : {};
  const answer = await holder.post(`/blocks/${block}/preview`, { what: 'part', ...rows });
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toContain('text/html');
});

test('C-14, C-23: a release without its tick is 422 and does nothing', async () => {
  const before = await footprint(api.db);
  const preview = await holder.post(`/blocks/${block}/preview`, { what: 'all' });
  expect((await holder.submit(preview, `/blocks/${block}/decisions`)).status).toBe(422);
  const nonsense = { form: crypto.randomUUID(), seen: '', yes: 'on' };
  for (const choice of ['', '{', '{"action":"burn"}', '{"action":"release part","intervals":[]}'])
    expect((await holder.post(`/blocks/${block}/decisions`, { ...nonsense, choice })).status).toBe(400);
  expect(await footprint(api.db)).toEqual(before);
});

test.each(['week=nonsense', 'week=2027-02-31', 'week=0001-01-01', 'week=9999-12-31', 'week=', 'group=x', 'room=x'])(
  '/block-schedule?%s is a page, never a failure of ours',
  async (query) => {
    const { status, headers } = await holder.get(`/block-schedule?${query}`);
    expect(status).toBeLessThan(500);
    expect(headers['content-type']).toContain('text/html');
  },
);

test('U-04: the button of an old mail says what was done, by whom and when, whoever presses it', async () => {
  const { db, world, now } = api;
  const link = await mintLink(db, world.contact, 'release part', { kind: 'block', id: block, createdAt: now });
  const { id: linkId } = await db.actionLink.findFirstOrThrow({ where: { subjectId: block } });
  const released = [{ startsAt: at('13:00'), endsAt: at('15:00') }];
  const effect = { release: 'partial', released, returned: [], visibleAt: '2027-01-04T12:10:00.000Z' };
  const receipt = {
    decisionId: 'old',
    subject: { kind: 'block', id: block },
    summary: 'Part of the block is released.',
    by: 'Dana Reyes',
    decidedAt: now,
    effect,
  };
  await db.decision.create({
    data: {
      id: 'old',
      linkId,
      facilityId: world.facilityId,
      subjectKind: 'block',
      subjectId: block,
      action: 'release part',
      payload: {},
      actor: { name: 'Dana Reyes' },
      accepted: true,
      receipt,
      decidedAt: now,
    },
  });
  const before = await footprint(db);
  const pages = [];
  for (const method of ['get', 'get', 'post'] as const)
    pages.push(await new Browser(api)[method](link, method === 'post' ? { yes: 'on' } : {}));
  expect(pages.map(({ status }) => status)).toEqual([200, 200, 303]);
  expect(pages[0]!.text).toContain('Decided Monday, 4 January 2027, 07:00, by Dana Reyes');
  expect(pages[0]!.text).toContain('Until 07:10 nobody else sees the time');
  expect(pages[1]).toEqual(expect.objectContaining({ text: pages[0]!.text }));
  for (const door of [`/blocks/${block}`, '/open-time', '/block-schedule']) expect(pages[0]!.html).toContain(`value="${door}"`);
  expect(pages[0]!.html).not.toContain('<form method="post">'); // nothing to decide once more
  expect(await footprint(db)).toEqual(before);
});

test('C-45: a month of a group says on which days it has blocks and what of them is unbooked, and leads to the week', async () => {
  const { html, text } = await holder.get('/block-schedule/month?month=2027-02');
  expect(text).toContain('February 2027');
  expect(text).toMatch(/2 1 block, 5 h 3/);
  expect(html).toContain('href="/block-schedule?week=2027-02-02"');
  expect((await holder.get('/block-schedule/month?month=2027-06')).text).toContain('No blocks in this month');
  const facility = await signIn(api, api.world.scheduler);
  expect((await facility.get('/block-schedule/month?month=2027-02')).text).toMatch(/2 2 blocks, 13 h 3/);
  for (const month of ['2027-13', '1999-01', 'x']) expect((await holder.get(`/block-schedule/month?month=${month}`)).status).toBe(400);
});

test('C-45: without a month, calendars show this week and the four after it, and lead to the month where something is', async () => {
  const daysIn = (html: string) => [...html.matchAll(/<td data-day="\w+"[^>]*><strong>([^<]*)</g)].map(([, day]) => day);
  const before = api.now;
  api.now = '2027-01-29T12:00:00.000Z'; // a Friday, with the month nearly over
  try {
    for (const path of ['/block-schedule/month', '/open-time/month']) {
      const { html, text } = await holder.get(path);
      const days = daysIn(html);
      expect([days.length, days[0], days.at(-1)]).toEqual([35, '25 Jan', '28 Feb']);
      expect(html).toMatch(/aria-current="date"><strong>29 Jan/);
      expect(text).toContain('← January 2027 · Mon 25 Jan to Sun 28 Feb · February 2027 →');
    }
    expect((await holder.get('/block-schedule')).html).toContain('href="/block-schedule/month?"');
    expect((await holder.get('/block-schedule?week=2027-06-01')).html).toContain('href="/block-schedule/month?month=2027-06"');
  } finally {
    api.now = before;
  }
  expect((await holder.get('/block-schedule/month?month=2026-06')).html).toMatch(/month=2027-0\d">Go to the next month/);
});

test('C-26, C-45: a month of open time says how much each day has in stretches that are long enough', async () => {
  const { html, text } = await holder.get('/open-time/month?month=2027-02&minutes=120');
  expect(text).toMatch(/1 20 h open 2 4 h open 3 20 h open/); // both rooms from 07:00 to 17:00, less the two blocks of the second
  expect(html).toContain('href="/open-time?from=2027-02-02&amp;to=2027-02-02&amp;minutes=120"');
  expect((await holder.get('/open-time/month?month=2027-02&minutes=600')).text).toMatch(/1 20 h open 2 3 20 h open/);
  expect((await holder.get('/open-time/month?month=2026-02')).text).toContain('which is over');
});

test('F-23: a paused facility, and one in shadow mode, says so on every page', async () => {
  const { db, world } = api;
  const mode = (data: { paused: boolean; shadow: boolean }) => db.facility.update({ where: { id: world.facilityId }, data });
  const said = async () => (await holder.get('/block-schedule')).html.match(/class="mode-notice"[^>]*>([^<]*)/)?.[1];
  expect(await said()).toBeUndefined();
  await mode({ paused: true, shadow: false });
  expect(await said()).toContain('has paused all automatic steps');
  await mode({ paused: false, shadow: true });
  expect(await said()).toContain('runs in shadow mode');
  await mode({ paused: false, shadow: false });
});
