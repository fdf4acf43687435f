/**
 * F-26: PostgreSQL says which lives there are and when each is due; Temporal runs them. After one of the two was
 * restored to another instant, or somebody terminated a life, they differ. Nothing here trusts a list of Temporal's
 * alone, which is a little behind: each difference is looked at once more before it counts.
 */
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';

import { type LifeKind, lifeTables, wakeToReplan } from '../ledger/life.ts';
import { type Expected, expectedLives, isThere, restartLife } from '../ledger/reconcile.ts';
import { inTransaction } from '../ledger/transaction.ts';
import { wakeDelivery } from '../ledger/wake-up.ts';
import { inParallel } from './in-parallel.ts';

/**
 * `missing`: planned, and nobody keeps the plan. `late`: it sleeps longer than planned. `stray`: what it is about is not
 * there. `silent`: it does not say when it wakes; look at it in the Temporal UI. One that sleeps shorter, or whose
 * subject has ended, is none: it finds that out when it wakes.
 */
export type Difference = { workflowId: string; kind: Expected['kind']; id: string } & (
  | { found: 'missing'; nextAt?: string | undefined }
  | { found: 'late'; nextAt: string; sleepsUntil: string }
  | { found: 'stray' }
  | { found: 'silent'; why: string }
);

type Database = Parameters<typeof inTransaction>[0];
type Sources = { db: Database; client: Client };
type Running = { workflowId: string; begins: string };

const atOnce = 20;
const patienceMs = 10_000;
/** A start is delayed by what is left when it is sent: it comes so much later than planned. */
const toleranceMs = 60_000;

/** Every difference, in the order of the workflows' ids. `say`: how far it is. */
export async function findDifferences({ db, client }: Sources, say: (line: string) => void = () => {}): Promise<Difference[]> {
  const before = await expectedLives(db);
  const running = await runningLives(client);
  const after = await expectedLives(db); // what was begun or ended while Temporal listed
  say(`${after.size} lives planned, ${running.size} running`);

  const missing = [...before.values()].filter(({ workflowId }) => after.has(workflowId) && !running.has(workflowId));
  const strays = [...running.values()].filter(({ workflowId }) => !before.has(workflowId) && !after.has(workflowId));
  const both = [...after.values()].flatMap((one) => {
    const life = running.get(one.workflowId);
    return life && one.nextAt !== undefined ? [{ ...one, nextAt: one.nextAt, begins: life.begins }] : [];
  });
  const found = [
    ...(await each(missing, async (one) => ((await runs(client, one.workflowId)) ? undefined : missingOf(one)))),
    ...(await each(strays, async ({ workflowId }) => ((await runs(client, workflowId)) ? strayOf(db, workflowId) : undefined))),
    ...(await each(both, (one) => lateness(client, one))),
  ];
  // a step that came in between has moved its plan, and its life knows
  const now = found.some((one) => one.found === 'late') ? await expectedLives(db) : after;
  return found
    .filter((one) => one.found !== 'late' || now.get(one.workflowId)?.nextAt === one.nextAt)
    .sort((a, b) => (a.workflowId < b.workflowId ? -1 : 1));
}

/** Begins again what is missing, wakes what is late, and ends what is about nothing. */
export async function mend({ db, client }: Sources, differences: Difference[], now: string): Promise<void> {
  for (const { found, kind, id, workflowId } of differences) {
    if (found === 'missing') await inTransaction(db, (tx) => restartLife(tx, { kind, id }, now));
    else if (found === 'stray')
      await client.workflow.getHandle(workflowId).terminate('F-26: PostgreSQL knows nothing of what this life is about.');
    else if (found === 'late' && kind !== 'webhook') await inTransaction(db, (tx) => wakeToReplan(tx, kind, id));
  }
  await inTransaction(db, async (tx) => {
    for (const channel of ['mail', 'sms'] as const) await wakeDelivery(tx, channel); // theirs sleep until a message is due
  });
}

async function runningLives(client: Client): Promise<Map<string, Running>> {
  const types = [...Object.values(lifeTables).map(({ type }) => type), 'webhookDelivery'];
  const query = `ExecutionStatus = 'Running' AND WorkflowType IN (${types.map((type) => `'${type}'`).join(', ')})`;
  const running = new Map<string, Running>();
  for await (const { workflowId, startTime, executionTime = startTime } of client.workflow.list({ query, pageSize: 1000 }))
    running.set(workflowId, { workflowId, begins: executionTime.toISOString() });
  return running;
}

async function runs(client: Client, workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

const missingOf = ({ workflowId, kind, id, nextAt }: Expected): Difference => ({ workflowId, kind, id, found: 'missing', nextAt });

async function strayOf(db: Database, workflowId: string): Promise<Difference | undefined> {
  const [kind, id] = workflowId.split('/') as [Expected['kind'], string];
  if (kind !== 'webhook' && !Object.hasOwn(lifeTables, kind)) return undefined; // somebody else's, of a name of ours
  return (await isThere(db, kind, id)) ? undefined : { workflowId, kind, id, found: 'stray' };
}

/** A life that has begun says itself when it wakes. One that has not cannot be asked, and sleeps until it begins. */
async function lateness(client: Client, one: Expected & { nextAt: string; begins: string }): Promise<Difference | undefined> {
  const { kind, id, workflowId, nextAt, begins } = one;
  const isLate = (until: string) => Date.parse(until) - Date.parse(nextAt) > toleranceMs;
  const asleep = begins > new Date().toISOString();
  if (kind === 'webhook' || (asleep && !isLate(begins))) return undefined;
  try {
    const sleepsUntil = await wakesAt(client, workflowId, kind);
    return isLate(sleepsUntil) ? { kind, id, workflowId, found: 'late', nextAt, sleepsUntil } : undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined; // it has ended meanwhile
    if (asleep) return { kind, id, workflowId, found: 'late', nextAt, sleepsUntil: begins };
    return { kind, id, workflowId, found: 'silent', why: (error as Error).message };
  }
}

async function wakesAt(client: Client, workflowId: string, kind: LifeKind): Promise<string> {
  const plan = `read${lifeTables[kind].replan.slice('replan'.length)}Plan`;
  const ask = () => client.workflow.getHandle(workflowId).query<{ at: string }>(plan);
  return (await client.withDeadline(Date.now() + patienceMs, ask)).at;
}

async function each<Item>(items: Item[], run: (item: Item) => Promise<Difference | undefined>): Promise<Difference[]> {
  const found: Difference[] = [];
  await inParallel(atOnce, items, async (item) => {
    const difference = await run(item);
    if (difference) found.push(difference);
  });
  return found;
}
