import { describe, expect, test } from 'vitest';

import { dateFormat } from '../../cli/import/date-format.ts';
import { readInstant } from '../../cli/import/dates.ts';
import { slashOrder } from '../../cli/import/slash-order.ts';

const zone = 'America/New_York';

describe('a date as people and systems write it', () => {
  test.each([
    ['2022-01-03T07:00:00Z', '2022-01-03T07:00:00.000Z'],
    ['2022-01-03T07:00+01:00', '2022-01-03T06:00:00.000Z'],
    ['2022-01-03T07:00-0530', '2022-01-03T12:30:00.000Z'],
    ['2022-01-03T07:00', '2022-01-03T12:00:00.000Z'],
    ['2022-01-03 07:00:30', '2022-01-03T12:00:30.000Z'],
    ['2022-01-03 07:00:30.250', '2022-01-03T12:00:30.000Z'],
    ['2022-07-03 7:00', '2022-07-03T11:00:00.000Z'],
    ['03.01.2022 07:00', '2022-01-03T12:00:00.000Z'],
    ['3.1.22 7:00', '2022-01-03T12:00:00.000Z'],
    ['03-JAN-2022 07:00', '2022-01-03T12:00:00.000Z'],
    ['3 Jan 2022 12:30 AM', '2022-01-03T05:30:00.000Z'],
    ['2022-01-03 12:15 p.m.', '2022-01-03T17:15:00.000Z'],
    ['2022-01-03 24:00', '2022-01-04T05:00:00.000Z'],
  ])('%s is %s in New York', (text, instant) => {
    expect(readInstant(text, zone, {})).toBe(instant);
  });

  test('with slashes it follows the order of the file, in half days too', () => {
    expect(readInstant('1/3/22 7:00', zone, { order: 'month first' })).toBe('2022-01-03T12:00:00.000Z');
    expect(readInstant('1/3/22 7:00', zone, { order: 'day first' })).toBe('2022-03-01T12:00:00.000Z');
    expect(readInstant('1/3/22 1:30 PM', zone, { order: 'month first' })).toBe('2022-01-03T18:30:00.000Z');
  });

  test.each([
    ['soon', 'no date and time that we know'],
    ['2022-02-30 07:00', 'no such day or time'],
    ['2022-01-03 25:00', 'no such day or time'],
    ['2022-01-03 07:00:75', 'no such time of day'],
    ['2022-01-03 13:00 PM', 'no such time of day'],
    ['2022-01-03', 'no time of day'],
    ['0022-01-03 07:00', 'no year of a schedule'],
  ])('%s is refused: %s', (text, reason) => {
    expect(() => readInstant(text, zone, {})).toThrow(reason);
  });

  test('a date alone is its midnight where a day is enough', () => {
    expect(readInstant('2022-01-03', zone, {}, true)).toBe('2022-01-03T05:00:00.000Z');
  });
});

describe('--date-format', () => {
  test.each([
    ['D/M/YYYY', '3/1/2022 7:00', '2022-01-03T12:00:00.000Z'],
    ['M/D/YY H:MM AM/PM', '1/3/22 1:05 pm', '2022-01-03T18:05:00.000Z'],
    ['dd.MM.yyyy HH:mm', '03.01.2022 07:00', '2022-01-03T12:00:00.000Z'],
    ['HH:mm DD/MM/YYYY', '07:00 03/01/2022', '2022-01-03T12:00:00.000Z'],
    ['YYYYMMDD HHmm', '20220103 0700', '2022-01-03T12:00:00.000Z'],
    ['DD-MMM-YY HH:mm:ss', '03-jan-22 07:00:00', '2022-01-03T12:00:00.000Z'],
  ])('%s reads %s', (format, text, instant) => {
    expect(readInstant(text, zone, { format: dateFormat(format) })).toBe(instant);
  });

  test('a date that does not fit is refused, one in ISO form is still taken', () => {
    const format = dateFormat('D/M/YYYY');
    expect(() => readInstant('3.1.2022 7:00', zone, { format })).toThrow('does not fit --date-format D/M/YYYY');
    expect(readInstant('2022-01-03T07:00:00Z', zone, { format })).toBe('2022-01-03T07:00:00.000Z');
  });

  test.each(['D/M', 'YYYY', 'D/M/YYYY D', 'D/M/YYYY HH', 'nothing'])('%s is refused', (format) => {
    expect(() => dateFormat(format)).toThrow('must name year, month and day once');
  });
});

describe('dates with slashes', () => {
  const dates = (...texts: string[]) => texts.map((text, index) => ({ line: index + 2, text }));

  test('one day above 12 tells how the whole file writes them', () => {
    expect(slashOrder('f.csv', dates('1/3/22 7:00', '1/13/22 7:00'))).toBe('month first');
    expect(slashOrder('f.csv', dates('1/3/22 7:00', '13/1/22 7:00'))).toBe('day first');
  });

  test('where nothing tells, both readings are named and --date-format is asked for', () => {
    expect(() => slashOrder('f.csv', dates('2/2/2022 7:00', '3/4/2022 7:00'))).toThrow(
      /f\.csv, line 3: .*4 March 2022 \(M\/D\/YYYY\) or 3 April 2022 \(D\/M\/YYYY\).*--date-format/,
    );
  });

  test('where dates contradict each other, both lines are named', () => {
    expect(() => slashOrder('f.csv', dates('3/4/22 7:00', '13/4/22 7:00', '4/13/22 7:00'))).toThrow(/line 4 .*line 3 .*contradict/);
  });

  test('no question is asked where the two readings are one', () => {
    expect(slashOrder('f.csv', dates('2/2/2022 7:00', '2022-03-04 7:00'))).toBeUndefined();
  });
});
