import { z } from 'zod';

import { earlierOf } from './civil.ts';
import { type Actor, DecisionEnvelope } from './decision.ts';
import { DomainError } from './errors.ts';
import { expiryOf, type HoldFacts, type HoldState, held, live } from './hold.ts';
import { clip, Interval, isTooLong, longestDays, subtract } from './interval.ts';
import type { Policy } from './policy.ts';

/** What a person can decide about a hold. `version`: the one that a change was made on (If-Match). */
export const HoldChoice = z.discriminatedUnion('action', [
  z.object({ action: z.literal('confirm') }),
  z.object({ action: z.literal('deny') }),
  z.object({ action: z.literal('delete') }),
  z.object({ action: z.literal('change'), roomId: z.uuid().optional(), interval: Interval.optional(), version: z.int().optional() }),
]);
export type HoldChoice = z.infer<typeof HoldChoice>;

export const HoldDecision = z.intersection(DecisionEnvelope, HoldChoice);
export type HoldDecision = z.infer<typeof HoldDecision>;

/** What a decision changes: the difference that a preview shows (U-02) and the transaction writes. */
export type HoldEffect = {
  from: HoldState;
  state: HoldState;
  roomId: string;
  interval: Interval;
  expiresAt: string;
  /** Minutes that others get back. */
  freed: Interval[];
  /** Minutes on which a case of somebody else stands (C-06). */
  taken: Interval[];
};

/**
 * What `choice` does to the hold as of `at`, or a DomainError with rule, value and limit. `seen` is the digest of the
 * effect that the person agreed to (U-02). Whether a changed time is free, PostgreSQL decides.
 */
export function decideHold(
  facts: HoldFacts,
  policy: Policy,
  choice: HoldChoice,
  actor: Actor,
  at: string,
  { reason, seen }: { reason?: string | undefined; seen?: string | undefined } = {},
): HoldEffect {
  const effect = effectOf(facts, policy, choice, actor, at, reason);
  const now = holdDigest(choice.action, effect);
  if (seen !== undefined && seen !== now) throw new DomainError('PREVIEW_STALE', { seen, now, present: presentOf(facts), effect });
  return effect;
}

/** What a person agreed to, as a readable string that travels in the form: equal strings, equal effects. */
export function holdDigest(action: HoldChoice['action'], effect: HoldEffect): string {
  const { from, state, roomId, interval, expiresAt, freed, taken } = effect;
  const words = (parts: Interval[]) => parts.map((part) => `${part.startsAt}/${part.endsAt}`);
  return [action, from, state, roomId, ...words([interval]), expiresAt, 'free', ...words(freed), 'taken', ...words(taken)].join(' ');
}

/** The hold as it is now, for whoever saw another. */
function presentOf({ state, roomId, startsAt, endsAt, expiresAt, version }: HoldFacts) {
  return { state, roomId, startsAt, endsAt, expiresAt, version };
}

function effectOf(facts: HoldFacts, policy: Policy, choice: HoldChoice, actor: Actor, at: string, reason?: string): HoldEffect {
  const answers = actor.role === 'facility scheduler' || actor.role === 'administrator'; // C-30: nobody else confirms or denies
  const facility = answers || actor.role === 'support';
  const mine = actor.personId !== undefined && actor.personId === facts.requesterId;
  const { state, roomId, expiresAt } = facts;
  const present = { state, expiresAt };
  const taken = clip(facts.otherCases, held(facts));
  const same: HoldEffect = { from: state, state, roomId, interval: held(facts), expiresAt, freed: [], taken };
  switch (choice.action) {
    case 'confirm': // C-30
      if (!answers) throw new DomainError('CONFIRM_NOT_YOURS', { role: actor.role });
      if (state === 'confirmed') throw new DomainError('HOLD_NOT_PENDING', present);
      if (!live(facts) || at >= expiresAt) throw new DomainError('HOLD_SETTLED', present);
      return { ...same, state: 'confirmed' };
    case 'deny': // F-08
      if (!answers) throw new DomainError('CONFIRM_NOT_YOURS', { role: actor.role });
      mustGiveReason(choice.action, reason);
      if (state === 'confirmed') throw new DomainError('HOLD_NOT_PENDING', present);
      if (!live(facts)) throw new DomainError('HOLD_SETTLED', present);
      return { ...same, state: 'denied', freed: [held(facts)] };
    case 'delete': // C-33
      if (!facility && !mine) throw new DomainError('HOLD_NOT_YOURS', { requesterId: facts.requesterId });
      mustGiveReason(choice.action, reason);
      if (!live(facts)) throw new DomainError('HOLD_SETTLED', present);
      return { ...same, state: 'deleted', freed: subtract([held(facts)], facts.ownCases) };
    case 'change': // C-31, C-32
      if (!facility) throw new DomainError('HOLD_NOT_EDITABLE', { waysOut: ['delete it and request another', 'ask the facility'] });
      if (!live(facts)) throw new DomainError('HOLD_SETTLED', present);
      if (choice.version !== undefined && choice.version !== facts.version)
        throw new DomainError('VERSION_MISMATCH', { present: presentOf(facts) });
      return change(facts, policy, choice, at, same);
  }
}

function change(
  facts: HoldFacts,
  policy: Policy,
  wish: { roomId?: string | undefined; interval?: Interval | undefined },
  at: string,
  same: HoldEffect,
): HoldEffect {
  const { roomId = facts.roomId, interval = held(facts) } = wish;
  if (isTooLong(interval)) throw new DomainError('TIME_TOO_LONG', { ...interval, mostDays: longestDays });
  if (interval.startsAt <= at) throw new DomainError('TIME_PAST', { startsAt: interval.startsAt, now: at });
  const expiresAt = expiryOf(interval.startsAt, earlierOf(at, interval.startsAt), facts.zone, policy);
  return { ...same, roomId, interval, expiresAt, freed: [held(facts)] };
}

/** C-33, F-08: who denies or deletes says why. Throws REASON_MISSING with the rule that asks. */
export function mustGiveReason(action: HoldChoice['action'], reason: string | undefined): void {
  if (reason?.trim()) return;
  if (action === 'deny') throw new DomainError('REASON_MISSING', { action, rule: 'F-08' });
  if (action === 'delete') throw new DomainError('REASON_MISSING', { action });
}
