import { expect, test } from 'vitest';

import { addMinutes } from '../../domain/civil.ts';
import { announceOpenTime } from '../../ledger/availability.ts';
import { policyOf } from '../../ledger/facility.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { testApi } from '../api/api.ts';
import { Browser, footprint, mintLink, signIn } from './visitor.ts';

const api = testApi();
const person = () => api.db.person.findUniqueOrThrow({ where: { id: api.world.other.id } });
const linkOf = () =>
  mintLink(api.db, api.world.other, 'unsubscribe', { kind: 'opening', id: crypto.randomUUID(), createdAt: '2025-01-01T12:00:00Z' });
const reset = () => api.db.person.update({ where: { id: api.world.other.id }, data: { availabilityAlerts: 'real-time' } });

test('C-41, C-42: the foot of a mail leads to the preferences, where real-time becomes daily', async () => {
  const browser = new Browser(api);
  const link = await mintLink(api.db, api.world.other, 'preferences', { kind: 'person', id: api.world.other.id, createdAt: api.now });
  expect((await browser.post(link)).location).toBe('/preferences');
  const page = await browser.get('/preferences');
  expect(page.text).toContain('Daily alerts: max once per day');
  const { version } = await person();
  const form = { version: String(version), availabilityAlerts: 'daily', dailyHour: '16' };
  expect((await browser.post('/preferences/alerts', form)).location).toBe('/preferences?saved');
  expect((await browser.get('/preferences?saved')).text).toContain('Saved.');
  expect(await person()).toMatchObject({ availabilityAlerts: 'daily', dailyHour: 16 });
  expect((await browser.post('/preferences/alerts', form)).status).toBe(412); // seen before it was changed
  expect((await browser.post('/preferences/alerts', { ...form, availabilityAlerts: 'weekly' })).status).toBe(400);
  await reset();
});

test('C-44: a scheduler sets days and shortest case of the surgeons of the own groups, and of no others', async () => {
  const { db, world } = api;
  const browser = await signIn(api, world.other);
  const page = await browser.get('/preferences');
  expect(page.text).toContain('Dr. Sato');
  expect(page.text).not.toContain('Dr. Okafor');
  const path = `/preferences/providers/${world.otherProvider.id}`;
  const form = { version: '1', minCaseMinutes: '90', from2: '08:00', to2: '16:00' };
  expect((await browser.post(path, form)).status).toBe(303);
  expect(await db.provider.findUniqueOrThrow({ where: { id: world.otherProvider.id } })).toMatchObject({
    availability: [{ weekday: 2, from: '08:00', to: '16:00' }],
    minCaseMinutes: 90,
  });
  for (const bad of [{ minCaseMinutes: '0' }, { minCaseMinutes: '-5' }, { to2: '' }, { from2: '17:00' }])
    expect([bad, (await browser.post(path, { ...form, version: '2', ...bad })).status]).toEqual([bad, 400]);
  expect((await browser.post(path, { ...form, version: '2', minCaseMinutes: '', always: 'on' })).status).toBe(303);
  expect(await db.provider.findUniqueOrThrow({ where: { id: world.otherProvider.id } })).toMatchObject({
    availability: null,
    minCaseMinutes: null,
  });
  expect((await browser.post(`/preferences/providers/${world.provider.id}`, form)).status).toBe(404);
});

test('U-07: the preferences say why the last openings were told or not', async () => {
  const { db, world, now } = api;
  const { facilityId, zone, room } = world;
  const intervals = [{ startsAt: '2027-02-02T13:00:00.000Z', endsAt: '2027-02-02T17:00:00.000Z' }];
  const place = { facilityId, roomId: room.id, zone, shadow: false, policy: await policyOf(db, facilityId) };
  const news = { subject: { kind: 'hold' as const, id: crypto.randomUUID() }, cause: 'hold denied' as const, openedAt: now, now };
  await inTransaction(db, (tx) => announceOpenTime(tx, { ...place, ...news, intervals, knownTo: [world.contact.id] }));
  expect((await (await signIn(api, world.contact)).get('/preferences')).text).toContain(
    'Tue 2 Feb, 08:00–12:00: not told. Who gives time back',
  );
});

