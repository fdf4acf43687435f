import { type CalendarEntry, entriesOfBlock, entriesOfHold } from '../domain/calendar.ts';
import { addMinutes } from '../domain/civil.ts';
import type { Tx } from '../prisma/client.ts';
import { loadBlocks } from './block.ts';
import { loadHolds } from './hold.ts';

const dayMinutes = 1440;
/** What is over or cancelled stays so long, for calendars that look rarely. */
const daysBack = 30;
const daysAhead = 366;
const most = { blocks: 500, holds: 200 };

/**
 * F-14, U-18: a person's holds, the blocks of the groups they schedule for, and what will be decided about both.
 * Four statements, however much there is. Nothing in it knows of a patient.
 */
export async function calendarOf(
  db: Tx,
  { personId, facilityId, groupIds }: { personId: string; facilityId: string; groupIds: string[] },
  now: string,
): Promise<CalendarEntry[]> {
  const since = addMinutes(now, -daysBack * dayMinutes);
  const time = { endsAt: { gt: since }, startsAt: { lt: addMinutes(now, daysAhead * dayMinutes) } };
  const orderBy = [{ startsAt: 'asc' as const }, { id: 'asc' as const }];
  const select = { id: true };
  const [blockIds, holdIds] = await Promise.all([
    db.block.findMany({
      where: { facilityId, groupId: { in: groupIds }, state: { notIn: ['inactive', 'cancelled'] }, ...time },
      orderBy,
      select,
      take: most.blocks,
    }),
    db.hold.findMany({
      where: { facilityId, requesterId: personId, ...time, OR: [{ endedAt: null }, { endedAt: { gt: since } }] },
      orderBy,
      select,
      take: most.holds,
    }),
  ]);
  const ids = (rows: { id: string }[]) => rows.map(({ id }) => id);
  const [blocks, holds] = await Promise.all([loadBlocks(db, ids(blockIds), 'none'), loadHolds(db, ids(holdIds), 'none')]);
  const entries = [...blocks.flatMap((block) => entriesOfBlock(block, now)), ...holds.flatMap((hold) => entriesOfHold(hold, now))];
  return entries.sort((a, b) => (a.startsAt === b.startsAt ? (a.uid < b.uid ? -1 : 1) : a.startsAt < b.startsAt ? -1 : 1));
}
