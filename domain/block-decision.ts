import { z } from 'zod';

import {
  type BlockFacts,
  booked,
  mandatoryInstant,
  over,
  type ReleaseFact,
  type ReleaseKind,
  reserved,
  settled,
  unbooked,
} from './block.ts';
import { undo } from './block-undo.ts';
import { addMinutes } from './civil.ts';
import { type Actor, DecisionEnvelope } from './decision.ts';
import { DomainError } from './errors.ts';
import { Bounds, contains, type Interval, intersect, merge, overlaps } from './interval.ts';
import type { Policy } from './policy.ts';

/** What a person can decide about a block. */
export const BlockChoice = z.discriminatedUnion('action', [
  z.object({ action: z.literal('keep'), stopAlerts: z.boolean().default(false) }),
  z.object({ action: z.literal('release all') }),
  z.object({ action: z.literal('release part'), intervals: z.array(Bounds).min(1).max(50) }),
  z.object({ action: z.literal('undo'), acceptPart: z.boolean().default(false) }),
]);
export type BlockChoice = z.infer<typeof BlockChoice>;

export const BlockDecision = z.intersection(DecisionEnvelope, BlockChoice);
export type BlockDecision = z.infer<typeof BlockDecision>;

/** What a decision changes: the difference that a preview shows (U-02) and the transaction writes. */
export type BlockEffect = {
  /** The instant it was worked out for. */
  asOf: string;
  kept: boolean;
  silenced: boolean;
  released: Interval[];
  release?: ReleaseKind;
  /** Others see the released time from here on (F-21). */
  visibleAt?: string;
  /** Time that comes back to the holder. */
  returned: Interval[];
  undoneReleaseIds: string[];
  /** Parts of undone releases that stay released, because somebody took them. */
  stillReleased: Interval[];
  /** Of these, what is taken now and comes back first when that ends (U-10). */
  wantedBack: Interval[];
  mandatoryOff: boolean;
  booked: Interval[];
};

/**
 * What `choice` does to the block as of the instant `at`, or a DomainError with rule, value and limit.
 * Pure: the preview, the commit and the simulator call the same function.
 */
export function decideBlock(facts: BlockFacts, policy: Policy, choice: BlockChoice, actor: Actor, at: string, seen?: string): BlockEffect {
  if (choice.action === 'release part') mustHaveLength(facts, choice.intervals, at);
  // U-02: to whoever has looked, time that went meanwhile is a change, not bad input: they are shown what is left of it
  const wish = seen !== undefined && choice.action === 'release part' ? suggestedRelease(facts, choice.intervals, at) : choice;
  const effect = effectOf(facts, policy, wish, actor, at);
  const now = digest(choice.action, effect);
  if (seen !== undefined && seen !== now) throw new DomainError('PREVIEW_STALE', { seen, now, effect });
  return effect;
}

/** C-03: throws TIME_NOT_FREE for a part that is empty, or ends before it starts. */
function mustHaveLength(facts: BlockFacts, intervals: Interval[], at: string): void {
  const empty = intervals.find(({ startsAt, endsAt }) => startsAt >= endsAt);
  if (empty) throw new DomainError('TIME_NOT_FREE', { interval: empty, block: reserved(facts), unbooked: unbooked(facts, at) });
}

/** C-09: of what an alert proposed, what is still unbooked. Nothing of it may be left: then the release is refused. */
export function suggestedRelease(facts: BlockFacts, proposal: Interval[], at: string): BlockChoice & { action: 'release part' } {
  const free = unbooked(facts, at);
  return { action: 'release part', intervals: merge(proposal.flatMap((one) => free.flatMap((run) => intersect(one, run) ?? []))) };
}

/** What a person agreed to, as a readable string that travels in the form: equal strings, equal effects. */
export function digest(action: BlockChoice['action'], { asOf, released, returned, wantedBack }: BlockEffect): string {
  const later = wantedBack.length > 0 ? ['later', ...partsInDigest(wantedBack, asOf)] : [];
  return [action, ...partsInDigest([...released, ...returned], asOf), ...later].join(' ');
}

/** While a block runs what goes or comes back begins now: the minutes between a look and a press change nothing in it. */
export const partsInDigest = (parts: Interval[], asOf: string): string[] =>
  parts.map(({ startsAt, endsAt }) => `${startsAt === asOf ? 'now' : startsAt}/${endsAt}`);

