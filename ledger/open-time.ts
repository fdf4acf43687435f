import { addDays, startOfDay, zoneDate } from '../domain/civil.ts';
import { DomainError } from '../domain/errors.ts';
import type { Interval } from '../domain/interval.ts';
import type { SpecialDay } from '../domain/room-hours.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import { type HoursOf, openings, specialDays } from './opening-hours.ts';
import { providerFits, shortestCase } from './provider-fit.ts';
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
  /** Only what this provider can use: their hours, days and shortest case (C-44). */
  providerId?: string | undefined;
  /** Keyset: what follows this one. */
  after?: { startsAt: string; roomId: string } | undefined;
  limit: number;
};

/** The hours of a room on the civil dates that `w` touches. */
const hoursIn = (room: Prisma.Sql, zone: Prisma.Sql): HoursOf => ({
  room,
  facility: Prisma.sql`(SELECT q."facilityId" FROM "Room" q WHERE q.id = ${room})`,
  from: Prisma.sql`(w.starts AT TIME ZONE ${zone})::date::timestamp`,
  to: Prisma.sql`(w.ends AT TIME ZONE ${zone})::date::timestamp`,
});

const inWindow = Prisma.sql`CASE WHEN w.starts < w.ends THEN tstzrange(w.starts, w.ends) ELSE 'empty' END`;

/**
 * The open time of a room between `w.starts` and `w.ends` of the statement it is part of, as others see it at `now`: a
 * multirange. A window of no length has none.
 */
export const openRanges = (roomId: Prisma.Sql, zone: Prisma.Sql, now: Prisma.Sql) => Prisma.sql`
    ${openings(hoursIn(roomId, zone), zone)}
    * tstzmultirange(${inWindow})
    ${busyRanges(roomId, now)}`;

const busyRanges = (roomId: Prisma.Sql, now: Prisma.Sql) => Prisma.sql`
    - (coalesce((SELECT range_agg(tstzrange(b."startsAt", b."endsAt")) FROM "Block" b
          WHERE b."roomId" = ${roomId} AND tstzrange(b."startsAt", b."endsAt") && ${inWindow} AND b.state NOT IN ('inactive', 'cancelled')), '{}')
       - coalesce((SELECT range_agg(tstzrange(x."startsAt", x."endsAt")) FROM "Release" x
          WHERE x."roomId" = ${roomId} AND tstzrange(x."startsAt", x."endsAt") && ${inWindow}
            AND x."undoneAt" IS NULL AND x."visibleAt" <= ${now}), '{}'))
    - coalesce((SELECT range_agg(tstzrange(c."startsAt", c."endsAt")) FROM "Case" c
          WHERE c."roomId" = ${roomId} AND tstzrange(c."startsAt", c."endsAt") && ${inWindow} AND c."cancelledAt" IS NULL), '{}')
    - coalesce((SELECT range_agg(tstzrange(c."startsAt", c."endsAt")) FROM "Claim" c
          WHERE c."roomId" = ${roomId} AND tstzrange(c."startsAt", c."endsAt") && ${inWindow} AND c."freedAt" IS NULL), '{}')`;

/**
 * Open time = a room's opening hours − unreleased blocks − cases − claims, from now on; time inside its undo
 * window is not open yet (F-21). PostgreSQL subtracts whole multiranges per room: one statement, one pass.
 */
export async function findOpenTime(tx: Tx, query: OpenTimeQuery): Promise<OpenTime[]> {
  const near = soon(query);
  const first = await stretches(tx, near);
  const edge = startOfDay(addDays(near.to, 1), query.zone);
  const whole = first.length === query.limit && first.every(({ endsAt }) => endsAt < edge);
  return whole || near.to === query.to ? first : stretches(tx, query);
}

/** A page is by start, and these days nearly always fill it: most of the time nobody has to look at the others. */
const nearDays = 14;

/** The same question about the first days that can answer it. */
export function soon(query: OpenTimeQuery): OpenTimeQuery {
  const { from, to, now, zone, after } = query;
  const first = [from, zoneDate(now, zone), after ? zoneDate(after.startsAt, zone) : from].sort().at(-1)!;
  return { ...query, to: [to, addDays(first, nearDays - 1)].sort()[0]! };
}

async function stretches(tx: Tx, query: OpenTimeQuery): Promise<OpenTime[]> {
  const rows = await tx.$queryRaw<{ roomId: string; room: string; startsAt: Date; endsAt: Date }[]>(openTimeStatement(query));
  return rows.map((row) => ({ ...row, startsAt: iso(row.startsAt), endsAt: iso(row.endsAt) }));
}

