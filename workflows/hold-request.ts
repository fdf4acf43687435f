/**
 * A hold is a request for open time. It hides the time from everybody else at once, and is the requester's only
 * when the facility confirms. Until then the facility is reminded; a few days before the procedure the hold
 * expires, and what is not filled with the requester's cases becomes open again.
 */
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';

import type { HoldActivities } from '../activities/hold.ts';
import type { Receipt } from '../domain/decision.ts';
import type { HoldDecision, HoldStep } from '../domain/hold.ts';
import { describe } from './details.ts';
import { openInbox } from './inbox.ts';
import { now, stepOptions } from './steps.ts';

export const decideHold = defineUpdate<Receipt, [HoldDecision]>('decideHold');
export const holdDecided = defineSignal<[HoldDecision]>('holdDecided');
const replanHold = defineUpdate<void>('replanHold');
const holdFactsChanged = defineSignal('holdFactsChanged');
const readHoldPlan = defineQuery<HoldStep>('readHoldPlan');

const hold = proxyLocalActivities<HoldActivities>(stepOptions);

export async function holdRequest({ holdId, next }: { holdId: string; next: HoldStep }): Promise<void> {
  const inbox = openInbox({ decide: decideHold, decided: holdDecided, replan: replanHold, factsChanged: holdFactsChanged });
  setHandler(readHoldPlan, () => next, { description: 'What comes next in this hold’s life, when, and by which rule.' });

  while (next.kind !== 'closed' || inbox.holdsDecisions()) {
    setCurrentDetails(describe(next, ['confirm', 'deny', 'change', 'delete'], 'decideHold'));
    const event = await inbox.wait(next.at, `${next.kind} (${next.rule})`);

    if (event === 'facts changed') next = await hold.planHold(holdId, now());
    else if (event !== 'due') next = await inbox.answer(event, next, () => hold.decideHold(holdId, event));
    else if (next.kind === 'remind facility') next = await hold.remindFacility(holdId, now());
    else next = await hold.expireHold(holdId, now());

    if (inbox.canContinueAsNew()) await continueAsNew<typeof holdRequest>({ holdId, next });
  }
  await condition(allHandlersFinished);
}
