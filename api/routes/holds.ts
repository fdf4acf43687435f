/**
 * Holds: requests for open time. The time is the requester's claim at once and hidden from everyone else (C-29);
 * whoever comes second gets the same 409 as if it never was open. Decisions are in hold-decisions.ts.
 */
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { advanceHold, holdStates, planHold } from '../../domain/hold.ts';
import { holdQuestions } from '../../domain/hold-why.ts';
import { foretell } from '../../domain/timeline.ts';
import { type LoadedHold, loadHold } from '../../ledger/hold.ts';
import { requestHold } from '../../ledger/new-hold.ts';
import { whyHoldNow } from '../../ledger/why.ts';
import type { Tx } from '../../prisma/client.ts';
import { actorOf, allow, type Principal, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { etag, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { rehearse } from '../rehearsal.ts';
import { PreviewQuery } from './decision-route.ts';
import { History, historyOf } from './history.ts';
import { Hold, presentHolds, Warning, warningsAbout } from './hold-shape.ts';
import { type Api, IdParam, Instant, reach, reachable } from './plugin.ts';
import { Timeline } from './timeline.ts';
import { Why } from './why.ts';

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  roomId: z.uuid().optional(),
  groupId: z.uuid().optional(),
  providerId: z.uuid().optional(),
  requesterId: z.uuid().optional(),
  state: z.enum(holdStates).optional(),
  inConflict: z.stringbool().optional(),
  from: Instant.optional().describe('Starting at or after this.'),
  to: Instant.optional().describe('Starting before this.'),
  sort: z.enum(['startsAt', '-startsAt']).default('startsAt'),
}).strict();

const NewHold = z
  .strictObject({
    facilityId: z.uuid(),
    roomId: z.uuid(),
    providerId: z.uuid(),
    requesterId: z.uuid().optional().describe('Whose hold it becomes; the person in onBehalfOf if left out.'),
    onBehalfOf: z.uuid().optional().describe('The person who asks, when a staff tool calls for them.'),
    startsAt: Instant,
    endsAt: Instant,
  })
  .refine(({ requesterId, onBehalfOf }) => requesterId ?? onBehalfOf, { path: ['requesterId'], error: 'give requesterId or onBehalfOf' })
  .meta({
    example: {
      facilityId: '01890000-0000-7000-8000-000000000001',
      roomId: '01890000-0000-7000-8000-000000000002',
      providerId: '01890000-0000-7000-8000-000000000005',
      requesterId: '01890000-0000-7000-8000-000000000004',
      startsAt: '2027-01-11T13:00:00Z',
      endsAt: '2027-01-11T15:00:00Z',
    },
  });

const warnings = z.array(Warning).describe('What the requester should know; nothing is refused for it.');
const RequestedHold = Hold.extend({ warnings });
const Preview = z.object({ preview: z.literal(true), hold: Hold.omit({ id: true }), warnings });

const WhyNot = z.object({ items: z.array(Why.extend({ question: z.enum(holdQuestions) })) });

/** The hold, or HOLD_NOT_FOUND: unknown and not yours give the same answer. */
export async function findHold(db: Tx, id: string, principal: Principal): Promise<LoadedHold> {
  const hold = reachable(principal, await loadHold(db, id));
  if (!hold) throw new DomainError('HOLD_NOT_FOUND', { id });
  return hold;
}

export function holdRoutes(app: Api, deps: Deps): void {
  const tags = ['holds'];

  const list = { tags, summary: 'List holds by start', querystring: Query, response: { 200: listOf(Hold), ...problems(400, 401) } };
  app.get('/holds', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, sort, from, to, ...filter } = query;
    const { where, orderBy } = keyset(sort, cursor, 'instant');
    const AND = [scopeOf(principal), filter, { startsAt: { gte: from, lt: to } }, where];
    const rows = await deps.reader.hold.findMany({ where: { AND }, orderBy, take: limit + 1 });
    const holds = await presentHolds(deps.reader, rows);
    return pageOf(
      rows,
      limit,
      ({ startsAt, id }) => [startsAt.toISOString(), id],
      ({ id }) => holds.get(id)!,
    );
  });

  const one = {
    tags,
    summary: 'One hold: filled and held minutes, expiry',
    params: IdParam,
    response: { 200: Hold, ...problems(400, 401, 404) },
  };
  app.get('/holds/:id', { schema: one }, async ({ params, principal }, reply) => {
    await findHold(deps.reader, params.id, principal);
    const hold = await load(deps.reader, params.id);
    return reply.header('etag', etag(hold.version)).send(hold);
  });

  const create = {
    tags,
    summary: 'Request open time (C-26): yours only when the facility confirms it',
    querystring: PreviewQuery,
    body: NewHold,
    response: { 200: Preview, 201: RequestedHold, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/holds', { schema: create }, async (request, reply) => {
    const { principal, body, query } = request;
    allow(principal, 'block contact', 'facility scheduler', 'support');
    const { onBehalfOf, requesterId = onBehalfOf!, ...wanted } = body;
    const { facilityId } = wanted;
    reach(principal, facilityId);
    const write = async (tx: Tx) => {
      const now = deps.now();
      const actor = await actorOf(tx, principal, facilityId, onBehalfOf);
      const requester = await tx.person.findUnique({ where: { id: requesterId, facilityId, active: true }, select: { id: true } });
      if (!requester) throw new DomainError('NOT_FOUND', { requesterId });
      const { facts } = await requestHold(tx, { ...wanted, requesterId }, actor, now);
      const hold = await load(tx, facts.id);
      return { ...hold, warnings: await warningsAbout(tx, hold, facts.zone, now) };
    };
    if (query.preview) {
      const { warnings, ...hold } = await rehearse(deps.db, write);
      return reply.code(200).send({ preview: true as const, hold, warnings });
    }
    return once(deps, principal, request, reply, async (tx) => ({ status: 201, body: await write(tx) }));
  });

  const timeline = {
    tags,
    summary: 'What will happen if nobody does anything (U-01)',
    params: IdParam,
    response: { 200: Timeline, ...problems(400, 401, 404) },
  };
  app.get('/holds/:id/timeline', { schema: timeline }, async ({ params, principal }) => {
    const { facts, policy } = await findHold(deps.reader, params.id, principal);
    return { items: foretell(facts, deps.now(), { plan: (then, at) => planHold(then, policy, at), advance: advanceHold }) };
  });

  const whyNot = {
    tags,
    summary: 'Why it was or was not confirmed, reminded of, expired, freed; and whether its requester is restricted (U-07)',
    params: IdParam,
    response: { 200: WhyNot, ...problems(400, 401, 404) },
  };
  app.get('/holds/:id/why-not', { schema: whyNot }, async ({ params, principal }) => {
    const hold = await findHold(deps.reader, params.id, principal);
    return { items: await whyHoldNow(deps.reader, hold, deps.now()) };
  });

  const history = { tags, summary: 'What happened, and why', params: IdParam, response: { 200: History, ...problems(400, 401, 404) } };
  app.get('/holds/:id/history', { schema: history }, async ({ params, principal }) => {
    await findHold(deps.reader, params.id, principal);
    return historyOf(deps.reader, 'hold', params.id);
  });
}

async function load(tx: Tx, id: string): Promise<z.infer<typeof Hold>> {
  const row = await tx.hold.findUniqueOrThrow({ where: { id } });
  return (await presentHolds(tx, [row])).get(id)!;
}
