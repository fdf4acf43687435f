/** One conversation: what was said, on whom it waits, the draft with its hints, and everything that can be done about it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { answersIn, type ConversationChoice } from '../../domain/conversation-decision.ts';
import { hintsOn } from '../../domain/draft-hint.ts';
import { DomainError } from '../../domain/errors.ts';
import { keepWords, type LoadedConversation, loadConversation } from '../../ledger/conversation.ts';
import { deliveriesOf } from '../../ledger/conversation-reply.ts';
import { readSaid } from '../../ledger/said.ts';
import { recordAccess } from '../access-log.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import { decide } from '../decide.ts';
import type { Deps } from '../deps.ts';
import { type Problem, problemOf } from '../problems.ts';
import type { Written } from './conversation-forms.tsx';
import { ConversationPage } from './conversation-views.tsx';
import { teamOf } from './conversations.tsx';
import { RecordedPage } from './link-open.tsx';
import { renderPage } from './page.tsx';

const Params = z.object({ id: z.uuid() });
const many = z.union([z.string(), z.array(z.string())]).optional();
const Form = z.object({
  form: z.string().min(8).max(80),
  text: z.string().trim().max(5000).optional(),
  category: many.transform((one) => [one ?? []].flat()),
  reason: z.string().trim().max(500).optional(),
  practitionerId: z.uuid().optional(),
  yes: z.string().optional(),
});
type Form = z.infer<typeof Form>;
const mostShown = 100;

export function registerConversationPage(app: FastifyInstance, deps: Deps): void {
  app.get('/conversations/:id', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, conversation } = await reach(deps, request);
    return show(deps, visitor, conversation, reply);
  });

  app.post('/conversations/:id/:action', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, conversation } = await reach(deps, request);
    const { action } = request.params as { action: string };
    const form = Form.parse(request.body);
    if (action === 'check') return show(deps, visitor, conversation, reply, { written: await checked(deps, conversation, form) });
    return carryOut(deps, visitor, conversation, choiceIn(action, form), form, reply);
  });
}

async function carryOut(
  deps: Deps,
  visitor: Visitor,
  conversation: LoadedConversation,
  choice: ConversationChoice,
  form: Form,
  reply: FastifyReply,
) {
  const { facts, facilityId, address } = conversation;
  const [actor, at] = [actorOfVisitor(visitor), deps.now()];
  const id = `page/${visitor.personId}/${form.form}`;
  const channel = address.includes('@') ? 'email' : 'text';
  if (form.text)
    await keepWords(deps.db, { conversationId: facts.id, facilityId, decisionId: id, channel, text: form.text, by: actor, at });
  try {
    const answer = await decide(deps, 'conversation', facts.id, { ...choice, id, actor, decidedAt: at, reason: form.reason });
    return 'receipt' in answer ? reply.redirect(`/conversations/${facts.id}`, 303) : renderPage(reply, <RecordedPage />, 202);
  } catch (error) {
    const refused = problemOf(error); // the words stay in the form: nothing that was written is lost
    if (refused.status >= 500 || refused.status === 401 || refused.status === 404) throw error;
    const present = await loadConversation(deps.reader, facts.id, at);
    return show(deps, visitor, present, reply, { refused, written: form.text ? await checked(deps, present, form) : undefined });
  }
}

async function checked(deps: Deps, conversation: LoadedConversation, { text = '', category }: Form): Promise<Written> {
  return { text, categories: category, hints: hintsOn(text, await readSaid(deps.reader, conversation), category.length) };
}

/** Which decision the form was for. Throws NOT_FOUND for one there is none of. */
function choiceIn(name: string, { category: categories, practitionerId, text }: Form): ConversationChoice {
  const action = name === 'hand-over' ? 'hand over' : name;
  if ((action === 'reply' || action === 'draft') && text) return { action, categories };
  if (action === 'classify') return { action, categories };
  if (action === 'tag' && practitionerId) return { action, practitionerId };
  const plain = (['hand over', 'take', 'approve', 'flag', 'unflag', 'done', 'reopen'] as const).find((one) => one === action);
  if (!plain) throw new DomainError('NOT_FOUND', { action });
  return { action: plain };
}

type Extra = { refused?: Problem; written?: Written | undefined };

async function show(deps: Deps, visitor: Visitor, conversation: LoadedConversation, reply: FastifyReply, { refused, written }: Extra = {}) {
  const { facts, facilityId, patientId } = conversation;
  const [messages, providers] = await Promise.all([
    deps.reader.conversationMessage.findMany({
      where: { conversationId: facts.id, OR: [{ state: { notIn: ['draft', 'review'] } }, { id: facts.draft?.id ?? facts.id }] },
      orderBy: [{ at: 'desc' }, { id: 'desc' }],
      take: mostShown,
    }),
    deps.reader.practitioner.findMany({ where: { facilityId, active: true }, orderBy: { name: 'asc' }, select: { id: true, name: true } }),
  ]);
  await recordAccess(deps, { facilityId, by: actorOfVisitor(visitor), what: 'conversation', at: deps.now() }, patientId ? [patientId] : []);
  const lead = visitor.role === 'team lead' || visitor.role === 'manager';
  const answers = answersIn(facts, actorOfVisitor(visitor));
  const draft = messages.find(({ id }) => id === facts.draft?.id);
  const deliveries = await deliveriesOf(
    deps.reader,
    messages.map(({ id }) => id),
  );
  const shown = { conversation, messages: messages.reverse(), draft, providers, deliveries, lead, answers, refused, written };
  return renderPage(reply, <ConversationPage {...shown} />, refused?.status ?? 200);
}

async function reach(deps: Deps, request: FastifyRequest) {
  const visitor = await teamOf(deps, request);
  const id = Params.safeParse(request.params).data?.id;
  const conversation = id && (await loadConversation(deps.reader, id, deps.now()));
  if (!conversation || conversation.facilityId !== visitor.facilityId) throw new DomainError('CONVERSATION_NOT_FOUND', { id });
  return { visitor, conversation };
}
