import { lockRoomDays, type RoomTime } from '../../ledger/transaction.ts';
import type { Tx } from '../../prisma/client.ts';
import type { BlockDay } from './block-days.ts';
import type { ScheduledCase } from './check.ts';
import type { ImportFacility, Places } from './places.ts';

/**
 * Locks, in one ascending sweep, every room and day ahead on which this import may meet somebody else: where its cases
 * and blocks go, where a case stood before, where a block waits for a contact. A room it has just made is its own.
 */
export async function lockAhead(
  tx: Tx,
  {
    facility,
    places,
    cases,
    days,
    now,
  }: { facility: ImportFacility; places: Places; cases: ScheduledCase[]; days: BlockDay[]; now: string },
): Promise<void> {
  if (facility.isNew) return;
  const wanted = [...cases, ...days].flatMap(({ room, startsAt, endsAt }): RoomTime[] => {
    const { id, isNew } = places.rooms.get(room)!;
    return isNew || endsAt <= now ? [] : [{ roomId: id, startsAt, endsAt }];
  });
  const numbers = cases.map(({ number }) => number);
  const stored = await tx.$queryRaw<{ roomId: string; startsAt: Date; endsAt: Date }[]>`
    SELECT "roomId", "startsAt", "endsAt" FROM "Case" WHERE "facilityId" = ${facility.id}::uuid AND "endsAt" > ${now}::timestamptz AND number = ANY (${numbers})
    UNION ALL
    SELECT "roomId", "startsAt", "endsAt" FROM "Block" WHERE "facilityId" = ${facility.id}::uuid AND "endsAt" > ${now}::timestamptz AND state = 'inactive'`;
  const had = stored.map(({ roomId, startsAt, endsAt }) => ({ roomId, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() }));
  await lockRoomDays(tx, [...wanted, ...had]);
}
