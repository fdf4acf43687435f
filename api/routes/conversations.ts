/** Conversations with patients (P-04 to P-06, R-14 to R-21): how they come in, and how they are read. Decisions are in conversation-decisions.ts. */
import { z } from 'zod';

import { advanceConversation, conversationChannels, conversationStates, planConversation } from '../../domain/conversation.ts';
import { answeringRoles } from '../../domain/conversation-decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { CategoryKey, queues } from '../../domain/reply-category.ts';
import { foretell } from '../../domain/timeline.ts';
import { type LoadedConversation, loadConversation } from '../../ledger/conversation.ts';
import { deliveriesOf } from '../../ledger/conversation-reply.ts';
import { receiveMessage } from '../../ledger/inbound.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Prisma } from '../../prisma/generated/client.ts';
import { recordLook } from '../access-log.ts';
import { allow, type Principal, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { etag, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { Conversation, ConversationMessage, conversationsInOrder, presentConversation, presentMessage } from './conversation-shape.ts';
import { History, historyOf } from './history.ts';
import { type Api, Email, IdParam, proseUpTo, reach, reachable } from './plugin.ts';
import { Timeline } from './timeline.ts';

/** Who reads what patients write. */
export const conversationRoles = [...answeringRoles, 'support'] as const;

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  state: z.enum(conversationStates).optional().describe('The folder.'),
  queue: z.enum(queues).optional().describe('Only those with an open matter of that queue.'),
  assigneeId: z.uuid().optional(),
  practitionerId: z.uuid().optional(),
  patientId: z.uuid().optional(),
  flagged: z.stringbool().optional(),
  inReview: z.stringbool().optional().describe('A reply waits for the lead.'),
  sort: z.enum(['lastSaidAt', '-lastSaidAt']).default('-lastSaidAt'),
}).strict();

const Inbound = z
  .strictObject({
    facilityId: z.uuid(),
    channel: z.enum(conversationChannels),
    from: z.union([z.e164(), Email]).describe('E.164, or an email address.'),
    externalId: z.string().trim().min(1).max(200).describe('The carrier’s own id of the message: delivered again, it does nothing.'),
    text: proseUpTo(20_000).min(1).describe('The words; of a voicemail its transcript.'),
    categories: z.array(CategoryKey).max(20).default([]).describe('What it is about, where that is known already (R-21).'),
    patientId: z.uuid().optional().describe('Left out: the one patient with that address.'),
    practitionerId: z.uuid().optional().describe('Whose line it came in by; left out: the provider whom the patient sees.'),
    teamId: z
      .string()
      .max(200)
      .optional()
      .describe('Of a voicemail: the team that can resolve it, by id or name (R-05); left out: people route it.'),
  })
  .refine(({ channel, teamId }) => teamId === undefined || channel === 'voicemail', {
    path: ['teamId'],
    error: 'only a voicemail is routed',
  })
  .meta({
    example: {
      facilityId: '01890000-0000-7000-8000-000000000001',
      channel: 'text',
      from: '+15551234567',
      externalId: 'SM-1',
      text: 'Where is my order?',
    },
  });
const Taken = z.object({
  conversationId: z.uuid(),
  messageId: z.uuid(),
  state: z.enum(conversationStates),
  ticketId: z.uuid().nullable().describe('The ticket of a voicemail (R-05).'),
});

/** The conversation, its look on record (F-25), or CONVERSATION_NOT_FOUND: unknown and not yours give the same answer. */
export async function findConversation(deps: Deps, id: string, principal: Principal): Promise<LoadedConversation> {
  const conversation = reachable(principal, await loadConversation(deps.reader, id, deps.now()));
  if (!conversation) throw new DomainError('CONVERSATION_NOT_FOUND', { id });
  await recordLook(deps, principal, [conversation], 'conversation');
  return conversation;
}

