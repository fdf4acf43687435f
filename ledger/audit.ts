import { createHash, randomBytes } from 'node:crypto';

import type { Actor, SubjectKind } from '../domain/decision.ts';
import type { Tx } from '../prisma/client.ts';
import type { AuditEvent } from '../prisma/generated/client.ts';
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
 * Appends one event to each subject's chain (F-16): each carries the hash of the one before, so that a changed or
 * missing event shows. The caller holds the subjects' rows, which keeps the chains in order; each subject comes once.
 */
export async function appendAudits(tx: Tx, entries: AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const subjects = entries.map(({ subjectKind, subjectId }) => ({ subjectKind, subjectId }));
  const last = await tx.$queryRaw<{ subjectId: string; seq: number; hash: string }[]>`
    SELECT s."subjectId"::text AS "subjectId", e.seq, e.hash
    FROM jsonb_to_recordset(${JSON.stringify(subjects)}::jsonb) AS s ("subjectKind" text, "subjectId" uuid)
    CROSS JOIN LATERAL (SELECT seq, hash FROM "AuditEvent" a WHERE a."subjectKind" = s."subjectKind" AND a."subjectId" = s."subjectId"
      ORDER BY seq DESC LIMIT 1) AS e`;
  const ends = new Map(last.map(({ subjectId, ...end }) => [subjectId, end]));
  const linked = entries.map((entry) => ({ entry, ...linkTo(ends.get(entry.subjectId), entry) }));
  const events = linked.map(({ entry, ...link }) => ({ ...entry, ...link }));
  const rows = await tx.$queryRaw<{ id: string; subjectId: string }[]>`
    INSERT INTO "AuditEvent" ("facilityId", "subjectKind", "subjectId", seq, at, action, actor, reason, rule, "policyVersion", before, after,
      "previousHash", hash, salt, "contentHash", "recordedAt")
    SELECT "facilityId", "subjectKind", "subjectId", seq, at, action, actor, reason, rule, "policyVersion", before, after, "previousHash", hash,
      salt, "contentHash", clock_timestamp()
    FROM jsonb_to_recordset(${JSON.stringify(events)}::jsonb) AS e ("facilityId" uuid, "subjectKind" text, "subjectId" uuid, seq int,
      at timestamptz, action text, actor jsonb, reason text, rule text, "policyVersion" int, before jsonb, after jsonb, "previousHash" text,
      hash text, salt text, "contentHash" text)
    RETURNING id::text, "subjectId"::text AS "subjectId"`;
  const idOf = new Map(rows.map(({ id, subjectId }) => [subjectId, id]));
  await oweWebhooks(
    tx,
    linked.map(({ entry, seq }) => ({ ...entry, id: idOf.get(entry.subjectId)!, seq })),
  );
}

/** Appends one event to one subject's chain. */
export const appendAudit = (tx: Tx, entry: AuditEntry): Promise<void> => appendAudits(tx, [entry]);

function linkTo(end: ChainEnd | undefined, entry: AuditEntry) {
  const previousHash = end?.hash ?? '';
  const salt = randomBytes(16).toString('base64url');
  const contentHash = contentHashOf(salt, entry);
  return { seq: (end?.seq ?? 0) + 1, previousHash, salt, contentHash, hash: hashOf(previousHash, entry, contentHash) };
}

/**
 * SHA-256 over the hash before, who did what when to which subject, and the digest of what the event says: so its words can be
 * erased, and the event still fits in its chain (F-27).
 */
function hashOf(previousHash: string, entry: AuditEntry, contentHash: string): string {
  const { facilityId, subjectKind, subjectId, at, action, actor, rule, policyVersion } = entry;
  const content = [facilityId, subjectKind, subjectId, at, action, actor, rule ?? null, policyVersion, contentHash];
  return createHash('sha256').update(previousHash).update(canonical(content)).digest('hex');
}

/** What an event says, salted: without the salt nobody finds the words by guessing. */
function contentHashOf(salt: string, { reason, before, after }: AuditEntry): string {
  return createHash('sha256')
    .update(salt)
    .update(canonical([reason ?? null, before, after]))
    .digest('hex');
}

/** Of events that were written before their words could be erased. */
function oldHashOf(previousHash: string, entry: AuditEntry): string {
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

/** Whether an event is the one that follows in its chain, unchanged since it was written, or with its words erased and no other in their place. */
export function follows(end: ChainEnd, event: AuditEvent): boolean {
  const entry = { ...event, at: event.at.toISOString() } as unknown as AuditEntry;
  if (event.seq !== end.seq + 1 || event.previousHash !== end.hash) return false;
  if (event.contentHash === null) return event.hash === oldHashOf(end.hash, entry);
  const saysNothing = canonical([event.reason, event.before, event.after]) === canonical([null, {}, {}]);
  const content = event.erasedAt ? saysNothing : event.salt !== null && contentHashOf(event.salt, entry) === event.contentHash;
  return content && event.hash === hashOf(end.hash, entry, event.contentHash);
}
