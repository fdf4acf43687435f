/** Many tasks at once: assign, snooze or close, with a result for each and none silently dropped (I-41). */
import { createHash } from 'node:crypto';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { needRight } from '../../domain/right.ts';
import type { TaskChoice } from '../../domain/task.ts';
import { loadTask } from '../../ledger/task.ts';
import { decideTaskDirectly } from '../../ledger/task-decision.ts';
import type { Tx } from '../../prisma/client.ts';
import { actorOf, type Principal } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { Problem, problemOf, problems } from '../problems.ts';
import { type Api, CivilDate, Prose, reachable } from './plugin.ts';
import { Receipt } from './receipt.ts';

/** More are refused with TOO_MANY_IDS: one transaction holds the rows of all of them. */
const mostTasksAtOnce = 500;

const Many = z
  .strictObject({
    ids: z.array(z.uuid()).min(1).max(10_000).describe(`At most ${mostTasksAtOnce} at a time.`),
    action: z.enum(['assign', 'snooze', 'close']),
    assigneeId: z.uuid().nullable().optional().describe('For assign; null: nobody.'),
    until: CivilDate.optional().describe('For snooze.'),
    inDays: z.int().min(0).max(3650).optional().describe('For snooze.'),
    reason: Prose.optional(),
  })
  .refine(({ action, assigneeId }) => action !== 'assign' || assigneeId !== undefined, { path: ['assigneeId'], error: 'assign needs it' })
  .meta({ example: { ids: ['01890000-0000-7000-8000-000000000001'], action: 'snooze', inDays: 7 } });
type Many = z.infer<typeof Many>;

const Results = z.object({
  results: z.array(z.object({ id: z.uuid(), receipt: Receipt.optional(), problem: Problem.optional() })).describe('In the order asked.'),
});

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
    const ids = [...new Set(body.ids)];
    if (ids.length > mostTasksAtOnce) throw new DomainError('TOO_MANY_IDS', { ids: ids.length, limit: mostTasksAtOnce });
    return once(deps, principal, request, reply, async (tx) => {
      const callId = crypto.randomUUID();
      const answers = new Map<string, z.infer<typeof Results>['results'][number]>();
      for (const id of [...ids].sort()) answers.set(id, await settle(tx, principal, id, body, { callId, now: deps.now() }));
      return { status: 200, body: { results: ids.map((id) => answers.get(id)!) } };
    });
  });
}

/** One of them. The rule refuses before anything is written, so the others go on in the same transaction. */
async function settle(tx: Tx, principal: Principal, id: string, body: Many, { callId, now }: { callId: string; now: string }) {
  try {
    const task = reachable(principal, await loadTask(tx, id));
    if (!task) throw new DomainError('NOT_FOUND', { taskId: id });
    const decisionId = createHash('sha256').update(`${callId} ${id}`).digest('hex').slice(0, 32);
    const actor = await actorOf(tx, principal, task.facilityId);
    const answer = await decideTaskDirectly(tx, id, { ...choiceOf(body), id: decisionId, actor, decidedAt: now, reason: body.reason });
    return 'receipt' in answer ? { id, receipt: answer.receipt } : { id, problem: problemOf(answer.refused) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { id, problem: problemOf(error) };
  }
}

function choiceOf({ action, assigneeId = null, until, inDays }: Many): TaskChoice {
  if (action === 'assign') return { action, assigneeId };
  return action === 'snooze' ? { action, until, inDays } : { action };
}