export function conversationRoutes(app: Api, deps: Deps): void {
  const tags = ['conversations'];
  const found = async (id: string, principal: Principal) => {
    allow(principal, ...conversationRoles);
    return findConversation(deps, id, principal);
  };

  const inbound = {
    tags,
    summary: 'Take in a text, an email or the transcript of a voicemail; delivered again, the first answer stands',
    body: Inbound,
    response: { 200: Taken, 201: Taken, ...problems(400, 401, 403, 404, 422) },
  };
  app.post('/conversations/inbound', { schema: inbound }, async ({ principal, body }, reply) => {
    allow(principal, ...conversationRoles);
    reach(principal, body.facilityId);
    const { message, conversation, first, ticketId } = await inTransaction(deps.db, (tx) => receiveMessage(tx, body, deps.now()));
    const { id: conversationId, state } = conversation.facts;
    return reply.code(first ? 201 : 200).send({ conversationId, messageId: message.id, state, ticketId });
  });

  const list = {
    tags,
    summary: 'List conversations, the latest first: by folder, by queue, by whose they are',
    querystring: Query,
    response: { 200: listOf(Conversation), ...problems(400, 401, 403) },
  };
  app.get('/conversations', { schema: list }, async ({ query, principal }) => {
    allow(principal, ...conversationRoles);
    const { cursor, limit, sort, queue, flagged, inReview, ...filter } = query;
    const { where, orderBy } = keyset(sort, cursor, 'instant');
    const set = (wanted: boolean | undefined) => (wanted === undefined ? undefined : wanted ? { not: null } : null);
    const more = { flaggedAt: set(flagged), draftId: set(inReview), queues: queue && { has: queue } } as Prisma.ConversationWhereInput;
    const AND = [scopeOf(principal), filter, more, where];
    const rows = await deps.reader.conversation.findMany({
      where: { AND },
      orderBy,
      take: limit + 1,
      select: { id: true, lastSaidAt: true },
    });
    const shown = await conversationsInOrder(
      deps.reader,
      rows.slice(0, limit).map(({ id }) => id),
    );
    await recordLook(deps, principal, shown, 'conversations');
    const byId = new Map(shown.map((one) => [one.facts.id, one]));
    return pageOf(
      rows,
      limit,
      ({ lastSaidAt, id }) => [lastSaidAt.toISOString(), id],
      ({ id }) => presentConversation(byId.get(id)!),
    );
  });

  const one = { tags, summary: 'One conversation', params: IdParam, response: { 200: Conversation, ...problems(400, 401, 403, 404) } };
  app.get('/conversations/:id', { schema: one }, async ({ params, principal }, reply) => {
    const conversation = await found(params.id, principal);
    return reply.header('etag', etag(conversation.version)).send(presentConversation(conversation));
  });

  const messages = {
    tags,
    summary: 'What was said, the latest first; drafts too',
    params: IdParam,
    querystring: ListQuery.strict(),
    response: { 200: listOf(ConversationMessage), ...problems(400, 401, 403, 404) },
  };
  app.get('/conversations/:id/messages', { schema: messages }, async ({ params, query, principal }) => {
    const { facts } = await found(params.id, principal);
    const { where, orderBy } = keyset('-at', query.cursor, 'instant');
    const rows = await deps.reader.conversationMessage.findMany({
      where: { AND: [{ conversationId: facts.id }, where] },
      orderBy,
      take: query.limit + 1,
    });
    const deliveries = await deliveriesOf(
      deps.reader,
      rows.map(({ id }) => id),
    );
    return pageOf(
      rows,
      query.limit,
      ({ at, id }) => [at.toISOString(), id],
      (row) => presentMessage(row, deliveries.get(row.id)),
    );
  });

  const timeline = {
    tags,
    summary: 'What will happen if nobody does anything (U-01)',
    params: IdParam,
    response: { 200: Timeline, ...problems(400, 401, 403, 404) },
  };
  app.get('/conversations/:id/timeline', { schema: timeline }, async ({ params, principal }) => {
    const { facts, policy } = await found(params.id, principal);
    const life = { plan: (then: typeof facts, at: string) => planConversation(then, policy, at), advance: advanceConversation };
    return { items: foretell(facts, deps.now(), life, mostSteps) };
  });

  const history = {
    tags,
    summary: 'What happened, and why; nobody’s words',
    params: IdParam,
    response: { 200: History, ...problems(400, 401, 403, 404) },
  };
  app.get('/conversations/:id/history', { schema: history }, async ({ params, principal }) => {
    await found(params.id, principal);
    return historyOf(deps.reader, 'conversation', params.id);
  });
}

/** One that nobody answers is reminded of once a day, without end. */
const mostSteps = 10;
