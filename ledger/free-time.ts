/** The free time of practitioners: when they work, without the visits that stand. */
import { DomainError } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import { atLocal } from './opening-hours.ts';
import { iso } from './transaction.ts';

/**
 * For a statement with a window `w.starts`, `w.ends`: when the practitioner `p` works in it, a multirange. No hours of the
 * weekday on a holiday; time that was added counts there too, and time away goes before all.
 */
const workRanges = (zone: Prisma.Sql) => Prisma.sql`(
    coalesce((SELECT range_agg(tstzrange(opens, greatest(opens, closes)))
      FROM generate_series((w.starts AT TIME ZONE ${zone})::date::timestamp, (w.ends AT TIME ZONE ${zone})::date::timestamp, '1 day') AS day
      JOIN "PractitionerHours" h ON h."practitionerId" = p.id AND h.weekday = extract(isodow FROM day)
      LEFT JOIN "Holiday" y ON y."facilityId" = p."facilityId" AND y.date = day::date,
      LATERAL (SELECT day + h."from"::time AS "from", day + h."to"::time AS "to" OFFSET 0) AS wall,
      LATERAL (SELECT ${atLocal(Prisma.sql`wall."from"`, zone)} AS opens, ${atLocal(Prisma.sql`wall."to"`, zone)} AS closes OFFSET 0) AS times
      WHERE y.date IS NULL), '{}')
    + ${exceptionRanges('added')} - ${exceptionRanges('away')}
  ) * tstzmultirange(CASE WHEN w.starts < w.ends THEN tstzrange(w.starts, w.ends) ELSE 'empty' END)`;

const exceptionRanges = (kind: 'added' | 'away') => Prisma.sql`
    coalesce((SELECT range_agg(tstzrange(x."startsAt", x."endsAt")) FROM "PractitionerException" x
      WHERE x."practitionerId" = p.id AND x.kind = ${kind} AND x."startsAt" < w.ends AND x."endsAt" > w.starts), '{}')`;

/** A visit ends at most two weeks after it begins, which keeps the search in the index. */
const visitRanges = (exceptId?: string) => Prisma.sql`
    coalesce((SELECT range_agg(tstzrange(a."startsAt", a."endsAt")) FROM "Appointment" a
      WHERE a."practitionerId" = p.id AND a.status IN ('booked', 'arrived')
        ${exceptId ? Prisma.sql`AND a.id <> ${exceptId}::uuid` : Prisma.empty}
        AND a."startsAt" < w.ends AND a."startsAt" > w.starts - interval '15 days' AND a."endsAt" > w.starts), '{}')`;

export type FreeTime = { practitionerId: string; practitioner: string; professions: string[]; startsAt: string; endsAt: string };

export type FreeTimeQuery = {
  facilityId: string;
  zone: string;
  /** Civil dates in the facility's zone, both inclusive. */
  from: string;
  to: string;
  now: string;
  minMinutes: number;
  practitionerIds?: string[] | undefined;
  profession?: string | undefined;
  /** A visit that is about to move: its own minutes count as free. */
  exceptId?: string | undefined;
  /** Keyset: what follows this one. */
  after?: { startsAt: string; practitionerId: string } | undefined;
  limit: number;
};

