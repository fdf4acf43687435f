/** What can be done about a conversation, each a form that works without scripts. */
import type { ReactNode } from 'react';

import { type ConversationFacts, openMatters } from '../../domain/conversation.ts';
import type { Hint } from '../../domain/draft-hint.ts';
import { queues } from '../../domain/reply-category.ts';
import { Options } from './page.tsx';
import { useReader, useSpeech } from './reader.ts';

/** One button, one decision; posted twice it is one. */
export function Press({ id, action, children, more }: { id: string; action: string; children: string; more?: ReactNode }) {
  return (
    <form method="post" action={`/conversations/${id}/${action}`}>
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      {more}
      <button type="submit" className="quiet">
        {children}
      </button>
    </form>
  );
}

/** what it is about, or what a reply covers. */
function Categories({ facts: { list }, ticked, legend }: { facts: ConversationFacts; ticked: string[]; legend: string }) {
  const { words, phrase } = useSpeech();
  return (
    <fieldset>
      <legend>{legend}</legend>
      {queues.map((queue) => (
        <details key={queue} open={list.categories.some((one) => one.answeredBy === queue && ticked.includes(one.key)) || queue === 'team'}>
          <summary>{words(`conversation.queue.${queue}`)}</summary>
          {list.categories
            .filter(({ answeredBy }) => answeredBy === queue)
            .map(({ key, name }) => (
              <label key={key}>
                <input type="checkbox" name="category" value={key} defaultChecked={ticked.includes(key)} /> {phrase(name)}
              </label>
            ))}
        </details>
      ))}
    </fieldset>
  );
}

export type Written = { text: string; categories: string[]; hints: Hint[] | undefined };

type ReplyFormOf = { facts: ConversationFacts; written: Written | undefined; lead: boolean; refused: boolean };

/** A reply with the hints beside it: checking writes nothing, sending and putting it before the lead do. */
export function ReplyForm({ facts, written, lead, refused }: ReplyFormOf) {
  const { words, phrase } = useSpeech();
  const ticked = written?.categories ?? openMatters(facts).flatMap(({ queue, category }) => (queue === 'clinical' ? [] : [category]));
  const waits = facts.flaggedAt !== null && !lead;
  return (
    <form method="post" action={`/conversations/${facts.id}/check`} className="card" id="reply">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <label>
        {words('conversation.yourReply')}
        <textarea name="text" rows={7} maxLength={5000} required defaultValue={written?.text} aria-describedby="hints" />
      </label>
      <div id="hints">
        {!refused && written?.hints?.length === 0 && <p className="notice">{words('conversation.mendNothing')}</p>}
        {written?.hints && written.hints.length > 0 && (
          <ul className="notice warning">
            {written.hints.map(({ code, message }) => (
              <li key={code}>{phrase(message)}</li>
            ))}
          </ul>
        )}
      </div>
      <Categories facts={facts} ticked={ticked} legend={words('conversation.covers')} />
      <div className="row">
        <button type="submit" className="quiet">
          {words('conversation.check')}
        </button>
        {!waits && (
          <button type="submit" formAction={`/conversations/${facts.id}/reply`}>
            {words('conversation.send')}
          </button>
        )}
        {!lead && (
          <button type="submit" className={waits ? undefined : 'quiet'} formAction={`/conversations/${facts.id}/draft`}>
            {words('conversation.draft')}
          </button>
        )}
      </div>
      {waits && <p className="muted">{words('conversation.leadFirst')}</p>}
    </form>
  );
}

/** the lead sends what waits, as it is or in better words. */
export function ReviewForm({ facts, text }: { facts: ConversationFacts; text: string }) {
  const { words } = useSpeech();
  const draft = facts.draft!;
  return (
    <form method="post" action={`/conversations/${facts.id}/approve`} className="card" id="review">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <p>
        {words('conversation.review.waits', { name: draft.by })} {words(`conversation.review.${draft.why}`)}
      </p>
      <label>
        {words('conversation.review.theReply')}
        <textarea name="text" rows={7} maxLength={5000} required defaultValue={text} />
      </label>
      <button type="submit">{words('conversation.review.approve')}</button>
    </form>
  );
}

export function SortForm({ facts }: { facts: ConversationFacts }) {
  const { words } = useSpeech();
  return (
    <details>
      <summary>{words('conversation.sort.title')}</summary>
      <form method="post" action={`/conversations/${facts.id}/classify`} className="card">
        <input type="hidden" name="form" value={crypto.randomUUID()} />
        <Categories facts={facts} ticked={openMatters(facts).map(({ category }) => category)} legend={words('conversation.sort.asks')} />
        <button type="submit">{words('conversation.sort.button')}</button>
      </form>
    </details>
  );
}

type Provider = { id: string; name: string };

type OtherFormsOf = { facts: ConversationFacts; providers: Provider[]; lead: boolean; answers: boolean };

export function OtherForms({ facts, providers, lead, answers }: OtherFormsOf) {
  const { words } = useSpeech();
  const me = useReader().visitor?.personId;
  const { id, state, flaggedAt } = facts;
  const mine = facts.assigneeId === me && state !== 'unread';
  const unanswered = facts.waitingSince !== null || facts.draft !== null;
  const sure = (
    <label>
      <input type="checkbox" name="yes" required /> {words('conversation.doneAnyway')}
    </label>
  );
  return (
    <>
      <div className="row">
        {answers && !mine && (
          <Press id={id} action="take">
            {words('conversation.take')}
          </Press>
        )}
        {facts.responsible?.id !== me && (
          <Press id={id} action="hand-over">
            {words('conversation.handOver', { name: facts.responsible?.name ?? words('conversation.theCoordinator') })}
          </Press>
        )}
        {flaggedAt && lead && (
          <Press id={id} action="unflag">
            {words('conversation.unflag')}
          </Press>
        )}
      </div>
      <Press id={id} action="done" more={unanswered ? sure : undefined}>
        {words('conversation.done')}
      </Press>
      <details>
        <summary>{words('conversation.tag.title')}</summary>
        <Press
          id={id}
          action="tag"
          more={
            <label>
              {words('conversation.tag.provider')}
              <select name="practitionerId" required defaultValue="">
                <option value="">{words('conversation.tag.choose')}</option>
                <Options of={providers} />
              </select>
            </label>
          }
        >
          {words('conversation.tag.button')}
        </Press>
      </details>
      {!flaggedAt && (
        <details>
          <summary>{words('conversation.flag.title')}</summary>
          <Press
            id={id}
            action="flag"
            more={
              <label>
                {words('conversation.flag.why')}
                <input name="reason" required maxLength={500} />
              </label>
            }
          >
            {words('conversation.flag.button')}
          </Press>
        </details>
      )}
    </>
  );
}
