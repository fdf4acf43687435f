/** A month as a calendar: for each day one line of words that leads to the day. A table, so that it reads by row and column. */
import type { ReactNode } from 'react';
import { z } from 'zod';

import { addDays, atLocal, monthAfter, weekday } from '../../domain/civil.ts';
import { useSpeech } from './reader.ts';

/** `2027-02`; an empty field of a form means none. */
export const OptionalMonth = z
  .union([z.string().regex(/^2[01]\d\d-(0[1-9]|1[0-2])$/), z.literal('').transform(() => undefined)])
  .optional();

/** First and last civil date of a month. */
export function daysOf(month: string): { first: string; last: string } {
  return { first: `${month}-01`, last: addDays(`${monthAfter(month)}-01`, -1) };
}

const weekdays = [1, 2, 3, 4, 5, 6, 7];
const monthBefore = (month: string) => addDays(`${month}-01`, -1).slice(0, 7);

type Month = {
  month: string;
  /** What the calendar shows, for those who hear it. */
  caption: string;
  /** The same page for another month. */
  monthHref: (month: string) => string;
  /** What a day says; undefined for nothing. */
  day: (date: string) => ReactNode;
};

export function MonthCalendar({ month, caption, monthHref, day }: Month) {
  const { words, weekday: weekdayName, month: monthName } = useSpeech();
  const name = monthName(atLocal(`${month}-15`, '12:00', 'UTC'), 'UTC');
  const { first, last } = daysOf(month);
  const mondays: string[] = [];
  for (let monday = addDays(first, 1 - weekday(first)); monday <= last; monday = addDays(monday, 7)) mondays.push(monday);
  return (
    <>
      <p>
        <a href={monthHref(monthBefore(month))}>{words('unit.monthBefore')}</a> · <strong>{name}</strong> ·{' '}
        <a href={monthHref(monthAfter(month))}>{words('unit.monthAfter')}</a>
      </p>
      <table className="month">
        <caption>
          {caption}, {name}
        </caption>
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
                  <td key={date}>
                    <strong>{Number(date.slice(8))}</strong>
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
