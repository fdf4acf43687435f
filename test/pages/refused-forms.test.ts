import { beforeAll, expect, test } from 'vitest';

import { testApi } from '../api/api.ts';
import { createBlock, proposeIn } from '../world.ts';
import { type Browser, formOf, hiddenOf, type PageAnswer, signIn, signInStaff, untranslated } from './visitor.ts';

const api = testApi();
let holder: Browser;
let scheduler: Browser;

beforeAll(async () => {
  holder = await signIn(api, api.world.contact);
  scheduler = await signInStaff(api, api.world.scheduler);
});

/** The status, and what is said beside which field. */
const refusedIn = ({ status, html }: PageAnswer) => [
  status,
  ...[...html.matchAll(/<p id="([^"]+)-refused"[^>]*>([^<]*)</g)].map(([, field, why]) => {
    expect(html).toContain(`href="#${field}"`); // from the top of the page to the field
    expect(html).toContain(`id="${field}"`);
    return `${field}: ${why}`;
  }),
];

/** What was typed into the input of that name, as the page has it. */
const typedIn = ({ html }: PageAnswer, name: string) =>
  new RegExp(`<input(?! type="hidden")[^>]*name="${name}"[^>]*value="([^"]*)"`).exec(html)?.[1];

test('C-17: refused days away stay in their form, with why beside the field', async () => {
  const { provider, facilityId } = api.world;
  const { id: second } = await api.db.provider.create({ data: { facilityId, groupId: api.world.group.id, name: 'Dr. Second' } });
  const ask = (from: string, to: string) => holder.post('/vacations/preview', { providerId: second, from, to });
  const reversed = await ask('2027-02-05', '2027-02-03');
  expect(refusedIn(reversed)).toEqual([400, 'to: The last day is before the first.']);
  expect([typedIn(reversed, 'from'), typedIn(reversed, 'to')]).toEqual(['2027-02-05', '2027-02-03']);
  expect(reversed.html).toContain(`<option value="${second}" selected="">`);
  expect(refusedIn(await ask('2020-02-05', '2020-02-06'))).toEqual([422, 'from: A vacation begins today or later.']);
  expect(refusedIn(await ask('', '2027-02-06'))).toEqual([400, 'from: Fill this in.']);
  expect(refusedIn(await ask('soon', '2027-02-06'))).toEqual([400, 'from: This cannot be read.']);

  const id = await createBlock(api.world, '2027-02-08', api.now);
  await api.db.block.update({ where: { id }, data: { providerId: provider.id } });
  const preview = await holder.post('/vacations/preview', { providerId: provider.id, from: '2027-02-08', to: '2027-02-08' });
  const unticked = await holder.submit(preview, '/vacations');
  expect(refusedIn(unticked)).toEqual([422, 'yes: Tick the box to say that you mean it.']);
  expect(unticked.text).toContain('07:00–15:00 (8 h) go');
  expect(hiddenOf(unticked.html)).toMatchObject({ providerId: provider.id, from: '2027-02-08' });
  expect((await holder.submit(unticked, '/vacations', { yes: 'on' })).location).toBe('/vacations?done=entered');
  expect((await holder.get('/vacations?done=entered')).text).toContain('The days are entered');

  const russian = await holder.post(
    '/vacations/preview',
    { providerId: second, from: '2027-02-05', to: '' },
    { cookie: `${holder.cookie}; holdfast_language=ru` },
  );
  expect(untranslated(russian, ['Dr. Second', provider.name, 'English'])).toEqual([]);
});

