import { expect, test } from 'vitest';

import { blockActivities } from '../../activities/block.ts';
import { addMinutes, atLocal } from '../../domain/civil.ts';
import { setRoomHours } from '../../ledger/facility.ts';
import { testApi } from '../api/api.ts';
import { createBlock, createHistory } from '../world.ts';

const api = testApi();
const date = '2027-01-15';

test('F-05, C-08, C-09: only stretches of two hours in a row are asked for, foretold and found; an alert has none where there is none', async () => {
  const { db, world, now } = api;
  const { facilityId, room, group, contact, zone } = world;
  const at = (wall: string) => atLocal(date, wall, zone);
  const part = (from: string, to: string) => ({ startsAt: at(from), endsAt: at(to) });
  const book = (number: string, time: object) =>
    api.call('POST', '/cases', { body: { facilityId, roomId: room.id, groupId: group.id, number, ...time } });
  await setRoomHours(db, room.id, [1, 2, 3, 4, 5, 6, 7], '07:00', '15:00');
  await createHistory(world, '2027-01-04');
  const id = await createBlock(world, date, now);
  await book('R-1', part('07:00', '09:00'));
  await book('R-2', part('11:00', '13:01')); // 120 minutes are free before it, 119 after it

  const planned = (await api.call('GET', `/blocks/${id}`)).body;
  expect(planned).toMatchObject({ unbooked: [part('09:00', '11:00'), part('13:01', '15:00')], unbookedMinutes: 239 });
  expect(planned.next).toMatchObject({ kind: 'alert', proposal: [part('09:00', '11:00')] });
  await blockActivities({ db }).alertHolder(id, planned.next.at);
  const { content } = await db.message.findFirstOrThrow({ where: { subjectId: id, kind: 'block alert' } });
  expect(content).toMatchObject({ proposal: [part('09:00', '11:00')] });

  await book('R-1', part('07:00', '09:01')); // a minute less: nothing is left to ask for
  const why = (await api.call('GET', `/blocks/${id}/why-not?date=2027-01-05`)).body;
  expect(why).toMatchObject({ alert: false, rule: 'C-08', because: 'No 120 unbooked minutes in a row are left.' });

  await book('R-1', part('07:00', '09:00'));
  const actor = { personId: contact.id, name: contact.name, role: 'block contact', channel: 'page' };
  await blockActivities({ db }).decideBlock(id, { id: crypto.randomUUID(), action: 'release all', actor, decidedAt: planned.next.at });
  api.now = addMinutes(planned.next.at, 60);
  const open = async (query = '') => {
    const path = `/open-time?facilityId=${facilityId}&roomId=${room.id}&from=${date}&to=${date}${query}`;
    return (await api.call('GET', path)).body.items.map(({ openMinutes }: { openMinutes: number }) => openMinutes);
  };
  expect(await open()).toEqual([120]);
  expect(await open('&minMinutes=1')).toEqual([120, 119]); // any length can be asked for (C-26)
});
