import { z } from 'zod';

import { DomainError } from './errors.ts';

const LocalTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a wall-clock time such as 07:00');

/** A facility's settings with their meaning and the defaults of the register (spec, section 6). Versioned, append-only. Times of day are the facility's. */
export const PolicySettings = z.object({
  release: z
    .object({
      confidenceAbove: z
        .number()
        .min(0)
        .max(1)
        .default(0.9)
        .describe('An alert goes out only above this: 0.90 is not enough, 0.9001 is (C-01).'),
      undoMinutes: z.int().min(0).max(1440).default(10).describe('Others see released time only after this (F-21).'),
    })
    .prefault({}),
  alert: z
    .object({
      minUnbookedMinutes: z.int().min(1).default(120).describe('In a row; shorter stretches are not asked for (C-08).'),
      repeatAfterDays: z.int().min(1).default(1).describe('An unanswered alert is sent again after so many days (C-11).'),
    })
    .prefault({}),
  mandatory: z
    .object({
      windowDays: z
        .int()
        .min(0)
        .max(365)
        .default(7)
        .describe('Days before a new block’s date at which unbooked time goes by itself; each block may carry its own (C-05).'),
    })
    .prefault({}),
  hold: z
    .object({
      expiresDaysBefore: z.int().min(0).max(365).default(3).describe('Days before the procedure at which a hold expires (C-34).'),
      remindAfterHours: z.int().min(1).default(24).describe('The facility is reminded of a request that nobody decided (C-30).'),
    })
    .prefault({}),
  mail: z
    .object({
      fromLocalTime: LocalTime.default('07:00').describe('Nobody is asked before this; receipts go at once.'),
      untilLocalTime: LocalTime.default('19:00').describe('Nobody is asked after this.'),
      linkDays: z.int().min(1).default(90).describe('How long an old mail opens the system by itself (C-39).'),
      spreadSeconds: z
        .int()
        .min(0)
        .max(3600)
        .default(600)
        .describe('Alerts due at the same minute are spread over so many seconds, the same for a block every day.'),
    })
    .prefault({}),
});
export type PolicySettings = z.infer<typeof PolicySettings>;

export type PolicyChanges = { [Section in keyof PolicySettings]?: Partial<PolicySettings[Section]> };

/** The settings with every field optional, none defaulted, and nothing unknown: a misspelt setting must not be ignored. */
export const PolicyChanges = z.strictObject(
  Object.fromEntries(
    Object.entries(PolicySettings.shape).map(([section, settings]) => {
      const fields = Object.entries(settings.unwrap().shape as Record<string, z.ZodDefault>);
      return [section, z.strictObject(Object.fromEntries(fields.map(([name, field]) => [name, z.optional(field.unwrap())]))).optional()];
    }),
  ),
) as unknown as z.ZodType<PolicyChanges>;

/** What is left out stays as it is. Throws INVALID_REQUEST where settings contradict each other. */
export function mergedPolicy({ version: _version, ...before }: Policy, changes: PolicyChanges): PolicySettings {
  const sections = Object.entries(before).map(([section, settings]) => [
    section,
    { ...settings, ...changes[section as keyof PolicyChanges] },
  ]);
  const settings = PolicySettings.parse(Object.fromEntries(sections));
  const { fromLocalTime, untilLocalTime } = settings.mail;
  if (fromLocalTime >= untilLocalTime) throw new DomainError('INVALID_REQUEST', { mail: { fromLocalTime, untilLocalTime } });
  return settings;
}

/** Settings as they apply, with the version that every decision is stamped with. */
export type Policy = PolicySettings & { version: number };
