/** Tasks: patients to be phoned from a day on, because they are not ready to book (I-03 to I-06, I-23 to I-25). */
import { z } from 'zod';

import type { TaskChoice } from '../../domain/task.ts';
import { advanceTask, planTask, taskKinds, taskOrigins, taskStates } from '../../domain/task.ts';
import { foretell } from '../../domain/timeline.ts';
import { createTask, type LoadedTask, loadTasks } from '../../ledger/task.ts';
import { decideTaskDirectly } from '../../ledger/task-decision.ts';
import type { Deps } from '../deps.ts';
import { ListQuery } from '../listing.ts';
import { Deciding } from './decision-route.ts';
import { deskItemRoutes } from './desk-item.ts';
import { type Api, CivilDate, Prose } from './plugin.ts';
import { presentTask, Task, wishFields } from './task-shape.ts';

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  patientId: z.uuid().optional(),
  typeId: z.uuid().optional(),
  practitionerId: z.uuid().optional(),
  assigneeId: z.uuid().optional(),
  appointmentId: z.uuid().optional(),
  origin: z.enum(taskOrigins).optional(),
  state: z.enum(taskStates).optional(),
  sort: z.enum(['dueAt', '-dueAt', 'createdAt', '-createdAt']).default('dueAt'),
}).strict();
type Query = z.infer<typeof Query>;

const NewTask = z
  .strictObject({
    facilityId: z.uuid(),
    patientId: z.uuid(),
    typeId: z.uuid().optional(),
    kind: z.enum(taskKinds).exclude(['custom']).optional().describe('A standard type, instead of typeId; neither is Scheduled (I-13).'),
    ...wishFields,
    comment: Prose.default('').describe('What another person must know who phones (I-17).'),
    actualFrom: CivilDate.optional(),
    inDays: z.int().min(0).max(3650).optional().describe('So many days from today, instead of actualFrom; neither is tomorrow (I-24).'),
    assigneeId: z.uuid().optional(),
    appointmentId: z.uuid().optional().describe('The cancelled visit that it follows from; the task is then Cancelled (I-39).'),
    anotherProblem: z.boolean().default(false).describe('It is not about the visit that was cancelled: the answer to LINK_NEEDED (I-40).'),
    onBehalfOf: z.uuid().optional().describe('The person who makes it, when a staff tool calls for them.'),
  })
  .meta({
    example: {
      facilityId: '01890000-0000-7000-8000-000000000001',
      patientId: '01890000-0000-7000-8000-000000000007',
      profession: 'dentist',
      durationMinutes: 30,
      comment: 'Second filling, upper left. Works shifts: knows the next ones by the 20th.',
      inDays: 10,
    },
  });

type NewTask = z.infer<typeof NewTask>;

const Close = Deciding.meta({ example: { reason: 'The patient has found another dentist.' } });
const Assign = Deciding.extend({ assigneeId: z.uuid().nullable() }).meta({
  example: { assigneeId: '01890000-0000-7000-8000-000000000006' },
});
const Snooze = Deciding.extend({ until: CivilDate.optional(), inDays: z.int().min(0).max(3650).optional() }).meta({
  example: { inDays: 7 },
});
const Change = Deciding.extend({
  typeId: z.uuid().optional(),
  ...wishFields,
  comment: Prose.optional(),
  actualFrom: CivilDate.optional(),
}).meta({
  example: { comment: 'Only mornings.', actualFrom: '2027-02-01' },
});

export function taskRoutes(app: Api, deps: Deps): void {
  const { decision, change } = deskItemRoutes<LoadedTask, Query, NewTask, TaskChoice>(app, deps, {
    kind: 'task',
    name: 'task',
    list: {
      summary: 'List tasks by the morning they are due',
      looked: 'tasks',
      Query,
      rows: (tx, page) => tx.task.findMany({ ...page, select: { id: true, dueAt: true, createdAt: true } }),
    },
    load: loadTasks,
    Shape: Task,
    present: presentTask,
    creation: { summary: 'Create a task', New: NewTask, write: createTask },
    foretell: ({ facts, policy }, now) => foretell(facts, now, { plan: (then, at) => planTask(then, policy, at), advance: advanceTask }),
    decide: decideTaskDirectly,
  });
  decision({ path: '/close', summary: 'Close a task (I-42)', body: Close, choose: () => ({ action: 'close' }) });
  decision({
    path: '/assign',
    summary: 'Give a task to somebody, or to nobody',
    body: Assign,
    choose: ({ assigneeId }) => ({ action: 'assign', assigneeId }),
  });
  decision({
    path: '/snooze',
    summary: 'Put a task off until a day',
    body: Snooze,
    choose: ({ until, inDays }) => ({ action: 'snooze', until, inDays }),
  });
  change({
    summary: 'Change a task (I-42)',
    body: Change,
    choose: ({ onBehalfOf: _who, reason: _why, seen: _seen, ...changes }, version) => ({ action: 'change', ...changes, version }),
  });
}