/** The statement of `findOpenTime`. */
export function openTimeStatement(query: OpenTimeQuery): Prisma.Sql {
  const { facilityId, zone, from, to, now, minMinutes, roomIds, providerId, after, limit } = query;
  const minutes = Prisma.sql`${minMinutes}::int`;
  const before = after?.startsAt ?? null; // a stretch that began earlier and goes on is cut where it is left out below
  const ofUse = Prisma.sql`EXISTS (SELECT FROM "Provider" v WHERE v.id = ${providerId}::uuid AND v."facilityId" = r."facilityId"
        AND ${providerFits(Prisma.sql`${zone}::text`, Prisma.sql`greatest(${shortestCase(minutes)}, ${minutes})`)})`;
  return Prisma.sql`
    SELECT r.id AS "roomId", r.name AS room, lower(run) AS "startsAt", upper(run) AS "endsAt"
    FROM (SELECT greatest(${now}::timestamptz, ${from}::timestamp AT TIME ZONE ${zone}, ${before}::timestamptz - interval '1 microsecond') AS starts,
                 (${to}::timestamp + interval '1 day') AT TIME ZONE ${zone} AS ends) AS w,
      "Room" r,
      LATERAL unnest(${openRanges(Prisma.sql`r.id`, Prisma.sql`${zone}`, Prisma.sql`${now}::timestamptz`)}) AS run
    WHERE r."facilityId" = ${facilityId}::uuid
      ${roomIds ? Prisma.sql`AND r.id = ANY (${roomIds}::uuid[])` : Prisma.empty}
      AND upper(run) - lower(run) >= make_interval(mins => ${minutes})
      ${providerId ? Prisma.sql`AND ${ofUse}` : Prisma.empty}
      ${after ? Prisma.sql`AND (lower(run), r.id) > (${after.startsAt}::timestamptz, ${after.roomId}::uuid)` : Prisma.empty}
    ORDER BY lower(run), r.id LIMIT ${limit}`;
}

export type Openness = { insideHours: boolean; open: boolean; hours: Interval[]; specialDays: SpecialDay[] };

/**
 * Whether one interval of a room is wholly open at `now`; `insideHours`: the room is open for all of it; `hours`: when it is, on these days;
 * `specialDays`: the exceptions and holidays that gave it other hours than its weekdays.
 */
export async function openness(
  tx: Tx,
  time: { roomId: string; startsAt: string; endsAt: string; zone: string; now: string },
): Promise<Openness> {
  const { roomId, startsAt, endsAt, zone, now } = time;
  const of = { room: Prisma.sql`r.id`, facility: Prisma.sql`r."facilityId"`, from: Prisma.sql`w.from`, to: Prisma.sql`w.to` };
  const [row] = await tx.$queryRaw<Openness[]>`
    SELECT wanted <@ hours AS "insideHours", wanted <@ (wanted::tstzmultirange ${busyRanges(of.room, Prisma.sql`${now}::timestamptz`)}) AS open,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('startsAt', lower(one), 'endsAt', upper(one)) ORDER BY one), '[]') FROM unnest(hours) AS one) AS hours,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('date', day::date) || CASE WHEN e.id IS NULL THEN jsonb_build_object('holiday', y.name)
            ELSE jsonb_build_object('exception', to_jsonb(e) - 'id' - 'roomId' - 'on_day') END ORDER BY day), '[]')
        FROM generate_series(w.from, w.to, '1 day') AS day ${specialDays(of)} WHERE e.id IS NOT NULL OR y.date IS NOT NULL) AS "specialDays"
    FROM (SELECT ${startsAt}::timestamptz AS starts, ${endsAt}::timestamptz AS ends) AS t,
      LATERAL (SELECT t.*, (t.starts AT TIME ZONE ${zone})::date::timestamp AS from, (t.ends AT TIME ZONE ${zone})::date::timestamp AS to) AS w,
      LATERAL (SELECT tstzrange(w.starts, w.ends) AS wanted) AS wanted,
      "Room" r, LATERAL (SELECT ${openings(of, Prisma.sql`${zone}`)} AS hours) AS hours
    WHERE r.id = ${roomId}::uuid`;
  if (!row) throw new DomainError('NOT_FOUND', { roomId });
  return { ...row, hours: row.hours.map(({ startsAt, endsAt }) => ({ startsAt: iso(startsAt), endsAt: iso(endsAt) })) };
}

/** Throws OUTSIDE_HOURS, naming the holiday or exception, or TIME_NOT_OPEN, naming nobody (C-29). */
export function mustBeOpen(
  { insideHours, open, hours, specialDays }: Openness,
  facts: { startsAt: string; endsAt: string; roomId?: string },
): void {
  if (!insideHours) throw new DomainError('OUTSIDE_HOURS', { ...facts, hours, ...(specialDays.length > 0 && { specialDays }) });
  if (!open) throw new DomainError('TIME_NOT_OPEN', facts);
}
