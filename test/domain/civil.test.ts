import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  addMinutes,
  atLocal,
  daysBetween,
  earlierOf,
  formatDuration,
  formatInstant,
  formatRange,
  isZone,
  jitter,
  laterOf,
  nextLocal,
  startOfDay,
  weekday,
  zoneDate,
  zoneTime,
} from '../../domain/civil.ts';

const berlin = 'Europe/Berlin';
const zones = [berlin, 'America/New_York', 'Australia/Lord_Howe'];

describe('days on which the clock changes', () => {
  test.each([
    ['in a gap the later instant', '2026-03-29', '02:30', berlin, '2026-03-29T01:30:00.000Z', '03:30'],
    ['in an overlap the earlier one', '2026-10-25', '02:30', berlin, '2026-10-25T00:30:00.000Z', '02:30'],
    ['New York, gap', '2026-03-08', '02:30', 'America/New_York', '2026-03-08T07:30:00.000Z', '03:30'],
    ['New York, overlap', '2026-11-01', '01:30', 'America/New_York', '2026-11-01T05:30:00.000Z', '01:30'],
    ['Lord Howe skips half an hour', '2026-10-04', '02:15', 'Australia/Lord_Howe', '2026-10-03T15:45:00.000Z', '02:45'],
    ['Lord Howe repeats half an hour', '2026-04-05', '01:45', 'Australia/Lord_Howe', '2026-04-04T14:45:00.000Z', '01:45'],
  ])('%s', (_, date, time, zone, instant, shown) => {
    expect(atLocal(date, time, zone)).toBe(instant);
    expect(zoneTime(instant, zone)).toBe(shown);
    expect(zoneDate(instant, zone)).toBe(date);
  });

  test('C-05: midnight seven days before is midnight, although an hour is missing in between', () => {
    const mandatory = startOfDay(addDays('2026-04-02', -7), berlin);
    expect(mandatory).toBe('2026-03-25T23:00:00.000Z');
    expect(startOfDay('2026-04-02', berlin)).toBe('2026-04-01T22:00:00.000Z');
  });

  test('a day whose midnight is skipped begins when its clock does', () => {
    expect(startOfDay('2018-11-04', 'America/Sao_Paulo')).toBe('2018-11-04T03:00:00.000Z');
    expect(startOfDay('2011-12-30', 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000Z');
    // From 23:30 to 00:30 the next day.
    expect(startOfDay('1919-03-31', 'America/Toronto')).toBe('1919-03-31T04:30:00.000Z');
  });

  test('a zone met for the first time at the very change of its clock is remembered right', () => {
    expect(zoneTime('2026-03-29T01:00:00.000Z', 'Europe/Paris')).toBe('03:00');
    expect(zoneTime('2026-03-29T00:59:00.000Z', 'Europe/Paris')).toBe('01:59');
  });

  test('a day that begins twice begins the first time', () => {
    expect(startOfDay('2026-11-01', 'America/Havana')).toBe('2026-11-01T04:00:00.000Z');
  });

  test('C-11: a daily step comes once a day, also on the day that skips its time', () => {
    const steps = ['2026-03-28T00:00:00.000Z'];
    for (let day = 0; day < 3; day++) steps.push(nextLocal(addMinutes(steps.at(-1)!, 1), '02:30', berlin));
    expect(steps.slice(1)).toEqual(['2026-03-28T01:30:00.000Z', '2026-03-29T01:30:00.000Z', '2026-03-30T00:30:00.000Z']);
  });

  test('within an overlap the next 02:30 is the second one', () => {
    expect(nextLocal('2026-10-25T00:30:00.000Z', '02:30', berlin)).toBe('2026-10-25T00:30:00.000Z');
    expect(nextLocal('2026-10-25T00:30:00.001Z', '02:30', berlin)).toBe('2026-10-25T01:30:00.000Z');
    expect(nextLocal('2026-10-25T01:30:00.001Z', '02:30', berlin)).toBe('2026-10-26T01:30:00.000Z');
  });
});

const minute = fc
  .integer({ min: Date.parse('1975-01-01T00:00Z') / 60_000, max: Date.parse('2090-01-01T00:00Z') / 60_000 })
  .map((it) => new Date(it * 60_000).toISOString());
// Half of the instants lie within three days of a change of some clock.
const nearChange = fc
  .tuple(
    fc.constantFrom('2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01'),
    fc.integer({ min: -4320, max: 4320 }),
  )
  .map(([date, minutes]) => new Date(Date.parse(date) + minutes * 60_000).toISOString());
const instant = fc.oneof(minute, nearChange);
const zone = fc.constantFrom(...zones);
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((it) => String(it).padStart(2, '0')).join(':'));
const iso = (zoned: Temporal.ZonedDateTime) => new Date(zoned.epochMilliseconds).toISOString();

describe('agrees with the time library', () => {
  test('from instant to wall clock', () => {
    fc.assert(
      fc.property(instant, zone, (at, where) => {
        const zoned = Temporal.Instant.from(at).toZonedDateTimeISO(where);
        expect(`${zoneDate(at, where)}T${zoneTime(at, where)}`).toBe(zoned.toPlainDateTime().toString().slice(0, 16));
        expect(startOfDay(zoneDate(at, where), where)).toBe(iso(zoned.startOfDay()));
        expect(weekday(zoneDate(at, where))).toBe(zoned.dayOfWeek);
      }),
      { numRuns: 500 },
    );
  });

  test('from wall clock to instant', () => {
    fc.assert(
      fc.property(instant, time, zone, (at, clock, where) => {
        const date = at.slice(0, 10);
        expect(atLocal(date, clock, where)).toBe(iso(Temporal.PlainDateTime.from(`${date}T${clock}`).toZonedDateTime(where)));
      }),
      { numRuns: 500 },
    );
  });

  test('the next local time is not before, shows the time or follows a gap, and none is passed over', () => {
    fc.assert(
      fc.property(instant, time, zone, (at, clock, where) => {
        const next = nextLocal(at, clock, where);
        expect(next >= at).toBe(true);
        if (zoneTime(next, where) !== clock) expect(atLocal(zoneDate(next, where), clock, where)).toBe(next);
        const passed = atLocal(zoneDate(at, where), clock, where);
        if (passed >= at) expect(next).toBe(passed);
        expect(daysBetween(zoneDate(at, where), zoneDate(next, where))).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  test('civil days count the same in every zone', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: -1000, max: 1000 }), (at, days) => {
        const date = at.slice(0, 10);
        expect(addDays(date, days)).toBe(Temporal.PlainDate.from(date).add({ days }).toString());
        expect(daysBetween(date, addDays(date, days))).toBe(days);
      }),
    );
  });
});

describe('input that is none', () => {
  test.each([
    ['2026-02-30', '07:00', berlin],
    ['23.11.2026', '07:00', berlin],
    ['2026-11-23', '24:00', berlin],
    ['2026-11-23', '7:00', berlin],
    ['2026-11-23', '07:00', 'Europe/Nowhere'],
    ['2026-11-23', '07:00', '+02:00'],
  ])('%s %s %s is refused', (date, clock, where) => {
    expect(() => atLocal(date, clock, where)).toThrow(RangeError);
  });

  test('a zone is a name that the time-zone data knows', () => {
    expect([...zones, 'UTC'].map(isZone)).toEqual([true, true, true, true]);
    expect(['', 'Mars/Olympus', '+02:00', '__proto__'].map(isZone)).toEqual([false, false, false, false]);
  });
});

describe('for people', () => {
  const half = '2029-05-03T05:30:00.000Z';

  test('dates and times are those of the place', () => {
    expect(formatInstant(half, berlin, 'time')).toBe('07:30');
    expect(formatInstant(half, berlin, 'date')).toBe('Thu 3 May');
    // Editions of the locale data differ in the comma.
    expect(formatInstant(half, berlin, 'longDate')).toMatch(/^Thursday,? 3 May 2029$/);
    expect(formatInstant(half, berlin, 'dateTime')).toBe('Thu 3 May, 07:30');
    expect(formatInstant(half, 'America/New_York', 'dateTime')).toBe('Thu 3 May, 01:30');
    expect(formatInstant('2029-05-02T22:00:00.000Z', berlin, 'time', 'en-US')).toBe('00:00');
  });

  test('a range names the days only where it must', () => {
    expect(formatRange({ startsAt: half, endsAt: addMinutes(half, 210) }, berlin)).toBe('07:30–11:00');
    expect(formatRange({ startsAt: half, endsAt: '2029-05-03T22:00:00.000Z' }, berlin)).toBe('07:30–24:00');
    expect(formatRange({ startsAt: half, endsAt: '2029-05-04T04:00:00.000Z' }, berlin)).toBe('Thu 3 May, 07:30 – Fri 4 May, 06:00');
  });

  test.each([
    [210, '3 h 30 min'],
    [120, '2 h'],
    [45, '45 min'],
    [0, '0 min'],
    [-90, '−1 h 30 min'],
  ])('%i minutes read %s', (minutes, text) => {
    expect(formatDuration(minutes)).toBe(text);
  });

  test('the later and the earlier of two instants are found however they are spelt', () => {
    expect(laterOf('2026-11-23T07:00:00Z', '2026-11-23T07:00:00.500Z')).toBe('2026-11-23T07:00:00.500Z');
    expect(earlierOf('2026-11-23T07:00:00Z', '2026-11-23T07:00:00.500Z')).toBe('2026-11-23T07:00:00Z');
  });
});

describe('jitter', () => {
  test('is fixed for a key, whole, within its bounds, and spread evenly', () => {
    expect(jitter('block/7', 900)).toBe(jitter('block/7', 900));
    expect([jitter('block/7', 1), jitter('block/7', 0)]).toEqual([0, 0]);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let block = 0; block < 5000; block++) {
      const seconds = jitter(`block/${block}`, 900);
      expect(Number.isInteger(seconds) && seconds >= 0 && seconds < 900).toBe(true);
      tenths[Math.floor(seconds / 90)]!++;
    }
    expect(Math.min(...tenths)).toBeGreaterThan(400);
    expect(Math.max(...tenths)).toBeLessThan(600);
  });
});
