import { z } from 'zod';

import { DecisionEnvelope } from './decision.ts';
import { DomainError } from './errors.ts';
import { advanceLadder, ended, type LadderFacts, type Offer, planLadder } from './offer-ladder.ts';
import type { Policy } from './policy.ts';

/** What can be decided about a ladder: a patient takes or declines what they were offered, the desk stops it. */
export const LadderChoice = z.discriminatedUnion('action', [
  z.object({ action: z.literal('accept'), patientId: z.uuid() }),
  /** noMore: no more offers for this visit (F-02). */
  z.object({ action: z.literal('decline'), patientId: z.uuid(), noMore: z.boolean().default(false) }),
  z.object({ action: z.literal('stop') }),
]);
export type LadderChoice = z.infer<typeof LadderChoice>;

export const LadderDecision = z.intersection(DecisionEnvelope, LadderChoice);
export type LadderDecision = z.infer<typeof LadderDecision>;

/**
 * The ladder as the choice makes it, as of `at`. The first valid accept wins (F-01): the others' offers are withdrawn in
 * the same step (F-03). After a decline the next are asked at once, where the hour allows. Throws OFFER_NOT_FOUND,
 * OFFER_WITHDRAWN, OFFER_EXPIRED, OFFER_ANSWERED, LADDER_SETTLED.
 */
export function decideLadder(facts: LadderFacts, policy: Policy, choice: LadderChoice, at: string): LadderFacts {
  switch (choice.action) {
    case 'stop':
      if (facts.state !== 'offering') throw new DomainError('LADDER_SETTLED', { state: facts.state, endedAt: facts.endedAt });
      return ended(facts, 'stopped', at);
    case 'accept':
      offerOf(facts, choice.patientId, at);
      return ended(answered(facts, choice.patientId, 'accepted'), 'filled', at);
    case 'decline': {
      offerOf(facts, choice.patientId, at);
      const after = answered(facts, choice.patientId, 'declined');
      const next = planLadder(after, policy, at);
      return next.kind === 'offer' && next.at <= at ? advanceLadder(after, { ...next, at }, policy) : after;
    }
  }
}

/** The patient's offer while it can be answered. Throws what decideLadder does. */
export function offerOf(facts: LadderFacts, patientId: string, at: string): Offer {
  const offer = facts.offers.find((one) => one.patientId === patientId);
  if (!offer) throw new DomainError('OFFER_NOT_FOUND', { ladderId: facts.id });
  const { state, expiresAt } = offer;
  if (state === 'withdrawn' || (state === 'open' && facts.state !== 'offering')) throw new DomainError('OFFER_WITHDRAWN', { state });
  if (state === 'expired' || (state === 'open' && at >= expiresAt)) throw new DomainError('OFFER_EXPIRED', { expiresAt, at });
  if (state !== 'open') throw new DomainError('OFFER_ANSWERED', { state });
  return offer;
}

function answered(facts: LadderFacts, patientId: string, state: 'accepted' | 'declined'): LadderFacts {
  return { ...facts, offers: facts.offers.map((offer) => (offer.patientId === patientId ? { ...offer, state } : offer)) };
}
