import { coverageOfLines, ended, openLines } from '../../domain/absence.ts';
import { uncoveredMinutes } from '../../domain/coverage.ts';
import type { LoadedAbsence } from '../../ledger/absence.ts';
import type { Landing, Rehearsal } from '../../ledger/absence-rehearsal.ts';
import type { Visitor } from '../auth/sessions.ts';
import { awayInWords, LineDays } from './coverage-days.tsx';
import { EnterAbsence, type Named } from './coverage-form.tsx';
import { Page } from './page.tsx';
import { useSpeech } from './reader.ts';
import { useRefusal } from './refused.tsx';

type Days = Record<'from' | 'last' | 'earlier' | 'later', string>;

export function CoverageCalendar(props: { absences: LoadedAbsence[]; days: Days; visitor: Visitor; people: Named[]; now: string }) {
  const { absences, days, visitor, people, now } = props;
  const { words, civilDay } = useSpeech();
  const again = useRefusal() !== undefined;
  const form = <EnterAbsence people={people} self={visitor.personId} />;
  return (
    <Page title={words('coverage.title')} tab="Desk">
      {again && form}
      <p className="muted">{words('ticket.times', { facility: visitor.facility, zone: visitor.zone })}</p>
      <p>
        <a href={`/coverage?from=${days.earlier}`}>{words('coverage.earlier')}</a> · {civilDay(days.from)} – {civilDay(days.last)} ·{' '}
        <a href={`/coverage?from=${days.later}`}>{words('coverage.later')}</a>
      </p>
      {absences.length === 0 && <p>{words('coverage.nobody')}</p>}
      {absences.length > 0 && <h2>{words('coverage.away')}</h2>}
      {absences.map((absence) => (
        <AbsenceCard key={absence.facts.id} absence={absence} visitor={visitor} now={now} />
      ))}
      {!again && form}
    </Page>
  );
}

function AbsenceCard({ absence: { facts }, visitor, now }: { absence: LoadedAbsence; visitor: Visitor; now: string }) {
  const speech = useSpeech();
  const { words, duration } = speech;
  const lines = coverageOfLines(facts, now);
  const bare = lines.reduce((sum, { days }) => sum + uncoveredMinutes(days), 0);
  const asked = visitor.role === 'care coordinator' && visitor.personId !== facts.personId && openLines(facts, now).length > 0;
  return (
    <details className="card" open={bare > 0}>
      <summary>
        <strong>{facts.name}</strong>: {awayInWords(facts, facts.zone, speech)}, {words(`coverage.state.${facts.state}`)}
        {bare > 0 && <strong> · {words('coverage.bare', { time: duration(bare) })}</strong>}
      </summary>
      {lines.length === 0 && <p>{words('coverage.noLines')}</p>}
      {!ended(facts) && <LineDays lines={lines} zone={facts.zone} />}
      <p>
        <a href={`/coverage/${facts.id}`}>{words(asked ? 'coverage.cover' : 'coverage.see')}</a>
      </p>
    </details>
  );
}

type RehearsalProps = {
  absence: LoadedAbsence;
  rehearsal: Rehearsal;
  /** What was entered, for the form that saves it. */
  carried: Record<string, string>;
  visitor: Visitor;
  seen: string;
  stale: boolean;
  now: string;
};

export function RehearsalPage({ absence: { facts }, rehearsal, carried, visitor, seen, stale, now }: RehearsalProps) {
  const speech = useSpeech();
  const { words } = speech;
  const hidden = { ...carried, seen, form: crypto.randomUUID() };
  return (
    <Page title={words('coverage.rehearsal.title', { name: facts.name })} tab="Desk">
      {stale && (
        <p className="notice warning" role="alert">
          {words('coverage.rehearsal.stale')}
        </p>
      )}
      <p>
        {awayInWords(facts, facts.week.zone, speech)} ({facts.week.zone}). {words('coverage.rehearsal.unsaved')}
      </p>
      {facts.lines.length > 0 && <h2>{words('coverage.absence.lines')}</h2>}
      <LineDays lines={coverageOfLines(facts, now)} zone={visitor.zone} />
      <TurnBare lines={rehearsal.turnBare} name={facts.name} zone={visitor.zone} />
      <Landings landings={rehearsal.landings} zone={visitor.zone} />
      <form method="post" action="/coverage">
        {Object.entries(hidden).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <label>
          <input type="checkbox" name="yes" required /> {words('coverage.rehearsal.yes', { name: facts.name })}
        </label>
        <button type="submit">{words('coverage.rehearsal.save')}</button>
      </form>
      <p>
        <a href="/coverage">{words('coverage.rehearsal.back')}</a>
      </p>
    </Page>
  );
}

/** U-15: what they cover for others, and nobody does any more. */
function TurnBare({ lines, name, zone }: { lines: Rehearsal['turnBare']; name: string; zone: string }) {
  const { words } = useSpeech();
  if (lines.length === 0) return null;
  const named = lines.map(({ absenceId, absent, practitionerId, provider, days }) => ({
    line: { practitionerId: `${absenceId} ${practitionerId}`, provider: words('coverage.rehearsal.forWhom', { provider, absent }) },
    days,
  }));
  return (
    <>
      <h2>{words('coverage.rehearsal.turnBare', { name })}</h2>
      <p>{words('coverage.rehearsal.told')}</p>
      <LineDays lines={named} zone={zone} />
    </>
  );
}

function Landings({ landings, zone }: { landings: Landing[]; zone: string }) {
  const { words, dateTime, phrase, list } = useSpeech();
  if (landings.length === 0) return <p>{words('coverage.rehearsal.nothing')}</p>;
  return (
    <table>
      <caption>{words('coverage.rehearsal.caption')}</caption>
      <thead>
        <tr>
          <th scope="col">{words('coverage.rehearsal.when')}</th>
          <th scope="col">{words('coverage.rehearsal.what')}</th>
          <th scope="col">{words('coverage.rehearsal.goesTo')}</th>
        </tr>
      </thead>
      <tbody>
        {landings.map(({ id, at, what, goesTo }) => (
          <tr key={`${id} ${at} ${what}`}>
            <td>{dateTime(at, zone)}</td>
            <td>{phrase(what)}</td>
            <td>{list(goesTo) || words('coverage.rehearsal.waits')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
