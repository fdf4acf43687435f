import { beforeAll, expect, test } from 'vitest';

import { recurrenceIn } from '../../api/pages/series-views.tsx';
import { specialDayIn } from '../../api/pages/special-day.ts';
import { atLocal } from '../../domain/civil.ts';
import { Recurrence } from '../../domain/recurrence.ts';
import { requestHold } from '../../ledger/new-hold.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { speechIn } from '../../words/speech.ts';
import { testApi } from '../api/api.ts';
import { createBlock, createHistory, createSeriesIn, proposeIn } from '../world.ts';
import { Browser, formOf, mintLink, type PageAnswer, signIn, signInStaff, untranslated } from './visitor.ts';

const api = testApi(); // Monday, 4 January 2027
let blockId: string;
let offeredId: string;
let holdId: string;
let seriesId: string;

beforeAll(async () => {
  const { db, world, now } = api;
  const { facilityId, room, room2, otherProvider, other, zone } = world;
  await db.person.updateMany({ where: { facilityId }, data: { language: 'ru' } });
  await createHistory(world, '2027-01-04');
  blockId = await createBlock(world, '2027-02-01', now);
  offeredId = await createBlock(world, '2027-02-03', now);
  const at = (wall: string) => atLocal('2027-02-01', wall, zone);
  const released = { kind: 'partial', releasedAt: now, releasedBy: 'Dana Reyes', visibleAt: now };
  await db.release.create({ data: { blockId, roomId: room.id, startsAt: at('11:00'), endsAt: at('12:00'), ...released } });
  await db.case.create({
    data: { facilityId, roomId: room.id, number: 'R-1', groupId: world.group.id, startsAt: at('07:00'), endsAt: at('08:00') },
  });
  const asks = { personId: other.id, name: other.name, role: 'block contact', channel: 'page' } as const;
  const wish = {
    facilityId,
    roomId: room2.id,
    providerId: otherProvider.id,
    requesterId: other.id,
    startsAt: at('08:00'),
    endsAt: at('12:00'),
  };
  holdId = (await inTransaction(db, (tx) => requestHold(tx, wish, asks, now))).facts.id;
  seriesId = (await createSeriesIn(world, { roomId: room2.id, validFrom: '2027-02-02' }, now)).series.facts.id;
  await proposeIn(world, { blockId: offeredId }, now);
  const vacation = {
    facilityId,
    providerId: world.provider.id,
    from: new Date('2027-03-01'),
    to: new Date('2027-03-05'),
    enteredBy: 'Dana Reyes',
    enteredAt: now,
  };
  await db.vacation.create({ data: vacation });
});

/** Names and codes that people gave: they are in no language. */
function latinOf(page: PageAnswer): string[] {
  const people = ['Robin Fields', 'Sasha Support', 'Dana Reyes', 'Chris Lind', 'Dr. Okafor', 'Dr. Sato'];
  const given = ['robin.fields@testcenter.example', 'sasha.support@testcenter.example', 'dana.reyes@testcenter.example'];
  const more = [
    'chris.lind@testcenter.example',
    'Test Center',
    'Orthopedics',
    'ENT',
    'America/New_York',
    'English',
    'Holdfast',
    'Temporal',
  ];
  return untranslated(page, [
    ...people,
    ...given,
    ...more,
    'OR 1',
    'OR 2',
    'lightMyRequest',
    'test',
    'UDA',
    'NHS',
    'CSV',
    'API',
    'GBP',
    'URL',
  ]);
}

async function walk(browser: Browser, paths: string[]): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const path of paths) {
    const page = await browser.get(path);
    const words = page.status === 200 ? latinOf(page) : [`status ${page.status}`];
    if (words.length > 0) found[path.replace(/[\w-]{36}/g, '…')] = words;
  }
  return found;
}

test('F-28: every page of operating-room time speaks Russian, to a holder', async () => {
  const { world } = api;
  const browser = await signIn(api, world.contact);
  const paths = [
    '/open-time',
    '/open-time/month?month=2027-02',
    '/block-schedule?week=2027-02-01',
    '/block-schedule/month?month=2027-02',
    `/blocks/${blockId}`,
    `/blocks/${offeredId}`,
    `/blocks/${blockId}?why=2027-01-02`,
    '/transfers',
    '/vacations',
    '/preferences',
    '/desk',
  ];
  expect(await walk(browser, paths)).toEqual({});
  const preview = await browser.post(`/blocks/${blockId}/preview`, { what: 'all' });
  expect([preview.status, latinOf(preview)]).toEqual([200, []]);
  const away = { providerId: world.provider.id, from: '2027-02-01', to: '2027-02-01' };
  expect(latinOf(await browser.post('/vacations/preview', away))).toEqual([]);
  const [transfer] = await api.db.transfer.findMany();
  expect(await walk(await signIn(api, world.other), [`/transfers/${transfer!.id}`, `/holds/${holdId}`])).toEqual({});
});

