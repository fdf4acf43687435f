/** Providers: the surgeons and other clinicians for whom time is reserved and requested, when they operate and how long at least (C-44). */
import { z } from 'zod';

import { Availability, MinCaseMinutes } from '../../domain/availability.ts';
import { DomainError } from '../../domain/errors.ts';
import { recordChange } from '../../ledger/facility.ts';
import { changeProvider } from '../../ledger/preferences.ts';
import type { Tx } from '../../prisma/client.ts';
import type { Provider as Row } from '../../prisma/generated/client.ts';
import { actorOf, allow, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { edit, once } from '../idempotency.ts';
import { etag, ifMatch, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, alreadyExists, IdParam, Line, reach, Version, yours } from './plugin.ts';

const Provider = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    groupId: z.uuid().nullable(),
    name: z.string(),
    availability: Availability.nullable().describe('null: at any time.'),
    minCaseMinutes: z.int().nullable().describe('Open time shorter than this is not announced for them; null: the policy’s minimum.'),
    version: Version,
  })
  .meta({ id: 'Provider' });

const wishes = { availability: Availability.nullable().optional(), minCaseMinutes: MinCaseMinutes.nullable().optional() };
const NewProvider = z.strictObject({ facilityId: z.uuid(), groupId: z.uuid().optional(), name: Line, ...wishes }).meta({
  example: {
    facilityId: '01890000-0000-7000-8000-000000000001',
    groupId: '01890000-0000-7000-8000-000000000003',
    name: 'Dr. A. Okafor',
  },
});

const ProviderChange = z
  .strictObject({ name: Line.optional(), groupId: z.uuid().nullable().optional(), ...wishes })
  .meta({ example: { availability: [{ weekday: 2, from: '08:00', to: '16:00' }], minCaseMinutes: 90 } });

const Query = ListQuery.extend({ facilityId: z.uuid().optional(), groupId: z.uuid().optional(), name: Line.optional() }).strict();

export function providerRoutes(app: Api, deps: Deps): void {
  const tags = ['providers'];

  const list = { tags, summary: 'List providers by name', querystring: Query, response: { 200: listOf(Provider), ...problems(400, 401) } };
  app.get('/providers', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, ...filter } = query;
    const { where, orderBy } = keyset('name', cursor, 'text');
    const rows = await deps.reader.provider.findMany({ where: { AND: [scopeOf(principal), filter, where] }, orderBy, take: limit + 1 });
    return pageOf(rows, limit, ({ name, id }) => [name, id], present);
  });

  const one = { tags, summary: 'One provider', params: IdParam, response: { 200: Provider, ...problems(400, 401, 404) } };
  app.get('/providers/:id', { schema: one }, async ({ params, principal }, reply) => {
    const row = yours(principal, await deps.reader.provider.findUnique({ where: { id: params.id } }));
    return reply.header('etag', etag(row.version)).send(present(row));
  });

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
      const { facilityId, groupId, availability, ...named } = body;
      if (!(await tx.facility.findUnique({ where: { id: facilityId } }))) throw new DomainError('NOT_FOUND', { facilityId });
      await mustBeThere(tx, facilityId, groupId);
      const data = { ...named, facilityId, groupId: groupId ?? null, ...(availability && { availability }) };
      const row = await tx.provider.create({ data }).catch(alreadyExists({ name: body.name }));
      const actor = await actorOf(tx, principal, facilityId);
      const after = { providerId: row.id, name: row.name, groupId: row.groupId };
      await recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, { action: 'add provider', actor, at: deps.now(), after });
      return { status: 201, body: present(row) };
    });
  });

  const change = {
    tags,
    summary: 'Change a provider: the group, the days and hours of operating, the shortest case (C-44)',
    params: IdParam,
    body: ProviderChange,
    response: { 200: Provider, ...problems(400, 401, 403, 404, 409, 412, 422, 428) },
  };
  app.patch('/providers/:id', { schema: change }, async (request, reply) => {
    const { principal, body, params } = request;
    const { id } = params;
    allow(principal, 'facility scheduler', 'support');
    const version = ifMatch(request.headers['if-match']);
    return edit(deps, request, reply, async (tx) => {
      const before = yours(principal, await tx.provider.findUnique({ where: { id } }));
      await mustBeThere(tx, before.facilityId, body.groupId);
      const actor = await actorOf(tx, principal, before.facilityId);
      const row = await changeProvider(tx, before, body, { version, actor, at: deps.now() });
      if (!row) throw new DomainError('VERSION_MISMATCH', { present: present(await tx.provider.findUniqueOrThrow({ where: { id } })) });
      return { status: 200, body: present(row) };
    });
  });
}

async function mustBeThere(tx: Tx, facilityId: string, groupId: string | null | undefined): Promise<void> {
  if (!groupId) return;
  if (!(await tx.group.findUnique({ where: { id: groupId, facilityId } }))) throw new DomainError('NOT_FOUND', { groupId });
}

const present = ({ availability, ...row }: Row): z.infer<typeof Provider> => ({
  ...row,
  availability: availability as Availability | null,
});
