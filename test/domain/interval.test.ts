import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clip,
  contains,
  equalIntervals,
  Interval,
  intersect,
  longerThan,
  merge,
  minutesOf,
  overlaps,
  subtract,
  totalMinutes,
} from '../../domain/interval.ts';

const day = Date.parse('2026-11-23T00:00:00Z');
const at = (minute: number) => new Date(day + minute * 60_000).toISOString();
const of = (from: number, to: number): Interval => ({ startsAt: at(from), endsAt: at(to) });
const [seven, nine, eleven, fifteen] = [7 * 60, 9 * 60, 11 * 60, 15 * 60];

describe('single intervals', () => {
  test('minutes are whole: a part of a minute does not count', () => {
    expect(minutesOf(of(seven, nine))).toBe(120);
    expect(minutesOf({ startsAt: '2026-11-23T07:00:30.000Z', endsAt: '2026-11-23T09:00:00.000Z' })).toBe(119);
  });

  test('touching intervals share nothing', () => {
    expect(overlaps(of(seven, nine), of(nine, eleven))).toBe(false);
    expect(intersect(of(seven, nine), of(nine, eleven))).toBeUndefined();
    expect(overlaps(of(seven, nine + 1), of(nine, eleven))).toBe(true);
    expect(intersect(of(seven, nine + 1), of(nine, eleven))).toEqual(of(nine, nine + 1));
  });

  test('an interval contains itself and what lies within, and nothing that looks out', () => {
    expect(contains(of(seven, nine), of(seven, nine))).toBe(true);
    expect(contains(of(seven, nine), of(seven + 1, nine - 1))).toBe(true);
    expect(contains(of(seven, nine), of(seven, nine + 1))).toBe(false);
    expect(contains(of(seven, nine), of(seven - 1, nine))).toBe(false);
  });

  test('the spelling of an instant does not matter', () => {
    expect(equalIntervals(of(seven, nine), { startsAt: '2026-11-23T07:00Z', endsAt: '2026-11-23T09:00:00Z' })).toBe(true);
    expect(equalIntervals(of(seven, nine), of(seven, nine + 1))).toBe(false);
  });

  test('an instant without Z is refused rather than read in the zone of the machine', () => {
    expect(() => minutesOf({ startsAt: '2026-11-23T07:00:00', endsAt: at(nine) })).toThrow(RangeError);
    expect(() => minutesOf({ startsAt: 'tomorrow', endsAt: at(nine) })).toThrow(RangeError);
  });
});

describe('the schema', () => {
  test('takes instants with Z and gives them their one spelling', () => {
    expect(Interval.parse({ startsAt: '2026-11-23T07:00:00Z', endsAt: '2026-11-23T09:00:00.5Z' })).toEqual({
      startsAt: '2026-11-23T07:00:00.000Z',
      endsAt: '2026-11-23T09:00:00.500Z',
    });
  });

  test.each([
    ['an offset', { startsAt: '2026-11-23T07:00:00+01:00', endsAt: at(nine) }],
    ['a local time', { startsAt: '2026-11-23T07:00:00', endsAt: at(nine) }],
    ['a day that is not in the calendar', { startsAt: '2026-02-30T07:00:00Z', endsAt: at(nine) }],
    ['no date at all', { startsAt: 'soon', endsAt: at(nine) }],
    ['a missing end', { startsAt: at(seven) }],
    ['an empty interval', of(nine, nine)],
    ['a backward interval', of(eleven, nine)],
  ])('C-03: refuses %s', (_, value) => {
    expect(Interval.safeParse(value).success).toBe(false);
  });
});

describe('sets of intervals', () => {
  test('touching intervals become one, gaps stay', () => {
    expect(merge([of(nine, eleven), of(fifteen, 960), of(seven, nine)])).toEqual([of(seven, eleven), of(fifteen, 960)]);
  });

  test('C-04: a case in the middle leaves the time on both sides', () => {
    expect(subtract([of(seven, fifteen)], [of(nine, eleven)])).toEqual([of(seven, nine), of(eleven, fifteen)]);
  });

  test('C-07: a minute under two overlapping cases counts once', () => {
    expect(totalMinutes([of(seven, nine), of(nine - 60, eleven)])).toBe(240);
  });

  test('F-05: a run of exactly the minimum is long enough, a second less is not', () => {
    const almost = { startsAt: at(eleven), endsAt: new Date(day + (eleven + 120) * 60_000 - 1000).toISOString() };
    expect(longerThan([of(seven, nine), almost], 120)).toEqual([of(seven, nine)]);
  });
});

// Minutes of a short day as a set of numbers: slow, and too simple to be wrong.
const interval = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 20 }))
  .map(([from, minutes]) => of(from, from + minutes));
const intervals = fc.array(interval, { maxLength: 8 });
const minutesIn = (list: Interval[]) =>
  new Set(list.flatMap((it) => Array.from({ length: minutesOf(it) }, (_, index) => (Date.parse(it.startsAt) - day) / 60_000 + index)));
const sorted = (minutes: Iterable<number>) => [...minutes].sort((a, b) => a - b);

describe('against sets of minutes', () => {
  test('merge keeps every minute, sorts, and leaves gaps between what it returns', () => {
    fc.assert(
      fc.property(intervals, (list) => {
        const merged = merge(list);
        expect(sorted(minutesIn(merged))).toEqual(sorted(minutesIn(list)));
        for (const [index, it] of merged.entries()) if (index > 0) expect(it.startsAt > merged[index - 1]!.endsAt).toBe(true);
        expect(totalMinutes(list)).toBe(minutesIn(list).size);
      }),
    );
  });

  test('subtract leaves exactly what is not removed', () => {
    fc.assert(
      fc.property(intervals, intervals, (from, remove) => {
        const gone = minutesIn(remove);
        const left = subtract(from, remove);
        expect(sorted(minutesIn(left))).toEqual(sorted([...minutesIn(from)].filter((it) => !gone.has(it))));
        expect(merge(left)).toEqual(left);
      }),
    );
  });

  test('clip and intersect keep exactly what is shared', () => {
    fc.assert(
      fc.property(intervals, interval, (list, within) => {
        const frame = minutesIn([within]);
        expect(sorted(minutesIn(clip(list, within)))).toEqual(sorted([...minutesIn(list)].filter((it) => frame.has(it))));
        for (const it of list) {
          expect(intersect(it, within) !== undefined).toBe(overlaps(it, within));
          expect(contains(within, it)).toBe([...minutesIn([it])].every((minute) => frame.has(minute)));
        }
      }),
    );
  });

  test('nothing given is changed', () => {
    fc.assert(
      fc.property(intervals, intervals, (a, b) => {
        const before = JSON.stringify([a, b]);
        merge(a);
        subtract(a, b);
        expect(JSON.stringify([a, b])).toBe(before);
      }),
    );
  });
});
