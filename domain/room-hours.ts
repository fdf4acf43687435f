/** Opening hours that differ from a room's weekdays: on a civil date, or a range of them. */
import { addDays } from './civil.ts';
import { DomainError } from './errors.ts';

/** Both dates inclusive. No times: closed on all of them. `24:00` closes at midnight. */
export type HoursException = {
  firstDate: string;
  lastDate: string;
  opensAt: string | null;
  closesAt: string | null;
  reason: string | null;
};

/** Why a room has other hours on a date than its weekday says; an exception goes before a holiday. */
export type SpecialDay = { date: string } & ({ holiday: string } | { exception: HoursException });

/** Throws EXCEPTIONS_OVERLAP with the first two that share a date: a room has one answer a day. */
export function mustNotOverlap(exceptions: HoursException[]): void {
  const sorted = [...exceptions].sort((a, b) => (a.firstDate < b.firstDate ? -1 : 1));
  for (const [index, one] of sorted.slice(1).entries()) {
    if (one.firstDate <= sorted[index]!.lastDate) throw new DomainError('EXCEPTIONS_OVERLAP', { exceptions: [sorted[index], one] });
  }
}

export type Dates = { from: string; to: string };

/** The dates, both inclusive, on which the exceptions that were added or taken away say something, in pieces of at most `mostDays`. */
export function changedDates(before: HoursException[], after: HoursException[], mostDays: number): Dates[] {
  const kept = new Set(before.map(key).filter((one) => after.some((other) => key(other) === one)));
  const changed = [...before, ...after].filter((one) => !kept.has(key(one)));
  return changed.flatMap(({ firstDate, lastDate }) => piecesOf(firstDate, lastDate, mostDays));
}

const key = ({ firstDate, lastDate, opensAt, closesAt }: HoursException) => [firstDate, lastDate, opensAt, closesAt].join(' ');

/** The dates, both inclusive, in pieces of at most `mostDays`. */
export function piecesOf(from: string, last: string, mostDays: number): Dates[] {
  const found: Dates[] = [];
  for (let start = from; start <= last; start = addDays(start, mostDays)) {
    const end = addDays(start, mostDays - 1);
    found.push({ from: start, to: end < last ? end : last });
  }
  return found;
}
