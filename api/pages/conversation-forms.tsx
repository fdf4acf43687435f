/** What can be done about a conversation, each a form that works without scripts. */
import { type ConversationFacts, openMatters } from '../../domain/conversation.ts';
import type { Hint } from '../../domain/draft-hint.ts';
import { queueOf, queues } from '../../domain/reply-category.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import { DecisionForm } from './decision-form.tsx';
import { Options } from './page.tsx';
import { PatientLine, PatientSearch } from './patient-search.tsx';
import { useReader, useSpeech } from './reader.ts';

export type Written = { text: string; categories: string[]; hints: Hint[] };

/** What was posted a moment ago, to be shown again in the form it came from. */
export type Again = {
  action: string;
  written: Written | undefined;
  categories: string[];
  reason?: string | undefined;
  practitionerId?: string | undefined;
  draftId?: string | undefined;
};

/** Whether the words are the lead's on the very reply that waits; about another, they are words of their own. */
export const isReview = (again: Again | undefined, { draft }: ConversationFacts): boolean =>
  again?.written !== undefined && draft !== null && again.draftId === draft.id;

/** what a reply that waits covers, as far as it is known: what its writer named, else all that was asked and is not medical. */
export function coveredByReview(facts: ConversationFacts): string[] {
  const draft = facts.draft?.categories ?? [];
  const named = draft.filter((category) => queueOf(facts.list, category) !== 'lead');
  const asked = openMatters(facts).flatMap(({ queue, category }) => (queue === 'team' ? [category] : []));
  return [named, asked, draft].find((one) => one.length > 0) ?? [];
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

type ReplyFormOf = { facts: ConversationFacts; written: Written | undefined; lead: boolean; refused: boolean };

/** A reply with the hints beside it: checking writes nothing, sending and putting it before the lead do. */
export function ReplyForm({ facts, written, lead, refused }: ReplyFormOf) {
  const { words } = useSpeech();
  const ticked = written?.categories ?? openMatters(facts).flatMap(({ queue, category }) => (queue === 'clinical' ? [] : [category]));
  const waits = facts.flaggedAt !== null && !lead;
  return (
    <form method="post" action={`/conversations/${facts.id}/check`} className="card" id="reply">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <label>
        {words('conversation.yourReply')}
        <textarea name="text" rows={7} maxLength={5000} required defaultValue={written?.text} aria-describedby="hints" />
      </label>
      <Hints id="hints" of={written} quiet={refused} />
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

/** beside the words; they never block. `quiet`: that there are none is not said. */
function Hints({ id, of, quiet = false }: { id: string; of: Written | undefined; quiet?: boolean }) {
  const { words, phrase } = useSpeech();
  return (
    <div id={id}>
      {!quiet && of?.hints.length === 0 && <p className="notice">{words('conversation.mendNothing')}</p>}
      {of && of.hints.length > 0 && (
        <ul className="notice warning">
          {of.hints.map(({ code, message }) => (
            <li key={code}>{phrase(message)}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** the lead sends what waits, as it is or in better words, and says what it covers. */
export function ReviewForm({ facts, written }: { facts: ConversationFacts; written: Written }) {
  const { words } = useSpeech();
  const draft = facts.draft!;
  return (
    <form method="post" action={`/conversations/${facts.id}/approve`} className="card" id="review">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <input type="hidden" name="draftId" value={draft.id} />
      <p>
        {words('conversation.review.waits', { name: draft.by })} {words(`conversation.review.${draft.why}`)}
      </p>
      <label>
        {words('conversation.review.theReply')}
        <textarea name="text" rows={7} maxLength={5000} required defaultValue={written.text} aria-describedby="review-hints" />
      </label>
      <Hints id="review-hints" of={written} />
      <Categories facts={facts} ticked={written.categories} legend={words('conversation.covers')} />
      <div className="row">
        <button type="submit">{words('conversation.review.approve')}</button>
        <button type="submit" className="quiet" formAction={`/conversations/${facts.id}/check`}>
          {words('conversation.check')}
        </button>
      </div>
    </form>
  );
}

export function SortForm({ facts, again }: { facts: ConversationFacts; again: Again | undefined }) {
  const { words } = useSpeech();
  const tried = again?.action === 'classify';
  const ticked = tried ? again.categories : openMatters(facts).map(({ category }) => category);
  return (
    <details open={tried}>
      <summary>{words('conversation.sort.title')}</summary>
      <form method="post" action={`/conversations/${facts.id}/classify`} className="card">
        <input type="hidden" name="form" value={crypto.randomUUID()} />
        <Categories facts={facts} ticked={ticked} legend={words('conversation.sort.asks')} />
        <button type="submit">{words('conversation.sort.button')}</button>
      </form>
    </details>
  );
}

/** an address that is on no card, or on several: whoever answers says whose it is. */
export function WhoseForm({ id, q, found }: { id: string; q: string | undefined; found: Patient[] }) {
  const { words } = useSpeech();
  return (
    <section>
      <h2>{words('conversation.whose.title')}</h2>
      <p>{words('conversation.whose.text')}</p>
      <PatientSearch action={`/conversations/${id}`} q={q} />
      {q && found.length === 0 && <p>{words('conversation.whose.nobody', { q })}</p>}
      {found.map((one) => (
        <DecisionForm
          key={one.id}
          to={`/conversations/${id}/identify`}
          button={words('conversation.whose.button', { name: `${one.givenName} ${one.familyName}` })}
          hidden={{ patientId: one.id }}
        >
          <p>
            <PatientLine patient={one} />
          </p>
        </DecisionForm>
      ))}
    </section>
  );
}

type Provider = { id: string; name: string };

type OtherProps = { facts: ConversationFacts; providers: Provider[]; lead: boolean; answers: boolean; again: Again | undefined };

export function OtherForms({ facts, providers, lead, answers, again }: OtherProps) {
  const { words } = useSpeech();
  const me = useReader().visitor?.personId;
  const { state, flaggedAt } = facts;
  const mine = facts.assigneeId === me && state !== 'unread';
  const unanswered = facts.waitingSince !== null || facts.draft !== null;
  const to = (action: string) => ({ to: `/conversations/${facts.id}/${action}`, quiet: true });
  const handOver = words('conversation.handOver', { name: facts.responsible?.name ?? words('conversation.theCoordinator') });
  return (
    <>
      <div className="row">
        {answers && !mine && <DecisionForm {...to('take')} button={words('conversation.take')} />}
        {facts.responsible?.id !== me && <DecisionForm {...to('hand-over')} button={handOver} />}
        {flaggedAt && lead && <DecisionForm {...to('unflag')} button={words('conversation.unflag')} />}
      </div>
      <DecisionForm {...to('done')} button={words('conversation.done')}>
        {unanswered && (
          <label>
            <input type="checkbox" name="yes" required /> {words('conversation.doneAnyway')}
          </label>
        )}
      </DecisionForm>
      <details open={again?.action === 'tag'}>
        <summary>{words('conversation.tag.title')}</summary>
        <DecisionForm {...to('tag')} button={words('conversation.tag.button')}>
          <label>
            {words('conversation.tag.provider')}
            <select name="practitionerId" required defaultValue={again?.practitionerId ?? ''}>
              <option value="">{words('conversation.tag.choose')}</option>
              <Options of={providers} />
            </select>
          </label>
        </DecisionForm>
      </details>
      {!flaggedAt && (
        <details open={again?.action === 'flag'}>
          <summary>{words('conversation.flag.title')}</summary>
          <DecisionForm {...to('flag')} button={words('conversation.flag.button')}>
            <label>
              {words('conversation.flag.why')}
              <input name="reason" required maxLength={500} defaultValue={again?.reason} />
            </label>
          </DecisionForm>
        </details>
      )}
    </>
  );
}
