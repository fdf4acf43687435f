import type { ReactNode } from 'react';

import { openPause, type TicketFacts } from '../../domain/ticket.ts';
import { oversees } from '../../domain/ticket-type.ts';
import { never } from '../../domain/timeline.ts';
import { dateTime } from '../../emails/wording.ts';
import type { LoadedTicket } from '../../ledger/ticket.ts';
import type { Ticket, TicketNote, TicketPause } from '../../prisma/generated/client.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { Problem } from '../problems.ts';
import { Facts, Options, Page } from './page.tsx';
import { AnswerFields, Clock } from './ticket-parts.tsx';

type Row = Ticket & { notes: TicketNote[]; pauses: TicketPause[] };
type Props = {
  ticket: LoadedTicket;
  row: Row;
  teams: { id: string; name: string }[];
  patient: string | undefined;
  visitor: Visitor;
  problem: Problem | undefined;
  now: string;
  seen: string;
};

export function TicketPage({ ticket, row, teams, patient, visitor, problem, now, seen }: Props) {
  const { facts, next } = ticket;
  const { zone } = visitor;
  const open = facts.state === 'open';
  const labels = new Map([...facts.type.fields, ...facts.type.closing].map(({ name, label }) => [name, label]));
  const said = (answers: object): [string, ReactNode][] =>
    Object.entries(answers).map(([name, value]) => [labels.get(name) ?? name, value === true ? 'yes' : String(value)]);
  return (
    <Page title={row.subject} tab="Desk">
      <p>
        <a href="/my-work">Back to My work</a>
        {row.aboutKind === 'conversation' && (
          <>
            {' '}
            · <a href={`/conversations/${row.aboutId}`}>What was said</a>
          </>
        )}
        {row.aboutKind === 'clearance' && (
          <>
            {' '}
            · <a href={`/clearances/${row.aboutId}`}>The clearance: clear the patient there</a>
          </>
        )}
      </p>
      {problem && <Refused problem={problem} />}
      {facts.priority && <p className="notice warning">A medical emergency: it goes before all others.</p>}
      <Facts
        facts={[
          ['Type', facts.type.name],
          ...(patient ? [['Patient', patient] as [string, ReactNode]] : []),
          ['Queue', facts.team.name],
          ['With', facts.assignee?.name ?? 'nobody yet'],
          ['Opened', `${dateTime(facts.openedAt, zone)} by ${row.openedBy}${row.origin === 'automated' ? ' (by an event)' : ''}`],
          ...(facts.unableAt ? [['Unable', `the team said so ${dateTime(facts.unableAt, zone)}`] as [string, ReactNode]] : []),
          ...said(facts.fields),
        ]}
      />
      {open ? <Clock facts={facts} now={now} /> : <Closed facts={facts} zone={zone} said={said((row.outcome as object) ?? {})} />}
      {open && next.at < never && (
        <p className="muted">
          Next by itself, {dateTime(next.at, zone)}: {next.because} (rule {next.rule})
        </p>
      )}
      <Written row={row} zone={zone} />
      {open && <Decisions facts={facts} teams={teams} visitor={visitor} seen={seen} />}
    </Page>
  );
}

/** Why nothing was done, and by whom it was done before. */
function Refused({ problem: { title, facts, rule } }: { problem: Problem }) {
  const { by, missing, because } = (facts ?? {}) as { by?: string; missing?: string[]; because?: string };
  return (
    <p className="notice warning" role="alert">
      {title} {by && `${by} was first. `}
      {missing && missing.length > 0 && `Missing: ${missing.join(', ')}. `}
      {because} Nothing was changed now; this is how it is. (Rule {rule})
    </p>
  );
}

function Closed({ facts, zone, said }: { facts: TicketFacts; zone: string; said: [string, ReactNode][] }) {
  return (
    <>
      <p className="notice">
        Closed by {facts.closedBy}, {dateTime(facts.closedAt!, zone)}.
      </p>
      {said.length > 0 && <Facts facts={said} />}
    </>
  );
}

