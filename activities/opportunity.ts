import { advanceOpportunity, type OpportunityFacts, type OpportunityStep, planOpportunity } from '../domain/opportunity.ts';
import { OpportunityDecision } from '../domain/opportunity-decision.ts';
import { type LoadedOpportunity, loadOpportunity, saveOpportunities } from '../ledger/opportunity.ts';
import { carryOut } from '../ledger/opportunity-decision.ts';
import type { Database } from '../prisma/client.ts';
import { lifeSteps } from './life.ts';

export type OpportunityActivities = ReturnType<typeof opportunityActivities>;

/** The hands of an opportunity's life. Each call is one transaction and returns what comes next. `now`: the workflow's clock. */
export function opportunityActivities({ db }: { db: Database }) {
  const { takeStep, decide } = lifeSteps<OpportunityFacts, OpportunityStep, LoadedOpportunity, OpportunityDecision>(db, {
    kind: 'opportunity',
    Decision: OpportunityDecision,
    load: (tx, id, now) => loadOpportunity(tx, id, now, 'update'),
    plan: planOpportunity,
    advance: advanceOpportunity,
    save: (tx, subject, after, next, change) => saveOpportunities(tx, [{ subject, after, next, change }]),
    afterStep: async () => [], // D-06, D-21: the lightbulb tells, no mail
    carryOut,
    named: ({ names }) => ({ facility: names.facility, what: `the opportunity of course of treatment ${names.course}` }),
  });
  return {
    planOpportunity: takeStep,
    relistOpportunity: takeStep,
    wakeOpportunity: takeStep,
    endOpportunity: takeStep,
    decideOpportunity: decide,
  };
}
