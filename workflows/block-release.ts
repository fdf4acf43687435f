/**
 * A block is its holder's until the mandatory release date. The holder is asked to let go of time that will not
 * be used, and asked again the next day; what is still unbooked on that date goes by itself. The life ends with
 * the block's own end, so that a release can be undone until then.
 */
import { continueAsNew, proxyLocalActivities } from '@temporalio/workflow';

import type { BlockActivities } from '../activities/block.ts';
import type { BlockStep } from '../domain/block.ts';
import type { BlockDecision } from '../domain/block-decision.ts';
import { lifeMessages, live } from './life.ts';
import { now, stepOptions } from './steps.ts';

export const blockMessages = lifeMessages<BlockDecision>('block');

const block = proxyLocalActivities<BlockActivities>(stepOptions);

type Input = { blockId: string; next: BlockStep; zone?: string };

export async function blockRelease({ blockId, next, zone }: Input): Promise<void> {
  await live(blockMessages, {
    next,
    zone,
    actions: ['keep', 'release all', 'release part', 'undo'],
    look: () => block.planBlock(blockId, now()),
    decide: (decision) => block.decideBlock(blockId, decision),
    due: {
      alert: () => block.alertHolder(blockId, now()),
      'mandatory release': () => block.releaseUnbooked(blockId, now()),
      wait: () => block.closeBlock(blockId, now()),
      close: () => block.closeBlock(blockId, now()),
    },
    continueAsNew: (next) => continueAsNew<typeof blockRelease>({ blockId, next, ...(zone && { zone }) }),
  });
}
