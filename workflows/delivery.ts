/**
 * Mail goes out in batches, whichever life owes it. This life sleeps while nothing waits, wakes when a step has
 * written messages, and sends what is due, receipts first.
 */
import {
  ActivityFailure,
  continueAsNew,
  defineSignal,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
} from '@temporalio/workflow';

import type { DeliveryActivities } from '../activities/delivery.ts';
import { drainQueue } from './queue.ts';
import { now, stepOptions } from './steps.ts';

const messagesWaiting = defineSignal('messagesWaiting');

const { claimBatch } = proxyLocalActivities<DeliveryActivities>(stepOptions);
const { sendBatch } = proxyActivities<DeliveryActivities>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '20 seconds', // so soon another worker takes over from one that was killed
  scheduleToCloseTimeout: '30 minutes', // then the claim judges by a fresh clock whether repeating is still safe
  retry: { initialInterval: '1 second', maximumInterval: '5 minutes' },
  summary: 'Hand one batch to the mail service',
});

export async function delivery({ transport }: { transport: string }): Promise<void> {
  await drainQueue(messagesWaiting, 'messages', async () => {
    const { batchId, nextAt } = await claimBatch(transport, now());
    if (!batchId) return { again: false, nextAt };
    setCurrentDetails(`**Sending** batch ${batchId} by ${transport}. It is repeated until the mail service takes it.`);
    await sendBatch(batchId, now()).catch(claimAgain);
    return { again: true };
  });
  await continueAsNew<typeof delivery>({ transport });
}

/** The mail service has not taken the batch: it stays claimed, and the next claim finds it. */
function claimAgain(error: unknown): void {
  if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
}
