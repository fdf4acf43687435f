/** Tickets: tasks with a type, a queue and a clock. People and tools open them; decisions are in ticket-decisions.ts. */
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { advanceTicket, planTicket, ticketStates } from '../../domain/ticket.ts';
import { foretell } from '../../domain/timeline.ts';
import { createTicket } from '../../ledger/new-ticket.ts';
import { type LoadedTicket, loadTicket } from '../../ledger/ticket.ts';
import type { Tx } from '../../prisma/client.ts';
import { recordLook } from '../access-log.ts';
import { actorOf, allow, type Principal, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { etag, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { rehearse } from '../rehearsal.ts';
import { PreviewQuery } from './decision-route.ts';
import { History, historyOf } from './history.ts';
import { type Api, IdParam, Instant, Line, reach, reachable } from './plugin.ts';
import { presentTickets, Ticket } from './ticket-shape.ts';
import { Timeline } from './timeline.ts';

/** Who works tickets at all; what of it is theirs is the rule's to say. */
export const deskRoles = [
  'care coordinator',
  'care team agent',
  'practitioner',
  'receptionist',
  'team lead',
  'manager',
  'support',
] as const;

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  type: Line.optional().describe('The key of a type.'),
  teamId: z.uuid().optional(),
  assigneeId: z.uuid().optional(),
  unassigned: z.stringbool().optional(),
  patientId: z.uuid().optional(),
  state: z.enum(ticketStates).optional(),
  priority: z.stringbool().optional(),
  overdue: z.stringbool().optional().describe('Whose lead was told.'),
  sort: z.enum(['openedAt', '-openedAt', 'nextAt']).default('openedAt'),
}).strict();

const NewTicket = z
  .strictObject({
    facilityId: z.uuid(),
    type: Line.describe('The key of its type.'),
    subject: Line,
    fields: z.record(z.string().max(40), z.unknown()).optional().describe('What the type asks for.'),
    patientId: z.uuid().optional(),
    practitionerId: z.uuid().optional(),
    teamId: z.string().max(200).optional().describe('Left out: the queue of its type.'),
    assigneeId: z.uuid().optional(),
    dueAt: Instant.optional().describe('In place of the clock of its type.'),
    priority: z.boolean().optional().describe('Only with medicalEmergency (P-08).'),
    medicalEmergency: z.boolean().optional(),
    origin: z.enum(['person', 'automated']).optional().describe('automated: an event made it, not a person (R-07).'),
    onBehalfOf: z.uuid().optional().describe('The person who opens it, when a staff tool calls for them.'),
  })
  .meta({
    example: {
      facilityId: '01890000-0000-7000-8000-000000000001',
      type: 'refund-or-credit',
      subject: 'Asks about the credit of last month',
      patientId: '01890000-0000-7000-8000-000000000004',
    },
  });

const OpenedTicket = Ticket.extend({
  retypedFrom: z.object({ key: z.string(), name: z.string() }).nullable().describe('Filed under this type, it belongs to another (P-10).'),
});
const Preview = z.object({ preview: z.literal(true), ticket: OpenedTicket });

/** The ticket, its look on record (F-25), or TICKET_NOT_FOUND: unknown and not yours give the same answer. */
export async function findTicket(deps: Deps, id: string, principal: Principal): Promise<LoadedTicket> {
  const ticket = reachable(principal, await loadTicket(deps.reader, id));
  if (!ticket) throw new DomainError('TICKET_NOT_FOUND', { id });
  await recordLook(deps, principal, [ticket], 'tickets');
  return ticket;
}

