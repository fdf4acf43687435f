import type { Role } from '../domain/decision.ts';
import type { HoldState } from '../domain/hold.ts';
import { type EndedHold, type Standing, standingOf, type Utilization, utilizationOf, windowStart } from '../domain/hold-utilization.ts';
import type { Policy } from '../domain/policy.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import { iso } from './transaction.ts';

export type Holder = { requesterId: string } | { providerId: string };
export type Place = { policy: Policy; zone: string; now: string };

const mostHolds = 1000;

/** C-28: the figure of a requester or a provider, from one statement over an index of ends. */
export async function readUtilization(tx: Tx, holder: Holder, place: Place): Promise<Utilization> {
  const since = windowStart(place.now, place.zone, place.policy);
  return utilizationOf(await endedHolds(tx, holder, since), since);
}

/** What is looked back on, the last first. */
export async function endedHolds(tx: Tx, holder: Holder, since: string): Promise<EndedHold[]> {
  const whose =
    'requesterId' in holder
      ? Prisma.sql`h."requesterId" = ${holder.requesterId}::uuid`
      : Prisma.sql`h."providerId" = ${holder.providerId}::uuid`;
  const rows = await tx.$queryRaw<
    (Omit<EndedHold, 'startsAt' | 'endsAt' | 'endedAt' | 'expiresAt' | 'confirmedAt'> &
      Record<'startsAt' | 'endsAt' | 'endedAt' | 'expiresAt', Date> & {
        confirmedAt: Date | null;
        state: HoldState;
      })[]
  >`
    SELECT h.id, r.name AS room, h.state, h."startsAt", h."endsAt", h."confirmedAt", h."endedAt", h."expiresAt", h."inConflict",
      coalesce(h."usedMinutes", 0) AS "usedMinutes"
    FROM "Hold" h JOIN "Room" r ON r.id = h."roomId"
    WHERE ${whose} AND h."endedAt" >= ${since}::timestamptz ORDER BY h."endedAt" DESC, h.id LIMIT ${mostHolds}`;
  return rows.map((row) => ({
    ...row,
    startsAt: iso(row.startsAt),
    endsAt: iso(row.endsAt),
    endedAt: iso(row.endedAt),
    expiresAt: iso(row.expiresAt),
    confirmedAt: row.confirmedAt && iso(row.confirmedAt),
  }));
}

/** Where a requester stands, and why. */
export async function readStanding(tx: Tx, { id, role }: { id: string; role: string }, place: Place): Promise<Standing> {
  return standingOf(await readUtilization(tx, { requesterId: id }, place), place.policy, role as Role, place.zone);
}
