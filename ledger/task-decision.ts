import type { Actor, Receipt } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { decideTask, isForBooking, planTask, type TaskDecision, type TaskFacts, type TaskStep, taskDigest } from '../domain/task.ts';
import type { Tx } from '../prisma/client.ts';
import { type CarriedOut, decideDirectly, firstReceipt } from './direct.ts';
import { type LoadedTask, loadTask, mustWorkHere, saveTask, typeOf } from './task.ts';

/** Judges a decision about a task whose row is held, and carries it out. Closed twice, the first answer stands (I-42). */
export async function carryOutTask(tx: Tx, task: LoadedTask, decision: TaskDecision): Promise<CarriedOut<TaskStep>> {
  const { facts, policy } = task;
  const { actor, decidedAt, reason } = decision;
  if (decision.action === 'close' && facts.state === 'closed') {
    const receipt = await firstReceipt(tx, 'task', facts.id, 'close');
    if (receipt) return { receipt, next: task.next, owed: [] };
  }
  const after = await foreseeTask(tx, task, decision);
  const next = planTask(after, policy, decidedAt);
  await saveTask(tx, task, after, next, { action: decision.action, actor, at: decidedAt, reason });
  return { receipt: receiptOf(task, after, decision), next, owed: [] };
}

/** The task as a decision would make it; throws its refusal, and PREVIEW_STALE for whoever saw another (U-02). */
async function foreseeTask(tx: Tx, { facts, policy, facilityId }: LoadedTask, decision: TaskDecision): Promise<TaskFacts> {
  const { decidedAt, reason, seen } = decision;
  const retyped = decision.action === 'change' && decision.typeId ? await typeOf(tx, facilityId, decision) : facts;
  const after = decideTask(facts, policy, decision, decidedAt, { reason, kind: retyped.kind });
  if (after.assigneeId !== facts.assigneeId) await mustWorkHere(tx, facilityId, after.assigneeId);
  if (after.practitionerId !== facts.practitionerId) await mustTreatHere(tx, facilityId, after.practitionerId);
  const digest = taskDigest(facts, after);
  if (seen !== undefined && seen !== digest) throw new DomainError('PREVIEW_STALE', { seen, now: digest });
  return after;
}

/** Throws NOT_FOUND unless it is nobody, or a practitioner of the facility. */
export async function mustTreatHere(tx: Tx, facilityId: string, practitionerId: string | null): Promise<void> {
  if (practitionerId === null) return;
  const found = await tx.practitioner.findFirst({ where: { id: practitionerId, facilityId }, select: { id: true } });
  if (!found) throw new DomainError('NOT_FOUND', { practitionerId });
}

const summaries = {
  close: () => 'The task is closed.',
  assign: ({ assigneeId }: TaskFacts) => (assigneeId ? 'The task is assigned.' : 'The task is nobody’s.'),
  snooze: ({ actualFrom }: TaskFacts) => `The task comes back on ${actualFrom}.`,
  change: () => 'The task is changed.',
};

function receiptOf({ facts, version }: LoadedTask, after: TaskFacts, { id, action, actor, decidedAt }: TaskDecision): Receipt {
  const { state, actualFrom, assigneeId } = after;
  return {
    decisionId: id,
    subject: { kind: 'task', id: facts.id },
    action,
    summary: summaries[action](after),
    by: actor.name,
    decidedAt,
    state,
    version: version + 1,
    effect: { from: facts.state, state, actualFrom, assigneeId, seen: taskDigest(facts, after) },
  };
}

/** A person's decision, in their own transaction: the life is told only what it must do earlier. Throws NOT_FOUND. */
export async function decideTaskDirectly(tx: Tx, id: string, decision: TaskDecision) {
  return decideDirectly(tx, 'task', await loadTask(tx, id, 'update'), decision, carryOutTask);
}

/** `patientId`: whose visit it is that closes it. `forBooking`: only a task that is about a visit may be closed by one (I-12). */
export type ClosedBy = {
  taskId: string;
  reason?: string | undefined;
  patientId?: string | undefined;
  forBooking?: boolean;
  bookedAppointmentId?: string;
};

/**
 * Closes a task as part of something else: a visit that is booked from it (I-45), a waitlist entry that takes its place (I-12), a
 * patient who came after all (I-38). Throws TASK_CLOSED, TASK_OF_ANOTHER_PATIENT, TASK_NOT_FOR_BOOKING, NOT_FOUND: then the whole
 * transaction must go.
 */
export async function closeTask(tx: Tx, by: ClosedBy, actor: Actor, now: string): Promise<Receipt> {
  const { taskId, reason, patientId, forBooking = false, bookedAppointmentId } = by;
  const task = await loadTask(tx, taskId, 'update');
  const { facts } = task;
  if (patientId !== undefined && facts.patientId !== patientId) throw new DomainError('TASK_OF_ANOTHER_PATIENT', { taskId });
  if (forBooking && !isForBooking(facts.kind)) throw new DomainError('TASK_NOT_FOR_BOOKING', { taskId, type: task.names.type });
  if (facts.state === 'closed') throw new DomainError('TASK_CLOSED', { taskId, closedAt: facts.closedAt, reason: facts.closeReason });
  const decision = { id: crypto.randomUUID(), actor, decidedAt: now, action: 'close' as const, reason };
  const answer = await decideDirectly(tx, 'task', task, decision, carryOutTask);
  if ('refused' in answer) throw answer.refused;
  if (bookedAppointmentId) await tx.task.update({ where: { id: taskId }, data: { bookedAppointmentId }, select: { id: true } });
  return answer.receipt;
}

/** I-38: closes what is open of the tasks that follow from an appointment. Returns how many there were. */
export async function closeTasksOf(tx: Tx, appointmentId: string, reason: string, actor: Actor, now: string): Promise<number> {
  const open = await tx.task.findMany({ where: { appointmentId, state: { not: 'closed' } }, select: { id: true }, orderBy: { id: 'asc' } });
  for (const { id } of open) await closeTask(tx, { taskId: id, reason }, actor, now);
  return open.length;
}
