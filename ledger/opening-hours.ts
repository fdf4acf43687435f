/** When rooms are open: an exception of the date, else nothing on a holiday, else the hours of the weekday. */
import { addDays, startOfDay } from '../domain/civil.ts';
import { type Interval, subtract } from '../domain/interval.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import { iso, lockRoomDays, type RoomTime } from './transaction.ts';

/** A room, its facility, and the civil dates from and to (timestamps at midnight), as a statement calls them. */
export type HoursOf = { room: Prisma.Sql; facility: Prisma.Sql; from: Prisma.Sql; to: Prisma.Sql };

/**
 * For a statement that has a `day` (timestamp at midnight, from `from` to `to`) and the ids of a room and its facility:
 * the two that overrule the weekday. Exceptions are spread over their days and joined by the day, because a search for
 * each day costs twenty times as much.
 */
export const specialDays = ({ room, facility, from, to }: HoursOf) => Prisma.sql`
  LEFT JOIN (SELECT x.*, on_day FROM "RoomHoursException" x,
      generate_series(greatest(x."firstDate"::timestamp, ${from}), least(x."lastDate"::timestamp, ${to}), '1 day') AS on_day
    WHERE x."roomId" = ${room} AND x."lastDate" >= (${from})::date AND x."firstDate" <= (${to})::date) e ON e.on_day = day
  LEFT JOIN "Holiday" y ON y."facilityId" = ${facility} AND y.date = day::date`;

/**
 * The instant of a wall-clock time as domain/civil.ts has it: the earlier one where it occurs twice (PostgreSQL by
 * itself takes the later), and as much later as is skipped where the clock skips it.
 */
export const atLocal = (wall: Prisma.Sql, zone: Prisma.Sql) => Prisma.sql`
  CASE WHEN ((${wall} - interval '1 day') AT TIME ZONE ${zone} + interval '24 hours') AT TIME ZONE ${zone} = ${wall}
    THEN least(${wall} AT TIME ZONE ${zone}, (${wall} - interval '1 day') AT TIME ZONE ${zone} + interval '24 hours')
    ELSE ${wall} AT TIME ZONE ${zone} END`;

/** One multirange: the opening hours of a room on the civil dates from `from` to `to`. Throws nothing, whatever the clocks do. */
export const openings = (of: HoursOf, zone: Prisma.Sql) => Prisma.sql`
  coalesce((SELECT range_agg(tstzrange(opens, greatest(opens, closes)))
    FROM generate_series(${of.from}, ${of.to}, '1 day') AS day ${specialDays(of)}
    LEFT JOIN "RoomHours" h ON e.id IS NULL AND y.date IS NULL AND h."roomId" = ${of.room} AND h.weekday = extract(isodow FROM day),
    LATERAL (SELECT day + coalesce(e."opensAt", h."opensAt")::time AS "from", day + coalesce(e."closesAt", h."closesAt")::time AS "to" OFFSET 0) AS wall,
    LATERAL (SELECT ${atLocal(Prisma.sql`wall."from"`, zone)} AS opens, ${atLocal(Prisma.sql`wall."to"`, zone)} AS closes OFFSET 0) AS times
    WHERE opens IS NOT NULL), '{}')`;

/** Rooms of one facility and civil dates in its zone, both inclusive. */
export type RoomDates = { roomId: string; from: string; to: string };
type Place = { facilityId: string; zone: string };

/** The opening hours of rooms of one facility, as stretches. */
export async function openingHours(tx: Tx, { facilityId, zone }: Place, wanted: RoomDates[]): Promise<RoomTime[]> {
  const of = {
    room: Prisma.sql`w."roomId"`,
    facility: Prisma.sql`${facilityId}::uuid`,
    from: Prisma.sql`w."from"`,
    to: Prisma.sql`w."to"`,
  };
  const rows = await tx.$queryRaw<{ roomId: string; startsAt: Date; endsAt: Date }[]>`
    SELECT w."roomId"::text AS "roomId", lower(open) AS "startsAt", upper(open) AS "endsAt"
    FROM jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w ("roomId" uuid, "from" timestamp, "to" timestamp),
      LATERAL unnest(${openings(of, Prisma.sql`${zone}`)}) AS open`;
  return rows.map(({ roomId, startsAt, endsAt }) => ({ roomId, startsAt: iso(startsAt), endsAt: iso(endsAt) }));
}

