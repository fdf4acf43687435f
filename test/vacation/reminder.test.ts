import { beforeEach, expect, test } from 'vitest';

import { deliveryActivities } from '../../activities/delivery.ts';
import { mailboxTransport } from '../../activities/mail/mailbox.ts';
import { atLocal } from '../../domain/civil.ts';
import { systemActor } from '../../domain/decision.ts';
import { policyOf } from '../../ledger/facility.ts';
import { createBlocks } from '../../ledger/new-block.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { testApi } from '../api/api.ts';
import { signIn } from '../pages/visitor.ts';
import { createWorld, type World } from '../world.ts';

const api = testApi();
let world: World;
let number = 0;

beforeEach(async () => {
  world = await createWorld(api.db, { name: `Away ${++number}`, zone: number % 2 ? 'Europe/Berlin' : 'America/New_York' });
});

async function block(date: string, alone: boolean): Promise<void> {
  const { db, now } = api;
  const { facilityId, zone, room, group, provider } = world;
  const time = { startsAt: atLocal(date, '07:00', zone), endsAt: atLocal(date, '15:00', zone) };
  const wanted = { roomId: room.id, groupId: group.id, ...time, ...(alone && { providerId: provider.id }) };
  await inTransaction(db, async (tx) => {
    const policy = await policyOf(tx, facilityId);
    await createBlocks(tx, { id: facilityId, zone, policy }, [wanted], systemActor, now);
  });
}

const transportOf = () => mailboxTransport(api.db);
async function remindersAt(now: string): Promise<string[]> {
  const { db } = api;
  const transport = transportOf();
  const { claimBatch, sendBatch } = deliveryActivities({
    db,
    transports: [transport],
    from: 'mail@holdfast.example',
    publicUrl: 'https://h.example',
  });
  for (let batch = await claimBatch(transport.name, now); batch.batchId; batch = await claimBatch(transport.name, now))
    await sendBatch(batch.batchId, now);
  const sent = await db.message.findMany({
    where: { facilityId: world.facilityId, kind: 'vacation reminder', state: 'sent' },
    orderBy: { sendAfter: 'asc' },
  });
  return sent.map(({ sendAfter }) => sendAfter.toISOString());
}

test('C-15: on the first of each month, at the facility’s morning, the contact of single-surgeon blocks is asked, across the clock change', async () => {
  const { zone, contact } = world;
  await block('2027-04-20', true);
  await block('2027-04-21', true);
  const first = (month: string) => atLocal(`${month}-01`, '07:00', zone);
  expect(await remindersAt(atLocal('2027-02-01', '06:59', zone))).toEqual([]);
  expect(await remindersAt(first('2027-02'))).toEqual([first('2027-02')]);
  expect(await remindersAt(atLocal('2027-03-15', '12:00', zone))).toEqual([first('2027-02'), first('2027-03')]);
  expect(await remindersAt(first('2027-04'))).toEqual([first('2027-02'), first('2027-03'), first('2027-04')]);
  expect(await remindersAt(first('2027-06'))).toHaveLength(3); // no such block lies ahead any more
  const mails = await api.db.mailboxEntry.findMany({ where: { to: contact.email } });
  expect(mails).toHaveLength(3);
  expect(mails[0]!.text).toContain('Dr. Okafor is away');
  expect(mails[0]!.text).toContain('Enter vacation days');
});

test('C-16: contacts of group blocks are not asked, unless they switch it on', async () => {
  await block('2027-04-20', false);
  const february = atLocal('2027-02-01', '07:00', world.zone);
  expect(await remindersAt(february)).toEqual([]);
  const browser = await signIn(api, world.contact);
  const page = await browser.get('/preferences');
  expect(page.text).toContain('for blocks of a whole group nothing is released by them');
  const version = /name="version" value="(\d+)"/.exec(page.html)![1]!;
  const form = { availabilityAlerts: 'real-time', dailyHour: '7', version, vacations: 'on' };
  expect((await browser.post('/preferences/alerts', form)).status).toBe(303);
  expect(await remindersAt(february)).toEqual([february]);
});

test('C-18: who switched it off is not asked, over the API too', async () => {
  await block('2027-04-20', true);
  const key = await api.keyFor('facility scheduler', [world.facilityId]);
  const path = `/people/${world.contact.id}/preferences`;
  const change = await api.call('PATCH', path, { as: key, ifMatch: 1, body: { vacationReminders: false } });
  expect(change).toMatchObject({ status: 200, body: { vacationReminders: false, version: 2 } });
  expect(await remindersAt(atLocal('2027-02-01', '07:00', world.zone))).toEqual([]);
  await api.call('PATCH', path, { as: key, ifMatch: 2, body: { vacationReminders: null } });
  expect(await remindersAt(atLocal('2027-02-01', '08:00', world.zone))).toHaveLength(1);
});
