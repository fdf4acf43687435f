/** A decision about a ticket, carried out: by its life, or in the transaction of whatever made it needed. */
import { type Actor, type Receipt, workflowIdOf } from '../domain/decision.ts';
import { openPause, planTicket, type TicketFacts, type TicketStep } from '../domain/ticket.ts';
import { decideTicket, effectInWords, type TicketChoice, type TicketDecision } from '../domain/ticket-decision.ts';
import type { Tx } from '../prisma/client.ts';
import { answerOnce } from './decision.ts';
import { lifeTables } from './life.ts';
import { type OwedMessage, oweMessages, person, withdrawMessages } from './message.ts';
import { concernedBy, type LoadedTicket, loadTicket, saveTicket } from './ticket.ts';
import { aboutTicket, emergency } from './ticket-mail.ts';
import { settleVoicemail } from './voicemail.ts';
import { wakeUp } from './wake-up.ts';

type Carried = { receipt: Receipt; next: TicketStep; owed: OwedMessage[] };

/** Judges a decision and writes what it does. The caller holds the ticket's row. Throws the refusal. */
export async function carryOutTicket(tx: Tx, ticket: LoadedTicket, decision: TicketDecision): Promise<Carried> {
  const { facts, policy } = ticket;
  const { actor, decidedAt, reason, seen } = decision;
  const concerned = await concernedBy(tx, ticket, decision, actor, decidedAt);
  const effect = decideTicket(facts, policy, decision, actor, decidedAt, { concerned, reason, seen });
  const { after, outcome } = effect;
  const next = planTicket(after, policy, decidedAt);
  await saveTicket(
    tx,
    ticket,
    after,
    next,
    { action: decision.action, actor, at: decidedAt, rule: ruleOf(decision, after) },
    { note: reason, outcome },
  );
  if (after.state === 'closed' && facts.type.rule === 'voicemail') await settleVoicemail(tx, facts.id, { actor, at: decidedAt });
  if (after.state === 'closed' || openPause(after)) await withdrawMessages(tx, 'ticket', facts.id, ['ticket due', 'ticket overdue']);
  const receipt = {
    decisionId: decision.id,
    subject: { kind: 'ticket' as const, id: facts.id },
    action: decision.action,
    summary: effect.summary,
    by: actor.name,
    decidedAt,
    state: after.state,
    version: ticket.version + 1,
    effect: effectInWords(effect),
  };
  return { receipt, next, owed: await messagesOfDecision(tx, ticket, after, decision) };
}

const rules: Partial<Record<TicketChoice['action'], string>> = {
  pause: 'F-10',
  resume: 'F-10',
  route: 'R-05',
  'mark unable': 'R-02',
  'take over': 'R-02',
  retype: 'P-10',
  prioritise: 'P-08',
};
const ruleOf = ({ action }: TicketChoice, { type }: TicketFacts): string => rules[action] ?? type.source ?? 'R-07';

/** Who is told: whoever was given it by somebody else, and in an emergency the whole team and its lead. */
async function messagesOfDecision(
  tx: Tx,
  ticket: LoadedTicket,
  after: TicketFacts,
  { id, action, actor }: TicketDecision,
): Promise<OwedMessage[]> {
  const now = { ...ticket, facts: after };
  const { assignee } = after;
  if (action === 'prioritise') return emergency(tx, now);
  if (action !== 'assign' || !assignee || assignee.id === actor.personId) return [];
  const content = { kind: 'ticket assigned' as const, ...aboutTicket(now), by: actor.name };
  return [{ key: `ticket-assigned/${id}`, to: await person(tx, assignee.id), content, receipt: true }];
}

type By = { actor: Actor; now: string; reason?: string | undefined; decisionId: string };

/**
 * A decision in a transaction of the caller's own, for what happens elsewhere: done once by its id, and its life is told to look
 * again. Throws the refusal; a repeat gets the first answer.
 */
export async function changeTicket(tx: Tx, id: string, choice: TicketChoice, { actor, now, reason, decisionId }: By): Promise<Receipt> {
  const ticket = await loadTicket(tx, id, 'update');
  const decision = { ...choice, id: decisionId, actor, decidedAt: now, ...(reason && { reason }) };
  const { facilityId, facts, next } = ticket;
  const answer = await answerOnce(
    tx,
    decision,
    { facilityId, kind: 'ticket', id, next },
    {
      judge: async () => {
        const { owed, ...carried } = await carryOutTicket(tx, ticket, decision);
        await oweMessages(tx, { facilityId, kind: 'ticket', id, shadow: facts.shadow }, now, owed);
        await wakeUp(tx, [{ workflowId: workflowIdOf('ticket', id), kind: 'update', payload: { name: lifeTables.ticket.replan } }]);
        return carried;
      },
    },
  );
  if ('refused' in answer) throw answer.refused;
  return answer.receipt;
}
