import { addDays, atLocal, daysBetween, weekday, zoneDate, zoneTime } from '../../domain/civil.ts';
import { epochMs, isoInstant } from '../../domain/interval.ts';
import { firstDate, type ScheduledCase } from './check.ts';

/**
 * Moves all cases by the whole weeks between the week of the file's first day and the week of `date` (weeks begin on
 * Monday): weekdays and wall-clock times stay, also across a change of the clock, and so does each case's length.
 */
export function shiftCases(cases: ScheduledCase[], zone: string, date: string): { cases: ScheduledCase[]; days: number } {
  if (cases.length === 0) return { cases, days: 0 };
  const days = daysBetween(monday(firstDate(cases, zone)), monday(date));
  const move = (instant: string | null) => (instant === null ? null : shifted(instant, zone, days));
  const moved = cases.map((one) => {
    const startsAt = shifted(one.startsAt, zone, days);
    const endsAt = isoInstant(epochMs(startsAt) + epochMs(one.endsAt) - epochMs(one.startsAt));
    return { ...one, startsAt, endsAt, bookedAt: move(one.bookedAt), cancelledAt: move(one.cancelledAt) };
  });
  return { cases: moved, days };
}

const monday = (date: string) => addDays(date, 1 - weekday(date));

function shifted(instant: string, zone: string, days: number): string {
  const [date, time] = [zoneDate(instant, zone), zoneTime(instant, zone)];
  const seconds = epochMs(instant) % 60_000;
  return isoInstant(epochMs(atLocal(addDays(date, days), time, zone)) + seconds);
}
