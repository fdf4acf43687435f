import { z } from 'zod';

import { LocalTime } from '../local-time.ts';

/** C-28: how much of the time they held people used, and what follows. Nobody is restricted until `restrictBelow` is set. */
const HoldUtilization = z.object({
  windowDays: z.int().min(1).max(366).default(90).describe('Civil days that are looked back on.'),
  minHolds: z.int().min(1).max(100).default(3).describe('Fewer counted holds than this say nothing about anybody.'),
  restrictBelow: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .default(null)
    .describe('Used ÷ held minutes: whoever is below is restricted; not set: nobody.'),
  seeOnlyWithinDays: z.int().min(0).max(365).nullable().default(null).describe('They find open time only so many civil days ahead.'),
  maxRequestMinutes: z.int().min(1).max(1440).nullable().default(null).describe('At most so much in one request.'),
  mayRequest: z.boolean().default(true).describe('Whether they can request at all.'),
});

/** Settings of operating rooms: blocks, holds and what becomes of time. */
export const orTime = {
  release: z
    .object({
      confidenceAbove: z
        .number()
        .min(0)
        .max(1)
        .default(0.9)
        .describe('An alert goes out only above this: 0.90 is not enough, 0.9001 is (C-01).'),
      predictor: z
        .enum(['own', 'outside', 'either', 'both'])
        .default('own')
        .describe(
          'Whose confidence counts: our own, that of an outside predictor, the surer of the two, or the less sure where both must be sure (C-01).',
        ),
      outsideDays: z.int().min(1).max(365).default(7).describe('What an outside predictor said counts for so many days.'),
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
  availability: z
    .object({
      minRunMinutes: z
        .int()
        .min(1)
        .max(1440)
        .default(120)
        .describe('Open time is announced from this length on, where a provider has no minimum of the own (C-44).'),
    })
    .prefault({}),
  hold: z
    .object({
      expiresDaysBefore: z.int().min(0).max(365).default(3).describe('Days before the procedure at which a hold expires (C-34).'),
      remindAfterHours: z.int().min(1).default(24).describe('The facility is reminded of a request that nobody decided (C-30).'),
      ownTimeWithinDays: z
        .int()
        .min(0)
        .max(31)
        .default(0)
        .describe('Own unbooked block time so many days around the wanted day is mentioned; 0: on that day only (C-27).'),
      utilization: HoldUtilization.prefault({}),
    })
    .prefault({}),
  transfer: z
    .object({
      enabled: z
        .boolean()
        .default(false)
        .describe('Holders may give a block to another group, or swap it, when the facility approves (F-07).'),
      decideDaysBefore: z.int().min(1).max(60).default(2).describe('It lapses so many days before the block would be released by itself.'),
      remindAfterHours: z.int().min(1).max(720).default(24).describe('Whoever has not answered is reminded after so long.'),
    })
    .prefault({}),
  series: z
    .object({
      horizonDays: z
        .int()
        .min(14)
        .max(400)
        .default(180)
        .describe('A block series makes its blocks so many days ahead, and always before their window opens and alerts may come (C-05).'),
    })
    .prefault({}),
  predictedAvailability: z
    .object({
      digest: z
        .boolean()
        .default(false)
        .describe('Once a day the facility is told which time of the coming days will probably stay unused (F-09).'),
      digestLocalTime: LocalTime.default('07:00').describe('When it is told.'),
      daysAhead: z.int().min(1).max(60).default(14).describe('The blocks of so many civil days are looked at, today included.'),
    })
    .prefault({}),
  worklist: z
    .object({
      remindAfterHours: z
        .int()
        .min(1)
        .max(720)
        .default(24)
        .describe('The facility is reminded of what is not in its own schedule yet (F-22).'),
    })
    .prefault({}),
};
