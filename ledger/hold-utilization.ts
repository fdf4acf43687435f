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
  const [column, id] = 'requesterId' in holder ? ([ofRequester, holder.requesterId] as const) : ([ofProvider, holder.providerId] as const);
  return (await endedBy(tx, column, [id], since)).get(id) ?? [];
}

/** The same of many requesters, in one statement. Who has none is left out. */
export const endedHoldsOfAll = (tx: Tx, requesterIds: string[], since: string): Promise<Map<string, EndedHold[]>> =>
  endedBy(tx, ofRequester, requesterIds, since);

const ofRequester = Prisma.sql`h."requesterId"`;
const ofProvider = Prisma.sql`h."providerId"`;

type Row = Omit<EndedHold, 'startsAt' | 'endsAt' | 'endedAt' | 'expiresAt' | 'confirmedAt'> &
  Record<'startsAt' | 'endsAt' | 'endedAt' | 'expiresAt', Date> & { confirmedAt: Date | null; state: HoldState; whose: string };

async function endedBy(tx: Tx, column: Prisma.Sql, ids: string[], since: string): Promise<Map<string, EndedHold[]>> {
  const rows = await tx.$queryRaw<Row[]>`
    SELECT q.id::text AS whose, e.* FROM unnest(${ids}::uuid[]) AS q (id) CROSS JOIN LATERAL (
      SELECT h.id, r.name AS room, h.state, h."startsAt", h."endsAt", h."confirmedAt", h."endedAt", h."expiresAt", h."inConflict",
        coalesce(h."usedMinutes", 0) AS "usedMinutes"
      FROM "Hold" h JOIN "Room" r ON r.id = h."roomId"
      WHERE ${column} = q.id AND h."endedAt" >= ${since}::timestamptz ORDER BY h."endedAt" DESC, h.id LIMIT ${mostHolds}) e
    ORDER BY e."endedAt" DESC, e.id`;
  const found = new Map<string, EndedHold[]>(rows.map(({ whose }) => [whose, []]));
  for (const { whose, startsAt, endsAt, endedAt, expiresAt, confirmedAt, ...row } of rows) {
    const times = { startsAt: iso(startsAt), endsAt: iso(endsAt), endedAt: iso(endedAt), expiresAt: iso(expiresAt) };
    found.get(whose)!.push({ ...row, ...times, confirmedAt: confirmedAt && iso(confirmedAt) });
  }
  return found;
}

/** Where a requester stands, and why. */
export async function readStanding(tx: Tx, { id, role }: { id: string; role: string }, place: Place): Promise<Standing> {
  return standingOf(await readUtilization(tx, { requesterId: id }, place), place.policy, role as Role, place.zone);
}