test('C-26: refused hours, exceptions and holidays stay in their form, with why beside the field, also when the room has changed', async () => {
  const { room, facilityId } = api.world;
  const page = await scheduler.get(`/rooms/${room.id}`);
  const week = await scheduler.post('/rooms/preview', { ...formOf(page, 0), 'opens-2': '18:00', 'opens-3': '25:00' });
  expect(refusedIn(week)).toEqual([400, 'opens-3: This cannot be read.']);
  expect(typedIn(week, 'opens-2')).toBe('18:00');
  const late = await scheduler.post('/rooms/preview', { ...formOf(page, 0), 'opens-2': '18:00' });
  expect(refusedIn(late)).toEqual([400, 'closes-2: A room closes after it opens.']);

  const wish = { ...formOf(page, 1), firstDate: '2027-05-05', lastDate: '2027-05-04', reason: 'Painting' };
  const reversed = await scheduler.post('/rooms/preview', wish);
  expect(refusedIn(reversed)).toEqual([400, 'lastDate: The last day is before the first.']);
  expect(['firstDate', 'lastDate', 'reason'].map((name) => typedIn(reversed, name))).toEqual(['2027-05-05', '2027-05-04', 'Painting']);
  expect(typedIn(reversed, 'opens-1')).toBe('07:00');
  const half = await scheduler.post('/rooms/preview', { ...wish, lastDate: '', opensAt: '08:00' });
  expect(refusedIn(half)).toEqual([400, 'closesAt: Give both times, in order, or neither for a closed room.']);

  const dates = { firstDate: new Date('2027-05-06'), lastDate: new Date('2027-05-07') };
  const preview = await scheduler.post('/rooms/preview', { ...wish, lastDate: '2027-05-06' });
  expect(refusedIn(await scheduler.submit(preview, '/rooms/hours'))).toEqual([422, 'yes: Tick the box to say that you mean it.']);
  await api.db.roomHoursException.create({ data: { roomId: room.id, ...dates } });
  const clash = await scheduler.submit(preview, '/rooms/hours', { yes: 'on' });
  expect(refusedIn(clash)).toEqual([409, 'firstDate: A room has one set of hours on a day: two exceptions share a date.']);
  await api.db.roomHoursException.deleteMany();
  await api.db.room.update({ where: { id: room.id }, data: { version: { increment: 1 } } });
  const stale = await scheduler.submit(preview, '/rooms/hours', { yes: 'on' });
  expect([stale.status, typedIn(stale, 'reason'), stale.text.includes('What you entered is kept below')]).toEqual([412, 'Painting', true]);
  const anew = await scheduler.post('/rooms/preview', formOf(stale, 1));
  expect((await scheduler.submit(anew, '/rooms/hours', { yes: 'on' })).location).toBe(`/rooms/${room.id}?saved`);

  const nameless = await scheduler.post('/rooms/preview', { kind: 'add holiday', date: '2027-05-31', name: ' ' });
  expect(refusedIn(nameless)).toEqual([400, 'name: Fill this in.']);
  expect(typedIn(nameless, 'date')).toBe('2027-05-31');
  expect(await api.db.holiday.count({ where: { facilityId } })).toBe(0);
});

test('U-02: refused terms of a block series stay in their form; so does their end', async () => {
  const { db, world } = api;
  const terms = {
    what: 'new',
    roomId: world.room2.id,
    groupId: world.otherGroup.id,
    providerId: '',
    from: '08:15',
    to: '15:00',
    validFrom: '2027-03-01',
    validUntil: '2027-03-30',
    kind: 'weekly',
    weekdays: '4',
    everyWeeks: '2',
    anchor: '',
    skippedDates: '2027-03-11',
    windowDays: '9',
  };
  const ask = (wish: object = {}) => scheduler.post('/block-series/preview', { ...terms, ...wish });
  const without = await ask();
  expect(refusedIn(without)).toEqual([400, 'anchor: Needed where not every week counts.']);
  expect(['from', 'everyWeeks', 'skippedDates', 'windowDays'].map((name) => typedIn(without, name))).toEqual([
    '08:15',
    '2',
    '2027-03-11',
    '9',
  ]);
  expect(without.html).toMatch(new RegExp(`<option value="${world.otherGroup.id}" selected="">`));
  expect(without.html.match(/<input[^>]*checked=""[^>]*>/g)!.map((tag) => /value="([^"]*)"/.exec(tag)![1])).toEqual(['weekly', '4']);
  expect(refusedIn(await ask({ everyWeeks: '99' }))).toEqual([400, 'everyWeeks: At most 12.']);
  expect(refusedIn(await ask({ kind: 'monthly', weekday: '2' }))).toEqual([400, 'nth: Tick at least one.']);
  expect(refusedIn(await ask({ everyWeeks: '1', validUntil: '2027-02-01' }))).toEqual([
    400,
    'validUntil: The last day is before the first.',
  ]);
  expect(refusedIn(await ask({ everyWeeks: '1', skippedDates: 'soon' }))).toEqual([400, 'skippedDates: This cannot be read.']);

  const taken = await createBlock(world, '2027-03-04', api.now, { roomId: world.room2.id });
  const clash = await ask({ everyWeeks: '1' });
  expect([clash.status, typedIn(clash, 'from')]).toEqual([409, '08:15']);
  expect(clash.text).toContain('Thursday, 4 March 2027');
  await db.block.delete({ where: { id: taken } });
  const made = await scheduler.submit(await ask({ everyWeeks: '1' }), '/block-series', { yes: 'on' });
  expect(made.location).toBe('/block-series?saved');

  const { id } = await db.blockSeries.findFirstOrThrow();
  const end = { ...formOf(await scheduler.get(`/block-series/${id}`), 1), reason: 'They move.' };
  const refused = await scheduler.post('/block-series/preview', { ...end, endsBefore: '' });
  expect(refusedIn(refused)).toEqual([400, 'endsBefore: Fill this in.']);
  expect(formOf(refused, 1)).toMatchObject({ reason: 'They move.' });
  expect(formOf(refused, 0)).toMatchObject({ reason: '', from: '08:15' });
  const preview = await scheduler.post('/block-series/preview', { ...end, endsBefore: '2027-03-20' });
  await db.blockSeries.update({ where: { id }, data: { version: { increment: 1 } } });
  const stale = await scheduler.submit(preview, '/block-series', { yes: 'on' });
  expect([stale.status, formOf(stale, 1).endsBefore]).toEqual([412, '2027-03-20']);
});

