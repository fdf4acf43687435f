/**
 * Who fits a time that became free (I-02, I-43), and who not and why. PostgreSQL answers it for a hundred thousand entries
 * (ledger/matching.ts); a property test holds the two together.
 */
import { addMinutes, formatDuration, zoneDate } from './civil.ts';
import { type Interval, minutesOf, overlaps } from './interval.ts';
import type { EntryState, EntryType } from './waitlist-entry.ts';

/** Free time of one practitioner. */
export type Opening = Interval & { practitionerId: string; professions: string[]; zone: string };

/** A waitlist entry as matching sees it. */
export type Waiting = {
  id: string;
  state: EntryState;
  type: EntryType;
  practitionerId: string | null;
  profession: string | null;
  durationMinutes: number;
  validFrom: string;
  validUntil: string;
  dates: string[];
  /** The visit that the patient wants to come earlier than; null for the other types. */
  appointmentAt: string | null;
  /** The patient's other visits that stand. */
  visits: Interval[];
  lastAskedAt: string | null;
  createdAt: string;
};

/** Why an entry is not listed for an opening: the rule, and both sides of it. */
export type Misfit = { rule: string; because: string; value: string | number; limit: string | number };

/** The first reason why the entry does not fit, or undefined: it fits. The comment is for people, and never read here. */
export function misfitOf(entry: Waiting, opening: Opening, now: string): Misfit | undefined {
  const misfit = (rule: string, because: string, value: string | number, limit: string | number): Misfit => ({
    rule,
    because,
    value,
    limit,
  });
  const { startsAt } = opening;
  const day = zoneDate(startsAt, opening.zone);
  if (startsAt <= now) return misfit('I-02', 'The time has begun already.', startsAt, now);
  if (entry.state !== 'active') return misfit('I-22', `The entry is ${entry.state}.`, entry.state, 'active');
  if (entry.practitionerId !== null) {
    if (entry.practitionerId !== opening.practitionerId)
      return misfit('I-14', 'Another practitioner is wanted.', entry.practitionerId, opening.practitionerId);
  } else if (!opening.professions.includes(entry.profession ?? ''))
    return misfit('I-14', 'Another profession is wanted.', entry.profession ?? '', opening.professions.join(', '));
  if (day < entry.validFrom) return misfit('I-20', `It is valid from ${entry.validFrom}.`, day, entry.validFrom);
  if (day > entry.validUntil) return misfit('I-20', `It is valid until ${entry.validUntil}.`, day, entry.validUntil);
  if (entry.dates.length > 0 && !entry.dates.includes(day)) return misfit('I-21', 'Another day is wanted.', day, entry.dates.join(', '));
  const minutes = minutesOf(opening);
  if (entry.durationMinutes > minutes)
    return misfit('I-16', `The visit needs ${formatDuration(entry.durationMinutes)}.`, entry.durationMinutes, minutes);
  if (entry.type === 'wants earlier' && (entry.appointmentAt === null || startsAt >= entry.appointmentAt))
    return misfit('I-44', 'It is not earlier than the visit that is booked.', startsAt, entry.appointmentAt ?? 'none');
  const visit = { startsAt, endsAt: addMinutes(startsAt, entry.durationMinutes) };
  const clash = entry.visits.find((one) => overlaps(one, visit));
  if (clash) return misfit('I-43', 'The patient has another visit then.', clash.startsAt, clash.endsAt);
  return undefined;
}

const typeRank: Record<EntryType, number> = { cancelled: 0, scheduled: 1, 'wants earlier': 2 };

/**
 * The order in which those who fit are phoned or asked: who had to cancel before who has no visit yet before who has one; who wants
 * this practitioner before who wants the profession; who fills most of the time; who chose days before who takes any; who was asked
 * least recently, or never; who waits longest.
 */
export function compareCandidates(a: Waiting, b: Waiting): number {
  return (
    typeRank[a.type] - typeRank[b.type] ||
    Number(a.practitionerId === null) - Number(b.practitionerId === null) ||
    b.durationMinutes - a.durationMinutes ||
    Number(a.dates.length === 0) - Number(b.dates.length === 0) ||
    compare(a.lastAskedAt ?? '', b.lastAskedAt ?? '') ||
    compare(a.createdAt, b.createdAt) ||
    compare(a.id, b.id)
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
