/** Substitutes (F-12): who stands in for whom, for everything or for one topic. Chains are followed, circles refused. */
import { z } from 'zod';

import { removeSubstitute, setSubstitute } from '../../ledger/substitute.ts';
import { actorOf, allow, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, IdParam, yours } from './plugin.ts';

const Substitute = z
  .object({ id: z.uuid(), facilityId: z.uuid(), personId: z.uuid(), substituteId: z.uuid(), topic: z.uuid().nullable() })
  .meta({ id: 'Substitute' });
const NewSubstitute = z
  .strictObject({
    personId: z.uuid(),
    substituteId: z.uuid(),
    topic: z.uuid().optional().describe('A ticket type; left out: everything else.'),
  })
  .meta({ example: { personId: '01890000-0000-7000-8000-000000000005', substituteId: '01890000-0000-7000-8000-000000000006' } });
const Query = ListQuery.extend({ facilityId: z.uuid().optional(), personId: z.uuid().optional() }).strict();

export function substituteRoutes(app: Api, deps: Deps): void {
  const tags = ['substitutes'];

  const list = { tags, summary: 'List substitutes', querystring: Query, response: { 200: listOf(Substitute), ...problems(400, 401) } };
  app.get('/substitutes', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, ...filter } = query;
    const { where, orderBy } = keyset('personId', cursor, 'text');
    const rows = await deps.reader.substitute.findMany({ where: { AND: [scopeOf(principal), filter, where] }, orderBy, take: limit + 1 });
    return pageOf(
      rows,
      limit,
      ({ personId, id }) => [personId, id],
      (row) => row,
    );
  });

  const create = {
    tags,
    summary: 'Name who stands in, in place of whoever did',
    body: NewSubstitute,
    response: { 201: Substitute, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/substitutes', { schema: create }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal, 'manager', 'team lead', 'support', 'facility scheduler');
    return once(deps, principal, request, reply, async (tx) => {
      const person = yours(principal, await tx.person.findUnique({ where: { id: body.personId } }));
      const by = { actor: await actorOf(tx, principal, person.facilityId), at: deps.now() };
      return { status: 201, body: await setSubstitute(tx, person, body, by) };
    });
  });

  const remove = {
    tags,
    summary: 'Take a substitute back',
    params: IdParam,
    response: { 200: Substitute, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/substitutes/:id/remove', { schema: remove }, async (request, reply) => {
    const { principal, params } = request;
    allow(principal, 'manager', 'team lead', 'support', 'facility scheduler');
    return once(deps, principal, request, reply, async (tx) => {
      const row = yours(principal, await tx.substitute.findUnique({ where: { id: params.id } }));
      await removeSubstitute(tx, row, { actor: await actorOf(tx, principal, row.facilityId), at: deps.now() });
      return { status: 200, body: row };
    });
  });
}
