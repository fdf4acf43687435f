/**
 * A block is its holder's until the mandatory release date. The holder is asked to let go of time that will not
 * be used, and asked again the next day; what is still unbooked on that date goes by itself. The life ends with
 * the block's own end, so that a release can be undone until then.
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

import type { BlockActivities } from '../activities/block.ts';
import type { BlockStep } from '../domain/block.ts';
import type { BlockDecision } from '../domain/block-decision.ts';
import type { Receipt } from '../domain/decision.ts';
import { describe } from './details.ts';
import { openInbox } from './inbox.ts';
import { now, stepOptions } from './steps.ts';

export const decideBlock = defineUpdate<Receipt, [BlockDecision]>('decideBlock');
export const blockDecided = defineSignal<[BlockDecision]>('blockDecided');
const replanBlock = defineUpdate<void>('replanBlock');
const blockFactsChanged = defineSignal('blockFactsChanged');
const readBlockPlan = defineQuery<BlockStep>('readBlockPlan');

const block = proxyLocalActivities<BlockActivities>(stepOptions);

export async function blockRelease({ blockId, next }: { blockId: string; next: BlockStep }): Promise<void> {
  const inbox = openInbox({ decide: decideBlock, decided: blockDecided, replan: replanBlock, factsChanged: blockFactsChanged });
  setHandler(readBlockPlan, () => next, { description: 'What comes next in this block’s life, when, and by which rule.' });

  while (next.kind !== 'closed' || inbox.holdsDecisions()) {
    setCurrentDetails(describe(next, ['keep', 'release all', 'release part', 'undo'], 'decideBlock'));
    const event = await inbox.wait(next.at, `${next.kind} (${next.rule})`);

    if (event === 'facts changed') next = await block.planBlock(blockId, now());
    else if (event !== 'due') next = await inbox.answer(event, next, () => block.decideBlock(blockId, event));
    else if (next.kind === 'alert') next = await block.alertHolder(blockId, now());
    else if (next.kind === 'mandatory release') next = await block.releaseUnbooked(blockId, now());
    else next = await block.closeBlock(blockId, now());

    if (inbox.canContinueAsNew()) await continueAsNew<typeof blockRelease>({ blockId, next });
  }
  await condition(allHandlersFinished);
}
