import { expect, test } from 'vitest';
import { blockActivities } from '../../activities/block.ts';
import { deliveryActivities } from '../../activities/delivery.ts';
import type { MailTransport } from '../../activities/mail/transport.ts';
import { addDays, atLocal } from '../../domain/civil.ts';
import { testApi } from '../api/api.ts';
import { contents } from '../emails/contents.ts';
import { signInStaff } from '../pages/visitor.ts';
import { createBlock, createHistory, createWorld } from '../world.ts';

const api = testApi();
const gone = '550 5.1.1 mailbox unavailable';

/** A service that refuses some addresses for good. */
const service = (refuses: (address: string) => boolean): MailTransport => ({
  channel: 'mail',
  name: 'smtp',
  send: async (mails) =>
    mails.map(({ messageId, to }) => (refuses(to) ? { messageId, state: 'undeliverable', error: gone } : { messageId, state: 'sent' })),
});

async function deliver(now: string, refuses: (address: string) => boolean) {
  const transport = service(refuses);
  const options = { db: api.db, transports: [transport], from: 'mail@holdfast.example', publicUrl: 'https://h.example' };
  const { claimBatch, sendBatch } = deliveryActivities(options);
  for (let batch = await claimBatch(transport.name, now); batch.batchId; batch = await claimBatch(transport.name, now))
    await sendBatch(batch.batchId, now);
}

test('C-08, C-11, C-22: a block alert that can never arrive is put to the others of the group; support and the facility learn of it once a day', async () => {
  const { db } = api;
  const world = await createWorld(db, { name: 'Unreached' });
  const { contact, group, support, scheduler, facilityId } = world;
  const colleague = await db.person.create({
    data: {
      facilityId,
      name: 'Sam Ito',
      email: `sam@${facilityId}.example`,
      role: 'block contact',
      memberships: { create: { groupId: group.id } },
    },
  });
  const date = addDays('2027-01-04', 11);
  await createHistory(world, '2027-01-04');
  const blockId = await createBlock(world, date, api.now);
  const morning = atLocal('2027-01-04', '07:00', world.zone);
  await blockActivities({ db }).alertHolder(blockId, morning);
  const alerts = async () =>
    (await db.message.findMany({ where: { subjectId: blockId, kind: 'block alert' }, orderBy: { createdAt: 'asc' } })).map(
      ({ personId, state, error }) => [personId, state, error],
    );
  expect(await alerts()).toEqual([[contact.id, 'waiting', null]]);
  await deliver(morning, (to) => to === contact.email);
  expect(await alerts()).toEqual([
    [contact.id, 'undeliverable', gone],
    [colleague.id, 'sent', null],
  ]);
  const told = await db.message.findMany({ where: { kind: 'mail unreached', facilityId }, orderBy: { address: 'asc' } });
  expect(told.map(({ personId }) => personId).sort()).toEqual([scheduler.id, support.id].sort());
  expect(told[0]!.content).toMatchObject({
    person: contact.name,
    address: contact.email,
    what: 'block alert',
    why: gone,
    others: ['Sam Ito'],
  });
  await blockActivities({ db }).alertHolder(blockId, atLocal('2027-01-05', '07:00', world.zone));
  await deliver(atLocal('2027-01-05', '07:00', world.zone), (to) => to === contact.email);
  expect(await db.message.count({ where: { kind: 'mail unreached', facilityId } })).toBe(4);
  const page = await (await signInStaff(api, support)).get(`/people/${contact.id}`);
  expect(page.text).toContain('Mail does not reach this address');
});

test('C-21: what waits goes to the corrected address; nobody is without one', async () => {
  const { db, world, call } = api;
  const { other, facilityId } = world;
  const message = await db.message.create({
    data: {
      facilityId,
      key: crypto.randomUUID(),
      kind: 'hold confirmed',
      content: contents['hold confirmed'],
      personId: other.id,
      address: other.email,
      subjectKind: 'hold',
      subjectId: crypto.randomUUID(),
      sendAfter: api.now,
    },
  });
  const as = api.keys.support;
  expect((await call('PATCH', `/people/${other.id}`, { as, body: { email: '' }, ifMatch: other.version })).status).toBe(400);
  const email = 'chris.new@testcenter.example';
  expect((await call('PATCH', `/people/${other.id}`, { as, body: { email }, ifMatch: other.version })).status).toBe(200);
  expect(await db.message.findUniqueOrThrow({ where: { id: message.id } })).toMatchObject({ address: email, state: 'waiting' });
  const nobody = { facilityId, name: 'No Address', role: 'block contact' };
  expect((await call('POST', '/people', { as, body: nobody })).status).toBe(400);
});
