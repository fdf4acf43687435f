import { afterAll, beforeAll, expect, test } from 'vitest';

import { addDays, addMinutes, atLocal } from '../../domain/civil.ts';
import { findOpenTime, openness } from '../../ledger/open-time.ts';
import type { Database } from '../../prisma/client.ts';
import { testDatabase } from '../database.ts';
import { createWorld, type World } from '../world.ts';

let db: Database;
let close: () => Promise<void>;
const now = '2026-01-01T00:00:00.000Z';

beforeAll(async () => {
  ({ db, close } = await testDatabase());
});
afterAll(() => close());

function except(world: World, firstDate: string, hours: { lastDate?: string; opensAt?: string; closesAt?: string } = {}) {
  const { lastDate = firstDate, ...times } = hours;
  return db.roomHoursException.create({
    data: { roomId: world.room.id, firstDate: new Date(firstDate), lastDate: new Date(lastDate), ...times },
  });
}

async function openOn({ facilityId, zone, room }: World, from: string, to = from): Promise<string[][]> {
  const found = await findOpenTime(db, { facilityId, zone, from, to, now, minMinutes: 1, roomIds: [room.id], limit: 100 });
  return found.map(({ startsAt, endsAt }) => [startsAt, endsAt]);
}

test.each([
  ['America/New_York', '2026-03-08', '2026-11-01'],
  ['Europe/Berlin', '2026-03-29', '2026-10-25'],
  ['Australia/Lord_Howe', '2026-10-04', '2026-04-05'],
])('C-26: exceptions and holidays on the days on which the clock of %s changes', async (zone, forward, back) => {
  const world = await createWorld(db, { name: zone, zone });
  for (const date of [forward, back]) {
    await except(world, date, { opensAt: '01:30', closesAt: '05:00' });
    const time = { startsAt: atLocal(date, '01:30', zone), endsAt: atLocal(date, '05:00', zone) };
    expect(await openOn(world, date)).toEqual([[time.startsAt, time.endsAt]]);
    const asked = { roomId: world.room.id, zone, now };
    expect(await openness(db, { ...asked, ...time })).toMatchObject({ insideHours: true, open: true });
    expect((await openness(db, { ...asked, ...time, endsAt: addMinutes(time.endsAt, 1) })).insideHours).toBe(false);
    // hours that the clock skips or repeats are what domain/civil.ts makes of them, and never an error
    await db.roomHoursException.deleteMany({ where: { roomId: world.room.id } });
    await except(world, date, { opensAt: '02:15', closesAt: '03:05' });
    const [from, to] = [atLocal(date, '02:15', zone), atLocal(date, '03:05', zone)];
    expect(await openOn(world, date)).toEqual(from < to ? [[from, to]] : []);
    await db.roomHoursException.deleteMany({ where: { roomId: world.room.id } });
    await db.holiday.create({ data: { facilityId: world.facilityId, date: new Date(date), name: 'Clocks' } });
    expect(await openOn(world, date)).toEqual([]);
    const days = await openOn(world, addDays(date, -1), addDays(date, 1));
    expect(days.map(([startsAt]) => startsAt)).toEqual([-1, 1].map((day) => atLocal(addDays(date, day), '07:00', zone)));
  }
});

test('C-26: a range closes its first and its last day, 24:00 is midnight, and the exception goes before the holiday', async () => {
  const world = await createWorld(db, { name: 'Ranges' });
  const { zone, facilityId } = world;
  await except(world, '2026-05-04', { lastDate: '2026-05-06' });
  await except(world, '2026-05-07', { opensAt: '20:00', closesAt: '24:00' });
  await db.holiday.createMany({
    data: ['2026-05-07', '2026-05-08'].map((date) => ({ facilityId, date: new Date(date), name: 'Spring' })),
  });
  expect(await openOn(world, '2026-05-03', '2026-05-09')).toEqual([
    [atLocal('2026-05-03', '07:00', zone), atLocal('2026-05-03', '17:00', zone)],
    [atLocal('2026-05-07', '20:00', zone), atLocal('2026-05-08', '00:00', zone)],
    [atLocal('2026-05-09', '07:00', zone), atLocal('2026-05-09', '17:00', zone)],
  ]);
  const asked = {
    roomId: world.room.id,
    zone,
    now,
    startsAt: atLocal('2026-05-07', '19:00', zone),
    endsAt: atLocal('2026-05-08', '09:00', zone),
  };
  const { specialDays } = await openness(db, asked);
  expect(specialDays).toEqual([
    {
      date: '2026-05-07',
      exception: { firstDate: '2026-05-07', lastDate: '2026-05-07', opensAt: '20:00', closesAt: '24:00', reason: null },
    },
    { date: '2026-05-08', holiday: 'Spring' },
  ]);
});

test.each([1, 3, 10, 60, 100])(
  'C-26: pages of %i say of open time what one page says, wherever a stretch begins and ends',
  async (limit) => {
    const world = await createWorld(db, { name: `Pages of ${limit}` });
    const { facilityId, zone, room, room2 } = world;
    await except(world, '2026-02-01', { lastDate: '2026-03-25', opensAt: '00:00', closesAt: '24:00' }); // one stretch of eight weeks
    const block = { startsAt: atLocal('2026-02-16', '12:00', zone), endsAt: atLocal('2026-02-18', '12:00', zone) };
    await db.case.create({ data: { facilityId, roomId: room.id, number: 'long', bookedAt: now, ...block } });
    const wanted = { facilityId, zone, from: '2026-02-01', to: '2026-04-30', now, minMinutes: 1 };
    const all = await findOpenTime(db, { ...wanted, limit: 1000 });
    expect(all.filter(({ roomId }) => roomId === room2.id)).toHaveLength(89);
    expect(all.filter(({ roomId }) => roomId === room.id)).toHaveLength(2 + 36);
    const found: typeof all = [];
    for (;;) {
      const page = await findOpenTime(db, { ...wanted, after: found.at(-1), limit });
      found.push(...page);
      if (page.length < limit) break;
    }
    expect(found).toEqual(all);
  },
);

test('C-26: fifty rooms, a quarter of a year and thousands of exceptions are still one quick look', async () => {
  const world = await createWorld(db, { name: 'Large' });
  const { facilityId, zone } = world;
  const rooms = await db.room.createManyAndReturn({ data: Array.from({ length: 50 }, (_, n) => ({ facilityId, name: `R ${n}` })) });
  const weekdays = [1, 2, 3, 4, 5];
  await db.roomHours.createMany({
    data: rooms.flatMap(({ id }) => weekdays.map((weekday) => ({ roomId: id, weekday, opensAt: '07:00', closesAt: '17:00' }))),
  });
  const days = Array.from({ length: 200 }, (_, n) => new Date(addDays('2025-06-01', 2 * n)));
  await db.roomHoursException.createMany({
    data: rooms.flatMap(({ id }) => days.map((day) => ({ roomId: id, firstDate: day, lastDate: day }))),
  });
  await db.holiday.createMany({ data: days.slice(0, 100).map((date) => ({ facilityId, date, name: 'Day off' })) });
  await db.$executeRawUnsafe('ANALYZE');
  const look = () => findOpenTime(db, { facilityId, zone, from: '2026-02-01', to: '2026-05-03', now, minMinutes: 120, limit: 200 });
  await look();
  const began = performance.now();
  expect(await look()).toHaveLength(200);
  const tookMs = performance.now() - began;
  console.log(`open time of 52 rooms in 92 days with 10,000 exceptions: ${Math.round(tookMs)} ms`);
  expect(tookMs).toBeLessThan(350); // about 30 ms alone on a machine; searched day by day it is 450
});
