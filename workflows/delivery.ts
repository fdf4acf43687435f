/**
 * Mail goes out in batches, whichever life owes it. This life sleeps while nothing waits, wakes when a step has
 * written messages, and sends what is due, receipts first.
 */
import {
  ActivityFailure,
  condition,
  continueAsNew,
  defineSignal,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';

import type { DeliveryActivities } from '../activities/delivery.ts';
import { now, stepOptions } from './steps.ts';

const messagesWaiting = defineSignal('messagesWaiting');

const { claimBatch } = proxyLocalActivities<DeliveryActivities>(stepOptions);
const { sendBatch } = proxyActivities<DeliveryActivities>({
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '30 minutes', // then the claim judges by a fresh clock whether repeating is still safe
  retry: { initialInterval: '1 second', maximumInterval: '5 minutes' },
  summary: 'Hand one batch to the mail service',
});

export async function delivery({ transport }: { transport: string }): Promise<void> {
  let signals = 0;
  setHandler(messagesWaiting, () => void signals++, { description: 'Messages were written: look what is due.' });

  // the next run begins with a look of its own, so no signal is lost between the two
  while (!workflowInfo().continueAsNewSuggested) {
    const seen = signals; // a signal in the middle of a claim must not be lost: the claim may have read before it
    const { batchId, nextAt } = await claimBatch(transport, now());
    if (batchId) {
      setCurrentDetails(`**Sending** batch ${batchId} by ${transport}. It is repeated until the mail service takes it.`);
      await sendBatch(batchId, now()).catch(claimAgain);
      continue;
    }
    setCurrentDetails(nextAt ? `**Next:** messages are due at ${nextAt}.` : '**Waiting** for messages: nothing is due.');
    const news = () => signals !== seen;
    if (!nextAt) await condition(news);
    else await condition(news, untilMs(nextAt), { summary: 'until the next message is due' });
  }
  await continueAsNew<typeof delivery>({ transport });
}

/** The mail service has not taken the batch: it stays claimed, and the next claim finds it. */
function claimAgain(error: unknown): void {
  if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
}

/** What is due and could not be claimed is in somebody's hands for a moment: a second is soon enough. */
const untilMs = (instant: string) => Math.max(1000, Date.parse(instant) - Date.now());
