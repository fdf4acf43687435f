import { z } from 'zod';

import { type Actor, DecisionEnvelope } from './decision.ts';
import { DomainError } from './errors.ts';
import type { Policy } from './policy.ts';
import { brokenBy, deadlineOf, type Holder, live, type TransferFacts, type TransferState } from './transfer.ts';

/** What people decide about a proposal: the other group accepts or declines, the facility approves or denies, whoever proposed withdraws. */
export const transferActions = ['accept', 'decline', 'approve', 'deny', 'withdraw'] as const;
export type TransferAction = (typeof transferActions)[number];
export const TransferChoice = z.object({ action: z.enum(transferActions) });
export type TransferChoice = z.infer<typeof TransferChoice>;

export const TransferDecision = z.intersection(DecisionEnvelope, TransferChoice);
export type TransferDecision = z.infer<typeof TransferDecision>;

/** What a decision changes (U-02). `exchanged`: the blocks that have another holder at once. */
export type TransferEffect = {
  from: TransferState;
  state: TransferState;
  exchanged: { blockId: string; startsAt: string; endsAt: string; before: Holder; after: Holder }[];
};

const outcomes: Record<TransferAction, TransferState> = {
  accept: 'accepted',
  decline: 'declined',
  approve: 'approved',
  deny: 'denied',
  withdraw: 'withdrawn',
};

type Words = { reason?: string | undefined; seen?: string | undefined };

/** What `choice` does as of `at`, or a DomainError with rule, value and limit. `seen`: the digest that the person agreed to (U-02). */
export function decideTransfer(
  facts: TransferFacts,
  policy: Policy,
  { action }: TransferChoice,
  actor: Actor,
  at: string,
  { reason, seen }: Words = {},
): TransferEffect {
  mustDecide(facts, action, actor);
  if (action === 'deny' && !reason) throw new DomainError('REASON_MISSING', { action, rule: 'F-07' });
  const present = { state: facts.state, endedBecause: facts.endedBecause };
  if (!live(facts)) throw new DomainError('TRANSFER_SETTLED', present);
  if (action === 'accept' || action === 'approve') {
    const broken = brokenBy(facts, policy);
    if (broken) throw new DomainError('TRANSFER_MOOT', { ...present, because: broken });
    const deadline = deadlineOf(facts, policy);
    if (at >= deadline) throw new DomainError('TRANSFER_SETTLED', { ...present, at, deadline });
    if (action === 'accept' && facts.state !== 'proposed') throw new DomainError('TRANSFER_ANSWERED', present);
    if (action === 'approve' && facts.state !== 'accepted') throw new DomainError('TRANSFER_NOT_ACCEPTED', present);
  }
  const exchanged =
    action === 'approve'
      ? facts.blocks.map(({ facts: { id, startsAt, endsAt }, holder, becomes }) => ({
          blockId: id,
          startsAt,
          endsAt,
          before: holder,
          after: becomes,
        }))
      : [];
  const effect: TransferEffect = { from: facts.state, state: outcomes[action], exchanged };
  const now = transferDigest(facts, action, effect);
  if (seen !== undefined && seen !== now) throw new DomainError('PREVIEW_STALE', { seen, now, present, effect });
  return effect;
}

/** What a person agreed to, as a readable string that travels in the form: equal strings, equal effects. */
export function transferDigest({ blocks }: TransferFacts, action: TransferAction, { from, state }: TransferEffect): string {
  const words = blocks.map(({ facts, becomes }) => `${facts.startsAt}/${facts.endsAt} ${becomes.groupId} ${becomes.providerId ?? ''}`);
  return [action, from, state, ...words].join(' ').trim();
}

/** Each side answers for itself; support can for anybody. */
function mustDecide({ from, to }: TransferFacts, action: TransferAction, { personId, role }: Actor): void {
  if (role === 'support' || role === 'administrator') return;
  const byFacility = action === 'approve' || action === 'deny';
  const side = action === 'withdraw' ? from : to;
  const may = byFacility ? role === 'facility scheduler' : personId !== undefined && side.people.includes(personId);
  if (!may)
    throw new DomainError('TRANSFER_NOT_YOURS', { action, role, needs: byFacility ? 'facility scheduler' : `group ${side.groupId}` });
}
