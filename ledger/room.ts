/** A room and the hours of its weekdays. A change says what lies in the time that closes and moves nothing. */
import { addDays, zoneDate } from '../domain/civil.ts';
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { longestDays } from '../domain/interval.ts';
import { piecesOf } from '../domain/room-hours.ts';
import type { Tx } from '../prisma/client.ts';
import { type DayHours, recordChange, replaceRoomHours } from './facility.ts';
import { changeHours, type Touched } from './opening-hours.ts';
import { isClash } from './transaction.ts';

const include = { hours: { orderBy: { weekday: 'asc' as const }, select: { weekday: true, opensAt: true, closesAt: true } } };

/** What is reserved later than this is not looked at: each day of the room is locked while its hours change. */
const furthestDays = 800;

/** A room with its weekday hours; null when there is none. */
export const readRoom = (tx: Tx, id: string) => tx.room.findUnique({ where: { id }, include });
export type RoomWithHours = NonNullable<Awaited<ReturnType<typeof readRoom>>>;

/** Renames a room or replaces its weekday hours. Throws NOT_FOUND, VERSION_MISMATCH, ALREADY_EXISTS. */
export async function changeRoom(
  tx: Tx,
  { id, facilityId, version }: { id: string; facilityId: string; version: number },
  { name, hours }: { name?: string | undefined; hours?: DayHours[] | undefined },
  { actor, now }: { actor: Actor; now: string },
): Promise<{ room: RoomWithHours; touches: Touched[] }> {
  const write = async () => {
    const before = await readRoom(tx, id);
    const data = { ...(name !== undefined && { name }), version: { increment: 1 } };
    const { count } = await tx.room.updateMany({ where: { id, facilityId, version }, data }).catch((error) => {
      throw isClash(error) ? new DomainError('ALREADY_EXISTS', { name }) : error;
    });
    if (count === 0 || !before) throw new DomainError('VERSION_MISMATCH', { present: before ?? {} });
    if (hours) await replaceRoomHours(tx, id, hours);
    const what = { action: 'change room', actor, at: now, before: audited(before), after: audited((await readRoom(tx, id))!) };
    await recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, what);
  };
  const touches = hours ? await changeHours(tx, ...(await placeOf(tx, id, facilityId, now)), now, write) : await write();
  return { room: (await readRoom(tx, id))!, touches: touches ?? [] };
}

const audited = ({ facilityId: _facility, ...rest }: RoomWithHours) => rest;

/** The dates on which something may be touched: from today to the last thing that is reserved in the room. */
async function placeOf(tx: Tx, roomId: string, facilityId: string, now: string) {
  const [row] = await tx.$queryRaw<{ zone: string; last: string | null }[]>`
    SELECT f.zone, (greatest(
        (SELECT max("endsAt") FROM "Block" WHERE "roomId" = ${roomId}::uuid AND state NOT IN ('closed', 'cancelled')),
        (SELECT max("endsAt") FROM "Hold" WHERE "roomId" = ${roomId}::uuid AND state IN ('pending', 'confirmed')),
        (SELECT max("endsAt") FROM "Case" WHERE "roomId" = ${roomId}::uuid AND "cancelledAt" IS NULL)) AT TIME ZONE f.zone)::date::text AS last
    FROM "Facility" f WHERE f.id = ${facilityId}::uuid`;
  if (!row) throw new DomainError('NOT_FOUND', { facilityId });
  const { zone, last } = row;
  const today = zoneDate(now, zone);
  const [until] = [last ?? today, addDays(today, furthestDays)].sort() as [string, string];
  const wanted = piecesOf(today, until, longestDays - 1).map((dates) => ({ roomId, ...dates }));
  return [{ facilityId, zone }, wanted] as const;
}
