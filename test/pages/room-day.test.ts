import { expect, test } from 'vitest';

import { atLocal } from '../../domain/civil.ts';
import { testApi } from '../api/api.ts';
import { createBlock } from '../world.ts';
import { signIn } from './visitor.ts';

const api = testApi();
const date = '2027-02-01';

test('U-11: a page says where each minute of a room’s day went, linked from the Block Schedule', async () => {
  const { db, world, now } = api;
  const { facilityId, room, group, otherGroup, scheduler, zone } = world;
  const at = (wall: string) => atLocal(date, wall, zone);
  const blockId = await createBlock(world, date, now);
  const release = {
    kind: 'partial',
    releasedAt: now,
    releasedBy: 'Dana Reyes',
    visibleAt: now,
    startsAt: at('11:00'),
    endsAt: at('15:00'),
  };
  await db.release.create({ data: { blockId, roomId: room.id, ...release } });
  const cases = [
    { number: 'D-1', groupId: group.id, startsAt: at('07:00'), endsAt: at('08:30') },
    { number: 'D-2', groupId: otherGroup.id, startsAt: at('12:00'), endsAt: at('13:00') },
    { number: 'D-3', groupId: group.id, startsAt: at('17:30'), endsAt: at('18:00') },
  ];
  await db.case.createMany({ data: cases.map((one) => ({ facilityId, roomId: room.id, ...one })) });
  const browser = await signIn(api, scheduler);
  const schedule = await browser.get(`/block-schedule?week=${date}`);
  const link = /href="(\/rooms\/[^"]+)">OR 1<\/a>/.exec(schedule.html)![1]!;
  const { text } = await browser.get(link);
  expect(text).toContain('OR 1, Monday, 1 February 2027');
  expect(text).toContain('Cases 2 h 30 min');
  expect(text).toContain('Block, unbooked 2 h 30 min');
  expect(text).toContain('Open 5 h Together 10 h, all the time that the room is open');
  expect(text).toContain('Given back and used by others 1 h');
  expect(text).toContain('12:00–13:00 cases ENT (given back, and used by somebody else)');
  expect(text).toContain('13:00–15:00 open given back by Dana Reyes');
  expect(text).toContain('Cases outside the opening hours: 17:30–18:00 (30 min)');
  await db.holiday.create({ data: { facilityId, date: new Date('2027-02-02'), name: 'A holiday' } });
  expect((await browser.get(`/rooms/${room.id}/day?date=2027-02-02`)).text).toContain('closed on this day');
});

test('the week of one room shows all its days to the facility’s own people; a holder has no link and no way in', async () => {
  const { world } = api;
  const week = await (await signIn(api, world.scheduler)).get(`/block-schedule?week=2027-03-01&room=${world.room2.id}`);
  expect(week.html.match(new RegExp(`/rooms/${world.room2.id}/day`, 'g'))).toHaveLength(7);
  const holder = await signIn(api, world.contact);
  expect((await holder.get(`/block-schedule?week=${date}`)).text).not.toContain('Where each minute went');
  expect((await holder.get(`/rooms/${world.room.id}/day`)).status).toBe(403);
  expect((await (await signIn(api, world.scheduler)).get(`/rooms/${crypto.randomUUID()}/day`)).status).toBe(404);
});
