/** Minutes that count: those of somebody's working hours, by their own wall clock, without holidays and pauses (F-10). */
import type { Availability } from './availability.ts';
import { addDays, atLocal, startOfDay, weekday, zoneDate } from './civil.ts';
import { clip, epochMs, type Interval, isoInstant, subtract } from './interval.ts';
import { never } from './timeline.ts';

/** When somebody works: wall-clock hours of weekdays in a zone, and the civil dates on which they do not. */
export type WorkingCalendar = { zone: string; hours: Availability; holidays: readonly string[] };

const minuteMs = 60_000;
/** A calendar that opens on no day of so many opens on none. */
const mostDays = 3660;

const workingHoursOn = (calendar: WorkingCalendar, date: string): Interval[] =>
  calendar.holidays.includes(date) ? [] : hoursOn(calendar, date);

/** The hours of one civil date in their zone; on a day whose clock changes they are as long as the clock says. */
export function hoursOn({ zone, hours }: Pick<WorkingCalendar, 'zone' | 'hours'>, date: string): Interval[] {
  const day = hours.find((one) => one.weekday === weekday(date));
  if (!day) return [];
  const startsAt = atLocal(date, day.from, zone);
  const endsAt = day.to === '24:00' ? startOfDay(addDays(date, 1), zone) : atLocal(date, day.to, zone);
  return startsAt < endsAt ? [{ startsAt, endsAt }] : [];
}

/**
 * When so many working minutes have passed since `instant`, to the millisecond. `pauses` do not count. `never` where nobody
 * works at all.
 */
export function addWorkingMinutes(instant: string, minutes: number, calendar: WorkingCalendar, pauses: readonly Interval[] = []): string {
  let leftMs = minutes * minuteMs;
  if (leftMs <= 0) return instant;
  let date = addDays(zoneDate(instant, calendar.zone), -1); // hours until 24:00 may end on the next date of another clock
  for (let day = 0; day < mostDays; day++, date = addDays(date, 1)) {
    for (const { startsAt, endsAt } of openOn(calendar, date, { startsAt: instant, endsAt: never }, pauses)) {
      const lengthMs = epochMs(endsAt) - epochMs(startsAt);
      if (leftMs <= lengthMs) return isoInstant(epochMs(startsAt) + leftMs);
      leftMs -= lengthMs;
    }
  }
  return never;
}

/** The latest instant from which so many working minutes pass until `instant`: never before `notBefore`. */
export function subtractWorkingMinutes(
  instant: string,
  minutes: number,
  calendar: WorkingCalendar,
  { notBefore, pauses = [] }: { notBefore: string; pauses?: readonly Interval[] },
): string {
  let leftMs = minutes * minuteMs;
  const last = zoneDate(notBefore, calendar.zone);
  for (let date = zoneDate(instant, calendar.zone); leftMs > 0 && date >= addDays(last, -1); date = addDays(date, -1)) {
    for (const { startsAt, endsAt } of openOn(calendar, date, { startsAt: notBefore, endsAt: instant }, pauses).reverse()) {
      const lengthMs = epochMs(endsAt) - epochMs(startsAt);
      if (leftMs <= lengthMs) return isoInstant(epochMs(endsAt) - leftMs);
      leftMs -= lengthMs;
    }
  }
  return leftMs > 0 ? notBefore : instant;
}

/** Working minutes from one instant to a later one; part of a minute counts as that part. */
export function workingMinutes(from: string, to: string, calendar: WorkingCalendar, pauses: readonly Interval[] = []): number {
  let ms = 0;
  if (from >= to) return 0;
  const last = addDays(zoneDate(to, calendar.zone), 1);
  for (let date = addDays(zoneDate(from, calendar.zone), -1); date <= last; date = addDays(date, 1)) {
    for (const { startsAt, endsAt } of openOn(calendar, date, { startsAt: from, endsAt: to }, pauses))
      ms += epochMs(endsAt) - epochMs(startsAt);
  }
  return ms / minuteMs;
}

/** The part of a date's hours that lies within, without the pauses. */
function openOn(calendar: WorkingCalendar, date: string, within: Interval, pauses: readonly Interval[]): Interval[] {
  const hours = workingHoursOn(calendar, date);
  return hours.length === 0 ? [] : subtract(clip(hours, within), pauses);
}
