/** Clearances: whether the patients of visits are cleared in time (P-02), and the registration link (P-03). */
import { z } from 'zod';

import { advanceClearance, clearanceStates, linkReasons, planClearance } from '../../domain/clearance.ts';
import { type ClearanceChoice, decideClearance } from '../../domain/clearance-decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { Channel } from '../../domain/patient-message.ts';
import { foretell } from '../../domain/timeline.ts';
import { type LoadedClearance, loadClearance, loadClearances, openClearance } from '../../ledger/clearance.ts';
import { recordLook } from '../access-log.ts';
import { actorOf, allow, type Principal, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { etag, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { Deciding, decisionRoute } from './decision-route.ts';
import { History, historyOf } from './history.ts';
import { type Api, IdParam, Instant, reachable, Version } from './plugin.ts';
import { Next, Timeline } from './timeline.ts';

/** Who reads them. What of it is theirs to decide is the rule's to say. */
const clearanceRoles = ['practitioner', 'care coordinator', 'care team agent', 'receptionist', 'team lead', 'manager', 'support'] as const;

const Clearance = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    appointmentId: z.uuid(),
    patientId: z.uuid(),
    patient: z.string(),
    practitionerId: z.uuid(),
    provider: z.string(),
    visitAt: Instant,
    state: z.enum(clearanceStates).describe('lapsed: the visit began and nobody had cleared the patient.'),
    openedAt: Instant,
    linkReason: z.enum(linkReasons).nullable(),
    linkSentAt: Instant.nullable(),
    registeredAt: Instant.nullable(),
    urgedAt: Instant.nullable(),
    escalatedAt: Instant.nullable(),
    ticketId: z.uuid().nullable().describe('The urgent ticket that was raised for it.'),
    endedAt: Instant.nullable(),
    endedBy: z.string().nullable(),
    next: Next,
    version: Version,
  })
  .meta({ id: 'Clearance' });

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  state: z.enum(clearanceStates).optional(),
  patientId: z.uuid().optional(),
  appointmentId: z.uuid().optional(),
  sort: z.enum(['nextAt', '-nextAt']).default('nextAt'),
}).strict();

const Opening = z
  .strictObject({
    appointmentId: z.uuid(),
    onBehalfOf: z.uuid().optional().describe('The person who asks, when a staff tool calls for them.'),
  })
  .meta({ example: { appointmentId: '01890000-0000-7000-8000-000000000001' } });
const Link = Deciding.extend({
  linkReason: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .describe(`Why: ${linkReasons.join(', ')} (P-03).`),
  channel: Channel.optional().describe('Left out: by mail where the card has an address, else by text.'),
}).meta({ example: { linkReason: 'new patient' } });
const Plain = Deciding.meta({ example: {} });

function presentClearance({ facts, facilityId, names, next, version }: LoadedClearance): z.infer<typeof Clearance> {
  const { id, appointmentId, patientId, practitionerId, visitAt, state, openedAt, linkReason, linkSentAt, registeredAt } = facts;
  const { urgedAt, escalatedAt, ticketId, endedAt, endedBy } = facts;
  return {
    id,
    facilityId,
    appointmentId,
    patientId,
    patient: names.patient,
    practitionerId,
    provider: names.provider,
    visitAt,
    state,
    openedAt,
    linkReason,
    linkSentAt,
    registeredAt,
    urgedAt,
    escalatedAt,
    ticketId,
    endedAt,
    endedBy,
    next,
    version,
  };
}

/** The clearance, its look on record (F-25), or CLEARANCE_NOT_FOUND: unknown and not yours give the same answer. */
async function findClearance(deps: Deps, id: string, principal: Principal): Promise<LoadedClearance> {
  const clearance = reachable(principal, await loadClearance(deps.reader, id));
  if (!clearance) throw new DomainError('CLEARANCE_NOT_FOUND', { id });
  await recordLook(deps, principal, [{ facilityId: clearance.facilityId, patientId: clearance.facts.patientId }], 'clearance');
  return clearance;
}

