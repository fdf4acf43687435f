/**
 * F-16: proof that no audit event was changed, removed or slipped in. Each subject's chain shows a change in its
 * middle; checkpoints over all chains show that an end was cut off. A checkpoint's hash, kept by somebody else,
 * binds even whoever rules the database.
 */
import { createHash } from 'node:crypto';

import type { Database, Tx } from '../prisma/client.ts';
import type { AuditEvent } from '../prisma/generated/client.ts';
import { type ChainEnd, follows } from './audit.ts';

const pageSize = 2000;
/** Events of transactions that may still be open are left to the next checkpoint: none takes this long. */
const settledMs = 5 * 60_000;

export type AuditReport = {
  events: number;
  chains: number;
  /** The first event of each chain that does not fit. */
  broken: { subjectKind: string; subjectId: string; seq: number }[];
  checkpoints: number;
  /** Checkpoints whose events are no longer those that they were made of. */
  brokenCheckpoints: number[];
};

/** Walks all chains and all checkpoints, a page at a time. `onEvents` is told how many events were read so far. */
export async function verifyAudit(db: Database, onEvents: (read: number) => void = () => {}): Promise<AuditReport> {
  const report: AuditReport = { events: 0, chains: 0, broken: [], checkpoints: 0, brokenCheckpoints: [] };
  let chain = '';
  let end: ChainEnd | undefined;
  for await (const event of eventsByChain(db)) {
    const { subjectKind, subjectId, seq, hash } = event;
    if (`${subjectKind}/${subjectId}` !== chain) {
      chain = `${subjectKind}/${subjectId}`;
      end = { seq: 0, hash: '' };
      report.chains++;
    }
    if (end && !follows(end, event)) {
      report.broken.push({ subjectKind, subjectId, seq });
      end = undefined; // one break a chain is enough: what follows hangs in the air
    } else if (end) end = { seq, hash };
    if (++report.events % pageSize === 0) onEvents(report.events);
  }
  const checkpoints = await db.auditCheckpoint.findMany({ orderBy: { number: 'asc' } });
  let previous: { before: Date; hash: string } | undefined;
  for (const checkpoint of checkpoints) {
    const { hash, events } = await digest(db, previous, checkpoint.before);
    if (hash !== checkpoint.hash || events !== checkpoint.events) report.brokenCheckpoints.push(checkpoint.number);
    previous = checkpoint;
  }
  return { ...report, checkpoints: checkpoints.length };
}

/** Seals what was recorded since the last checkpoint. Undefined when there is nothing new to seal. */
export async function addCheckpoint(db: Database, now: string): Promise<{ number: number; events: number; hash: string } | undefined> {
  const previous = await db.auditCheckpoint.findFirst({ orderBy: { number: 'desc' } });
  const before = new Date(Date.parse(now) - settledMs);
  if (previous && previous.before >= before) return undefined;
  const { hash, events } = await digest(db, previous ?? undefined, before);
  if (events === 0) return undefined;
  return db.auditCheckpoint.create({ data: { before, events, hash }, select: { number: true, events: true, hash: true } });
}

/** The hash of the checkpoint before, then that of each event recorded since it, in the order of their recording. */
async function digest(db: Tx, previous: { before: Date; hash: string } | undefined, before: Date) {
  const sum = createHash('sha256').update(previous?.hash ?? '');
  let events = 0;
  let last = { recordedAt: previous?.before ?? new Date(0), id: '00000000-0000-0000-0000-000000000000' };
  for (;;) {
    const page = await db.$queryRaw<{ recordedAt: Date; id: string; hash: string }[]>`
      SELECT "recordedAt", id, hash FROM "AuditEvent"
      WHERE ("recordedAt", id) > (${last.recordedAt}::timestamptz, ${last.id}::uuid) AND "recordedAt" < ${before}::timestamptz
      ORDER BY "recordedAt", id LIMIT ${pageSize}`;
    for (const { hash } of page) sum.update(hash);
    events += page.length;
    if (page.length < pageSize) return { hash: sum.digest('hex'), events };
    last = page.at(-1)!;
  }
}

async function* eventsByChain(db: Tx): AsyncGenerator<AuditEvent> {
  let [kind, id, seq] = ['', '00000000-0000-0000-0000-000000000000', 0];
  for (;;) {
    const page = await db.$queryRaw<AuditEvent[]>`
      SELECT * FROM "AuditEvent" WHERE ("subjectKind", "subjectId", seq) > (${kind}, ${id}::uuid, ${seq})
      ORDER BY "subjectKind", "subjectId", seq LIMIT ${pageSize}`;
    yield* page;
    if (page.length < pageSize) return;
    const last = page.at(-1)!;
    [kind, id, seq] = [last.subjectKind, last.subjectId, last.seq];
  }
}
