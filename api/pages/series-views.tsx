import type { Recurrence } from '../../domain/recurrence.ts';
import { advanceSeries, holidaysIn, planSeries, type SeriesTerms } from '../../domain/series.ts';
import { foretell } from '../../domain/timeline.ts';
import type { LoadedSeries } from '../../ledger/series.ts';
import type { Speech } from '../../words/speech.ts';
import { Coming } from './coming.tsx';
import { Field, Form } from './form-fields.tsx';
import { Page } from './page.tsx';
import { useSpeech } from './reader.ts';
import { type Choices, TermFields } from './series-fields.tsx';

/** Of an endless series the next few steps are told. */
const mostSteps = 5;

/** `OR 1, 07:00–15:00, Tuesday, every week, from Monday, 4 January 2027, of Orthopedics`. */
export const termsInWords = ({ facts, names }: LoadedSeries, speech: Speech): string =>
  seriesInWords(facts, { room: names.room, holder: names.provider ?? names.group }, speech);

type Terms = Pick<SeriesTerms, 'from' | 'to' | 'recurrence' | 'validFrom' | 'validUntil' | 'skippedDates'>;

export function seriesInWords(terms: Terms, { room, holder }: { room: string; holder: string }, speech: Speech): string {
  const { words, civilDay } = speech;
  const { from, to, validFrom, validUntil, skippedDates } = terms;
  const first = civilDay(validFrom);
  const span = validUntil === null ? words('series.from', { first }) : words('series.span', { first, last: civilDay(validUntil) });
  const days = skippedDates.length > 0 ? words('series.without', { days: span, skipped: skippedDates.map(civilDay).join(', ') }) : span;
  const recurrence = recurrenceIn(terms.recurrence, speech);
  return words('series.terms', { room, time: `${from}–${to}`, recurrence, days, holder });
}

/** `Tuesday and Thursday, every other week`, `the second and fourth Tuesday of the month`. */
export function recurrenceIn(recurrence: Recurrence, { words, list, weekday }: Speech): string {
  if (recurrence.kind === 'monthly')
    return words('series.monthly', {
      which: list(recurrence.nth.map((nth) => words(`series.nth.${nth as 1}`))),
      day: weekday(recurrence.weekday, 'long'),
    });
  const { everyWeeks: count } = recurrence;
  const days = list([...recurrence.weekdays].sort().map((day) => weekday(day, 'long')));
  if (count > 2) return words('series.weekly.so', { days, count });
  return words(count === 1 ? 'series.weekly.every' : 'series.weekly.other', { days });
}

export function SeriesListPage({ series, nextCursor, saved }: { series: LoadedSeries[]; nextCursor: string | null; saved: boolean }) {
  const speech = useSpeech();
  const { words, civilDay } = speech;
  return (
    <Page title={words('series.title')} tab="Desk">
      {saved && <p className="notice">{words('series.saved')}</p>}
      <p>
        {words('series.text')} <a href="/block-series/new">{words('series.new')}</a>
      </p>
      {series.length === 0 ? (
        <p>{words('series.none')}</p>
      ) : (
        <ul className="plain">
          {series.map((one) => (
            <li key={one.facts.id} className="card">
              <a href={`/block-series/${one.facts.id}`}>{termsInWords(one, speech)}</a>
              <br />
              <span className="muted">
                {words('series.state', {
                  state: words(`series.states.${one.facts.state}`),
                  date: civilDay(one.facts.materialisedUntil),
                })}
              </span>
            </li>
          ))}
        </ul>
      )}
      {nextCursor && (
        <p>
          <a href={`/block-series?${new URLSearchParams({ cursor: nextCursor })}`}>{words('series.more')}</a>
        </p>
      )}
    </Page>
  );
}

type SeriesView = { series?: LoadedSeries; choices: Choices; today: string; now?: string };

/** A new series, or one to change and to end. */
export function SeriesPage({ series, choices, today, now }: SeriesView) {
  const speech = useSpeech();
  const { words } = speech;
  const ended = series?.facts.state === 'ended';
  const target = series && (
    <>
      <input type="hidden" name="id" value={series.facts.id} />
      <input type="hidden" name="version" value={series.version} />
    </>
  );
  return (
    <Page title={series ? words('series.in', { room: series.names.room }) : words('series.newTitle')} tab="Desk">
      <p>
        {series ? termsInWords(series, speech) : words('series.unseen')} <a href="/block-series">{words('series.all')}</a>
      </p>
      {ended && <p className="notice">{words('series.over')}</p>}
      {series && !ended && <Holidays days={holidaysIn(series.facts, today)} />}
      {!ended && (
        <Form name={series ? 'change' : 'new'} action="/block-series/preview" className="card">
          <input type="hidden" name="what" value={series ? 'change' : 'new'} />
          {target}
          <h2>{words(series ? 'series.change' : 'series.itsTerms')}</h2>
          {series && <p className="muted">{words('series.stay')}</p>}
          <TermFields facts={series?.facts} choices={choices} today={today} />
          {series && <Reason />}
          <button type="submit">{words('series.see')}</button>
        </Form>
      )}
      {series && !ended && (
        <Form name="end" action="/block-series/preview" className="card">
          <input type="hidden" name="what" value="end" />
          {target}
          <h2>{words('series.end')}</h2>
          <Field type="date" name="endsBefore" label={words('series.endsBefore')} required min={today} />
          <Reason />
          <button type="submit">{words('series.seeGo')}</button>
        </Form>
      )}
      {series && now && (
        <>
          <h2>{words('desk.coming')}</h2>
          <Coming steps={comingOf(series, now)} zone={series.facts.zone} />
        </>
      )}
    </Page>
  );
}

function Holidays({ days }: { days: string[] }) {
  const { words, civilDay } = useSpeech();
  return days.length > 0 && <p>{words('series.holidays', { days: days.map(civilDay).join('; ') })}</p>;
}

const comingOf = ({ facts, policy }: LoadedSeries, now: string) =>
  foretell(facts, now, { plan: (then, at) => planSeries(then, policy, at), advance: advanceSeries }, mostSteps);

function Reason() {
  return <Field name="reason" label={useSpeech().words('series.reason')} maxLength={2000} />;
}
