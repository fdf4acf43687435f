/** Who is told that time became open, when, and why not (C-20, C-41 to C-46). */
import { z } from 'zod';
import { addDays, atLocal, formatInstant, laterOf, startOfDay, weekday, withinHours, zoneDate } from './civil.ts';
import { type Interval, intersect, minutesOf } from './interval.ts';
import { ClosingTime, LocalTime } from './local-time.ts';
import { mailHours, type Policy } from './policy.ts';

export const alertPreferences = ['real-time', 'daily', 'off'] as const;
export type AlertPreference = (typeof alertPreferences)[number];

/** The hours of one ISO weekday (1 = Monday) in which a provider operates, wall clock at the facility. */
const DayWindow = z
  .strictObject({
    weekday: z.int().min(1).max(7).describe('ISO: 1 is Monday.'),
    from: LocalTime,
    to: ClosingTime,
  })
  .refine(({ from, to }) => from < to, { path: ['to'], error: 'The end must lie after the start.' });

export const Availability = z
  .array(DayWindow)
  .max(7)
  .refine((days) => new Set(days.map((day) => day.weekday)).size === days.length, 'each weekday once')
  .describe('When the provider operates; a weekday left out is a day off.');
export type Availability = z.infer<typeof Availability>;

/** C-44: whole minutes, more than none. */
export const MinCaseMinutes = z.int().min(1).max(1440);

/** `availability` null: at any time. `minCaseMinutes`: their own, or the policy's. */
/** `away`: civil dates on which they are, both inclusive. */
export type Surgeon = {
  name: string;
  availability: Availability | null;
  minCaseMinutes: number;
  away?: { from: string; to: string }[];
};

/** C-44: the longest part of a run of open time in which the surgeon operates, in minutes. The ledger asks PostgreSQL the same. */
function longestFit(run: Interval, { availability }: Pick<Surgeon, 'availability'>, zone: string): number {
  if (!availability) return minutesOf(run);
  let longest = 0;
  for (let date = zoneDate(run.startsAt, zone); date <= zoneDate(run.endsAt, zone); date = addDays(date, 1)) {
    const day = availability.find((one) => one.weekday === weekday(date));
    if (!day) continue;
    const endsAt = day.to === '24:00' ? startOfDay(addDays(date, 1), zone) : atLocal(date, day.to, zone);
    const part = intersect(run, { startsAt: atLocal(date, day.from, zone), endsAt });
    if (part) longest = Math.max(longest, minutesOf(part));
  }
  return longest;
}

export const fits = (run: Interval, surgeon: Surgeon, zone: string): boolean => longestFit(run, surgeon, zone) >= surgeon.minCaseMinutes;

/** When a real-time alert goes: as soon as others see the time, within the hours in which people are mailed. */
export function realTimeAt(openedAt: string, now: string, zone: string, policy: Policy): string {
  return withinHours(laterOf(openedAt, now), mailHours(policy), zone);
}

/** C-42: for each hour of the day the next daily mail from `at` on, and the one of the day after it. `date` is local: one mail each. */
export function dailySlots(at: string, zone: string) {
  return Array.from({ length: 24 }, (_, hour) => {
    const time = `${String(hour).padStart(2, '0')}:00`;
    const today = zoneDate(at, zone);
    const date = atLocal(today, time, zone) >= at ? today : addDays(today, 1);
    const next = addDays(date, 1);
    return { hour, date, at: atLocal(date, time, zone), next, nextAt: atLocal(next, time, zone) };
  });
}

/** What is known of one opening and one person, as it was then. */
export type TellingFacts = {
  zone: string;
  openedAt: string;
  /** The open time that the opened minutes were part of. */
  runs: Interval[];
  /** They opened it themselves, or were told by another mail. */
  knew: boolean;
  active: boolean;
  preference: AlertPreference;
  /** C-28: they see open time of the next days only, or cannot request any. */
  restricted: boolean;
  surgeons: Surgeon[];
  /** The mail about it, if one was owed. */
  mail?: { kind: 'availability alert' | 'availability digest'; state: string; at: string } | undefined;
};

export type Telling = { told: boolean; rule: string; because: string; value?: number | string; limit?: number | string };

const gone = new Set(['claimed', 'sent', 'delivered', 'unknown']);

