/** C-01: an outside predictor says how sure it is that a block's time stays unused. Who said what is kept; the policy decides who is believed. */
import { z } from 'zod';

import { Interval } from '../../domain/interval.ts';
import { sayConfidence } from '../../ledger/confidence.ts';
import type { Confidence as Row } from '../../prisma/generated/client.ts';
import { actorOf, allow } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { findBlock } from './blocks.ts';
import { type Api, IdParam, Instant, Line } from './plugin.ts';
import { Next } from './timeline.ts';

const Confidence = z
  .object({
    id: z.uuid(),
    blockId: z.uuid(),
    predictor: z.string(),
    confidence: z.number(),
    intervals: z.array(Interval).nullable().describe('null: of all that is unbooked.'),
    asOf: Instant,
    by: z.string().describe('Who posted it.'),
    recordedAt: Instant,
  })
  .meta({ id: 'Confidence' });

const NewConfidence = z
  .strictObject({
    predictor: Line.describe('Whose confidence it is: the name that the holder reads in the alert.'),
    confidence: z.number().nullish().describe('That the time stays unused, 0 to 1; outside of that, or missing: 422.'),
    intervals: z.array(Interval).min(1).max(50).optional().describe('Of which time inside the block; all that is unbooked if left out.'),
    asOf: Instant.optional().describe('What the predictor knew: up to this instant; now if left out.'),
  })
  .meta({ example: { predictor: 'Volume model 4', confidence: 0.94 } });

const Said = Confidence.extend({ believed: z.boolean().describe('Whether the policy listens to it.'), next: Next });

export function confidenceRoutes(app: Api, deps: Deps): void {
  const tags = ['blocks'];

  const list = {
    tags,
    summary: 'What outside predictors said of a block, the latest first',
    params: IdParam,
    querystring: ListQuery.strict(),
    response: { 200: listOf(Confidence), ...problems(400, 401, 404) },
  };
  app.get('/blocks/:id/confidences', { schema: list }, async ({ params, query, principal }) => {
    await findBlock(deps.reader, params.id, principal, deps.now());
    const { where, orderBy } = keyset('-asOf', query.cursor, 'instant');
    const rows = await deps.reader.confidence.findMany({
      where: { AND: [{ blockId: params.id }, where] },
      orderBy,
      take: query.limit + 1,
    });
    return pageOf(rows, query.limit, ({ asOf, id }) => [asOf.toISOString(), id], present);
  });

  const create = {
    tags,
    summary: 'Say how sure an outside predictor is that the time of a block stays unused (C-01)',
    params: IdParam,
    body: NewConfidence,
    response: { 201: Said, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/blocks/:id/confidences', { schema: create }, async (request, reply) => {
    const { principal, params, body } = request;
    allow(principal, 'facility scheduler');
    return once(deps, principal, request, reply, async (tx) => {
      const at = deps.now();
      const { facilityId } = await findBlock(tx, params.id, principal, at);
      const actor = await actorOf(tx, principal, facilityId);
      const { row, block } = await sayConfidence(tx, params.id, { ...body, asOf: body.asOf ?? at }, { actor, at });
      const believed = block.policy.release.predictor !== 'own';
      return { status: 201, body: { ...present(row), believed, next: block.next } };
    });
  });
}

function present({ id, blockId, predictor, confidence, intervals, asOf, by, recordedAt }: Row): z.infer<typeof Confidence> {
  return {
    id,
    blockId,
    predictor,
    confidence,
    intervals: intervals as Interval[] | null,
    asOf: asOf.toISOString(),
    by: (by as { name: string }).name,
    recordedAt: recordedAt.toISOString(),
  };
}
