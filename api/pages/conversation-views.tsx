import { openMatters, waiterOf, waitsOn } from '../../domain/conversation.ts';
import type { LoadedConversation } from '../../ledger/conversation.ts';
import type { Delivery } from '../../ledger/conversation-reply.ts';
import type { ConversationMessage, Patient } from '../../prisma/generated/client.ts';
import type { Speech } from '../../words/speech.ts';
import type { Problem } from '../problems.ts';
import { type Again, isReview, OtherForms, ReplyForm, ReviewForm, SortForm, WhoseForm, type Written } from './conversation-forms.tsx';
import { DecisionForm } from './decision-form.tsx';
import { Facts, Page } from './page.tsx';
import { useSpeech, useWhen } from './reader.ts';
import { Typed } from './typed.tsx';

type Props = {
  conversation: LoadedConversation;
  /** In order, the draft among them. */
  messages: ConversationMessage[];
  draft: ConversationMessage | undefined;
  /** For the lead: the reply that waits. */
  review: Written | undefined;
  providers: { id: string; name: string }[];
  deliveries: Map<string, Delivery>;
  lead: boolean;
  answers: boolean;
  refused: Problem | undefined;
  /** What was posted a moment ago: checked, or refused. */
  again: Again | undefined;
  /** Who was looked for as the one whose conversation it is, and who was found. */
  q: string | undefined;
  found: Patient[];
};

export function ConversationPage(props: Props) {
  const { conversation, draft, review, providers, lead, answers, refused, again, q, found } = props;
  const { facts, patientId, names, address } = conversation;
  const { words } = useSpeech();
  const live = facts.state === 'open' || facts.state === 'unread';
  const written = isReview(again, facts) ? undefined : again?.written;
  return (
    <Page title={names.patient ?? address} tab="Desk">
      <p>
        <a href="/conversations">{words('conversation.all')}</a>
        {patientId && (
          <>
            {' '}
            · <a href={`/accounts/${patientId}`}>{words('conversation.account')}</a>
          </>
        )}{' '}
        · <a href={`/tickets/new?conversation=${facts.id}`}>{words('conversation.openTicket')}</a>
      </p>
      {refused && <Refusal problem={refused} />}
      {again && <Typed words={[live && answers ? undefined : again.written?.text, live ? undefined : again.reason]} />}
      <State conversation={conversation} />
      {!patientId && answers && facts.state !== 'closed' && <WhoseForm id={facts.id} q={q} found={found} />}
      <h2>{words('conversation.said')}</h2>
      <SaidSoFar {...props} />
      {facts.state === 'closed' && <p>{words('conversation.closed')}</p>}
      {facts.state === 'done' && <DecisionForm to={`/conversations/${facts.id}/reopen`} button={words('conversation.reopen')} quiet />}
      {live && (
        <>
          {review && <h2>{words('conversation.forReview')}</h2>}
          {review && <ReviewForm facts={facts} written={review} />}
          {draft && !lead && <p className="notice">{words('conversation.waitsForLead', { name: facts.draft!.by })}</p>}
          {answers && <h2>{words('conversation.reply')}</h2>}
          {answers && <ReplyForm facts={facts} written={written} lead={lead} refused={refused !== undefined} />}
          <h2>{words('conversation.other')}</h2>
          <SortForm facts={facts} again={again} />
          <OtherForms {...{ facts, providers, lead, answers, again }} />
        </>
      )}
    </Page>
  );
}

function SaidSoFar({ conversation: { facts, names, address }, messages, draft, deliveries }: Props) {
  const speech = useSpeech();
  const { words, dateTime } = speech;
  const patient = names.patient ?? address;
  const who = ({ direction, channel, by }: ConversationMessage) =>
    direction === 'inbound'
      ? words(`conversation.byChannel.${channel as 'text' | 'email' | 'voicemail'}`, { name: patient })
      : ((by as { name?: string } | null)?.name ?? words('conversation.team'));
  return (
    <ol className="plain">
      {messages
        .filter(({ id }) => id !== draft?.id)
        .map((one) => (
          <li key={one.id} className={one.direction === 'inbound' ? 'card' : 'notice'}>
            <p className="muted">
              {who(one)}, {dateTime(one.at.toISOString(), facts.zone)}
              {one.direction === 'outbound' && `, ${becameOf(deliveries.get(one.id), speech)}`}
            </p>
            <p className="said">{one.text}</p>
          </li>
        ))}
    </ol>
  );
}

/** What became of an answer, for its writer. */
function becameOf(delivery: Delivery | undefined, { words }: Speech): string {
  if (!delivery) return words('conversation.delivery.none');
  const { state, error } = delivery;
  return state === 'failed' && error ? words('conversation.delivery.failedWhy', { why: error }) : words(`conversation.delivery.${state}`);
}

function Refusal({ problem: { title, rule, code, facts } }: { problem: Problem }) {
  const { words, phrase } = useSpeech();
  const { waysOut = [] } = (facts ?? {}) as { waysOut?: string[] };
  const ways = waysOut.filter((way) => !way.includes('/v1/')).map(phrase);
  return (
    <div className="notice warning" role="alert">
      <p>
        {phrase(title)} {words('conversation.refused')}
        {ways.length > 0 && ` ${words('conversation.waysOut', { ways: ways.join(words('conversation.or')) })}`}
      </p>
      <p className="muted">{words('frame.rule', { rule, code })}</p>
    </div>
  );
}

function State({ conversation: { facts, names, flagReason, next } }: { conversation: LoadedConversation }) {
  const { words, list, dateTime, phrase } = useSpeech();
  const when = useWhen();
  const { zone, list: categories } = facts;
  const nameOf = (key: string) => phrase(categories.categories.find((one) => one.key === key)?.name ?? key);
  const waiting = waitsOn(facts).map(({ on, since }) =>
    words('conversation.fact.waiting', {
      who: words(`conversation.on.${waiterOf(on, facts)}`),
      since: dateTime(since, zone),
    }),
  );
  const about = openMatters(facts).map(({ category }) => nameOf(category));
  const flag: [string, string][] = facts.flaggedAt
    ? [[words('conversation.fact.flagged'), flagReason ?? dateTime(facts.flaggedAt, zone)]]
    : [];
  const ended = facts.state === 'closed';
  return (
    <Facts
      facts={[
        [words('conversation.fact.state'), words(`conversation.state.${facts.state}`)],
        [words('conversation.fact.provider'), names.provider ?? words('conversation.fact.nobodyYet')],
        [words('conversation.fact.with'), names.assignee ?? words('conversation.fact.nobodyYet')],
        [words('conversation.fact.waitsOn'), list(waiting) || words('conversation.fact.nobody')],
        [words('conversation.fact.about'), about.join('; ') || words('conversation.fact.unsorted')],
        ...flag,
        ...(ended
          ? []
          : [
              [
                words('conversation.fact.next'),
                `${words(`conversation.next.${next.kind}`)}, ${when(next.at, zone)}: ${phrase(next.because)}`,
              ] as [string, string],
            ]),
      ]}
    />
  );
}
