/** F-20: two cards of one patient become one. Everything moves, the other card's address leads to the one that stays. */
import { z } from 'zod';

import { mustEditCards } from '../../domain/account.ts';
import { mergePatients } from '../../ledger/patient-merge.ts';
import type { Tx } from '../../prisma/client.ts';
import { recordLook } from '../access-log.ts';
import { actorOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { problems } from '../problems.ts';
import { rehearse } from '../rehearsal.ts';
import { PreviewQuery } from './decision-route.ts';
import { type Api, IdParam, yours } from './plugin.ts';

const Wish = z
  .strictObject({
    duplicateId: z.uuid().describe('The card that becomes part of the one in the path.'),
    onBehalfOf: z.uuid().optional(),
  })
  .meta({ example: { duplicateId: '01890000-0000-7000-8000-000000000002' } });
const Merged = z.object({
  preview: z.boolean(),
  patientId: z.uuid().describe('The card that stays.'),
  duplicateId: z.uuid(),
  filled: z.array(z.string()).describe('Fields of the other card that this one did not have.'),
  moved: z.record(z.string(), z.int()).describe('How many rows of each kind move.'),
});

export function patientMergeRoutes(app: Api, deps: Deps): void {
  const schema = {
    tags: ['patients'],
    summary: 'Merge another card of the same patient into this one; a preview says what moves, or why it cannot (F-20)',
    params: IdParam,
    querystring: PreviewQuery,
    body: Wish,
    response: { 200: Merged, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/patients/:id/merge', { schema }, async (request, reply) => {
    const { principal, params, body, query } = request;
    const { duplicateId, onBehalfOf } = body;
    const { facilityId } = yours(principal, await deps.reader.patient.findUnique({ where: { id: params.id } }));
    mustEditCards(principal);
    const write = async (tx: Tx) => {
      const by = { actor: await actorOf(tx, principal, facilityId, onBehalfOf), at: deps.now() };
      const { filled, moved } = await mergePatients(tx, { facilityId, keptId: params.id, duplicateId }, by);
      return { status: 200, body: { preview: query.preview, patientId: params.id, duplicateId, filled, moved: countsOf(moved) } };
    };
    if (!query.preview) return once(deps, principal, request, reply, write);
    const { body: effect } = await rehearse(deps.db, write);
    const seen = [params.id, duplicateId].map((patientId) => ({ facilityId, patientId }));
    await recordLook(deps, principal, seen, 'merge of two cards');
    return reply.code(200).send(effect);
  });
}

const countsOf = (moved: Record<string, string[]>) => Object.fromEntries(Object.entries(moved).map(([table, ids]) => [table, ids.length]));
