import { advanceTicket, planTicket, type TicketFacts, type TicketStep } from '../domain/ticket.ts';
import { TicketDecision } from '../domain/ticket-decision.ts';
import { type OwedMessage, person } from '../ledger/message.ts';
import { leadsOf } from '../ledger/team.ts';
import { type LoadedTicket, loadTicket, saveTicket } from '../ledger/ticket.ts';
import { carryOutTicket } from '../ledger/ticket-decision.ts';
import { aboutTicket, teamAndLead } from '../ledger/ticket-mail.ts';
import type { Database, Tx } from '../prisma/client.ts';
import { lifeSteps } from './life.ts';

export type TicketActivities = ReturnType<typeof ticketActivities>;

/** The hands of a ticket's life. Each call is one transaction and returns what comes next. `now`: the workflow's clock. */
export function ticketActivities({ db }: { db: Database }) {
  const { takeStep, decide } = lifeSteps<TicketFacts, TicketStep, LoadedTicket, TicketDecision>(db, {
    kind: 'ticket',
    Decision: TicketDecision,
    load: (tx, id) => loadTicket(tx, id, 'update'),
    plan: planTicket,
    advance: advanceTicket,
    save: saveTicket,
    afterStep: messagesOfStep,
    carryOut: carryOutTicket,
    named: ({ facts, names }) => ({ facility: names.facility, what: `the ticket ${facts.type.name}` }),
  });
  return {
    planTicket: takeStep,
    warnOfTicket: takeStep,
    escalateTicket: takeStep,
    returnTicket: takeStep,
    resumeTicket: takeStep,
    decideTicket: decide,
  };
}

/** F-10, F-11: the assignee is warned, or the whole team while nobody has it; a breach is the lead's; who gets it is told, with the lead. */
async function messagesOfStep(tx: Tx, ticket: LoadedTicket, after: TicketFacts, { kind, at }: TicketStep): Promise<OwedMessage[]> {
  const { facts, facilityId } = ticket;
  const about = aboutTicket(ticket);
  const key = `${facts.id}/${at}`;
  if (kind === 'warn') {
    const to = facts.assignee ? await person(tx, facts.assignee.id) : await teamAndLead(tx, ticket);
    return [{ key: `ticket-due/${key}`, to, content: { kind: 'ticket due', ...about, assignee: facts.assignee?.name } }];
  }
  if (kind === 'escalate') {
    const to = await leadsOf(tx, facilityId, facts.team);
    return [{ key: `ticket-overdue/${key}`, to, content: { kind: 'ticket overdue', ...about, assignee: facts.assignee?.name } }];
  }
  if (kind !== 'return') return [];
  const content = { kind: 'ticket returned' as const, ...about, from: facts.assignee?.name ?? '', to: after.assignee?.name };
  const leads = await leadsOf(tx, facilityId, facts.team);
  const to = [...(await person(tx, after.assignee?.id)), ...leads.filter(({ id }) => id !== after.assignee?.id)];
  return [{ key: `ticket-returned/${key}`, to, content, receipt: true }];
}
