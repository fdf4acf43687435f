/**
 * An opportunity is an open course of treatment whose patient has no appointment soon. It appears and leaves by itself as
 * days pass and appointments come and go; people snooze it, reject it, assign it and book it. The life sleeps until the
 * next civil instant at which its listing changes, and ends when the course was opened too long ago.
 */
import { continueAsNew, proxyLocalActivities } from '@temporalio/workflow';

import type { OpportunityActivities } from '../activities/opportunity.ts';
import type { OpportunityStep } from '../domain/opportunity.ts';
import type { OpportunityDecision } from '../domain/opportunity-decision.ts';
import { lifeMessages, live } from './life.ts';
import { now, stepOptions } from './steps.ts';

export const opportunityMessages = lifeMessages<OpportunityDecision>('opportunity');

const steps = proxyLocalActivities<OpportunityActivities>(stepOptions);

type Input = { opportunityId: string; next: OpportunityStep; zone?: string };

export async function opportunity({ opportunityId: id, next, zone }: Input): Promise<void> {
  await live(opportunityMessages, {
    next,
    zone,
    actions: ['snooze', 'reject', 'assign', 'reopen'],
    look: () => steps.planOpportunity(id, now()),
    decide: (decision) => steps.decideOpportunity(id, decision),
    due: {
      appear: () => steps.relistOpportunity(id, now()),
      leave: () => steps.relistOpportunity(id, now()),
      wake: () => steps.wakeOpportunity(id, now()),
      wait: () => steps.endOpportunity(id, now()),
      end: () => steps.endOpportunity(id, now()),
    },
    continueAsNew: (next) => continueAsNew<typeof opportunity>({ opportunityId: id, next, ...(zone && { zone }) }),
  });
}
