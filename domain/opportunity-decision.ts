import { z } from 'zod';

import { addDays, zoneDate } from './civil.ts';
import { DecisionEnvelope } from './decision.ts';
import { DomainError } from './errors.ts';
import { type OpportunityFacts, type OpportunityStatus, settled } from './opportunity.ts';
import type { Policy } from './policy.ts';

/** D-14: why one is rejected; a practice may have reasons of its own. */
export const rejectReasons = ['not interested', 'infeasible'] as const;

/** What a person can decide about an opportunity. `until`: a civil date; left out, the policy's week (D-20). */
export const OpportunityChoice = z.discriminatedUnion('action', [
  z.object({ action: z.literal('snooze'), until: z.iso.date().optional() }),
  z.object({ action: z.literal('reject'), confirm: z.boolean().optional() }),
  z.object({ action: z.literal('assign'), assigneeId: z.uuid().nullable() }),
  z.object({ action: z.literal('reopen') }),
]);
export type OpportunityChoice = z.infer<typeof OpportunityChoice>;

export const OpportunityDecision = z.intersection(DecisionEnvelope, OpportunityChoice);
export type OpportunityDecision = z.infer<typeof OpportunityDecision>;

/** What a decision changes (U-02). */
export type OpportunityEffect = {
  from: OpportunityStatus;
  status: OpportunityStatus;
  listed: boolean;
  snoozedUntil: string | null;
  assigneeId: string | null;
  rejectedReason: string | null;
};

/** The facts after `choice` as of `at`, or a DomainError with rule, value and limit. That an assignee is fit, PostgreSQL says. */
export function decideOpportunity(
  facts: OpportunityFacts,
  policy: Policy,
  choice: OpportunityChoice,
  at: string,
  reason?: string,
): OpportunityFacts {
  const { status, state, zone } = facts;
  if (state === 'ended')
    throw new DomainError('OPPORTUNITY_ENDED', { openedOn: facts.openedOn, limit: policy.opportunity.openedWithinDays });
  switch (choice.action) {
    case 'snooze': {
      // D-19, D-20
      const today = zoneDate(at, zone);
      const until = choice.until ?? defaultSnooze(policy, at, zone);
      if (until <= today) throw new DomainError('SNOOZE_DATE_PAST', { until, after: today });
      if (status === 'rejected') throw new DomainError('OPPORTUNITY_REJECTED', { status, waysOut: ['reopen it first'] });
      return settled({ ...facts, status: 'snoozed', snoozedUntil: until }, policy, at);
    }
    case 'reject': // D-13 to D-16
      if (!choice.confirm) throw new DomainError('CONFIRMATION_MISSING', { confirm: choice.confirm ?? null });
      if (status === 'rejected') throw new DomainError('OPPORTUNITY_REJECTED', { status, reason: facts.rejectedReason });
      return rejected(facts, policy, at, reason ?? null);
    case 'assign': // D-22
      return { ...facts, assigneeId: choice.assigneeId };
    case 'reopen':
      if (status === 'open') throw new DomainError('OPPORTUNITY_OPEN', { status });
      return settled({ ...facts, status: 'open', snoozedUntil: null, rejectedReason: null }, policy, at);
  }
}

/** D-17: a course that was made inactive takes its opportunity with it, snoozed or not. */
export function rejected(facts: OpportunityFacts, policy: Policy, at: string, reason: string | null): OpportunityFacts {
  return settled({ ...facts, status: 'rejected', snoozedUntil: null, rejectedReason: reason }, policy, at);
}

/** D-20: the date that a snooze is set to before anybody chooses another. */
export const defaultSnooze = ({ opportunity }: Policy, at: string, zone: string): string =>
  addDays(zoneDate(at, zone), opportunity.snoozeDays);

/** What a person agreed to, as a readable string that travels in the form (U-02): equal strings, equal effects. */
export function opportunityDigest({ action }: OpportunityChoice, effect: OpportunityEffect): string {
  const { from, status, listed, snoozedUntil, assigneeId, rejectedReason } = effect;
  return [action, from, status, listed, snoozedUntil, assigneeId, rejectedReason].join(' ');
}

export function effectOf(before: OpportunityFacts, after: OpportunityFacts): OpportunityEffect {
  const { status, listed, snoozedUntil, assigneeId, rejectedReason } = after;
  return { from: before.status, status, listed, snoozedUntil, assigneeId, rejectedReason };
}

/** One sentence for people. */
export function summaryOf({ action }: OpportunityChoice, { snoozedUntil, assigneeId }: OpportunityFacts): string {
  switch (action) {
    case 'snooze':
      return `The opportunity is snoozed until ${snoozedUntil}.`;
    case 'reject':
      return 'The opportunity is rejected; its course of treatment is as it was.';
    case 'assign':
      return assigneeId ? 'The opportunity is assigned.' : 'The opportunity is assigned to nobody.';
    case 'reopen':
      return 'The opportunity is open again.';
  }
}
