/** A month as a calendar: for each day one line of words that leads to the day. A table, so that it reads by row and column. */
import type { ReactNode } from 'react';
import { z } from 'zod';

import { addDays, monthAfter, weekday } from '../../domain/civil.ts';
import { useSpeech } from './reader.ts';

/** `2027-02`; an empty field of a form means none. */
export const OptionalMonth = z
  .union([z.string().regex(/^2[01]\d\d-(0[1-9]|1[0-2])$/), z.literal('').transform(() => undefined)])
  .optional();

const shownWeeks = 5;
const mondayOf = (date: string) => addDays(date, 1 - weekday(date));

/** First and last civil date of a month; of none, those of this week and the four after it: a month may be nearly over. */
export function daysOf(month: string | undefined, today: string): { first: string; last: string } {
  if (month) return { first: `${month}-01`, last: addDays(`${monthAfter(month)}-01`, -1) };
  const first = mondayOf(today);
  return { first, last: addDays(first, shownWeeks * 7 - 1) };
}

/** What asks for the calendar on which a date is. */
export function calendarOf(date: string, today: string): { month?: string } {
  const { first, last } = daysOf(undefined, today);
  return date >= first && date <= last ? {} : { month: date.slice(0, 7) };
}

const weekdays = [1, 2, 3, 4, 5, 6, 7];
const monthBefore = (month: string) => addDays(`${month}-01`, -1).slice(0, 7);

type Month = {
  /** Undefined: the weeks ahead. */
  month: string | undefined;
  today: string;
  /** What the calendar shows. */
  caption: string;
  /** The same page for another month. */
  monthHref: (month: string) => string;
  /** What a day says; undefined for nothing. */
  day: (date: string) => ReactNode;
};

export function MonthCalendar({ month, today, caption, monthHref, day }: Month) {
  const { words, weekday: weekdayName, month: monthName, day: dayIn, plainDay } = useSpeech();
  const { first, last } = daysOf(month, today);
  const dayOf = (date: string) => dayIn(`${date}T00:00:00Z`, 'UTC');
  const nameOf = (one: string) => monthName(`${one}-15T12:00:00Z`, 'UTC');
  const name = month ? nameOf(month) : words('unit.dates', { first: dayOf(first), last: dayOf(last) });
  const current = today.slice(0, 7);
  const [before, after] = month ? [monthBefore(month), monthAfter(month)] : [current, monthAfter(current)];
  const mondays: string[] = [];
  for (let monday = mondayOf(first); monday <= last; monday = addDays(monday, 7)) mondays.push(monday);
  return (
    <>
      <p>
        <a href={monthHref(before)}>{words('unit.monthBefore', { month: nameOf(before) })}</a> · <strong>{name}</strong> ·{' '}
        <a href={monthHref(after)}>{words('unit.monthAfter', { month: nameOf(after) })}</a>
      </p>
      <table className="month">
        <caption>{caption}</caption>
        <thead>
          <tr>
            {weekdays.map((day) => (
              <th key={day} scope="col">
                {weekdayName(day)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {mondays.map((monday) => (
            <tr key={monday}>
              {weekdays.map((number) => {
                const date = addDays(monday, number - 1);
                return date < first || date > last ? (
                  <td key={date} />
                ) : (
                  <td key={date} data-day={weekdayName(number)} aria-current={date === today ? 'date' : undefined}>
                    <strong>{month ? Number(date.slice(8)) : plainDay(date)}</strong>
                    {day(date)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
