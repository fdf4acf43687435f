import { expect, test } from 'vitest';
import { verifyAudit } from '../../ledger/audit-verify.ts';
import { announceOpenTime } from '../../ledger/availability.ts';
import { policyOf } from '../../ledger/facility.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { createWorld } from '../world.ts';
import { testApi } from './api.ts';

const api = testApi();

const preferences = (id: string) => api.call('GET', `/people/${id}/preferences`);
const change = async (id: string, body: object) =>
  api.call('PATCH', `/people/${id}/preferences`, { body, ifMatch: (await preferences(id)).body.version });
const changeProvider = async (id: string, body: object) =>
  api.call('PATCH', `/providers/${id}`, { body, ifMatch: (await api.call('GET', `/providers/${id}`)).body.version });

async function open(world = api.world, startsAt = '2027-02-02T13:00:00.000Z', endsAt = '2027-02-02T17:00:00.000Z', knownTo: string[] = []) {
  const { db, now } = api;
  const { facilityId, zone, room } = world;
  const place = { facilityId, roomId: room.id, zone, shadow: false, policy: await policyOf(db, facilityId) };
  const subject = { kind: 'hold' as const, id: crypto.randomUUID() };
  const news = { subject, cause: 'hold deleted' as const, intervals: [{ startsAt, endsAt }], openedAt: now, now, knownTo };
  return inTransaction(db, (tx) => announceOpenTime(tx, { ...place, ...news }));
}
const waiting = (personId: string) => api.db.message.findMany({ where: { personId, state: 'waiting' }, orderBy: { id: 'asc' } });

test('C-20, C-42: everybody begins with real-time alerts; any other value than the three is 400', async () => {
  const { db, world } = api;
  const id = world.other.id;
  const before = await preferences(id);
  expect(before.body).toEqual({ personId: id, availabilityAlerts: 'real-time', dailyHour: 7, vacationReminders: null, version: 1 });
  expect(before.headers.etag).toBe('"1"');
  for (const bad of [{ availabilityAlerts: 'weekly' }, { availabilityAlerts: '' }, { dailyHour: 24 }, { dailyHour: 7.5 }, { other: 1 }])
    expect([bad, (await change(id, bad)).status]).toEqual([bad, 400]);
  expect((await change(id, { availabilityAlerts: 'daily', dailyHour: 16 })).body).toMatchObject({
    availabilityAlerts: 'daily',
    version: 2,
  });
  expect((await api.call('PATCH', `/people/${id}/preferences`, { body: { dailyHour: 8 }, ifMatch: 1 })).status).toBe(412);
  expect((await api.call('PATCH', `/people/${id}/preferences`, { body: { dailyHour: 8 } })).status).toBe(428);
  const event = await db.auditEvent.findFirstOrThrow({ where: { subjectId: id, action: 'change preferences' } });
  expect(event).toMatchObject({
    rule: 'C-42',
    before: { availabilityAlerts: 'real-time' },
    after: { availabilityAlerts: 'daily', dailyHour: 16 },
  });
  expect((await verifyAudit(db)).broken).toEqual([]);
  await change(id, { availabilityAlerts: 'real-time', dailyHour: 7 });
});

test('C-42, C-43: alerts that wait follow the new preference: two become one daily mail, off withdraws it', async () => {
  const { world } = api;
  const id = world.other.id;
  await open();
  await open(world, '2027-02-03T13:00:00.000Z', '2027-02-03T17:00:00.000Z');
  expect(await waiting(id)).toHaveLength(2);
  await change(id, { availabilityAlerts: 'daily', dailyHour: 16 });
  const [digest, ...more] = await waiting(id);
  expect(more).toEqual([]);
  expect(digest).toMatchObject({ kind: 'availability digest', sendAfter: new Date('2027-01-04T21:00:00.000Z') }); // 16:00 in New York
  await change(id, { dailyHour: 18 });
  expect((await waiting(id)).map(({ sendAfter }) => sendAfter)).toEqual([new Date('2027-01-04T23:00:00.000Z')]);
  await change(id, { availabilityAlerts: 'off' });
  expect(await waiting(id)).toEqual([]);
  expect(await open()).toBe(1); // the other group's contact alone
  await change(id, { availabilityAlerts: 'real-time', dailyHour: 7 });
});

