/** F-26: which lives PostgreSQL says there are, and how one begins again whose workflow is gone. */
import type { Step } from '../domain/timeline.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import { loadAbsence } from './absence.ts';
import { appointmentLife, loadAppointment } from './appointment.ts';
import { loadBlock } from './block.ts';
import { clearanceLife, loadClearance } from './clearance.ts';
import { conversationLife, loadConversation } from './conversation.ts';
import { loadHold } from './hold.ts';
import { type LifeAbout, type LifeKind, lifeTables, startLife } from './life.ts';
import { absenceLife } from './new-absence.ts';
import { blockLife } from './new-block.ts';
import { holdLife } from './new-hold.ts';
import { ticketLife } from './new-ticket.ts';
import { transferLife } from './new-transfer.ts';
import { ladderLife, loadLadder } from './offer-ladder.ts';
import { loadOpportunity, opportunityLife } from './opportunity.ts';
import { loadSeries, seriesLife } from './series.ts';
import { loadTask, taskLife } from './task.ts';
import { loadTicket } from './ticket.ts';
import { iso } from './transaction.ts';
import { loadTransfer } from './transfer.ts';
import { entryLife, loadEntry } from './waitlist-entry.ts';
import { startWebhook } from './webhook.ts';

/** What has a life that is not over; a subject says when its next step is due, as the rules said last. */
export type Expected = { kind: LifeKind | 'webhook'; id: string; workflowId: string; nextAt: string | undefined };

/** Everything with a life, by its workflow's id. A start that still waits among the wake-ups is not missed. */
export async function expectedLives(tx: Tx): Promise<Map<string, Expected>> {
  const selects = Object.entries(lifeTables).map(
    ([kind, { table }]) => Prisma.sql`SELECT ${kind} AS kind, id, "nextAt" FROM ${table} WHERE next->>'kind' <> 'closed'`,
  );
  const rows = await tx.$queryRaw<(Omit<Expected, 'nextAt'> & { nextAt: Date | null })[]>`
    SELECT kind, id::text AS id, kind || '/' || id AS "workflowId", "nextAt"
    FROM (${Prisma.join(selects, ' UNION ALL ')} UNION ALL SELECT 'webhook', id, NULL FROM "Webhook" WHERE active AND "goneAt" IS NULL) AS s
    WHERE NOT EXISTS (SELECT FROM "WakeUp" w WHERE w."workflowId" = kind || '/' || s.id AND w.kind = 'start') ORDER BY kind, id`;
  return new Map(rows.map((row) => [row.workflowId, { ...row, nextAt: row.nextAt ? iso(row.nextAt) : undefined }]));
}

/** Whether what a life is about is there at all, over or not. */
export async function isThere(tx: Tx, kind: Expected['kind'], id: string): Promise<boolean> {
  const table = kind === 'webhook' ? Prisma.sql`"Webhook"` : lifeTables[kind].table;
  const rows = await tx.$queryRaw<unknown[]>`SELECT FROM ${table} WHERE id::text = ${id}`;
  return rows.length > 0;
}

type Subject = { facts: { id: string; zone: string }; facilityId: string; next: Step };
type Load = (tx: Tx, id: string, now: string) => Promise<[subject: Subject, about: LifeAbout]>;

/** How each subject is loaded, and what its life is called. */
const subjects: Record<LifeKind, Load> = {
  block: async (tx, id, now) => named(await loadBlock(tx, id, now), blockLife),
  hold: async (tx, id) => named(await loadHold(tx, id), holdLife),
  series: async (tx, id) => named(await loadSeries(tx, id), seriesLife),
  transfer: async (tx, id) => named(await loadTransfer(tx, id), transferLife),
  appointment: async (tx, id) => named(await loadAppointment(tx, id), appointmentLife),
  'waitlist-entry': async (tx, id) => named(await loadEntry(tx, id), entryLife),
  'offer-ladder': async (tx, id, now) => named(await loadLadder(tx, id, 'none', now), ladderLife),
  task: async (tx, id) => named(await loadTask(tx, id), taskLife),
  opportunity: async (tx, id, now) => named(await loadOpportunity(tx, id, now), opportunityLife),
  ticket: async (tx, id) => named(await loadTicket(tx, id), ticketLife),
  conversation: async (tx, id, now) => named(await loadConversation(tx, id, now), conversationLife),
  clearance: async (tx, id) => named(await loadClearance(tx, id), clearanceLife),
  absence: async (tx, id) => named(await loadAbsence(tx, id), absenceLife),
};

function named<Next extends Step, Of extends Subject & { next: Next }>(
  subject: Of,
  about: (subject: Of, next: Next) => LifeAbout,
): [Subject, LifeAbout] {
  return [subject, about(subject, subject.next)];
}

/** Begins a life again, with the plan that is stored; what became due meanwhile it does at once. */
export async function restartLife(tx: Tx, { kind, id }: Pick<Expected, 'kind' | 'id'>, now: string): Promise<void> {
  if (kind === 'webhook') return startWebhook(tx, await tx.webhook.findUniqueOrThrow({ where: { id } }), now, 'again');
  const [subject, about] = await subjects[kind](tx, id, now);
  await startLife(tx, kind, subject, subject.next, about, 'again');
}
