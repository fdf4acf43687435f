import { type CalendarEntry, entriesOfBlock, entriesOfHold, entriesOfTransfer } from '../domain/calendar.ts';
import { addMinutes } from '../domain/civil.ts';
import type { Tx } from '../prisma/client.ts';
import { loadBlocks } from './block.ts';
import { loadHolds } from './hold.ts';
import { loadTransfers } from './transfer.ts';

const dayMinutes = 1440;
/** What is over or cancelled stays so long, for calendars that look rarely. */
const daysBack = 30;
const daysAhead = 366;
const most = { blocks: 500, holds: 200, transfers: 100 };

/**
 * F-14, U-18: a person's holds, the blocks of the groups they schedule for, proposals that these change hands, and what will be
 * decided about all of them. As many statements, however much there is. Nothing in it knows of a patient.
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
  const theirs = { in: groupIds };
  const [blockIds, holdIds, transferIds] = await Promise.all([
    db.block.findMany({
      where: { facilityId, groupId: theirs, state: { notIn: ['inactive', 'cancelled'] }, ...time },
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
    db.transfer.findMany({
      where: {
        facilityId,
        AND: [{ OR: [{ fromGroupId: theirs }, { toGroupId: theirs }] }, { OR: [{ endedAt: null }, { endedAt: { gt: since } }] }],
      },
      orderBy: [{ proposedAt: 'desc' }, { id: 'asc' }],
      select,
      take: most.transfers,
    }),
  ]);
  const ids = (rows: { id: string }[]) => rows.map(({ id }) => id);
  const [blocks, holds, transfers] = await Promise.all([
    loadBlocks(db, ids(blockIds), 'none'),
    loadHolds(db, ids(holdIds), 'none'),
    loadTransfers(db, ids(transferIds)),
  ]);
  const handed = transfers.map(({ names, blocks: [given], ...rest }) => ({ ...rest, names: { ...names, room: given!.names.room } }));
  const entries = [
    ...blocks.flatMap((block) => entriesOfBlock(block, now)),
    ...holds.flatMap((hold) => entriesOfHold(hold, now)),
    ...handed.flatMap((transfer) => entriesOfTransfer(transfer, now)),
  ];
  return entries.sort((a, b) => (a.startsAt === b.startsAt ? (a.uid < b.uid ? -1 : 1) : a.startsAt < b.startsAt ? -1 : 1));
}
