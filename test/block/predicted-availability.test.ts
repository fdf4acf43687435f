import { beforeEach, expect, test } from 'vitest';

import { blockActivities } from '../../activities/block.ts';
import { deliveryActivities } from '../../activities/delivery.ts';
import { mailboxTransport } from '../../activities/mail/mailbox.ts';
import { addDays, atLocal } from '../../domain/civil.ts';
import { testApi } from '../api/api.ts';
import { createBlock, createHistory, createWorld, type World } from '../world.ts';

const api = testApi();
const zone = 'America/New_York';
const today = '2027-03-10'; // the clocks go forward on the 14th
let world: World;
let key: string;
let number = 0;

beforeEach(async () => {
  api.now = atLocal(today, '09:00', zone);
  world = await createWorld(api.db, { name: `Predicted ${++number}` });
  key = await api.keyFor('facility scheduler', [world.facilityId]);
  await createHistory(world, today, { minutes: 120, leadDays: 30 });
});

async function setPolicy(version: number, predictedAvailability: object): Promise<void> {
  const body = { facilityId: world.facilityId, settings: { predictedAvailability } };
  expect((await api.call('POST', '/policies', { as: key, ifMatch: version, body })).status).toBe(201);
}

/** Sends all that is due by then, and gives the instants at which digests went out. */
async function digestsBy(now: string): Promise<string[]> {
  const { db } = api;
  const transport = mailboxTransport(db);
  const { claimBatch, sendBatch } = deliveryActivities({
    db,
    transports: [transport],
    from: 'mail@holdfast.example',
    publicUrl: 'https://h.example',
  });
  for (let batch = await claimBatch(transport.name, now); batch.batchId; batch = await claimBatch(transport.name, now))
    await sendBatch(batch.batchId, now);
  const where = { facilityId: world.facilityId, kind: 'predicted availability', state: 'sent' };
  return (await db.message.findMany({ where, orderBy: { sendAfter: 'asc' } })).map(({ sendAfter }) => sendAfter.toISOString());
}
const latest = () => api.db.mailboxEntry.findFirstOrThrow({ where: { to: world.scheduler.email }, orderBy: { sentAt: 'desc' } });
const at = (days: number, time = '07:00') => atLocal(addDays(today, days), time, zone);

test('F-09: off by default, nobody is told; switched on, the facility is told each morning, across the clock change', async () => {
  await createBlock(world, addDays(today, 12), api.now, { windowDays: 3 });
  expect(await digestsBy(at(1))).toEqual([]);
  await setPolicy(1, { digest: true });
  const mornings = [1, 2, 3, 4, 5].map((days) => at(days));
  for (const morning of mornings) await digestsBy(morning);
  expect(await digestsBy(at(5, '23:00'))).toEqual(mornings);
  const { subject, text } = await latest();
  expect(subject).toBe('Probably unused: time in 1 block of the coming days');
  expect(text).toMatch(/Mon 22 Mar, OR 1, Orthopedics: 07:00–15:00 \(8 h\), 9\d % sure\. On (all|\d+) of the last \d+ similar days/);
  expect(text).toContain('Released by itself on Fri 19 Mar at 00:00.');
});

test('F-09: it is judged when it is claimed: released time is not in it, silenced blocks are, and of nothing there is no mail', async () => {
  const id = await createBlock(world, addDays(today, 12), api.now);
  const actor = { personId: world.contact.id, name: 'Dana Reyes', role: 'block contact' as const, channel: 'page' as const };
  const decide = (choice: object) =>
    blockActivities({ db: api.db }).decideBlock(id, { id: crypto.randomUUID(), actor, decidedAt: api.now, ...choice });
  await setPolicy(1, { digest: true, digestLocalTime: '06:30' });
  await decide({ action: 'keep', stopAlerts: true });
  expect(await digestsBy(at(1, '06:30'))).toEqual([at(1, '06:30')]);
  await decide({ action: 'release all' });
  expect(await digestsBy(at(2, '06:30'))).toHaveLength(1); // the second had nothing to say
  await createBlock(world, addDays(today, 13), api.now, { roomId: world.room2.id });
  expect(await digestsBy(at(3, '06:30'))).toEqual([at(1, '06:30'), at(3, '06:30')]); // and the third was owed all the same
});

test('F-09: the time of day follows the policy, only days within reach are looked at, and switched off it ends', async () => {
  await createBlock(world, addDays(today, 12), api.now);
  await setPolicy(1, { digest: true, daysAhead: 12 });
  expect(await digestsBy(at(1))).toEqual([at(1)]); // 11 days ahead of it
  api.now = at(1, '08:00');
  await setPolicy(2, { digestLocalTime: '16:00' });
  expect(await digestsBy(at(1, '16:00'))).toEqual([at(1)]); // one a day
  expect(await digestsBy(at(2, '16:00'))).toEqual([at(1), at(2, '16:00')]);
  api.now = at(2, '17:00');
  await setPolicy(3, { digest: false });
  expect(await digestsBy(at(4))).toHaveLength(2);
  expect(await api.db.message.count({ where: { facilityId: world.facilityId, kind: 'predicted availability', state: 'waiting' } })).toBe(0);
});

test('F-09: somebody who becomes a scheduler is told from the next day on', async () => {
  await createBlock(world, addDays(today, 12), api.now);
  await api.db.person.update({ where: { id: world.scheduler.id }, data: { active: false } });
  await setPolicy(1, { digest: true });
  expect(await digestsBy(at(1))).toEqual([]);
  api.now = at(1, '08:00');
  const body = { facilityId: world.facilityId, name: 'Kim Ito', email: 'kim@predicted.example', role: 'facility scheduler' };
  expect((await api.call('POST', '/people', { as: key, body })).status).toBe(201);
  expect(await digestsBy(at(2))).toEqual([at(2)]);
});
