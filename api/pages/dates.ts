import { z } from 'zod';

import { addDays, atLocal } from '../../domain/civil.ts';
import { Interval, mustEndAfterStart } from '../../domain/interval.ts';
import { LocalTime } from '../../domain/local-time.ts';

/** Years in which civil arithmetic is sure to stay within four digits, and beyond which nobody plans. */
const sensible = (date: string) => date >= '2000' && date < '2200';

/** A civil date in the address of a page. */
export const PageDate = z.iso.date().refine(sensible, 'a date between 2000 and 2199');

/** The same, where an empty field of a form means none. */
export const OptionalPageDate = z.union([PageDate, z.literal('').transform(() => undefined)]).optional();

/** A day as people write it, `17.05.1990` or `1990-05-17`, in the one spelling; anything else as it is. */
export const dayWritten = (text: string): string =>
  text
    .trim()
    .replace(/^(\d{1,2})\.(\d{1,2})\.(\d{4})$/, (_, day, month, year) => `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);

/** Several, with spaces, commas or semicolons between them; none for an empty field (I-21). */
export const DaysWritten = z
  .string()
  .trim()
  .max(5000)
  .transform((text) => (text ? text.split(/[\s,;]+/).map(dayWritten) : undefined))
  .refine((days) => days?.every((day) => z.iso.date().safeParse(day).success) ?? true, {
    error: 'Write each day as 2027-03-09 or 09.03.2027, with spaces between them.',
  });

/** A chosen id, where an empty field of a form means any. */
export const OptionalId = z.union([z.uuid(), z.literal('').transform(() => undefined)]).optional();

export const PageInterval = Interval.refine(
  ({ startsAt, endsAt }) => sensible(startsAt) && sensible(endsAt),
  'a time between 2000 and 2199',
);

/** A day and wall-clock times of a form. */
export const PageTime = z.object({ date: PageDate, from: LocalTime, to: LocalTime, endDate: OptionalPageDate });

/**
 * What a form's day and times mean in a zone. An end on another day has its date in `endDate`; none is guessed (C-26), but that
 * 00:00 ends the day. Throws END_NOT_AFTER_START.
 */
export function intervalOn({ date, from, to, endDate }: z.infer<typeof PageTime>, zone: string): Interval {
  const lastDate = endDate ?? (to === '00:00' ? addDays(date, 1) : date);
  const interval = { startsAt: atLocal(date, from, zone), endsAt: atLocal(lastDate, to, zone) };
  mustEndAfterStart(interval, 'to');
  return interval;
}
