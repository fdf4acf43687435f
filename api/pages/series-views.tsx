import { recurrenceInWords } from '../../domain/recurrence.ts';
import { advanceSeries, planSeries } from '../../domain/series.ts';
import { foretell } from '../../domain/timeline.ts';
import type { LoadedSeries } from '../../ledger/series.ts';
import { Coming } from './coming.tsx';
import { civilDay } from './dates.ts';
import { Page } from './page.tsx';
import { type Choices, TermFields } from './series-fields.tsx';

/** Of an endless series the next few steps are told. */
const mostSteps = 5;

/** `OR 1, 07:00–15:00, Tuesday, every week, from Monday, 4 January 2027, of Orthopedics`. */
export function termsInWords({ facts, names }: LoadedSeries): string {
  const { from, to, recurrence, validFrom, validUntil, skippedDates } = facts;
  const until = validUntil === null ? `from ${civilDay(validFrom)}` : `${civilDay(validFrom)} to ${civilDay(validUntil)}`;
  const skipped = skippedDates.length > 0 ? `, without ${skippedDates.map(civilDay).join(', ')}` : '';
  return `${names.room}, ${from}–${to}, ${recurrenceInWords(recurrence)}, ${until}${skipped}, of ${names.provider ?? names.group}`;
}

export function SeriesListPage({ series, nextCursor, saved }: { series: LoadedSeries[]; nextCursor: string | null; saved: boolean }) {
  return (
    <Page title="Block series" tab="Desk">
      {saved && <p className="notice">Saved. The days are blocks as you saw them.</p>}
      <p>
        Blocks that come again. Each day within the horizon is a block already. <a href="/block-series/new">New series</a>
      </p>
      {series.length === 0 ? (
        <p>No series yet: make one, or enter single blocks by import or by the API.</p>
      ) : (
        <ul className="plain">
          {series.map((one) => (
            <li key={one.facts.id} className="card">
              <a href={`/block-series/${one.facts.id}`}>{termsInWords(one)}</a>
              <br />
              <span className="muted">
                {one.facts.state}; blocks are made up to {civilDay(one.facts.materialisedUntil)}
              </span>
            </li>
          ))}
        </ul>
      )}
      {nextCursor && (
        <p>
          <a href={`/block-series?${new URLSearchParams({ cursor: nextCursor })}`}>Further series</a>
        </p>
      )}
    </Page>
  );
}

type SeriesView = { series?: LoadedSeries; choices: Choices; today: string; now?: string };

/** A new series, or one to change and to end. */
export function SeriesPage({ series, choices, today, now }: SeriesView) {
  const ended = series?.facts.state === 'ended';
  const target = series && (
    <>
      <input type="hidden" name="id" value={series.facts.id} />
      <input type="hidden" name="version" value={series.version} />
    </>
  );
  return (
    <Page title={series ? `Block series in ${series.names.room}` : 'New block series'} tab="Desk">
      <p>
        {series ? termsInWords(series) : 'Nothing is made before you have seen its days.'} <a href="/block-series">All series</a>
      </p>
      {ended && <p className="notice">The series has ended: nothing of it can be changed any more.</p>}
      {!ended && (
        <form method="post" action="/block-series/preview" className="card">
          <input type="hidden" name="what" value={series ? 'change' : 'new'} />
          {target}
          <h2>{series ? 'Change its terms' : 'Its terms'}</h2>
          {series && (
            <p className="muted">Days that have begun stay, and so do days that something has happened to, unless you say otherwise.</p>
          )}
          <TermFields facts={series?.facts} choices={choices} today={today} />
          {series && <Reason />}
          <button type="submit">See what it does to which day</button>
        </form>
      )}
      {series && !ended && (
        <form method="post" action="/block-series/preview" className="card">
          <input type="hidden" name="what" value="end" />
          {target}
          <h2>End it</h2>
          <label>
            First day without a block <input type="date" name="endsBefore" required min={today} />
          </label>
          <Reason />
          <button type="submit">See which days go</button>
        </form>
      )}
      {series && now && (
        <>
          <h2>What comes next</h2>
          <Coming steps={comingOf(series, now)} zone={series.facts.zone} />
        </>
      )}
    </Page>
  );
}

const comingOf = ({ facts, policy }: LoadedSeries, now: string) =>
  foretell(facts, now, { plan: (then, at) => planSeries(then, policy, at), advance: advanceSeries }, mostSteps);

function Reason() {
  return (
    <label>
      Reason <input name="reason" maxLength={2000} />
    </label>
  );
}
