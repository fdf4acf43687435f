import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';
import type { TaskType } from '../prisma/generated/client.ts';
import { recordChange } from './facility.ts';
import { isClash } from './transaction.ts';

/** I-04: a type of the facility's own. Throws NOT_FOUND; TASK_TYPE_EXISTS, whatever the case of its letters. */
export async function createTaskType(
  tx: Tx,
  { facilityId, name, priority }: { facilityId: string; name: string; priority: number },
  actor: Actor,
  now: string,
): Promise<TaskType> {
  if (!(await tx.facility.findUnique({ where: { id: facilityId }, select: { id: true } })))
    throw new DomainError('NOT_FOUND', { facilityId });
  const type = await tx.taskType.create({ data: { facilityId, name, priority, kind: 'custom' } }).catch(exists(name));
  const { id } = type;
  const change = { action: 'create task type', actor, at: now, rule: 'I-04', after: { taskTypeId: id, name, priority } };
  await recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, change);
  return type;
}

type Wish = { name?: string | undefined; priority?: number | undefined; active?: boolean | undefined; version: number };

/** Throws TASK_TYPE_EXISTS, TASK_TYPE_STANDARD, VERSION_MISMATCH. */
export async function changeTaskType(tx: Tx, before: TaskType, wish: Wish, actor: Actor, now: string): Promise<TaskType> {
  const { id, facilityId, kind, name, priority, active } = before;
  const { version, ...changes } = wish;
  if (kind !== 'custom' && changes.active === false) throw new DomainError('TASK_TYPE_STANDARD', { kind });
  const data = { name: changes.name ?? name, priority: changes.priority ?? priority, active: changes.active ?? active };
  const { count } = await tx.taskType
    .updateMany({ where: { id, version }, data: { ...data, version: version + 1 } })
    .catch(exists(data.name));
  if (count === 0) throw new DomainError('VERSION_MISMATCH', { present: before });
  const change = { action: 'change task type', actor, at: now, rule: 'I-05' };
  const states = { before: { taskTypeId: id, name, priority, active }, after: { taskTypeId: id, ...data } };
  await recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, { ...change, ...states });
  return tx.taskType.findUniqueOrThrow({ where: { id } });
}

const exists = (name: string) => (error: unknown) => {
  throw isClash(error) ? new DomainError('TASK_TYPE_EXISTS', { name }) : error;
};
