import type { Actor, Receipt } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { decideTask, isForBooking, planTask, type TaskDecision, type TaskFacts, type TaskStep, taskDigest } from '../domain/task.ts';
import type { Tx } from '../prisma/client.ts';
import type { BulkLife } from './bulk.ts';
import { type CarriedOut, decideDirectly, firstReceipts } from './direct.ts';
import { type LoadedTask, loadTask, loadTasks, mustWorkHere, saveTasks, type TaskChange, typeOf } from './task.ts';

/** Judges a decision about a task whose row is held, and carries it out. Closed twice, the first answer stands (I-42). */
export async function carryOutTask(tx: Tx, task: LoadedTask, decision: TaskDecision): Promise<CarriedOut<TaskStep>> {
  const first = (await firstAnswers(tx, [task], decision)).get(task.facts.id);
  if (first) return { receipt: first, next: task.next, owed: [] };
  const retyped = decision.action === 'change' && decision.typeId ? await typeOf(tx, task.facilityId, decision) : task.facts;
  const { change, receipt } = judgeTask(task, decision, retyped.kind);
  await mustBeFit(tx, task.facilityId, decision);
  if (change.after.practitionerId !== task.facts.practitionerId) await mustTreatHere(tx, task.facilityId, change.after.practitionerId);
  await saveTasks(tx, [change]);
  return { receipt, next: change.next, owed: [] };
}

/** What a decision makes of one task, written by nobody yet. Throws its refusal, and PREVIEW_STALE for whoever saw another (U-02). */
function judgeTask(task: LoadedTask, decision: TaskDecision, kind = task.facts.kind): { change: TaskChange; receipt: Receipt } {
  const { facts, policy } = task;
  const { action, actor, decidedAt: at, reason, seen } = decision;
  const after = decideTask(facts, policy, decision, at, { reason, kind });
  const digest = taskDigest(facts, after);
  if (seen !== undefined && seen !== digest) throw new DomainError('PREVIEW_STALE', { seen, now: digest });
  const change = { subject: task, after, next: planTask(after, policy, at), change: { action, actor, at, reason } };
  return { change, receipt: receiptOf(task, after, decision) };
}

/** Throws ASSIGNEE_UNKNOWN. */
async function mustBeFit(tx: Tx, facilityId: string, decision: TaskDecision): Promise<void> {
  if (decision.action === 'assign') await mustWorkHere(tx, facilityId, decision.assigneeId);
}

/** Of those that are to be closed and are closed: the receipts of the first closing (I-42). By the task's id. */
async function firstAnswers(tx: Tx, tasks: LoadedTask[], { action }: TaskDecision): Promise<Map<string, Receipt>> {
  const closed = action === 'close' ? tasks.filter(({ facts }) => facts.state === 'closed') : [];
  return firstReceipts(
    tx,
    'task',
    closed.map(({ facts }) => facts.id),
    'close',
  );
}

/** Many in one call (I-41). */
export const manyTasks: BulkLife<LoadedTask, TaskDecision, TaskChange> = {
  kind: 'task',
  load: (tx, ids) => loadTasks(tx, ids, 'update'),
  mustBeFit,
  answered: firstAnswers,
  judge: (task, decision) => judgeTask(task, decision),
  save: saveTasks,
  unknown: (taskId) => new DomainError('NOT_FOUND', { taskId }),
};

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
