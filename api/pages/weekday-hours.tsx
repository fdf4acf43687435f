/** The hours of each weekday as a form has them: two times a day; without times there are none on that day. */
import { z } from 'zod';

import type { Availability } from '../../domain/availability.ts';
import { ClosingTime, LocalTime } from '../../domain/local-time.ts';
import { Field } from './form-fields.tsx';
import { useSpeech } from './reader.ts';

type Day = { weekday: number; opensAt: string; closesAt: string };
const weekdays = [1, 2, 3, 4, 5, 6, 7];

/** One stretch of a weekday, as the form has it. */
export const WeekdayWindow = z
  .object({ weekday: z.int(), opensAt: LocalTime, closesAt: ClosingTime })
  .refine(({ opensAt, closesAt }) => opensAt < closesAt, { path: ['closesAt'], error: 'The end must lie after the start.' });

export const weekOf = (hours: Availability): Day[] => hours.map(({ weekday, from, to }) => ({ weekday, opensAt: from, closesAt: to }));

type WeekdayHoursProps = { hours: Day[]; opens: string; closes: string };

export function WeekdayHours({ hours, opens, closes }: WeekdayHoursProps) {
  const { weekday: nameOf } = useSpeech();
  return weekdays.map((number) => {
    const day = hours.find(({ weekday }) => weekday === number);
    return (
      <fieldset key={number} className="row">
        <legend>{nameOf(number, 'long')}</legend>
        <Field type="time" name={`opens-${number}`} label={opens} value={day?.opensAt} />
        <Field type="time" name={`closes-${number}`} label={closes} value={day?.closesAt === '24:00' ? '00:00' : day?.closesAt} />
      </fieldset>
    );
  });
}

type Form = Record<string, string | undefined>;

/** What those fields say; 00:00 closes at midnight. */
export const hoursIn = (form: Form): Day[] =>
  weekdays.flatMap((weekday) => {
    const [opensAt = '', closesAt = ''] = [form[`opens-${weekday}`], form[`closes-${weekday}`]];
    return opensAt === '' && closesAt === '' ? [] : [{ weekday, opensAt, closesAt: closesAt === '00:00' ? '24:00' : closesAt }];
  });

/** Which of those fields a path in `hours` comes from. */
export const fieldIn = (form: Form, [list, index, what]: readonly PropertyKey[]): string | undefined =>
  list === 'hours' ? `${what === 'opensAt' ? 'opens' : 'closes'}-${hoursIn(form)[Number(index)]?.weekday}` : undefined;
