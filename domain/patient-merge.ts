/** F-20: two cards of one patient become one. What stands in the way is people's to settle first: cards of two people are never mixed. */
import { DomainError } from './errors.ts';
import { type Interval, overlaps } from './interval.ts';

export type Card = { id: string; birthDate: string | null; mergedIntoId: string | null };
/** A visit that is booked or at which the patient has arrived. */
export type OpenVisit = Interval & { id: string; patientId: string };

export type MergeFacts = {
  /** The card that stays. */
  kept: Card;
  /** The one that becomes part of it. */
  duplicate: Card;
  visits: OpenVisit[];
  /** Ladders that run and have asked both (F-01): one patient is asked once. */
  laddersOfBoth: string[];
};

/** Throws SAME_CARD, PATIENT_MERGED, BIRTH_DATES_DIFFER, VISITS_OVERLAP, OFFERED_TO_BOTH. */
export function mustBeMergeable({ kept, duplicate, visits, laddersOfBoth }: MergeFacts): void {
  if (kept.id === duplicate.id) throw new DomainError('SAME_CARD', { patientId: kept.id });
  for (const { id, mergedIntoId } of [kept, duplicate])
    if (mergedIntoId) throw new DomainError('PATIENT_MERGED', { patientId: id, into: mergedIntoId });
  if (kept.birthDate && duplicate.birthDate && kept.birthDate !== duplicate.birthDate)
    throw new DomainError('BIRTH_DATES_DIFFER', { kept: kept.birthDate, duplicate: duplicate.birthDate });
  const [ours, theirs] = [kept, duplicate].map(({ id }) => visits.filter(({ patientId }) => patientId === id));
  for (const one of ours!)
    for (const other of theirs!)
      if (overlaps(one, other)) throw new DomainError('VISITS_OVERLAP', { appointmentIds: [one.id, other.id], startsAt: other.startsAt });
  if (laddersOfBoth.length > 0) throw new DomainError('OFFERED_TO_BOTH', { offerLadderIds: laddersOfBoth });
}

const filled = ['birthDate', 'phone', 'email', 'number'] as const;
export type Filled = (typeof filled)[number];

/** What of the other card is taken because the one that stays says nothing there. */
export const filledFrom = (kept: Record<Filled, unknown>, duplicate: Record<Filled, unknown>): Filled[] =>
  filled.filter((field) => kept[field] === null && duplicate[field] !== null);
