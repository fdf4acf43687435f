/** Task types: the three standard ones (I-03) and the facility’s own (I-04), with the order in which they are called (I-05). */
import { z } from 'zod';

import { needRight } from '../../domain/right.ts';
import { taskKinds } from '../../domain/task.ts';
import { changeTaskType, createTaskType } from '../../ledger/task-type.ts';
import { actorOf, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { edit, once } from '../idempotency.ts';
import { etag, ifMatch, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, IdParam, Line, reach, Version, yours } from './plugin.ts';

const Priority = z.int().min(0).max(1000).describe('The lower, the earlier it is called among those of one day.');

const TaskType = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    kind: z.enum(taskKinds),
    name: z.string(),
    priority: Priority,
    active: z.boolean().describe('Whether new tasks can have it.'),
    version: Version,
  })
  .meta({ id: 'TaskType' });
type Shape = z.infer<typeof TaskType>;

const NewType = z
  .strictObject({ facilityId: z.uuid(), name: Line, priority: Priority.default(40) })
  .meta({ example: { facilityId: '01890000-0000-7000-8000-000000000001', name: 'Send the treatment plan', priority: 40 } });
const TypeChange = z
  .strictObject({ name: Line.optional(), priority: Priority.optional(), active: z.boolean().optional() })
  .meta({ example: { priority: 15 } });
const Query = ListQuery.extend({ facilityId: z.uuid().optional(), active: z.stringbool().optional() }).strict();

export function taskTypeRoutes(app: Api, deps: Deps): void {
  const tags = ['task-types'];

  const list = { tags, summary: 'List task types by name', querystring: Query, response: { 200: listOf(TaskType), ...problems(400, 401) } };
  app.get('/task-types', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, ...filter } = query;
    const { where, orderBy } = keyset('name', cursor, 'text');
    const rows = await deps.reader.taskType.findMany({ where: { AND: [scopeOf(principal), filter, where] }, orderBy, take: limit + 1 });
    return pageOf(
      rows,
      limit,
      ({ name, id }) => [name, id],
      (row) => row as Shape,
    );
  });

  const one = { tags, summary: 'One task type', params: IdParam, response: { 200: TaskType, ...problems(400, 401, 404) } };
  app.get('/task-types/:id', { schema: one }, async ({ params, principal }, reply) => {
    const row = yours(principal, await deps.reader.taskType.findUnique({ where: { id: params.id } }));
    return reply.header('etag', etag(row.version)).send(row as Shape);
  });

  const create = {
    tags,
    summary: 'Add a task type',
    body: NewType,
    response: { 201: TaskType, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/task-types', { schema: create }, async (request, reply) => {
    const { principal, body } = request;
    needRight(principal, 'manage appointments');
    reach(principal, body.facilityId);
    return once(deps, principal, request, reply, async (tx) => {
      const actor = await actorOf(tx, principal, body.facilityId);
      return { status: 201, body: await createTaskType(tx, body, actor, deps.now()) };
    });
  });

  const change = {
    tags,
    summary: 'Rename a task type, or call it earlier or later',
    params: IdParam,
    body: TypeChange,
    response: { 200: TaskType, ...problems(400, 401, 403, 404, 409, 412, 422, 428) },
  };
  app.patch('/task-types/:id', { schema: change }, async (request, reply) => {
    const { principal, params, body } = request;
    needRight(principal, 'manage appointments');
    return edit(deps, request, reply, async (tx) => {
      const before = yours(principal, await tx.taskType.findUnique({ where: { id: params.id } }));
      const actor = await actorOf(tx, principal, before.facilityId);
      const wish = { ...body, version: ifMatch(request.headers['if-match']) };
      return { status: 200, body: await changeTaskType(tx, before, wish, actor, deps.now()) };
    });
  });
}
