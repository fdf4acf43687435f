/**
 * Time that became free is offered to those who wait for it: one by one, in waves, or to all at once. Who is asked has
 * their minutes; then the next are asked, not at night and not too late. The first who accepts has it: that, a decline,
 * and a booking by the desk are transactions of their own, which this life finds when it wakes.
 */
import { continueAsNew, proxyLocalActivities } from '@temporalio/workflow';

import type { OfferLadderActivities } from '../activities/offer-ladder.ts';
import type { LadderStep } from '../domain/offer-ladder.ts';
import type { LadderDecision } from '../domain/offer-ladder-decision.ts';
import { lifeMessages, live } from './life.ts';
import { now, stepOptions } from './steps.ts';

const offerLadderMessages = lifeMessages<LadderDecision>('offerLadder');

const ladder = proxyLocalActivities<OfferLadderActivities>(stepOptions);

type Input = { ladderId: string; next: LadderStep; zone?: string };

export async function offerLadder({ ladderId, next, zone }: Input): Promise<void> {
  await live(offerLadderMessages, {
    next,
    zone,
    actions: ['stop'],
    look: () => ladder.planOfferLadder(ladderId, now()),
    decide: (decision) => ladder.decideOfferLadder(ladderId, decision),
    due: {
      offer: () => ladder.makeOffers(ladderId, now()),
      stop: () => ladder.endOfferLadder(ladderId, now()),
      wait: () => ladder.endOfferLadder(ladderId, now()),
    },
    continueAsNew: (next) => continueAsNew<typeof offerLadder>({ ladderId, next, ...(zone && { zone }) }),
  });
}
