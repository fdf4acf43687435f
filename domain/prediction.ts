import { formatDuration } from './civil.ts';
import { clip, epochMs, type Interval, isoInstant, longerThan, minutesOf, totalMinutes } from './interval.ts';

/*
 * C-01, C-02, C-08 to C-10: what is the chance that a part of a block's unbooked time stays unused? First honest version.
 *
 * Each past block is one trial, seen from the same lead (hours before its start): did the minutes booked after that point, net of
 * cancellations and scaled to this block's length, fit into the time that would be kept? A past day about as full at that point
 * as this one weighs 1, others less, never under `unlikeWeight`. A day that had no room left says nothing; one that filled up to
 * the end counts as "would have used it", because nobody knows how much more it would have taken. A past day without booking
 * dates shows only how full it ended, so the trial is whether that leaves the proposed time free.
 *
 * The share of days that went well is estimated as (well + c × prior + 1) / (days + c + 2): for the facility without a prior, for
 * the group with the facility's estimate as prior, for the holder with the group's. c is at most `priorDays`, and at most the days
 * that the prior itself rests on. The 1 and 2 (Laplace) keep small samples humble: no history is 0.5, five perfect days of the
 * holder alone 0.86, and however sure the others are, a holder without a past of its own never passes 0.9. Recent days weigh no more than
 * older ones.
 */

export type PastBooking = { bookedAt: string | null; startsAt: string; endsAt: string; cancelledAt?: string | null };
export type PastBlock = { blockId: string; startsAt: string; endsAt: string; bookings: PastBooking[] };
/** Most recent first; the group without the holder, the facility without both. */
export type History = { holder: PastBlock[]; group: PastBlock[]; facility: PastBlock[] };

/** `confidence` is 0 to 1 in steps of 0.0001, `because` one or two sentences for people, `sample` counts comparable past days. */
export type Forecast = {
  confidence: number;
  because: string;
  sample: { holder: number; group: number; facility: number };
  knowsBookingDates: boolean;
};

type Level = 'holder' | 'group' | 'facility';
/** Booked minutes of a past block as a staircase: from `leadsMs[i]` before its start on, `minutes[i]` were booked. Empty: `dated` is open. */
type Fill = { capacity: number; final: number; dated: boolean | undefined; leadsMs: number[]; minutes: number[] };
/** A History read once, for as many questions as one likes. Plain data, but not for storing: its shape may change. */
export type PreparedHistory = { levels: Record<Level, Fill[]>; knowsBookingDates: boolean; usualLeadHours: number | undefined };

const hourMs = 3_600_000;
const priorDays = 8;
const fillBandwidth = Number(process.env.BAND ?? 0.2);
const unlikeWeight = Number(process.env.UNLIKE ?? 0.3);
/** A shorter gap is turnover: it takes no further case, so it is neither room kept nor room that a past day had left. */
const shortestUsefulMinutes = 60;
/** With less than this left, a past day counts as filled up. */
const filledUpMinutes = 30;

export function prepareHistory(history: History): PreparedHistory {
  const bookings = [history.holder, history.group, history.facility].flatMap((blocks) => blocks.flatMap((block) => block.bookings));
  const knowsBookingDates = bookings.some((it) => it.bookedAt) && bookings.filter((it) => it.bookedAt).length * 2 >= bookings.length;
  const prepare = (blocks: PastBlock[]) => blocks.map((block) => fillOf(block)).filter((it) => it.capacity > 0);
  return {
    levels: { holder: prepare(history.holder), group: prepare(history.group), facility: prepare(history.facility) },
    knowsBookingDates,
    usualLeadHours: medianLead(history.holder),
  };
}

/** C-02: median hours between booking and block start over the holder's last 10 dated bookings; undefined under 5. */
export function usualLead(holder: PastBlock[] | PreparedHistory): number | undefined {
  return Array.isArray(holder) ? medianLead(holder) : holder.usualLeadHours;
}

/**
 * The chance that `proposedMinutes` of the unbooked time stay unused, as seen at `at`. Bookings may take the other unbooked minutes;
 * leave gaps too short for a case out of `unbookedMinutes`, as proposeRelease does.
 */