test('U-06: refused settings stay in their form; unticked or overtaken, the list of what they touch is shown again', async () => {
  const fields = formOf(await scheduler.get('/policy'));
  const refused = await scheduler.post('/policy/preview', { ...fields, 'release.confidenceAbove': '1.5', 'hold.remindAfterHours': '11' });
  expect(refusedIn(refused)).toEqual([400, 'release.confidenceAbove: At most 1.']);
  expect([typedIn(refused, 'release.confidenceAbove'), typedIn(refused, 'hold.remindAfterHours')]).toEqual(['1.5', '11']);
  const late = await scheduler.post('/policy/preview', { ...fields, 'mail.fromLocalTime': '20:00' });
  expect(refusedIn(late)).toEqual([400, 'mail.untilLocalTime: The end must lie after the start.']);

  const preview = await scheduler.post('/policy/preview', { ...fields, 'hold.remindAfterHours': '11' });
  const unticked = await scheduler.submit(preview, '/policy');
  expect(refusedIn(unticked)).toEqual([422, 'yes: Tick the box to say that you mean it.']);
  expect(unticked.text).toContain('Hold, remind after hours: 24 → 11');
  expect((await scheduler.submit(unticked, '/policy', { yes: 'on' })).location).toBe('/policy?done=saved');
});

test('C-42, C-44: refused preferences stay in their form', async () => {
  const { world, db } = api;
  const { version } = await db.person.findUniqueOrThrow({ where: { id: world.contact.id } });
  const alerts = { version: String(version), availabilityAlerts: 'daily', dailyHour: '16', vacations: 'off' };
  const stale = await holder.post('/preferences/alerts', { ...alerts, version: String(version + 7) });
  expect([stale.status, stale.text.includes('What you entered is kept below')]).toEqual([412, true]);
  expect(stale.html).toMatch(/<input[^>]*name="availabilityAlerts"[^>]*checked=""[^>]*value="daily"|value="daily" checked=""/);
  expect(stale.html).toContain('<option value="16" selected="">');
  expect(stale.html).toContain('<option value="off" selected="">');

  const days = { version: '1', minCaseMinutes: '95', from2: '16:00', to2: '08:00' };
  const reversed = await holder.post(`/preferences/providers/${world.provider.id}`, days);
  expect(refusedIn(reversed)).toEqual([400, 'to2: The end must lie after the start.']);
  expect([typedIn(reversed, 'from2'), typedIn(reversed, 'minCaseMinutes')]).toEqual(['16:00', '95']);
  expect(reversed.html).toMatch(/<details open="" class="card"><summary>[^<]*Okafor|<details class="card" open=""><summary>[^<]*Okafor/);
  const short = await holder.post(`/preferences/providers/${world.provider.id}`, { ...days, minCaseMinutes: '0' });
  expect(refusedIn(short)).toEqual([400, 'minCaseMinutes: At least 1.']);
});

test('C-26: days in no order are refused where open time is looked for, and on reports; what is cut is said', async () => {
  const { world } = api;
  const reversed = await holder.get(`/open-time?from=2027-02-09&to=2027-02-02&room=${world.room2.id}&minutes=60`);
  expect(refusedIn(reversed)).toEqual([400, 'to: The last day is before the first.']);
  expect([typedIn(reversed, 'from'), typedIn(reversed, 'to'), typedIn(reversed, 'minutes')]).toEqual(['2027-02-09', '2027-02-02', '60']);
  expect(reversed.html).toContain(`<option value="${world.room2.id}" selected="">`);
  expect(reversed.html).not.toContain('/open-time/request?');
  expect(refusedIn(await holder.get('/open-time?minutes=5'))).toEqual([400, 'minutes: At least 15.']);
  const past = await holder.get('/open-time?from=2020-01-01&to=2027-01-08');
  expect([past.status, past.text.includes('Days that are over are left out')]).toEqual([200, true]);
  expect((await holder.get('/open-time?from=2020-01-01&to=2020-01-08')).text).toContain('Those days are over');
  expect((await holder.get('/open-time?from=2027-01-10&to=2028-01-08')).text).toContain('At most 92 days');
  expect((await holder.get('/open-time')).text).not.toMatch(/are over|At most 92/);

  const report = await scheduler.get('/reports?from=2026-12-31&to=2026-01-01');
  expect(refusedIn(report)).toEqual([400, 'to: The last day is before the first.']);
  expect([typedIn(report, 'from'), typedIn(report, 'to')]).toEqual(['2026-12-31', '2026-01-01']);
  expect(refusedIn(await scheduler.get('/reports?from=2010-01-01&to=2026-01-01'))[1]).toMatch(/^from: A report is about so many days/);
  expect((await scheduler.get('/reports/hold-utilization.csv?from=2026-12-31&to=2026-01-01')).status).toBe(400);
});

