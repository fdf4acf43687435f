/**
 * F-07: a holder gives a block to another group, or swaps it for one of theirs. The other group accepts, then the
 * facility approves; both before a deadline ahead of the mandatory release. What happens to a block meanwhile ends it.
 */
import { type BlockFacts, mandatoryInstant } from './block.ts';
import { addDays, addMinutes, startOfDay } from './civil.ts';
import { mailableAt, type Policy } from './policy.ts';
import type { Step } from './timeline.ts';

export const transferStates = ['proposed', 'accepted', 'approved', 'declined', 'denied', 'withdrawn', 'ended'] as const;
export type TransferState = (typeof transferStates)[number];

export type Holder = { groupId: string; providerId: string | null };

/** A block of the proposal: as it is now, and as it was proposed. */
export type TransferBlock = {
  facts: Pick<BlockFacts, 'id' | 'state' | 'date' | 'zone' | 'windowDays' | 'mandatoryOff' | 'startsAt' | 'endsAt'>;
  /** How many releases, cases and claims touch it: none, while it can go as a whole. */
  touched: { releases: number; cases: number; claims: number };
  holder: Holder;
  proposed: Holder & { windowDays: number };
  /** Whose it becomes. */
  becomes: Holder;
};

export type TransferFacts = {
  id: string;
  version: number;
  zone: string;
  paused: boolean;
  shadow: boolean;
  state: TransferState;
  /** Who decides for the group that proposed, and for the other. */
  from: { groupId: string; people: string[] };
  to: { groupId: string; people: string[] };
  /** The one that is given; then, in a swap, the one that comes in return. */
  blocks: TransferBlock[];
  proposedAt: string;
  acceptedAt: string | null;
  remindedAt: string | null;
  endedBecause: string | null;
};

export type TransferStepKind = 'remind group' | 'remind facility' | 'lapse' | 'end' | 'wait' | 'closed';
export type TransferStep = Step<TransferStepKind>;

export const live = ({ state }: Pick<TransferFacts, 'state'>): boolean => state === 'proposed' || state === 'accepted';

/** Until when it can be accepted and approved: whole days before the first of the blocks is released by itself. */
export function deadlineOf({ blocks }: Pick<TransferFacts, 'blocks'>, { transfer }: Policy): string {
  const days = blocks.map(({ facts }) => {
    const before = facts.mandatoryOff ? { ...facts, windowDays: 0 } : facts;
    return startOfDay(addDays(before.date, -before.windowDays - transfer.decideDaysBefore), facts.zone);
  });
  return days.sort()[0]!;
}

/** When the first of the blocks begins to be released by itself; the deadline lies before it. */
export const releasedFrom = ({ blocks }: Pick<TransferFacts, 'blocks'>): string =>
  blocks.map(({ facts }) => mandatoryInstant(facts)).sort()[0]!;

/** Why it cannot be carried out any more, whoever agrees; undefined while it can. */
export function brokenBy({ blocks }: Pick<TransferFacts, 'blocks'>, { transfer }: Policy): string | undefined {
  if (!transfer.enabled) return 'The facility does not let blocks change hands.';
  for (const { facts, touched, holder, proposed } of blocks) {
    const which = `The block of ${facts.date}`;
    if (facts.state === 'inactive') return `${which} is not active.`;
    if (facts.state !== 'active') return `${which} was taken away or is over.`;
    if (holder.groupId !== proposed.groupId || holder.providerId !== proposed.providerId) return `${which} has another holder by now.`;
    if (touched.cases > 0) return `A case is booked in the block of ${facts.date}.`;
    if (touched.releases > 0) return `Time of the block of ${facts.date} was released.`;
    if (touched.claims > 0) return `Time of the block of ${facts.date} is held by somebody.`;
    if (facts.windowDays !== proposed.windowDays) return `The mandatory release window of the block of ${facts.date} was changed.`;
  }
  return undefined;
}

/** What comes next in the life of a proposal, and why. */
export function planTransfer(facts: TransferFacts, policy: Policy, now: string): TransferStep {
  const starts = facts.blocks.map((block) => block.facts.startsAt).sort()[0]!;
  if (!live(facts)) return { kind: 'closed', at: starts, because: facts.endedBecause ?? `It is ${facts.state}.`, rule: 'F-07' };
  if (facts.paused && now < starts)
    return { kind: 'wait', at: starts, because: 'The facility has paused all automatic steps.', rule: 'F-23' };
  const broken = brokenBy(facts, policy);
  if (broken) return { kind: 'end', at: now, because: broken, rule: 'F-07' };
  const deadline = deadlineOf(facts, policy);
  const waitsFor = facts.state === 'proposed' ? 'The other group has' : 'The facility has';
  const lapse: TransferStep = { kind: 'lapse', at: deadline, because: `${waitsFor} not answered by the deadline.`, rule: 'F-07' };
  const asked = facts.remindedAt ?? facts.acceptedAt ?? facts.proposedAt;
  const remindAt = mailableAt(addMinutes(asked, policy.transfer.remindAfterHours * 60), now, policy, facts.zone);
  if (remindAt >= deadline) {
    const because = `The next one would come ${policy.transfer.remindAfterHours} hours after the last, in mail hours: not before the deadline.`;
    return { ...lapse, whyNot: { what: 'no reminder', because, rule: 'F-07' } };
  }
  return facts.state === 'proposed'
    ? { kind: 'remind group', at: remindAt, because: 'The proposal still waits for the other group.', rule: 'F-07' }
    : { kind: 'remind facility', at: remindAt, because: 'The proposal still waits for the facility.', rule: 'F-07' };
}

/** The facts after a step of the system, taken at step.at. Used to foretell (U-01) and to commit. */
export function advanceTransfer(facts: TransferFacts, step: TransferStep): TransferFacts {
  switch (step.kind) {
    case 'remind group':
    case 'remind facility':
      return { ...facts, remindedAt: step.at };
    case 'lapse':
    case 'end':
    case 'wait':
      return { ...facts, state: 'ended', endedBecause: step.because };
    case 'closed':
      return facts;
  }
}