export function ticketRoutes(app: Api, deps: Deps): void {
  const tags = ['tickets'];

  const list = { tags, summary: 'List tickets', querystring: Query, response: { 200: listOf(Ticket), ...problems(400, 401, 403) } };
  app.get('/tickets', { schema: list }, async ({ query, principal }) => {
    allow(principal, ...deskRoles);
    const { cursor, limit, sort, type, unassigned, overdue, ...filter } = query;
    const { where, orderBy } = keyset(sort, cursor, 'instant');
    const asked = {
      ...filter,
      ...(type && { type: { key: type } }),
      ...(unassigned !== undefined && { assigneeId: unassigned ? null : { not: null } }),
      ...(overdue !== undefined && { escalatedAt: overdue ? { not: null } : null }),
    };
    const rows = await deps.reader.ticket.findMany({ where: { AND: [scopeOf(principal), asked, where] }, orderBy, take: limit + 1 });
    const shown = rows.slice(0, limit);
    await recordLook(deps, principal, shown, 'tickets');
    const items = new Map((await presentTickets(deps.reader, shown, deps.now())).map((item) => [item.id, item]));
    const column = sort === 'nextAt' ? ('nextAt' as const) : ('openedAt' as const);
    return pageOf(
      rows,
      limit,
      (row) => [row[column].toISOString(), row.id],
      ({ id }) => items.get(id)!,
    );
  });

  const one = { tags, summary: 'One ticket', params: IdParam, response: { 200: Ticket, ...problems(400, 401, 403, 404) } };
  app.get('/tickets/:id', { schema: one }, async ({ params, principal }, reply) => {
    allow(principal, ...deskRoles);
    await findTicket(deps, params.id, principal);
    const ticket = await present(deps.reader, params.id, deps.now());
    return reply.header('etag', etag(ticket.version)).send(ticket);
  });

  const create = {
    tags,
    summary: 'Open a ticket (R-07); one filed under the wrong type is re-typed, and the answer says so (P-10)',
    querystring: PreviewQuery,
    body: NewTicket,
    response: { 200: Preview, 201: OpenedTicket, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/tickets', { schema: create }, async (request, reply) => {
    const { principal, body, query } = request;
    allow(principal, ...deskRoles, 'facility scheduler');
    const { onBehalfOf, ...wanted } = body;
    reach(principal, wanted.facilityId);
    const write = async (tx: Tx) => {
      const now = deps.now();
      const { facilityId } = wanted;
      if (!(await tx.facility.findUnique({ where: { id: facilityId } }))) throw new DomainError('NOT_FOUND', { facilityId });
      const { facts, retypedFrom } = await createTicket(tx, wanted, await actorOf(tx, principal, facilityId, onBehalfOf), now);
      return { ...(await present(tx, facts.id, now)), retypedFrom };
    };
    if (query.preview) {
      const ticket = await rehearse(deps.db, write);
      await recordLook(deps, principal, [ticket], 'tickets');
      return reply.code(200).send({ preview: true as const, ticket });
    }
    return once(deps, principal, request, reply, async (tx) => ({ status: 201, body: await write(tx) }));
  });

  const timeline = {
    tags,
    summary: 'What will happen if nobody does anything (U-01)',
    params: IdParam,
    response: { 200: Timeline, ...problems(400, 401, 403, 404) },
  };
  app.get('/tickets/:id/timeline', { schema: timeline }, async ({ params, principal }) => {
    allow(principal, ...deskRoles);
    const { facts, policy } = await findTicket(deps, params.id, principal);
    return { items: foretell(facts, deps.now(), { plan: (then, at) => planTicket(then, policy, at), advance: advanceTicket }) };
  });

  const history = { tags, summary: 'What happened, and why', params: IdParam, response: { 200: History, ...problems(400, 401, 403, 404) } };
  app.get('/tickets/:id/history', { schema: history }, async ({ params, principal }) => {
    allow(principal, ...deskRoles);
    await findTicket(deps, params.id, principal);
    return historyOf(deps.reader, 'ticket', params.id);
  });
}

async function present(tx: Tx, id: string, now: string): Promise<z.infer<typeof Ticket>> {
  return (await presentTickets(tx, [await tx.ticket.findUniqueOrThrow({ where: { id } })], now))[0]!;
}
