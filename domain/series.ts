/** Block series: blocks that come again on civil dates, at a wall-clock time. Made ahead of time, day by day, as the horizon moves. */
import rrule from 'rrule';
import { z } from 'zod';

import { mandatoryInstant } from './block.ts';
import { addDays, atLocal, daysBetween, jitter, laterOf, startOfDay, weekday, zoneDate } from './civil.ts';
import { DecisionEnvelope } from './decision.ts';
import type { Interval } from './interval.ts';
import type { Policy } from './policy.ts';
import type { Recurrence } from './recurrence.ts';
import type { Step } from './timeline.ts';

/** What a series says. Dates are civil, both ends inclusive; times are wall-clock, an end not after the start is on the next day. */
export type SeriesTerms = {
  roomId: string;
  groupId: string;
  providerId: string | null;
  from: string;
  to: string;
  recurrence: Recurrence;
  validFrom: string;
  validUntil: string | null;
  skippedDates: string[];
  /** Mandatory release window of its blocks (C-05); null: the facility's policy. */
  windowDays: number | null;
};

export type SeriesFacts = SeriesTerms & {
  id: string;
  zone: string;
  paused: boolean;
  shadow: boolean;
  state: 'active' | 'ended';
  /** Dates of the facility on which nothing is reserved. */
  holidays: string[];
  /** Days up to here are blocks already. */
  materialisedUntil: string;
};

export type SeriesStepKind = 'materialise' | 'wait' | 'close' | 'closed';
/** `until`: the last civil date that the step makes a block for. */
export type SeriesStep = Step<SeriesStepKind> & { until?: string };

export const SeriesDecision = DecisionEnvelope.extend({ action: z.literal('end'), from: z.iso.date() });
export type SeriesDecision = z.infer<typeof SeriesDecision>;

/** A holder is asked some weeks before the window opens, when bookings usually come (C-02); the block is there by then. */
const alertReachDays = 60;
const longestSearchDays = 4000;

type Planned = Pick<SeriesFacts, keyof SeriesTerms | 'zone' | 'holidays'>;

export const windowOf = ({ windowDays }: Pick<SeriesTerms, 'windowDays'>, policy: Policy) => windowDays ?? policy.mandatory.windowDays;

/** How many days ahead of its day a block is made: never so late that its window is open or its alerts are overdue. */
export function horizonDaysOf(terms: Pick<SeriesTerms, 'windowDays'>, policy: Policy): number {
  return Math.max(policy.series.horizonDays, windowOf(terms, policy) + alertReachDays);
}

/** The last civil date that is a block by `now`. */
export function horizonAt(facts: Pick<SeriesFacts, 'windowDays' | 'zone'>, policy: Policy, now: string): string {
  return addDays(zoneDate(now, facts.zone), horizonDaysOf(facts, policy));
}

/** Its civil dates from the first to the last, both inclusive; skipped dates and holidays are left out. */
export function daysOf(series: Planned, first: string, last: string): string[] {
  const from = first > series.validFrom ? first : series.validFrom;
  const to = series.validUntil !== null && series.validUntil < last ? series.validUntil : last;
  if (from > to) return [];
  const found = ruleOf(series).between(utc(from), utc(to), true);
  return found.map((date) => date.toISOString().slice(0, 10)).filter((date) => counts(series, date));
}

/** The dates from the first on that would be its days if they were no holidays. */
export function holidaysIn(series: Planned, first: string): string[] {
  return series.holidays.filter((date) => date >= first && daysOf({ ...series, holidays: [] }, date, date).length > 0);
}

/** The time of one of its days; undefined where the clocks leave nothing of it. */
export function timeOn({ from, to, zone }: Pick<Planned, 'from' | 'to' | 'zone'>, date: string): Interval | undefined {
  const startsAt = atLocal(date, from, zone);
  const endsAt = to > from && to !== '24:00' ? atLocal(date, to, zone) : atLocal(addDays(date, 1), to === '24:00' ? '00:00' : to, zone);
  return startsAt < endsAt ? { startsAt, endsAt } : undefined;
}

const counts = (series: Planned, date: string) =>
  !series.skippedDates.includes(date) && !series.holidays.includes(date) && timeOn(series, date) !== undefined;

