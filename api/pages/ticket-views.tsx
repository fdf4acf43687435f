import type { ReactNode } from 'react';

import { readsAccounts } from '../../domain/account.ts';
import { openPause, type TicketFacts } from '../../domain/ticket.ts';
import { oversees } from '../../domain/ticket-type.ts';
import { never } from '../../domain/timeline.ts';
import type { LoadedTicket } from '../../ledger/ticket.ts';
import type { Ticket, TicketNote, TicketPause } from '../../prisma/generated/client.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { Problem } from '../problems.ts';
import { tabOfRule } from './account-tabs.ts';
import { DecisionForm } from './decision-form.tsx';
import { Facts, Options, Page } from './page.tsx';
import { useSpeech, useWhen } from './reader.ts';
import { AnswerFields, Clock, type Posted } from './ticket-parts.tsx';
import { Typed } from './typed.tsx';

/** The refusal to what was pressed a moment ago, and the form as it was posted. */
export type Again = { problem: Problem; action: string; posted: Posted };
type Row = Ticket & { notes: TicketNote[]; pauses: TicketPause[] };
/** What the visitor may do at all: work it, or take it over for their team. */
type May = { work: boolean; takeOver: boolean };
type Props = {
  ticket: LoadedTicket;
  may: May;
  row: Row;
  teams: { id: string; name: string }[];
  patient: string | undefined;
  visitor: Visitor;
  again: Again | undefined;
  /** P-10: the name of the type that it was filed under, when it was opened under another just now. */
  filed: string | undefined;
  now: string;
  seen: string;
};

export function TicketPage({ ticket, may, row, teams, patient, visitor, again, filed, now, seen }: Props) {
  const { words, dateTime, phrase } = useSpeech();
  const when = useWhen();
  const { facts, next, patientId } = ticket;
  const { zone } = visitor;
  const open = facts.state === 'open';
  const fields = [...facts.type.fields, ...facts.type.closing];
  const labels = new Map(fields.map(({ name, label }) => [name, label]));
  const answer = (name: string, value: unknown) => {
    if (value === true) return words('ticket.fact.yes');
    return fields.find((one) => one.name === name)?.kind === 'instant' ? dateTime(String(value), zone) : String(value);
  };
  const said = (answers: object): [string, ReactNode][] =>
    Object.entries(answers).map(([name, value]) => [labels.get(name) ?? name, answer(name, value)]);
  const by = { at: dateTime(facts.openedAt, zone), name: row.openedBy };
  return (
    <Page title={row.subject} tab="Desk">
      <p>
        <a href="/my-work">{words('ticket.back')}</a>
        {patientId && <Door href={`/patients/${patientId}`}>{words('ticket.card')}</Door>}
        {patientId && readsAccounts(visitor) && (
          <Door href={`/accounts/${patientId}?tab=${tabOfRule(facts.type.source)}`}>{words('account.link')}</Door>
        )}
        {row.aboutKind === 'conversation' && <Door href={`/conversations/${row.aboutId}`}>{words('ticket.said')}</Door>}
        {row.aboutKind === 'clearance' && <Door href={`/clearances/${row.aboutId}`}>{words('ticket.clearance')}</Door>}
      </p>
      {filed && <p className="notice">{words('ticket.new.retypedText', { filed, type: facts.type.name, team: facts.team.name })}</p>}
      {again && <Refused problem={again.problem} labels={labels} then={words('ticket.refused.nothing')} />}
      {again && <Typed words={withoutForm(again, facts)} />}
      {facts.priority && <p className="notice warning">{words('ticket.emergency')}</p>}
      <Facts
        facts={[
          [words('ticket.fact.type'), facts.type.name],
          ...(patient ? [[words('ticket.fact.patient'), patient] as [string, ReactNode]] : []),
          [words('ticket.fact.queue'), facts.team.name],
          [words('ticket.fact.with'), facts.assignee?.name ?? words('ticket.fact.nobody')],
          [words('ticket.fact.opened'), row.origin === 'automated' ? words('ticket.fact.event', by) : words('ticket.fact.openedBy', by)],
          ...(facts.unableAt
            ? [[words('ticket.fact.unable'), words('ticket.fact.unableAt', { at: dateTime(facts.unableAt, zone) })] as [string, ReactNode]]
            : []),
          ...said(facts.fields),
        ]}
      />
      {open ? <Clock {...{ facts, now, zone }} /> : <Closed facts={facts} zone={zone} said={said((row.outcome as object) ?? {})} />}
      {open && <Stands facts={facts} zone={zone} />}
      {open && next.at < never && (
        <p className="muted">
          {words('ticket.next', { at: when(next.at, zone), because: phrase(next.because) })} ({next.rule})
        </p>
      )}
      {open && may.work && <Decisions {...{ facts, teams, visitor, seen, again }} />}
      {open && may.takeOver && facts.unableAt && (
        <Decide facts={facts} seen={seen} action="take-over" button={words('ticket.unable.takeOver')} quiet={may.work} />
      )}
      {open && !may.work && <p>{words('ticket.notYours', { team: facts.team.name })}</p>}
      <Written notes={row.notes} zone={zone} />
    </Page>
  );
}

