import { type Client, type WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client';
import {
  defineSearchAttributeKey,
  SearchAttributeType,
  TypedSearchAttributes,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/common';
import type { Channel } from '../domain/patient-message.ts';
import { never } from '../domain/timeline.ts';
import { deliveryWorkflows, type LifeStart, type WakeUpPayload } from '../ledger/wake-up.ts';

/** Search attributes of every life, for support in the Temporal UI. Plain text: no patient data. */
export const searchAttributes = {
  facility: defineSearchAttributeKey('HoldfastFacility', SearchAttributeType.KEYWORD),
  subjectKind: defineSearchAttributeKey('HoldfastSubject', SearchAttributeType.KEYWORD),
  reference: defineSearchAttributeKey('HoldfastReference', SearchAttributeType.KEYWORD),
  dueAt: defineSearchAttributeKey('HoldfastDueAt', SearchAttributeType.DATETIME),
};

/** `transports`: which way each channel goes; its delivery life is named after it. */
export type Lives = { client: Client; taskQueue: string; transports: Record<Channel, string> };

const channelOf = new Map(Object.entries(deliveryWorkflows).map(([channel, workflowId]) => [workflowId, channel as Channel]));

/** Hands one wake-up to Temporal. Starting a life twice, or waking one that is over, is harmless. */
export async function deliver(lives: Lives, workflowId: string, { kind, payload }: WakeUpPayload): Promise<void> {
  const channel = channelOf.get(workflowId);
  if (channel) return wakeDeliveryLife(lives, channel);
  if (kind === 'start') return startLife(lives, workflowId, payload);
  const handle = lives.client.workflow.getHandle(workflowId);
  try {
    if (kind === 'signal') await handle.signal(payload.name, ...(payload.args ?? []));
    else await update(lives.client, handle, payload);
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) return; // refused: that is an answer
    if (!(error instanceof WorkflowNotFoundError)) throw error; // over: nothing to wake
  }
}

/** Plans again, or decides: then `id` makes it happen once. */
async function update(
  client: Client,
  handle: WorkflowHandle,
  { name, decision }: { name: string; decision?: { id: string } },
): Promise<void> {
  await client.withDeadline(Date.now() + 3000, () =>
    decision ? handle.executeUpdate<unknown, [object]>(name, { args: [decision], updateId: decision.id }) : handle.executeUpdate(name),
  );
}

async function startLife({ client, taskQueue }: Lives, workflowId: string, life: LifeStart): Promise<void> {
  const { facility, subjectKind, reference, dueAt } = life.searchAttributes;
  try {
    await client.workflow.start(life.type, {
      workflowId,
      taskQueue,
      args: [life.input],
      startDelay: life.startAt < never ? Math.max(0, Date.parse(life.startAt) - Date.now()) : 0,
      workflowIdReusePolicy: life.again ? 'ALLOW_DUPLICATE' : 'REJECT_DUPLICATE',
      staticSummary: life.summary,
      typedSearchAttributes: new TypedSearchAttributes([
        { key: searchAttributes.facility, value: facility },
        { key: searchAttributes.subjectKind, value: subjectKind },
        { key: searchAttributes.reference, value: reference },
        { key: searchAttributes.dueAt, value: new Date(dueAt) },
      ]),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

async function wakeDeliveryLife({ client, taskQueue, transports }: Lives, channel: Channel): Promise<void> {
  const transport = transports[channel];
  await client.workflow.signalWithStart('delivery', {
    workflowId: `delivery/${transport}`,
    taskQueue,
    args: [{ transport }],
    signal: 'messagesWaiting',
    staticSummary: `${channel === 'mail' ? 'Mail' : 'Texts'} by ${transport}`,
  });
}
