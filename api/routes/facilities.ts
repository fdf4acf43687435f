/** Facilities: a hospital or surgery centre with its time zone. Pausing and shadow mode (F-23) are edits of it. */
import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { PolicySettings } from '../../domain/policy.ts';
import { createFacility, recordChange, wakeResting } from '../../ledger/facility.ts';
import { oweStandingReminders } from '../../ledger/standing-reminder.ts';
import type { Facility as Row } from '../../prisma/generated/client.ts';
import { actorOf, allow, mayReach, type Principal } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { edit, once } from '../idempotency.ts';
import { etag, ifMatch, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, alreadyExists, IdParam, Instant, Line, Version } from './plugin.ts';

const Facility = z
  .object({
    id: z.uuid(),
    name: z.string(),
    zone: z.string().describe('IANA time zone: gives every civil date its meaning, so it is given once.'),
    paused: z.boolean().describe('Nothing fires by itself, everything is shown (F-23).'),
    shadow: z.boolean().describe('Decide and show, mail nobody (F-23).'),
    sample: z.boolean(),
    createdAt: Instant,
    version: Version,
  })
  .meta({ id: 'Facility' });

const NewFacility = z
  .strictObject({ name: Line, zone: z.string().max(100), settings: PolicySettings.optional() })
  .meta({ example: { name: 'Lakeside Surgery Center', zone: 'America/Chicago' } });

const FacilityChange = z
  .strictObject({ name: Line.optional(), paused: z.boolean().optional(), shadow: z.boolean().optional() })
  .meta({ example: { paused: true } });

const Query = ListQuery.extend({ name: Line.optional() }).strict();

export function facilityRoutes(app: Api, deps: Deps): void {
  const tags = ['facilities'];

  const list = { tags, summary: 'List facilities by name', querystring: Query, response: { 200: listOf(Facility), ...problems(400, 401) } };
  app.get('/facilities', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, name } = query;
    const { where, orderBy } = keyset('name', cursor, 'text');
    const within = principal.facilityIds === 'all' ? {} : { id: { in: principal.facilityIds } };
    const rows = await deps.reader.facility.findMany({ where: { AND: [within, { name }, where] }, orderBy, take: limit + 1 });
    return pageOf(rows, limit, ({ name, id }) => [name, id], present);
  });

  const one = { tags, summary: 'One facility', params: IdParam, response: { 200: Facility, ...problems(400, 401, 404) } };
  app.get('/facilities/:id', { schema: one }, async ({ params, principal }, reply) => {
    const row = yours(principal, await deps.reader.facility.findUnique({ where: { id: params.id } }));
    return reply.header('etag', etag(row.version)).send(present(row));
  });

  const create = {
    tags,
    summary: 'Add a facility, with the default policy where none is given',
    body: NewFacility,
    response: { 201: Facility, ...problems(400, 401, 403, 409, 422) },
  };
  app.post('/facilities', { schema: create }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal, 'administrator');
    if (principal.facilityIds !== 'all') throw new DomainError('NOT_ALLOWED', { needs: 'a key for all facilities' });
    return once(deps, principal, request, reply, async (tx) => {
      const id = await createFacility(tx, { ...body, by: principal.name });
      const row = await tx.facility.findUniqueOrThrow({ where: { id } });
      const actor = await actorOf(tx, principal, id);
      await recordChange(tx, { facilityId: id, kind: 'facility', id }, { action: 'create', actor, at: deps.now(), after: audited(row) });
      return { status: 201, body: present(row) };
    });
  });

  const change = {
    tags,
    summary: 'Rename, pause or resume a facility, or run it in shadow (F-23)',
    params: IdParam,
    body: FacilityChange,
    response: { 200: Facility, ...problems(400, 401, 403, 404, 409, 412, 422, 428) },
  };
  app.patch('/facilities/:id', { schema: change }, async (request, reply) => {
    const { principal, body, params } = request;
    allow(principal, 'facility scheduler');
    const version = ifMatch(request.headers['if-match']);
    return edit(deps, request, reply, async (tx) => {
      const before = yours(principal, await tx.facility.findUnique({ where: { id: params.id } }));
      const where = { id: params.id, version };
      const { count } = await tx.facility
        .updateMany({ where, data: { ...body, version: { increment: 1 } } })
        .catch(alreadyExists({ name: body.name }));
      const row = await tx.facility.findUniqueOrThrow({ where: { id: params.id } });
      if (count === 0) throw new DomainError('VERSION_MISMATCH', { present: present(row) });
      const actor = await actorOf(tx, principal, row.id);
      const what = { action: 'change', actor, at: deps.now(), rule: 'F-23', before: audited(before), after: audited(row) };
      await recordChange(tx, { facilityId: row.id, kind: 'facility', id: row.id }, what);
      if ((before.paused && !row.paused) || (before.shadow && !row.shadow)) await wakeResting(tx, row.id);
      if (before.shadow && !row.shadow) await oweStandingReminders(tx, row.id, deps.now());
      return { status: 200, body: present(row) };
    });
  });
}

function yours(principal: Principal, row: Row | null): Row {
  if (!row || !mayReach(principal, row.id)) throw new DomainError('NOT_FOUND');
  return row;
}

function present({ createdAt, ...row }: Row): z.infer<typeof Facility> {
  return { ...row, createdAt: createdAt.toISOString() };
}

const audited = ({ name, zone, paused, shadow, version }: Row) => ({ name, zone, paused, shadow, version });
