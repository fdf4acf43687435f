/** F-27: what a facility keeps no longer than its policy says, kind by kind. */
import { addDays, startOfDay, zoneDate } from '../domain/civil.ts';
import { systemActor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import { erasePatient } from './erasure.ts';
import { policyOf } from './facility.ts';

type Facility = { id: string; zone: string };

/** A kind of record, the setting that says how long it is kept, and how what is older goes. */
type Kept = {
  kind: string;
  days:
    | 'sessionDays'
    | 'answerDays'
    | 'webhookEventDays'
    | 'mailboxDays'
    | 'ticketTextDays'
    | 'conversationTextDays'
    | 'teamPostDays'
    | 'wishDays';
  what: string;
  table: string;
  /** What is older than `before`, of the facility. */
  old: (facility: Facility, before: string) => Prisma.Sql;
  /** Deleted; or only emptied, where the row still counts. */
  empty?: Prisma.Sql;
  /** What hangs on it and goes with it. */
  also?: (facility: Facility, before: string) => Prisma.Sql[];
};

const closedConversations = ({ id }: Facility, before: string) => Prisma.sql`SELECT c.id FROM "Conversation" c
  WHERE c."facilityId" = ${id}::uuid AND c.state = 'closed' AND c."lastSaidAt" < ${before}::timestamptz`;

const kinds: Kept[] = [
  {
    kind: 'sessions',
    days: 'sessionDays',
    what: 'sessions of browsers that are over',
    table: 'Session',
    old: ({ id }, before) => Prisma.sql`"facilityId" = ${id}::uuid AND "expiresAt" < ${before}::timestamptz`,
  },
  {
    kind: 'answers',
    days: 'answerDays',
    what: 'answers of the API that are kept for repeats',
    table: 'IdempotentAnswer',
    // one that names no facility goes by the shortest of those that its key reaches
    old: ({ id }, before) => Prisma.sql`"createdAt" < ${before}::timestamptz AND body IS NOT NULL AND NOT body ? 'erased'
      AND coalesce(body->>'facilityId' = ${id}, EXISTS (SELECT 1 FROM "ApiKey" k WHERE k.id::text = "IdempotentAnswer".principal
        AND (cardinality(k."facilityIds") = 0 OR ${id}::uuid = ANY (k."facilityIds"))))`,
    empty: Prisma.sql`body = '{"erased": true}'`, // its key stays taken: a repeat has no second effect
  },
  {
    kind: 'webhook events',
    days: 'webhookEventDays',
    what: 'events that were posted, or given up',
    table: 'WebhookEvent',
    old: ({ id }, before) => Prisma.sql`"facilityId" = ${id}::uuid AND state <> 'waiting' AND "createdAt" < ${before}::timestamptz`,
  },
  {
    kind: 'mailbox',
    days: 'mailboxDays',
    what: 'mails in the built-in mailbox',
    table: 'MailboxEntry',
    old: ({ id }, before) =>
      Prisma.sql`"sentAt" < ${before}::timestamptz AND "messageId" IN (SELECT m.id FROM "Message" m WHERE m."facilityId" = ${id}::uuid)`,
  },
  {
    kind: 'ticket texts',
    days: 'ticketTextDays',
    what: 'what was written in closed tickets',
    table: 'Ticket',
    old: ({ id }, before) =>
      Prisma.sql`"facilityId" = ${id}::uuid AND state = 'closed' AND "closedAt" < ${before}::timestamptz AND subject <> '(erased)'`,
    empty: Prisma.sql`subject = '(erased)', fields = '{}', outcome = NULL`,
    also: ({ id }, before) => {
      const closed = Prisma.sql`"ticketId" IN (SELECT t.id FROM "Ticket" t
        WHERE t."facilityId" = ${id}::uuid AND t.state = 'closed' AND t."closedAt" < ${before}::timestamptz)`;
      return [
        Prisma.sql`UPDATE "TicketNote" SET text = '(erased)' WHERE ${closed}`,
        Prisma.sql`UPDATE "TicketPause" SET because = '(erased)' WHERE ${closed}`,
      ];
    },
  },
  {
    kind: 'conversation texts',
    days: 'conversationTextDays',
    what: 'what was said in closed conversations',
    table: 'ConversationMessage',
    old: (facility, before) => Prisma.sql`"conversationId" IN (${closedConversations(facility, before)}) AND text <> '(erased)'`,
    empty: Prisma.sql`text = '(erased)', why = NULL`,
    also: (facility, before) => {
      const replies = Prisma.sql`kind = 'reply' AND "subjectKind" = 'conversation' AND "subjectId" IN (${closedConversations(facility, before)})`;
      return [
        Prisma.sql`UPDATE "Conversation" SET "flagReason" = NULL WHERE id IN (${closedConversations(facility, before)})`,
        Prisma.sql`UPDATE "MailboxEntry" SET subject = '(erased)', html = '', text = ''
          WHERE "messageId" IN (SELECT m.id FROM "Message" m WHERE ${replies})`,
        Prisma.sql`UPDATE "Message" SET content = content || '{"text": "(erased)"}' WHERE ${replies} AND state NOT IN ('waiting', 'claimed')`,
      ];
    },
  },
  {
    kind: 'team posts',
    days: 'teamPostDays',
    what: 'what was said in the channels of teams',
    table: 'TeamPost',
    old: ({ id }, before) => Prisma.sql`"facilityId" = ${id}::uuid AND at < ${before}::timestamptz`,
  },
  {
    kind: 'wishes',
    days: 'wishDays',
    what: 'what patients wrote to join the waitlist and never confirmed',
    table: 'WaitlistRequest',
    old: ({ id }, before) => Prisma.sql`"facilityId" = ${id}::uuid AND "confirmedAt" IS NULL AND "expiresAt" < ${before}::timestamptz`,
    also: ({ id }, before) => {
      const gone = Prisma.sql`kind = 'wish to confirm' AND "facilityId" = ${id}::uuid AND content <> '{}' AND "createdAt" < ${before}::timestamptz
        AND NOT EXISTS (SELECT 1 FROM "WaitlistRequest" w WHERE w.id = "subjectId")`;
      return [
        Prisma.sql`UPDATE "MailboxEntry" SET "to" = '(erased)', subject = '(erased)', html = '', text = ''
          WHERE "messageId" IN (SELECT m.id FROM "Message" m WHERE ${gone})`,
        Prisma.sql`UPDATE "Message" SET content = '{}', address = '(erased)',
          state = CASE WHEN state = 'waiting' THEN 'withdrawn' ELSE state END WHERE ${gone}`,
      ];
    },
  },
];

export type Retained = { facility: string; kind: string; what: string; days: number | null; before: string | null; rows: number };

/**
 * Counts what is older than the policy keeps it, and with `apply` lets it go. Days are civil days of the facility. Null: kept for
 * ever. Patients without anything open and without anything new for `patientDays` are erased whole.
 */
export async function retain(
  tx: Tx,
  facility: { id: string; name: string; zone: string },
  { now, apply }: { now: string; apply: boolean },
): Promise<Retained[]> {
  const { retention } = await policyOf(tx, facility.id);
  const since = (days: number) => startOfDay(addDays(zoneDate(now, facility.zone), -days), facility.zone);
  const done: Retained[] = [];
  for (const { kind, days: setting, what, table, old, empty, also } of kinds) {
    const days = retention[setting];
    const before = days === null ? null : since(days);
    const rows = before === null ? 0 : await letGo(tx, table, old(facility, before), empty, apply);
    if (before !== null && apply) for (const statement of also?.(facility, before) ?? []) await tx.$executeRaw(statement);
    done.push({ facility: facility.name, kind, what, days, before, rows });
  }
  const days = retention.patientDays;
  const before = days === null ? null : since(days);
  const ids = before === null ? [] : await silentPatients(tx, facility, before);
  let rows = ids.length;
  if (apply && before !== null) {
    for (const id of ids) if (!(await eraseIfNothingIsOpen(tx, { id, facilityId: facility.id }, now))) rows--;
  }
  return [
    ...done,
    { facility: facility.name, kind: 'patients', what: 'personal data of patients who have not been here since', days, before, rows },
  ];
}

async function letGo(tx: Tx, table: string, old: Prisma.Sql, empty: Prisma.Sql | undefined, apply: boolean): Promise<number> {
  const from = Prisma.raw(`"${table}"`);
  if (!apply) return (await tx.$queryRaw<{ count: number }[]>`SELECT count(*)::int AS count FROM ${from} WHERE ${old}`)[0]!.count;
  return empty ? tx.$executeRaw`UPDATE ${from} SET ${empty} WHERE ${old}` : tx.$executeRaw`DELETE FROM ${from} WHERE ${old}`;
}

/** Cards older than `before` with no visit, no ticket and no message since, that are not erased yet. */
async function silentPatients(tx: Tx, { id }: Facility, before: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT p.id FROM "Patient" p WHERE p."facilityId" = ${id}::uuid AND p."createdAt" < ${before}::timestamptz AND p."givenName" <> '(erased)' AND p."mergedIntoId" IS NULL
      AND NOT EXISTS (SELECT 1 FROM "Appointment" a WHERE a."patientId" = p.id AND a."endsAt" >= ${before}::timestamptz)
      AND NOT EXISTS (SELECT 1 FROM "Ticket" t WHERE t."patientId" = p.id AND coalesce(t."closedAt", 'infinity') >= ${before}::timestamptz)
      AND NOT EXISTS (SELECT 1 FROM "Conversation" c WHERE c."patientId" = p.id AND c."lastSaidAt" >= ${before}::timestamptz)
    ORDER BY p.id`;
  return rows.map((row) => row.id);
}

async function eraseIfNothingIsOpen(tx: Tx, patient: { id: string; facilityId: string }, at: string): Promise<boolean> {
  try {
    await erasePatient(tx, patient, { actor: systemActor, at, reason: 'retention' });
    return true;
  } catch (error) {
    if (error instanceof DomainError && error.type === 'PATIENT_HAS_OPEN_MATTERS') return false;
    throw error;
  }
}
