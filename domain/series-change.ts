/** What a change of a block series does to its days that have not begun: pure comparison of what is wanted with what is there. */
import type { Interval } from './interval.ts';

/** A day as the series wants it. */
export type SeriesDay = Interval & { date: string; roomId: string; groupId: string; providerId: string | null; windowDays: number };

/** A day as it is: its block, and why a change leaves it alone. */
export type StandingDay = SeriesDay & {
  blockId: string;
  /** In words; null: nothing has happened to it. */
  because: string | null;
  /** Somebody holds released minutes of it: kept, whatever is asked. */
  claimed: boolean;
};

export type SeriesChange = {
  added: SeriesDay[];
  removed: StandingDay[];
  /** The same date with other times, room, holder or window: one block goes, another comes. */
  moved: { before: StandingDay; after: SeriesDay }[];
  kept: StandingDay[];
};

/**
 * Compares by date. A day that something has happened to stays as it is and is listed, unless its date is in `include`.
 */
export function changeOfSeries(wanted: SeriesDay[], standing: StandingDay[], include: ReadonlySet<string> = new Set()): SeriesChange {
  const change: SeriesChange = { added: [], removed: [], moved: [], kept: [] };
  const there = new Set(standing.map(({ date }) => date));
  const byDate = new Map(wanted.map((day) => [day.date, day]));
  for (const before of standing) {
    const after = byDate.get(before.date);
    if (after && same(before, after)) continue;
    if (before.because !== null && (before.claimed || !include.has(before.date))) change.kept.push(before);
    else if (after) change.moved.push({ before, after });
    else change.removed.push(before);
  }
  change.added = wanted.filter(({ date }) => !there.has(date));
  return change;
}

function same(a: SeriesDay, b: SeriesDay): boolean {
  const parts = ({ startsAt, endsAt, roomId, groupId, providerId, windowDays }: SeriesDay) =>
    [startsAt, endsAt, roomId, groupId, providerId, windowDays].join(' ');
  return parts(a) === parts(b);
}

export type DayHistory = { cases: boolean; releases: boolean; claims: boolean; decided: boolean; altered: boolean };

/** Why a day is left alone, the weightiest reason first. */
export function reasonToKeep({ cases, releases, claims, decided, altered }: DayHistory): string | null {
  if (releases && claims) return 'Somebody holds time that was released of it.';
  if (cases) return 'Cases are booked in it.';
  if (releases) return 'Time of it was released.';
  if (decided) return 'Its holder has decided about it.';
  if (altered) return 'It was altered by hand.';
  return null;
}
