import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { addDays, daysBetween, weekday, zoneTime } from '../../domain/civil.ts';
import { PolicySettings } from '../../domain/policy.ts';
import { Recurrence } from '../../domain/recurrence.ts';
import { advanceSeries, daysOf, horizonDaysOf, planSeries, type SeriesFacts, timeOn } from '../../domain/series.ts';
import { changeOfSeries, reasonToKeep, type SeriesDay, type StandingDay } from '../../domain/series-change.ts';
import { foretell } from '../../domain/timeline.ts';

const policy = { ...PolicySettings.parse({ mail: { spreadSeconds: 0 } }), version: 1 };
const weekly = (weekdays: number[], more: object = {}) => Recurrence.parse({ kind: 'weekly', weekdays, ...more });
const monthly = (day: number, nth: number[]) => Recurrence.parse({ kind: 'monthly', weekday: day, nth });

const series = (more: Partial<SeriesFacts> = {}): SeriesFacts => ({
  id: 's',
  zone: 'America/New_York',
  paused: false,
  shadow: false,
  state: 'active',
  holidays: [],
  materialisedUntil: '2027-01-01',
  roomId: 'r',
  groupId: 'g',
  providerId: null,
  from: '07:00',
  to: '15:00',
  recurrence: weekly([2]),
  validFrom: '2027-01-01',
  validUntil: null,
  skippedDates: [],
  windowDays: null,
  ...more,
});

describe('the days of a series', () => {
  test('U-11: weekly on weekdays, from its first to its last day', () => {
    const facts = series({ recurrence: weekly([1, 4]), validFrom: '2027-01-05', validUntil: '2027-01-18' });
    expect(daysOf(facts, '2026-01-01', '2028-01-01')).toEqual(['2027-01-07', '2027-01-11', '2027-01-14', '2027-01-18']);
    expect(daysOf(facts, '2027-01-12', '2027-01-14')).toEqual(['2027-01-14']);
    expect(daysOf(facts, '2027-01-19', '2027-03-01')).toEqual([]);
  });

  test('U-11: the second and the fourth Tuesday, the fifth where there is one, the last', () => {
    expect(daysOf(series({ recurrence: monthly(2, [2, 4]) }), '2027-01-01', '2027-03-31')).toEqual([
      '2027-01-12',
      '2027-01-26',
      '2027-02-09',
      '2027-02-23',
      '2027-03-09',
      '2027-03-23',
    ]);
    expect(daysOf(series({ recurrence: monthly(5, [5]) }), '2027-01-01', '2027-06-30')).toEqual(['2027-01-29', '2027-04-30']);
    expect(daysOf(series({ recurrence: monthly(1, [-1]) }), '2027-02-01', '2027-03-31')).toEqual(['2027-02-22', '2027-03-29']);
  });

  test.each([
    ['before', '2026-12-09'],
    ['in', '2027-01-06'],
    ['after', '2027-03-05'],
  ])('U-11: every other week counts from the week of its anchor, which lies %s its time', (_where, anchor) => {
    const facts = series({ recurrence: weekly([1, 3], { everyWeeks: 2, anchor }), validFrom: '2027-01-06' });
    expect(daysOf(facts, '2027-01-01', '2027-02-03')).toEqual(['2027-01-06', '2027-01-18', '2027-01-20', '2027-02-01', '2027-02-03']);
  });

  test('U-11: skipped dates and holidays are left out', () => {
    const facts = series({ skippedDates: ['2027-01-12'], holidays: ['2027-01-26'] });
    expect(daysOf(facts, '2027-01-01', '2027-02-03')).toEqual(['2027-01-05', '2027-01-19', '2027-02-02']);
  });

  test('U-11: whatever the dates, every day is one of its weekdays, in a week that counts, once', () => {
    const date = fc.integer({ min: 0, max: 3000 }).map((days) => addDays('2024-01-01', days));
    fc.assert(
      fc.property(
        date,
        date,
        fc.integer({ min: 1, max: 4 }),
        fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
        (from, anchor, everyWeeks, on) => {
          const facts = series({ recurrence: weekly(on, { everyWeeks, anchor }), validFrom: from });
          const found = daysOf(facts, from, addDays(from, 100));
          const monday = (day: string) => addDays(day, 1 - weekday(day));
          const expected = Array.from({ length: 101 }, (_, n) => addDays(from, n)).filter(
            (day) => on.includes(weekday(day)) && daysBetween(monday(anchor), monday(day)) % (7 * everyWeeks) === 0,
          );
          expect(found).toEqual(expected);
        },
      ),
    );
  });

  test('U-11: an alternate rhythm needs an anchor, and no weekday comes twice', () => {
    expect(Recurrence.safeParse({ kind: 'weekly', weekdays: [1], everyWeeks: 2 }).success).toBe(false);
    expect(Recurrence.safeParse({ kind: 'weekly', weekdays: [1, 1] }).success).toBe(false);
    expect(Recurrence.safeParse({ kind: 'monthly', weekday: 2, nth: [6] }).success).toBe(false);
  });
});

