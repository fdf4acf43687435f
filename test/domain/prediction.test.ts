import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addMinutes } from '../../domain/civil.ts';
import { type Interval, minutesOf, overlaps, subtract } from '../../domain/interval.ts';
import type { History, PastBlock } from '../../domain/past-block.ts';
import { forecastUnused, prepareHistory, proposeRelease, usualLead } from '../../domain/prediction.ts';

const dayMs = 86_400_000;
const start = Date.parse('2026-11-23T07:00:00Z');
const instant = (ms: number) => new Date(ms).toISOString();
/** Hours of the clock on the day of the block; the block is 07:00 to 15:00. */
const hours = (from: number, to: number): Interval => ({
  startsAt: addMinutes(instant(start), (from - 7) * 60),
  endsAt: addMinutes(instant(start), (to - 7) * 60),
});
const block = hours(7, 15);
const daysBefore = (days: number) => instant(start - days * dayMs);

/** A past block of eight hours; each booking is [hours after its start, minutes, days ahead or null, days ahead of its cancellation]. */
function past(weeksAgo: number, bookings: [number, number, (number | null)?, number?][]): PastBlock {
  const startMs = start - weeksAgo * 7 * dayMs;
  return {
    blockId: `past/${weeksAgo}`,
    startsAt: instant(startMs),
    endsAt: instant(startMs + 8 * 3_600_000),
    bookings: bookings.map(([hour, minutes, leadDays = null, cancelledDays]) => ({
      bookedAt: leadDays === null ? null : instant(startMs - leadDays * dayMs),
      startsAt: instant(startMs + hour * 3_600_000),
      endsAt: instant(startMs + hour * 3_600_000 + minutes * 60_000),
      cancelledAt: cancelledDays === undefined ? null : instant(startMs - cancelledDays * dayMs),
    })),
  };
}

const weeks = (count: number, bookings: (week: number) => [number, number, (number | null)?, number?][]) =>
  Array.from({ length: count }, (_, index) => past(index + 1, bookings(index + 1)));
const only = (holder: PastBlock[]): History => ({ holder, group: [], facility: [] });
/** Four hours booked, always ten days ahead. */
const tenDaysAhead = weeks(50, () => [[0, 240, 10]]);

const ask = (
  history: History,
  unbooked: Interval[],
  days: number,
  more: { confidenceAbove?: number; minRunMinutes?: number; bookedMinutes?: number } = {},
) => proposeRelease(history, { block, unbooked, at: daysBefore(days), minRunMinutes: 120, confidenceAbove: 0.9, ...more });

describe('usual lead', () => {
  test('C-02: it is the median of the last ten bookings by when they were made', () => {
    const recent = weeks(5, () => [
      [0, 60, 7],
      [2, 60, 9],
    ]);
    const old = weeks(20, () => [[0, 60, 40]]).slice(5);
    expect(usualLead([...recent, ...old])).toBe(8 * 24);
    expect(usualLead(prepareHistory(only([...recent, ...old])))).toBe(8 * 24);
  });

  test('C-02: fewer than five dated bookings are no habit', () => {
    expect(usualLead(weeks(4, () => [[0, 60, 7]]))).toBeUndefined();
    expect(usualLead(weeks(5, () => [[0, 60, 7]]))).toBe(7 * 24);
    expect(usualLead(weeks(20, () => [[0, 60, null]]))).toBeUndefined();
  });
});

