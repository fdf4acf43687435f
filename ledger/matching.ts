/** Who fits a free time of a practitioner, read off an index in the order of compareCandidates: domain/matching.ts says it in words. */
import { type Interval, minutesOf } from '../domain/interval.ts';
import type { Waiting } from '../domain/matching.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import { iso } from './transaction.ts';

export type FreeTimeOf = Interval & { practitionerId: string };

const types = Prisma.sql`(VALUES ('cancelled', 0), ('scheduled', 1), ('wants earlier', 2)) AS t (type, rank)`;
const within = (table: Prisma.Sql) => Prisma.sql`
  ${table}."durationMinutes" DESC, ${table}."anyDays", ${table}."lastAskedAt" NULLS FIRST, ${table}."createdAt", ${table}.id`;

/**
 * The statement that ranks: columns id and place. Those who come on any day are scanned in the order of their index, type by type,
 * until `limit` fit; those who chose days are found by the day. So its time hardly depends on how many others wait.
 */
function ranked({ practitionerId, ...time }: FreeTimeOf, now: string, limit: number, except: string[]): Prisma.Sql {
  const starts = Prisma.sql`${time.startsAt}::timestamptz`;
  const fits = Prisma.sql`e.state = 'active' AND e.type = t.type AND e."durationMinutes" <= ${minutesOf(time)}::int
        AND e."validFrom" <= w.day AND e."validUntil" >= w.day AND e.id <> ALL (${except}::uuid[])
        AND (e.type <> 'wants earlier' OR EXISTS (SELECT 1 FROM "Appointment" a WHERE a.id = e."appointmentId" AND a."startsAt" > ${starts}))
        AND NOT EXISTS (SELECT 1 FROM "Appointment" a WHERE a."patientId" = e."patientId" AND a.status IN ('booked', 'arrived')
          AND a.id IS DISTINCT FROM CASE WHEN e.type = 'wants earlier' THEN e."appointmentId" END
          AND a."startsAt" < ${starts} + e."durationMinutes" * interval '1 minute' AND a."endsAt" > ${starts})`;
  const wantsPractitioner = Prisma.sql`e."practitionerId" = p.id`;
  const wantsProfession = Prisma.sql`e."practitionerId" IS NULL AND e."facilityId" = p."facilityId" AND e.profession = o.profession`;
  const onAnyDay = (wants: Prisma.Sql) => Prisma.sql`
    ${types}, LATERAL (SELECT e.* FROM "WaitlistEntry" e WHERE e."anyDays" AND ${wants} AND ${fits}
      ORDER BY e."durationMinutes" DESC, e."lastAskedAt" NULLS FIRST, e."createdAt", e.id LIMIT ${limit}) e`;
  const onThatDay = (wants: Prisma.Sql) => Prisma.sql`
    "WaitlistEntry" e JOIN ${types} ON ${fits} WHERE NOT e."anyDays" AND e.dates @> ARRAY[w.day] AND ${wants}`;
  const columns = (extra: number) =>
    Prisma.sql`SELECT t.rank, ${extra}::int AS extra, e.id, e."durationMinutes", e."anyDays", e."lastAskedAt", e."createdAt"`;
  const professions = Prisma.sql`unnest(p.professions) AS o (profession)`;
  return Prisma.sql`
    SELECT c.id, row_number() OVER (ORDER BY c.rank, c.extra, ${within(Prisma.sql`c`)}) AS place
    FROM "Practitioner" p JOIN "Facility" f ON f.id = p."facilityId",
      LATERAL (SELECT (${starts} AT TIME ZONE f.zone)::date AS day) w,
      LATERAL (
        ${columns(0)} FROM ${onAnyDay(wantsPractitioner)}
        UNION ALL ${columns(1)} FROM ${professions}, ${onAnyDay(wantsProfession)}
        UNION ALL ${columns(0)} FROM ${onThatDay(wantsPractitioner)}
        UNION ALL ${columns(1)} FROM ${professions}, ${onThatDay(wantsProfession)}
      ) c
    WHERE p.id = ${practitionerId}::uuid AND ${starts} > ${now}::timestamptz
    ORDER BY place LIMIT ${limit}`;
}

