/** C-46: when minutes become open, the same transaction owes the alerts, with one statement however many people it concerns. */
import { dailySlots, realTimeAt } from '../domain/availability.ts';
import { laterOf } from '../domain/civil.ts';
import type { SubjectKind } from '../domain/decision.ts';
import type { Interval } from '../domain/interval.ts';
import type { Policy } from '../domain/policy.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import { openRanges } from './open-time.ts';
import { providerFits, shortestCase } from './provider-fit.ts';
import { wakeDelivery } from './wake-up.ts';

export type OpeningCause =
  | 'release'
  | 'mandatory release'
  | 'hold expired'
  | 'hold deleted'
  | 'hold denied'
  | 'hold changed'
  | 'case cancelled'
  | 'case moved'
  | 'block taken away';

export type Opened = {
  facilityId: string;
  roomId: string;
  zone: string;
  shadow: boolean;
  policy: Policy;
  subject: { kind: SubjectKind; id: string };
  cause: OpeningCause;
  /** Minutes that may be open now; what is not, for whatever reason, is nobody's news. */
  intervals: Interval[];
  /** From when on others see them. */
  openedAt: string;
  now: string;
  /** Who opened them or is told by another mail. */
  knownTo: (string | undefined)[];
  /** Many openings at once: everybody learns of them in one mail, that of their day. */
  gathered?: boolean;
};

/** The whole local days that an opening touches, from `from` on: its open time may reach further than the minutes that opened. */
export const daysAround = (parts: Prisma.Sql, zone: Prisma.Sql, from: Prisma.Sql) => Prisma.sql`LATERAL (
    SELECT greatest(${from}, date_trunc('day', lower(${parts}) AT TIME ZONE ${zone}) AT TIME ZONE ${zone}) AS starts,
      (date_trunc('day', upper(${parts}) AT TIME ZONE ${zone}) + interval '1 day') AT TIME ZONE ${zone} AS ends)`;

/** Intervals kept as JSON, as a multirange. */
export const multirangeOf = (json: Prisma.Sql) => Prisma.sql`(
    SELECT range_agg(tstzrange(i."startsAt", i."endsAt")) FROM jsonb_to_recordset(${json}) AS i ("startsAt" timestamptz, "endsAt" timestamptz))`;

