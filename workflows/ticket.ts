/**
 * A ticket is a task with a type, a queue and a clock that runs in its team's working hours. Whoever has it is warned before it
 * should be closed, the lead is told when it is not, and an assignee who stays silent loses it. While nothing is due it waits
 * for people without a timer; it ends when it is closed.
 */
import { continueAsNew, proxyLocalActivities } from '@temporalio/workflow';

import type { TicketActivities } from '../activities/ticket.ts';
import type { TicketStep } from '../domain/ticket.ts';
import type { TicketDecision } from '../domain/ticket-decision.ts';
import { lifeMessages, live } from './life.ts';
import { now, stepOptions } from './steps.ts';

export const ticketMessages = lifeMessages<TicketDecision>('ticket');

const steps = proxyLocalActivities<TicketActivities>(stepOptions);

type Input = { ticketId: string; next: TicketStep; zone?: string };

export async function ticket({ ticketId, next, zone }: Input): Promise<void> {
  await live(ticketMessages, {
    next,
    zone,
    actions: ['assign', 'route', 'pause', 'resume', 'close'],
    look: () => steps.planTicket(ticketId, now()),
    decide: (decision) => steps.decideTicket(ticketId, decision),
    due: {
      warn: () => steps.warnOfTicket(ticketId, now()),
      escalate: () => steps.escalateTicket(ticketId, now()),
      return: () => steps.returnTicket(ticketId, now()),
      resume: () => steps.resumeTicket(ticketId, now()),
      wait: () => steps.planTicket(ticketId, now()),
    },
    continueAsNew: (next) => continueAsNew<typeof ticket>({ ticketId, next, ...(zone && { zone }) }),
  });
}
