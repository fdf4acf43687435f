/** Who looks after a provider's line while their coordinator is away (P-12 to P-18, P-24, P-31): the decision table, hour by hour. */
import type { Availability } from './availability.ts';
import { addDays, laterOf, zoneDate } from './civil.ts';
import type { CoordinatorTerms } from './coordinator.ts';
import { clip, type Interval, merge, subtract, totalMinutes } from './interval.ts';
import { hoursOn } from './working-time.ts';

/** When somebody works: wall-clock hours of weekdays in a zone of their own (P-27). */
export type WorkingWeek = { zone: string; hours: Availability };

/** Whoever stands in, with the hours of their own and the time in which they are away themselves. */
export type Cover = WorkingWeek & { personId: string; name: string; away: Interval[] };

/** What the provider wants: `ask` by default; to cover themselves (P-24); to leave the line alone (P-16). */
export const lineChoices = ['ask', 'provider covers', 'unmonitored'] as const;
export type LineChoice = (typeof lineChoices)[number];

/** `acknowledgedAt`: when the provider said that they know (P-31). */
export type Line = { choice: LineChoice; cover: Cover | null; acknowledgedAt?: string | null };

export type Away = Interval & {
  kind: CoordinatorTerms['kind'];
  /** Known ahead, or called in on the day itself (P-19, P-20). */
  notice: 'known' | 'same-day';
  week: WorkingWeek;
  /** Dates on which nobody of the company works (P-18). */
  holidays: readonly string[];
};

export type CoverageDay = {
  /** Civil date in the absent coordinator's zone. */
  date: string;
  by: 'provider' | 'cover' | 'unmonitored' | 'nobody yet';
  /** The hours that somebody should look after the line, those that are looked after, and those that are bare (P-14). */
  hours: Interval[];
  covered: Interval[];
  uncovered: Interval[];
  because: string;
  rule: string;
};

/** Working hours within a stretch of time. */
function hoursWithin(week: WorkingWeek, within: Interval): Interval[] {
  const hours: Interval[] = [];
  for (let date = zoneDate(within.startsAt, week.zone); date <= zoneDate(within.endsAt, week.zone); date = addDays(date, 1)) {
    hours.push(...hoursOn(week, date));
  }
  return clip(hours, within);
}

/**
 * Day by day, who looks after a line while its coordinator is away, of the time that is still to come at `from`: nobody
 * looks after an hour that is gone. Days on which they would not work anyway are left out.
 */
export function coverageOf(away: Away, line: Line, from: string): CoverageDay[] {
  const days: CoverageDay[] = [];
  const { zone } = away.week;
  const ahead = { startsAt: laterOf(away.startsAt, from), endsAt: away.endsAt };
  for (let date = zoneDate(ahead.startsAt, zone); date <= zoneDate(ahead.endsAt, zone); date = addDays(date, 1)) {
    const hours = clip(hoursOn(away.week, date), ahead);
    if (hours.length > 0) days.push({ date, hours, ...dayOf(away, line, date, hours) });
  }
  return days;
}

/** The table, first match wins. */
function dayOf(away: Away, line: Line, date: string, hours: Interval[]): Omit<CoverageDay, 'date' | 'hours'> {
  const byProvider = (because: string, rule: string) => ({ by: 'provider' as const, covered: hours, uncovered: [], because, rule });
  if (away.holidays.includes(date)) return byProvider('A company holiday: all coordinators are off, providers watch their lines.', 'P-18');
  if (line.choice === 'provider covers') return byProvider('The provider chose to cover the line.', 'P-24');
  if (away.kind === 'designated') {
    if (line.choice === 'ask' && away.notice === 'same-day' && !line.acknowledgedAt) {
      const because = 'Called in on the day, and the provider has not said yet that they know.';
      return { by: 'provider', covered: [], uncovered: hours, because, rule: 'P-31' };
    }
    if (line.choice !== 'unmonitored') return byProvider('The provider covers for a coordinator of their own office.', 'P-15');
    const because = 'The provider leaves the line alone; the coordinator catches up on return.';
    return { by: 'unmonitored', covered: [], uncovered: hours, because, rule: 'P-16' };
  }
  if (!needsSearch(away, date)) return byProvider('Away for a part of the day: the provider watches the line.', 'P-13');
  if (!line.cover) {
    const because = 'Nobody has taken it yet.';
    return { by: 'nobody yet', covered: [], uncovered: hours, because, rule: away.notice === 'same-day' ? 'P-31' : 'P-12' };
  }
  const theirs = clipAll(hoursOfCover(line.cover, away), hours);
  const covered = subtract(theirs, line.cover.away);
  const uncovered = subtract(hours, covered);
  const because = coverInWords(line.cover.name, uncovered.length > 0, totalMinutes(covered) < totalMinutes(theirs));
  return { by: 'cover', covered, uncovered, because, rule: uncovered.length === 0 ? 'P-12' : 'P-14' };
}

function coverInWords(name: string, bare: boolean, away: boolean): string {
  if (away) return `${name} was to cover and is away too: nobody does in that time.`;
  return bare ? `${name} covers; outside of their own hours nobody does.` : `${name} covers.`;
}

/** U-15: the days of a line on which hours are bare when its cover is away in that time and would not be otherwise; counted in `cover.away` or not. */
export function newlyBare(away: Away, line: Line, { startsAt, endsAt }: Interval, from: string): CoverageDay[] {
  if (!line.cover) return [];
  const others = line.cover.away.filter((one) => one.startsAt !== startsAt || one.endsAt !== endsAt);
  const daysWith = (gone: Interval[]) => coverageOf(away, { ...line, cover: { ...line.cover!, away: gone } }, from);
  const without = daysWith(others);
  return daysWith([...others, { startsAt, endsAt }]).filter(
    ({ uncovered }, index) => totalMinutes(uncovered) > totalMinutes(without[index]!.uncovered),
  );
}

/** P-12, P-31: cover is looked for on full days, and on the day itself whatever part of it. */
function needsSearch(away: Away, date: string): boolean {
  return away.notice === 'same-day' || subtract(hoursOn(away.week, date), [away]).length === 0;
}

/** Whether there is time to come for which anybody has to be asked to cover this line. */
export function needsCover(away: Away, line: Line, from: string): boolean {
  return coverageOf(away, { ...line, cover: null }, from).some(({ by }) => by === 'nobody yet');
}

const hoursOfCover = (cover: Cover, within: Interval) => hoursWithin(cover, within);
const clipAll = (intervals: Interval[], within: Interval[]) => merge(within.flatMap((one) => clip(intervals, one)));

/** P-14: hours that nobody looks after, of all days. */
const uncoveredOf = (days: CoverageDay[]): Interval[] => days.flatMap(({ uncovered }) => uncovered);
export const uncoveredMinutes = (days: CoverageDay[]): number => totalMinutes(uncoveredOf(days));
