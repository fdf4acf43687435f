import { formatDuration } from './civil.ts';
import { clip, epochMs, type Interval, isoInstant, longerThan, minutesOf, totalMinutes } from './interval.ts';
import { couldNeed, type Fill, fillAround, fillOf, type History, knowsMore, medianLead, type PastBlock } from './past-block.ts';

/*
 * C-01, C-02, C-08 to C-10: what is the chance that a part of a block's unbooked time stays unused? First honest version.
 *
 * Each past block is one trial, seen from the same lead (hours before its start). Its need is the most that was ever booked after
 * that point minus what was booked by then (a cancellation makes room only for what is booked later), scaled to this block's
 * length; the trial goes well if the need fits into the time that would be kept. A day about as full at that point as this one
 * weighs 1, others less, never under `unlikeWeight`. A day says nothing where it had no room to need more than would be kept. A day
 * without booking dates shows only how full it got: its need is what that is more than is booked now.
 *
 * Time that was given back is neither used nor unused: nobody could book it any more, so its staying empty says nothing, or the
 * prediction would be confirmed by its own success. Where the holder filled what was kept, the need was at least that, and the day
 * says nothing about more; where at least `roomLeftMinutes` of what was kept stayed empty, the need was met and is known.
 *
 * The share of days that go well is estimated as (well + c × prior + 1) / (days + c + 2): for the facility without a prior, for
 * the group with the facility's estimate as prior, for the holder with the group's. c is at most `priorDays`, and at most the days
 * that the prior itself rests on. The 1 and 2 (Laplace) keep small samples humble: no history is 0.5, five perfect days of the
 * holder alone are 0.86, and a holder without a past of its own never passes 0.9, however sure the others are. Recent days weigh no
 * more than older ones. Longer than most files, because the model is to be read in one piece.
 */

/** `confidence` is 0 to 1 in steps of 0.0001, `because` one or two sentences for people, `sample` counts comparable past days. */
export type Forecast = {
  confidence: number;
  because: string;
  sample: { holder: number; group: number; facility: number };
  knowsBookingDates: boolean;
};

type Level = 'holder' | 'group' | 'facility';
/** A History read once, for as many questions as one likes; for memory, not for storing. */
export type PreparedHistory = { levels: Record<Level, Fill[]>; knowsBookingDates: boolean; usualLeadHours: number | undefined };