/** I-02, I-43: the entries that fit, the best first. `except`: those that were asked about this time already. */
export async function rankCandidates(
  tx: Tx,
  time: FreeTimeOf,
  now: string,
  { limit = 20, except = [] as string[] } = {},
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`${ranked(time, now, limit, except)}`;
  return rows.map(({ id }) => id);
}

/** `rest`: what somebody left of a time that was offered. */
export const freedCauses = ['cancelled', 'moved', 'hours added', 'rest'] as const;
export type FreedCause = (typeof freedCauses)[number];

/**
 * I-02: after time became free, in the same transaction: one look at the waitlist, one row that staff and offers go on from, in one
 * statement, and nothing said to any entry. Returns the best candidates in their order.
 */
export async function noteFreedTime(
  tx: Tx,
  { cause, ...time }: FreeTimeOf & { cause: FreedCause },
  now: string,
  limit = 20,
): Promise<{ freeIntervalId: string; candidates: string[] }> {
  const { practitionerId, startsAt, endsAt } = time;
  const rows = await tx.$queryRaw<{ freeIntervalId: string; id: string | null }[]>`
    WITH ranked AS MATERIALIZED (${ranked(time, now, limit, [])}), noted AS (
      INSERT INTO "FreeInterval" ("facilityId", "practitionerId", "startsAt", "endsAt", cause, "freedAt", "bestEntryId")
      SELECT "facilityId", id, ${startsAt}::timestamptz, ${endsAt}::timestamptz, ${cause}, ${now}::timestamptz,
        (SELECT id FROM ranked WHERE place = 1)
      FROM "Practitioner" WHERE id = ${practitionerId}::uuid RETURNING id)
    SELECT noted.id AS "freeIntervalId", ranked.id FROM noted LEFT JOIN ranked ON true ORDER BY ranked.place`;
  return { freeIntervalId: rows[0]!.freeIntervalId, candidates: rows.flatMap(({ id }) => id ?? []) };
}

/** F-04: time was offered to them. */
export async function markAsked(tx: Tx, entryIds: string[], at: string): Promise<void> {
  await tx.waitlistEntry.updateMany({ where: { id: { in: entryIds } }, data: { lastAskedAt: at } });
}

type Row = Omit<Waiting, 'appointmentAt' | 'visits'> & { appointmentAt: string | null; visits: Interval[] };

/** Entries as the rule wants them, with the visits of their patients from that instant on. */
export async function loadWaiting(tx: Tx, ids: string[], from: string): Promise<Waiting[]> {
  const rows = await tx.$queryRaw<{ entry: Row; appointmentAt: Date | null; visits: Interval[] }[]>`
    SELECT to_jsonb(e) AS entry, own."startsAt" AS "appointmentAt",
      (SELECT coalesce(jsonb_agg(jsonb_build_object('startsAt', a."startsAt", 'endsAt', a."endsAt") ORDER BY a."startsAt"), '[]')
        FROM "Appointment" a WHERE a."patientId" = e."patientId" AND a.status IN ('booked', 'arrived') AND a."endsAt" > ${from}::timestamptz
          AND a.id IS DISTINCT FROM own.id) AS visits
    FROM "WaitlistEntry" e LEFT JOIN "Appointment" own ON own.id = e."appointmentId" AND e.type = 'wants earlier'
    WHERE e.id = ANY (${ids}::uuid[]) ORDER BY e.id`;
  return rows.map(({ entry, appointmentAt, visits }) => {
    const { id, state, type, practitionerId, profession, durationMinutes, validFrom, validUntil, dates, lastAskedAt, createdAt } = entry;
    return {
      id,
      state,
      type,
      practitionerId,
      profession,
      durationMinutes,
      validFrom,
      validUntil,
      dates,
      appointmentAt: appointmentAt && iso(appointmentAt),
      visits: visits.map(({ startsAt, endsAt }) => ({ startsAt: iso(startsAt), endsAt: iso(endsAt) })),
      lastAskedAt: lastAskedAt && iso(lastAskedAt),
      createdAt: iso(createdAt),
    };
  });
}
