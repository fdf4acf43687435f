/** Tasks: patients to be phoned from a day on, because they are not ready to book (I-03 to I-06, I-23 to I-25). */
import { z } from 'zod';
import { needRight } from '../../domain/right.ts';
import type { TaskChoice } from '../../domain/task.ts';
import { advanceTask, planTask, taskKinds, taskOrigins, taskStates } from '../../domain/task.ts';
import { foretell } from '../../domain/timeline.ts';
import { createTask, type LoadedTask, loadTasks } from '../../ledger/task.ts';
import { decideTaskDirectly } from '../../ledger/task-decision.ts';
import type { Tx } from '../../prisma/client.ts';
import { recordLook } from '../access-log.ts';
import { actorOf, type Principal, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { etag, ifMatch, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { rehearse } from '../rehearsal.ts';
import { Deciding, PreviewQuery } from './decision-route.ts';
import { directDecisionRoute } from './direct-decision-route.ts';
import { History, historyOf } from './history.ts';
import { type Api, CivilDate, IdParam, Prose, reach, yours } from './plugin.ts';
import { presentTask, Task, wishFields } from './task-shape.ts';
import { Timeline } from './timeline.ts';
import { phoneWarningsOf, Warnings } from './waitlist-entry-shape.ts';

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

const Created = Task.extend({ warnings: Warnings });
const PreviewOf = z.object({ preview: z.literal(true), task: Task.omit({ id: true }), warnings: Warnings });

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
  const tags = ['tasks'];
  const seen = (principal: Principal, tasks: LoadedTask[], what: string) =>
    recordLook(
      deps,
      principal,
      tasks.map(({ facilityId, facts }) => ({ facilityId, patientId: facts.patientId })),
      what,
    );
  /** Its look on record (F-25). */
  const find = async (id: string, principal: Principal): Promise<LoadedTask> => {
    const task = yours(principal, (await loadTasks(deps.reader, [id]))[0]);
    await seen(principal, [task], 'task');
    return task;
  };

  const list = {
    tags,
    summary: 'List tasks by the morning they are due',
    querystring: Query,
    response: { 200: listOf(Task), ...problems(400, 401, 403) },
  };
  app.get('/tasks', { schema: list }, async ({ query, principal }) => {
    needRight(principal, 'manage appointments');
    const { cursor, limit, sort, ...filter } = query;
    const { where, orderBy } = keyset(sort, cursor, 'instant');
    const column = sort.replace('-', '') as 'dueAt' | 'createdAt';
    const rows = await deps.reader.task.findMany({
      where: { AND: [scopeOf(principal), filter, where] },
      select: { id: true, dueAt: true, createdAt: true },
      orderBy,
      take: limit + 1,
    });
    const tasks = await loadTasks(
      deps.reader,
      rows.slice(0, limit).map(({ id }) => id),
    );
    await seen(principal, tasks, 'tasks');
    const byId = new Map(tasks.map((task) => [task.facts.id, task]));
    return pageOf(
      rows,
      limit,
      (row) => [row[column].toISOString(), row.id],
      ({ id }) => presentTask(byId.get(id)!),
    );
  });

  const one = { tags, summary: 'One task', params: IdParam, response: { 200: Task, ...problems(400, 401, 403, 404) } };
  app.get('/tasks/:id', { schema: one }, async ({ params, principal }, reply) => {
    needRight(principal, 'manage appointments');
    const task = await find(params.id, principal);
    return reply.header('etag', etag(task.version)).send(presentTask(task));
  });

  const create = {
    tags,
    summary: 'Create a task',
    querystring: PreviewQuery,
    body: NewTask,
    response: { 200: PreviewOf, 201: Created, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/tasks', { schema: create }, async (request, reply) => {
    const { principal, body, query } = request;
    needRight(principal, 'manage appointments');
    const { onBehalfOf, ...wish } = body;
    reach(principal, wish.facilityId);
    const write = async (tx: Tx) => {
      const actor = await actorOf(tx, principal, wish.facilityId, onBehalfOf);
      const task = presentTask(await createTask(tx, wish, actor, deps.now()));
      return { ...task, warnings: await phoneWarningsOf(tx, wish.patientId) };
    };
    if (query.preview) {
      const { warnings, ...task } = await rehearse(deps.db, write);
      await recordLook(deps, principal, [wish], 'task');
      return reply.code(200).send({ preview: true as const, task, warnings });
    }
    return once(deps, principal, request, reply, async (tx) => ({ status: 201, body: await write(tx) }));
  });

  const shared = { kind: 'task' as const, right: 'manage appointments' as const, find, decide: decideTaskDirectly };
  const decision = <Body extends Deciding>(path: string, summary: string, body: z.ZodType<Body>, choose: (body: Body) => TaskChoice) =>
    directDecisionRoute<Body, TaskChoice>(app, deps, { ...shared, path, summary, body, choose });

  decision('/close', 'Close a task (I-42)', Close, () => ({ action: 'close' }));
  decision('/assign', 'Give a task to somebody, or to nobody', Assign, ({ assigneeId }) => ({ action: 'assign', assigneeId }));
  decision('/snooze', 'Put a task off until a day', Snooze, ({ until, inDays }) => ({ action: 'snooze', until, inDays }));
  directDecisionRoute<z.infer<typeof Change>, TaskChoice>(app, deps, {
    ...shared,
    method: 'PATCH',
    path: '',
    summary: 'Change a task (I-42)',
    body: Change,
    ifMatch: true,
    choose: ({ onBehalfOf: _who, reason: _why, seen: _seen, ...changes }, { headers }) => ({
      action: 'change',
      ...changes,
      profession: changes.profession,
      version: ifMatch(headers['if-match']),
    }),
  });

  const timeline = {
    tags,
    summary: 'What will happen if nobody does anything (U-01)',
    params: IdParam,
    response: { 200: Timeline, ...problems(400, 401, 403, 404) },
  };
  app.get('/tasks/:id/timeline', { schema: timeline }, async ({ params, principal }) => {
    needRight(principal, 'manage appointments');
    const { facts, policy } = await find(params.id, principal);
    return { items: foretell(facts, deps.now(), { plan: (then, at) => planTask(then, policy, at), advance: advanceTask }) };
  });

  const history = { tags, summary: 'What happened, and why', params: IdParam, response: { 200: History, ...problems(400, 401, 403, 404) } };
  app.get('/tasks/:id/history', { schema: history }, async ({ params, principal }) => {
    needRight(principal, 'manage appointments');
    await find(params.id, principal);
    return historyOf(deps.reader, 'task', params.id);
  });
}
