/**
 * Somebody is away. The other coordinators are asked once to stand in; when nobody comes forward in time, or a provider
 * has not been told, the manager learns of it. While the absence runs, whoever covers has access to the provider's line
 * and channel; on the return all of it is handed back.
 */
import { continueAsNew, proxyLocalActivities } from '@temporalio/workflow';

import type { AbsenceActivities } from '../activities/absence.ts';
import type { AbsenceStep } from '../domain/absence.ts';
import type { AbsenceDecision } from '../domain/absence-decision.ts';
import { lifeMessages, live } from './life.ts';
import { now, stepOptions } from './steps.ts';

export const absenceMessages = lifeMessages<AbsenceDecision>('absence');

const steps = proxyLocalActivities<AbsenceActivities>(stepOptions);

type Input = { absenceId: string; next: AbsenceStep; zone?: string };

export async function absence({ absenceId, next, zone }: Input): Promise<void> {
  await live(absenceMessages, {
    next,
    zone,
    actions: ['tell providers', 'assign cover', 'come back', 'cancel'],
    look: () => steps.planAbsence(absenceId, now()),
    decide: (decision) => steps.decideAbsence(absenceId, decision),
    due: {
      'ask for cover': () => steps.askForCover(absenceId, now()),
      'tell manager': () => steps.tellManager(absenceId, now()),
      'tell provider': () => steps.tellProvider(absenceId, now()),
      escalate: () => steps.escalateAbsence(absenceId, now()),
      begin: () => steps.beginAbsence(absenceId, now()),
      'hand back': () => steps.handBack(absenceId, now()),
      wait: () => steps.handBack(absenceId, now()),
    },
    continueAsNew: (next) => continueAsNew<typeof absence>({ absenceId, next, ...(zone && { zone }) }),
  });
}
