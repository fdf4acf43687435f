/** What a change of opening hours says, and what lies in the time that closes. */
import type { HoursException } from '../../domain/room-hours.ts';
import type { DayHours } from '../../ledger/facility.ts';
import type { Touched } from '../../ledger/opening-hours.ts';
import type { LoadedSeries } from '../../ledger/series.ts';
import type { Speech } from '../../words/speech.ts';
import { Agree, Carry, Form } from './form-fields.tsx';
import type { HoursChange } from './hours-change.ts';
import { Page } from './page.tsx';
import { useSpeech } from './reader.ts';
import type { Posted } from './refused.tsx';
import { termsInWords } from './series-views.tsx';
import { specialDayIn } from './special-day.ts';

const mostListed = 100;

/** Neighbouring weekdays with the same hours, said once: `Monday to Friday 07:00–17:00`. */
export function hoursInWords(hours: DayHours[], { words, weekday: weekdayName }: Speech): string {
  const spans: { first: number; last: number; time: string }[] = [];
  for (const { weekday, opensAt, closesAt } of hours) {
    const time = `${opensAt}–${closesAt}`;
    const before = spans.at(-1);
    if (before && before.last === weekday - 1 && before.time === time) before.last = weekday;
    else spans.push({ first: weekday, last: weekday, time });
  }
  const name = (day: number) => weekdayName(day, 'long');
  const said = spans.map(({ first, last, time }) =>
    last > first ? words('room.days', { first: name(first), last: name(last), time }) : `${name(first)} ${time}`,
  );
  return said.join(', ') || words('room.closedAlways');
}

export const datesOf = ({ firstDate, lastDate }: Pick<HoursException, 'firstDate' | 'lastDate'>, { words, civilDay }: Speech) =>
  firstDate === lastDate ? civilDay(firstDate) : words('room.dates', { first: civilDay(firstDate), last: civilDay(lastDate) });

function changeInWords(change: HoursChange, room: string, speech: Speech): string {
  const { words, civilDay } = speech;
  switch (change.kind) {
    case 'weekdays':
      return words('room.change.weekdays', { room, hours: hoursInWords(change.hours, speech) });
    case 'add exception': {
      const exception = { ...change, lastDate: change.lastDate ?? change.firstDate };
      const hours = specialDayIn({ date: change.firstDate, exception }, speech);
      return words('room.change.exception', { room, dates: datesOf(exception, speech), hours });
    }
    case 'remove exception':
      return words('room.change.noException', { room, date: civilDay(change.firstDate) });
    case 'add holiday':
      return words('room.change.holiday', { date: civilDay(change.date), name: change.name });
    case 'remove holiday':
      return words('room.change.noHoliday', { date: civilDay(change.date) });
  }
}

/** A holiday moves no block that stands: it goes, and comes back, with the next change of its series. */
function HolidaySeries({ change, series }: { change: HoursChange; series: LoadedSeries[] }) {
  const speech = useSpeech();
  if (series.length === 0) return null;
  return (
    <>
      <p>{speech.words(change.kind === 'add holiday' ? 'room.change.takes' : 'room.change.givesBack')}</p>
      <ul>
        {series.map((one) => (
          <li key={one.facts.id}>
            <a href={`/block-series/${one.facts.id}`}>{termsInWords(one, speech)}</a>
          </li>
        ))}
      </ul>
    </>
  );
}

type TouchedView = {
  change: HoursChange;
  touches: Touched[];
  /** Those that a holiday concerns. */
  series: LoadedSeries[];
  /** What was typed, and what was seen of it. */
  carried: Posted;
  room: string | undefined;
  zone: string;
  back: string;
};
const pages = { block: 'blocks', hold: 'holds' } as const;

export function HoursTouchedPage({ change, touches, series, carried, room, zone, back }: TouchedView) {
  const speech = useSpeech();
  const { words, longDay, range, ranges } = speech;
  return (
    <Page title={words('room.change.title')} tab="Desk">
      <p className="notice">{changeInWords(change, room ?? '', speech)}</p>
      <HolidaySeries change={change} series={series} />
      {touches.length === 0 ? (
        <p>{words('room.change.nothing')}</p>
      ) : (
        <>
          <p>
            {words('room.change.touched', { count: touches.length })}
            {touches.length > mostListed && ` ${words('room.change.first', { count: mostListed })}`}
          </p>
          <ul>
            {touches.slice(0, mostListed).map(({ subject, room: where, group, closes, ...time }) => {
              const when = `${longDay(time.startsAt, zone)}, ${range(time, zone)}`;
              const what = words('room.change.where', { what: words(`room.change.subject.${subject.kind}`), room: where, when });
              return (
                <li key={subject.id}>
                  {subject.kind === 'case' ? what : <a href={`/${pages[subject.kind]}/${subject.id}`}>{what}</a>}
                  {group && `, ${group}`}: {words('room.change.closes', { times: ranges(closes, zone) })}
                </li>
              );
            })}
          </ul>
        </>
      )}
      <Form action="/rooms/hours" name="agree">
        <Carry posted={carried} />
        <Agree label={words('room.change.yes')} />
        <button type="submit">{words('room.change.save')}</button>
      </Form>
      <p>
        <a href={back}>{words('room.change.back')}</a>
      </p>
    </Page>
  );
}