describe('its times', () => {
  test.each([
    ['America/New_York', '2027-03-13', '2027-03-14', 1],
    ['Europe/Berlin', '2027-03-27', '2027-03-28', 1],
    ['Australia/Lord_Howe', '2027-10-02', '2027-10-03', 0.5],
  ])('U-11: in %s 07:00 stays 07:00 when the clock changes', (zone, before, after, hours) => {
    const [one, other] = [timeOn(series({ zone }), before)!, timeOn(series({ zone }), after)!];
    expect([zoneTime(one.startsAt, zone), zoneTime(other.startsAt, zone), zoneTime(other.endsAt, zone)]).toEqual([
      '07:00',
      '07:00',
      '15:00',
    ]);
    expect(Date.parse(other.startsAt) - Date.parse(one.startsAt)).toBe((24 - hours) * 3_600_000);
  });

  test('U-11: an end not after the start is on the next day, 24:00 is midnight, and a time that the clock skips has no day', () => {
    expect(timeOn(series({ from: '19:00', to: '07:00' }), '2027-01-05')).toEqual({
      startsAt: '2027-01-06T00:00:00.000Z',
      endsAt: '2027-01-06T12:00:00.000Z',
    });
    expect(timeOn(series({ to: '24:00' }), '2027-01-05')!.endsAt).toBe('2027-01-06T05:00:00.000Z');
    const skipped = series({ from: '02:30', to: '03:15', recurrence: weekly([7]) });
    expect(daysOf(skipped, '2027-03-07', '2027-03-21')).toEqual(['2027-03-07', '2027-03-21']);
  });
});

describe('what comes next', () => {
  test('C-05: blocks are made 180 days ahead, and always before their window opens and alerts may come', () => {
    expect(horizonDaysOf({ windowDays: null }, policy)).toBe(180);
    expect(horizonDaysOf({ windowDays: 365 }, policy)).toBe(425);
  });

  test('U-01: it sleeps until the next day comes within the horizon, and no longer than its last day', () => {
    const facts = series({ materialisedUntil: '2027-06-30', validUntil: '2027-07-16' });
    const steps = foretell(facts, '2027-01-01T12:00:00.000Z', { plan: (then, at) => planSeries(then, policy, at), advance: advanceSeries });
    expect(steps.map(({ kind, at, until }) => [kind, at, until])).toEqual([
      ['materialise', '2027-01-07T05:00:00.000Z', '2027-07-06'],
      ['materialise', '2027-01-14T05:00:00.000Z', '2027-07-13'],
      ['close', '2027-07-17T04:00:00.000Z', undefined],
    ]);
  });

  test('C-05: late, it makes all days that came within the horizon at once', () => {
    const facts = series({ materialisedUntil: '2027-06-30' });
    expect(planSeries(facts, policy, '2027-02-01T12:00:00.000Z')).toMatchObject({ kind: 'materialise', until: '2027-07-31' });
  });

  test('F-23: while the facility is paused nothing is made; an ended series is closed', () => {
    expect(planSeries(series({ paused: true }), policy, '2027-02-01T12:00:00.000Z')).toMatchObject({ kind: 'wait', rule: 'F-23' });
    expect(planSeries(series({ state: 'ended' }), policy, '2027-02-01T12:00:00.000Z').kind).toBe('closed');
  });
});

describe('a change', () => {
  const day = (date: string, more: Partial<SeriesDay> = {}): SeriesDay => ({
    date,
    startsAt: `${date}T12:00:00.000Z`,
    endsAt: `${date}T20:00:00.000Z`,
    roomId: 'r',
    groupId: 'g',
    providerId: null,
    windowDays: 7,
    ...more,
  });
  const standing = (date: string, because: string | null = null, claimed = false): StandingDay => ({
    ...day(date),
    blockId: `b ${date}`,
    because,
    claimed,
  });

  test('U-02: days are added, removed and moved; what something has happened to is kept and says why', () => {
    const there = [
      standing('2027-01-05'),
      standing('2027-01-12'),
      standing('2027-01-19', 'Cases are booked in it.'),
      standing('2027-01-26'),
    ];
    const wanted = [day('2027-01-05'), day('2027-01-12', { roomId: 'r2' }), day('2027-01-19', { roomId: 'r2' }), day('2027-02-02')];
    const change = changeOfSeries(wanted, there);
    expect(change.added.map(({ date }) => date)).toEqual(['2027-02-02']);
    expect(change.moved.map(({ before, after }) => [before.date, after.roomId])).toEqual([['2027-01-12', 'r2']]);
    expect(change.removed.map(({ date }) => date)).toEqual(['2027-01-26']);
    expect(change.kept.map(({ date, because }) => [date, because])).toEqual([['2027-01-19', 'Cases are booked in it.']]);
  });

  test('U-02: a kept day is changed when it is named, but never where somebody holds released minutes', () => {
    const there = [
      standing('2027-01-19', 'Cases are booked in it.'),
      standing('2027-01-26', 'Somebody holds time that was released of it.', true),
    ];
    const change = changeOfSeries([], there, new Set(['2027-01-19', '2027-01-26']));
    expect([change.removed.map(({ date }) => date), change.kept.map(({ date }) => date)]).toEqual([['2027-01-19'], ['2027-01-26']]);
  });

  test('U-02: the weightiest reason is the one given', () => {
    const nothing = { cases: false, releases: false, claims: false, decided: false, altered: false };
    expect(reasonToKeep(nothing)).toBe(null);
    expect(reasonToKeep({ ...nothing, altered: true, cases: true })).toBe('Cases are booked in it.');
    expect(reasonToKeep({ ...nothing, releases: true, claims: true, cases: true })).toBe('Somebody holds time that was released of it.');
  });
});