/** An instant in the domain's spelling. */
export const isoText = (instant: Prisma.Sql) => Prisma.sql`to_char(${instant} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The groups that person `p` schedules for. */
export const groupsOf = (personId: Prisma.Sql) => Prisma.sql`
    SELECT "groupId" FROM "Membership" WHERE "personId" = ${personId} UNION SELECT id FROM "Group" WHERE "mainContactId" = ${personId}`;

/**
 * Records the opening and owes its alerts: one a person in real time, or the one of their day (C-42). Returns how many
 * mails it owes. Call it after the minutes were freed, in the same transaction.
 */
export async function announceOpenTime(tx: Tx, opened: Opened): Promise<number> {
  const { facilityId, roomId, shadow, policy, subject, cause, intervals, openedAt, now, gathered = false } = opened;
  if (intervals.length === 0) return 0;
  const knownTo = opened.knownTo.filter((id) => id !== undefined);
  const zone = Prisma.sql`${opened.zone}::text`;
  const at = Prisma.sql`${openedAt}::timestamptz`;
  const owed = await tx.$executeRaw`
    WITH opened AS (SELECT ${multirangeOf(Prisma.sql`${JSON.stringify(intervals)}::jsonb`)} AS parts),
    runs AS MATERIALIZED (
      SELECT run FROM opened, ${daysAround(Prisma.sql`opened.parts`, zone, at)} AS w,
        unnest(${openRanges(Prisma.sql`${roomId}::uuid`, zone, at)}) AS run
      WHERE run && opened.parts
    ),
    opening AS (
      INSERT INTO "Opening" ("facilityId", "roomId", "startsAt", "endsAt", intervals, runs, cause, "subjectKind", "subjectId", "knownTo", "openedAt")
      SELECT ${facilityId}::uuid, ${roomId}::uuid, lower(parts), upper(parts), ${JSON.stringify(intervals)}::jsonb,
        (SELECT jsonb_agg(jsonb_build_object('startsAt', ${isoText(Prisma.sql`lower(run)`)}, 'endsAt', ${isoText(Prisma.sql`upper(run)`)}) ORDER BY run) FROM runs),
        ${cause}, ${subject.kind}, ${subject.id}::uuid, ${knownTo}::uuid[], ${at}
      FROM opened WHERE EXISTS (SELECT FROM runs) RETURNING id
    ),
    fitting AS MATERIALIZED (
      SELECT DISTINCT v."groupId" FROM "Provider" v, runs
      WHERE v."facilityId" = ${facilityId}::uuid AND v."groupId" IS NOT NULL
        AND ${providerFits(zone, shortestCase(Prisma.sql`${policy.availability.minRunMinutes}::int`))}
    ),
    people AS (
      SELECT p.id, p.email, (p."availabilityAlerts" = 'daily' OR ${gathered}::boolean) AS daily, p."dailyHour" FROM "Person" p
      WHERE p."facilityId" = ${facilityId}::uuid AND p.active AND p."availabilityAlerts" <> 'off' AND p.id <> ALL (${knownTo}::uuid[])
        AND p.id IN (SELECT "personId" FROM "Membership" WHERE "groupId" IN (SELECT "groupId" FROM fitting)
          UNION SELECT "mainContactId" FROM "Group" WHERE id IN (SELECT "groupId" FROM fitting))
    )
    ${owe(Prisma.sql`people p CROSS JOIN opening o`, { facilityId, shadow, realTimeAt: realTimeAt(openedAt, now, opened.zone, policy), slots: dailySlots(laterOf(openedAt, now), opened.zone) })}`;
  if (owed > 0 && !shadow) await wakeDelivery(tx);
  return owed;
}

type Owed = { facilityId: string; shadow: boolean; realTimeAt: string; slots: ReturnType<typeof dailySlots> };

/**
 * The end of a statement that owes mails to people `p` (id, email, daily, dailyHour) about opening `o`. A daily mail that waits takes the opening
 * with it; one that went out today leaves it to tomorrow's. What was withdrawn waits again.
 */
export function owe(from: Prisma.Sql, { facilityId, shadow, realTimeAt: at, slots }: Owed): Prisma.Sql {
  const digestKey = (date: Prisma.Sql) => Prisma.sql`'availability-digest/' || p.id || '/' || ${date}`;
  return Prisma.sql`
    INSERT INTO "Message" ("facilityId", key, kind, "personId", address, "subjectKind", "subjectId", content, state, "sendAfter")
    SELECT ${facilityId}::uuid,
      CASE WHEN p.daily THEN ${digestKey(Prisma.sql`CASE WHEN late.key IS NULL THEN s.date ELSE s.next END`)} ELSE 'availability-alert/' || o.id || '/' || p.id END,
      CASE WHEN p.daily THEN 'availability digest' ELSE 'availability alert' END, p.id, p.email,
      CASE WHEN p.daily THEN 'person' ELSE 'opening' END, CASE WHEN p.daily THEN p.id ELSE o.id END,
      jsonb_build_object('kind', CASE WHEN p.daily THEN 'availability digest' ELSE 'availability alert' END,
        'facility', f.name, 'zone', f.zone, 'slots', '[]'::jsonb, 'openings', jsonb_build_array(o.id)),
      ${shadow ? 'shadow' : 'waiting'},
      CASE WHEN NOT p.daily THEN ${at}::timestamptz WHEN late.key IS NULL THEN s.at ELSE s."nextAt" END
    FROM ${from}
    JOIN "Facility" f ON f.id = ${facilityId}::uuid
    LEFT JOIN jsonb_to_recordset(${JSON.stringify(slots)}::jsonb) AS s (hour int, date text, at timestamptz, next text, "nextAt" timestamptz)
      ON p.daily AND s.hour = p."dailyHour"
    LEFT JOIN "Message" late ON late.key = ${digestKey(Prisma.sql`s.date`)} AND late.state NOT IN ('waiting', 'withdrawn')
    ON CONFLICT (key) DO UPDATE SET state = excluded.state, "sendAfter" = excluded."sendAfter" WHERE "Message".state = 'withdrawn'`;
}