export function forecastUnused(
  history: History | PreparedHistory,
  input: { startsAt: string; endsAt: string; bookedMinutes: number; unbookedMinutes: number; proposedMinutes: number; at: string },
): Forecast {
  const prepared = 'levels' in history ? history : prepareHistory(history);
  const trials = trialsAt(prepared, { startsAt: input.startsAt, endsAt: input.endsAt }, input.at, input.bookedMinutes);
  return forecastOf(prepared, trials, input.unbookedMinutes - input.proposedMinutes, input.proposedMinutes);
}

/**
 * The largest part of the unbooked runs of at least `minRunMinutes` whose confidence is strictly above `confidenceAbove` (C-01), and
 * its forecast. Runs are kept, or shrunk in steps of `stepMinutes`, in as few places as possible; what is kept lies next to a case
 * or at the start of the day (C-09). Where nothing qualifies, the proposal is empty and the forecast is that of the surest
 * candidate (U-07). Give `bookedMinutes` where some of the block is neither booked nor open any more (released, or past).
 */
export function proposeRelease(
  history: History | PreparedHistory,
  input: {
    block: Interval;
    unbooked: Interval[];
    at: string;
    minRunMinutes: number;
    confidenceAbove: number;
    stepMinutes?: number;
    bookedMinutes?: number;
  },
): { proposal: Interval[]; forecast: Forecast } {
  const prepared = 'levels' in history ? history : prepareHistory(history);
  const { block, at, minRunMinutes, confidenceAbove, stepMinutes = 30 } = input;
  const open = clip(input.unbooked, block);
  const trials = trialsAt(prepared, block, at, input.bookedMinutes ?? minutesOf(block) - totalMinutes(open));
  const ahead = epochMs(at) > epochMs(block.startsAt) ? clip(open, { startsAt: at, endsAt: block.endsAt }) : open;
  const runs = longerThan(ahead, minRunMinutes);
  if (runs.length === 0) {
    const because = `No open stretch of ${formatDuration(minRunMinutes)} is left.`;
    return { proposal: [], forecast: { ...forecastOf(prepared, trials, 0, totalMinutes(ahead)), because } };
  }
  const restRoom = ahead.filter((it) => !runs.includes(it)).reduce((room, it) => room + usefulRoom(minutesOf(it)), 0);
  const layouts = layoutsOf(block, runs, restRoom, minRunMinutes, stepMinutes);
  // More room kept never lowers the confidence, so the first layout that passes is found by halving.
  let passing = layouts.findIndex((it) => confidenceOf(trials, it.room) > confidenceAbove);
  if (passing < 0) passing = layouts.length;
  const best = (passing < layouts.length ? layouts.slice(passing) : layouts.slice(-1)).reduce((a, b) => (isBetter(b, a) ? b : a));
  return {
    proposal: passing < layouts.length ? best.proposal : [],
    forecast: forecastOf(prepared, trials, best.room, best.proposedMinutes),
  };
}

/** One way to divide the runs: `room` is the useful time that stays with the holder, in `keptPlaces` stretches. */
type Layout = { proposal: Interval[]; proposedMinutes: number; room: number; keptPlaces: number; keptLate: number };

/** The best layout for each amount of room, least room first; only those that propose something. */
function layoutsOf(block: Interval, runs: Interval[], restRoom: number, minRunMinutes: number, stepMinutes: number): Layout[] {
  let byRoom = new Map<number, Layout>([[restRoom, { proposal: [], proposedMinutes: 0, room: restRoom, keptPlaces: 0, keptLate: 0 }]]);
  for (const run of runs) {
    const minutes = minutesOf(run);
    const kept = [minutes];
    for (let keep = 0; keep <= minutes - minRunMinutes && keep < minutes; keep += stepMinutes) kept.push(keep);
    const next = new Map<number, Layout>();
    for (const so of byRoom.values()) {
      for (const keep of kept) {
        const layout = {
          proposal: keep < minutes ? [...so.proposal, withoutKept(block, run, keep)] : so.proposal,
          proposedMinutes: so.proposedMinutes + minutes - keep,
          room: so.room + usefulRoom(keep),
          keptPlaces: so.keptPlaces + (keep > 0 ? 1 : 0),
          keptLate: so.keptLate + keep * epochMs(run.startsAt),
        };
        const rival = next.get(layout.room);
        if (!rival || isBetter(layout, rival)) next.set(layout.room, layout);
      }
    }
    byRoom = next;
  }
  return [...byRoom.values()].filter((it) => it.proposal.length > 0).sort((a, b) => a.room - b.room);
}

