/** One conversation: what was said, on whom it waits, the draft with its hints, and everything that can be done about it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { openMatters, waitsOn } from '../../domain/conversation.ts';
import { answeringRoles, type ConversationChoice } from '../../domain/conversation-decision.ts';
import { hintsOn } from '../../domain/draft-hint.ts';
import { DomainError } from '../../domain/errors.ts';
import { dateTime } from '../../emails/wording.ts';
import { keepWords, type LoadedConversation, loadConversation } from '../../ledger/conversation.ts';
import { type Delivery, deliveriesOf } from '../../ledger/conversation-reply.ts';
import { readSaid } from '../../ledger/said.ts';
import { recordAccess } from '../access-log.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import { decide } from '../decide.ts';
import type { Deps } from '../deps.ts';
import { type Problem, problemOf } from '../problems.ts';
import { OtherForms, Press, ReplyForm, ReviewForm, SortForm, type Written } from './conversation-forms.tsx';
import { teamOf, waitingOn } from './conversations.tsx';
import { RecordedPage } from './link-open.tsx';
import { Facts, Page, renderPage } from './page.tsx';

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
  const { facts, facilityId, patientId, names } = conversation;
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
  const answers = answeringRoles.includes(visitor.role);
  const draft = messages.find(({ id }) => id === facts.draft?.id);
  const deliveries = await deliveriesOf(
    deps.reader,
    messages.map(({ id }) => id),
  );
  const title = names.patient ?? conversation.address;
  return renderPage(
    reply,
    <Page title={title} tab="Desk">
      <p>
        <a href="/conversations">All conversations</a>
        {patientId && (
          <>
            {' '}
            · <a href={`/accounts/${patientId}`}>Account</a>
          </>
        )}
      </p>
      {refused && <Refusal problem={refused} />}
      <State conversation={conversation} />
      <h2>What was said</h2>
      <ol className="plain">
        {messages
          .filter(({ id }) => id !== draft?.id)
          .reverse()
          .map(({ id, direction, channel, text, at, by }) => (
            <li key={id} className={direction === 'inbound' ? 'card' : 'notice'}>
              <p className="muted">
                {direction === 'inbound' ? `${title} by ${channel}` : ((by as { name?: string } | null)?.name ?? 'The team')},{' '}
                {dateTime(at.toISOString(), facts.zone)}
                {direction === 'outbound' && `, ${inWords(deliveries.get(id))}`}
              </p>
              <p className="said">{text}</p>
            </li>
          ))}
      </ol>
      {facts.state === 'closed' && <p>It is closed. The next message of the patient opens a new one.</p>}
      {facts.state === 'done' && (
        <Press id={facts.id} action="reopen">
          Open it again
        </Press>
      )}
      {(facts.state === 'open' || facts.state === 'unread') && (
        <>
          {draft && lead && <h2>For your review</h2>}
          {draft && lead && <ReviewForm facts={facts} text={draft.text} />}
          {draft && !lead && <p className="notice">A reply of {facts.draft!.by} waits for the team lead.</p>}
          {answers && <h2>Reply</h2>}
          {answers && <ReplyForm facts={facts} written={written} lead={lead} />}
          <h2>Other than replying</h2>
          <SortForm facts={facts} />
          <OtherForms facts={facts} providers={providers} lead={lead} />
        </>
      )}
    </Page>,
    refused?.status ?? 200,
  );
}

/** What became of an answer, for its writer. */
function inWords(delivery: Delivery | undefined): string {
  if (!delivery) return 'not sent';
  const failed = delivery.error ? `not delivered: ${delivery.error}` : 'not delivered';
  const words: Record<Delivery['state'], string> = {
    waiting: 'on its way',
    sent: 'sent',
    unknown: 'nobody knows whether it arrived',
    failed,
    withdrawn: 'not sent: the patient wants no texts',
    shadow: 'not sent: the facility runs in shadow',
  };
  return words[delivery.state];
}

function Refusal({ problem: { title, rule, facts } }: { problem: Problem }) {
  const { waysOut = [] } = (facts ?? {}) as { waysOut?: string[] };
  const forPeople = waysOut.filter((way) => !way.includes('/v1/'));
  return (
    <div className="notice warning" role="alert">
      <p>
        {title} Nothing was sent; what you wrote is below.
        {forPeople.length > 0 && ` You can ${forPeople.join(', or ')}.`}
      </p>
      <p className="muted">Rule {rule}</p>
    </div>
  );
}

function State({ conversation: { facts, names, flagReason, next } }: { conversation: LoadedConversation }) {
  const { zone, list } = facts;
  const nameOf = (key: string) => list.categories.find((one) => one.key === key)?.name ?? key;
  const waiting = waitsOn(facts).map(({ on, since }) => `the ${waitingOn(on, names.assignee)} since ${dateTime(since, zone)}`);
  const about = openMatters(facts).map(({ category }) => nameOf(category));
  const flag: [string, string][] = facts.flaggedAt ? [['Flagged', flagReason ?? dateTime(facts.flaggedAt, zone)]] : [];
  return (
    <Facts
      facts={[
        ['State', facts.state],
        ['Provider', names.provider ?? 'nobody yet'],
        ['With', names.assignee ?? 'nobody yet'],
        ['Waits on', waiting.join(' and ') || 'nobody'],
        ['About', about.join('; ') || 'not sorted yet'],
        ...flag,
        ['Next', `${next.kind}, ${dateTime(next.at, zone)}: ${next.because}`],
      ]}
    />
  );
}

async function reach(deps: Deps, request: FastifyRequest) {
  const visitor = await teamOf(deps, request);
  const id = Params.safeParse(request.params).data?.id;
  const conversation = id && (await loadConversation(deps.reader, id, deps.now()));
  if (!conversation || conversation.facilityId !== visitor.facilityId) throw new DomainError('CONVERSATION_NOT_FOUND', { id });
  return { visitor, conversation };
}
