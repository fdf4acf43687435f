/** Minutes of a practitioner that became free are offered, and those that are booked by another way are offered no more. */
import { mustBeAhead } from '../domain/appointment-decision.ts';
import type { Actor } from '../domain/decision.ts';
import { type Interval, longerThan, subtract } from '../domain/interval.ts';
import { type LadderFacts, type LadderMode, planLadder, takenFrom } from '../domain/offer-ladder.ts';
import type { Tx } from '../prisma/client.ts';
import { policyOf } from './facility.ts';
import { mustBeFree } from './free-time.ts';
import { type FreedCause, noteFreedTime, rankCandidates } from './matching.ts';
import { type LoadedLadder, laddersOn, loadLadders, type NewLadder, saveLadder, startLadder } from './offer-ladder.ts';
import { lockPractitionerDays } from './transaction.ts';

/** `mode`: how a rest goes on being offered; none: by the policy. */
type Freed = { practitionerId: string; intervals: Interval[]; cause: FreedCause; mode?: LadderMode };

/** Less than that is no time for anybody. */
const shortestMinutes = 5;

/** I-02, F-01: after minutes became free, in the same transaction: one look at who waits for them, and offers by the policy. */
export async function giveBackTime(tx: Tx, { practitionerId, intervals, cause, mode }: Freed, actor: Actor, now: string): Promise<void> {
  for (const interval of longerThan(intervals, shortestMinutes)) {
    if (interval.startsAt <= now) continue;
    const time = { practitionerId, ...interval };
    // added hours are many, and of no news to anybody while nobody waits for them
    if (cause === 'hours added' && (await rankCandidates(tx, time, now, { limit: 1 })).length === 0) continue;
    await noteFreedTime(tx, { ...time, cause }, now);
    await offerFreedTime(tx, time, actor, now, mode);
  }
}

/** F-03: what is left when somebody has taken part of a time that was offered is a free time of its own, and is offered on. */
export async function offerRest(tx: Tx, before: LadderFacts, taken: Interval[], actor: Actor, at: string): Promise<void> {
  const { practitionerId, startsAt, endsAt, mode } = before;
  await giveBackTime(tx, { practitionerId, intervals: subtract([{ startsAt, endsAt }], taken), cause: 'rest', mode }, actor, at);
}

/** F-01: staff offer time that is free. Throws as startLadder and mustBeFree do. */
export async function offerByHand(tx: Tx, wish: NewLadder, actor: Actor, now: string): Promise<LoadedLadder> {
  mustBeAhead(wish, now);
  await lockPractitionerDays(tx, [wish]);
  await mustBeFree(tx, wish);
  return startLadder(tx, wish, actor, now);
}

/** What the policy says about time that became free; manual: nothing, the desk sees who fits and phones (I-02). */
async function offerFreedTime(
  tx: Tx,
  time: Interval & { practitionerId: string },
  actor: Actor,
  now: string,
  begun?: LadderMode,
): Promise<void> {
  const { practitionerId, startsAt, endsAt } = time;
  const before = { practitionerId, startsAt: { lt: endsAt }, endsAt: { gt: startsAt } };
  const [{ facilityId }, earlier, running] = await Promise.all([
    tx.practitioner.findUniqueOrThrow({ where: { id: practitionerId }, select: { facilityId: true } }),
    tx.offerLadder.findFirst({ where: before, orderBy: { createdAt: 'desc' }, select: { mode: true } }),
    laddersOn(tx, time),
  ]);
  const { offers } = await policyOf(tx, facilityId);
  const mode = begun ?? (earlier?.mode as LadderMode | undefined) ?? offers.mode; // F-03: it goes on as it was begun
  if (mode === 'manual' || running.length > 0 || startsAt <= now) return;
  await startLadder(tx, { facilityId, practitionerId, startsAt, endsAt, mode }, actor, now);
}

/**
 * F-03: minutes were booked by another way than by an offer. Their ladders go on with what is left of them or are filled,
 * and offers that wait to be sent are withdrawn, all in the booking's own transaction. The caller holds the day.
 */
export async function withdrawOffers(tx: Tx, taken: Interval & { practitionerId: string }, actor: Actor, at: string): Promise<void> {
  const ids = await laddersOn(tx, taken);
  for (const ladder of await loadLadders(tx, ids, 'update', at)) {
    const after = takenFrom(ladder.facts, taken, at);
    if (after === ladder.facts) continue;
    const next = planLadder(after, ladder.policy, at);
    await saveLadder(tx, ladder, after, next, { action: 'fill', actor, at, rule: 'F-03', reason: 'the time was booked by another way' });
    const kept = after.state === 'offering' ? [{ startsAt: after.startsAt, endsAt: after.endsAt }] : [];
    await offerRest(tx, ladder.facts, [taken, ...kept], actor, at);
  }
}
