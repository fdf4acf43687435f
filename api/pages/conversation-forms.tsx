/** What can be done about a conversation, each a form that works without scripts. */
import type { ReactNode } from 'react';

import { type ConversationFacts, openMatters } from '../../domain/conversation.ts';
import type { Hint } from '../../domain/draft-hint.ts';
import { queues } from '../../domain/reply-category.ts';
import { Choice } from './page.tsx';

const queueNames = { team: 'The care team answers', clinical: 'A provider answers', lead: 'The lead is asked' } as const;

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
  return (
    <fieldset>
      <legend>{legend}</legend>
      {queues.map((queue) => (
        <details key={queue} open={list.categories.some((one) => one.answeredBy === queue && ticked.includes(one.key)) || queue === 'team'}>
          <summary>{queueNames[queue]}</summary>
          {list.categories
            .filter(({ answeredBy }) => answeredBy === queue)
            .map(({ key, name }) => (
              <label key={key}>
                <input type="checkbox" name="category" value={key} defaultChecked={ticked.includes(key)} /> {name}
              </label>
            ))}
        </details>
      ))}
    </fieldset>
  );
}

export type Written = { text: string; categories: string[]; hints: Hint[] | undefined };

/** A reply with the hints beside it: checking writes nothing, sending and putting it before the lead do. */
export function ReplyForm({ facts, written, lead }: { facts: ConversationFacts; written: Written | undefined; lead: boolean }) {
  const ticked = written?.categories ?? openMatters(facts).flatMap(({ queue, category }) => (queue === 'clinical' ? [] : [category]));
  const waits = facts.flaggedAt !== null && !lead;
  return (
    <form method="post" action={`/conversations/${facts.id}/check`} className="card" id="reply">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <label>
        Your reply
        <textarea name="text" rows={7} maxLength={5000} required defaultValue={written?.text} aria-describedby="hints" />
      </label>
      <div id="hints">
        {written?.hints && written.hints.length === 0 && <p className="notice">Nothing to mend.</p>}
        {written?.hints && written.hints.length > 0 && (
          <ul className="notice warning">
            {written.hints.map(({ code, message }) => (
              <li key={code}>{message}</li>
            ))}
          </ul>
        )}
      </div>
      <Categories facts={facts} ticked={ticked} legend="What the reply covers" />
      <div className="row">
        <button type="submit" className="quiet">
          Check the draft
        </button>
        {!waits && (
          <button type="submit" formAction={`/conversations/${facts.id}/reply`}>
            Send
          </button>
        )}
        {!lead && (
          <button type="submit" className={waits ? undefined : 'quiet'} formAction={`/conversations/${facts.id}/draft`}>
            Put it before the lead
          </button>
        )}
      </div>
      {waits && <p className="muted">It is flagged: the lead looks at replies before they go out.</p>}
    </form>
  );
}

/** the lead sends what waits, as it is or in better words. */
export function ReviewForm({ facts, text }: { facts: ConversationFacts; text: string }) {
  const draft = facts.draft!;
  const why = { flagged: 'The patient is upset.', unsure: 'Its writer is unsure.', asked: 'Its writer asked you to look.' }[draft.why];
  return (
    <form method="post" action={`/conversations/${facts.id}/approve`} className="card" id="review">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <p>
        A reply of {draft.by} waits. {why}
      </p>
      <label>
        The reply
        <textarea name="text" rows={7} maxLength={5000} required defaultValue={text} />
      </label>
      <button type="submit">Approve and send</button>
    </form>
  );
}

export function SortForm({ facts }: { facts: ConversationFacts }) {
  return (
    <details>
      <summary>Say what it is about</summary>
      <form method="post" action={`/conversations/${facts.id}/classify`} className="card">
        <input type="hidden" name="form" value={crypto.randomUUID()} />
        <Categories facts={facts} ticked={openMatters(facts).map(({ category }) => category)} legend="What the patient asks" />
        <button type="submit">Sort it</button>
      </form>
    </details>
  );
}

type Provider = { id: string; name: string };

export function OtherForms({ facts, providers, lead }: { facts: ConversationFacts; providers: Provider[]; lead: boolean }) {
  const { id, state, flaggedAt } = facts;
  const unanswered = facts.waitingSince !== null || facts.draft !== null;
  const sure = (
    <label>
      <input type="checkbox" name="yes" required /> The patient still waits for an answer: done anyway
    </label>
  );
  return (
    <>
      <div className="row">
        {state === 'unread' && (
          <Press id={id} action="take">
            Take it over
          </Press>
        )}
        <Press id={id} action="hand-over">
          {`Hand over to ${facts.responsible?.name ?? 'the coordinator'}`}
        </Press>
        {flaggedAt && lead && (
          <Press id={id} action="unflag">
            Lift the flag
          </Press>
        )}
      </div>
      <Press id={id} action="done" more={unanswered ? sure : undefined}>
        Mark as done
      </Press>
      <details>
        <summary>Tag a provider</summary>
        <Press id={id} action="tag" more={<Choice label="Provider" name="practitionerId" options={providers} chosen={undefined} />}>
          Tag
        </Press>
      </details>
      {!flaggedAt && (
        <details>
          <summary>Flag for the lead</summary>
          <Press
            id={id}
            action="flag"
            more={
              <label>
                What upset the patient
                <input name="reason" required maxLength={500} />
              </label>
            }
          >
            Flag
          </Press>
        </details>
      )}
    </>
  );
}
