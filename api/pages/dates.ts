import { z } from 'zod';

import { addDays, atLocal } from '../../domain/civil.ts';
import { cannotBe } from '../../domain/errors.ts';
import { Interval } from '../../domain/interval.ts';

/** Years in which civil arithmetic is sure to stay within four digits, and beyond which nobody plans. */
const sensible = (date: string) => date >= '2000' && date < '2200';

/** A civil date in the address of a page. */
export const PageDate = z.iso.date().refine(sensible, 'a date between 2000 and 2199');

/** The same, where an empty field of a form means none. */
export const OptionalPageDate = z.union([PageDate, z.literal('').transform(() => undefined)]).optional();

/** A chosen id, where an empty field of a form means any. */
export const OptionalId = z.union([z.uuid(), z.literal('').transform(() => undefined)]).optional();

export const PageInterval = Interval.refine(
  ({ startsAt, endsAt }) => sensible(startsAt) && sensible(endsAt),
  'a time between 2000 and 2199',
);

/** What a form's day and times mean in a zone; a time to that is not after the one from is on the next day. Throws INVALID_REQUEST. */
export function intervalOn({ date, from, to }: { date: string; from: string; to: string }, zone: string): Interval {
  const parsed = Interval.safeParse({
    startsAt: atLocal(date, from, zone),
    endsAt: atLocal(to > from ? date : addDays(date, 1), to, zone),
  });
  if (!parsed.success) throw cannotBe('to', 'The end must lie after the start.', { from, to });
  return parsed.data;
}