describe('confidence', () => {
  const input = { ...block, bookedMinutes: 240, unbookedMinutes: 240, proposedMinutes: 240, at: daysBefore(3) };

  test('C-01: without any history it is a coin toss, and says why', () => {
    const forecast = forecastUnused({ holder: [], group: [], facility: [] }, input);
    expect(forecast).toMatchObject({ confidence: 0.5, sample: { holder: 0, group: 0, facility: 0 }, knowsBookingDates: false });
    expect(forecast.because).toBe('There is no similar day in the past to judge by.');
  });

  test.each([
    [1, 0.6667],
    [5, 0.8571],
    [9, 0.9091],
    [50, 0.9808],
  ])('C-01: %i days without exception give %f', (days, confidence) => {
    const forecast = forecastUnused(only(tenDaysAhead.slice(0, days)), input);
    expect(forecast.confidence).toBe(confidence);
    expect(forecast.because.includes('little to go by')).toBe(days < 10);
  });

  test('C-01: a holder without a past is never above 0.9, however sure the others are', () => {
    const forecast = forecastUnused({ holder: [], group: tenDaysAhead, facility: weeks(200, () => [[0, 240, 10]]) }, input);
    expect(forecast.confidence).toBeGreaterThan(0.8);
    expect(forecast.confidence).toBeLessThan(0.9);
    expect(forecast.because).toBe(
      'This holder has no similar days. On all of the last 50 similar days of the group nothing more was booked in the 3 days before.',
    );
  });

  test('C-02: with a short history the holder is drawn to the group, with a long one hardly', () => {
    const late = weeks(50, () => [
      [0, 240, 10],
      [4, 240, 1],
    ]);
    const drawn = (days: number) =>
      forecastUnused(only(tenDaysAhead.slice(0, days)), input).confidence -
      forecastUnused({ holder: tenDaysAhead.slice(0, days), group: late, facility: [] }, input).confidence;
    expect(drawn(5)).toBeGreaterThan(0.4);
    expect(drawn(50)).toBeLessThan(0.15);
  });

  test('C-02: it counts what was added after the same lead', () => {
    const lateHalf = weeks(40, (week) =>
      week % 2
        ? [
            [0, 240, 10],
            [4, 60, 2],
          ]
        : [[0, 240, 10]],
    );
    const at = (days: number) => forecastUnused(only(lateHalf), { ...input, at: daysBefore(days) }).confidence;
    expect(at(3)).toBe(0.5);
    expect(at(1)).toBeGreaterThan(0.95);
    const keepsAnHour = forecastUnused(only(lateHalf), { ...input, proposedMinutes: 180 });
    expect(keepsAnHour.confidence).toBeGreaterThan(0.95);
    expect(keepsAnHour.because).toBe(
      'On all of the last 40 similar days of this holder no more than 1 h more was booked in the 3 days before.',
    );
  });

  test('what was booked at this very point is known', () => {
    expect(forecastUnused(only(weeks(40, () => [[0, 240, 3]])), input).confidence).toBeGreaterThan(0.95);
    expect(forecastUnused(only(weeks(40, () => [[0, 240, 2.99]])), input).confidence).toBeLessThan(0.1);
  });

  test('a cancellation makes room for what is booked later, not for what was booked before', () => {
    const first = weeks(30, () => [
      [0, 240, 10, 3],
      [4, 120, 2],
    ]);
    const after = weeks(30, () => [
      [0, 240, 10, 1],
      [4, 120, 2],
    ]);
    const five = { ...input, at: daysBefore(5) };
    expect(forecastUnused(only(first), five).confidence).toBeGreaterThan(0.95);
    expect(forecastUnused(only(after), five).confidence).toBeLessThan(0.05);
  });

  test('days about as full as this one count more than others', () => {
    const mixed = weeks(40, (week) =>
      week % 2
        ? [[0, 240, 10]]
        : [
            [0, 30, 10],
            [1, 240, 2],
          ],
    );
    const full = forecastUnused(only(mixed), input).confidence;
    const empty = forecastUnused(only(mixed), { ...input, bookedMinutes: 30, unbookedMinutes: 450, proposedMinutes: 450 }).confidence;
    expect(full).toBeGreaterThan(0.7);
    expect(empty).toBeLessThan(0.3);
  });

  test('a day that had no room left says nothing', () => {
    const full = weeks(40, () => [[0, 480, 10]]);
    expect(forecastUnused(only(full), input)).toMatchObject({ confidence: 0.5, sample: { holder: 0 } });
  });

  test('shorter and longer past blocks are scaled to this one', () => {
    const half = weeks(40, () => [
      [0, 120, 10],
      [2, 60, 2],
    ]).map((it) => ({ ...it, endsAt: addMinutes(it.startsAt, 240) }));
    const keeping = (minutes: number) => forecastUnused(only(half), { ...input, proposedMinutes: 240 - minutes }).confidence;
    expect(keeping(60)).toBeLessThan(0.1);
    expect(keeping(120)).toBeGreaterThan(0.9);
  });

  test('C-02: without booking dates it knows only how full such days end, and says so', () => {
    const undated = weeks(40, (week) => [[0, week % 4 ? 240 : 420, null]]);
    const now = { ...input, bookedMinutes: 0, unbookedMinutes: 480 };
    const forecast = forecastUnused(only(undated), now);
    expect(forecast).toMatchObject({ confidence: 0.7381, knowsBookingDates: false });
    expect(forecast.because).toBe(
      'When cases were booked is not recorded, only how full the days ended. ' +
        'On 30 of the last 40 similar days of this holder 4 h or more stayed unused.',
    );
    expect(forecastUnused(only(undated), { ...now, proposedMinutes: 60 }).confidence).toBeGreaterThan(0.95);
    // Only the ten long days ever got as full as five hours.
    expect(forecastUnused(only(undated), { ...input, bookedMinutes: 300, unbookedMinutes: 180, proposedMinutes: 180 }).sample.holder).toBe(
      10,
    );
  });

  test('a holder who never books anything has nothing undated', () => {
    const forecast = forecastUnused(only(weeks(21, () => [])), { ...input, bookedMinutes: 0, unbookedMinutes: 480, proposedMinutes: 480 });
    expect(forecast).toMatchObject({ confidence: 0.9565, knowsBookingDates: true });
    expect(forecast.because).toBe('On all of the last 21 similar days of this holder nothing more was booked in the 3 days before.');
  });

  test('the same question gets the same answer, prepared or not', () => {
    const history = { holder: tenDaysAhead, group: weeks(30, (week) => [[0, 60 * (week % 5), 4]]), facility: [] };
    expect(forecastUnused(prepareHistory(history), input)).toEqual(forecastUnused(history, input));
  });
});

