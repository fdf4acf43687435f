/** Made-up holders of blocks whose habits, and so whose needs, are known: the truth that a prediction is measured against. */
import { addMinutes } from '../domain/civil.ts';
import { type Interval, minutesOf, subtract } from '../domain/interval.ts';
import type { PastBlock, PastBooking } from '../domain/past-block.ts';

type Random = () => number;
export type Habit = { leadDays: (random: Random) => number; mostCases: (week: number) => number; cancels: number };

const bell = (random: Random) => random() + random() + random() + random() - 2;
const late = (random: Random) => -2 * Math.log(1 - random());
const weekOut = (random: Random) => Math.max(0, 7 + 2.5 * bell(random));

export const habits: Record<string, Habit> = {
  'books a week out': { leadDays: weekOut, mostCases: () => 4, cancels: 0.05 },
  'books late': { leadDays: late, mostCases: () => 4, cancels: 0.05 },
  'cancels often': { leadDays: (random) => Math.max(0, 12 + 6 * bell(random)), mostCases: () => 5, cancels: 0.35 },
  /** A quarter of the year is quiet. */
  seasonal: { leadDays: weekOut, mostCases: (week) => (week % 52 < 13 ? 1 : 5), cancels: 0.05 },
  /** Two people fill it, each with a habit of their own. */
  'shared by a group': { leadDays: (random) => (random() < 0.5 ? late(random) : weekOut(random)), mostCases: () => 5, cancels: 0.1 },
};

/** Numbers between 0 and 1, the same for a seed. */
export function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A case that somebody wants: what it needs, when it is asked for, when it is called off. */
export type Wish = { minutes: number; leadMinutes: number; cancelledMinutes: number | null };
export type LivedDay = { block: Interval; wishes: Wish[] };
export type Release = Interval & { releasedAt: string };

const weekMs = 7 * 86_400_000;
const epoch = Date.parse('2025-01-06T07:00:00Z');

/** One day of eight hours, so many weeks after the first. */
export function livedDay(week: number, habit: Habit, random: Random): LivedDay {
  const startsAt = new Date(epoch + week * weekMs).toISOString();
  const wishes = Array.from({ length: Math.floor(random() * (habit.mostCases(week) + 1)) }, () => {
    const leadMinutes = Math.floor(habit.leadDays(random) * 1440);
    const cancelled = random() < habit.cancels;
    const cancelledMinutes = cancelled ? Math.floor(leadMinutes * random()) : null;
    return { leadMinutes, cancelledMinutes, minutes: 60 + 15 * Math.floor(random() * 9) };
  });
  return { block: { startsAt, endsAt: addMinutes(startsAt, 480) }, wishes: wishes.sort((a, b) => b.leadMinutes - a.leadMinutes) };
}

/** What of a day's bookings stands at an instant. */
export const standing = (bookings: PastBooking[], at: string) =>
  bookings.filter((it) => it.bookedAt! <= at && !(it.cancelledAt && it.cancelledAt <= at));

/** Where a case of that length goes: the first gap that takes it. */
function firstFit(free: Interval[], minutes: number): Interval | undefined {
  const gap = free.find((it) => minutesOf(it) >= minutes);
  return gap && { startsAt: gap.startsAt, endsAt: addMinutes(gap.startsAt, minutes) };
}

/** The day as it goes when this time is given back; `turnedAway`: minutes of cases that took place in nobody's block. */
function placed({ block, wishes }: LivedDay, releases: Release[]): { bookings: PastBooking[]; turnedAway: number } {
  const bookings: PastBooking[] = [];
  let turnedAway = 0;
  for (const { minutes, leadMinutes, cancelledMinutes } of wishes) {
    const bookedAt = addMinutes(block.startsAt, -leadMinutes);
    const gone = releases.filter(({ releasedAt }) => releasedAt <= bookedAt);
    const place = firstFit(subtract([block], [...standing(bookings, bookedAt), ...gone]), minutes);
    const cancelledAt = cancelledMinutes === null ? null : addMinutes(block.startsAt, -cancelledMinutes);
    if (place) bookings.push({ ...place, bookedAt, cancelledAt });
    else if (cancelledMinutes === null) turnedAway += minutes;
  }
  return { bookings, turnedAway };
}

/** A day as history knows it. */
export function pastBlock(day: LivedDay, releases: Release[] = []): PastBlock {
  return { blockId: day.block.startsAt, ...day.block, bookings: placed(day, releases).bookings, releases };
}

/** Minutes of cases that find no room because this was given back then, beyond those that had found none anyway. */
export function missedMinutes(day: LivedDay, releases: Release[]): number {
  return placed(day, releases).turnedAway - placed(day, []).turnedAway;
}