/** What is reserved or booked in time that closes: nothing is moved by itself, somebody has to look. */
export type Touched = {
  subject: { kind: 'block' | 'hold' | 'case'; id: string };
  room: string;
  group: string | null;
  startsAt: string;
  endsAt: string;
  closes: Interval[];
};

/**
 * Runs a change of opening hours and says what it touches from `now` on, by start. The days of the rooms are locked
 * first, so that nobody requests minutes of them in between.
 */
export async function changeHours(
  tx: Tx,
  place: Place,
  wanted: RoomDates[],
  now: string,
  change: () => Promise<unknown>,
): Promise<Touched[]> {
  const days = wanted.map(({ roomId, from, to }) => ({
    roomId,
    startsAt: startOfDay(from, place.zone),
    endsAt: startOfDay(addDays(to, 1), place.zone),
  }));
  await lockRoomDays(tx, days);
  const before = await openingHours(tx, place, wanted);
  await change();
  const after = await openingHours(tx, place, wanted);
  const rooms = [...new Set(wanted.map(({ roomId }) => roomId))];
  const closing = rooms.flatMap((roomId) => {
    const of = (times: RoomTime[]) => times.filter((one) => one.roomId === roomId);
    return subtract(of(before), of(after)).map((part) => ({ roomId, ...part }));
  });
  return touchedBy(tx, closing, now);
}

async function touchedBy(tx: Tx, closing: RoomTime[], now: string): Promise<Touched[]> {
  if (closing.length === 0) return [];
  const rows = await tx.$queryRaw<(Omit<Touched, 'subject'> & { kind: Touched['subject']['kind']; id: string })[]>`
    WITH closing AS (SELECT * FROM jsonb_to_recordset(${JSON.stringify(closing)}::jsonb) AS c ("roomId" uuid, "startsAt" timestamptz, "endsAt" timestamptz))
    SELECT kind, s.id::text AS id, r.name AS room, g.name AS "group", s."startsAt", s."endsAt",
      jsonb_agg(jsonb_build_object('startsAt', greatest(c."startsAt", s."startsAt"), 'endsAt', least(c."endsAt", s."endsAt")) ORDER BY c."startsAt") AS closes
    FROM closing c CROSS JOIN LATERAL (
        SELECT 'block' AS kind, id, "groupId", "startsAt", "endsAt" FROM "Block"
          WHERE "roomId" = c."roomId" AND tstzrange("startsAt", "endsAt") && tstzrange(c."startsAt", c."endsAt") AND state NOT IN ('closed', 'cancelled')
        UNION ALL SELECT 'hold', id, "groupId", "startsAt", "endsAt" FROM "Hold"
          WHERE "roomId" = c."roomId" AND "startsAt" < c."endsAt" AND "endsAt" > c."startsAt" AND state IN ('pending', 'confirmed')
        UNION ALL SELECT 'case', id, "groupId", "startsAt", "endsAt" FROM "Case"
          WHERE "roomId" = c."roomId" AND "startsAt" < c."endsAt" AND "endsAt" > c."startsAt" AND "cancelledAt" IS NULL
      ) AS s
    JOIN "Room" r ON r.id = c."roomId" LEFT JOIN "Group" g ON g.id = s."groupId"
    WHERE s."endsAt" > ${now}::timestamptz
    GROUP BY kind, s.id, r.name, g.name, s."startsAt", s."endsAt" ORDER BY s."startsAt", s.id`;
  const interval = ({ startsAt, endsAt }: Interval) => ({ startsAt: iso(startsAt), endsAt: iso(endsAt) });
  return rows.map(({ kind, id, room, group, closes, ...time }) => ({
    subject: { kind, id },
    room,
    group,
    ...interval(time),
    closes: closes.map(interval),
  }));
}
