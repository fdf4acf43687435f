/** What the ledgers of all subjects with a life share: how they are loaded, planned, woken and audited. */
import { type Actor, type SubjectKind, workflowIdOf } from '../domain/decision.ts';
import type { Policy } from '../domain/policy.ts';
import type { Step } from '../domain/timeline.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import { appendAudits } from './audit.ts';
import { parsedPolicy } from './facility.ts';
import { wakeUp } from './wake-up.ts';

/** A subject as a step finds it: the facts for the rules, the policy in force, and what was planned last. */
export type Loaded<Facts, Next> = { facts: Facts; policy: Policy; version: number; next: Next; facilityId: string };

/** Who changed what, when, by which rule: what an audit event says beside the facts. */
export type LifeChange = {
  action: string;
  actor: Actor;
  at: string;
  rule?: string;
  reason?: string | undefined;
  decisionId?: string /** What a step carried beyond these, such as whose confidence it was. */;
  step?: object;
};

/** The subjects with a life: its type and what its input calls the subject's id, their table, and the Update that wakes it to plan again. */
export const lifeTables = {
  block: { type: 'blockRelease', id: 'blockId', table: Prisma.sql`"Block"`, live: ['active'], replan: 'replanBlock' },
  hold: { type: 'holdRequest', id: 'holdId', table: Prisma.sql`"Hold"`, live: ['pending', 'confirmed'], replan: 'replanHold' },
  appointment: {
    type: 'appointment',
    id: 'appointmentId',
    table: Prisma.sql`"Appointment"`,
    live: ['booked', 'arrived', 'noshow'],
    replan: 'replanAppointment',
  },
  absence: { type: 'absence', id: 'absenceId', table: Prisma.sql`"Absence"`, live: ['planned', 'running'], replan: 'replanAbsence' },
  'offer-ladder': {
    type: 'offerLadder',
    id: 'ladderId',
    table: Prisma.sql`"OfferLadder"`,
    live: ['offering'],
    replan: 'replanOfferLadder',
  },
  transfer: {
    type: 'blockTransfer',
    id: 'transferId',
    table: Prisma.sql`"Transfer"`,
    live: ['proposed', 'accepted'],
    replan: 'replanTransfer',
  },
  series: { type: 'blockSeries', id: 'seriesId', table: Prisma.sql`"BlockSeries"`, live: ['active'], replan: 'replanSeries' },
  task: { type: 'task', id: 'taskId', table: Prisma.sql`"Task"`, live: ['waiting', 'due'], replan: 'replanTask' },
  'waitlist-entry': {
    type: 'waitlistEntry',
    id: 'entryId',
    table: Prisma.sql`"WaitlistEntry"`,
    live: ['active'],
    replan: 'replanWaitlistEntry',
  },
  opportunity: { type: 'opportunity', id: 'opportunityId', table: Prisma.sql`"Opportunity"`, live: ['live'], replan: 'replanOpportunity' },
  ticket: { type: 'ticket', id: 'ticketId', table: Prisma.sql`"Ticket"`, live: ['open'], replan: 'replanTicket' },
  clearance: { type: 'clearance', id: 'clearanceId', table: Prisma.sql`"Clearance"`, live: ['open'], replan: 'replanClearance' },
  conversation: {
    type: 'conversation',
    id: 'conversationId',
    table: Prisma.sql`"Conversation"`,
    live: ['open', 'unread', 'done'],
    replan: 'replanConversation',
  },
} as const;
export type LifeKind = keyof typeof lifeTables;

/** For the loader of a subject whose table is called s: the facility's settings beside it. */
export const lifeColumns = Prisma.sql`f.zone, f.paused, f.shadow, f.name AS facility, p.id AS "policyId", p.settings, p.version AS "policyVersion"`;
export const lifeJoins = Prisma.sql`
    JOIN "Facility" f ON f.id = s."facilityId"
    JOIN LATERAL (SELECT id, settings, version FROM "Policy" WHERE "facilityId" = f.id ORDER BY version DESC LIMIT 1) p ON true`;
export type LifeRow = {
  zone: string;
  paused: boolean;
  shadow: boolean;
  facility: string;
  policyId: string;
  settings: unknown;
  policyVersion: number;
};

export const policyOfRow = (row: LifeRow): Policy => parsedPolicy({ id: row.policyId, settings: row.settings, version: row.policyVersion });

export type RowLock = 'none' | 'update';
/** `update` inside a step, after the locks of rooms and days. */
export const lockRow: Record<RowLock, Prisma.Sql> = { none: Prisma.empty, update: Prisma.sql`FOR UPDATE OF s` };

export async function stateOf(tx: Tx, kind: LifeKind, id: string): Promise<string> {
  const [row] = await tx.$queryRaw<{ state: string }[]>`SELECT state FROM ${lifeTables[kind].table} WHERE id = ${id}::uuid`;
  return row?.state ?? '';
}

