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
    .refine(({ everyWeeks, anchor }) => everyWeeks === 1 || anchor, { path: ['anchor'], error: 'Needed where not every week counts.' }),
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
