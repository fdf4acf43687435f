import { type BlockFacts, type BlockStep, type ReleaseFact, unbooked } from '../domain/block.ts';
import { DomainError } from '../domain/errors.ts';
import { longerThan } from '../domain/interval.ts';
import type { PreparedHistory } from '../domain/prediction.ts';
import type { Tx } from '../prisma/client.ts';
import { bookingHistory } from './history.ts';
import { type LifeRow, type Loaded, lifeColumns, lifeJoins, lockRow, policyOfRow, type RowLock } from './life.ts';
import { iso } from './transaction.ts';

/** A block as a step finds it: the facts for the rules, the policy in force, and names for people. */
export type LoadedBlock = Loaded<BlockFacts, BlockStep> & {
  roomId: string;
  groupId: string;
  providerId: string | null;
  seriesId: string | null;
  names: { facility: string; room: string; group: string; provider?: string | undefined };
};

type Row = LifeRow & {
  block: Record<string, never> & { [key: string]: string | number | boolean | null };
  date: string;
  room: string;
  group: string;
  provider: string | null;
  releases: ReleaseFact[];
  cases: { startsAt: string; endsAt: string }[];
  claims: { startsAt: string; endsAt: string }[];
  outside: BlockFacts['outside'] | null;
};

/** Loads blocks with all facts in one statement. Unknown ids are left out. */
export async function loadBlocks(tx: Tx, ids: string[], lock: RowLock): Promise<LoadedBlock[]> {
  if (ids.length === 0) return [];
  const rows = await tx.$queryRaw<Row[]>`
    SELECT to_jsonb(s) AS block, s.date::text AS date, ${lifeColumns}, r.name AS room, g.name AS group, v.name AS provider,
      (SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x."releasedAt", x."startsAt"), '[]') FROM "Release" x
        WHERE x."blockId" = s.id AND x."undoneAt" IS NULL) AS releases,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('startsAt', c."startsAt", 'endsAt', c."endsAt") ORDER BY c."startsAt"), '[]') FROM "Case" c
        WHERE c."roomId" = s."roomId" AND c."cancelledAt" IS NULL AND tstzrange(c."startsAt", c."endsAt") && tstzrange(s."startsAt", s."endsAt")) AS cases,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('startsAt', c."startsAt", 'endsAt', c."endsAt")), '[]') FROM "Claim" c
        WHERE c."roomId" = s."roomId" AND c."freedAt" IS NULL AND tstzrange(c."startsAt", c."endsAt") && tstzrange(s."startsAt", s."endsAt")) AS claims,
      (SELECT jsonb_build_object('predictor', c.predictor, 'confidence', c.confidence, 'intervals', c.intervals, 'asOf', c."asOf") FROM "Confidence" c
        WHERE c."blockId" = s.id AND c."asOf" >= coalesce(s."holderSince", '-infinity') ORDER BY c."asOf" DESC, c.id DESC LIMIT 1) AS outside
    FROM "Block" s ${lifeJoins}
    JOIN "Room" r ON r.id = s."roomId"
    JOIN "Group" g ON g.id = s."groupId"
    LEFT JOIN "Provider" v ON v.id = s."providerId"
    WHERE s.id = ANY (${ids}::uuid[]) ORDER BY s.id ${lockRow[lock]}`;
  return rows.map(loaded);
}

/** One block with its booking history where an alert is still possible. Throws BLOCK_NOT_FOUND. */
export async function loadBlock(tx: Tx, id: string, now: string, lock: RowLock = 'none'): Promise<LoadedBlock> {
  const [block] = await loadBlocks(tx, [id], lock);
  if (!block) throw new DomainError('BLOCK_NOT_FOUND', { id });
  return withHistory(tx, block, now);
}

/** Booking histories read so far, by holder: whoever plans many blocks reads each holder's once. */
export type Histories = Map<string, PreparedHistory>;

/** The history costs more than the rest together, so it is read only where a question to the holder is possible. */
export async function withHistory(tx: Tx, block: LoadedBlock, now: string, histories: Histories = new Map()): Promise<LoadedBlock> {
  const { facts, policy } = block;
  const mayAsk =
    facts.state === 'active' &&
    !facts.silenced &&
    !facts.paused &&
    longerThan(unbooked(facts, now), policy.alert.minUnbookedMinutes).length > 0;
  return mayAsk ? readHistory(tx, block, now, histories) : block;
}

/** The block with its booking history, whether its holder may be asked or not. */
export async function readHistory(tx: Tx, block: LoadedBlock, now: string, histories: Histories): Promise<LoadedBlock> {
  const { facts, facilityId, groupId, providerId } = block;
  const holder = `${groupId} ${providerId}`;
  facts.history = histories.get(holder) ?? (await bookingHistory(tx, { facilityId, groupId, providerId, before: now }));
  histories.set(holder, facts.history);
  return block;
}

function loaded(row: Row): LoadedBlock {
  const block = row.block as unknown as Record<string, string> & {
    windowDays: number;
    alerts: number;
    version: number;
    silenced: boolean;
    mandatoryOff: boolean;
    next: BlockStep;
  };
  const interval = (one: { startsAt: string; endsAt: string }) => ({ startsAt: iso(one.startsAt), endsAt: iso(one.endsAt) });
  return {
    facts: {
      id: block.id!,
      zone: row.zone,
      paused: row.paused,
      shadow: row.shadow,
      state: block.state as BlockFacts['state'],
      startsAt: iso(block.startsAt!),
      endsAt: iso(block.endsAt!),
      date: row.date,
      windowDays: block.windowDays,
      silenced: block.silenced,
      alerts: block.alerts,
      lastAskedAt: block.lastAskedAt ? iso(block.lastAskedAt) : null,
      mandatoryOff: block.mandatoryOff,
      mandatoryAt: block.mandatoryAt ? iso(block.mandatoryAt) : null,
      releases: row.releases.map((one) => ({
        ...interval(one),
        id: one.id,
        kind: one.kind,
        releasedAt: iso(one.releasedAt),
        releasedBy: one.releasedBy,
        visibleAt: iso(one.visibleAt),
        wantedBackAt: one.wantedBackAt && iso(one.wantedBackAt),
      })),
      cases: row.cases.map(interval),
      claims: row.claims.map(interval),
      ...(row.outside && { outside: { ...row.outside, asOf: iso(row.outside.asOf) } }),
    },
    policy: policyOfRow(row),
    version: block.version,
    next: block.next,
    facilityId: block.facilityId!,
    roomId: block.roomId!,
    groupId: block.groupId!,
    providerId: block.providerId ?? null,
    seriesId: block.seriesId ?? null,
    names: { facility: row.facility, room: row.room, group: row.group, provider: row.provider ?? undefined },
  };
}

/** Locks the rooms and days of blocks, before their rows. */
export async function lockBlockDays(tx: Tx, ids: string[]): Promise<void> {
  await tx.$queryRaw`
    SELECT pg_advisory_xact_lock(key)::text FROM (
      SELECT hashtextextended("roomId" || ':' || day::date, 0) AS key FROM "Block",
        generate_series(("startsAt" AT TIME ZONE 'UTC')::date, ("endsAt" AT TIME ZONE 'UTC')::date, '1 day') AS day
      WHERE id = ANY (${ids}::uuid[]) ORDER BY key) AS keys`;
}

/** A block's mails begin with this. */
export function aboutBlock({ names, facts }: LoadedBlock) {
  const { facility, room, group, provider } = names;
  return { facility, zone: facts.zone, room, group, provider, block: { startsAt: facts.startsAt, endsAt: facts.endsAt } };
}
