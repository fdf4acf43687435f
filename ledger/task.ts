import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import {
  actualFromOf,
  dueAtOf,
  isForBooking,
  planTask,
  type TaskFacts,
  type TaskKind,
  type TaskOrigin,
  type TaskStep,
} from '../domain/task.ts';
import { mustSayEnough, type VisitWish } from '../domain/visit-wish.ts';
import type { Tx } from '../prisma/client.ts';
import {
  auditLife,
  auditLives,
  beginLife,
  type LifeAbout,
  type LifeChange,
  type LifeRow,
  type Loaded,
  lifeColumns,
  lifeJoins,
  lockRow,
  policyOfRow,
  type RowLock,
} from './life.ts';
import { iso } from './transaction.ts';
import { mustBeChained, placeOf } from './visit-wish.ts';

/** `names.type`: what the facility calls the type. No patient data in any name: they go to Temporal. */
export type LoadedTask = Loaded<TaskFacts, TaskStep> & {
  names: { facility: string; type: string };
  priority: number;
  dueAt: string;
  origin: TaskOrigin;
  createdAt: string;
  bookedAppointmentId: string | null;
};

type Row = LifeRow & {
  task: Omit<TaskFacts, 'zone' | 'paused' | 'shadow' | 'kind'> &
    Pick<LoadedTask, 'dueAt' | 'origin' | 'createdAt' | 'bookedAppointmentId' | 'facilityId' | 'next'>;
  kind: TaskKind;
  type: string;
  priority: number;
};

/** Loads tasks with all facts in one statement. Unknown ids are left out. */
export async function loadTasks(tx: Tx, ids: string[], lock: RowLock = 'none'): Promise<LoadedTask[]> {
  if (ids.length === 0) return [];
  const rows = await tx.$queryRaw<Row[]>`
    SELECT to_jsonb(s) AS task, ${lifeColumns}, t.kind, t.name AS type, t.priority
    FROM "Task" s ${lifeJoins} JOIN "TaskType" t ON t.id = s."typeId"
    WHERE s.id = ANY (${ids}::uuid[]) ORDER BY s.id ${lockRow[lock]}`;
  return rows.map((row) => {
    const { task, zone, paused, shadow, kind, type, facility, priority } = row;
    const { id, version, state, typeId, patientId, practitionerId, profession, durationMinutes, comment } = task;
    const { actualFrom, assigneeId, appointmentId, closeReason } = task;
    const facts: TaskFacts = {
      id,
      version,
      zone,
      paused,
      shadow,
      state,
      typeId,
      kind,
      patientId,
      practitionerId,
      profession,
      durationMinutes,
      comment,
      actualFrom,
      assigneeId,
      appointmentId,
      closeReason,
      closedAt: task.closedAt && iso(task.closedAt),
    };
    const { facilityId, next, origin, bookedAppointmentId } = task;
    const names = { facility, type };
    return {
      facts,
      policy: policyOfRow(row),
      version,
      next,
      facilityId,
      names,
      priority,
      origin,
      bookedAppointmentId,
      dueAt: iso(task.dueAt),
      createdAt: iso(task.createdAt),
    };
  });
}

/** Throws NOT_FOUND. */
export async function loadTask(tx: Tx, id: string, lock: RowLock = 'none'): Promise<LoadedTask> {
  const [task] = await loadTasks(tx, [id], lock);
  if (!task) throw new DomainError('NOT_FOUND', { taskId: id });
  return task;
}

/** `typeId` or the standard `kind`; neither is Scheduled (I-13). `anotherProblem`: the answer to LINK_NEEDED (I-40). */
export type NewTask = Partial<Omit<VisitWish, 'comment'>> & {
  facilityId: string;
  patientId: string;
  comment: string;
  typeId?: string | undefined;
  kind?: TaskKind | undefined;
  actualFrom?: string | undefined;
  inDays?: number | undefined;
  assigneeId?: string | null | undefined;
  origin?: TaskOrigin | undefined;
  appointmentId?: string | null | undefined;
  anotherProblem?: boolean | undefined;
};

/**
 * I-23, I-24: makes a task and gives it its life. From a cancellation or a no-show it is always Cancelled, follows from that
 * appointment, whose row the caller holds, and is actual a week later (I-34, I-35). Linked to a cancelled visit it is Cancelled too
 * (I-39). Throws NOT_FOUND, the refusals of mustSayEnough, mustBeChained and actualFromOf, ASSIGNEE_UNKNOWN.
 */
