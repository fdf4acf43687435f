import { z } from 'zod';

import { type AppointmentFacts, type AppointmentStatus, visit } from './appointment.ts';
import { startOfDay, zoneDate } from './civil.ts';
import { DecisionEnvelope } from './decision.ts';
import { DomainError } from './errors.ts';
import { FollowUp } from './follow-up.ts';
import { Interval, isTooLong, longestDays, subtract } from './interval.ts';
import type { Warning } from './patient.ts';
import type { Policy } from './policy.ts';

/** What a person can decide about an appointment; what a move leaves out stays. `version`: the one that a move was made on (If-Match). */
export const AppointmentChoice = z.discriminatedUnion('action', [
  z.object({ action: z.literal('arrive') }),
  /** Marked arrived by mistake. */
  z.object({ action: z.literal('undo-arrive') }),
  z.object({ action: z.literal('fulfil') }),
  z.object({
    action: z.literal('move'),
    practitionerId: z.uuid().optional(),
    interval: Interval.optional(),
    comment: z.string().max(2000).optional(),
    version: z.int().optional(),
  }),
  z.object({ action: z.literal('cancel'), followUp: FollowUp.optional() }),
]);
export type AppointmentChoice = z.infer<typeof AppointmentChoice>;

export const AppointmentDecision = z.intersection(DecisionEnvelope, AppointmentChoice);
export type AppointmentDecision = z.infer<typeof AppointmentDecision>;

/** What a decision changes: the difference that a preview shows (U-02) and the transaction writes. */
export type AppointmentEffect = {
  from: AppointmentStatus;
  status: AppointmentStatus;
  practitionerId: string;
  interval: Interval;
  /** Minutes of the practitioner before that others can have now. */
  freed: Interval[];
  /** I-33: the patient needs a visit all the same; what is made so that nobody forgets it. */
  needsTreatment: boolean;
  followUp: FollowUp['kind'] | null;
  warnings: Warning[];
};

type Saying = { reason?: string | undefined; seen?: string | undefined };

/**
 * What `choice` does to the appointment as of `at`, or a DomainError with rule, value and limit. `seen` is the digest of
 * the effect that the person agreed to (U-02). Whether a wanted time is free, PostgreSQL decides.
 */
export function decideAppointment(
  facts: AppointmentFacts,
  policy: Policy,
  choice: AppointmentChoice,
  at: string,
  { reason, seen }: Saying = {},
): AppointmentEffect {
  const effect = { ...effectOf(facts, choice, at), ...(choice.action === 'cancel' && consequencesOf(facts, policy, choice, reason)) };
  const now = appointmentDigest(choice.action, effect);
  if (seen !== undefined && seen !== now) throw new DomainError('PREVIEW_STALE', { seen, now, present: presentOf(facts), effect });
  return effect;
}

/** What a person agreed to, as a readable string that travels in the form: equal strings, equal effects. */
export function appointmentDigest(action: AppointmentChoice['action'], effect: AppointmentEffect): string {
  const { from, status, practitionerId, interval, freed, followUp } = effect;
  const words = [interval, ...freed].map((part) => `${part.startsAt}/${part.endsAt}`);
  return [action, from, status, practitionerId, ...words, followUp ?? 'nothing', 'follows'].join(' ');
}

/** I-33: the facility's own reason of that name. Throws REASON_MISSING, CANCEL_REASON_UNKNOWN. */
function reasonOf(policy: Policy, reason: string | undefined) {
  if (!reason) throw new DomainError('REASON_MISSING', { action: 'cancel', rule: 'I-33', reasons: policy.cancel.reasons });
  const found = policy.cancel.reasons.find(({ name }) => name === reason);
  if (!found) throw new DomainError('CANCEL_REASON_UNKNOWN', { reason, reasons: policy.cancel.reasons });
  return found;
}