describe('proposal', () => {
  test('C-10: a partly booked block is asked for its empty afternoon', () => {
    expect(ask(only(tenDaysAhead), [hours(11, 15)], 3).proposal).toEqual([hours(11, 15)]);
  });

  test('C-01: 0.90 is no, anything above it is yes', () => {
    const { confidence } = ask(only(tenDaysAhead), [hours(11, 15)], 3).forecast;
    expect(ask(only(tenDaysAhead), [hours(11, 15)], 3, { confidenceAbove: confidence - 0.0001 }).proposal).toEqual([hours(11, 15)]);
    // Exactly 0.90: 8 days, 8 well, (8 + 1) / (8 + 2).
    const atTheEdge = ask(only(tenDaysAhead.slice(0, 8)), [hours(11, 15)], 3);
    expect(atTheEdge).toMatchObject({ proposal: [], forecast: { confidence: 0.9 } });
    expect(ask(only(tenDaysAhead.slice(0, 8)), [hours(11, 15)], 3, { confidenceAbove: 0.8999 }).proposal).toEqual([hours(11, 15)]);
  });

  test('C-02: who always books ten days ahead is asked before only for what never fills, after it for all', () => {
    const openDays = weeks(50, (week) => (week % 3 ? [[0, 300, 10]] : []));
    expect(ask(only(openDays), [block], 14).proposal).toEqual([hours(12, 15)]);
    expect(ask(only(openDays), [block], 8).proposal).toEqual([block]);
  });

  test('C-01: where all of it is exactly 0.90 sure, less of it is asked for', () => {
    // 17 of 18 days: (17 + 1) / (18 + 2).
    const days = weeks(18, (week) =>
      week === 4
        ? [
            [0, 240, 10],
            [4, 60, 2],
          ]
        : [[0, 240, 10]],
    );
    expect(ask(only(days), [hours(11, 15)], 3)).toMatchObject({ proposal: [hours(12, 15)], forecast: { confidence: 0.95 } });
  });

  const oneHourMore = weeks(50, (week) =>
    week % 2
      ? [
          [0, 120, 10],
          [2, 60, 2],
        ]
      : [[0, 120, 10]],
  );

  test('C-09: it asks for bits: the hour that may be needed stays, next to the booked case', () => {
    expect(ask(only(oneHourMore), [hours(9, 15)], 5).proposal).toEqual([hours(10, 15)]);
    expect(ask(only(oneHourMore), [hours(7, 13)], 5).proposal).toEqual([hours(7, 12)]);
  });

  test('C-09: in a block without a case it stays at the start of the day', () => {
    const days = weeks(50, (week) => (week % 2 ? [[0, 60, 2]] : []));
    expect(ask(only(days), [block], 5).proposal).toEqual([hours(8, 15)]);
  });

  test('C-09: what stays is kept in one place, the earlier one', () => {
    expect(ask(only(oneHourMore), [hours(7, 10), hours(12, 15)], 5).proposal).toEqual([hours(7, 9), hours(12, 15)]);
  });

  test('C-09: two hours in one place are kept rather than one hour in two', () => {
    const days = weeks(50, (week) =>
      week % 2
        ? [
            [0, 60, 10],
            [1, 120, 2],
          ]
        : [[0, 60, 10]],
    );
    expect(ask(only(days), [hours(7, 10), hours(11, 15)], 5).proposal).toEqual([hours(7, 10), hours(13, 15)]);
  });

  test('F-05: runs of exactly two hours are proposed, shorter ones never', () => {
    expect(ask(only(tenDaysAhead), [hours(11, 13)], 3).proposal).toEqual([hours(11, 13)]);
    const short = ask(only(tenDaysAhead), [hours(11, 12.99), hours(14, 15)], 3);
    expect(short.proposal).toEqual([]);
    expect(short.forecast.because).toBe('No open stretch of 2 h is left.');
  });

  test('gaps between cases are not counted as room for another case', () => {
    const gaps = [hours(8.5, 9), hours(10, 10.5), hours(12.5, 15)];
    expect(ask(only(oneHourMore), gaps, 5).proposal).toEqual([]);
    expect(ask(only(oneHourMore), [hours(9, 10), hours(12.5, 15)], 5).proposal).toEqual([hours(12.5, 15)]);
  });

  test('U-07: a refusal carries the surest candidate, whose confidence says why not', () => {
    const late = weeks(40, () => [
      [0, 120, 10],
      [2, 360, 1],
    ]);
    const { proposal, forecast } = ask(only(late), [hours(9, 15)], 5);
    expect(proposal).toEqual([]);
    expect(forecast.confidence).toBeLessThan(0.1);
    expect(forecast.because).toContain('On none of the last 40 similar days of this holder');
  });

  test('minutes that have passed are not proposed', () => {
    const { proposal } = proposeRelease(only(tenDaysAhead), {
      block,
      unbooked: [block],
      at: hours(10, 11).startsAt,
      minRunMinutes: 120,
      confidenceAbove: 0.9,
    });
    for (const it of proposal) expect(it.startsAt >= hours(10, 11).startsAt).toBe(true);
    expect(ask(only(tenDaysAhead), [block], -1).proposal).toEqual([]);
  });

  test('C-09: whatever the day looks like, the proposal is unbooked, in long runs, and none when none is sure', () => {
    const half = fc.integer({ min: 14, max: 29 });
    const cases = fc.array(
      fc.tuple(half, fc.integer({ min: 1, max: 6 })).map(([from, length]) => hours(from / 2, Math.min(15, (from + length) / 2))),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(
        cases,
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 0, max: 50 }),
        fc.constantFrom(0, 0.5, 0.9, 1),
        (booked, days, known, above) => {
          const unbooked = subtract([block], booked);
          const { proposal, forecast } = ask(only(oneHourMore.slice(0, known)), unbooked, days, { confidenceAbove: above });
          expect(subtract(proposal, unbooked)).toEqual([]);
          for (const it of proposal) expect(minutesOf(it)).toBeGreaterThanOrEqual(120);
          expect(forecast.confidence > above || proposal.length === 0).toBe(true);
          expect(proposal.some((it, index) => proposal.slice(index + 1).some((other) => overlaps(it, other)))).toBe(false);
        },
      ),
    );
  });
});

