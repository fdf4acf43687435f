import { createHash } from 'node:crypto';

import type { Actor, SubjectKind } from '../domain/decision.ts';
import type { Tx } from '../prisma/client.ts';
import type { AuditEvent, Prisma } from '../prisma/generated/client.ts';
import { oweWebhooks } from './webhook.ts';

export type AuditEntry = {
  facilityId: string;
  subjectKind: SubjectKind;
  subjectId: string;
  at: string;
  action: string;
  actor: Actor;
  reason?: string | undefined;
  rule?: string | undefined;
  policyVersion: number;
  before: object;
  after: object;
};

/**
 * Appends one event to the subject's chain (F-16): each carries the hash of the one before, so that a changed or
 * missing event shows. The caller holds the subject's row, which keeps the chain in order.
 */
export async function appendAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  const [last] = await tx.$queryRaw<{ seq: number; hash: string }[]>`
    SELECT seq, hash FROM "AuditEvent" WHERE "subjectKind" = ${entry.subjectKind} AND "subjectId" = ${entry.subjectId}::uuid
    ORDER BY seq DESC LIMIT 1`;
  const previousHash = last?.hash ?? '';
  const seq = (last?.seq ?? 0) + 1;
  const { id } = await tx.auditEvent.create({
    data: {
      ...entry,
      reason: entry.reason ?? null,
      rule: entry.rule ?? null,
      before: entry.before as Prisma.InputJsonObject,
      after: entry.after as Prisma.InputJsonObject,
      seq,
      previousHash,
      hash: hashOf(previousHash, entry),
    },
    select: { id: true },
  });
  await oweWebhooks(tx, { ...entry, id, seq });
}

/** SHA-256 over the hash before and the event in a canonical order of keys. */
function hashOf(previousHash: string, entry: AuditEntry): string {
  const { facilityId, subjectKind, subjectId, at, action, actor, reason, rule, policyVersion, before, after } = entry;
  const content = [facilityId, subjectKind, subjectId, at, action, actor, reason ?? null, rule ?? null, policyVersion, before, after];
  return createHash('sha256').update(previousHash).update(canonical(content)).digest('hex');
}

/** JSON with sorted keys: PostgreSQL's jsonb does not keep their order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** The event before, in its chain; none: `{ seq: 0, hash: '' }`. */
export type ChainEnd = { seq: number; hash: string };

/** Whether an event is the one that follows in its chain, unchanged since it was written. */
export function follows(end: ChainEnd, event: AuditEvent): boolean {
  const entry = { ...event, at: event.at.toISOString() } as unknown as AuditEntry;
  return event.seq === end.seq + 1 && event.previousHash === end.hash && event.hash === hashOf(end.hash, entry);
}
