import { beforeAll, expect, test } from 'vitest';

import { atLocal } from '../../domain/civil.ts';
import { testApi } from '../api/api.ts';
import { createBlock } from '../world.ts';
import { Browser, mintLink, signIn } from './visitor.ts';

const api = testApi();
const at = (date: string, time: string) => atLocal(date, time, api.world.zone);

beforeAll(async () => {
  const { world, now, db } = api;
  await createBlock(world, '2027-02-03', now); // of Orthopedics
  const { facilityId, group } = world;
  const { id } = await db.provider.create({ data: { facilityId, groupId: group.id, name: 'Dr. Else' } });
  const theirs = await createBlock(world, '2027-02-04', now);
  await db.block.update({ where: { id: theirs }, data: { providerId: id } });
});

function request(date: string) {
  const { facilityId, room2, provider, contact } = api.world;
  const time = { startsAt: at(date, '08:00'), endsAt: at(date, '12:00') };
  return api.call('POST', '/holds', { body: { facilityId, roomId: room2.id, providerId: provider.id, requesterId: contact.id, ...time } });
}

const formFor = async (date: string) => {
  const slot = new URLSearchParams({ roomId: api.world.room2.id, startsAt: at(date, '13:00'), endsAt: at(date, '15:00') });
  return (await signIn(api, api.world.contact)).get(`/open-time/request?${slot}`);
};

test('C-27: own unbooked time of another day is mentioned only as many days around as the policy says, on page and in the API', async () => {
  expect((await request('2027-02-01')).body.warnings).toEqual([]);
  expect((await formFor('2027-02-01')).text).not.toContain('fill your own time');
  const { facilityId } = api.world;
  const body = { facilityId, settings: { hold: { ownTimeWithinDays: 2 } } };
  expect((await api.call('POST', '/policies', { body, ifMatch: 1 })).status).toBe(201);

  const answer = await request('2027-02-05');
  expect(answer.status).toBe(201);
  expect(answer.body.warnings).toMatchObject([
    { code: 'OWN_TIME_UNBOOKED', rule: 'C-27', message: expect.stringContaining('within 2 days of it') },
  ]);
  const [warning] = answer.body.warnings;
  expect(warning.facts.blocks).toEqual([
    { id: expect.any(String), room: 'OR 1', unbooked: [{ startsAt: at('2027-02-03', '07:00'), endsAt: at('2027-02-03', '15:00') }] },
  ]); // not the block of Dr. Else
  expect((await formFor('2027-02-05')).text).toContain('OR 1, Wed 3 Feb, 07:00–15:00 (8 h)');
  expect((await formFor('2027-02-08')).text).not.toContain('fill your own time');
  expect((await request('2027-02-08')).body.warnings).toEqual([]);
});

test('C-35: the page of the hold, the list and the page behind the confirmation’s button say how much is filled', async () => {
  const { db, world, now } = api;
  const { body: hold } = await request('2027-02-15');
  await db.hold.update({ where: { id: hold.id }, data: { state: 'confirmed', confirmedAt: now } });
  const { facilityId, room2, group, contact } = world;
  const booked = { roomId: room2.id, groupId: group.id, startsAt: at('2027-02-15', '08:00'), endsAt: at('2027-02-15', '09:30') };
  await db.case.create({ data: { facilityId, number: 'F-1', ...booked } });
  const browser = await signIn(api, contact);
  expect((await browser.get(`/holds/${hold.id}`)).text).toContain('Filled 1 h 30 min of 4 h');
  expect((await browser.get('/open-time')).text).toContain('filled 1 h 30 min of 4 h');
  const link = await mintLink(db, contact, 'delete hold', { kind: 'hold', id: hold.id, createdAt: now });
  expect((await new Browser(api).get(link)).text).toContain('Filled 1 h 30 min of 4 h');
  const { body } = await api.call('GET', `/holds/${hold.id}`);
  expect(body).toMatchObject({ heldMinutes: 240, filledMinutes: 90, usedMinutes: null });
});