/** Free time from now on, by start. PostgreSQL subtracts whole multiranges per practitioner: one statement, one pass. */
export async function findFreeTime(tx: Tx, query: FreeTimeQuery): Promise<FreeTime[]> {
  const { facilityId, zone, from, to, now, minMinutes, practitionerIds, profession, exceptId, after, limit } = query;
  const rows = await tx.$queryRaw<(Omit<FreeTime, 'startsAt' | 'endsAt'> & { startsAt: Date; endsAt: Date })[]>`
    SELECT p.id AS "practitionerId", p.name AS practitioner, p.professions, lower(free) AS "startsAt", upper(free) AS "endsAt"
    FROM (SELECT greatest(${now}::timestamptz, ${from}::timestamp AT TIME ZONE ${zone}) AS starts,
                 (${to}::timestamp + interval '1 day') AT TIME ZONE ${zone} AS ends) AS w,
      "Practitioner" p,
      LATERAL unnest(${workRanges(Prisma.sql`${zone}`)} - ${visitRanges(exceptId)}) AS free
    WHERE p."facilityId" = ${facilityId}::uuid AND p.active
      ${practitionerIds ? Prisma.sql`AND p.id = ANY (${practitionerIds}::uuid[])` : Prisma.empty}
      ${profession ? Prisma.sql`AND ${profession} = ANY (p.professions)` : Prisma.empty}
      AND upper(free) - lower(free) >= make_interval(mins => ${minMinutes}::int)
      ${after ? Prisma.sql`AND (lower(free), p.id) > (${after.startsAt}::timestamptz, ${after.practitionerId}::uuid)` : Prisma.empty}
    ORDER BY lower(free), p.id LIMIT ${limit}`;
  return rows.map((row) => ({ ...row, startsAt: iso(row.startsAt), endsAt: iso(row.endsAt) }));
}

/** Working hours between two instants, free or not, by practitioner and start: what a day book is drawn on. */
export async function findWorkTime(
  tx: Tx,
  { facilityId, zone, startsAt, endsAt }: { facilityId: string; zone: string; startsAt: string; endsAt: string },
): Promise<{ practitionerId: string; startsAt: string; endsAt: string }[]> {
  const rows = await tx.$queryRaw<{ practitionerId: string; startsAt: Date; endsAt: Date }[]>`
    SELECT p.id AS "practitionerId", lower(work) AS "startsAt", upper(work) AS "endsAt"
    FROM (SELECT ${startsAt}::timestamptz AS starts, ${endsAt}::timestamptz AS ends) AS w,
      "Practitioner" p, LATERAL unnest(${workRanges(Prisma.sql`${zone}`)}) AS work
    WHERE p."facilityId" = ${facilityId}::uuid AND p.active ORDER BY p.name, p.id, lower(work)`;
  return rows.map(({ practitionerId, ...time }) => ({ practitionerId, startsAt: iso(time.startsAt), endsAt: iso(time.endsAt) }));
}

/**
 * Whether all of a time is a practitioner's to give. `exceptId`: a visit that is about to move does not stand in its own
 * way. The caller holds the lock of the day. Throws NOT_FOUND, PRACTITIONER_INACTIVE, OUTSIDE_WORKING_HOURS, SLOT_TAKEN.
 */
export async function mustBeFree(
  tx: Tx,
  wanted: { facilityId: string; practitionerId: string; startsAt: string; endsAt: string; exceptId?: string },
): Promise<void> {
  const { facilityId, practitionerId, startsAt, endsAt, exceptId } = wanted;
  const [found] = await tx.$queryRaw<{ active: boolean; works: boolean; free: boolean }[]>`
    SELECT p.active, tstzrange(w.starts, w.ends) <@ ${workRanges(Prisma.sql`f.zone`)} AS works,
      tstzrange(w.starts, w.ends) <@ (tstzrange(w.starts, w.ends)::tstzmultirange - ${visitRanges(exceptId)}) AS free
    FROM (SELECT ${startsAt}::timestamptz AS starts, ${endsAt}::timestamptz AS ends) AS w, "Practitioner" p
      JOIN "Facility" f ON f.id = p."facilityId"
    WHERE p.id = ${practitionerId}::uuid AND p."facilityId" = ${facilityId}::uuid`;
  if (!found) throw new DomainError('NOT_FOUND', { practitionerId });
  if (!found.active) throw new DomainError('PRACTITIONER_INACTIVE', { practitionerId });
  if (!found.works) throw new DomainError('OUTSIDE_WORKING_HOURS', { practitionerId, startsAt, endsAt });
  if (!found.free) throw new DomainError('SLOT_TAKEN', { practitionerId, startsAt, endsAt });
}
