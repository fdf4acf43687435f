import { z } from 'zod';

import { mustBeThePatient } from './account.ts';
import { type ClearanceFacts, type LinkReason, linkReasons } from './clearance.ts';
import { type Actor, DecisionEnvelope, type Role } from './decision.ts';
import { DomainError } from './errors.ts';
import { Channel } from './patient-message.ts';

/** What people decide about a clearance. `register`: the patient has filled in the form that the link leads to. */
export const ClearanceChoice = z.discriminatedUnion('action', [
  z.object({ action: z.literal('send link'), linkReason: z.string().max(100), channel: Channel.optional() }),
  z.object({ action: z.literal('register') }),
  z.object({ action: z.literal('clear') }),
]);
export type ClearanceChoice = z.infer<typeof ClearanceChoice>;

export const ClearanceDecision = z.intersection(DecisionEnvelope, ClearanceChoice);
export type ClearanceDecision = z.infer<typeof ClearanceDecision>;

/** Who clears patients and sends the link (P-03): the provider, and who looks after the line; a key of the house's own tools. */
export const clearingRoles: readonly Role[] = ['practitioner', 'care coordinator', 'team lead', 'manager', 'support', 'administrator'];

export type ClearanceEffect = { after: ClearanceFacts; summary: string };

/**
 * What `choice` does to the clearance as of `at`, or a DomainError with rule, value and limit. `registrationUrl`: the practice's own
 * form, empty where it has none. Pure: preview and commit call the same function.
 */
export function decideClearance(
  facts: ClearanceFacts,
  choice: ClearanceChoice,
  actor: Actor,
  at: string,
  { registrationUrl }: { registrationUrl: string },
): ClearanceEffect {
  mustBeTheirs(choice, actor);
  const linkReason = choice.action === 'send link' ? knownReason(choice.linkReason) : null;
  if (facts.state !== 'open' || at >= facts.visitAt)
    throw new DomainError('CLEARANCE_SETTLED', { state: facts.state, visitAt: facts.visitAt, by: facts.endedBy });
  switch (choice.action) {
    case 'send link': // P-03
      if (registrationUrl === '') throw new DomainError('REGISTRATION_FORM_MISSING', { policy: 'pcc.registrationUrl' });
      return {
        after: { ...facts, linkReason, linkSentAt: at, registeredAt: null },
        summary: 'The registration link goes to the patient.',
      };
    case 'register':
      return { after: { ...facts, registeredAt: facts.registeredAt ?? at }, summary: 'Thank you: the practice is told.' };
    case 'clear':
      return { after: { ...facts, state: 'cleared', endedAt: at, endedBy: actor.name }, summary: 'The patient is cleared for the visit.' };
  }
}

function mustBeTheirs({ action }: ClearanceChoice, actor: Actor): void {
  const { role } = actor;
  if (action === 'register') mustBeThePatient(actor, 'that the registration form is filled in');
  const needs: readonly Role[] = action === 'register' ? ['patient'] : clearingRoles;
  if (!needs.includes(role)) throw new DomainError('NOT_ALLOWED', { role, needs });
}

/** Throws LINK_REASON_UNKNOWN (P-03). */
function knownReason(reason: string): LinkReason {
  const known = linkReasons.find((one) => one === reason);
  if (!known) throw new DomainError('LINK_REASON_UNKNOWN', { reason, reasons: linkReasons });
  return known;
}
