/**
 * U-06, first version: what a new policy moves. The list is made by the same rules that the lives plan by, against
 * what each of them has planned now; applying changes exactly the listed ones.
 */
import { planBlock } from '../domain/block.ts';
import { planHold } from '../domain/hold.ts';
import type { Policy } from '../domain/policy.ts';
import type { Step } from '../domain/timeline.ts';
import type { Tx } from '../prisma/client.ts';
import { type Histories, loadBlocks, withHistory } from './block.ts';
import { stopSteps } from './facility.ts';
import { loadHolds } from './hold.ts';
import { lifeTables } from './life.ts';

/** A live block or hold: what it would do next by its plan and by the new policy. */
export type Replanned = {
  kind: 'block' | 'hold';
  id: string;
  room: string;
  group: string;
  startsAt: string;
  version: number;
  before: Step;
  after: Step;
};

const chunkSize = 20;

export const moves = ({ before, after }: Replanned): boolean => before.at !== after.at || before.kind !== after.kind;

/**
 * Plans all live blocks and holds of a facility by `policy`, in chunks. Writes nothing and holds nothing: what
 * changes before its plan is applied is seen then.
 */
export async function replanFacility(tx: Tx, facilityId: string, policy: Policy, now: string): Promise<Replanned[]> {
  const where = { facilityId, endsAt: { gt: now } };
  const blocks = await tx.block.findMany({ where: { ...where, state: 'active' }, select: { id: true }, orderBy: { id: 'asc' } });
  const holds = await tx.hold.findMany({ where: { ...where, state: { in: ['pending', 'confirmed'] } }, select: { id: true } });
  const histories: Histories = new Map();
  const replanned: Replanned[] = [];
  for (const ids of chunks(blocks)) {
    for (const block of await loadBlocks(tx, ids, 'none')) {
      block.policy = policy;
      await withHistory(tx, block, now, histories);
      const { facts, names, version, next } = block;
      const about = { kind: 'block' as const, id: facts.id, room: names.room, group: names.group, startsAt: facts.startsAt, version };
      replanned.push({ ...about, before: next, after: planBlock(facts, policy, now) });
    }
    await new Promise(setImmediate); // planning is pure computing, 4 ms a block: let others be answered in between
  }
  for (const ids of chunks(holds)) {
    for (const { facts, names, version, next } of await loadHolds(tx, ids, 'none')) {
      const about = { kind: 'hold' as const, id: facts.id, room: names.room, group: names.group, startsAt: facts.startsAt, version };
      replanned.push({ ...about, before: next, after: planHold(facts, policy, now) });
    }
  }
  return replanned;
}

function chunks(rows: { id: string }[]): string[][] {
  const ids = rows.map(({ id }) => id);
  return Array.from({ length: Math.ceil(ids.length / chunkSize) }, (_, index) => ids.slice(index * chunkSize, (index + 1) * chunkSize));
}

/**
 * Stores the new plans and wakes the lives whose next step moved earlier; the others wake in time. A block or hold
 * that changed since it was planned, or came to be, is woken to plan by itself. Call it last in a transaction.
 */
export async function applyReplan(tx: Tx, facilityId: string, replanned: Replanned[], now: string): Promise<void> {
  await stopSteps(tx);
  for (const kind of ['block', 'hold'] as const) {
    const { table, live, replan } = lifeTables[kind];
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
        WHERE s."facilityId" = ${facilityId}::uuid AND s.state = ANY (${live}) AND s."endsAt" > ${now}::timestamptz
          AND (p.id IS NULL OR s.version <> p.version OR s."nextAt" <> p."seenAt" OR p."nextAt" < s."nextAt")
      )
      UPDATE ${table} s SET next = p.next, "nextAt" = p."nextAt" FROM plan p
      WHERE s.id = p.id AND s.version = p.version AND s."nextAt" = p."seenAt" AND s.next IS DISTINCT FROM p.next`;
  }
}
