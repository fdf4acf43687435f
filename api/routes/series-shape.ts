import { z } from 'zod';

import { ClosingTime, LocalTime } from '../../domain/local-time.ts';
import { Recurrence } from '../../domain/recurrence.ts';
import type { SeriesChange, SeriesDay, StandingDay } from '../../domain/series-change.ts';
import type { LoadedSeries } from '../../ledger/series.ts';
import type { SeriesOutcome } from '../../ledger/series-change.ts';
import { WindowDays } from './block-shape.ts';
import { CivilDate, Instant, Prose, Version } from './plugin.ts';
import { Next } from './timeline.ts';

const SkippedDates = z
  .array(CivilDate)
  .max(1000)
  .refine((dates) => new Set(dates).size === dates.length, 'each date once');

/** What a client may say of a series. */
const terms = {
  roomId: z.uuid(),
  groupId: z.uuid(),
  providerId: z.uuid().nullable().describe('For blocks of one provider; null: the whole group’s.'),
  from: LocalTime,
  to: ClosingTime.describe('Not after `from`: on the next day.'),
  recurrence: Recurrence,
  validFrom: CivilDate,
  validUntil: CivilDate.nullable().describe('Inclusive; null: until it is ended.'),
  skippedDates: SkippedDates.describe('Civil dates without a block. Holidays of the facility have none anyway.'),
  windowDays: WindowDays.nullable().describe('Mandatory release window of its blocks (C-05); null: the facility’s policy.'),
};

const inOrder = ({ validFrom, validUntil }: { validFrom?: string | undefined; validUntil?: string | null | undefined }) =>
  !validFrom || !validUntil || validFrom <= validUntil;
const notInOrder = { path: ['validUntil'], error: 'validUntil must not be before validFrom' };

export const NewSeries = z
  .strictObject({
    facilityId: z.uuid(),
    ...terms,
    providerId: terms.providerId.default(null),
    validUntil: terms.validUntil.default(null),
    skippedDates: terms.skippedDates.default([]),
    windowDays: terms.windowDays.default(null),
  })
  .refine(inOrder, notInOrder)
  .meta({
    example: {
      facilityId: '01890000-0000-7000-8000-000000000001',
      roomId: '01890000-0000-7000-8000-000000000002',
      groupId: '01890000-0000-7000-8000-000000000003',
      from: '07:00',
      to: '15:00',
      recurrence: { kind: 'monthly', weekday: 2, nth: [2, 4] },
      validFrom: '2027-01-01',
    },
  });

/** What a change of its days may carry. */
const changing = {
  include: z.array(CivilDate).max(400).optional().describe('Days that something has happened to, to change all the same.'),
  seen: z.string().max(100).optional().describe('From a preview: if the change is another by then, nothing is done (409).'),
  reason: Prose.optional(),
};

export const SeriesEdit = z
  .strictObject({ ...z.object(terms).partial().shape, ...changing })
  .refine(inOrder, notInOrder)
  .meta({ example: { from: '07:30', skippedDates: ['2027-03-09'] } });

export const SeriesEnd = z
  .strictObject({ from: CivilDate.describe('The first date without a block.'), ...changing })
  .meta({ example: { from: '2027-07-01', reason: 'The group moves to another room.' } });

export const Series = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    ...terms,
    room: z.string(),
    group: z.string(),
    provider: z.string().nullable(),
    state: z.enum(['active', 'ended']),
    materialisedUntil: CivilDate.describe('Days up to here are blocks already.'),
    next: Next,
    createdAt: Instant,
    version: Version,
  })
  .meta({ id: 'BlockSeries' });

const Day = z.object({
  date: CivilDate,
  startsAt: Instant,
  endsAt: Instant,
  roomId: z.uuid(),
  groupId: z.uuid(),
  providerId: z.uuid().nullable(),
  windowDays: z.int(),
});
const Standing = Day.extend({ blockId: z.uuid() });

/** What a change does to which day. */
const Change = z.object({
  added: z.array(Day),
  removed: z.array(Standing),
  moved: z.array(z.object({ before: Standing, after: Day })),
  kept: z.array(Standing.extend({ because: z.string() })).describe('Left as they are, although the series says otherwise.'),
});

const Warning = z.object({ code: z.literal('INSIDE_WINDOW'), rule: z.string(), message: z.string(), dates: z.array(CivilDate) });

export const SeriesChanged = Series.extend({
  preview: z.boolean(),
  change: Change,
  warnings: z.array(Warning),
  seen: z.string().describe('Send it with the change: if it would be another by then, nothing is done (409).'),
}).meta({ id: 'BlockSeriesChange' });

export function presentSeries({ facts, facilityId, names, next, version, createdAt }: LoadedSeries): z.infer<typeof Series> {
  const { zone: _zone, paused: _paused, shadow: _shadow, holidays: _holidays, ...rest } = facts;
  return { ...rest, facilityId, ...names, next, createdAt: new Date(createdAt).toISOString(), version };
}

const day = ({ date, startsAt, endsAt, roomId, groupId, providerId, windowDays }: SeriesDay) => ({
  date,
  startsAt,
  endsAt,
  roomId,
  groupId,
  providerId,
  windowDays,
});
const standing = (one: StandingDay) => ({ ...day(one), blockId: one.blockId });

const presentChange = ({ added, removed, moved, kept }: SeriesChange): z.infer<typeof Change> => ({
  added: added.map(day),
  removed: removed.map(standing),
  moved: moved.map(({ before, after }) => ({ before: standing(before), after: day(after) })),
  kept: kept.map((one) => ({ ...standing(one), because: one.because! })),
});

export function presentOutcome({ series, change, insideWindow, seen }: SeriesOutcome, preview: boolean): z.infer<typeof SeriesChanged> {
  const message = 'These days are inside their own release window already: nothing of them is released by itself.';
  const warnings = insideWindow.length > 0 ? [{ code: 'INSIDE_WINDOW' as const, rule: 'C-05', message, dates: insideWindow }] : [];
  return { ...presentSeries(series), preview, change: presentChange(change), warnings, seen };
}
