import { Temporal } from 'temporal-polyfill';
import { epochMs, type Interval, isoInstant } from './interval.ts';

// Dates are `YYYY-MM-DD`, times `HH:MM`, instants UTC ISO strings, zones IANA names. Anything else throws RangeError.
const minuteMs = 60_000;
const dayMs = 86_400_000;

/** True for an IANA name that this machine's time-zone data knows; plain offsets such as `+02:00` are no zones. */
export function isZone(zone: string): boolean {
  if (offsetSpans.has(zone)) return true;
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    new Temporal.ZonedDateTime(0n, zone);
    return true;
  } catch {
    return false;
  }
}

/** The civil date at that instant. */
export function zoneDate(instant: string, zone: string): string {
  return isoInstant(wallMs(epochMs(instant), zone)).slice(0, 10);
}

/** The wall clock at that instant, whole minutes. */
export function zoneTime(instant: string, zone: string): string {
  return isoInstant(wallMs(epochMs(instant), zone)).slice(11, 16);
}

/** The instant of a wall-clock time. Where it occurs twice, the earlier; where the clock skips it, as much later as is skipped. */
export function atLocal(date: string, time: string, zone: string): string {
  return isoInstant(instantsShowing(dateMs(date) + timeMs(time), zone)[0]!);
}

/** The first instant of a civil date, which is not 00:00 where the clock skips midnight. */
export function startOfDay(date: string, zone: string): string {
  const midnightMs = dateMs(date);
  const ms = instantsShowing(midnightMs, zone)[0]!;
  return isoInstant(wallMs(ms, zone) === midnightMs ? ms : offsetSpan(ms, zone).from);
}

export function addDays(date: string, days: number): string {
  return isoInstant(dateMs(date) + days * dayMs).slice(0, 10);
}

/** `2027-01` → `2027-02`. */
export const monthAfter = (month: string): string => addDays(`${month}-01`, 31).slice(0, 7);

/** Days from one date to the other; negative if `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return (dateMs(to) - dateMs(from)) / dayMs;
}

/** 1 (Monday) to 7 (Sunday). */
export function weekday(date: string): number {
  const sinceThursday = dateMs(date) / dayMs;
  return ((((sinceThursday + 3) % 7) + 7) % 7) + 1;
}

export function addMinutes(instant: string, minutes: number): string {
  return isoInstant(epochMs(instant) + minutes * minuteMs);
}

/**
 * The first instant, not before the given one, at which the wall clock turns to that time. On a day whose clock skips it,
 * atLocal's later instant counts, so that a daily step never misses a day.
 */
export function nextLocal(instant: string, time: string, zone: string): string {
  const ms = epochMs(instant);
  const wantedMs = timeMs(time);
  for (let day = Math.floor(wallMs(ms, zone) / dayMs); ; day++) {
    const found = instantsShowing(day * dayMs + wantedMs, zone).find((it) => it >= ms);
    if (found !== undefined) return isoInstant(found);
  }
}

/** The instant itself if its wall clock lies between the two times of day, else the next `from`. */
export function withinHours(instant: string, [from, until]: [from: string, until: string], zone: string): string {
  const date = zoneDate(instant, zone);
  const opens = atLocal(date, from, zone);
  if (instant <= opens) return opens;
  return instant <= atLocal(date, until, zone) ? instant : atLocal(addDays(date, 1), from, zone);
}

export function laterOf(a: string, b: string): string {
  return epochMs(a) >= epochMs(b) ? a : b;
}

export function earlierOf(a: string, b: string): string {
  return epochMs(a) <= epochMs(b) ? a : b;
}

