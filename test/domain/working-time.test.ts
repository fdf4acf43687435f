import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { addMinutes, atLocal, weekday, zoneDate, zoneTime } from '../../domain/civil.ts';
import { never } from '../../domain/timeline.ts';
import { addWorkingMinutes, subtractWorkingMinutes, type WorkingCalendar, workingMinutes } from '../../domain/working-time.ts';

const nineToFive = [1, 2, 3, 4, 5].map((day) => ({ weekday: day, from: '09:00', to: '17:00' }));
const calendar = (zone: string, more: Partial<WorkingCalendar> = {}): WorkingCalendar => ({
  zone,
  hours: nineToFive,
  holidays: [],
  ...more,
});
const berlin = 'Europe/Berlin';
const at = (date: string, time: string, zone = berlin) => atLocal(date, time, zone);

describe('F-10: minutes count in working hours', () => {
  test('over the evening, the weekend and a holiday', () => {
    const friday = at('2026-11-20', '16:30');
    expect(addWorkingMinutes(friday, 60, calendar(berlin))).toBe(at('2026-11-23', '09:30'));
    expect(addWorkingMinutes(friday, 60, calendar(berlin, { holidays: ['2026-11-23'] }))).toBe(at('2026-11-24', '09:30'));
    expect(addWorkingMinutes(at('2026-11-21', '12:00'), 30, calendar(berlin))).toBe(at('2026-11-23', '09:30'));
  });

  test('the last minute of a day ends with it, not with the next morning', () => {
    expect(addWorkingMinutes(at('2026-11-20', '16:00'), 60, calendar(berlin))).toBe(at('2026-11-20', '17:00'));
    expect(addWorkingMinutes(at('2026-11-20', '16:00'), 61, calendar(berlin))).toBe(at('2026-11-23', '09:01'));
  });

  test('a night shift across a change of the clock is as long as the clock says', () => {
    const night = [{ weekday: 7, from: '00:00', to: '06:00' }];
    const spring = calendar(berlin, { hours: night });
    expect(workingMinutes(at('2026-03-29', '00:00'), at('2026-03-29', '06:00'), spring)).toBe(300);
    expect(workingMinutes(at('2026-10-25', '00:00'), at('2026-10-25', '06:00'), spring)).toBe(420);
    // Lord Howe moves by half an hour.
    const island = calendar('Australia/Lord_Howe', { hours: night });
    expect(workingMinutes(at('2026-10-04', '00:00', island.zone), at('2026-10-04', '06:00', island.zone), island)).toBe(330);
    expect(workingMinutes(at('2026-04-05', '00:00', island.zone), at('2026-04-05', '06:00', island.zone), island)).toBe(390);
  });

  test('pauses do not count, and a warning lies before the breach by as many working minutes', () => {
    const from = at('2026-11-20', '10:00');
    const pauses = [{ startsAt: at('2026-11-20', '11:00'), endsAt: at('2026-11-23', '10:00') }];
    const due = addWorkingMinutes(from, 240, calendar(berlin), pauses);
    expect(due).toBe(at('2026-11-23', '13:00'));
    expect(subtractWorkingMinutes(due, 120, calendar(berlin), { notBefore: from, pauses })).toBe(at('2026-11-23', '11:00'));
    expect(subtractWorkingMinutes(due, 210, calendar(berlin), { notBefore: from, pauses })).toBe(at('2026-11-20', '10:30'));
    expect(subtractWorkingMinutes(due, 999, calendar(berlin), { notBefore: from, pauses })).toBe(from);
  });

  test('who works at no time is never late', () => {
    expect(addWorkingMinutes(at('2026-11-20', '10:00'), 1, calendar(berlin, { hours: [] }))).toBe(never);
  });
});

const zones = [
  berlin,
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/St_Johns',
  'Pacific/Chatham',
  'Africa/Casablanca',
  'Asia/Kolkata',
];
const times = ['00:00', '02:15', '06:30', '09:00', '12:00', '17:00', '22:45', '24:00'];
const window = fc
  .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 7 }))
  .filter(([, from, to]) => from < to)
  .map(([day, from, to]) => ({ weekday: day, from: times[from]!, to: times[to]! }));
const calendars = fc.record({
  zone: fc.constantFrom(...zones),
  hours: fc.uniqueArray(window, { minLength: 1, maxLength: 7, selector: ({ weekday: day }) => day }),
  holidays: fc.uniqueArray(fc.constantFrom('2026-03-28', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01'), {
    maxLength: 3,
  }),
});
/** Around the changes of the clock, and anywhere else. */
const instants = fc
  .tuple(
    fc.constantFrom('2026-03-07', '2026-03-28', '2026-04-04', '2026-06-10', '2026-10-03', '2026-10-24', '2026-10-31'),
    fc.integer({ min: 0, max: 4 * 1440 }),
  )
  .map(([date, minutes]) => addMinutes(`${date}T00:00:00.000Z`, minutes));

/** Minute by minute, by the wall clock alone: slow, and plainly right. */
function countMinutes(from: string, to: string, { zone, hours, holidays }: WorkingCalendar): number {
  let count = 0;
  for (let instant = from; instant < to; instant = addMinutes(instant, 1)) {
    const date = zoneDate(instant, zone);
    const day = hours.find((one) => one.weekday === weekday(date));
    const time = zoneTime(instant, zone);
    if (day && !holidays.includes(date) && time >= day.from && (day.to === '24:00' || time < day.to)) count++;
  }
  return count;
}

describe('F-10: in every zone, across changes of the clock', () => {
  // A window that begins or ends inside a skipped or repeated time is a matter of convention; those here do not.
  test('minutes are those that the wall clock shows inside the hours', () => {
    const plain = calendars.map((one) => ({ ...one, hours: one.hours.filter(({ from, to }) => from !== '02:15' && to !== '02:15') }));
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 3000 }), plain, (from, span, calendar) => {
        const to = addMinutes(from, span);
        expect(workingMinutes(from, to, calendar)).toBe(countMinutes(from, to, calendar));
      }),
      { numRuns: 60 },
    );
  });

  test('adding minutes and counting them agree, to the minute and not one earlier', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 6000 }), calendars, (from, minutes, calendar) => {
        const to = addWorkingMinutes(from, minutes, calendar);
        expect(workingMinutes(from, to, calendar)).toBe(minutes);
        expect(workingMinutes(from, addMinutes(to, -1), calendar)).toBeLessThan(minutes);
      }),
      { numRuns: 300 },
    );
  });

  test('going back finds the latest instant with as many minutes left, with pauses too', () => {
    fc.assert(
      fc.property(
        instants,
        fc.integer({ min: 2, max: 3000 }),
        fc.integer({ min: 0, max: 2000 }),
        calendars,
        (from, minutes, pause, calendar) => {
          const startsAt = addMinutes(from, 600);
          const pauses = [{ startsAt, endsAt: addMinutes(startsAt, pause) }];
          const due = addWorkingMinutes(from, minutes, calendar, pauses);
          const back = Math.floor(minutes / 2);
          const warned = subtractWorkingMinutes(due, back, calendar, { notBefore: from, pauses });
          expect(workingMinutes(warned, due, calendar, pauses)).toBe(back);
          expect(workingMinutes(addMinutes(warned, 1), due, calendar, pauses)).toBeLessThan(Math.max(back, 1));
          expect(warned >= from && warned <= due).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});
