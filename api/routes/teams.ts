/** Teams: people who share a queue of work, with a lead and working hours in a zone of their own. */
import { z } from 'zod';

import { Availability } from '../../domain/availability.ts';
import { DomainError } from '../../domain/errors.ts';
import { changeTeam, createTeam } from '../../ledger/team.ts';
import { moveTickets } from '../../ledger/ticket.ts';
import type { Tx } from '../../prisma/client.ts';
import { actorOf, allow, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { edit, once } from '../idempotency.ts';
import { etag, ifMatch, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, IdParam, Line, reach, Version, yours } from './plugin.ts';

const Member = z.object({ id: z.uuid(), name: z.string() });
const Hours = Availability.describe('When the team works, by the wall clock of its zone; holidays of the facility are days off.');

const Team = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    name: z.string(),
    zone: z.string().describe('IANA time zone of its hours (P-27).'),
    hours: Hours,
    leadId: z.uuid().nullable(),
    lead: Member.nullable(),
    members: z.array(Member),
    version: Version,
  })
  .meta({ id: 'Team' });

const Members = z.array(z.uuid()).max(500);
const NewTeam = z
  .strictObject({
    facilityId: z.uuid(),
    name: Line,
    zone: z.string().max(100),
    hours: Hours.optional(),
    leadId: z.uuid().optional(),
    memberIds: Members.default([]),
  })
  .meta({
    example: {
      facilityId: '01890000-0000-7000-8000-000000000001',
      name: 'Care coordinators',
      zone: 'America/Chicago',
      memberIds: ['01890000-0000-7000-8000-000000000004'],
    },
  });
const TeamChange = z
  .strictObject({
    name: Line.optional(),
    zone: z.string().max(100).optional(),
    hours: Hours.optional(),
    leadId: z.uuid().nullable().optional(),
    memberIds: Members.optional().describe('All of them: who is left out is not a member any more.'),
  })
  .meta({ example: { leadId: '01890000-0000-7000-8000-000000000004' } });
const Query = ListQuery.extend({ facilityId: z.uuid().optional(), name: Line.optional() }).strict();

const person = { select: { id: true, name: true } };
const include = { lead: person, members: { include: { person }, orderBy: { personId: 'asc' as const } } };
const load = (tx: Tx, id: string) => tx.team.findUnique({ where: { id }, include });

export function teamRoutes(app: Api, deps: Deps): void {
  const tags = ['teams'];

  const list = { tags, summary: 'List teams by name', querystring: Query, response: { 200: listOf(Team), ...problems(400, 401) } };
  app.get('/teams', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, ...filter } = query;
    const { where, orderBy } = keyset('name', cursor, 'text');
    const rows = await deps.reader.team.findMany({
      where: { AND: [scopeOf(principal), filter, where] },
      orderBy,
      take: limit + 1,
      include,
    });
    return pageOf(rows, limit, ({ name, id }) => [name, id], present);
  });

  const one = { tags, summary: 'One team', params: IdParam, response: { 200: Team, ...problems(400, 401, 404) } };
  app.get('/teams/:id', { schema: one }, async ({ params, principal }, reply) => {
    const row = yours(principal, await load(deps.reader, params.id));
    return reply.header('etag', etag(row.version)).send(present(row));
  });

  const create = { tags, summary: 'Add a team', body: NewTeam, response: { 201: Team, ...problems(400, 401, 403, 404, 409, 422) } };
  app.post('/teams', { schema: create }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal, 'manager', 'facility scheduler', 'support');
    reach(principal, body.facilityId);
    return once(deps, principal, request, reply, async (tx) => {
      const { facilityId, ...terms } = body;
      if (!(await tx.facility.findUnique({ where: { id: facilityId } }))) throw new DomainError('NOT_FOUND', { facilityId });
      const by = { actor: await actorOf(tx, principal, facilityId), now: deps.now() };
      const id = await createTeam(tx, facilityId, terms, by);
      return { status: 201, body: present((await load(tx, id))!) };
    });
  });

  const change = {
    tags,
    summary: 'Change a team; other hours move the clocks of its open tickets (F-10)',
    params: IdParam,
    body: TeamChange,
    response: { 200: Team, ...problems(400, 401, 403, 404, 409, 412, 422, 428) },
  };
  app.patch('/teams/:id', { schema: change }, async (request, reply) => {
    const { principal, body, params } = request;
    const { id } = params;
    allow(principal, 'manager', 'team lead', 'facility scheduler', 'support');
    const version = ifMatch(request.headers['if-match']);
    return edit(deps, request, reply, async (tx) => {
      const team = yours(principal, await tx.team.findUnique({ where: { id } }));
      const by = { actor: await actorOf(tx, principal, team.facilityId), now: deps.now() };
      if (!(await changeTeam(tx, team, body, { version, ...by })))
        throw new DomainError('VERSION_MISMATCH', { present: present((await load(tx, id))!) });
      await moveTickets(tx, { teamId: id }, by.now);
      return { status: 200, body: present((await load(tx, id))!) };
    });
  });
}

function present({ hours, members, ...row }: NonNullable<Awaited<ReturnType<typeof load>>>): z.infer<typeof Team> {
  return { ...row, hours: hours as Availability, members: members.map(({ person }) => person) };
}
