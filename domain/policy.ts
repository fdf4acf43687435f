import { z } from 'zod';

const LocalTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a wall-clock time such as 07:00');

/** A facility's settings with the defaults of the register (spec, section 6). Versioned, append-only. Times of day are the facility's. */
export const PolicySettings = z.object({
  release: z
    .object({
      /** C-01, strict: 0.90 is not enough, 0.9001 is. */
      confidenceAbove: z.number().min(0).max(1).default(0.9),
      /** F-21: others see released time only after this. */
      undoMinutes: z.int().min(0).max(1440).default(10),
    })
    .prefault({}),
  alert: z
    .object({
      /** C-08, inclusive, in a row. */
      minUnbookedMinutes: z.int().min(1).default(120),
      /** C-11. */
      repeatAfterDays: z.int().min(1).default(1),
    })
    .prefault({}),
  /** C-05: civil days before the block's date; each block may carry its own. */
  mandatory: z.object({ windowDays: z.int().min(0).max(365).default(7) }).prefault({}),
  hold: z
    .object({
      /** C-34. */
      expiresDaysBefore: z.int().min(0).max(365).default(3),
      /** The facility is reminded of a request nobody decided. */
      remindAfterHours: z.int().min(1).default(24),
    })
    .prefault({}),
  mail: z
    .object({
      /** Nobody is asked before and after these; receipts go at once. */
      fromLocalTime: LocalTime.default('07:00'),
      untilLocalTime: LocalTime.default('19:00'),
      /** C-39: how long an old mail opens the system by itself. */
      linkDays: z.int().min(1).default(90),
      /** Alerts due at the same minute are spread over this many seconds, the same for a block every day. */
      spreadSeconds: z.int().min(0).max(3600).default(600),
    })
    .prefault({}),
});
export type PolicySettings = z.infer<typeof PolicySettings>;

/** Settings as they apply, with the version that every decision is stamped with. */
export type Policy = PolicySettings & { version: number };
