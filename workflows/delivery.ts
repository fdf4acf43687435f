/**
 * Mail goes out in batches, whichever life owes it. This life sleeps while nothing waits, wakes when a step has
 * written messages, and sends what is due, receipts first.
 */
import { condition, continueAsNew, defineSignal, proxyActivities, proxyLocalActivities, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';

import type { DeliveryActivities } from '../activities/delivery.ts';
import { now, stepOptions } from './steps.ts';

export const messagesWaiting = defineSignal('messagesWaiting');

const { claimBatch } = proxyLocalActivities<DeliveryActivities>(stepOptions);
const { sendBatch } = proxyActivities<DeliveryActivities>({
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '5 minutes' },
  summary: 'Hand one batch to the mail service',
});

export async function delivery({ transport }: { transport: string }): Promise<void> {
  let signals = 0;
  let seen = 0; // a signal in the middle of a claim must not be lost: the claim may have read before it
  setHandler(messagesWaiting, () => void signals++, { description: 'Messages were written: look what is due.' });

  for (;;) {
    seen = signals;
    const { batchId, nextAt } = await claimBatch(now());
    if (batchId) {
      setCurrentDetails(`**Sending** batch ${batchId} by ${transport}.`);
      await sendBatch(batchId, now());
      continue;
    }
    if (workflowInfo().continueAsNewSuggested && signals === seen) await continueAsNew<typeof delivery>({ transport });
    setCurrentDetails(nextAt ? `**Next:** messages are due at ${nextAt}.` : '**Waiting** for messages: nothing is due.');
    const news = () => signals !== seen;
    if (!nextAt) await condition(news);
    else await condition(news, Math.max(1, Date.parse(nextAt) - Date.now()), { summary: 'until the next message is due' });
  }
}
