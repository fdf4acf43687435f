import { expect } from 'vitest';

import { addDays, startOfDay } from '../domain/civil.ts';
import { contains, equalIntervals, type Interval, merge, overlaps, subtract, totalMinutes } from '../domain/interval.ts';
import { roomDay, uses } from '../domain/room-day.ts';
import { findOpenTime } from '../ledger/open-time.ts';
import { loadRoomDay } from '../ledger/room-day.ts';
import type { Database } from '../prisma/client.ts';
import type { World } from './world.ts';

const plain = <Of extends { startsAt: Date; endsAt: Date }>(rows: Of[]) =>
  rows.map((row) => ({ ...row, startsAt: row.startsAt.toISOString(), endsAt: row.endsAt.toISOString() }));

/**
 * U-11, against the database as it is: the minutes of a room's day have one use each and add up to `openingMinutes`, no
 * two claims or live releases overlap, claims are those of live holds, nobody holds what a block still has, and what
 * Find Open Time shows is what the ledger calls open.
 */
export async function expectAccounted(world: World, roomId: string, date: string, now: string, openingMinutes: number): Promise<void> {
  const { db, facilityId, zone } = world;
  const facts = await loadRoomDay(db, { roomId, facilityId, zone, date });
  const day = roomDay(facts, now);
  expect(uses.reduce((sum, use) => sum + day.minutes[use], 0)).toBe(openingMinutes);
  expect(merge(day.stretches)).toEqual(merge(facts.hours));
  expect(totalMinutes(day.stretches)).toBe(day.stretches.reduce((sum, one) => sum + totalMinutes([one]), 0));

  const { claims, holds, releases, blocks } = await laidOn(db, roomId, date, zone);
  expectApart(claims);
  expect(claims.map(({ subjectId, startsAt, endsAt }) => [subjectId, startsAt, endsAt]).sort()).toEqual(
    holds.map(({ id, startsAt, endsAt }) => [id, startsAt, endsAt]).sort(),
  );
  for (const block of blocks) {
    const own = releases.filter(({ blockId }) => blockId === block.id);
    expectApart(own);
    expect(own.every((one) => contains(block, one))).toBe(true);
    const kept = subtract([block], own);
    expect(claims.filter((claim) => kept.some((part) => overlaps(part, claim)))).toEqual([]);
  }

  const open = await findOpenTime(db, { facilityId, zone, from: date, to: date, now, minMinutes: 1, roomIds: [roomId], limit: 1000 });
  const ahead = subtract(
    day.stretches.filter(({ use }) => use === 'open'),
    [{ startsAt: startOfDay(date, zone), endsAt: now > startOfDay(date, zone) ? now : startOfDay(date, zone) }],
  );
  expect(merge(open)).toEqual(ahead);
}

function expectApart(parts: Interval[]): void {
  const sorted = [...parts].sort((a, b) => (a.startsAt < b.startsAt ? -1 : 1));
  const clashing = sorted.filter((one, n) => n > 0 && (overlaps(sorted[n - 1]!, one) || equalIntervals(sorted[n - 1]!, one)));
  expect(clashing).toEqual([]);
}

async function laidOn(db: Database, roomId: string, date: string, zone: string) {
  const when = { roomId, startsAt: { lt: startOfDay(addDays(date, 1), zone) }, endsAt: { gt: startOfDay(date, zone) } };
  const [claims, holds, releases, blocks] = await Promise.all([
    db.claim.findMany({ where: { ...when, freedAt: null } }),
    db.hold.findMany({ where: { ...when, state: { in: ['pending', 'confirmed'] } } }),
    db.release.findMany({ where: { ...when, undoneAt: null } }),
    db.block.findMany({ where: { ...when, state: { notIn: ['inactive', 'cancelled'] } } }),
  ]);
  return { claims: plain(claims), holds: plain(holds), releases: plain(releases), blocks: plain(blocks) };
}