/** The first day after a date, or none within eleven years. */
export function nextDay(series: Planned, date: string): string | undefined {
  const until = addDays(date, longestSearchDays);
  const last = series.validUntil !== null && series.validUntil < until ? series.validUntil : until;
  for (let first = addDays(date, 1); first <= last; first = addDays(first, 400)) {
    const [found] = daysOf(series, first, addDays(first, 399));
    if (found) return found;
  }
  return undefined;
}

const utc = (date: string) => new Date(`${date}T00:00:00Z`);

/** The recurrence over bare dates, as midnights of UTC: no zone has a say in which days there are. */
function ruleOf({ recurrence, validFrom }: Planned) {
  const { RRule } = rrule;
  const names = [RRule.MO, RRule.TU, RRule.WE, RRule.TH, RRule.FR, RRule.SA, RRule.SU];
  const named = (day: number) => names[day - 1]!;
  if (recurrence.kind === 'monthly') {
    const byweekday = recurrence.nth.map((nth) => named(recurrence.weekday).nth(nth));
    return new RRule({ freq: RRule.MONTHLY, byweekday, dtstart: utc(validFrom) });
  }
  const { weekdays, everyWeeks: interval, anchor = validFrom } = recurrence;
  return new RRule({
    freq: RRule.WEEKLY,
    interval,
    wkst: RRule.MO,
    byweekday: weekdays.map(named),
    dtstart: utc(weekThatCounts(anchor, interval, validFrom)),
  });
}

/** The Monday of the last week that counts and does not begin after the date. */
function weekThatCounts(anchor: string, everyWeeks: number, date: string): string {
  const monday = addDays(anchor, 1 - weekday(anchor));
  const turns = Math.floor(daysBetween(monday, date) / (7 * everyWeeks));
  return addDays(monday, turns * 7 * everyWeeks);
}

/** What comes next in the life of a series: the next day that comes within the horizon, or its end. */
export function planSeries(facts: SeriesFacts, policy: Policy, now: string): SeriesStep {
  const end = facts.validUntil === null ? undefined : startOfDay(addDays(facts.validUntil, 1), facts.zone);
  if (facts.state === 'ended') return { kind: 'closed', at: end ?? now, because: 'The series has ended.', rule: 'C-05' };
  const close: SeriesStep = { kind: 'close', at: end ?? addYear(now, facts.zone), because: 'Its last day is over.', rule: 'C-05' };
  if (end !== undefined && now >= end) return close;
  if (facts.paused) return { ...close, kind: 'wait', because: 'The facility has paused all automatic steps.', rule: 'F-23' };
  const day = nextDay(facts, facts.materialisedUntil);
  if (!day) return end === undefined ? { ...close, kind: 'wait', because: 'No further day is in sight.' } : close;
  const horizonDays = horizonDaysOf(facts, policy);
  const at = opensAt(facts, policy, addDays(day, -horizonDays));
  return {
    kind: 'materialise',
    at,
    because: `The block of ${day} is made ${horizonDays} days ahead.`,
    rule: 'C-05',
    until: horizonAt(facts, policy, laterOf(at, now)),
  };
}

const addYear = (now: string, zone: string) => startOfDay(addDays(zoneDate(now, zone), 365), zone);

/** The start of that day, spread so that not all series of a facility are due at midnight. */
function opensAt({ id, zone }: SeriesFacts, policy: Policy, date: string): string {
  return new Date(Date.parse(startOfDay(date, zone)) + jitter(id, Math.max(1, policy.mail.spreadSeconds)) * 1000).toISOString();
}

/** The facts after a step of the system. Used to foretell (U-01) and to commit. */
export function advanceSeries(facts: SeriesFacts, step: SeriesStep): SeriesFacts {
  if (step.kind === 'materialise' && step.until! > facts.materialisedUntil) return { ...facts, materialisedUntil: step.until! };
  if (step.kind === 'close') return { ...facts, state: 'ended' };
  return facts;
}

/** Whether a block of that day would be made inside its own window, and so not be released by itself. */
export function isInsideWindow(facts: Pick<SeriesFacts, 'windowDays' | 'zone'>, policy: Policy, date: string, now: string): boolean {
  return mandatoryInstant({ date, zone: facts.zone, windowDays: windowOf(facts, policy) }) <= now;
}