const Door = ({ href, children }: { href: string; children: string }) => (
  <>
    {' '}
    · <a href={href}>{children}</a>
  </>
);

/** Why nothing was done, what is missing by its `labels`, and by whom it was done before. */
export function Refused({ problem, labels, then }: { problem: Problem; labels: Map<string, string>; then: string }) {
  const { words, phrase, list } = useSpeech();
  const { title, facts, rule } = problem;
  const { by, missing = [] } = (facts ?? {}) as { by?: string; missing?: string[] };
  const fields = list(missing.map((name) => labels.get(name) ?? name));
  return (
    <p className="notice warning" role="alert">
      {phrase(title)} {by && `${words('ticket.refused.by', { name: by })} `}
      {missing.length > 0 && `${words('ticket.refused.missing', { fields })} `}
      {then} <span className="muted">{words('ticket.refused.rule', { rule })}</span>
    </p>
  );
}

function Closed({ facts, zone, said }: { facts: TicketFacts; zone: string; said: [string, ReactNode][] }) {
  const { words, dateTime } = useSpeech();
  return (
    <>
      <p className="notice">{words('ticket.closed', { name: facts.closedBy ?? '', at: dateTime(facts.closedAt!, zone) })}</p>
      {said.length > 0 && <Facts facts={said} />}
    </>
  );
}

/** Since when its clock stands, and until when; why, the notes say. */
function Stands({ facts, zone }: { facts: TicketFacts; zone: string }) {
  const { words, dateTime } = useSpeech();
  const pause = openPause(facts);
  if (!pause) return null;
  const since = dateTime(pause.startsAt, zone);
  const text = pause.until
    ? words('ticket.pause.sinceUntil', { since, until: dateTime(pause.until, zone) })
    : words('ticket.pause.since', { since });
  return <p>{text}</p>;
}

