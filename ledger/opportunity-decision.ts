import type { Actor, Receipt } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { planOpportunity } from '../domain/opportunity.ts';
import { decideOpportunity, effectOf, type OpportunityChoice, opportunityDigest, summaryOf } from '../domain/opportunity-decision.ts';
import type { Tx } from '../prisma/client.ts';
import { type LoadedOpportunity, type OpportunityChange, saveOpportunities } from './opportunity.ts';

const rules = { snooze: 'D-19', reject: 'D-13', assign: 'D-22', reopen: 'D-16' } as const;

export type Deciding = {
  decisionId: string;
  choice: OpportunityChoice;
  actor: Actor;
  at: string;
  reason?: string | undefined;
  seen?: string | undefined;
};

/** What a decision makes of one opportunity, written by nobody yet. Throws the refusal. */
export function judge(subject: LoadedOpportunity, { choice, actor, at, reason, seen }: Omit<Deciding, 'decisionId'>): OpportunityChange {
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
  deciding: Deciding,
): Promise<{ receipt: Receipt; change: OpportunityChange }> {
  await mustBeFit(tx, subject.facilityId, deciding.choice);
  const change = judge(subject, deciding);
  await saveOpportunities(tx, [change]);
  return { receipt: receiptOf(change, deciding), change };
}

/** D-22: an assignee is an active person of the facility who may contact patients (D-24). Throws ASSIGNEE_UNFIT. */
export async function mustBeFit(tx: Tx, facilityId: string, choice: OpportunityChoice): Promise<void> {
  if (choice.action !== 'assign' || choice.assigneeId === null) return;
  const fit = { id: choice.assigneeId, facilityId, active: true, rights: { has: 'contact patients' } };
  if (!(await tx.person.findFirst({ where: fit, select: { id: true } })))
    throw new DomainError('ASSIGNEE_UNFIT', { assigneeId: choice.assigneeId });
}

export function receiptOf({ subject, after }: OpportunityChange, { decisionId, choice, actor, at }: Deciding): Receipt {
  return {
    decisionId,
    subject: { kind: 'opportunity', id: after.id },
    action: choice.action,
    summary: summaryOf(choice, after),
    by: actor.name,
    decidedAt: at,
    state: after.status,
    version: subject.version + 1,
    effect: effectOf(subject.facts, after),
  };
}
