/** The list of who may answer what: versions that somebody proposes and a lead or manager signs off. */
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { type CategoryList, ReplyCategories, sourceCategories } from '../../domain/reply-category.ts';
import { recordChange } from '../../ledger/facility.ts';
import type { ReplyCategories as Row } from '../../prisma/generated/client.ts';
import { actorOf, allow, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { problems } from '../problems.ts';
import { conversationRoles } from './conversations.ts';
import { type Api, IdParam, Instant, reach, yours } from './plugin.ts';

const Version = z
  .object({
    id: z.uuid().nullable().describe('null: the list of the source, in force where nobody has signed off another.'),
    version: z.int(),
    categories: ReplyCategories,
    inForce: z.boolean(),
    proposedBy: z.string(),
    proposedAt: Instant.nullable(),
    signedOffBy: z.string().nullable(),
    signedOffAt: Instant.nullable(),
  })
  .meta({ id: 'ReplyCategories' });

const Query = z.strictObject({ facilityId: z.uuid().meta({ example: '01890000-0000-7000-8000-000000000001' }) });
const Proposal = z.strictObject({ facilityId: z.uuid(), categories: ReplyCategories }).meta({
  example: { facilityId: '01890000-0000-7000-8000-000000000001', categories: sourceCategories.categories },
});
const SignOff = z.strictObject({}).meta({ example: {} });

export function replyCategoryRoutes(app: Api, deps: Deps): void {
  const tags = ['reply-categories'];

  const list = {
    tags,
    summary: 'All versions of the list, the latest first, down to the source’s own',
    querystring: Query,
    response: { 200: z.object({ items: z.array(Version) }), ...problems(400, 401, 403, 404) },
  };
  app.get('/reply-categories', { schema: list }, async ({ query, principal }) => {
    allow(principal, ...conversationRoles);
    reach(principal, query.facilityId);
    const rows = await deps.reader.replyCategories.findMany({
      where: { AND: [scopeOf(principal), query] },
      orderBy: { version: 'desc' },
      take: 100,
    });
    return { items: [...present(rows), ofSource(rows)] };
  });

  const propose = {
    tags,
    summary: 'Propose a version; it is in force when a lead or a manager has signed it off',
    body: Proposal,
    response: { 201: Version, ...problems(400, 401, 403, 404, 422) },
  };
  app.post('/reply-categories', { schema: propose }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal, 'team lead', 'manager', 'practitioner', 'support');
    reach(principal, body.facilityId);
    return once(deps, principal, request, reply, async (tx) => {
      const { facilityId, categories } = body;
      const actor = await actorOf(tx, principal, facilityId);
      await tx.$queryRaw`SELECT id FROM "Facility" WHERE id = ${facilityId}::uuid FOR NO KEY UPDATE`;
      const { _max } = await tx.replyCategories.aggregate({ where: { facilityId }, _max: { version: true } });
      const version = (_max.version ?? 0) + 1;
      const row = await tx.replyCategories.create({
        data: { facilityId, version, categories, proposedBy: actor.name, proposedAt: deps.now() },
      });
      const change = { action: 'propose reply categories', actor, at: deps.now(), rule: 'R-21', after: { version, categories } };
      await recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, change);
      return { status: 201, body: present([row])[0]! };
    });
  });

  const sign = {
    tags,
    summary: 'Sign a version off: it is in force from now on; signed off twice, the first stands',
    params: IdParam,
    body: SignOff,
    response: { 200: Version, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/reply-categories/:id/sign-off', { schema: sign }, async (request, reply) => {
    const { principal, params } = request;
    allow(principal, 'team lead', 'manager');
    return once(deps, principal, request, reply, async (tx) => {
      const { facilityId, version } = yours(principal, await tx.replyCategories.findUnique({ where: { id: params.id } }));
      const later = await tx.replyCategories.findFirst({ where: { facilityId, version: { gt: version }, signedOffAt: { not: null } } });
      if (later) throw new DomainError('CATEGORIES_SUPERSEDED', { version, inForce: later.version });
      const actor = await actorOf(tx, principal, facilityId);
      const signed = { signedOffBy: actor.name, signedOffAt: deps.now() };
      const { count } = await tx.replyCategories.updateMany({ where: { id: params.id, signedOffAt: null }, data: signed });
      const change = { action: 'sign off reply categories', actor, at: deps.now(), rule: 'R-21', after: { version } };
      if (count === 1) await recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, change);
      const rows = await tx.replyCategories.findMany({ where: { facilityId }, orderBy: { version: 'desc' } });
      return { status: 200, body: present(rows).find(({ id }) => id === params.id)! };
    });
  });
}

function present(rows: Row[]): z.infer<typeof Version>[] {
  const inForce = rows.find(({ signedOffAt }) => signedOffAt !== null)?.id;
  return rows.map(({ id, version, categories, proposedBy, proposedAt, signedOffBy, signedOffAt }) => ({
    id,
    version,
    proposedBy,
    signedOffBy,
    inForce: id === inForce,
    categories: categories as CategoryList['categories'],
    proposedAt: proposedAt.toISOString(),
    signedOffAt: signedOffAt?.toISOString() ?? null,
  }));
}

const ofSource = (rows: Row[]): z.infer<typeof Version> => ({
  id: null,
  ...sourceCategories,
  inForce: rows.every(({ signedOffAt }) => signedOffAt === null),
  proposedBy: 'the source',
  proposedAt: null,
  signedOffBy: null,
  signedOffAt: null,
});
