/** Care coordinators and the providers they are assigned to (P-27, P-28). A change needs no warning; the provider is told. */
import { z } from 'zod';

import { CoordinatorTerms } from '../../domain/coordinator.ts';
import { assignCoordinator, endAssignment, setCoordinator, setEhrUse } from '../../ledger/coordinator.ts';
import type { CoordinatorAssignment, Coordinator as Row } from '../../prisma/generated/client.ts';
import { actorOf, allow, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { edit, once } from '../idempotency.ts';
import { keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, IdParam, Instant, Line, Version, yours } from './plugin.ts';

const example = { kind: 'remote', zone: 'America/Denver', hours: [{ weekday: 1, from: '08:00', to: '16:30' }] };

const Coordinator = CoordinatorTerms.extend({ personId: z.uuid(), facilityId: z.uuid(), version: Version }).meta({ id: 'Coordinator' });

const Assignment = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    practitionerId: z.uuid(),
    coordinatorId: z.uuid(),
    since: Instant,
    endedAt: Instant.nullable(),
    endedBecause: z.string().nullable(),
  })
  .meta({ id: 'CoordinatorAssignment' });

const NewAssignment = z.strictObject({ practitionerId: z.uuid(), coordinatorId: z.uuid().describe('Their person.') }).meta({
  example: { practitionerId: '01890000-0000-7000-8000-000000000001', coordinatorId: '01890000-0000-7000-8000-000000000002' },
});
const Ending = z.strictObject({ reason: Line }).meta({ example: { reason: 'The provider works without a coordinator.' } });
const EhrUse = z.strictObject({ usesEhr: z.boolean() }).meta({ example: { usesEhr: false } });
const UsesEhr = z.object({ id: z.uuid(), usesEhr: z.boolean(), version: Version });

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  practitionerId: z.uuid().optional(),
  coordinatorId: z.uuid().optional(),
  standing: z.stringbool().optional().describe('Only those that stand, or only those that have ended.'),
  sort: z.enum(['since', '-since']).default('-since'),
}).strict();

export function coordinatorRoutes(app: Api, deps: Deps): void {
  const tags = ['coordinators'];
  const leads = ['team lead', 'manager', 'support'] as const;

  const terms = {
    tags,
    summary: 'Say how a care coordinator works: kind, zone and hours (P-27)',
    params: IdParam,
    body: CoordinatorTerms.meta({ example }),
    response: { 200: Coordinator, ...problems(400, 401, 403, 404, 422) },
  };
  app.put('/coordinators/:id', { schema: terms }, async (request, reply) => {
    const { principal, params, body } = request;
    allow(principal, ...leads);
    return edit(deps, request, reply, async (tx) => {
      const { facilityId } = yours(principal, await tx.person.findUnique({ where: { id: params.id } }));
      const by = { actor: await actorOf(tx, principal, facilityId), at: deps.now() };
      return { status: 200, body: present(await setCoordinator(tx, params.id, body, by)) };
    });
  });

  const one = { tags, summary: 'How a coordinator works', params: IdParam, response: { 200: Coordinator, ...problems(400, 401, 404) } };
  app.get('/coordinators/:id', { schema: one }, async ({ params, principal }) =>
    present(yours(principal, await deps.reader.coordinator.findUnique({ where: { personId: params.id } }))),
  );

  const list = {
    tags,
    summary: 'Who coordinates for which provider, the latest first',
    querystring: Query,
    response: { 200: listOf(Assignment), ...problems(400, 401) },
  };
  app.get('/coordinator-assignments', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, sort, standing, ...filter } = query;
    const { where, orderBy } = keyset(sort, cursor, 'instant');
    const ended = standing === undefined ? {} : { endedAt: standing ? null : { not: null } };
    const AND = [scopeOf(principal), filter, ended, where];
    const rows = await deps.reader.coordinatorAssignment.findMany({ where: { AND }, orderBy, take: limit + 1 });
    return pageOf(rows, limit, ({ since, id }) => [since.toISOString(), id], presentAssignment);
  });

  const assign = {
    tags,
    summary: 'Assign a coordinator to a provider, in place of the one they had (P-27)',
    body: NewAssignment,
    response: { 201: Assignment, ...problems(400, 401, 403, 404, 422) },
  };
  app.post('/coordinator-assignments', { schema: assign }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal, ...leads);
    return once(deps, principal, request, reply, async (tx) => {
      const { facilityId } = yours(principal, await tx.practitioner.findUnique({ where: { id: body.practitionerId } }));
      const by = { actor: await actorOf(tx, principal, facilityId), at: deps.now() };
      return { status: 201, body: presentAssignment(await assignCoordinator(tx, body.practitionerId, body.coordinatorId, by)) };
    });
  });

  const end = {
    tags,
    summary: 'End an assignment; ended twice, the first ending stands',
    params: IdParam,
    body: Ending,
    response: { 200: Assignment, ...problems(400, 401, 403, 404, 422) },
  };
  app.post('/coordinator-assignments/:id/end', { schema: end }, async (request, reply) => {
    const { principal, params, body } = request;
    allow(principal, ...leads);
    return once(deps, principal, request, reply, async (tx) => {
      const { id, facilityId, practitionerId, endedAt } = yours(
        principal,
        await tx.coordinatorAssignment.findUnique({ where: { id: params.id } }),
      );
      const by = { actor: await actorOf(tx, principal, facilityId), at: deps.now(), rule: 'P-27' };
      if (!endedAt) await endAssignment(tx, practitionerId, body.reason, by);
      return { status: 200, body: presentAssignment(await tx.coordinatorAssignment.findUniqueOrThrow({ where: { id } })) };
    });
  });

  const ehr = {
    tags,
    summary: 'Say whether a provider uses the records system; who stops has no coordinator any more (P-28)',
    params: IdParam,
    body: EhrUse,
    response: { 200: UsesEhr, ...problems(400, 401, 403, 404, 422) },
  };
  app.post('/practitioners/:id/ehr-use', { schema: ehr }, async (request, reply) => {
    const { principal, params, body } = request;
    allow(principal, ...leads);
    return once(deps, principal, request, reply, async (tx) => {
      const { id, facilityId } = yours(principal, await tx.practitioner.findUnique({ where: { id: params.id } }));
      const by = { actor: await actorOf(tx, principal, facilityId), at: deps.now() };
      const { usesEhr, version } = await setEhrUse(tx, id, body.usesEhr, by);
      return { status: 200, body: { id, usesEhr, version } };
    });
  });
}

const present = ({ kind, hours, ...row }: Row): z.infer<typeof Coordinator> => ({
  ...row,
  ...CoordinatorTerms.parse({ kind, hours, zone: row.zone }),
});

const presentAssignment = ({ since, endedAt, ...row }: CoordinatorAssignment): z.infer<typeof Assignment> => ({
  ...row,
  since: since.toISOString(),
  endedAt: endedAt?.toISOString() ?? null,
});
