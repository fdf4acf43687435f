import { z } from 'zod';

const Weekday = z.int().min(1).max(7).describe('ISO: 1 is Monday.');
const unique = (values: number[]) => new Set(values).size === values.length;

/** On which civil dates a series has a day. */
export const Recurrence = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('weekly'),
      weekdays: z.array(Weekday).min(1).max(7).refine(unique, 'each weekday once'),
      everyWeeks: z.int().min(1).max(12).default(1).describe('2: every other week, counted from the anchor.'),
      anchor: z.iso.date().optional().describe('A date in a week that counts; needed where not every week does.'),
    })
    .refine(({ everyWeeks, anchor }) => everyWeeks === 1 || anchor, { path: ['anchor'], error: 'needed where not every week counts' }),
  z.strictObject({
    kind: z.literal('monthly'),
    weekday: Weekday,
    nth: z
      .array(z.union([z.int().min(1).max(5), z.literal(-1)]))
      .min(1)
      .max(6)
      .refine(unique, 'each once')
      .describe('Which of them in a month: 2 and 4 are the second and the fourth; -1 is the last.'),
  }),
]);
export type Recurrence = z.infer<typeof Recurrence>;

export const weekdayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
export const nthNames: Record<string, string> = { 1: 'first', 2: 'second', 3: 'third', 4: 'fourth', 5: 'fifth', '-1': 'last' };

/** For people: `Tuesday and Thursday, every other week`, `the second and fourth Tuesday of the month`. */
export function recurrenceInWords(recurrence: Recurrence): string {
  const named = (day: number) => weekdayNames[day - 1]!;
  if (recurrence.kind === 'monthly')
    return `the ${listed(recurrence.nth.map((nth) => nthNames[nth]!))} ${named(recurrence.weekday)} of the month`;
  const { weekdays, everyWeeks } = recurrence;
  const often = everyWeeks === 1 ? 'every week' : everyWeeks === 2 ? 'every other week' : `every ${everyWeeks} weeks`;
  return `${listed([...weekdays].sort().map(named))}, ${often}`;
}

const listed = (words: string[]) => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`);
