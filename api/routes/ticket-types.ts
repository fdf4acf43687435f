/** Ticket types are data: adding one is one entry. A facility begins with the starting set. */
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { TicketTypeTerms } from '../../domain/ticket-type.ts';
import { moveTickets } from '../../ledger/ticket.ts';
import { changeTicketType, createTicketType, plantTicketTypes, ticketType } from '../../ledger/ticket-type.ts';
import type { TicketType as Row } from '../../prisma/generated/client.ts';
import { actorOf, allow, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { edit, once } from '../idempotency.ts';
import { etag, ifMatch, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, IdParam, proseUpTo, reach, Version, yours } from './plugin.ts';

const Queue = {
  teamId: z.uuid().describe('Its queue.'),
  takeoverTeamId: z.uuid().nullable().describe('Who may take over what the team is unable to do (R-02).'),
};
const TicketType = TicketTypeTerms.extend({ id: z.uuid(), facilityId: z.uuid(), ...Queue, version: Version }).meta({ id: 'TicketType' });

const terms = z.strictObject(TicketTypeTerms.shape);
const NewTicketType = terms.extend({ facilityId: z.uuid(), ...Queue, takeoverTeamId: Queue.takeoverTeamId.default(null) }).meta({
  example: {
    facilityId: '01890000-0000-7000-8000-000000000001',
    key: 'supply-request',
    name: 'Supply request',
    area: 'care operations',
    teamId: '01890000-0000-7000-8000-000000000002',
    closing: [{ name: 'ordered', label: 'What was ordered', kind: 'line' }],
    slaMinutes: 480,
    warnMinutes: 60,
  },
});
/** Without defaults: what is left out stays as it is. */
const TicketTypeChange = z
  .strictObject({
    ...Object.fromEntries(
      Object.entries(TicketTypeTerms.shape)
        .filter(([name]) => name !== 'key')
        .map(([name, field]) => [name, (field instanceof z.ZodDefault ? (field.unwrap() as z.ZodType) : field).optional()]),
    ),
    teamId: z.uuid().optional(),
    takeoverTeamId: z.uuid().nullable().optional(),
  })
  .meta({ example: { slaMinutes: 240, warnMinutes: 60 } });

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  key: proseUpTo(60).optional(),
  teamId: z.uuid().optional(),
}).strict();
const Starting = z.strictObject({ facilityId: z.uuid() }).meta({ example: { facilityId: '01890000-0000-7000-8000-000000000001' } });

export function ticketTypeRoutes(app: Api, deps: Deps): void {
  const tags = ['ticket-types'];

  const list = {
    tags,
    summary: 'List ticket types by name',
    querystring: Query,
    response: { 200: listOf(TicketType), ...problems(400, 401) },
  };
  app.get('/ticket-types', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, ...filter } = query;
    const { where, orderBy } = keyset('name', cursor, 'text');
    const rows = await deps.reader.ticketType.findMany({ where: { AND: [scopeOf(principal), filter, where] }, orderBy, take: limit + 1 });
    return pageOf(rows, limit, ({ name, id }) => [name, id], present);
  });

  const one = { tags, summary: 'One ticket type', params: IdParam, response: { 200: TicketType, ...problems(400, 401, 404) } };
  app.get('/ticket-types/:id', { schema: one }, async ({ params, principal }, reply) => {
    const row = yours(principal, await deps.reader.ticketType.findUnique({ where: { id: params.id } }));
    return reply.header('etag', etag(row.version)).send(present(row));
  });

  const create = {
    tags,
    summary: 'Add a ticket type',
    body: NewTicketType,
    response: { 201: TicketType, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/ticket-types', { schema: create }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal, 'manager', 'team lead', 'facility scheduler', 'support');
    reach(principal, body.facilityId);
    return once(deps, principal, request, reply, async (tx) => {
      const { facilityId, ...entry } = body;
      if (!(await tx.facility.findUnique({ where: { id: facilityId } }))) throw new DomainError('NOT_FOUND', { facilityId });
      const by = { actor: await actorOf(tx, principal, facilityId), now: deps.now() };
      return { status: 201, body: { ...(await createTicketType(tx, facilityId, entry, by)), facilityId } };
    });
  });

  const plant = {
    tags,
    summary: 'Give a facility what it lacks of the starting set of types and teams',
    body: Starting,
    response: { 201: z.object({ facilityId: z.uuid(), added: z.int() }), ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/ticket-types/starting-set', { schema: plant }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal, 'manager', 'team lead', 'facility scheduler', 'support');
    reach(principal, body.facilityId);
    return once(deps, principal, request, reply, async (tx) => ({
      status: 201,
      body: { facilityId: body.facilityId, added: await plantTicketTypes(tx, body.facilityId) },
    }));
  });

  const change = {
    tags,
    summary: 'Change a ticket type; another clock moves its open tickets (F-10)',
    params: IdParam,
    body: TicketTypeChange,
    response: { 200: TicketType, ...problems(400, 401, 403, 404, 409, 412, 422, 428) },
  };
  app.patch('/ticket-types/:id', { schema: change }, async (request, reply) => {
    const { principal, body, params } = request;
    allow(principal, 'manager', 'team lead', 'facility scheduler', 'support');
    const version = ifMatch(request.headers['if-match']);
    return edit(deps, request, reply, async (tx) => {
      const before = yours(principal, await tx.ticketType.findUnique({ where: { id: params.id } }));
      const by = { actor: await actorOf(tx, principal, before.facilityId), now: deps.now() };
      const after = await changeTicketType(tx, before, body, { version, ...by });
      if (!after)
        throw new DomainError('VERSION_MISMATCH', {
          present: present(await tx.ticketType.findUniqueOrThrow({ where: { id: before.id } })),
        });
      await moveTickets(tx, { typeId: before.id }, by.now);
      return { status: 200, body: { ...after, facilityId: before.facilityId } };
    });
  });
}

const present = (row: Row): z.infer<typeof TicketType> => ({ ...ticketType(row), facilityId: row.facilityId });