test('C-44: days and shortest case of a provider; a minimum of nothing or less is 400', async () => {
  const { world } = api;
  const id = world.otherProvider.id;
  for (const bad of [
    { minCaseMinutes: 0 },
    { minCaseMinutes: -30 },
    { minCaseMinutes: 1.5 },
    { availability: [{ weekday: 8, from: '08:00', to: '12:00' }] },
    { availability: [{ weekday: 1, from: '12:00', to: '08:00' }] },
    { availability: [1, 1].map((weekday) => ({ weekday, from: '08:00', to: '12:00' })) },
  ])
    expect([bad, (await changeProvider(id, bad)).status]).toEqual([bad, 400]);
  const availability = [{ weekday: 2, from: '08:00', to: '09:30' }];
  const changed = await changeProvider(id, { availability, minCaseMinutes: 90 });
  expect(changed.body).toMatchObject({ availability, minCaseMinutes: 90, version: 2 });
  expect((await api.call('PATCH', `/providers/${id}`, { body: { minCaseMinutes: 60 }, ifMatch: 1 })).status).toBe(412);
  expect((await changeProvider(id, { availability: null, minCaseMinutes: null })).body).toMatchObject({ availability: null, version: 3 });
  expect((await changeProvider(id, { name: world.provider.name })).status).toBe(409);
  expect((await changeProvider(id, { groupId: crypto.randomUUID() })).status).toBe(404);
  expect((await verifyAudit(api.db)).broken).toEqual([]);
});

test('U-07: for each opening why somebody was told or not: rule, value and limit, as things were then', async () => {
  const { db } = api;
  const world = await createWorld(db, { name: 'Why' });
  const keys = await api.keyFor('support', [world.facilityId]);
  const answers = async (id: string) => {
    const { body } = await api.call('GET', `/people/${id}/availability-alerts?limit=20`, { as: keys });
    return body.items.map(({ telling }: { telling: object }) => telling);
  };
  const as = { ifMatch: 1, as: keys };
  const { other, otherProvider, contact } = world;
  await open(world, undefined, undefined, [contact.id]);
  expect(await answers(contact.id)).toEqual([{ told: false, rule: 'C-46', because: expect.stringContaining('gives time back') }]);
  expect(await answers(other.id)).toEqual([
    { told: false, rule: 'C-42', because: expect.stringContaining('still to go out'), value: api.now },
  ]);
  await db.message.updateMany({ where: { personId: other.id }, data: { state: 'sent', sentAt: api.now } });
  expect(await answers(other.id)).toEqual([{ told: true, rule: 'C-46', because: expect.any(String), value: api.now }]);

  await api.call('PATCH', `/providers/${otherProvider.id}`, { ...as, body: { minCaseMinutes: 601 } });
  await open(world);
  const short = { told: false, rule: 'C-44', because: expect.stringContaining('Dr. Sato'), value: 600, limit: 601 };
  expect((await answers(other.id))[0]).toEqual(short);
  api.now = '2027-01-04T12:00:01.000Z';
  await api.call('PATCH', `/providers/${otherProvider.id}`, { as: keys, ifMatch: 2, body: { minCaseMinutes: 30 } });
  await api.call('PATCH', `/people/${other.id}/preferences`, { ...as, body: { availabilityAlerts: 'off' } });
  await open(world);
  expect((await answers(other.id)).slice(0, 2)).toEqual([{ told: false, rule: 'C-43', because: expect.any(String), value: 'off' }, short]);
});

test('C-16: reminders for groups too are allowed, and warned about', async () => {
  const { id } = api.world.other;
  expect((await change(id, { vacationReminders: true })).body).toMatchObject({
    vacationReminders: true,
    warnings: [{ code: 'GROUP_BLOCKS_TOO', rule: 'C-16' }],
  });
  expect((await change(id, { vacationReminders: null })).body).toMatchObject({ warnings: [] });
});
