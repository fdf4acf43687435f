import { z } from 'zod';

import { DomainError } from './errors.ts';

/** Half-open stretch of time, `[startsAt, endsAt)`, both UTC ISO instants such as `2026-11-23T07:00:00.000Z`. */
export type Interval = { startsAt: string; endsAt: string };

const minuteMs = 60_000;

/** Instants with `Z`, rewritten to the one spelling, so that they compare as strings. */
export const Instant = z.iso.datetime().overwrite(inOneSpelling);

/** Only instants with `Z` are taken; they come out with milliseconds. Which comes first is for a rule to say. */
export const Bounds = z.object({ startsAt: Instant, endsAt: Instant });

/** An empty or backward interval is refused at `endsAt`. */
export const Interval = Bounds.refine((it) => Date.parse(it.endsAt) > Date.parse(it.startsAt), {
  path: ['endsAt'],
  error: 'endsAt must be after startsAt',
});

type Span = { from: number; to: number };

/** Milliseconds since 1970 of an ISO instant. Throws RangeError on anything that carries no `Z`, or is no date. */
export function epochMs(instant: string): number {
  const ms = Date.parse(instant);
  if (Number.isNaN(ms) || !instant.endsWith('Z')) throw new RangeError(`Not a UTC instant: ${instant}`);
  return ms;
}

/** The one spelling of an instant: `2026-11-23T07:00:00.000Z`. */
export function isoInstant(ms: number): string {
  return new Date(ms).toISOString();
}

const spelled = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Most are spelled so already, and a list has hundreds. What is no date stays: zod goes on after a failed format. */
function inOneSpelling(text: string): string {
  const ms = spelled.test(text) ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? text : isoInstant(ms);
}

/** C-26: throws END_NOT_AFTER_START for an empty or backward time. `field`: where somebody said when it ends. */
export function mustEndAfterStart({ startsAt, endsAt }: Interval, field = 'endsAt'): void {
  const issues = [{ code: 'custom', path: [field], message: 'The end must lie after the start.' }];
  if (startsAt >= endsAt) throw new DomainError('END_NOT_AFTER_START', { startsAt, endsAt, issues });
}

/** Whole minutes; a part of a minute does not count. */
export function minutesOf(interval: Interval): number {
  return Math.floor((epochMs(interval.endsAt) - epochMs(interval.startsAt)) / minuteMs);
}

/** Whole minutes covered. A minute counts once, however many intervals cover it: real cases do overlap in their room (C-07). */
export function totalMinutes(intervals: readonly Interval[]): number {
  return Math.floor(union(intervals.map(toSpan)).reduce((ms, it) => ms + it.to - it.from, 0) / minuteMs);
}

/** True if they share time; touching is not sharing. */
export function overlaps(a: Interval, b: Interval): boolean {
  return shared(toSpan(a), toSpan(b)) !== undefined;
}

/** True if all of `inner` lies in `outer`; equal counts. */
export function contains(outer: Interval, inner: Interval): boolean {
  return epochMs(outer.startsAt) <= epochMs(inner.startsAt) && epochMs(inner.endsAt) <= epochMs(outer.endsAt);
}

/** The time they share, or undefined. */
export function intersect(a: Interval, b: Interval): Interval | undefined {
  const span = shared(toSpan(a), toSpan(b));
  return span && toInterval(span);
}

/** The same time as sorted, disjoint intervals; those that touch become one, empty ones go. */
export function merge(intervals: readonly Interval[]): Interval[] {
  return union(intervals.map(toSpan)).map(toInterval);
}

/** The time of `from` that no interval of `remove` covers, merged. */
export function subtract(from: readonly Interval[], remove: readonly Interval[]): Interval[] {
  const removed = union(remove.map(toSpan));
  const left: Span[] = [];
  let first = 0;
  for (const span of union(from.map(toSpan))) {
    while (first < removed.length && removed[first]!.to <= span.from) first++;
    let start = span.from;
    // `first` stays: one removed stretch may reach into the next span as well.
    for (let index = first; index < removed.length && removed[index]!.from < span.to; index++) {
      if (removed[index]!.from > start) left.push({ from: start, to: removed[index]!.from });
      start = removed[index]!.to;
    }
    if (start < span.to) left.push({ from: start, to: span.to });
  }
  return left.map(toInterval);
}

/** The time of `intervals` that lies in `within`, merged. */
export function clip(intervals: readonly Interval[], within: Interval): Interval[] {
  const frame = toSpan(within);
  return union(intervals.map(toSpan)).flatMap((it) => {
    const span = shared(it, frame);
    return span ? [toInterval(span)] : [];
  });
}

/** Those of at least `minutes` (inclusive) as they are: merge first if touching ones shall count as one run (F-05, C-08). */
export function longerThan(intervals: readonly Interval[], minutes: number): Interval[] {
  return intervals.filter((it) => epochMs(it.endsAt) - epochMs(it.startsAt) >= minutes * minuteMs);
}

/** Same start and same end, however they are spelt. */
export function equalIntervals(a: Interval, b: Interval): boolean {
  return epochMs(a.startsAt) === epochMs(b.startsAt) && epochMs(a.endsAt) === epochMs(b.endsAt);
}

function toSpan(interval: Interval): Span {
  return { from: epochMs(interval.startsAt), to: epochMs(interval.endsAt) };
}

function toInterval(span: Span): Interval {
  return { startsAt: isoInstant(span.from), endsAt: isoInstant(span.to) };
}

function shared(a: Span, b: Span): Span | undefined {
  const from = Math.max(a.from, b.from);
  const to = Math.min(a.to, b.to);
  return from < to ? { from, to } : undefined;
}

function union(spans: Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.filter((it) => it.from < it.to).sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

/** Nobody reserves a room for longer at a time, whatever a client says: each day of it costs a lock. */
export const longestDays = 14;

export const isTooLong = (interval: Interval): boolean => minutesOf(interval) > longestDays * 1440;