const styles = {
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  date: { weekday: 'short', day: 'numeric', month: 'short' },
  longDate: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  plainDate: { day: 'numeric', month: 'long', year: 'numeric' },
  dayMonth: { day: 'numeric', month: 'short' },
  month: { month: 'long', year: 'numeric' },
  shortMonth: { month: 'short', year: 'numeric' },
  dateTime: { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

const formats = new Map<string, Intl.DateTimeFormat>();

/** For people: `07:30`, `Thu 3 May`, `Thursday, 3 May 2029`, `September 2029`, `Sept 2029`, `Thu 3 May, 07:30`. */
export function formatInstant(instant: string, zone: string, style: keyof typeof styles, locale = 'en-GB'): string {
  const key = `${locale} ${zone} ${style}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { ...styles[style], timeZone: zone });
    formats.set(key, format);
  }
  return format.format(epochMs(instant));
}

/** For people: `07:30–11:00`; an end at midnight reads `24:00`, an end on a later day carries both dates. */
export function formatRange(interval: Interval, zone: string, locale = 'en-GB'): string {
  const { startsAt, endsAt } = interval;
  const days = daysBetween(zoneDate(startsAt, zone), zoneDate(endsAt, zone));
  if (days === 0) return `${zoneTime(startsAt, zone)}–${zoneTime(endsAt, zone)}`;
  if (days === 1 && zoneTime(endsAt, zone) === '00:00') return `${zoneTime(startsAt, zone)}–24:00`;
  return `${formatInstant(startsAt, zone, 'dateTime', locale)} – ${formatInstant(endsAt, zone, 'dateTime', locale)}`;
}

/** For people: `3 h 30 min`, `2 h`, `45 min`, in the units of their language. */
export function formatDuration(minutes: number, { hour, minute } = { hour: 'h', minute: 'min' }): string {
  const whole = Math.round(Math.abs(minutes));
  const parts = [whole >= 60 ? `${Math.floor(whole / 60)} ${hour}` : '', whole % 60 || whole === 0 ? `${whole % 60} ${minute}` : ''];
  return (minutes < 0 ? '−' : '') + parts.filter(Boolean).join(' ');
}

/** Whole seconds, 0 to `maxSeconds` − 1 (0 if that is none), always the same for a key (FNV-1a, its bits mixed once more). */
export function jitter(key: string, maxSeconds: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return maxSeconds >= 1 ? ((hash ^ (hash >>> 16)) >>> 0) % Math.floor(maxSeconds) : 0;
}

// A zone keeps one offset for months or years. Remembering those spans makes civil arithmetic plain sums: looking one up costs
// the time library milliseconds, a sum costs nothing.
type OffsetSpan = { from: number; to: number; offsetMs: number };
const offsetSpans = new Map<string, OffsetSpan[]>();

function offsetSpan(ms: number, zone: string): OffsetSpan {
  const known = offsetSpans.get(zone);
  const hit = known?.find((it) => it.from <= ms && ms < it.to);
  if (hit) return hit;
  if (!isZone(zone)) throw new RangeError(`Not a time zone: ${zone}`);
  const here = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  const span = {
    // One millisecond on, because a span that begins at this very instant is not 'previous' to it.
    from: here.add({ milliseconds: 1 }).getTimeZoneTransition('previous')?.epochMilliseconds ?? -Infinity,
    to: here.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity,
    offsetMs: here.offsetNanoseconds / 1e6,
  };
  if (known) known.push(span);
  else offsetSpans.set(zone, [span]);
  return span;
}

/** The wall clock at an instant, written as if it were UTC. */
function wallMs(ms: number, zone: string): number {
  return ms + offsetSpan(ms, zone).offsetMs;
}

/** All instants at which the wall clock shows that time, ascending; where it is skipped, the one as much later as is skipped. */
function instantsShowing(wantedMs: number, zone: string): number[] {
  const before = offsetSpan(wantedMs - dayMs, zone).offsetMs;
  const after = offsetSpan(wantedMs + dayMs, zone).offsetMs;
  const candidates = before === after ? [wantedMs - before] : [wantedMs - before, wantedMs - after].sort((a, b) => a - b);
  const shown = candidates.filter((it) => wallMs(it, zone) === wantedMs);
  return shown.length > 0 ? shown : [wantedMs - before];
}

function dateMs(date: string): number {
  const ms = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(date) : Number.NaN;
  // Date.parse makes 3 March of 31 February.
  if (Number.isNaN(ms) || isoInstant(ms).slice(0, 10) !== date) throw new RangeError(`Not a date: ${date}`);
  return ms;
}

function timeMs(time: string): number {
  const found = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time);
  if (!found) throw new RangeError(`Not a time: ${time}`);
  return (Number(found[1]) * 60 + Number(found[2])) * minuteMs;
}