function effectOf(facts: BlockFacts, policy: Policy, choice: BlockChoice, actor: Actor, at: string): BlockEffect {
  const state = { state: facts.state, endsAt: facts.endsAt, mandatoryAt: mandatoryInstant(facts), releases: facts.releases.length };
  if (facts.state === 'inactive') throw new DomainError('BLOCK_INACTIVE', state);
  if (over(facts) || at >= facts.endsAt) throw new DomainError('BLOCK_SETTLED', state);
  switch (choice.action) {
    case 'keep':
      return keep(facts, choice, at, state);
    case 'release all':
      return release(facts, policy, unbooked(facts, at), 'full', actor, at);
    case 'release part':
      return release(facts, policy, partToRelease(facts, choice.intervals, at), 'partial', actor, at);
    case 'undo':
      return { ...nothing(facts, at), ...undo(facts, policy, choice, actor, at) };
  }
}

/** C-12, C-13. Nothing left to keep, or past the mandatory date: 409 with the state. */
function keep(facts: BlockFacts, choice: { stopAlerts: boolean }, at: string, state: object): BlockEffect {
  if (settled(facts, at)) throw new DomainError('BLOCK_SETTLED', state);
  if (unbooked(facts, at).length === 0 && facts.releases.length > 0)
    throw new DomainError('BLOCK_SETTLED', { ...state, released: facts.releases.map(interval) });
  return { ...nothing(facts, at), kept: true, silenced: facts.silenced || choice.stopAlerts };
}

/** C-03: inside the block, in the future, no case on it, not yet released. */
function partToRelease(facts: BlockFacts, intervals: Interval[], at: string): Interval[] {
  const wanted = merge(intervals);
  const free = unbooked(facts, at);
  for (const part of wanted) {
    if (!contains(reserved(facts), part))
      throw new DomainError('TIME_NOT_FREE', { interval: part, block: reserved(facts), unbooked: free });
    const hit = facts.cases.find((booking) => overlaps(booking, part));
    if (hit) throw new DomainError('TIME_NOT_FREE', { interval: part, booked: interval(hit), unbooked: free });
    const gone = facts.releases.find((other) => overlaps(other, part));
    if (gone) throw new DomainError('ALREADY_RELEASED', { interval: part, released: interval(gone), unbooked: free });
    if (part.startsAt < at) throw new DomainError('TIME_NOT_FREE', { interval: part, now: at, unbooked: free });
  }
  return wanted;
}

/** C-04: all unbooked time goes, cases stay. F-21: a person's release can be undone for a while before others see it. */
function release(facts: BlockFacts, policy: Policy, released: Interval[], kind: ReleaseKind, actor: Actor, at: string): BlockEffect {
  if (released.length === 0) throw new DomainError('NOTHING_TO_RELEASE', { booked: booked(facts), released: facts.releases.map(interval) });
  const visibleAt = actor.role === 'system' ? at : addMinutes(at, policy.release.undoMinutes);
  return { ...nothing(facts, at), released, release: kind, visibleAt };
}

function nothing(facts: BlockFacts, at: string): BlockEffect {
  return {
    asOf: at,
    kept: false,
    silenced: facts.silenced,
    released: [],
    returned: [],
    undoneReleaseIds: [],
    stillReleased: [],
    wantedBack: [],
    mandatoryOff: facts.mandatoryOff,
    booked: booked(facts),
  };
}

/** The facts after a decision, taken at `at`. */
export function applyBlockEffect(facts: BlockFacts, effect: BlockEffect, actor: Actor, at: string): BlockFacts {
  const undone = facts.releases.filter(({ id }) => effect.undoneReleaseIds.includes(id));
  const again = effect.stillReleased.map((part) => {
    const wantedBackAt = effect.wantedBack.some((one) => overlaps(one, part)) ? at : null;
    return { ...undone[0]!, ...part, id: '', wantedBackAt };
  });
  const added = effect.released.map(
    (part): ReleaseFact => ({
      ...part,
      id: '',
      kind: effect.release!,
      releasedAt: at,
      releasedBy: actor.name,
      visibleAt: effect.visibleAt!,
      wantedBackAt: null,
    }),
  );
  return {
    ...facts,
    silenced: effect.silenced,
    mandatoryOff: effect.mandatoryOff,
    lastAskedAt: effect.kept ? at : facts.lastAskedAt,
    releases: [...facts.releases.filter((one) => !undone.includes(one)), ...again, ...added],
  };
}

const interval = ({ startsAt, endsAt }: Interval): Interval => ({ startsAt, endsAt });