test('F-21, U-07: time that can still be taken back is no opening yet, on the page and through the API', async () => {
  const { db, world, now } = api;
  const { facilityId, zone, room, other } = world;
  const intervals = [{ startsAt: '2027-02-03T13:00:00.000Z', endsAt: '2027-02-03T17:00:00.000Z' }];
  const place = { facilityId, roomId: room.id, zone, shadow: false, policy: await policyOf(db, facilityId) };
  const openedAt = addMinutes(now, 10);
  const news = { subject: { kind: 'block' as const, id: crypto.randomUUID() }, cause: 'release' as const, openedAt, now };
  await inTransaction(db, (tx) => announceOpenTime(tx, { ...place, ...news, intervals, knownTo: [world.contact.id] }));
  const key = await api.keyFor('support', [facilityId]);
  const browser = await signIn(api, other);
  const told = async () => {
    const { body } = await api.call('GET', `/people/${other.id}/availability-alerts`, { as: key });
    const { text } = await browser.get('/preferences');
    return [text.includes('Wed 3 Feb'), body.items.some((one: { openedAt: string }) => one.openedAt === openedAt)];
  };
  expect(await told()).toEqual([false, false]);
  api.now = openedAt;
  expect(await told()).toEqual([true, true]);
  api.now = now;
});

test('C-46: the button of an alert opens Find Open Time at its room and day', async () => {
  const { world } = api;
  const slot = {
    roomId: world.room.id,
    room: 'OR 1',
    providers: [],
    startsAt: '2027-02-02T13:00:00.000Z',
    endsAt: '2027-02-02T14:30:00.000Z',
  };
  const content = { zone: world.zone, slots: [slot] };
  const about = { kind: 'opening', id: crypto.randomUUID(), createdAt: api.now };
  const at = async (mail: object) =>
    (await new Browser(api).post(await mintLink(api.db, world.other, 'find open time', { ...about, content: mail }))).location;
  expect(await at(content)).toBe(`/open-time?from=2027-02-02&to=2027-02-02&minutes=90&room=${world.room.id}`);
  expect(
    await at({ ...content, slots: [slot, { ...slot, startsAt: '2027-02-05T13:00:00.000Z', endsAt: '2027-02-05T17:00:00.000Z' }] }),
  ).toBe('/open-time?from=2027-02-02&to=2027-02-05&minutes=90');
  expect(await at({})).toBe('/open-time');
});

test('C-43: one click in the mail program turns availability alerts off, without a session, as often as it is pressed', async () => {
  const { db, world } = api;
  const before = await db.membership.findMany({ where: { personId: world.other.id } });
  const path = await linkOf();
  for (const _ of [1, 2]) {
    const answer = await new Browser(api).post(path, { 'List-Unsubscribe': 'One-Click' });
    expect([answer.status, answer.location]).toEqual([200, '']); // RFC 8058: no redirect
  }
  expect(await person()).toMatchObject({ availabilityAlerts: 'off', active: true });
  expect(await db.membership.findMany({ where: { personId: world.other.id } })).toEqual(before); // block alerts stay
  const events = await db.auditEvent.findMany({ where: { subjectId: world.other.id, rule: 'C-43' } });
  expect(events.map(({ actor }) => actor)).toMatchObject([{ channel: 'mail', personId: world.other.id }]);

  await reset();
  const boundary = 'x1';
  const payload = `--${boundary}\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--${boundary}--\r\n`;
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
  expect((await api.app.inject({ method: 'POST', url: path, headers, payload })).statusCode).toBe(200);
  expect((await person()).availabilityAlerts).toBe('off');
  await reset();
});

test('C-43: a look at the link changes nothing; the page asks for a tick; another button’s secret is refused', async () => {
  const { db, world } = api;
  const path = await linkOf();
  const browser = new Browser(api);
  const before = await footprint(db);
  const page = await browser.get(path);
  expect([page.status, page.text]).toEqual([200, expect.stringContaining('Yes, stop Availability Alerts')]);
  expect((await browser.post(path, {})).status).toBe(422);
  expect((await api.app.inject({ method: 'POST', url: path })).statusCode).toBe(422);
  expect(await footprint(db)).toEqual(before);
  expect((await person()).availabilityAlerts).toBe('real-time');
  expect((await browser.post(path, { yes: 'on' })).text).toContain('Availability Alerts are off');
  expect((await person()).availabilityAlerts).toBe('off');
  const other = await mintLink(db, world.other, 'preferences', { kind: 'person', id: world.other.id, createdAt: api.now });
  expect((await browser.get(other.replace('/a/', '/unsubscribe/'))).status).toBe(401);
  expect((await browser.post(`/unsubscribe/${'x'.repeat(43)}`, { 'List-Unsubscribe': 'One-Click' })).status).toBe(401);
  await reset();
});