/** More proposed; else fewer places kept; else kept earlier in the day. */
function isBetter(a: Layout, b: Layout): boolean {
  if (a.proposedMinutes !== b.proposedMinutes) return a.proposedMinutes > b.proposedMinutes;
  if (a.keptPlaces !== b.keptPlaces) return a.keptPlaces < b.keptPlaces;
  return a.keptLate < b.keptLate;
}

/** A run at the start of the day with a case after it keeps its end, next to that case; any other keeps its start. */
function withoutKept(block: Interval, run: Interval, keepMinutes: number): Interval {
  const [from, to, keptMs] = [epochMs(run.startsAt), epochMs(run.endsAt), keepMinutes * 60_000];
  const keepsEnd = from <= epochMs(block.startsAt) && to < epochMs(block.endsAt);
  return keepsEnd
    ? { startsAt: run.startsAt, endsAt: isoInstant(to - keptMs) }
    : { startsAt: isoInstant(from + keptMs), endsAt: run.endsAt };
}

function usefulRoom(minutes: number): number {
  return minutes >= shortestUsefulMinutes ? minutes : 0;
}

/** A past day: how many minutes it would have needed from here on, and how much it counts. */
type Trial = { neededMinutes: number; roomMinutes: number; weight: number };
type Trials = Record<Level, Trial[]>;

function trialsAt(prepared: PreparedHistory, block: Interval, at: string, bookedMinutes: number): Trials {
  const capacity = minutesOf(block);
  const leadMs = epochMs(block.startsAt) - epochMs(at);
  const trialOf = (past: Fill): Trial | undefined => {
    const scale = capacity / past.capacity;
    if (!(past.dated ?? prepared.knowsBookingDates)) {
      // It can only be like today if it ended at least as full as today is already.
      const neededMinutes = past.final * scale - bookedMinutes;
      return neededMinutes < 0 ? undefined : { neededMinutes, roomMinutes: Infinity, weight: prepared.knowsBookingDates ? unlikeWeight : 1 };
    }
    const before = filledAt(past, leadMs);
    const distance = (bookedMinutes / capacity - before / past.capacity) / fillBandwidth;
    return {
      neededMinutes: ((process.env.PEAK ? peakAfter(past, leadMs) : past.final) - before) * scale,
      roomMinutes: (past.capacity - before) * scale,
      weight: unlikeWeight + (1 - unlikeWeight) * Math.exp(-0.5 * distance * distance),
    };
  };
  const of = (level: Level) => prepared.levels[level].map(trialOf).filter((it) => it !== undefined);
  return { holder: of('holder'), group: of('group'), facility: of('facility') };
}

/** Facility, then group, then holder, each drawn towards the one before (see the top of this file). */
function confidenceOf(trials: Trials, room: number): number {
  let prior = { estimate: 0, days: 0 };
  for (const level of [trials.facility, trials.group, trials.holder]) {
    let [well, days] = [0, 0];
    for (const trial of level) {
      if (trial.roomMinutes < room + Number(process.env.MORE ?? 60)) continue;
      days += trial.weight;
      if (trial.neededMinutes <= room) well += trial.weight;
    }
    const priorWeight = Math.min(priorDays, prior.days);
    prior = { estimate: (well + priorWeight * prior.estimate + 1) / (days + priorWeight + 2), days: days + priorWeight };
  }
  return Math.round(prior.estimate * 10_000) / 10_000;
}

function forecastOf(prepared: PreparedHistory, trials: Trials, room: number, proposedMinutes: number): Forecast {
  const comparable = { holder: comparableOf(trials.holder), group: comparableOf(trials.group), facility: comparableOf(trials.facility) };
  return {
    confidence: confidenceOf(trials, room),
    because: sentence(comparable, room, proposedMinutes, prepared.knowsBookingDates),
    sample: { holder: comparable.holder.length, group: comparable.group.length, facility: comparable.facility.length },
    knowsBookingDates: prepared.knowsBookingDates,
  };
}

/** Those about as full as today; where they are very few, all that say something. */
function comparableOf(trials: Trial[]): Trial[] {
  const alike = trials.filter((it) => it.weight >= 0.5);
  return alike.length >= 5 ? alike : trials;
}

