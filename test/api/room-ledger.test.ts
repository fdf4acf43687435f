import { expect, test } from 'vitest';

import { blockActivities } from '../../activities/block.ts';
import { atLocal } from '../../domain/civil.ts';
import { createBlock } from '../world.ts';
import { testApi } from './api.ts';

const api = testApi();
const date = '2027-02-01';

test('U-11: the ledger of a room’s day says what each minute is, whose, since when and by which rule', async () => {
  const { db, world, now } = api;
  const { facilityId, room, group, otherGroup, contact, zone } = world;
  const at = (wall: string) => atLocal(date, wall, zone);
  const ledger = async () => (await api.call('GET', `/rooms/${room.id}/ledger?date=${date}`)).body;
  const id = await createBlock(world, date, now);
  expect((await ledger()).minutes).toMatchObject({ block: 480, open: 120 });

  const actor = { personId: contact.id, name: contact.name, role: 'block contact', channel: 'page' };
  const intervals = [{ startsAt: at('11:00'), endsAt: at('15:00') }];
  const release = { id: crypto.randomUUID(), action: 'release part', intervals, actor, decidedAt: now };
  await blockActivities({ db }).decideBlock(id, release);
  expect((await ledger()).minutes).toMatchObject({ block: 240, released: 240, open: 120 });

  const later = new Date(Date.parse(now) + 3_600_000).toISOString();
  const time = { startsAt: at('12:00'), endsAt: at('13:00') };
  const before = api.now;
  api.now = later;
  await api.call('POST', '/cases', { body: { facilityId, number: 'R-1', roomId: room.id, groupId: otherGroup.id, ...time } });
  const day = await ledger();
  api.now = before;
  expect(day.minutes).toMatchObject({ block: 240, case: 60, open: 300, released: 0 });
  expect(day).toMatchObject({ openingMinutes: 600, recapturedMinutes: 60, outsideHours: [] });
  expect(day.stretches.find(({ use }: { use: string }) => use === 'case')).toMatchObject({
    ...time,
    holder: 'ENT',
    recaptured: true,
    rule: 'C-07',
  });
  expect(group.name).toBe('Orthopedics');
  expect((await api.call('GET', `/rooms/${room.id}/ledger?date=${date}`, { as: api.keys.contact })).status).toBe(403);
  expect((await api.call('GET', `/rooms/${room.id}/ledger?date=2027-02-31`)).status).toBe(400);
});