/** I-32, I-33: whether the patient needs another visit, what is made for it, and whose doctor is copied unseen. */
function consequencesOf(facts: AppointmentFacts, policy: Policy, { followUp }: { followUp?: FollowUp | undefined }, reason?: string) {
  const { needsTreatment, doctorAbsent } = reasonOf(policy, reason);
  const warnings: Warning[] = [];
  if (needsTreatment && !followUp) {
    const message = 'This patient needs a visit all the same: make a task or a waitlist entry, or they are forgotten.';
    warnings.push({ code: 'NOTHING_FOLLOWS', rule: 'I-33', message });
  }
  const practitionerId = followUp && (followUp.practitionerId === undefined ? facts.practitionerId : followUp.practitionerId);
  if (doctorAbsent && practitionerId === facts.practitionerId) {
    const message = 'The doctor is absent: another doctor or the profession brings the patient back sooner.';
    warnings.push({ code: 'DOCTOR_ABSENT', rule: 'I-32', message, facts: { practitionerId } });
  }
  return { needsTreatment, followUp: followUp?.kind ?? null, warnings };
}

/** The appointment as it is now, for whoever saw another. */
function presentOf({ status, practitionerId, startsAt, endsAt, version }: AppointmentFacts) {
  return { status, practitionerId, startsAt, endsAt, version };
}

const nothingElse = { needsTreatment: false, followUp: null, warnings: [] };

/** The effect alone, for feeds that carry reasons of their own. */
export function effectOf(facts: AppointmentFacts, choice: AppointmentChoice, at: string): AppointmentEffect {
  const { status, practitionerId, zone, startsAt } = facts;
  const same: AppointmentEffect = { from: status, status, practitionerId, interval: visit(facts), freed: [], ...nothingElse };
  const mustBe = (...from: AppointmentStatus[]) => {
    if (!from.includes(status)) throw new DomainError('APPOINTMENT_SETTLED', { action: choice.action, present: presentOf(facts) });
  };
  const mustHaveBegun = () => {
    const from = startOfDay(zoneDate(startsAt, zone), zone);
    if (at < from) throw new DomainError('APPOINTMENT_NOT_BEGUN', { startsAt, from });
  };
  switch (choice.action) {
    case 'arrive': // I-38: even after it was taken for a no-show
      mustBe('booked', 'noshow');
      mustHaveBegun();
      return { ...same, status: 'arrived' };
    case 'undo-arrive': // as if it had never been said: a visit that is over counts as missed again (I-38)
      mustBe('arrived');
      return { ...same, status: 'booked' };
    case 'fulfil':
      mustBe('booked', 'arrived', 'noshow');
      mustHaveBegun();
      return { ...same, status: 'fulfilled' };
    case 'cancel':
      mustBe('booked', 'arrived');
      return { ...same, status: 'cancelled', freed: [visit(facts)] };
    case 'move':
      mustBe('booked');
      if (choice.version !== undefined && choice.version !== facts.version)
        throw new DomainError('VERSION_MISMATCH', { present: presentOf(facts) });
      return moved(facts, choice, at, same);
  }
}

type Wish = { practitionerId?: string | undefined; interval?: Interval | undefined };

function moved(
  facts: AppointmentFacts,
  { practitionerId = facts.practitionerId, interval = visit(facts) }: Wish,
  at: string,
  same: AppointmentEffect,
) {
  mustBeAhead(interval, at);
  const kept = practitionerId === facts.practitionerId ? [interval] : [];
  return { ...same, practitionerId, interval, freed: subtract([visit(facts)], kept) };
}

/** A visit may have begun when it is written down, but not be over. Throws TIME_PAST, TIME_TOO_LONG. */
export function mustBeAhead(interval: Interval, at: string): void {
  if (interval.endsAt <= at) throw new DomainError('TIME_PAST', { ...interval, now: at });
  if (isTooLong(interval)) throw new DomainError('TIME_TOO_LONG', { ...interval, mostDays: longestDays });
}