const minuteMs = 60_000;
const priorDays = 8;
/** How far two days may differ in fullness and still be alike (standard deviation, as a share of the block). */
const fillBandwidth = 0.2;
const unlikeWeight = 0.3;
/** A shorter gap is turnover: it takes no further case, so it is not room. */
const shortestUsefulMinutes = 60;
export function prepareHistory(history: History): PreparedHistory {
  const blocks = [...history.holder, ...history.group, ...history.facility];
  const bookings = blocks.flatMap((block) => block.bookings);
  const prepare = (level: PastBlock[]) => level.map(fillOf).filter((it) => it.capacity > 0);
  return {
    levels: { holder: prepare(history.holder), group: prepare(history.group), facility: prepare(history.facility) },
    knowsBookingDates: blocks.length > 0 && bookings.filter((it) => it.bookedAt).length * 2 >= bookings.length,
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
  const leadMs = epochMs(input.startsAt) - epochMs(input.at);
  return forecastOf(prepared, trials, input.unbookedMinutes - input.proposedMinutes, input.proposedMinutes, leadMs);
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
  const leadMs = epochMs(block.startsAt) - epochMs(at);
  const ahead = leadMs < 0 ? clip(open, { startsAt: at, endsAt: block.endsAt }) : open;
  const runs = longerThan(ahead, minRunMinutes);
  if (runs.length === 0) {
    const because = `No open stretch of ${formatDuration(minRunMinutes)} is left.`;
    return { proposal: [], forecast: { ...forecastOf(prepared, trials, 0, totalMinutes(ahead), leadMs), because } };
  }
  const restRoom = ahead.filter((it) => !runs.includes(it)).reduce((room, it) => room + usefulRoom(minutesOf(it)), 0);
  const layouts = layoutsOf(runs.map(minutesOf), restRoom, minRunMinutes, stepMinutes);
  let [best, bestConfidence] = [layouts[0]!, -1];
  for (const layout of layouts) {
    const confidence = confidenceOf(trials, layout.room);
    if (confidence > bestConfidence) [best, bestConfidence] = [layout, confidence];
    if (confidence > confidenceAbove) break;
  }
  const proposal = bestConfidence > confidenceAbove ? runs.flatMap((run, index) => withoutKept(block, run, best.kept[index]!)) : [];
  return { proposal, forecast: forecastOf(prepared, trials, best.room, best.proposedMinutes, leadMs) };
}

/** One way to divide the runs: minutes kept of each, in `places` of them, and how much of that is useful `room`. */
type Layout = { kept: number[]; places: number; room: number; proposedMinutes: number };

/** The best layout for each amount of room that proposes anything; best first: more proposed, fewer places kept, kept earlier. */
function layoutsOf(runs: number[], restRoom: number, minRunMinutes: number, stepMinutes: number): Layout[] {
  let layouts: Layout[] = [{ kept: [], places: 0, room: restRoom, proposedMinutes: 0 }];
  for (const minutes of runs) {
    const options = [minutes];
    for (let keep = 0; keep <= minutes - minRunMinutes && keep < minutes; keep += stepMinutes) options.push(keep);
    const byRoom = new Map<number, Layout>();
    for (const so of layouts) {
      for (const keep of options) {
        const room = so.room + usefulRoom(keep);
        const places = so.places + (keep > 0 ? 1 : 0);
        const proposedMinutes = so.proposedMinutes + minutes - keep;
        const rival = byRoom.get(room);
        if (rival && byWorth(rival, { places, proposedMinutes }) <= 0) continue;
        byRoom.set(room, { kept: [...so.kept, keep], places, room, proposedMinutes });
      }
    }
    // Most room first: among equals the first one found stays, which is the one that keeps earlier runs.
    layouts = [...byRoom.values()].sort((a, b) => b.room - a.room);
  }
  return layouts.filter((it) => it.proposedMinutes > 0).sort(byWorth);
}

function byWorth(a: Pick<Layout, 'proposedMinutes' | 'places'>, b: Pick<Layout, 'proposedMinutes' | 'places'>): number {
  return b.proposedMinutes - a.proposedMinutes || a.places - b.places;
}

/** A run at the start of the day with a case after it keeps its end, next to that case; any other keeps its start. */
function withoutKept(block: Interval, run: Interval, keptMinutes: number): Interval[] {
  if (keptMinutes >= minutesOf(run)) return [];
  const keptMs = keptMinutes * minuteMs;
  const keepsEnd = epochMs(run.startsAt) <= epochMs(block.startsAt) && epochMs(run.endsAt) < epochMs(block.endsAt);
  if (keepsEnd) return [{ startsAt: run.startsAt, endsAt: isoInstant(epochMs(run.endsAt) - keptMs) }];
  return [{ startsAt: isoInstant(epochMs(run.startsAt) + keptMs), endsAt: run.endsAt }];
}

const usefulRoom = (minutes: number) => (minutes >= shortestUsefulMinutes ? minutes : 0);

/** Three numbers a past day: the minutes it needed from here on, the minutes it could have taken, how much it counts. */
type Trials = Record<Level, Float64Array>;

function trialsAt(prepared: PreparedHistory, block: Interval, at: string, bookedMinutes: number): Trials {
  const capacity = minutesOf(block);
  const leadMs = epochMs(block.startsAt) - epochMs(at);
  const trialsOf = (level: Level) => {
    const trials = new Float64Array(prepared.levels[level].length * 3);
    let end = 0;
    for (const past of prepared.levels[level]) {
      const scale = capacity / past.capacity;
      if (past.dated ?? prepared.knowsBookingDates) {
        const { before, peak } = fillAround(past, leadMs);
        const distance = (bookedMinutes / capacity - before / past.capacity) / fillBandwidth;
        trials[end++] = (peak - before) * scale;
        trials[end++] = couldNeed(past, leadMs, before, peak) * scale;
        trials[end++] = unlikeWeight + (1 - unlikeWeight) * Math.exp(-0.5 * distance * distance);
      } else if (past.fullest * scale >= bookedMinutes) {
        // A day that never got as full as this one is already was not like it, and is left out.
        trials[end++] = past.fullest * scale - bookedMinutes;
        trials[end++] = knowsMore(past, past.fullest) ? Infinity : past.fullest * scale - bookedMinutes;
        trials[end++] = prepared.knowsBookingDates ? unlikeWeight : 1;
      }
    }
    return trials.subarray(0, end);
  };
  return { holder: trialsOf('holder'), group: trialsOf('group'), facility: trialsOf('facility') };
}

/** Of the days that could have needed more than `room` and weigh at least `leastWeight`: how many, and how many went well. */
function count(trials: Float64Array, room: number, leastWeight: number) {
  const counted = { well: 0, days: 0 };
  for (let index = 0; index < trials.length; index += 3) {
    if (trials[index + 1]! < room + shortestUsefulMinutes || trials[index + 2]! < leastWeight) continue;
    counted.days++;
    if (trials[index]! <= room) counted.well++;
  }
  return counted;
}

/** Facility, then group, then holder, each drawn towards the one before (see the top of this file). */
function confidenceOf(trials: Trials, room: number): number {
  let prior = { estimate: 0, days: 0 };
  for (const level of [trials.facility, trials.group, trials.holder]) {
    let [wellWeight, weight] = [0, 0]; // The hot loop has no branch to guess wrong.
    for (let index = 0; index < level.length; index += 3) {
      const counts = level[index + 1]! >= room + shortestUsefulMinutes ? level[index + 2]! : 0;
      weight += counts;
      wellWeight += level[index]! <= room ? counts : 0;
    }
    const priorWeight = Math.min(priorDays, prior.days);
    prior = { estimate: (wellWeight + priorWeight * prior.estimate + 1) / (weight + priorWeight + 2), days: weight + priorWeight };
  }
  return Math.round(prior.estimate * 10_000) / 10_000;
}

function forecastOf(prepared: PreparedHistory, trials: Trials, room: number, proposedMinutes: number, leadMs: number): Forecast {
  // The days about as full as this one; where they are very few, all that say something.
  const comparableOf = (level: Float64Array) => {
    const alike = count(level, room, 0.5);
    return alike.days >= 5 ? alike : count(level, room, 0);
  };
  const comparable = { holder: comparableOf(trials.holder), group: comparableOf(trials.group), facility: comparableOf(trials.facility) };
  return {
    confidence: confidenceOf(trials, room),
    because: sentence(
      comparable,
      prepared.knowsBookingDates ? bookedLater(room, leadMs) : `${formatDuration(proposedMinutes)} or more stayed unused`,
      prepared,
    ),
    sample: { holder: comparable.holder.days, group: comparable.group.days, facility: comparable.facility.days },
    knowsBookingDates: prepared.knowsBookingDates,
  };
}

const dayHours = 24;

/** "no more than 1 h more was booked in the 9 days before" */
function bookedLater(room: number, leadMs: number): string {
  const hours = leadMs / (60 * minuteMs);
  const days = Math.round(hours / dayHours);
  const when = hours <= 0 ? 'once the day had begun' : days <= 1 ? 'in the last hours before' : `in the ${days} days before`;
  return `${room < 1 ? 'nothing more' : `no more than ${formatDuration(room)} more`} was booked ${when}`;
}

/** Speaks of the nearest level that has a handful of days. Names nobody. `outcome`: what a day that went well was like. */
function sentence(comparable: Record<Level, ReturnType<typeof count>>, outcome: string, { knowsBookingDates }: PreparedHistory): string {
  const names = { holder: 'this holder', group: 'the group', facility: 'the facility' };
  const levels: Level[] = ['holder', 'group', 'facility'];
  const level = levels.find((it) => comparable[it].days >= 5) ?? levels.find((it) => comparable[it].days > 0);
  if (!level) return 'There is no similar day in the past to judge by.';
  const { well, days } = comparable[level];
  const parts = [`${shareInWords(well, days)} of ${names[level]} ${outcome}.`];
  if (level !== 'holder')
    parts.unshift(`This holder has ${comparable.holder.days || 'no'} similar ${comparable.holder.days === 1 ? 'day' : 'days'}.`);
  if (!knowsBookingDates) parts.unshift('When cases were booked is not recorded, only how full the days ended.');
  if (levels.reduce((sum, it) => sum + comparable[it].days, 0) < 10) parts.push('That is little to go by.');
  return parts.join(' ');
}

function shareInWords(well: number, days: number): string {
  if (days === 1) return well === 1 ? 'On the one similar day' : 'On 0 of 1 similar days';
  if (well === days) return `On all of the last ${days} similar days`;
  return well === 0 ? `On none of the last ${days} similar days` : `On ${well} of the last ${days} similar days`;
}