export function clearanceRoutes(app: Api, deps: Deps): void {
  const tags = ['clearances'];
  const seen = async (id: string, principal: Principal) => {
    allow(principal, ...clearanceRoles);
    return findClearance(deps, id, principal);
  };

  const list = {
    tags,
    summary: 'List clearances by when something is due',
    querystring: Query,
    response: { 200: listOf(Clearance), ...problems(400, 401, 403) },
  };
  app.get('/clearances', { schema: list }, async ({ query, principal }) => {
    allow(principal, ...clearanceRoles);
    const { cursor, limit, sort, ...filter } = query;
    const { where, orderBy } = keyset(sort, cursor, 'instant');
    const rows = await deps.reader.clearance.findMany({
      where: { AND: [scopeOf(principal), filter, where] },
      orderBy,
      take: limit + 1,
      select: { id: true, nextAt: true },
    });
    const ids = rows.slice(0, limit).map(({ id }) => id);
    const byId = new Map((await loadClearances(deps.reader, ids)).map((one) => [one.facts.id, one]));
    const read = [...byId.values()].map(({ facilityId, facts }) => ({ facilityId, patientId: facts.patientId }));
    await recordLook(deps, principal, read, 'clearances');
    return pageOf(
      rows,
      limit,
      ({ nextAt, id }) => [nextAt.toISOString(), id],
      ({ id }) => presentClearance(byId.get(id)!),
    );
  });

  const one = { tags, summary: 'One clearance', params: IdParam, response: { 200: Clearance, ...problems(400, 401, 403, 404) } };
  app.get('/clearances/:id', { schema: one }, async ({ params, principal }, reply) => {
    const clearance = await seen(params.id, principal);
    return reply.header('etag', etag(clearance.version)).send(presentClearance(clearance));
  });

  const create = {
    tags,
    summary:
      'Ask for the clearance of a booked visit; one that is open already stands. Visits of providers with a coordinator have one (P-02)',
    body: Opening,
    response: { 201: Clearance, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/clearances', { schema: create }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal, ...clearanceRoles);
    return once(deps, principal, request, reply, async (tx) => {
      const visit = await tx.appointment.findUnique({ where: { id: body.appointmentId }, select: { facilityId: true } });
      const place = reachable(principal, visit);
      if (!place) throw new DomainError('APPOINTMENT_NOT_FOUND', { id: body.appointmentId });
      const actor = await actorOf(tx, principal, place.facilityId, body.onBehalfOf);
      return { status: 201, body: presentClearance(await openClearance(tx, body.appointmentId, actor, deps.now())) };
    });
  });

  const decision = <Body extends Deciding>(path: string, summary: string, body: z.ZodType<Body>, choose: (body: Body) => ClearanceChoice) =>
    decisionRoute<LoadedClearance, Body, ClearanceChoice>(app, deps, {
      kind: 'clearance',
      roles: [...clearanceRoles],
      path,
      summary,
      body,
      choose,
      find: (id, principal) => findClearance(deps, id, principal),
      foresee: ({ facts, policy }, choice, actor, now) => {
        const { after, summary: said } = decideClearance(facts, choice, actor, now, policy.pcc);
        return { effect: { state: after.state, linkReason: after.linkReason, summary: said } };
      },
    });
  decision('/links', 'Send the patient the registration link, for one of three reasons (P-03)', Link, ({ linkReason, channel }) => ({
    action: 'send link',
    linkReason,
    channel,
  }));
  decision('/clear', 'The patient is cleared; the urgent ticket closes by itself (P-02)', Plain, () => ({ action: 'clear' }));

  const timeline = {
    tags,
    summary: 'What will happen if nobody does anything (U-01)',
    params: IdParam,
    response: { 200: Timeline, ...problems(400, 401, 403, 404) },
  };
  app.get('/clearances/:id/timeline', { schema: timeline }, async ({ params, principal }) => {
    const { facts, policy } = await seen(params.id, principal);
    return { items: foretell(facts, deps.now(), { plan: (then, at) => planClearance(then, policy, at), advance: advanceClearance }) };
  });

  const history = {
    tags,
    summary: 'What happened, and why',
    params: IdParam,
    response: { 200: History, ...problems(400, 401, 403, 404) },
  };
  app.get('/clearances/:id/history', { schema: history }, async ({ params, principal }) => {
    await seen(params.id, principal);
    return historyOf(deps.reader, 'clearance', params.id);
  });
}
