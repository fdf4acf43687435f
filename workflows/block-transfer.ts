/**
 * A block changes hands when the other group and the facility agree. Each is asked, and reminded while it does not
 * answer; a day or more before the block would be released by itself the proposal lapses. If anything happens to one
 * of the blocks meanwhile, it ends by itself, and both sides learn why.
 */
import { continueAsNew, proxyLocalActivities } from '@temporalio/workflow';

import type { TransferActivities } from '../activities/transfer.ts';
import type { TransferStep } from '../domain/transfer.ts';
import type { TransferDecision } from '../domain/transfer-decision.ts';
import { lifeMessages, live } from './life.ts';
import { now, stepOptions } from './steps.ts';

export const transferMessages = lifeMessages<TransferDecision>('transfer');

const transfer = proxyLocalActivities<TransferActivities>(stepOptions);

type Input = { transferId: string; next: TransferStep; zone?: string };

export async function blockTransfer({ transferId, next, zone }: Input): Promise<void> {
  await live(transferMessages, {
    next,
    zone,
    actions: ['accept', 'decline', 'approve', 'deny', 'withdraw'],
    look: () => transfer.planTransfer(transferId, now()),
    decide: (decision) => transfer.decideTransfer(transferId, decision),
    due: {
      'remind group': () => transfer.remindGroup(transferId, now()),
      'remind facility': () => transfer.remindOfTransfer(transferId, now()),
      lapse: () => transfer.endTransfer(transferId, now()),
      end: () => transfer.endTransfer(transferId, now()),
      wait: () => transfer.endTransfer(transferId, now()),
    },
    continueAsNew: (next) => continueAsNew<typeof blockTransfer>({ transferId, next, ...(zone && { zone }) }),
  });
}
