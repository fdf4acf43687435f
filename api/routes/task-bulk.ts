/** Many tasks at once: assign, snooze or close, with a result for each and none silently dropped (I-41). */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';

import { needRight } from '../../domain/right.ts';
import { decideMany, fewEnough } from '../../ledger/bulk.ts';
import { manyTasks } from '../../ledger/task-decision.ts';
import { mayReach } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { problems } from '../problems.ts';
import { actorOfMany, Ids, Results, resultsOf } from './bulk.ts';
import { Deciding } from './decision-route.ts';
import { type Api, CivilDate } from './plugin.ts';

const many = { ids: Ids(), reason: Deciding.shape.reason, onBehalfOf: Deciding.shape.onBehalfOf };
const Many = z
  .discriminatedUnion('action', [
    z.strictObject({ action: z.literal('assign'), assigneeId: z.uuid().nullable().describe('null: nobody.'), ...many }),
    z.strictObject({
      action: z.literal('snooze'),
      until: CivilDate.optional(),
      inDays: z.int().min(0).max(3650).optional(),
      ...many,
    }),
    z.strictObject({ action: z.literal('close'), ...many }),
  ])
  .meta({ example: { ids: ['01890000-0000-7000-8000-000000000001'], action: 'snooze', inDays: 7 } });

export function taskBulkRoutes(app: Api, deps: Deps): void {
  const bulk = {
    tags: ['tasks'],
    summary: 'Assign, snooze or close many tasks, with a result for each',
    body: Many,
    response: { 200: Results, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/tasks/bulk', { schema: bulk }, async (request, reply) => {
    const { principal, body } = request;
    needRight(principal, 'manage appointments');
    const { ids: asked, reason, onBehalfOf, ...choice } = body;
    const ids = fewEnough(asked);
    const id = randomUUID(); // `once` makes it happen once
    return once(deps, principal, request, reply, async (tx) => {
      const actor = await actorOfMany(tx, principal, onBehalfOf);
      const decision = { ...choice, id, actor, decidedAt: deps.now(), reason };
      return {
        status: 200,
        body: resultsOf(await decideMany(tx, manyTasks, ids, (facilityId) => mayReach(principal, facilityId), decision)),
      };
    });
  });
}
