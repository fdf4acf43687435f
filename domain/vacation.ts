import { zoneDate } from './civil.ts';
import { DomainError } from './errors.ts';
import { type Interval, totalMinutes } from './interval.ts';

/** Civil dates at the facility, both inclusive. */
export type Away = { from: string; to: string };

/** Days that lie ahead (C-17): today counts. Throws VACATION_PAST. */
export function mustLieAhead({ from }: Away, now: string, zone: string): void {
  const today = zoneDate(now, zone);
  if (from < today) throw new DomainError('VACATION_PAST', { from, today });
}

export type BlockUnderneath = { id: string; room: string; date: string; unbooked: Interval[]; booked: Interval[] };

/** What entering the days does, in a sentence (C-17): cases stay; group blocks are not released for one surgeon's days. */
export function effectInWords(released: BlockUnderneath[], groupBlocks: number): string {
  const minutes = totalMinutes(released.flatMap(({ unbooked }) => unbooked));
  if (minutes > 0)
    return `${released.length === 1 ? 'One block gives' : `${released.length} blocks give`} back what is unbooked; cases stay.`;
  if (groupBlocks > 0) return 'Nothing is released: only blocks of the whole group lie underneath.';
  return 'Nothing is released: no block of this surgeon alone has unbooked time on these days.';
}
