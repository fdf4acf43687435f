/** Taking a release back, and what becomes of the part that somebody has taken (C-25, U-10). */
import { type BlockFacts, mandatoryInstant, over, type ReleaseFact } from './block.ts';
import type { BlockEffect } from './block-decision.ts';
import { addMinutes, laterOf } from './civil.ts';
import type { Actor } from './decision.ts';
import { DomainError } from './errors.ts';
import { clip, type Interval, overlaps, subtract } from './interval.ts';
import type { Policy } from './policy.ts';

type Undone = Pick<BlockEffect, 'returned' | 'undoneReleaseIds' | 'stillReleased' | 'wantedBack' | 'mandatoryOff'>;

/**
 * C-25, U-10: whole if untouched. Partly taken, the rest comes back where that is accepted, and what is taken is the holder's
 * first when that ends. By the releaser in time, by support until the end. What has passed cannot come back.
 */
export function undo(facts: BlockFacts, policy: Policy, choice: { acceptPart: boolean }, actor: Actor, at: string): Undone {
  const support = actor.role === 'support';
  const candidates = facts.releases.filter(({ kind, wantedBackAt }) => wantedBackAt === null && (support || kind !== 'mandatory'));
  if (candidates.length === 0) throw new DomainError('NOTHING_TO_UNDO', { releases: facts.releases.map(bare) });
  const latest = candidates.reduce((last, one) => (one.releasedAt > last.releasedAt ? one : last)).releasedAt;
  const undone = candidates.filter(({ releasedAt }) => releasedAt === latest);
  const undoUntil = addMinutes(latest, policy.release.undoMinutes);
  if (!support && at > undoUntil) throw new DomainError('UNDO_TOO_LATE', { releasedAt: latest, undoUntil });
  const whole = undone.map(bare);
  const ahead = aheadOf(facts, whole, at);
  const returned = subtract(ahead, [...facts.claims, ...facts.cases]);
  const taken = subtract(ahead, returned);
  if (ahead.length === 0) throw new DomainError('NOTHING_TO_UNDO', { releases: whole });
  if (taken.length > 0 && !choice.acceptPart) throw new DomainError('UNDO_PARTLY_TAKEN', { canComeBack: returned, taken });
  return {
    returned,
    undoneReleaseIds: undone.map(({ id }) => id),
    stillReleased: subtract(whole, returned),
    wantedBack: taken,
    mandatoryOff: facts.mandatoryOff || (returned.length > 0 && at >= mandatoryInstant(facts)),
  };
}

/** C-25: throws REASON_MISSING where support takes back for others what they released, and does not say why. */
export function mustSayWhy(action: string, actor: Actor, reason: string | undefined): void {
  if (action === 'undo' && actor.role === 'support' && !reason) throw new DomainError('REASON_MISSING', { action, rule: 'C-25' });
}

const aheadOf = (facts: BlockFacts, parts: Interval[], at: string): Interval[] =>
  at >= facts.endsAt ? [] : clip(parts, { startsAt: laterOf(at, facts.startsAt), endsAt: facts.endsAt });

/**
 * U-10: what a holder wanted back and nobody has any more is theirs again, whoever had it. As with an undo, after the
 * mandatory instant it is not released by itself once more. Undefined where nothing comes back.
 */
export function returnWanted(facts: BlockFacts, at: string): { returned: Interval[]; after: BlockFacts } | undefined {
  const wanted = facts.releases.filter(({ wantedBackAt }) => wantedBackAt !== null);
  const returned = over(facts) ? [] : subtract(aheadOf(facts, wanted, at), [...facts.claims, ...facts.cases]);
  if (returned.length === 0) return undefined;
  const touched = wanted.filter((one) => returned.some((part) => overlaps(part, one)));
  const left = touched.flatMap((one) => subtract([one], returned).map((part): ReleaseFact => ({ ...one, ...part, id: '' })));
  const releases = [...facts.releases.filter((one) => !touched.includes(one)), ...left];
  return { returned, after: { ...facts, releases, mandatoryOff: facts.mandatoryOff || at >= mandatoryInstant(facts) } };
}

const bare = ({ startsAt, endsAt }: Interval): Interval => ({ startsAt, endsAt });
