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
import { type Again, coveredByReview, isReview, type Written } from './conversation-forms.tsx';
import { ConversationPage } from './conversation-views.tsx';
import { teamOf } from './conversations.tsx';
import { showPatients } from './front-desk.ts';
import { RecordedPage } from './link-open.tsx';
import { renderPage } from './page.tsx';
import { findPatients } from './patient-search.tsx';

const Params = z.object({ id: z.uuid() });
const Query = z.object({ q: z.string().trim().max(100).optional().catch(undefined) });
const many = z.union([z.string(), z.array(z.string())]).optional();
const word = z.string().optional().catch(undefined);
/** What was posted, whatever it is worth: it goes back into the form when it is refused. */
const Posted = z.object({
  text: word,
  category: many.catch(undefined).transform((one) => [one ?? []].flat()),
  reason: word,
  practitionerId: word,
  draftId: word,
});
const Form = z.object({
  form: z.string().min(8).max(80),
  text: z.string().trim().max(5000).optional(),
  category: many.transform((one) => [one ?? []].flat()),
  reason: z.string().trim().max(500).optional(),
  practitionerId: z.uuid().optional(),
  draftId: z.uuid().optional(),
  patientId: z.uuid().optional(),
});
type Form = z.infer<typeof Form>;
const mostShown = 100;

export function registerConversationPage(app: FastifyInstance, deps: Deps): void {
  app.get('/conversations/:id', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, conversation } = await reach(deps, request);
    return show(deps, visitor, conversation, reply, Query.parse(request.query));
  });

  app.post('/conversations/:id/:action', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, conversation } = await reach(deps, request);
    const { action } = request.params as { action: string };
    const posted = Posted.parse(request.body ?? {});
    try {
      const form = Form.parse(request.body);
      if (action === 'check') return show(deps, visitor, conversation, reply, { again: await typed(deps, conversation, action, posted) });
      return await carryOut(deps, visitor, conversation, choiceIn(action, form), form, reply);
    } catch (error) {
      const refused = problemOf(error); // what was typed stays: in its form, or by itself where the form is gone
      if (refused.status >= 500 || refused.status === 401 || refused.status === 404) throw error;
      const present = await loadConversation(deps.reader, conversation.facts.id, deps.now());
      return show(deps, visitor, present, reply, { refused, again: await typed(deps, present, action, posted) });
    }
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
  const answer = await decide(deps, 'conversation', facts.id, { ...choice, id, actor, decidedAt: at, reason: form.reason });
  return 'receipt' in answer ? reply.redirect(`/conversations/${facts.id}`, 303) : renderPage(reply, <RecordedPage />, 202);
}

async function typed(deps: Deps, conversation: LoadedConversation, action: string, posted: z.infer<typeof Posted>): Promise<Again> {
  const { text, category, ...rest } = posted;
  const writes = action === 'check' || action === 'reply' || action === 'draft' || action === 'approve';
  const hints = text ? hintsOn(text, await readSaid(deps.reader, conversation), category.length) : [];
  return { action, ...rest, categories: category, written: writes ? { text: text ?? '', categories: category, hints } : undefined };
}

/** Which decision the form was for. Throws NOT_FOUND for one there is none of. */
function choiceIn(name: string, { category: categories, practitionerId, text, draftId, patientId }: Form): ConversationChoice {
  const action = name === 'hand-over' ? 'hand over' : name;
  if (action === 'reply' || action === 'draft') {
    if (!text) throw new DomainError('INVALID_REQUEST', { text: 'missing' });
    return { action, categories };
  }
  if (action === 'approve') return { action, categories, ...(draftId && { draftId }) };
  if (action === 'classify') return { action, categories };
  if (action === 'tag') {
    if (!practitionerId) throw new DomainError('INVALID_REQUEST', { practitionerId: 'missing' });
    return { action, practitionerId };
  }
  if (action === 'identify') {
    if (!patientId) throw new DomainError('INVALID_REQUEST', { patientId: 'missing' });
    return { action, patientId };
  }
  const plain = (['hand over', 'take', 'flag', 'unflag', 'done', 'reopen'] as const).find((one) => one === action);
  if (!plain) throw new DomainError('NOT_FOUND', { action });
  return { action: plain };
}

/** `q`: who is looked for, where nobody knows yet whose conversation it is. */
type Extra = { refused?: Problem; again?: Again; q?: string | undefined };

async function show(
  deps: Deps,
  visitor: Visitor,
  conversation: LoadedConversation,
  reply: FastifyReply,
  { refused, again, q }: Extra = {},
) {
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
  const found = q && answers && !patientId ? await findPatients(deps, visitor, q) : [];
  await showPatients(
    deps,
    visitor,
    'conversation',
    found.map(({ id }) => id),
  );
  const draft = messages.find(({ id }) => id === facts.draft?.id);
  const deliveries = await deliveriesOf(
    deps.reader,
    messages.map(({ id }) => id),
  );
  const review = lead && draft ? await reviewed(deps, conversation, draft.text, again) : undefined;
  const shown = {
    conversation,
    messages: messages.reverse(),
    draft,
    review,
    providers,
    deliveries,
    lead,
    answers,
    refused,
    again,
    q,
    found,
  };
  return renderPage(reply, <ConversationPage {...shown} />, refused?.status ?? 200);
}

/** the reply that waits, or what the lead made of it, with the hints on it. */
async function reviewed(deps: Deps, conversation: LoadedConversation, text: string, again: Again | undefined): Promise<Written> {
  const { facts } = conversation;
  if (isReview(again, facts)) return again!.written!;
  const categories = coveredByReview(facts);
  return { text, categories, hints: hintsOn(text, await readSaid(deps.reader, conversation), categories.length) };
}

async function reach(deps: Deps, request: FastifyRequest) {
  const visitor = await teamOf(deps, request);
  const id = Params.safeParse(request.params).data?.id;
  const conversation = id && (await loadConversation(deps.reader, id, deps.now()));
  if (!conversation || conversation.facilityId !== visitor.facilityId) throw new DomainError('CONVERSATION_NOT_FOUND', { id });
  return { visitor, conversation };
}
