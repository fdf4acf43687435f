import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import { iso } from './transaction.ts';

export type OpenTime = { roomId: string; room: string; startsAt: string; endsAt: string };

export type OpenTimeQuery = {
  facilityId: string;
  zone: string;
  /** Civil dates in the facility's zone, both inclusive. */
  from: string;
  to: string;
  now: string;
  minMinutes: number;
  roomIds?: string[] | undefined;
  /** Keyset: what follows this one. */
  after?: { startsAt: string; roomId: string } | undefined;
  limit: number;
};

/**
 * The open time of a room between `w.starts` and `w.ends` of the statement it is part of, as others see it at `now`: a
 * multirange. A window of no length has none.
 */
export const openRanges = (roomId: Prisma.Sql, zone: Prisma.Sql, now: Prisma.Sql) => Prisma.sql`
    coalesce((SELECT range_agg(tstzrange((day + h."opensAt"::time) AT TIME ZONE ${zone}, (day + h."closesAt"::time) AT TIME ZONE ${zone}))
      FROM generate_series((w.starts AT TIME ZONE ${zone})::date::timestamp, (w.ends AT TIME ZONE ${zone})::date::timestamp, '1 day') AS day
      JOIN "RoomHours" h ON h."roomId" = ${roomId} AND h.weekday = extract(isodow FROM day)), '{}')
    * tstzmultirange(CASE WHEN w.starts < w.ends THEN tstzrange(w.starts, w.ends) ELSE 'empty' END)
    ${busyRanges(roomId, now)}`;

const busyRanges = (roomId: Prisma.Sql, now: Prisma.Sql) => Prisma.sql`
    - (coalesce((SELECT range_agg(tstzrange(b."startsAt", b."endsAt")) FROM "Block" b
          WHERE b."roomId" = ${roomId} AND b."startsAt" < w.ends AND b."endsAt" > w.starts AND b.state <> 'inactive'), '{}')
       - coalesce((SELECT range_agg(tstzrange(x."startsAt", x."endsAt")) FROM "Release" x
          WHERE x."roomId" = ${roomId} AND x."startsAt" < w.ends AND x."endsAt" > w.starts
            AND x."undoneAt" IS NULL AND x."visibleAt" <= ${now}), '{}'))
    - coalesce((SELECT range_agg(tstzrange(c."startsAt", c."endsAt")) FROM "Case" c
          WHERE c."roomId" = ${roomId} AND c."startsAt" < w.ends AND c."startsAt" > w.starts - interval '2 days'
            AND c."endsAt" > w.starts AND c."cancelledAt" IS NULL), '{}')
    - coalesce((SELECT range_agg(tstzrange(c."startsAt", c."endsAt")) FROM "Claim" c
          WHERE c."roomId" = ${roomId} AND c."startsAt" < w.ends AND c."endsAt" > w.starts AND c."freedAt" IS NULL), '{}')`;

/**
 * Open time = a room's opening hours − unreleased blocks − cases − claims, from now on; time inside its undo
 * window is not open yet (F-21). PostgreSQL subtracts whole multiranges per room: one statement, one pass.
 */
export async function findOpenTime(tx: Tx, query: OpenTimeQuery): Promise<OpenTime[]> {
  const { facilityId, zone, from, to, now, minMinutes, roomIds, after, limit } = query;
  const rows = await tx.$queryRaw<{ roomId: string; room: string; startsAt: Date; endsAt: Date }[]>`
    SELECT r.id AS "roomId", r.name AS room, lower(open) AS "startsAt", upper(open) AS "endsAt"
    FROM (SELECT greatest(${now}::timestamptz, ${from}::timestamp AT TIME ZONE ${zone}) AS starts,
                 (${to}::timestamp + interval '1 day') AT TIME ZONE ${zone} AS ends) AS w,
      "Room" r,
      LATERAL unnest(${openRanges(Prisma.sql`r.id`, Prisma.sql`${zone}`, Prisma.sql`${now}::timestamptz`)}) AS open
    WHERE r."facilityId" = ${facilityId}::uuid
      ${roomIds ? Prisma.sql`AND r.id = ANY (${roomIds}::uuid[])` : Prisma.empty}
      AND upper(open) - lower(open) >= make_interval(mins => ${minMinutes}::int)
      ${after ? Prisma.sql`AND (lower(open), r.id) > (${after.startsAt}::timestamptz, ${after.roomId}::uuid)` : Prisma.empty}
    ORDER BY lower(open), r.id LIMIT ${limit}`;
  return rows.map((row) => ({ ...row, startsAt: iso(row.startsAt), endsAt: iso(row.endsAt) }));
}

export type Openness = { insideHours: boolean; open: boolean };

/** Whether one interval of a room is wholly open at `now`; `insideHours`: the room is open for all of it. */
export async function openness(
  tx: Tx,
  time: { roomId: string; startsAt: string; endsAt: string; zone: string; now: string },
): Promise<Openness> {
  const { roomId, startsAt, endsAt, zone, now } = time;
  const [row] = await tx.$queryRaw<Openness[]>`
    SELECT wanted <@ hours AS "insideHours", wanted <@ (wanted::tstzmultirange ${busyRanges(Prisma.sql`${roomId}::uuid`, Prisma.sql`${now}::timestamptz`)}) AS open
    FROM (SELECT ${startsAt}::timestamptz AS starts, ${endsAt}::timestamptz AS ends) AS w,
      LATERAL (SELECT tstzrange(w.starts, w.ends) AS wanted) AS wanted,
      LATERAL (SELECT coalesce(range_agg(tstzrange((day + h."opensAt"::time) AT TIME ZONE ${zone}, (day + h."closesAt"::time) AT TIME ZONE ${zone})), '{}') AS hours
        FROM generate_series((w.starts AT TIME ZONE ${zone})::date::timestamp, (w.ends AT TIME ZONE ${zone})::date::timestamp, '1 day') AS day
        JOIN "RoomHours" h ON h."roomId" = ${roomId}::uuid AND h.weekday = extract(isodow FROM day)) AS hours`;
  return row!;
}
