/** What a change of opening hours says, and what lies in the time that closes. */
import { formatRange } from '../../domain/civil.ts';
import { weekdayNames } from '../../domain/recurrence.ts';
import { type HoursException, specialDayInWords } from '../../domain/room-hours.ts';
import { longDay, ranges } from '../../emails/wording.ts';
import type { DayHours } from '../../ledger/facility.ts';
import type { Touched } from '../../ledger/opening-hours.ts';
import { civilDay } from './dates.ts';
import type { HoursChange } from './hours-change.ts';
import { Page } from './page.tsx';
import { StaleNotice } from './seen.tsx';

const mostListed = 100;

/** Neighbouring weekdays with the same hours, said once: `Monday to Friday 07:00–17:00`. */
export function hoursInWords(hours: DayHours[]): string {
  const spans: { first: number; last: number; time: string }[] = [];
  for (const { weekday, opensAt, closesAt } of hours) {
    const time = `${opensAt}–${closesAt}`;
    const before = spans.at(-1);
    if (before && before.last === weekday - 1 && before.time === time) before.last = weekday;
    else spans.push({ first: weekday, last: weekday, time });
  }
  const name = (day: number) => weekdayNames[day - 1]!;
  return (
    spans.map(({ first, last, time }) => `${name(first)}${last > first ? ` to ${name(last)}` : ''} ${time}`).join(', ') ||
    'closed every day'
  );
}

export const datesOf = ({ firstDate, lastDate }: Pick<HoursException, 'firstDate' | 'lastDate'>) =>
  firstDate === lastDate ? civilDay(firstDate) : `${civilDay(firstDate)} to ${civilDay(lastDate)}`;

function changeInWords(change: HoursChange, room = ''): string {
  switch (change.kind) {
    case 'weekdays':
      return `${room}: ${hoursInWords(change.hours)}.`;
    case 'add exception': {
      const exception = { ...change, lastDate: change.lastDate ?? change.firstDate };
      return `${room}, ${datesOf(exception)}: ${specialDayInWords({ date: change.firstDate, exception })}.`;
    }
    case 'remove exception':
      return `${room}: no exception from ${civilDay(change.firstDate)} on any more.`;
    case 'add holiday':
      return `${civilDay(change.date)} is a holiday, ${change.name}: all rooms are closed.`;
    case 'remove holiday':
      return `${civilDay(change.date)} is no holiday any more: the rooms open as on any such weekday.`;
  }
}

type TouchedView = {
  change: HoursChange;
  touches: Touched[];
  seen: string;
  room: string | undefined;
  zone: string;
  back: string;
  stale: boolean;
};
const pages = { block: 'blocks', hold: 'holds' } as const;

export function HoursTouchedPage({ change, touches, seen, room, zone, back, stale }: TouchedView) {
  return (
    <Page title="What this change touches" tab="Desk">
      <StaleNotice stale={stale} />
      <p className="notice">{changeInWords(change, room)}</p>
      {touches.length === 0 ? (
        <p>No block, hold or case lies in time that closes.</p>
      ) : (
        <>
          <p>
            {touches.length === 1 ? 'This lies' : `These ${touches.length} lie`} in time that closes. Nothing of it is moved by itself:
            please look after it{touches.length > mostListed && `; here are the first ${mostListed}`}.
          </p>
          <ul>
            {touches.slice(0, mostListed).map(({ subject, room: where, group, closes, ...time }) => {
              const words = `${subject.kind} in ${where}, ${longDay(time.startsAt, zone)}, ${formatRange(time, zone)}`;
              return (
                <li key={subject.id}>
                  {subject.kind === 'case' ? words : <a href={`/${pages[subject.kind]}/${subject.id}`}>{words}</a>}
                  {group && `, ${group}`}: {ranges(closes, zone)} closes
                </li>
              );
            })}
          </ul>
        </>
      )}
      <form method="post" action="/rooms/hours">
        <input type="hidden" name="change" value={JSON.stringify(change)} />
        <input type="hidden" name="seen" value={seen} />
        <label>
          <input type="checkbox" name="yes" required /> Yes, change the hours
        </label>
        <button type="submit">Save</button>
      </form>
      <p>
        <a href={back}>Back without a change</a>
      </p>
    </Page>
  );
}