/** U-07: why somebody was, or was not, told that time became open: the rule, the value and the limit. */
export function whyTold({ zone, openedAt, runs, knew, active, preference, restricted, surgeons, mail }: TellingFacts): Telling {
  if (mail && gone.has(mail.state)) return { told: true, rule: 'C-46', because: `The ${mail.kind} went out.`, value: mail.at };
  if (mail?.state === 'waiting') return { told: false, rule: 'C-42', ...stillToGo(mail, openedAt, zone) };
  if (mail?.state === 'shadow') return { told: false, rule: 'F-23', because: 'The facility runs in shadow mode: nobody is mailed.' };
  if (mail && mail.state !== 'withdrawn')
    return { told: false, rule: 'C-46', because: `The ${mail.kind} could not be delivered.`, value: mail.state };
  if (knew) return { told: false, rule: 'C-46', because: 'Who gives time back, or is told of it by another mail, gets no alert about it.' };
  if (!active) return { told: false, rule: 'C-20', because: 'Who is no longer here is not mailed.' };
  if (preference === 'off') return { told: false, rule: 'C-43', because: 'Availability alerts were turned off.', value: 'off' };
  if (mail && restricted)
    return { told: false, rule: 'C-28', because: 'The time was gone, or not theirs to request while they are restricted.' };
  if (mail) return { told: false, rule: 'C-46', because: 'The time was gone before the mail went out.' };
  return fitting(runs, surgeons, zone);
}

/** C-42: at most one daily mail a day. */
function stillToGo(mail: NonNullable<TellingFacts['mail']>, openedAt: string, zone: string): Pick<Telling, 'because' | 'value'> {
  const because = `The ${mail.kind} is still to go out.`;
  const late = mail.kind === 'availability digest' && zoneDate(mail.at, zone) > zoneDate(openedAt, zone);
  return { because: late ? `${because} It goes once a day, and that day’s had gone, or its hour had passed.` : because, value: mail.at };
}

/** F-06: the runs on whose day the surgeon is there. */
const present = (runs: Interval[], { away = [] }: Surgeon, zone: string) =>
  runs.filter(({ startsAt }) => !away.some(({ from, to }) => from <= zoneDate(startsAt, zone) && zoneDate(startsAt, zone) <= to));

function fitting(all: Interval[], everybody: Surgeon[], zone: string): Telling {
  if (everybody.length === 0) return { told: false, rule: 'C-44', because: 'There was no surgeon in the groups they schedule for.' };
  const surgeons = everybody.filter((surgeon) => present(all, surgeon, zone).length > 0);
  if (surgeons.length === 0) {
    const [{ name, away }] = everybody as [Surgeon];
    const others = everybody.length > 1 ? ' So are the other surgeons of their groups.' : '';
    return {
      told: false,
      rule: 'F-06',
      because: `${name} is away on that day.${others}`,
      value: `${away![0]!.from} to ${away!.at(-1)!.to}`,
    };
  }
  const working = surgeons.filter((surgeon) => present(all, surgeon, zone).some((run) => longestFit(run, surgeon, zone) > 0));
  if (working.length === 0) {
    const days = [...new Set(all.map(({ startsAt }) => formatInstant(startsAt, zone, 'date')))].join(', ');
    return { told: false, rule: 'C-44', because: `${surgeons[0]!.name} does not operate at that time.`, value: 0, limit: days };
  }
  return longEnough(all, working, zone);
}

function longEnough(all: Interval[], surgeons: Surgeon[], zone: string): Telling {
  const tries = surgeons.map((surgeon) => ({
    surgeon,
    minutes: Math.max(0, ...present(all, surgeon, zone).map((run) => longestFit(run, surgeon, zone))),
  }));
  const best = tries.reduce((one, other) => (short(other) < short(one) ? other : one));
  if (short(best) <= 0) return { told: false, rule: 'C-42', because: 'It fits; the next daily mail says so if it is open still.' };
  const { name, minCaseMinutes } = best.surgeon;
  const because = `The longest part that fits ${name} was ${best.minutes} minutes; ${minCaseMinutes} are needed.`;
  return { told: false, rule: 'C-44', because, value: best.minutes, limit: minCaseMinutes };
}

const short = ({ surgeon, minutes }: { surgeon: Surgeon; minutes: number }) => surgeon.minCaseMinutes - minutes;
