import { eventType, type WebhookPayload } from '../domain/webhook.ts';
import type { Tx } from '../prisma/client.ts';
import type { AuditEntry } from './audit.ts';
import { type LifeStart, wakeUp } from './wake-up.ts';

const webhookWorkflow = (id: string) => `webhook/${id}`;

/**
 * F-15: owes audit events to every address of the facility that asks for their type, in the events' own transaction,
 * and wakes the addresses' lives after commit. An event's id is the same for all and at every try.
 */
export async function oweWebhooks(tx: Tx, events: (AuditEntry & { id: string; seq: number })[]): Promise<void> {
  const rows = events.map(({ id, facilityId, subjectKind, subjectId, seq, action, rule, at }) => {
    const type = eventType(subjectKind, action);
    const subject = { kind: subjectKind, id: subjectId };
    const payload: WebhookPayload = { type, timestamp: at, data: { facilityId, subject, sequence: seq, action, rule: rule ?? null } };
    return { id, facilityId, subjectKind, subjectId, seq, type, payload, at };
  });
  const owed = await tx.$queryRaw<{ webhookId: string }[]>`
    INSERT INTO "WebhookEvent" ("webhookId", "eventId", "facilityId", "subjectKind", "subjectId", sequence, type, payload, "nextAt")
    SELECT w.id, e.id, w."facilityId", e."subjectKind", e."subjectId", e.seq, e.type, e.payload, e.at
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS e (id uuid, "facilityId" uuid, "subjectKind" text, "subjectId" uuid, seq int,
      type text, payload jsonb, at timestamptz)
    JOIN "Webhook" w ON w."facilityId" = e."facilityId" AND w.active
      AND (cardinality(w.types) = 0 OR e.type = ANY (w.types) OR e."subjectKind" = ANY (w.types))
    RETURNING "webhookId"`;
  await wakeWebhooks(tx, [...new Set(owed.map(({ webhookId }) => webhookId))]);
}

export function wakeWebhooks(tx: Tx, ids: string[]): Promise<void> {
  const payload = { name: 'webhookEventsWritten' };
  return wakeUp(
    tx,
    ids.map((id) => ({ workflowId: webhookWorkflow(id), kind: 'signal' as const, payload })),
  );
}

/** Gives an address its life. `again`: it had one that is gone (F-26). */
export function startWebhook(
  tx: Tx,
  { id, facilityId, url }: { id: string; facilityId: string; url: string },
  now: string,
  again?: 'again',
): Promise<void> {
  const payload: LifeStart = {
    type: 'webhookDelivery',
    input: { webhookId: id },
    startAt: now,
    summary: `Webhooks to ${new URL(url).host}`,
    searchAttributes: { facility: facilityId, subjectKind: 'webhook', reference: new URL(url).host, dueAt: now },
    ...(again && { again: true }),
  };
  return wakeUp(tx, [{ workflowId: webhookWorkflow(id), kind: 'start', payload }]);
}

export type DueEvent = { id: string; eventId: string; payload: WebhookPayload; attempts: number };

/**
 * The events to post now: of each subject the oldest that is not settled, when its time has come. Later ones of the
 * same subject wait for it, so that a subscriber sees each object's events in order.
 */
export function dueEvents(tx: Tx, webhookId: string, now: string, limit: number): Promise<DueEvent[]> {
  return tx.$queryRaw<DueEvent[]>`
    SELECT id, "eventId", payload, attempts FROM (
      SELECT DISTINCT ON ("subjectKind", "subjectId") id, "eventId", payload, attempts, "nextAt" FROM "WebhookEvent"
      WHERE "webhookId" = ${webhookId}::uuid AND state = 'waiting' ORDER BY "subjectKind", "subjectId", sequence) AS first
    WHERE "nextAt" <= ${now}::timestamptz ORDER BY "nextAt", id LIMIT ${limit}`;
}

/** When the next event of an address is due, if any is. */
export async function nextEventAt(tx: Tx, webhookId: string): Promise<string | undefined> {
  const [row] = await tx.$queryRaw<{ at: Date | null }[]>`
    SELECT min("nextAt") AS at FROM (
      SELECT DISTINCT ON ("subjectKind", "subjectId") "nextAt" FROM "WebhookEvent"
      WHERE "webhookId" = ${webhookId}::uuid AND state = 'waiting' ORDER BY "subjectKind", "subjectId", sequence) AS first`;
  return row?.at?.toISOString();
}
