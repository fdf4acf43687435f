/** The facts of the reports (F-18), in one statement each: what is over, of one facility, between two civil dates. */
import { addDays, startOfDay, zoneDate } from '../domain/civil.ts';
import type { EndedHold } from '../domain/hold-utilization.ts';
import type { HeldFact, ReleasedFact } from '../domain/report.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import { iso } from './transaction.ts';

/** Civil dates at the facility, both inclusive. `now`: what ends later is not over. */
export type ReportPeriod = { facilityId: string; zone: string; from: string; to: string; now: string; groupId?: string | undefined };

type Ended = Record<'startsAt' | 'endsAt' | 'endedAt' | 'expiresAt', Date> & { confirmedAt: Date | null };

const ofGroup = (column: Prisma.Sql, groupId: string | undefined) =>
  groupId ? Prisma.sql`AND ${column} = ${groupId}::uuid` : Prisma.empty;

/** Holds that have ended, by the day of their time. */
export async function readHeld(tx: Tx, { facilityId, zone, from, to, now, groupId }: ReportPeriod): Promise<HeldFact[]> {
  const rows = await tx.$queryRaw<(Omit<EndedHold, keyof Ended> & Ended & { groupId: string; group: string })[]>`
    SELECT h.id, r.name AS room, h.state, h."startsAt", h."endsAt", h."confirmedAt", h."endedAt", h."expiresAt", h."inConflict",
      coalesce(h."usedMinutes", 0) AS "usedMinutes", g.id AS "groupId", g.name AS group
    FROM "Hold" h JOIN "Room" r ON r.id = h."roomId" JOIN "Group" g ON g.id = h."groupId"
    WHERE h."facilityId" = ${facilityId}::uuid AND h."endedAt" IS NOT NULL AND h."endsAt" <= ${now}::timestamptz
      AND h."startsAt" >= ${startOfDay(from, zone)}::timestamptz AND h."startsAt" < ${startOfDay(addDays(to, 1), zone)}::timestamptz
      ${ofGroup(Prisma.sql`h."groupId"`, groupId)}`;
  return rows.map(({ groupId, group, ...row }) => {
    const times = { startsAt: iso(row.startsAt), endsAt: iso(row.endsAt), endedAt: iso(row.endedAt), expiresAt: iso(row.expiresAt) };
    const hold = { ...row, ...times, confirmedAt: row.confirmedAt && iso(row.confirmedAt) };
    return { groupId, group, month: zoneDate(times.startsAt, zone).slice(0, 7), hold };
  });
}

type Text = { startsAt: string; endsAt: string };
type Released = Omit<ReleasedFact, 'startsAt' | 'endsAt' | 'releasedAt' | 'visibleAt' | 'cases' | 'claims'> &
  Record<'startsAt' | 'endsAt' | 'releasedAt' | 'visibleAt', Date> & {
    cases: (Text & Pick<ReleasedFact['cases'][number], 'groupId'>)[];
    claims: (Text & Omit<ReleasedFact['claims'][number], 'startsAt' | 'endsAt'>)[];
  };

/** The cases that stand on release `x`, and the claims made on it since. A hold lasts 14 days at most. */
const usesOfRelease = Prisma.sql`
      (SELECT coalesce(jsonb_agg(jsonb_build_object('startsAt', c."startsAt", 'endsAt', c."endsAt", 'groupId', c."groupId")), '[]') FROM "Case" c
        WHERE c."roomId" = x."roomId" AND c."cancelledAt" IS NULL AND tstzrange(c."startsAt", c."endsAt") && tstzrange(x."startsAt", x."endsAt")) AS cases,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('startsAt', c."startsAt", 'endsAt', c."endsAt", 'groupId', h."groupId",
            'confirmed', h."confirmedAt" IS NOT NULL, 'used', h.state = 'used' AND c."freedAt" = h."endedAt")), '[]')
        FROM "Claim" c JOIN "Hold" h ON c."subjectKind" = 'hold' AND h.id = c."subjectId"
        WHERE c."roomId" = x."roomId" AND c."claimedAt" >= x."releasedAt" AND c."startsAt" < x."endsAt" AND c."endsAt" > x."startsAt"
          AND c."startsAt" > x."startsAt" - interval '15 days') AS claims`;

/** Releases that stand, by the block's day. `uses`: with what became of each, which costs four times as much. */
export async function readReleased(
  tx: Tx,
  { facilityId, from, to, now, groupId }: ReportPeriod,
  { uses }: { uses: boolean },
): Promise<ReleasedFact[]> {
  const rows = await tx.$queryRaw<Released[]>`
    SELECT b.id AS "blockId", b."groupId", g.name AS group, to_char(b.date, 'YYYY-MM') AS month, x.kind,
      x."startsAt", x."endsAt", x."releasedAt", x."visibleAt", ${uses ? usesOfRelease : Prisma.sql`'[]'::jsonb AS cases, '[]'::jsonb AS claims`}
    FROM "Block" b JOIN "Group" g ON g.id = b."groupId" JOIN "Release" x ON x."blockId" = b.id AND x."undoneAt" IS NULL
    WHERE b."facilityId" = ${facilityId}::uuid AND b.date BETWEEN ${from}::date AND ${to}::date AND x."endsAt" <= ${now}::timestamptz
      ${ofGroup(Prisma.sql`b."groupId"`, groupId)}`;
  const timed = <One extends Text>(one: One) => ({ ...one, startsAt: iso(one.startsAt), endsAt: iso(one.endsAt) });
  return rows.map(({ startsAt, endsAt, releasedAt, visibleAt, cases, claims, ...row }) => ({
    ...row,
    startsAt: iso(startsAt),
    endsAt: iso(endsAt),
    releasedAt: iso(releasedAt),
    visibleAt: iso(visibleAt),
    cases: cases.map(timed),
    claims: claims.map(timed),
  }));
}
