/** Providers: the surgeons and other clinicians for whom time is reserved and requested. */
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { recordChange } from '../../ledger/facility.ts';
import { actorOf, allow, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, alreadyExists, IdParam, Line, reach, yours } from './plugin.ts';

const Provider = z.object({ id: z.uuid(), facilityId: z.uuid(), groupId: z.uuid().nullable(), name: z.string() }).meta({ id: 'Provider' });

const NewProvider = z.strictObject({ facilityId: z.uuid(), groupId: z.uuid().optional(), name: Line }).meta({
  example: {
    facilityId: '01890000-0000-7000-8000-000000000001',
    groupId: '01890000-0000-7000-8000-000000000003',
    name: 'Dr. A. Okafor',
  },
});

const Query = ListQuery.extend({ facilityId: z.uuid().optional(), groupId: z.uuid().optional(), name: Line.optional() }).strict();

export function providerRoutes(app: Api, deps: Deps): void {
  const tags = ['providers'];

  const list = { tags, summary: 'List providers by name', querystring: Query, response: { 200: listOf(Provider), ...problems(400, 401) } };
  app.get('/providers', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, ...filter } = query;
    const { where, orderBy } = keyset('name', cursor, 'text');
    const rows = await deps.reader.provider.findMany({ where: { AND: [scopeOf(principal), filter, where] }, orderBy, take: limit + 1 });
    return pageOf(
      rows,
      limit,
      ({ name, id }) => [name, id],
      (row) => row,
    );
  });

  const one = { tags, summary: 'One provider', params: IdParam, response: { 200: Provider, ...problems(400, 401, 404) } };
  app.get('/providers/:id', { schema: one }, async ({ params, principal }) =>
    yours(principal, await deps.reader.provider.findUnique({ where: { id: params.id } })),
  );

  const create = {
    tags,
    summary: 'Add a provider',
    body: NewProvider,
    response: { 201: Provider, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/providers', { schema: create }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal, 'facility scheduler', 'support');
    reach(principal, body.facilityId);
    return once(deps, principal, request, reply, async (tx) => {
      const { facilityId, groupId } = body;
      const facility = await tx.facility.findUnique({ where: { id: facilityId } });
      const group = !groupId || (await tx.group.findUnique({ where: { id: groupId, facilityId } }));
      if (!facility || !group) throw new DomainError('NOT_FOUND', { facilityId, groupId });
      const row = await tx.provider.create({ data: body }).catch(alreadyExists({ name: body.name }));
      const actor = await actorOf(tx, principal, facilityId);
      const after = { providerId: row.id, name: row.name, groupId: row.groupId };
      await recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, { action: 'add provider', actor, at: deps.now(), after });
      return { status: 201, body: row };
    });
  });
}
