/**
 * U-06, first version: what a new policy moves. The list is made by the same rules that the lives plan by, against
 * what each of them has planned now; applying changes exactly the listed ones.
 */
import { planBlock } from '../domain/block.ts';
import { planHold } from '../domain/hold.ts';
import type { Policy } from '../domain/policy.ts';
import { planSeries } from '../domain/series.ts';
import type { Step } from '../domain/timeline.ts';
import { planTransfer } from '../domain/transfer.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import { type Histories, type LoadedBlock, loadBlocks, withHistory } from './block.ts';
import { chunksOf } from './chunks.ts';
import { stopSteps } from './facility.ts';
import { loadHolds } from './hold.ts';
import { lifeTables } from './life.ts';
import { loadAllSeries } from './series.ts';
import { loadTransfers } from './transfer.ts';

/** A live block, hold, series or transfer: what it would do next by its plan and by the new policy. `startsAt`: of a series, its next step. */
export type Replanned = {
  kind: 'block' | 'hold' | 'series' | 'transfer';
  id: string;
  room: string;
  group: string;
  startsAt: string;
  version: number;
  before: Step;
  after: Step;
};

const chunkSize = 20;

/** A life that only waits, for ever or a year at a time, is not moved by looking again. */
export const moves = ({ before, after }: Replanned): boolean =>
  before.kind !== after.kind || (before.at !== after.at && after.kind !== 'wait');

/**
 * Plans all live blocks, holds, series and transfers of a facility by `policy`, in chunks. Writes nothing and holds nothing: what
 * changes before its plan is applied is seen then.
 */
export async function replanFacility(tx: Tx, facilityId: string, policy: Policy, now: string): Promise<Replanned[]> {
  const where = { facilityId, endsAt: { gt: now } };
  const blocks = await tx.block.findMany({ where: { ...where, state: 'active' }, select: { id: true }, orderBy: { id: 'asc' } });
  const holds = await tx.hold.findMany({ where: { ...where, state: { in: ['pending', 'confirmed'] } }, select: { id: true } });
  const histories: Histories = new Map();
  const replanned: Replanned[] = [];
  for (const ids of idChunks(blocks)) {
    for (const block of await loadBlocks(tx, ids, 'none')) {
      await withHistory(tx, block, now, histories);
      if (!block.facts.history) await withHistory(tx, { ...block, policy }, now, histories);
      const { facts, names, version, next, policy: present } = block;
      const about = { kind: 'block' as const, id: facts.id, room: names.room, group: names.group, startsAt: facts.startsAt, version };
      replanned.push({ ...about, before: next, after: movedBy({ policy, present }, next, (one) => planBlock(facts, one, now)) });
    }
    await new Promise(setImmediate); // planning is pure computing, 4 ms a block: let others be answered in between
  }
  for (const ids of idChunks(holds)) {
    for (const { facts, names, version, next, policy: present } of await loadHolds(tx, ids, 'none')) {
      const about = { kind: 'hold' as const, id: facts.id, room: names.room, group: names.group, startsAt: facts.startsAt, version };
      replanned.push({ ...about, before: next, after: movedBy({ policy, present }, next, (one) => planHold(facts, one, now)) });
    }
  }
  const live = { where: { facilityId, state: 'active' }, select: { id: true } };
  for (const ids of idChunks(await tx.blockSeries.findMany(live))) {
    for (const { facts, names, version, next, policy: present } of await loadAllSeries(tx, ids)) {
      const about = { kind: 'series' as const, id: facts.id, room: names.room, group: names.group, startsAt: next.at, version };
      replanned.push({ ...about, before: next, after: movedBy({ policy, present }, next, (one) => planSeries(facts, one, now)) });
    }
  }
  const transfers = await tx.transfer.findMany({ where: { facilityId, state: { in: ['proposed', 'accepted'] } }, select: { id: true } });
  for (const ids of idChunks(transfers)) {
    for (const { facts, names, blocks, version, next, policy: present } of await loadTransfers(tx, ids)) {
      const [{ facts: block, names: place }] = blocks as [LoadedBlock];
      const about = { kind: 'transfer' as const, id: facts.id, room: place.room, group: names.from, startsAt: block.startsAt, version };
      replanned.push({ ...about, before: next, after: movedBy({ policy, present }, next, (one) => planTransfer(facts, one, now)) });
    }
  }
  return replanned;
}

/** The next step by another policy; where the one in force would plan it anew just so, it is not the policy's doing: the life will see when it wakes. */
function movedBy({ policy, present }: { policy: Policy; present: Policy }, before: Step, plan: (policy: Policy) => Step): Step {
  const after = plan(policy);
  const alike = (one: Step) => one.kind === after.kind && one.at === after.at;
  return !alike(before) && alike(plan(present)) ? before : after;
}

const idChunks = (rows: { id: string }[]) =>
  chunksOf(
    rows.map(({ id }) => id),
    chunkSize,
  );

/**
 * Stores the new plans and wakes the lives whose next step moved earlier; the others wake in time. One
 * that changed since it was planned, or came to be, is woken to plan by itself. Call it last in a transaction.
 */
export async function applyReplan(tx: Tx, facilityId: string, replanned: Replanned[], now: string): Promise<void> {
  await stopSteps(tx);
  for (const kind of ['block', 'hold', 'series', 'transfer'] as const) {
    const { table, live, replan } = lifeTables[kind];
    const ahead = kind === 'block' || kind === 'hold' ? Prisma.sql`AND s."endsAt" > ${now}::timestamptz` : Prisma.empty;
    const plans = replanned
      .filter((one) => one.kind === kind)
      .map(({ id, version, before, after }) => ({ id, version, seenAt: before.at, next: after, nextAt: after.at }));
    await tx.$executeRaw`
      WITH plan AS (
        SELECT * FROM jsonb_to_recordset(${JSON.stringify(plans)}::jsonb) AS p (id uuid, version int, "seenAt" timestamptz, next jsonb, "nextAt" timestamptz)
      ), woken AS (
        INSERT INTO "WakeUp" ("workflowId", kind, payload)
        SELECT ${kind} || '/' || s.id, 'update', jsonb_build_object('name', ${replan}::text)
        FROM ${table} s LEFT JOIN plan p USING (id)
        WHERE s."facilityId" = ${facilityId}::uuid AND s.state = ANY (${live}) ${ahead}
          AND (p.id IS NULL OR s.version <> p.version OR s."nextAt" <> p."seenAt" OR p."nextAt" < s."nextAt")
      )
      UPDATE ${table} s SET next = p.next, "nextAt" = p."nextAt" FROM plan p
      WHERE s.id = p.id AND s.version = p.version AND s."nextAt" = p."seenAt" AND s.next IS DISTINCT FROM p.next`;
  }
}
