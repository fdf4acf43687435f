/**
 * F-22: where the truth is kept elsewhere, somebody must enter there what was decided here. The worklist is the
 * difference between what should stand in the facility's own schedule and what it has been told.
 */
import { z } from 'zod';

import { type Interval, merge, subtract } from './interval.ts';
import { Recurrence } from './recurrence.ts';

/** release and return: block time given back, and taken back. reserve and free: the time of a confirmed hold. reassign: a block has another holder (F-07). */
export type EntryKind = 'release' | 'return' | 'reserve' | 'free' | 'reassign';
/** series: to be entered, or changed to what it is now; series end: to be taken out. */
export const seriesEntryKinds = ['series', 'series end'] as const;
export type SeriesEntryKind = (typeof seriesEntryKinds)[number];
export type Entry = Interval & { kind: EntryKind; roomId: string };
export type KnownEntry = Entry & { id: string; state: 'open' | 'acknowledged' };

/** What one subject adds to the facility's schedule, and the word that takes it away again. */
const opposites = { release: 'return', reserve: 'free' } as const;
export type Adding = keyof typeof opposites;

type Place = Interval & { roomId: string };

/**
 * What is still to be entered for one subject so that `target` stands there. `known` are its entries in the order of
 * their making. An open entry that is still right stays; one that is not is superseded: released and undone before
 * anybody entered it, both are gone.
 */
export function entriesFor(adding: Adding, target: Place[], known: KnownEntry[]): { added: Entry[]; superseded: string[] } {
  const rooms = [...new Set([...target, ...known].map(({ roomId }) => roomId))];
  const wanted = rooms.flatMap((roomId) => {
    const inRoom = <Of extends Place>(places: Of[]) => places.filter((place) => place.roomId === roomId);
    let told: Interval[] = [];
    for (const entry of inRoom(known).filter(({ state }) => state === 'acknowledged'))
      told = entry.kind === adding ? merge(told.concat(entry)) : subtract(told, [entry]);
    const should = merge(inRoom(target));
    const entry = (kind: EntryKind) => (part: Interval) => ({ kind, roomId, startsAt: part.startsAt, endsAt: part.endsAt });
    return [...subtract(told, should).map(entry(opposites[adding])), ...subtract(should, told).map(entry(adding))];
  });
  const open = known.filter(({ state }) => state === 'open');
  const same = (a: Entry, b: Entry) => a.kind === b.kind && a.roomId === b.roomId && a.startsAt === b.startsAt && a.endsAt === b.endsAt;
  return {
    added: wanted.filter((entry) => !open.some((one) => same(one, entry))),
    superseded: open.filter((one) => !wanted.some((entry) => same(one, entry))).map(({ id }) => id),
  };
}

/** What to do, in a sentence without a patient. `why`: the block's time goes. */
export function inSentence(kind: EntryKind, holder: string, why = 'it is released'): string {
  switch (kind) {
    case 'release':
      return `Take this time out of the block of ${holder}: ${why}.`;
    case 'return':
      return `Give this time back to the block of ${holder}: the release was undone.`;
    case 'reserve':
      return `Reserve this time for ${holder}: the hold is confirmed.`;
    case 'reassign':
      return `Enter this block for ${holder}: the facility approved that it changes hands.`;
    case 'free':
      return `Free what was reserved for ${holder}: the hold has moved or ended.`;
  }
}

/** A block series as it is to be entered; all its days are one line. `keptDates`: days that stay as they are, although the series says otherwise. */
export const SeriesEntry = z.object({
  roomId: z.uuid(),
  groupId: z.uuid(),
  providerId: z.uuid().nullable(),
  holder: z.string(),
  from: z.string(),
  to: z.string(),
  recurrence: Recurrence,
  validFrom: z.iso.date(),
  validUntil: z.iso.date().nullable(),
  skippedDates: z.array(z.iso.date()),
  keptDates: z.array(z.iso.date()),
});
export type SeriesEntry = z.infer<typeof SeriesEntry>;

/** A line about a series: its terms as they were to be entered; null: it was to be taken out. */
export type KnownSeriesEntry = { id: string; state: string; series: SeriesEntry | null };

/**
 * What is still to be entered of a series so that `target` stands there (null: nothing of it). `known`: its lines of any state
 * in the order of their making; `isNew`: this transaction makes it. Of a series without any line, older than the
 * worklist's lines about series, nobody knows what stands there, so a change of it is always said.
 */
export function seriesEntryFor(
  target: SeriesEntry | null,
  known: KnownSeriesEntry[],
  isNew: boolean,
): { kind: SeriesEntryKind | undefined; again: boolean; superseded: string[] } {
  const acknowledged = known.filter(({ state }) => state === 'acknowledged');
  const stands = acknowledged.length === 0 && (isNew || known.length > 0) ? null : acknowledged.at(-1)?.series;
  const [open] = known.filter(({ state }) => state === 'open');
  const same = (one: SeriesEntry | null | undefined) => one !== undefined && JSON.stringify(one) === JSON.stringify(target);
  const wanted = same(stands) ? undefined : target ? ('series' as const) : ('series end' as const);
  const stays = open !== undefined && wanted !== undefined && same(open.series);
  return { kind: stays ? undefined : wanted, again: stands !== null, superseded: open && !stays ? [open.id] : [] };
}

/** `again`: the facility's own schedule has some of it already. */
export function seriesInSentence(kind: SeriesEntryKind, holder: string, again: boolean): string {
  if (kind === 'series end') return `Take the block series of ${holder} out: it has no day ahead any more.`;
  return again ? `Change the block series of ${holder} to what it is now.` : `Enter the block series of ${holder}.`;
}
