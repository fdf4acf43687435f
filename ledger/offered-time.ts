/** Minutes of a practitioner that became free are offered, and those that are booked by another way are offered no more. */
import type { Actor } from '../domain/decision.ts';
import type { Interval } from '../domain/interval.ts';
import { type LadderMode, planLadder, takenFrom } from '../domain/offer-ladder.ts';
import type { Tx } from '../prisma/client.ts';
import { policyOf } from './facility.ts';
import { type FreedCause, noteFreedTime } from './matching.ts';
import { laddersOn, loadLadders, saveLadder, startLadder } from './offer-ladder.ts';

type Freed = { practitionerId: string; intervals: Interval[]; cause: FreedCause };

/** I-02, F-01: after minutes became free, in the same transaction: one look at who waits for them, and offers by the policy. */
export async function giveBackTime(tx: Tx, { practitionerId, intervals, cause }: Freed, actor: Actor, now: string): Promise<void> {
  for (const interval of intervals) {
    if (interval.startsAt <= now) continue;
    await noteFreedTime(tx, { practitionerId, ...interval, cause }, now);
    await offerFreedTime(tx, { practitionerId, ...interval }, actor, now);
  }
}

/** What the policy says about time that became free; manual: nothing, the desk sees who fits and phones (I-02). */
async function offerFreedTime(tx: Tx, time: Interval & { practitionerId: string }, actor: Actor, now: string): Promise<void> {
  const { practitionerId, startsAt, endsAt } = time;
  const before = { practitionerId, startsAt: { lt: endsAt }, endsAt: { gt: startsAt } };
  const [{ facilityId }, earlier, running] = await Promise.all([
    tx.practitioner.findUniqueOrThrow({ where: { id: practitionerId }, select: { facilityId: true } }),
    tx.offerLadder.findFirst({ where: before, orderBy: { createdAt: 'desc' }, select: { mode: true } }),
    laddersOn(tx, time),
  ]);
  const { offers } = await policyOf(tx, facilityId);
  const mode = (earlier?.mode as LadderMode | undefined) ?? offers.mode; // F-03: it goes on as it was begun
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
  }
}