function Written({ notes, zone }: { notes: TicketNote[]; zone: string }) {
  const { words, dateTime } = useSpeech();
  if (notes.length === 0) return null;
  return (
    <section>
      <h2>{words('ticket.written')}</h2>
      <ul>
        {notes.map(({ id, at, by, text }) => (
          <li key={id}>
            {text} <span className="muted">{words('ticket.by', { name: by, at: dateTime(at.toISOString(), zone) })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

type DecisionsProps = { facts: TicketFacts; teams: Props['teams']; visitor: Visitor; seen: string; again: Again | undefined };

/** What was typed into a form that the page does not have any more: somebody closed the ticket first, or its type asks otherwise now. */
function withoutForm({ action, posted }: Again, facts: TicketFacts): (string | undefined)[] {
  const gone = facts.state === 'closed' || (action === 'pause' && openPause(facts)) || (action === 'mark-unable' && facts.unableAt);
  const asked = new Set(facts.type.closing.map(({ name }) => `field.${name}`));
  return Object.entries(posted).flatMap(([name, value]) => {
    if (name === 'reason') return gone ? [value] : [];
    return name.startsWith('field.') && (gone || !asked.has(name)) ? [value] : [];
  });
}

function Decisions({ facts, teams, visitor, seen, again }: DecisionsProps) {
  const { words } = useSpeech();
  const { type, team } = facts;
  const mine = facts.assignee?.id === visitor.personId;
  const pause = openPause(facts);
  const tried = (action: string) => again?.action === action;
  const given = (action: string): Posted => (tried(action) ? again!.posted : {});
  const people = [...team.members, ...(team.lead ? [team.lead] : [])];
  return (
    <section>
      <h2>{words('ticket.can')}</h2>
      {!mine && <Decide facts={facts} seen={seen} action="take" button={words('ticket.take')} />}
      <Part title={words('ticket.close.title')} open={mine || tried('close')}>
        <Decide facts={facts} seen={seen} action="close" button={words('ticket.close.button')} quiet={!mine}>
          {type.closing.length === 0 && !type.rule && <p>{words('ticket.close.nothing')}</p>}
          {type.rule && <p className="muted">{words(`ticket.close.rule.${type.rule}`)}</p>}
          <AnswerFields fields={type.closing} idPrefix="close" given={given('close')} rule={type.rule} />
        </Decide>
      </Part>
      <Part title={words('ticket.route.title')} open={tried('route')}>
        <Decide facts={facts} seen={seen} action="route" button={words('ticket.route.button')} quiet>
          <label>
            {words('ticket.route.team')}
            <select name="teamId" required defaultValue={given('route').teamId ?? ''}>
              <option value="">{words('ticket.choose')}</option>
              <Options of={teams.filter(({ id }) => id !== team.id)} />
            </select>
          </label>
        </Decide>
      </Part>
      {pause ? (
        <Decide facts={facts} seen={seen} action="resume" button={words('ticket.pause.resume')} quiet />
      ) : (
        <Part title={words('ticket.pause.title')} open={tried('pause')}>
          <Decide facts={facts} seen={seen} action="pause" button={words('ticket.pause.button')} quiet>
            <Reason label={words('ticket.pause.why')} given={given('pause')} />
            <label>
              {words('ticket.pause.until', { zone: visitor.zone })}
              <input type="datetime-local" name="until" defaultValue={given('pause').until} />
            </label>
          </Decide>
        </Part>
      )}
      {oversees(visitor) && (
        <Part title={words('ticket.assign.title')} open={tried('assign')}>
          <Decide facts={facts} seen={seen} action="assign" button={words('ticket.assign.button')} quiet>
            <label>
              {words('ticket.assign.person')}
              <select name="personId" defaultValue={given('assign').personId ?? ''}>
                <option value="">{words('ticket.assign.nobody')}</option>
                <Options of={people.filter((one, index) => people.findIndex(({ id }) => id === one.id) === index)} />
              </select>
            </label>
          </Decide>
        </Part>
      )}
      <Part title={words('ticket.note.title')} open={tried('note')}>
        <Decide facts={facts} action="note" button={words('ticket.note.button')} quiet>
          <Reason label={words('ticket.note.note')} given={given('note')} />
        </Decide>
      </Part>
      {type.takeoverTeamId && !facts.unableAt && (
        <Part title={words('ticket.unable.title')} open={tried('mark-unable')}>
          <Decide facts={facts} action="mark-unable" button={words('ticket.unable.button')} quiet>
            <Reason label={words('ticket.unable.why')} given={given('mark-unable')} />
          </Decide>
        </Part>
      )}
    </section>
  );
}

const Part = ({ title, open = false, children }: { title: string; open?: boolean; children: ReactNode }) => (
  <details open={open}>
    <summary>{title}</summary>
    {children}
  </details>
);

function Reason({ label, given }: { label: string; given: Posted }) {
  return (
    <label>
      {label}
      <input name="reason" required maxLength={2000} defaultValue={given.reason} />
    </label>
  );
}

type DecideProps = { facts: TicketFacts; action: string; button: string; seen?: string; quiet?: boolean; children?: ReactNode };

/** `seen`: what the person looked at, so that whoever comes second sees what was done. */
const Decide = ({ facts, action, seen, ...form }: DecideProps) => (
  <DecisionForm to={`/tickets/${facts.id}/${action}`} hidden={{ seen }} {...form} />
);