describe('time that was given back', () => {
  /** Four hours booked ten days ahead; the other four given back five days before. */
  const givenBack = (bookings: [number, number, number][] = [[0, 240, 10]]) =>
    weeks(50, () => bookings).map((one) => {
      const [from, releasedAt] = [addMinutes(one.startsAt, 240), addMinutes(one.startsAt, -5 * 1440)];
      return { ...one, releases: [{ startsAt: from, endsAt: one.endsAt, releasedAt }] };
    });
  const sure = (days: PastBlock[], at: number, proposedMinutes: number) =>
    forecastUnused(only(days), { ...block, bookedMinutes: 240, unbookedMinutes: 240, proposedMinutes, at: daysBefore(at) });

  test('C-01: days on which all that was not booked was given back say nothing: the prediction is not confirmed by its own success', () => {
    expect(sure(tenDaysAhead, 6, 240).confidence).toBeGreaterThan(0.9);
    expect(sure(givenBack(), 6, 240)).toMatchObject({ confidence: 0.5, sample: { holder: 0 } });
  });

  test('C-01: where what was kept stayed empty, the need was met and is known', () => {
    const kept = givenBack([[0, 120, 10]]); // two of the four kept hours stayed empty
    const asked = { ...block, bookedMinutes: 120, unbookedMinutes: 360, proposedMinutes: 240, at: daysBefore(6) };
    expect(forecastUnused(only(kept), asked).confidence).toBeGreaterThan(0.9);
  });

  test('C-01: where what was kept was filled afterwards, the day speaks of as much as that, and of no more', () => {
    const filledLater = givenBack([
      [0, 120, 10],
      [2, 120, 3],
    ]);
    const asked = (proposedMinutes: number) =>
      forecastUnused(only(filledLater), { ...block, bookedMinutes: 120, unbookedMinutes: 360, proposedMinutes, at: daysBefore(6) });
    expect(asked(360).confidence).toBeLessThan(0.1); // two hours were needed
    expect(asked(240).sample.holder).toBe(0); // perhaps more than two hours were
  });
});