/** Speaks of the nearest level that has a handful of days. Names nobody. */
function sentence(comparable: Trials, room: number, proposedMinutes: number, knowsBookingDates: boolean): string {
  const names = { holder: 'this holder', group: 'the group', facility: 'the facility' };
  const levels: Level[] = ['holder', 'group', 'facility'];
  const level = levels.find((it) => comparable[it].length >= 5) ?? levels.find((it) => comparable[it].length > 0);
  if (!level) return 'There is no comparable day in the past to judge by.';
  const days = comparable[level];
  const well = days.filter((it) => it.neededMinutes <= room).length;
  const more = room < 1 ? 'nothing more' : `no more than ${formatDuration(room)}`;
  const outcome = knowsBookingDates
    ? `${more} was booked after this point`
    : `${formatDuration(proposedMinutes)} or more would have stayed unused`;
  return [
    knowsBookingDates ? '' : 'When cases were booked is not recorded, only how full the days ended.',
    level === 'holder'
      ? ''
      : `This holder has ${comparable.holder.length || 'no'} comparable ${comparable.holder.length === 1 ? 'day' : 'days'}.`,
    `In ${well} of the last ${days.length} comparable ${days.length === 1 ? 'day' : 'days'} of ${names[level]} ${outcome}.`,
    levels.reduce((sum, it) => sum + comparable[it].length, 0) < 10 ? 'That is little to go by.' : '',
  ]
    .filter(Boolean)
    .join(' ');
}

function fillOf(block: PastBlock): Fill {
  const [startMs, endMs] = [epochMs(block.startsAt), epochMs(block.endsAt)];
  const bookings = block.bookings
    .map((it) => ({
      from: Math.max(epochMs(it.startsAt), startMs),
      to: Math.min(epochMs(it.endsAt), endMs),
      bookedLeadMs: it.bookedAt ? startMs - epochMs(it.bookedAt) : -Infinity,
      cancelledLeadMs: it.cancelledAt ? startMs - epochMs(it.cancelledAt) : -Infinity,
    }))
    .sort((a, b) => a.from - b.from);
  const minutesAt = (leadMs: number) => unionMinutes(bookings.filter((it) => it.bookedLeadMs >= leadMs && it.cancelledLeadMs < leadMs));
  const leadsMs = [...new Set(bookings.flatMap((it) => [it.bookedLeadMs, it.cancelledLeadMs]))]
    .filter(Number.isFinite)
    .sort((a, b) => b - a);
  return {
    capacity: (endMs - startMs) / 60_000,
    // A case called off once the block was over has used its time.
    final: unionMinutes(bookings.filter((it) => it.cancelledLeadMs < startMs - endMs)),
    dated: bookings.length === 0 ? undefined : block.bookings.every((it) => it.bookedAt),
    leadsMs,
    minutes: leadsMs.map(minutesAt),
  };
}

/** Minutes covered by spans that are sorted by start. */
function unionMinutes(spans: { from: number; to: number }[]): number {
  let [ms, until] = [0, -Infinity];
  for (const span of spans) {
    ms += Math.max(0, span.to - Math.max(span.from, until));
    until = Math.max(until, span.to);
  }
  return ms / 60_000;
}

function filledAt(past: Fill, leadMs: number): number {
  let minutes = 0;
  for (let step = 0; step < past.leadsMs.length && past.leadsMs[step]! >= leadMs; step++) minutes = past.minutes[step]!;
  return minutes;
}

function peakAfter(past: Fill, leadMs: number): number {
  let minutes = past.final;
  for (let step = past.leadsMs.length - 1; step >= 0 && past.leadsMs[step]! < leadMs; step--) minutes = Math.max(minutes, past.minutes[step]!);
  return minutes;
}

function medianLead(holder: PastBlock[]): number | undefined {
  const dated = holder.flatMap((block) =>
    block.bookings.flatMap(({ bookedAt }) =>
      bookedAt ? [{ bookedMs: epochMs(bookedAt), leadMs: epochMs(block.startsAt) - epochMs(bookedAt) }] : [],
    ),
  );
  const last = dated.sort((a, b) => b.bookedMs - a.bookedMs).slice(0, 10);
  if (last.length < 5) return undefined;
  const leads = last.map((it) => it.leadMs / hourMs).sort((a, b) => a - b);
  return (leads[(leads.length - 1) >> 1]! + leads[leads.length >> 1]!) / 2;
}