test('C-29: a refused request stays in its form, and says why by the field', async () => {
  const { world } = api;
  const list = await holder.get(`/open-time?from=2027-02-10&to=2027-02-10&room=${world.room2.id}&minutes=60`);
  const slot = /\/open-time\/request\?[^"]*/.exec(list.html)![0].replaceAll('&amp;', '&');
  const wish = { ...formOf(await holder.get(slot)), providerId: world.provider.id, from: '10:00', to: '11:15' };
  const unticked = await holder.post('/open-time/requests', wish);
  expect(refusedIn(unticked)).toEqual([422, 'yes: Tick the box to say that you mean it.']);
  expect([typedIn(unticked, 'from'), typedIn(unticked, 'to')]).toEqual(['10:00', '11:15']);
  const outside = await holder.post('/open-time/requests', { ...wish, yes: 'on', from: '04:00', to: '05:15' });
  expect(refusedIn(outside)).toEqual([422, 'from: The room is not open for all of this time.']);
  expect(typedIn(outside, 'from')).toBe('04:00');
  expect(
    (await holder.post('/open-time/requests', { ...formOf(outside), providerId: world.provider.id, yes: 'on', from: '10:00', to: '11:15' }))
      .status,
  ).toBe(303);
});

test('C-03, C-23, U-07: a refused part of a block stays in its form; who has asked why lands on the answer, who is done is told', async () => {
  const id = await createBlock(api.world, '2027-04-12', api.now);
  const page = await holder.get(`/blocks/${id}`);
  expect(page.html).toContain(`action="/blocks/${id}#why"`);
  expect((await holder.get(`/blocks/${id}?why=2027-02-01`)).html).toContain('<details id="why" open="">');
  const look = (fields: Record<string, string>) => holder.post(`/blocks/${id}/preview`, { ...formOf(page, 0), what: 'part', ...fields });
  const bare = await look({ 'part-0-from': '09:15' });
  expect(refusedIn(bare)).toEqual([422, 'part-0: Nothing is ticked: tick at least one.']);
  expect(typedIn(bare, 'part-0-from')).toBe('09:15');
  expect(bare.html).toMatch(/<input[^>]*name="what"[^>]*checked=""[^>]*value="part"|value="part" checked=""/);
  const late = await look({ 'part-0': 'on', 'part-0-from': '09:15', 'part-0-to': 'late' });
  expect(refusedIn(late)[1]).toMatch(/^part-0-to: The time must lie inside the block/);
  const preview = await look({ 'part-0': 'on', 'part-0-from': '09:15', 'part-0-to': '11:00' });
  const unticked = await holder.submit(preview, `/blocks/${id}/decisions`);
  expect(refusedIn(unticked)).toEqual([422, 'yes: Tick the box to say that you mean it.']);
  expect(unticked.text).toContain('09:15–11:00');
  expect((await holder.get(`/blocks/${id}?done=release+part`)).text).toContain('The time is released, as you see below.');
  expect((await holder.get(`/blocks/${id}?done=x`)).status).toBe(200);
});

test('F-07: the page of an approved transfer says from whom to whom, and asks for nothing more', async () => {
  const { world, db, now } = api;
  const blockId = await createBlock(world, '2027-04-19', now);
  const { facts } = await proposeIn(world, { blockId }, now);
  await db.transfer.update({ where: { id: facts.id }, data: { state: 'approved' } });
  await db.block.update({ where: { id: blockId }, data: { groupId: world.otherGroup.id } });
  for (const browser of [holder, scheduler]) {
    const { status, text, html } = await browser.get(`/transfers/${facts.id}`);
    expect([status, text]).toEqual([200, expect.stringMatching(/Orthopedics.*ENT/)]);
    expect(text).toContain('approved');
    expect(html).not.toMatch(/<form method="post"/);
  }
});
