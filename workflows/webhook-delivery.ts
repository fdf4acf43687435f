/**
 * One subscriber's address learns what happens (F-15). This life sleeps while there is nothing to tell, posts what
 * is due, and comes back to an address that does not answer: soon, then more and more seldom, for four days.
 */
import { continueAsNew, defineSignal, proxyActivities } from '@temporalio/workflow';

import type { WebhookActivities } from '../activities/webhook.ts';
import { drainQueue } from './queue.ts';
import { now } from './steps.ts';

const webhookEventsWritten = defineSignal('webhookEventsWritten');

const { postDue } = proxyActivities<WebhookActivities>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '20 seconds', // so soon another worker takes over from one that was killed
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
  summary: 'Post what is due to the subscriber',
});

export async function webhookDelivery({ webhookId }: { webhookId: string }): Promise<void> {
  await drainQueue(webhookEventsWritten, 'events', () => postDue(webhookId, now()));
  await continueAsNew<typeof webhookDelivery>({ webhookId });
}
