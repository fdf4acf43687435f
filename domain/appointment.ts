import { addDays, jitter, laterOf, startOfDay, zoneDate } from './civil.ts';
import { epochMs, type Interval, isoInstant } from './interval.ts';
import type { Policy } from './policy.ts';
import type { Step } from './timeline.ts';

/** The words of FHIR. Moving changes the times of a booked one; it stays the same appointment. */
export const appointmentStatuses = ['booked', 'arrived', 'fulfilled', 'cancelled', 'noshow'] as const;
export type AppointmentStatus = (typeof appointmentStatuses)[number];

/** All that the rules need to know; nothing that says who the patient is. */
export type AppointmentFacts = {
  id: string;
  version: number;
  zone: string;
  paused: boolean;
  shadow: boolean;
  status: AppointmentStatus;
  patientId: string;
  practitionerId: string;
  startsAt: string;
  endsAt: string;
  bookedAt: string;
  arrivedAt: string | null;
  fulfilledAt: string | null;
  noShowAt: string | null;
  cancelledAt: string | null;
  cancelReason: string | null;
  /** When the patient's last other booked visit begins. */
  otherVisitAt: string | null;
  /** The patient has an active waitlist entry. */
  waiting: boolean;
};

export type AppointmentStepKind = 'mark no-show' | 'complete' | 'wait' | 'closed';
export type AppointmentStep = Step<AppointmentStepKind>;

export const visit = ({ startsAt, endsAt }: AppointmentFacts): Interval => ({ startsAt, endsAt });

/** I-38: within so many minutes after the planned end, the visits of a busy hour spread over the second half of them. */
function noShowInstant({ id, endsAt }: Pick<AppointmentFacts, 'id' | 'endsAt'>, policy: Policy): string {
  const withinSeconds = policy.noShow.taskWithinMinutes * 60;
  const spread = jitter(`appointment/${id}`, Math.min(policy.mail.spreadSeconds, withinSeconds / 2));
  return isoInstant(epochMs(endsAt) + Math.max(0, withinSeconds - 60 - spread) * 1000);
}

/** Until then a visit to which nobody came can still be marked arrived. */
function correctableUntil({ endsAt, zone }: Pick<AppointmentFacts, 'endsAt' | 'zone'>, policy: Policy): string {
  return startOfDay(addDays(zoneDate(endsAt, zone), policy.noShow.correctWithinDays + 1), zone);
}

/** I-38: a task brings the patient back, unless they come anyway. An open task does not stand in its way. */
export const needsTask = ({ otherVisitAt, waiting }: AppointmentFacts, at: string): boolean =>
  !waiting && !(otherVisitAt !== null && otherVisitAt > at);

/** What comes next in an appointment's life, and why. A life whose appointment is settled ends when it wakes anyway. */
export function planAppointment(facts: AppointmentFacts, policy: Policy, now: string): AppointmentStep {
  const over = correctableUntil(facts, policy);
  const closed = (because: string): AppointmentStep => ({ kind: 'closed', at: over, because, rule: 'I-38' });
  if (facts.status === 'cancelled') return closed('The appointment is cancelled.');
  if (facts.status === 'fulfilled') return closed('The visit has taken place.');
  if (facts.status === 'noshow') {
    const because = 'Marked arrived until then, it counts as a visit and its task closes.';
    return now >= over ? closed('Nobody came.') : { kind: 'wait', at: over, because, rule: 'I-38' };
  }
  if (facts.paused) {
    const because = 'The facility has paused all automatic steps.';
    return now >= over ? closed(because) : { kind: 'wait', at: over, because, rule: 'F-23' };
  }
  if (facts.status === 'arrived') {
    const dayAfter = startOfDay(addDays(zoneDate(facts.endsAt, facts.zone), 1), facts.zone);
    return { kind: 'complete', at: dayAfter, because: 'The patient came, and the day is over.', rule: 'I-38' };
  }
  const at = noShowInstant(facts, policy);
  const step = { kind: 'mark no-show' as const, at, rule: 'I-38' };
  if (needsTask(facts, laterOf(at, now)))
    return { ...step, because: 'Nobody marked the patient arrived; a task to bring them back is made.' };
  const because = facts.waiting ? 'The patient waits for a time on the waitlist.' : 'The patient has another visit.';
  return {
    ...step,
    because: 'Nobody marked the patient arrived; no task is needed: they come again or wait for a time.',
    whyNot: { what: 'no task to bring them back', because, rule: 'I-38' },
  };
}

/** The facts after a step of the system, taken at step.at. */
export function advanceAppointment(facts: AppointmentFacts, step: AppointmentStep): AppointmentFacts {
  if (step.kind === 'mark no-show') return { ...facts, status: 'noshow', noShowAt: step.at };
  if (step.kind === 'complete') return { ...facts, status: 'fulfilled', fulfilledAt: step.at };
  return facts;
}
