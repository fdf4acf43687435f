/**
 * The patient of a visit must be cleared before it. Whoever looks after the provider's line is reminded while there is
 * time, has an urgent ticket when there is little, and is overruled by the lead and the provider when nothing happens. It ends
 * when the patient is cleared, when the visit begins, or when there is no visit any more.
 */
import { continueAsNew, proxyLocalActivities } from '@temporalio/workflow';

import type { ClearanceActivities } from '../activities/clearance.ts';
import type { ClearanceStep } from '../domain/clearance.ts';
import type { ClearanceDecision } from '../domain/clearance-decision.ts';
import { lifeMessages, live } from './life.ts';
import { now, stepOptions } from './steps.ts';

export const clearanceMessages = lifeMessages<ClearanceDecision>('clearance');

const steps = proxyLocalActivities<ClearanceActivities>(stepOptions);

type Input = { clearanceId: string; next: ClearanceStep; zone?: string };

export async function clearance({ clearanceId, next, zone }: Input): Promise<void> {
  await live(clearanceMessages, {
    next,
    zone,
    actions: ['send link', 'clear'],
    look: () => steps.planClearance(clearanceId, now()),
    decide: (decision) => steps.decideClearance(clearanceId, decision),
    due: {
      remind: () => steps.remindOfClearance(clearanceId, now()),
      urge: () => steps.raiseTicket(clearanceId, now()),
      escalate: () => steps.escalateClearance(clearanceId, now()),
      lapse: () => steps.lapseClearance(clearanceId, now()),
      wait: () => steps.planClearance(clearanceId, now()),
    },
    continueAsNew: (next) => continueAsNew<typeof clearance>({ clearanceId, next, ...(zone && { zone }) }),
  });
}