export async function createTask(tx: Tx, wish: NewTask, actor: Actor, now: string): Promise<LoadedTask> {
  const { facilityId, patientId, comment, origin = 'desk', anotherProblem = false } = wish;
  const { practitionerId = null, profession = null, durationMinutes = null, assigneeId = null, appointmentId = null } = wish;
  const place = await placeOf(tx, { facilityId, patientId, practitionerId }, now);
  const type = await typeOf(tx, facilityId, appointmentId === null ? wish : { kind: 'cancelled' });
  const said: VisitWish = { practitionerId, profession, durationMinutes, comment: comment.trim() };
  mustSayEnough(said, { visit: isForBooking(type.kind) });
  if (origin === 'desk' && isForBooking(type.kind)) await mustBeChained(tx, place, { patientId, appointmentId, anotherProblem }, said);
  await mustWorkHere(tx, facilityId, assigneeId);
  const { policy, zone, today } = place;
  const actualFrom = actualFromOf(wish, today, origin === 'desk' ? policy.task.actualInDays : policy.cancel.taskInDays);
  const dueAt = dueAtOf({ actualFrom, zone }, policy);
  const { id } = await tx.task.create({
    data: {
      facilityId,
      patientId,
      typeId: type.id,
      ...said,
      assigneeId,
      appointmentId,
      origin,
      dueAt,
      createdAt: now,
      actualFrom: new Date(actualFrom),
      state: dueAt > now ? 'waiting' : 'due',
      next: {},
      nextAt: now,
    },
    select: { id: true },
  });
  const task = await loadTask(tx, id);
  const next = planTask(task.facts, policy, now);
  await auditLife(tx, 'task', task, { action: 'create', actor, at: now, rule: 'I-23' }, {}, audited(task.facts));
  await beginLife(tx, 'task', task, next, taskLife(task));
  return { ...task, next };
}

export const taskLife = ({ facts, policy, names }: LoadedTask): LifeAbout => ({
  summary: `Task ${names.type}, actual from ${facts.actualFrom}`,
  reference: names.type,
  dueAt: dueAtOf(facts, policy),
});

/** The type that is named, of this facility. Throws NOT_FOUND. */
export async function typeOf(
  tx: Tx,
  facilityId: string,
  { typeId, kind = 'scheduled' }: { typeId?: string | undefined; kind?: TaskKind | undefined },
): Promise<{ id: string; kind: TaskKind }> {
  const type = await tx.taskType.findFirst({
    where: typeId === undefined ? { facilityId, kind } : { facilityId, id: typeId, active: true },
    select: { id: true, kind: true },
  });
  if (!type) throw new DomainError('NOT_FOUND', { typeId: typeId ?? kind });
  return type as { id: string; kind: TaskKind };
}

/** Throws ASSIGNEE_UNKNOWN unless it is nobody, or an active person of the facility. */
export async function mustWorkHere(tx: Tx, facilityId: string, assigneeId: string | null): Promise<void> {
  if (assigneeId === null) return;
  const found = await tx.person.findFirst({ where: { id: assigneeId, facilityId, active: true }, select: { id: true } });
  if (!found) throw new DomainError('ASSIGNEE_UNKNOWN', { assigneeId });
}

/** One task with what it becomes, and why. */
export type TaskChange = { subject: LoadedTask; after: TaskFacts; next: TaskStep; change: LifeChange };

/** Writes what steps or decisions changed: each row with version + 1 and one audit event, all in a few statements. */
export async function saveTasks(tx: Tx, changes: TaskChange[]): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map(({ subject, after, next }) => {
    const { zone: _zone, paused: _paused, shadow: _shadow, kind: _kind, patientId: _patient, appointmentId: _visit, ...row } = after;
    return { ...row, version: subject.version + 1, dueAt: dueAtOf(after, subject.policy), next, nextAt: next.at };
  });
  await tx.$executeRaw`
    UPDATE "Task" s SET state = r.state, "typeId" = r."typeId", "practitionerId" = r."practitionerId", profession = r.profession,
      "durationMinutes" = r."durationMinutes", comment = r.comment, "assigneeId" = r."assigneeId", "closedAt" = r."closedAt",
      "closeReason" = r."closeReason", "actualFrom" = r."actualFrom", "dueAt" = r."dueAt", next = r.next, "nextAt" = r."nextAt",
      version = r.version
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (id uuid, state text, "typeId" uuid, "practitionerId" uuid,
      profession text, "durationMinutes" int, comment text, "assigneeId" uuid, "closedAt" timestamptz, "closeReason" text,
      "actualFrom" date, "dueAt" timestamptz, next jsonb, "nextAt" timestamptz, version int)
    WHERE s.id = r.id`;
  await auditLives(
    tx,
    'task',
    changes.map(({ subject, after, change }) => {
      const rewritten = after.comment === subject.facts.comment ? {} : { commentChanged: true };
      const becomes = { ...audited({ ...after, version: subject.version + 1 }), ...rewritten };
      return { subject, change, before: audited(subject.facts), after: becomes };
    }),
  );
}

/** What the trail keeps for ever: all but the words about the patient. */
function audited({ id: _id, zone: _zone, paused: _paused, shadow: _shadow, comment: _comment, ...facts }: TaskFacts): object {
  return facts;
}
