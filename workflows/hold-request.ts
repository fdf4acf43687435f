/**
 * A hold is a request for open time. It hides the time from everybody else at once, and is the requester's only
 * when the facility confirms. Until then the facility is reminded; a few days before the procedure the hold
 * expires, and what is not filled with the requester's cases becomes open again.
 */
import { continueAsNew, proxyLocalActivities } from '@temporalio/workflow';

import type { HoldActivities } from '../activities/hold.ts';
import type { HoldStep } from '../domain/hold.ts';
import type { HoldDecision } from '../domain/hold-decision.ts';
import { lifeMessages, live } from './life.ts';
import { now, stepOptions } from './steps.ts';

export const holdMessages = lifeMessages<HoldDecision>('hold');

const hold = proxyLocalActivities<HoldActivities>(stepOptions);

type Input = { holdId: string; next: HoldStep; zone?: string };

export async function holdRequest({ holdId, next, zone }: Input): Promise<void> {
  await live(holdMessages, {
    next,
    zone,
    actions: ['confirm', 'deny', 'change', 'delete'],
    look: () => hold.planHold(holdId, now()),
    decide: (decision) => hold.decideHold(holdId, decision),
    due: {
      'remind facility': () => hold.remindFacility(holdId, now()),
      wait: () => hold.expireHold(holdId, now()),
      expire: () => hold.expireHold(holdId, now()),
    },
    continueAsNew: (next) => continueAsNew<typeof holdRequest>({ holdId, next, ...(zone && { zone }) }),
  });
}
