import { formatRange } from '../../domain/civil.ts';
import type { SeriesDay, StandingDay } from '../../domain/series-change.ts';
import type { SeriesOutcome } from '../../ledger/series-change.ts';
import { civilDay } from './dates.ts';
import { Page } from './page.tsx';
import { StaleNotice } from './seen.tsx';
import { termsInWords } from './series-views.tsx';
import type { SeriesWish } from './series-wish.ts';

type Previewed = { outcome: SeriesOutcome; wish: SeriesWish; zone: string; stale: boolean };
const mostListed = 60;

/** What it does to which day, the days that stay as they are and why, and the tick that agrees to it (U-02). */
export function SeriesPreviewPage({ outcome: { series, change, insideWindow, seen }, wish, zone, stale }: Previewed) {
  const { added, removed, moved, kept } = change;
  const { include, ...asked } = wish;
  const carried = JSON.stringify(asked);
  const time = (day: SeriesDay) => `${civilDay(day.date)}, ${formatRange(day, zone)}`;
  const done = { new: 'Make this series', change: 'Change the series', end: 'End the series' }[wish.what];
  return (
    <Page title="What this does to which day" tab="Desk">
      <StaleNotice stale={stale} />
      <p className="notice">{wish.what === 'end' ? `The series has no day from ${civilDay(wish.from)} on.` : termsInWords(series)}</p>
      {added.length + removed.length + moved.length + kept.length === 0 && <p>No day changes.</p>}
      <Days title="New days" days={added.map(time)} />
      <Days title="Days taken away; their time is open to others at once" days={removed.map(time)} />
      <Days
        title="Days that change"
        days={moved.map(({ before, after }) => `${time(before)} becomes ${formatRange(after, zone)}${elsewhere(before, after)}`)}
      />
      {insideWindow.length > 0 && (
        <p className="notice warning">
          Inside their own release window already, so nothing of them is released by itself: {insideWindow.map(civilDay).join('; ')}.
        </p>
      )}
      {kept.length > 0 && <Kept kept={kept} include={include} wish={carried} time={time} />}
      <form method="post" action="/block-series">
        <input type="hidden" name="wish" value={carried} />
        <input type="hidden" name="seen" value={seen} />
        {include.map((date) => (
          <input key={date} type="hidden" name="include" value={date} />
        ))}
        <label>
          <input type="checkbox" name="yes" required /> Yes, do exactly this
        </label>
        <button type="submit">{done}</button>
      </form>
      <p>
        <a href={'id' in wish ? `/block-series/${wish.id}` : '/block-series'}>Back without a change</a>
      </p>
    </Page>
  );
}

const elsewhere = (before: SeriesDay, after: SeriesDay) =>
  (before.roomId !== after.roomId ? ', in another room' : '') +
  (before.groupId !== after.groupId || before.providerId !== after.providerId ? ', of another holder' : '') +
  (before.windowDays !== after.windowDays ? `, window ${after.windowDays} days` : '');

function Days({ title, days }: { title: string; days: string[] }) {
  if (days.length === 0) return null;
  return (
    <>
      <h2>{title}</h2>
      <p>
        {days.length} {days.length === 1 ? 'day' : 'days'}
        {days.length > mostListed && `; here are the first ${mostListed}`}
      </p>
      <ul>
        {days.slice(0, mostListed).map((day) => (
          <li key={day}>{day}</li>
        ))}
      </ul>
    </>
  );
}

type KeptDays = { kept: StandingDay[]; include: string[]; wish: string; time: (day: SeriesDay) => string };

/** Looking again shows what ticking them does; a day on which somebody holds released time cannot be ticked. */
function Kept({ kept, include, wish, time }: KeptDays) {
  return (
    <form method="post" action="/block-series/preview" className="card">
      <h2>Days that stay as they are</h2>
      <input type="hidden" name="wish" value={wish} />
      {include.map((date) => (
        <input key={date} type="hidden" name="include" value={date} />
      ))}
      <ul className="plain">
        {kept.map((day) => (
          <li key={day.date}>
            {day.claimed ? (
              <span>
                <a href={`/blocks/${day.blockId}`}>{time(day)}</a>: {day.because}
              </span>
            ) : (
              <label>
                <input type="checkbox" name="include" value={day.date} /> {time(day)}: {day.because}
              </label>
            )}
          </li>
        ))}
      </ul>
      {kept.some(({ claimed }) => !claimed) && <button type="submit">Look again, with the ticked days too</button>}
    </form>
  );
}
