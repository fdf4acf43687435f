import { beforeAll, expect, test } from 'vitest';

import { atLocal } from '../../domain/civil.ts';
import { testApi } from '../api/api.ts';
import { type Browser, footprint, formOf, hiddenOf, type PageAnswer, signIn, signInStaff } from './visitor.ts';

const api = testApi(); // Monday, 4 January 2027
let browser: Browser;
beforeAll(async () => {
  browser = await signInStaff(api, api.world.scheduler);
});

const terms = () => ({
  roomId: api.world.room.id,
  groupId: api.world.group.id,
  providerId: '',
  from: '07:00',
  to: '15:00',
  validFrom: '2027-01-05',
  validUntil: '2027-02-16',
  kind: 'weekly',
  weekdays: '2',
  everyWeeks: '1',
  anchor: '',
  skippedDates: '2027-01-26',
  windowDays: '',
});
/** The last form of a preview is the one that saves. */
const saveForm = (page: PageAnswer) => formOf(page, (page.html.match(/<form/g) ?? []).length - 1);
const days = async () =>
  (await api.db.block.findMany({ where: { state: 'active' }, orderBy: { date: 'asc' } })).map(({ date }) =>
    date.toISOString().slice(5, 10),
  );

test('U-02: a new series shows its days first, then makes exactly them; the same form again makes none twice', async () => {
  const { db } = api;
  expect((await browser.get('/block-series')).text).toContain('No series yet');
  expect((await browser.get('/block-series/new')).text).toContain('Nothing is made before you have seen its days');
  const before = await footprint(db);
  const preview = await browser.post('/block-series/preview', { what: 'new', ...terms() });
  expect(preview.text).toContain('OR 1, 07:00–15:00, Tuesday, every week, Tuesday, 5 January 2027 to Tuesday, 16 February 2027');
  expect(preview.text).toContain('without Tuesday, 26 January 2027, of Orthopedics');
  expect(preview.text).toContain('6 days');
  expect(preview.text).toContain('Inside their own release window already');
  expect(await footprint(db)).toEqual(before);

  expect((await browser.post('/block-series', hiddenOf(preview.html))).status).toBe(422);
  expect((await browser.post('/block-series', { ...saveForm(preview), yes: 'on' })).location).toBe('/block-series?saved');
  expect(await days()).toEqual(['01-05', '01-12', '01-19', '02-02', '02-09', '02-16']);
  expect((await browser.post('/block-series', { ...saveForm(preview), yes: 'on' })).status).toBe(409);
  expect(await db.blockSeries.count()).toBe(1);
  expect((await browser.get('/block-series')).text).toContain('OR 1, 07:00–15:00, Tuesday, every week');
});

test('U-02: a change lists what it does to which day and what stays; ticked days go too; a day booked meanwhile is shown first', async () => {
  const { db, world } = api;
  const { id, version } = await db.blockSeries.findFirstOrThrow();
  const report = async (number: string, date: string) => {
    const time = { startsAt: atLocal(date, '08:00', world.zone), endsAt: atLocal(date, '09:00', world.zone) };
    return api.call('POST', '/cases', {
      body: { facilityId: world.facilityId, number, roomId: world.room.id, groupId: world.group.id, ...time },
    });
  };
  await report('S-1', '2027-01-12');
  const page = await browser.get(`/block-series/${id}`);
  expect(page.html).toMatch(
    /name="weekdays" checked="" value="2"|checked="" name="weekdays" value="2"|value="2" name="weekdays" checked=""/,
  );
  const wish = { what: 'change', id, version: String(version), ...terms(), from: '08:00', validUntil: '2027-02-09' };
  const preview = await browser.post('/block-series/preview', wish);
  expect(preview.text).toContain(
    'Days taken away; where the room is open then, their time is open to others at once 1 day Tuesday, 16 February 2027',
  );
  expect(preview.text).toContain('Tuesday, 19 January 2027, 07:00–15:00 becomes 08:00–15:00');
  expect(preview.text).toContain('Days that stay as they are Tuesday, 12 January 2027, 07:00–15:00: Cases are booked in it.');

  const all = await browser.post('/block-series/preview', { ...hiddenOf(preview.html), include: '2027-01-12' });
  expect(all.text).toContain('Tuesday, 12 January 2027, 07:00–15:00 becomes 08:00–15:00');
  expect(all.text).not.toContain('Days that stay');

  await report('S-2', '2027-01-19');
  const stale = await browser.post('/block-series', { ...saveForm(preview), yes: 'on' });
  expect(stale.status).toBe(409);
  expect(stale.text).toContain('nothing was done');
  expect(stale.text).toContain('Tuesday, 19 January 2027, 07:00–15:00: Cases are booked in it.');
  expect((await browser.post('/block-series', { ...saveForm(stale), yes: 'on' })).status).toBe(303);
  expect(await days()).toEqual(['01-05', '01-12', '01-19', '02-02', '02-09']);
  expect(await db.block.count({ where: { startsAt: atLocal('2027-02-02', '08:00', world.zone), state: 'active' } })).toBe(1);
  expect((await browser.post('/block-series/preview', wish)).status).toBe(412);
});

test('U-02: ending a series shows which days go; what it was stays to be read', async () => {
  const { db } = api;
  const { id } = await db.blockSeries.findFirstOrThrow();
  const end = { ...formOf(await browser.get(`/block-series/${id}`), 1), endsBefore: '2027-02-05', reason: 'They move.' };
  const preview = await browser.post('/block-series/preview', end);
  expect(preview.text).toContain('The series has no day from Friday, 5 February 2027 on.');
  expect(preview.text).toContain('1 day Tuesday, 9 February 2027');
  await browser.post('/block-series', { ...saveForm(preview), yes: 'on' });
  expect(await days()).toEqual(['01-05', '01-12', '01-19', '02-02']);
  const event = await db.auditEvent.findFirst({ where: { subjectKind: 'series', action: 'end' } });
  expect(event).toMatchObject({ reason: 'They move.', actor: { name: 'Robin Fields', channel: 'page' } });
  expect((await browser.get(`/block-series/${id}`)).text).toContain('What comes next');
});

test('terms that make no sense are refused; it is the facility scheduler’s page after a fresh sign-in', async () => {
  const { world } = api;
  const bad = [
    { weekdays: '8' },
    { everyWeeks: '2' },
    { kind: 'monthly' },
    { validUntil: '2027-01-01' },
    { from: 'x' },
    { skippedDates: 'soon' },
  ];
  for (const wish of bad) expect((await browser.post('/block-series/preview', { what: 'new', ...terms(), ...wish })).status).toBe(400);
  expect((await browser.post('/block-series', { wish: '{"what":"new"}', seen: 'x', yes: 'on' })).status).toBe(400);
  expect((await browser.get(`/block-series/${crypto.randomUUID()}`)).status).toBe(404);
  expect((await (await signInStaff(api, world.contact)).get('/block-series')).status).toBe(403);
  expect((await (await signIn(api, world.scheduler)).get('/block-series')).status).toBe(401);
});
