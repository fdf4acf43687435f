import { z } from 'zod';

import { addDays, atLocal, jitter, zoneDate } from './civil.ts';
import { DecisionEnvelope } from './decision.ts';
import { DomainError } from './errors.ts';
import type { Policy } from './policy.ts';
import { never, type Step } from './timeline.ts';
import { given, mustSayEnough, type VisitWish } from './visit-wish.ts';

/** The standard types (I-03), and the facility's own, which have nothing to do with booking (I-04). */
export const taskKinds = ['scheduled', 'cancelled', 'check-up', 'custom'] as const;
export type TaskKind = (typeof taskKinds)[number];

/** I-05: the lower, the earlier it is called among those of one day. A facility may choose others. */
export const standardTaskTypes = [
  { kind: 'cancelled', name: 'Cancelled', priority: 10 },
  { kind: 'scheduled', name: 'Scheduled', priority: 20 },
  { kind: 'check-up', name: 'Check-up', priority: 30 },
] as const;

export const taskStates = ['waiting', 'due', 'closed'] as const;
export type TaskState = (typeof taskStates)[number];

/** What made a task: a person at the desk, a cancellation (I-34), a patient who did not come (I-38). */
export const taskOrigins = ['desk', 'cancellation', 'no-show'] as const;
export type TaskOrigin = (typeof taskOrigins)[number];

export type TaskFacts = VisitWish & {
  id: string;
  version: number;
  zone: string;
  paused: boolean;
  shadow: boolean;
  state: TaskState;
  typeId: string;
  kind: TaskKind;
  patientId: string;
  /** Civil date from which it is to be worked (I-24). */
  actualFrom: string;
  assigneeId: string | null;
  /** The cancelled visit that it follows from (I-39). */
  appointmentId: string | null;
  closedAt: string | null;
  closeReason: string | null;
};

export type TaskStepKind = 'become due' | 'wait' | 'closed';
export type TaskStep = Step<TaskStepKind>;

/** Whether it is about a visit to be booked; the facility's own types are not (I-04). */
export const isForBooking = (kind: TaskKind): boolean => kind !== 'custom';

/** I-24: a date, or a number of days from today, or neither: then the default. Throws ACTUAL_FROM_UNEQUAL, ACTUAL_FROM_PAST. */
export function actualFromOf(
  { actualFrom, inDays }: { actualFrom?: string | undefined; inDays?: number | undefined },
  today: string,
  defaultDays: number,
): string {
  const computed = addDays(today, inDays ?? defaultDays);
  if (actualFrom !== undefined && inDays !== undefined && actualFrom !== computed)
    throw new DomainError('ACTUAL_FROM_UNEQUAL', { actualFrom, inDays, computed });
  return mustNotBePast(actualFrom ?? computed, today);
}

function mustNotBePast(actualFrom: string, today: string): string {
  if (actualFrom < today) throw new DomainError('ACTUAL_FROM_PAST', { actualFrom, today });
  return actualFrom;
}

/** I-25: the morning of its day at the facility; from then on it is among the active tasks. */
export const dueAtOf = ({ actualFrom, zone }: Pick<TaskFacts, 'actualFrom' | 'zone'>, { mail }: Policy): string =>
  atLocal(actualFrom, mail.fromLocalTime, zone);

/** What comes next in a task's life, and why. Many fall due in one morning: their steps are spread, their day is not. */
export function planTask(facts: TaskFacts, policy: Policy, now: string): TaskStep {
  if (facts.state === 'closed') return { kind: 'closed', at: facts.closedAt ?? now, because: 'The task is closed.', rule: 'I-42' };
  if (facts.state === 'due')
    return { kind: 'wait', at: never, because: 'It is due: somebody works it, snoozes it or closes it.', rule: 'I-06' };
  if (facts.paused) return { kind: 'wait', at: never, because: 'The facility has paused all automatic steps.', rule: 'F-23' };
  const spreadMs = jitter(facts.id, policy.mail.spreadSeconds) * 1000;
  const at = new Date(Date.parse(dueAtOf(facts, policy)) + spreadMs).toISOString();
  return { kind: 'become due', at, because: `It is actual from ${facts.actualFrom}.`, rule: 'I-25' };
}

/** The facts after a step of the system. */
export function advanceTask(facts: TaskFacts, step: TaskStep): TaskFacts {
  return step.kind === 'become due' ? { ...facts, state: 'due' } : facts;
}

/** What a person can decide about a task. Left out stays as it is; `version`: the one that a change was made on (If-Match). */
export const TaskChoice = z.discriminatedUnion('action', [
  z.object({ action: z.literal('close') }),
  z.object({ action: z.literal('assign'), assigneeId: z.uuid().nullable() }),
  z.object({ action: z.literal('snooze'), until: z.iso.date().optional(), inDays: z.int().optional() }),
  z.object({
    action: z.literal('change'),
    typeId: z.uuid().optional(),
    practitionerId: z.uuid().nullable().optional(),
    profession: z.string().nullable().optional(),
    durationMinutes: z.int().min(1).nullable().optional(),
    comment: z.string().optional(),
    actualFrom: z.iso.date().optional(),
    version: z.int().optional(),
  }),
]);
export type TaskChoice = z.infer<typeof TaskChoice>;

export const TaskDecision = z.intersection(DecisionEnvelope, TaskChoice);
export type TaskDecision = z.infer<typeof TaskDecision>;

/**
 * The task as the choice makes it, as of `at`, or a DomainError with rule, value and limit. Whether a person, a type or a
 * practitioner exists, PostgreSQL decides; `kind`: the kind of the type that a change names.
 */
export function decideTask(
  facts: TaskFacts,
  policy: Policy,
  choice: TaskChoice,
  at: string,
  { reason, kind = facts.kind }: { reason?: string | undefined; kind?: TaskKind } = {},
): TaskFacts {
  if (facts.state === 'closed') throw new DomainError('TASK_CLOSED', { closedAt: facts.closedAt, reason: facts.closeReason });
  const today = zoneDate(at, facts.zone);
  switch (choice.action) {
    case 'close':
      return { ...facts, state: 'closed', closedAt: at, closeReason: reason || null };
    case 'assign':
      return { ...facts, assigneeId: choice.assigneeId };
    case 'snooze': {
      const { until, inDays } = choice;
      return withDay(facts, policy, actualFromOf({ actualFrom: until, inDays }, today, policy.task.snoozeDays), at);
    }
    case 'change': {
      const { typeId, practitionerId, profession, durationMinutes, comment, actualFrom, version } = choice;
      if (version !== undefined && version !== facts.version) throw new DomainError('VERSION_MISMATCH', { version: facts.version });
      const said = given({ typeId, practitionerId, profession, durationMinutes, comment, actualFrom });
      const changed: TaskFacts = { ...facts, ...said, kind };
      mustSayEnough(changed, { visit: isForBooking(kind) });
      if (changed.actualFrom === facts.actualFrom) return changed;
      return withDay(changed, policy, mustNotBePast(changed.actualFrom, today), at);
    }
  }
}

/** A day that has begun already leaves it due. */
function withDay(facts: TaskFacts, policy: Policy, actualFrom: string, at: string): TaskFacts {
  const moved = { ...facts, actualFrom };
  return { ...moved, state: dueAtOf(moved, policy) > at ? 'waiting' : 'due' };
}

/** What a person agreed to, as a readable string that travels in the form: equal strings, equal effects (U-02). */
export function taskDigest(before: TaskFacts, after: TaskFacts): string {
  return [before.version, after.state, after.actualFrom, after.assigneeId ?? 'nobody'].join(' ');
}
