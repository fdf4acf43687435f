import { addDays, startOfDay } from '../domain/civil.ts';
import type { RoomDayFacts } from '../domain/room-day.ts';
import type { Tx } from '../prisma/client.ts';
import { openingHours } from './opening-hours.ts';
import { iso } from './transaction.ts';

type Place = { roomId: string; facilityId: string; zone: string; date: string };
type Row = {
  what: 'block' | 'release' | 'hold' | 'case';
  id: string;
  state: string;
  holder: string;
  groupId: string | null;
  startsAt: Date;
  endsAt: Date;
  since: Date;
  visibleAt: Date | null;
};

/** All that is known of a room on one civil date, in two statements: its hours, and what lies on them (U-11). */
export async function loadRoomDay(tx: Tx, { roomId, facilityId, zone, date }: Place): Promise<RoomDayFacts> {
  const [from, to] = [startOfDay(date, zone), startOfDay(addDays(date, 1), zone)];
  const [hours, rows] = await Promise.all([
    openingHours(tx, { facilityId, zone }, [{ roomId, from: date, to: date }]),
    tx.$queryRaw<Row[]>`
      SELECT 'block' AS what, b.id, b.state, coalesce(v.name, g.name) AS holder, b."groupId", b."startsAt", b."endsAt", coalesce(b."holderSince", b."createdAt") AS since, NULL::timestamptz AS "visibleAt"
        FROM "Block" b JOIN "Group" g ON g.id = b."groupId" LEFT JOIN "Provider" v ON v.id = b."providerId"
        WHERE b."roomId" = ${roomId}::uuid AND b.state NOT IN ('inactive', 'cancelled') AND tstzrange(b."startsAt", b."endsAt") && tstzrange(${from}::timestamptz, ${to}::timestamptz)
      UNION ALL SELECT 'release', x."blockId", x.kind, x."releasedBy", b."groupId", x."startsAt", x."endsAt", x."releasedAt", x."visibleAt"
        FROM "Release" x JOIN "Block" b ON b.id = x."blockId"
        WHERE x."roomId" = ${roomId}::uuid AND x."undoneAt" IS NULL AND tstzrange(x."startsAt", x."endsAt") && tstzrange(${from}::timestamptz, ${to}::timestamptz)
      UNION ALL SELECT 'hold', h.id, h.state, v.name, h."groupId", h."startsAt", h."endsAt", coalesce(h."confirmedAt", h."requestedAt"), NULL
        FROM "Hold" h JOIN "Provider" v ON v.id = h."providerId"
        WHERE h."roomId" = ${roomId}::uuid AND h.state IN ('pending', 'confirmed') AND h."startsAt" < ${to}::timestamptz AND h."endsAt" > ${from}::timestamptz
      UNION ALL SELECT 'case', c.id, '', coalesce(v.name, g.name, 'unknown'), c."groupId", c."startsAt", c."endsAt", c."receivedAt", NULL
        FROM "Case" c LEFT JOIN "Group" g ON g.id = c."groupId" LEFT JOIN "Provider" v ON v.id = c."providerId"
        WHERE c."roomId" = ${roomId}::uuid AND c."cancelledAt" IS NULL AND tstzrange(c."startsAt", c."endsAt") && tstzrange(${from}::timestamptz, ${to}::timestamptz)
      ORDER BY "startsAt", id`,
  ]);
  const of = (what: Row['what']) =>
    rows
      .filter((row) => row.what === what)
      .map(({ id, holder, groupId, startsAt, endsAt, since, state, visibleAt }) => ({
        id,
        holder,
        groupId,
        startsAt: iso(startsAt),
        endsAt: iso(endsAt),
        since: iso(since),
        state: state as 'pending' | 'confirmed',
        visibleAt: iso(visibleAt ?? since),
      }));
  return { hours, blocks: of('block'), releases: of('release'), holds: of('hold'), cases: of('case') };
}
