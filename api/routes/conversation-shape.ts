import { z } from 'zod';

import { conversationChannels, conversationStates, reviewReasons, waitsOn } from '../../domain/conversation.ts';
import { queues } from '../../domain/reply-category.ts';
import { type LoadedConversation, loadConversations } from '../../ledger/conversation.ts';
import { type Delivery, deliveryStates } from '../../ledger/conversation-reply.ts';
import type { Tx } from '../../prisma/client.ts';
import type { ConversationMessage as MessageRow } from '../../prisma/generated/client.ts';
import { Instant, Version } from './plugin.ts';
import { Next } from './timeline.ts';

const Matter = z.object({ category: z.string(), queue: z.enum(queues), since: Instant, settledAt: Instant.nullable() });

/** A conversation as clients see it, without what was said. */
export const Conversation = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    patientId: z.uuid().nullable().describe('null: nobody has said yet whose address it is.'),
    patient: z.string().nullable(),
    practitionerId: z.uuid().nullable(),
    provider: z.string().nullable(),
    address: z.string().describe('E.164, or an email address.'),
    state: z.enum(conversationStates),
    assigneeId: z.uuid().nullable(),
    assignee: z.string().nullable(),
    matters: z.array(Matter),
    waitingSince: Instant.nullable().describe('Since when the patient waits for an answer.'),
    waitsOn: z.array(z.object({ on: z.string(), since: Instant })),
    flaggedAt: Instant.nullable(),
    flagReason: z.string().nullable(),
    draft: z
      .object({ id: z.uuid(), by: z.string(), categories: z.array(z.string()), at: Instant, why: z.enum(reviewReasons) })
      .nullable()
      .describe('A reply that waits for the lead.'),
    taggedIds: z.array(z.uuid()),
    lastSaidAt: Instant,
    next: Next,
    version: Version,
  })
  .meta({ id: 'Conversation' });

export const ConversationMessage = z
  .object({
    id: z.uuid(),
    direction: z.enum(['inbound', 'outbound']),
    channel: z.enum(conversationChannels),
    text: z.string(),
    categories: z.array(z.string()),
    by: z.string().nullable(),
    state: z.enum(['received', 'draft', 'review', 'answered', 'automatic']),
    at: Instant,
    delivery: z
      .object({ state: z.enum(deliveryStates), sentAt: Instant.nullable(), error: z.string().nullable() })
      .nullable()
      .describe('What became of an answer on its way to the patient.'),
  })
  .meta({ id: 'ConversationMessage' });

export function presentConversation({ facts, facilityId, patientId, address, flagReason, names, next, version }: LoadedConversation) {
  const { id, practitionerId, state, assigneeId, matters, waitingSince, flaggedAt, draft, taggedIds, lastSaidAt } = facts;
  const { patient, provider, assignee } = names;
  return {
    id,
    facilityId,
    patientId,
    patient,
    practitionerId,
    provider,
    address,
    state,
    assigneeId,
    assignee,
    matters,
    waitingSince,
    waitsOn: waitsOn(facts),
    flaggedAt,
    flagReason,
    taggedIds,
    lastSaidAt,
    next,
    version,
    draft: draft && { id: draft.id, by: draft.by, categories: draft.categories, at: draft.at, why: draft.why },
  };
}

export const presentMessage = (row: MessageRow, delivery: Delivery | undefined): z.infer<typeof ConversationMessage> => ({
  ...(row as unknown as z.infer<typeof ConversationMessage>),
  by: (row.by as { name: string } | null)?.name ?? null,
  at: row.at.toISOString(),
  delivery: delivery ?? null,
});

/** Conversations by id, in the order given. */
export async function conversationsInOrder(tx: Tx, ids: string[]): Promise<LoadedConversation[]> {
  const byId = new Map((await loadConversations(tx, ids)).map((one) => [one.facts.id, one]));
  return ids.map((id) => byId.get(id)!);
}
