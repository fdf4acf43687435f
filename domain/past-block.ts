/** A past block as the prediction reads it: how full it was at each instant, and what of it was given back. */
import { epochMs, totalMinutes } from './interval.ts';

export type PastBooking = { bookedAt: string | null; startsAt: string; endsAt: string; cancelledAt?: string | null };
/** Time of it that was given back, and when. */
export type PastRelease = { startsAt: string; endsAt: string; releasedAt: string };
export type PastBlock = { blockId: string; startsAt: string; endsAt: string; bookings: PastBooking[]; releases?: PastRelease[] };
/** Most recent first; the group without the holder, the facility without both. */
export type History = { holder: PastBlock[]; group: PastBlock[]; facility: PastBlock[] };

/**
 * A past block: from `leadsMs[i]` before its start on, `minutes[i]` were booked; `fullest` counts every booking, also cancelled ones.
 * An empty one carries no date itself: it is as good as the rest of the history.
 */
export type Fill = {
  capacity: number;
  fullest: number;
  dated: boolean | undefined;
  leadsMs: Float64Array;
  minutes: Float64Array;
  /** When something was given back, and how much by then. */
  releases: { leadMs: number; minutes: number }[];
};
const minuteMs = 60_000;
/** So much left of what was kept: whoever needed more would have taken it. */
const roomLeftMinutes = 120;

/** Up to which need a past day, seen from a lead, can speak: the room it had then, or what was kept of it where that was filled. */
export function couldNeed(past: Fill, leadMs: number, before: number, peak: number): number {
  const gone = past.releases.filter((one) => one.leadMs > leadMs).at(-1)?.minutes ?? 0;
  const room = past.capacity - before - gone;
  const kept = keptOf(past) - before;
  const need = peak - before;
  return knowsMore(past, peak) ? room : Math.max(kept, need);
}

const keptOf = (past: Fill) => past.capacity - (past.releases.at(-1)?.minutes ?? 0);

/** Nothing was given back, or so much of what was kept stayed empty that the need is known, whatever it is compared with. */
export const knowsMore = (past: Fill, fullest: number) => past.releases.length === 0 || keptOf(past) - fullest >= roomLeftMinutes;

const fills = new WeakMap<PastBlock, Fill>();

/** Worked out once a block: the past does not change. */
export function fillOf(block: PastBlock): Fill {
  const fill = fills.get(block) ?? newFill(block);
  fills.set(block, fill);
  return fill;
}

function newFill(block: PastBlock): Fill {
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
  const changes = new Set(bookings.flatMap((it) => [it.bookedLeadMs, it.cancelledLeadMs]));
  const leadsMs = [...changes].filter(Number.isFinite).sort((a, b) => b - a);
  return {
    capacity: (endMs - startMs) / minuteMs,
    fullest: unionMinutes(bookings),
    dated: bookings.length > 0 ? block.bookings.every((it) => it.bookedAt) : undefined,
    leadsMs: Float64Array.from(leadsMs),
    minutes: Float64Array.from(leadsMs, minutesAt),
    releases: releasesOf(block, startMs),
  };
}

/** The first first. */
function releasesOf({ releases = [] }: PastBlock, startMs: number): Fill['releases'] {
  const leads = [...new Set(releases.map(({ releasedAt }) => startMs - epochMs(releasedAt)))].sort((a, b) => b - a);
  const by = (leadMs: number) => releases.filter(({ releasedAt }) => startMs - epochMs(releasedAt) >= leadMs);
  return leads.map((leadMs) => ({ leadMs, minutes: totalMinutes(by(leadMs)) }));
}

/** Minutes covered by spans that are sorted by start. */
function unionMinutes(spans: { from: number; to: number }[]): number {
  let [ms, until] = [0, -Infinity];
  for (const span of spans) {
    ms += Math.max(0, span.to - Math.max(span.from, until));
    until = Math.max(until, span.to);
  }
  return ms / minuteMs;
}

/** What was booked by then, and the most that was booked at any time from then on. */
export function fillAround(past: Fill, leadMs: number): { before: number; peak: number } {
  let step = 0;
  while (step < past.leadsMs.length && past.leadsMs[step]! >= leadMs) step++;
  const before = past.minutes[step - 1] ?? 0;
  let peak = before;
  for (; step < past.minutes.length; step++) peak = Math.max(peak, past.minutes[step]!);
  return { before, peak };
}

export function medianLead(holder: PastBlock[]): number | undefined {
  const dated = holder.flatMap((block) =>
    block.bookings.filter((it) => it.bookedAt).map((it) => ({ bookedMs: epochMs(it.bookedAt!), startMs: epochMs(block.startsAt) })),
  );
  const last = dated.sort((a, b) => b.bookedMs - a.bookedMs).slice(0, 10);
  if (last.length < 5) return undefined;
  const leads = last.map((it) => (it.startMs - it.bookedMs) / (60 * minuteMs)).sort((a, b) => a - b);
  return (leads[(leads.length - 1) >> 1]! + leads[leads.length >> 1]!) / 2;
}
