import type { DecisionEnvelope, Receipt } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { planOpportunity } from '../domain/opportunity.ts';
import {
  decideOpportunity,
  effectOf,
  type OpportunityChoice,
  type OpportunityDecision,
  opportunityDigest,
  summaryOf,
} from '../domain/opportunity-decision.ts';
import type { Tx } from '../prisma/client.ts';
import type { BulkLife } from './bulk.ts';
import type { CarriedOut } from './direct.ts';
import { type LoadedOpportunity, loadOpportunities, type OpportunityChange, saveOpportunities } from './opportunity.ts';

const rules = { snooze: 'D-19', reject: 'D-13', assign: 'D-22', reopen: 'D-16' } as const;

type Said = Omit<DecisionEnvelope, 'id'>;

/** What a choice makes of one opportunity, written by nobody yet. Throws the refusal. */
export function judge(
  subject: LoadedOpportunity,
  choice: OpportunityChoice,
  { actor, decidedAt: at, reason, seen }: Said,
): OpportunityChange {
  const after = decideOpportunity(subject.facts, subject.policy, choice, at, reason);
  const effect = effectOf(subject.facts, after);
  const now = opportunityDigest(choice, effect);
  if (seen !== undefined && seen !== now) throw new DomainError('PREVIEW_STALE', { seen, now, effect });
  const change = { action: choice.action, actor, at, rule: rules[choice.action], reason };
  return { subject, after, next: planOpportunity(after, subject.policy, at), change };
}

/** Judges one decision and writes what it changes. Throws the refusal, ASSIGNEE_UNFIT among them. */
export async function carryOut(
  tx: Tx,
  subject: LoadedOpportunity,
  decision: OpportunityDecision,
): Promise<CarriedOut<OpportunityChange['next']>> {
  await mustBeFit(tx, subject.facilityId, decision);
  const change = judge(subject, decision, decision);
  await saveOpportunities(tx, [change]);
  return { receipt: receiptOf(change, decision), next: change.next, owed: [] };
}

/** Many in one call (D-13, D-22, D-23). */
export const manyOpportunities: BulkLife<LoadedOpportunity, OpportunityDecision, OpportunityChange> = {
  kind: 'opportunity',
  load: (tx, ids, at) => loadOpportunities(tx, ids, at, 'update'),
  mustBeFit,
  judge(subject, decision) {
    const change = judge(subject, decision, decision);
    return { change, receipt: receiptOf(change, decision) };
  },
  save: saveOpportunities,
  unknown: (id) => new DomainError('OPPORTUNITY_NOT_FOUND', { id }),
};

/** D-22: an assignee is an active person of the facility who may contact patients (D-24). Throws ASSIGNEE_UNFIT. */
async function mustBeFit(tx: Tx, facilityId: string, choice: OpportunityChoice): Promise<void> {
  if (choice.action !== 'assign' || choice.assigneeId === null) return;
  const fit = { id: choice.assigneeId, facilityId, active: true, rights: { has: 'contact patients' } };
  if (!(await tx.person.findFirst({ where: fit, select: { id: true } })))
    throw new DomainError('ASSIGNEE_UNFIT', { assigneeId: choice.assigneeId });
}

function receiptOf({ subject, after }: OpportunityChange, decision: OpportunityDecision): Receipt {
  const { id: decisionId, action, actor, decidedAt } = decision;
  return {
    decisionId,
    subject: { kind: 'opportunity', id: after.id },
    action,
    summary: summaryOf(decision, after),
    by: actor.name,
    decidedAt,
    state: after.status,
    version: subject.version + 1,
    effect: effectOf(subject.facts, after),
  };
}