function Written({ row: { notes, pauses }, zone }: { row: Row; zone: string }) {
  if (notes.length === 0 && pauses.length === 0) return null;
  return (
    <section>
      <h2>Written down</h2>
      <ul>
        {notes.map(({ id, at, by, text }) => (
          <li key={id}>
            {text}{' '}
            <span className="muted">
              ({by}, {dateTime(at.toISOString(), zone)})
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Decisions({ facts, teams, visitor, seen }: { facts: TicketFacts; teams: Props['teams']; visitor: Visitor; seen: string }) {
  const pause = openPause(facts);
  const lead = oversees(visitor);
  return (
    <section>
      <h2>What you can do</h2>
      {facts.assignee?.id !== visitor.personId && <Decide facts={facts} seen={seen} action="take" button="Take it" />}
      <details open={facts.assignee?.id === visitor.personId}>
        <summary>Close it</summary>
        <Decide facts={facts} seen={seen} action="close" button="Close the ticket">
          {facts.type.closing.length === 0 && !facts.type.rule && <p>This type demands nothing more.</p>}
          <AnswerFields fields={facts.type.closing} idPrefix="close" />
        </Decide>
      </details>
      <details>
        <summary>Route it to another team</summary>
        <Decide facts={facts} seen={seen} action="route" button="Route it">
          <label>
            Team
            <select name="teamId" required defaultValue="">
              <option value="">choose</option>
              <Options of={teams.filter(({ id }) => id !== facts.team.id)} />
            </select>
          </label>
        </Decide>
      </details>
      {pause ? (
        <Decide facts={facts} seen={seen} action="resume" button="Let its clock run again" />
      ) : (
        <details>
          <summary>Let its clock stand</summary>
          <Decide facts={facts} seen={seen} action="pause" button="Let it stand">
            <Reason label="What it waits for" />
            <label>
              Until (may be left out)
              <input type="datetime-local" name="until" />
            </label>
          </Decide>
        </details>
      )}
      {lead && (
        <details>
          <summary>Give it to somebody</summary>
          <Decide facts={facts} seen={seen} action="assign" button="Give it">
            <label>
              Person
              <select name="personId" defaultValue="">
                <option value="">nobody: back into the queue</option>
                <Options
                  of={[...facts.team.members, ...(facts.team.lead ? [facts.team.lead] : [])].filter(
                    (one, index, all) => all.findIndex(({ id }) => id === one.id) === index,
                  )}
                />
              </select>
            </label>
          </Decide>
        </details>
      )}
      <details>
        <summary>Write something down</summary>
        <Decide facts={facts} action="note" button="Keep the note">
          <Reason label="Note" />
        </Decide>
      </details>
      {facts.type.takeoverTeamId && !facts.unableAt && (
        <details>
          <summary>The team is unable to do it</summary>
          <Decide facts={facts} action="mark-unable" button="Say that we are unable">
            <Reason label="Why" />
          </Decide>
        </details>
      )}
      {facts.type.takeoverTeamId && facts.unableAt && <Decide facts={facts} action="take-over" button="Take it over" />}
    </section>
  );
}

function Reason({ label }: { label: string }) {
  return (
    <label>
      {label}
      <input name="reason" required maxLength={2000} />
    </label>
  );
}

type DecideProps = { facts: TicketFacts; action: string; button: string; seen?: string; children?: ReactNode };

/** A form posted twice is one decision; `seen`: what the person looked at, so that whoever comes second sees what was done. */
function Decide({ facts, action, button, seen, children }: DecideProps) {
  return (
    <form method="post" action={`/tickets/${facts.id}/${action}`} className={children ? 'card' : undefined}>
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      {seen && <input type="hidden" name="seen" value={seen} />}
      {children}
      <button type="submit">{button}</button>
    </form>
  );
}
