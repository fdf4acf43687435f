import { describe, expect, test } from 'vitest';

import { blockDays, blockHours } from '../../cli/import/block-days.ts';
import type { ScheduledCase } from '../../cli/import/check.ts';
import { overlappingPairs } from '../../cli/import/overlaps.ts';
import { shiftCases } from '../../cli/import/shift.ts';

const zone = 'Europe/Berlin';
let line = 1;
const scheduled = (startsAt: string, endsAt: string, given: Partial<ScheduledCase> = {}): ScheduledCase => ({
  line: ++line,
  number: `n${line}`,
  room: 'OR 1',
  group: 'A',
  provider: null,
  startsAt: `${startsAt}:00.000Z`,
  endsAt: `${endsAt}:00.000Z`,
  bookedAt: null,
  cancelledAt: null,
  description: null,
  ...given,
});

describe('block days', () => {
  const hours = blockHours('7:00-16:00');

  test('a room and date with cases of one group is a block, at the same wall-clock hours across a change of the clock', () => {
    const cases = [scheduled('2027-03-26T07:00', '2027-03-26T08:00'), scheduled('2027-03-29T07:00', '2027-03-29T08:00')];
    expect(blockDays(cases, zone, hours, 'f.csv').days).toEqual([
      { room: 'OR 1', date: '2027-03-26', group: 'A', startsAt: '2027-03-26T06:00:00.000Z', endsAt: '2027-03-26T15:00:00.000Z' },
      { room: 'OR 1', date: '2027-03-29', group: 'A', startsAt: '2027-03-29T05:00:00.000Z', endsAt: '2027-03-29T14:00:00.000Z' },
    ]);
  });

  test('a room-day with several groups gets no block and is listed; one without a group, or outside the hours, is none', () => {
    const cases = [
      scheduled('2027-01-04T07:00', '2027-01-04T08:00'),
      scheduled('2027-01-04T09:00', '2027-01-04T10:00', { group: 'B' }),
      scheduled('2027-01-05T07:00', '2027-01-05T08:00', { group: null }),
      scheduled('2027-01-06T20:00', '2027-01-06T21:00'),
    ];
    const { days, warnings } = blockDays(cases, zone, hours, 'f.csv');
    expect(days).toEqual([]);
    expect(warnings).toMatchObject([{ line: cases[0]!.line, message: 'no block in OR 1 on 2027-01-04: A, B share the day.' }]);
  });

  test.each(['7-16', '16:00-07:00', '07:00-07:00', '07:00-24:00', ''])('block hours %j are refused', (text) => {
    expect(() => blockHours(text)).toThrow('is not of the form 07:00-16:00');
  });
});

describe('overlaps', () => {
  test('C-07: every pair in a room is counted, touching and cancelled cases are not', () => {
    const cases = [
      scheduled('2027-01-04T07:00', '2027-01-04T10:00'),
      scheduled('2027-01-04T08:00', '2027-01-04T09:00'),
      scheduled('2027-01-04T08:30', '2027-01-04T11:00'),
      scheduled('2027-01-04T11:00', '2027-01-04T12:00'),
      scheduled('2027-01-04T07:00', '2027-01-04T12:00', { room: 'OR 2' }),
      scheduled('2027-01-04T07:00', '2027-01-04T12:00', { cancelledAt: '2027-01-01T00:00:00.000Z' }),
    ];
    const { pairs, warnings } = overlappingPairs(cases, zone, 'f.csv', 100);
    expect(pairs).toBe(3);
    expect(warnings).toHaveLength(3);
    expect(warnings[0]!.message).toBe(
      `case ${cases[1]!.number} overlaps case ${cases[0]!.number} (line ${cases[0]!.line}) in room OR 1 from 2027-01-04 09:00; both stand (C-07).`,
    );
  });

  test('ten thousand cases at one time are counted in full, and only the first pairs listed', () => {
    const cases = Array.from({ length: 10_000 }, () => scheduled('2027-01-04T07:00', '2027-01-04T10:00'));
    const { pairs, warnings } = overlappingPairs(cases, zone, 'f.csv', 20);
    expect({ pairs, listed: warnings.length }).toEqual({ pairs: (10_000 * 9_999) / 2, listed: 20 });
  });
});

describe('--shift-to', () => {
  test('whole weeks: weekday and wall clock stay across a change of the clock, length and distances too', () => {
    const cases = [
      scheduled('2027-01-06T07:00', '2027-01-06T08:30', { bookedAt: '2026-12-30T10:00:30.000Z' }),
      scheduled('2027-01-11T22:00', '2027-01-12T01:00'),
    ];
    const { cases: moved, days } = shiftCases(cases, zone, '2027-07-02'); // a Friday; the file begins on a Wednesday
    expect(days).toBe(25 * 7);
    expect(moved.map(({ startsAt, endsAt, bookedAt }) => ({ startsAt, endsAt, bookedAt }))).toEqual([
      { startsAt: '2027-06-30T06:00:00.000Z', endsAt: '2027-06-30T07:30:00.000Z', bookedAt: '2027-06-23T09:00:30.000Z' },
      { startsAt: '2027-07-05T21:00:00.000Z', endsAt: '2027-07-06T00:00:00.000Z', bookedAt: null },
    ]);
  });
});
