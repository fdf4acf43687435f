import { expect, test } from 'vitest';

import { changedDates, type HoursException, mustNotOverlap } from '../../domain/room-hours.ts';

const closed = (firstDate: string, lastDate = firstDate): HoursException => ({
  firstDate,
  lastDate,
  opensAt: null,
  closesAt: null,
  reason: null,
});

test('C-26: exceptions may touch and never share a date', () => {
  expect(() => mustNotOverlap([closed('2027-01-06', '2027-01-10'), closed('2027-01-04', '2027-01-05')])).not.toThrow();
  expect(() => mustNotOverlap([closed('2027-01-05', '2027-01-10'), closed('2027-01-04', '2027-01-05')])).toThrow();
  expect(() => mustNotOverlap([closed('2027-01-01', '2027-01-31'), closed('2027-01-04')])).toThrow();
});

test('C-26: what changes are the dates of exceptions that come, go or change; a new reason changes nothing', () => {
  const [kept, gone, added] = [closed('2027-01-04'), closed('2027-02-01', '2027-02-20'), closed('2027-03-01')];
  expect(changedDates([kept, gone], [{ ...kept, reason: 'Cleaning' }, added], 13)).toEqual([
    { from: '2027-02-01', to: '2027-02-13' },
    { from: '2027-02-14', to: '2027-02-20' },
    { from: '2027-03-01', to: '2027-03-01' },
  ]);
  expect(changedDates([kept], [{ ...kept, opensAt: '08:00', closesAt: '09:00' }], 13)).toHaveLength(2);
});