/** Stores what comes next, where it has moved. */
export async function saveNext(tx: Tx, kind: LifeKind, { facts, next: before }: Planned, next: Step): Promise<void> {
  if (next.at === before.at && next.kind === before.kind && next.because === before.because) return;
  await storeNext(tx, kind, facts.id, next);
}

function storeNext(tx: Tx, kind: LifeKind, id: string, next: Step): Promise<unknown> {
  return tx.$executeRaw`
    UPDATE ${lifeTables[kind].table} SET next = ${JSON.stringify(next)}::jsonb, "nextAt" = ${next.at}::timestamptz WHERE id = ${id}::uuid`;
}

type Planned = { facts: { id: string }; next: Step };

/**
 * After a change from outside (a case, the facility's pause): store what comes next and wake the life only if
 * that is earlier than it sleeps. A later step needs no waking: the life wakes in time, finds nothing due, and
 * sleeps on.
 */
export async function moveNext(tx: Tx, kind: LifeKind, subject: Planned, next: Step): Promise<void> {
  await saveNext(tx, kind, subject, next);
  if (next.at < subject.next.at) await wakeToReplan(tx, kind, subject.facts.id);
}

/** What support reads of a life in the Temporal UI; it carries no patient data. */
export type LifeAbout = { summary: string; reference: string; dueAt: string };

type Beginning = { facts: { id: string; zone: string }; facilityId: string };

/** Stores the first plan of a subject that was just written, and gives it its life. */
export async function beginLife(tx: Tx, kind: LifeKind, subject: Beginning, next: Step, about: LifeAbout): Promise<void> {
  await storeNext(tx, kind, subject.facts.id, next);
  await startLife(tx, kind, subject, next, about);
}

/** Gives a subject whose plan is stored its life, which sleeps until its next step. `again`: it had one that is gone (F-26). */
export function startLife(
  tx: Tx,
  kind: LifeKind,
  { facts, facilityId }: Beginning,
  next: Step,
  about: LifeAbout,
  again?: 'again',
): Promise<void> {
  const { type, id } = lifeTables[kind];
  const { summary, reference, dueAt } = about;
  const input = { [id]: facts.id, next, zone: facts.zone };
  const searchAttributes = { facility: facilityId, subjectKind: kind, reference, dueAt };
  const payload = { type, input, startAt: next.at, summary, searchAttributes, ...(again && { again: true }) };
  return wakeUp(tx, [{ workflowId: workflowIdOf(kind, facts.id), kind: 'start', payload }]);
}

export const wakeToReplan = (tx: Tx, kind: LifeKind, id: string): Promise<void> => wakeAll(tx, kind, [id]);

/** Wakes the lives whose next step has come earlier than they sleep; the others wake in time. */
export async function wakeEarlier(tx: Tx, kind: LifeKind, changes: { subject: Planned; next: Step }[]): Promise<void> {
  const earlier = changes.filter(({ subject, next }) => next.at < subject.next.at);
  await wakeAll(
    tx,
    kind,
    earlier.map(({ subject }) => subject.facts.id),
  );
}

/** Wakes every life of a facility whose row meets `condition`, in one statement. */
export async function wakeAllThat(tx: Tx, kind: LifeKind, facilityId: string, condition: Prisma.Sql): Promise<void> {
  const { table, replan } = lifeTables[kind];
  await tx.$executeRaw`
    INSERT INTO "WakeUp" ("workflowId", kind, payload)
    SELECT ${`${kind}/`} || id, 'update', jsonb_build_object('name', ${replan}::text)
    FROM ${table} WHERE "facilityId" = ${facilityId}::uuid AND ${condition}`;
}

function wakeAll(tx: Tx, kind: LifeKind, ids: string[]): Promise<void> {
  const payload = { name: lifeTables[kind].replan };
  return wakeUp(
    tx,
    ids.map((id) => ({ workflowId: workflowIdOf(kind, id), kind: 'update' as const, payload })),
  );
}

/** F-16: one event on the subject's own chain, for a step or a decision that has just been written. */
export const auditLife = (
  tx: Tx,
  kind: SubjectKind,
  subject: Audited['subject'],
  change: LifeChange,
  before: object,
  after: object,
): Promise<void> => auditLives(tx, kind, [{ subject, change, before, after }]);

type Audited = {
  subject: { facilityId: string; facts: { id: string }; policy: Policy };
  change: LifeChange;
  before: object;
  after: object;
};

/** F-16: one event on the chain of each of these subjects. */
export async function auditLives(tx: Tx, kind: SubjectKind, events: Audited[]): Promise<void> {
  await appendAudits(
    tx,
    events.map(({ subject: { facilityId, facts, policy }, change: { action, actor, at, rule, reason, step = {} }, before, after }) => {
      const subject = { facilityId, subjectKind: kind, subjectId: facts.id, policyVersion: policy.version };
      return { ...subject, at, action, actor, reason, rule, before, after: { ...after, ...step } };
    }),
  );
}
