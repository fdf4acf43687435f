import type { SeriesDay, StandingDay } from '../../domain/series-change.ts';
import type { SeriesOutcome } from '../../ledger/series-change.ts';
import type { Speech } from '../../words/speech.ts';
import { Agree, Carry, Form } from './form-fields.tsx';
import { Page } from './page.tsx';
import { useSpeech } from './reader.ts';
import { termsInWords } from './series-views.tsx';
import type { SeriesForm, SeriesWish } from './series-wish.ts';

/** `form`: as it was sent, to be carried along. */
type Previewed = { outcome: SeriesOutcome; wish: SeriesWish; form: SeriesForm; zone: string };
const mostListed = 60;

/** What it does to which day, the days that stay as they are and why, and the tick that agrees to it (U-02). */
export function SeriesPreviewPage({ outcome: { series, change, insideWindow, seen }, wish, form, zone }: Previewed) {
  const speech = useSpeech();
  const { words, civilDay, range } = speech;
  const { added, removed, moved, kept } = change;
  const time = (day: SeriesDay) => {
    const said = `${civilDay(day.date)}, ${range(day, zone)}`;
    return series.facts.holidays.includes(day.date) ? words('series.preview.onHoliday', { day: said }) : said;
  };
  const done = words(`series.preview.${({ new: 'make', change: 'change', end: 'end' } as const)[wish.what]}`);
  return (
    <Page title={words('series.preview.title')} tab="Desk">
      <p className="notice">
        {wish.what === 'end' ? words('series.preview.ends', { date: civilDay(wish.from) }) : termsInWords(series, speech)}
      </p>
      {added.length + removed.length + moved.length + kept.length === 0 && <p>{words('series.preview.nothing')}</p>}
      <Days title={words('series.preview.added')} days={added.map(time)} />
      <Days title={words('series.preview.removed')} days={removed.map(time)} />
      <Days
        title={words('series.preview.moved')}
        days={moved.map(({ before, after }) =>
          words('series.preview.becomes', {
            before: time(before),
            after: [range(after, zone), ...elsewhere(before, after, speech)].join(', '),
          }),
        )}
      />
      {insideWindow.length > 0 && (
        <p className="notice warning">{words('series.preview.inside', { days: insideWindow.map(civilDay).join('; ') })}</p>
      )}
      {kept.length > 0 && <Kept kept={kept} form={form} time={time} />}
      <Form action="/block-series" name="agree">
        <Carry posted={{ ...form, seen }} except={['yes']} />
        <Agree label={words('series.preview.yes')} />
        <button type="submit">{done}</button>
      </Form>
      <p>
        <a href={'id' in wish ? `/block-series/${wish.id}` : '/block-series'}>{words('series.preview.back')}</a>
      </p>
    </Page>
  );
}

const elsewhere = (before: SeriesDay, after: SeriesDay, { words }: Speech): string[] => [
  ...(before.roomId !== after.roomId ? [words('series.preview.otherRoom')] : []),
  ...(before.groupId !== after.groupId || before.providerId !== after.providerId ? [words('series.preview.otherHolder')] : []),
  ...(before.windowDays !== after.windowDays ? [words('series.preview.window', { days: after.windowDays })] : []),
];

function Days({ title, days }: { title: string; days: string[] }) {
  const { words } = useSpeech();
  if (days.length === 0) return null;
  return (
    <>
      <h2>{title}</h2>
      <p>
        {words('series.preview.count', { count: days.length })}
        {days.length > mostListed && `; ${words('series.preview.first', { count: mostListed })}`}
      </p>
      <ul>
        {days.slice(0, mostListed).map((day) => (
          <li key={day}>{day}</li>
        ))}
      </ul>
    </>
  );
}

type KeptDays = { kept: StandingDay[]; form: SeriesForm; time: (day: SeriesDay) => string };

/** Looking again shows what ticking them does; a day on which somebody holds released time cannot be ticked. */
function Kept({ kept, form, time }: KeptDays) {
  const { words, phrase } = useSpeech();
  return (
    <form method="post" action="/block-series/preview" className="card">
      <h2>{words('series.preview.kept')}</h2>
      <Carry posted={form} except={['yes', 'seen']} />
      <ul className="plain">
        {kept.map((day) => (
          <li key={day.date}>
            {day.claimed ? (
              <span>
                <a href={`/blocks/${day.blockId}`}>{time(day)}</a>: {phrase(day.because ?? '')}
              </span>
            ) : (
              <label>
                <input type="checkbox" name="include" value={day.date} /> {time(day)}: {phrase(day.because ?? '')}
              </label>
            )}
          </li>
        ))}
      </ul>
      {kept.some(({ claimed }) => !claimed) && <button type="submit">{words('series.preview.again')}</button>}
    </form>
  );
}
