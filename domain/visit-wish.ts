/** What tasks and waitlist entries have in common: who shall see the patient and for how long, and the visit they follow from. */
import { daysBetween } from './civil.ts';
import { DomainError } from './errors.ts';

/** The practitioner rules where both are named; the profession is then only extra (I-14). */
export type VisitWish = { practitionerId: string | null; profession: string | null; durationMinutes: number | null; comment: string };

/** I-14, I-16, I-17: what must be said. `visit`: whether it is about a visit at all. Throws COMMENT_MISSING and its like. */
export function mustSayEnough({ practitionerId, profession, durationMinutes, comment }: VisitWish, { visit }: { visit: boolean }): void {
  if (comment.trim() === '') throw new DomainError('COMMENT_MISSING', { comment });
  if (!visit) return;
  if (practitionerId === null && !profession?.trim()) throw new DomainError('DOCTOR_OR_PROFESSION_MISSING', { practitionerId, profession });
  if (durationMinutes === null) throw new DomainError('DURATION_MISSING', { durationMinutes });
}

/** A visit of the patient that was cancelled. `followedBy`: the task or waitlist entry that came of it, `kind/id`. */
export type CancelledVisit = {
  appointmentId: string;
  practitionerId: string;
  startsAt: string;
  /** Civil date of the cancellation. */
  cancelledOn: string;
  followedBy: string | null;
};

/** I-39: whether a task or entry may still be made to follow from it. Throws LINK_TAKEN, LINK_TOO_OLD. */
export function mustBeLinkable({ appointmentId, cancelledOn, followedBy }: CancelledVisit, today: string, withinDays: number): void {
  if (followedBy !== null) throw new DomainError('LINK_TAKEN', { appointmentId, followedBy });
  const days = daysBetween(cancelledOn, today);
  if (days > withinDays) throw new DomainError('LINK_TOO_OLD', { appointmentId, cancelledOn, days, withinDays });
}

/**
 * I-40: same practitioner and same problem must be linked into one chain. Whether it is the same problem is a person's
 * judgement, so this asks: throws LINK_NEEDED with the candidates.
 */
export function mustBeAsked(visits: CancelledVisit[], wish: VisitWish, today: string, withinDays: number): void {
  const candidates = visits.filter(
    ({ practitionerId, cancelledOn, followedBy }) =>
      practitionerId === wish.practitionerId && followedBy === null && daysBetween(cancelledOn, today) <= withinDays,
  );
  if (candidates.length > 0) throw new DomainError('LINK_NEEDED', { candidates });
}

/** What a change says; what it leaves out stays as it is. */
export function given<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