test('F-28: every page of the facility scheduler and of support speaks Russian', async () => {
  const { world } = api;
  const browser = await signInStaff(api, world.scheduler);
  const paths = [
    '/open-time',
    '/requests',
    `/holds/${holdId}`,
    `/rooms/${world.room.id}/day?date=2027-02-01`,
    '/rooms',
    `/rooms/${world.room.id}`,
    '/block-series',
    '/block-series/new',
    `/block-series/${seriesId}`,
    '/worklist',
    '/reports',
    '/policy',
  ];
  expect(await walk(browser, paths)).toEqual({});
  const closed = {
    kind: 'add exception',
    roomId: world.room.id,
    version: '1',
    firstDate: '2027-02-01',
    lastDate: '',
    opensAt: '',
    closesAt: '',
  };
  expect(latinOf(await browser.post('/rooms/preview', closed))).toEqual([]);
  expect(latinOf(await browser.post('/policy/preview', { 'mandatory.windowDays': '9', 'mail.fromLocalTime': '06:00' }))).toEqual([]);
  const { version } = await api.db.blockSeries.findUniqueOrThrow({ where: { id: seriesId } });
  const end = { what: 'end', id: seriesId, version: String(version), endsBefore: '2027-02-16' };
  expect(latinOf(await browser.post('/block-series/preview', end))).toEqual([]);
  const support = await signInStaff(api, world.support);
  expect(await walk(support, ['/people', `/people/${world.contact.id}`, '/transfers'])).toEqual({});
});

test('F-28: a mail’s button leads to a page, a receipt and a refusal in its reader’s language', async () => {
  const { db, world, now } = api;
  const content = { proposal: [{ startsAt: '2027-02-01T17:00:00.000Z', endsAt: '2027-02-01T20:00:00.000Z' }] };
  const about = { kind: 'block' as const, id: blockId, createdAt: now, content };
  const stranger = new Browser(api);
  const transfer = { kind: 'transfer' as const, id: (await db.transfer.findFirstOrThrow()).id, createdAt: now };
  const links = [
    ...(await Promise.all(
      (['release suggested', 'release part', 'release all', 'keep'] as const).map((one) => mintLink(db, world.contact, one, about)),
    )),
    ...(await Promise.all((['accept transfer', 'decline transfer'] as const).map((one) => mintLink(db, world.other, one, transfer)))),
    ...(await Promise.all(
      (['confirm hold', 'deny hold'] as const).map((one) =>
        mintLink(db, world.scheduler, one, { kind: 'hold', id: holdId, createdAt: now }),
      ),
    )),
    await mintLink(db, world.contact, 'block schedule', { kind: 'person', id: world.contact.id, createdAt: now }),
    await mintLink(db, world.contact, 'sign in', { kind: 'person', id: world.contact.id, createdAt: now, content: { to: '/' } }),
    await mintLink(db, world.contact, 'unsubscribe', { kind: 'person', id: world.contact.id, createdAt: now }),
  ];
  expect(await walk(stranger, links)).toEqual({});
  const confirm = await mintLink(db, world.scheduler, 'confirm hold', { kind: 'hold', id: holdId, createdAt: now });
  const unticked = await stranger.post(confirm, formOf(await stranger.get(confirm)));
  expect([unticked.status, latinOf(unticked)]).toEqual([422, ['CHOICE', 'MISSING']]); // the code, for whoever asks about it
  expect(unticked.text).toContain('Поставьте отметку');
  expect(await walk(stranger, [`${confirm}/unchanged`])).toEqual({});
  expect(latinOf(await new Browser(api).get('/blocks/01890000-0000-7000-8000-00000000ffff', { 'accept-language': 'ru' }))).not.toContain(
    'Come',
  );
});

test('F-28: when a series comes again, and why a room has other hours, is said in each language', () => {
  const said = (recurrence: object) => (['en', 'ru'] as const).map((one) => recurrenceIn(Recurrence.parse(recurrence), speechIn(one)));
  expect(said({ kind: 'weekly', weekdays: [4, 2] })).toEqual(['Tuesday and Thursday, every week', 'вторник и четверг, каждую неделю']);
  const monday = { kind: 'weekly', weekdays: [1], anchor: '2027-01-04' };
  expect(said({ ...monday, everyWeeks: 2 })).toEqual(['Monday, every other week', 'понедельник, через неделю']);
  expect(said({ ...monday, everyWeeks: 3 })).toEqual(['Monday, every 3 weeks', 'понедельник, раз в 3 нед.']);
  expect(said({ kind: 'monthly', weekday: 2, nth: [2, 4] })[0]).toBe('the second and fourth Tuesday of the month');
  expect(said({ kind: 'monthly', weekday: 5, nth: [-1] })).toEqual(['the last Friday of the month', 'каждый месяц: последний раз пятница']);

  const day = { firstDate: '2027-07-05', lastDate: '2027-07-05', opensAt: null, closesAt: null, reason: null };
  const hours = (special: Parameters<typeof specialDayIn>[0]) => specialDayIn(special, speechIn('en'));
  expect(hours({ date: '2027-07-05', holiday: 'Independence Day' })).toBe('holiday, Independence Day');
  expect(hours({ date: '2027-07-05', exception: { ...day, reason: 'New floor' } })).toBe('closed, New floor');
  expect(hours({ date: '2027-07-05', exception: { ...day, opensAt: '08:00', closesAt: '12:00' } })).toBe('open 08:00–12:00');
});
