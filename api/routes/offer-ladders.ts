/** Offers of free time (F-01 to F-04): start them, see who was asked, stop them. Patients answer by their own links. */
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { advanceLadder, ladderModes, ladderStates, offerStates, planLadder } from '../../domain/offer-ladder.ts';
import type { LadderChoice } from '../../domain/offer-ladder-decision.ts';
import { needRight } from '../../domain/right.ts';
import { foretell } from '../../domain/timeline.ts';
import { decideLadderDirectly } from '../../ledger/offer-decision.ts';
import { type LoadedLadder, loadLadders } from '../../ledger/offer-ladder.ts';
import { whyNotAsked } from '../../ledger/offer-why.ts';
import { offerByHand } from '../../ledger/offered-time.ts';
import type { Tx } from '../../prisma/client.ts';
import { recordLook } from '../access-log.ts';
import { actorOf, type Principal, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { etag, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { Deciding } from './decision-route.ts';
import { directDecisionRoute } from './direct-decision-route.ts';
import { History, historyOf } from './history.ts';
import { type Api, IdParam, Instant, inOrder, notInOrder, Version, yours } from './plugin.ts';
import { Timeline } from './timeline.ts';

const Offer = z.object({
  waitlistEntryId: z.uuid(),
  patientId: z.uuid(),
  state: z.enum(offerStates),
  offeredAt: Instant,
  expiresAt: Instant,
});
const OfferLadder = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    practitionerId: z.uuid(),
    startsAt: Instant,
    endsAt: Instant,
    mode: z.enum(ladderModes),
    state: z.enum(ladderStates),
    endedAt: Instant.nullable(),
    offers: z.array(Offer).describe('In the order they were made.'),
    version: Version,
  })
  .meta({ id: 'OfferLadder' });

const NewLadder = z
  .strictObject({
    practitionerId: z.uuid(),
    startsAt: Instant,
    endsAt: Instant,
    mode: z.enum(ladderModes).describe('One by one, in waves, or all at once.'),
    onBehalfOf: z.uuid().optional().describe('The person who starts it, when a staff tool calls for them.'),
  })
  .refine(inOrder, notInOrder)
  .meta({
    example: {
      practitionerId: '01890000-0000-7000-8000-000000000008',
      startsAt: '2027-01-11T09:00:00Z',
      endsAt: '2027-01-11T10:00:00Z',
      mode: 'sequential',
    },
  });
const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  practitionerId: z.uuid().optional(),
  state: z.enum(ladderStates).optional(),
}).strict();
const Stop = Deciding.meta({ example: { reason: 'The patient was phoned.' } });
const About = z.object({ waitlistEntryId: z.uuid() });
const Why = z.object({
  offered: z.boolean(),
  rule: z.string(),
  because: z.string(),
  value: z.union([z.string(), z.number()]).optional(),
  limit: z.union([z.string(), z.number()]).optional(),
});

export function offerLadderRoutes(app: Api, deps: Deps): void {
  const tags = ['offer-ladders'];
  const looked = (principal: Principal, ladders: LoadedLadder[]) =>
    recordLook(
      deps,
      principal,
      ladders.flatMap(({ facilityId, facts }) => facts.offers.map(({ patientId }) => ({ facilityId, patientId }))),
      'offers',
    );
  /** Its look on record (F-25). */
  const find = async (id: string, principal: Principal): Promise<LoadedLadder> => {
    const ladder = yours(principal, (await loadLadders(deps.reader, [id], 'none', deps.now()))[0]);
    await looked(principal, [ladder]);
    return ladder;
  };

  const list = {
    tags,
    summary: 'List what is and was offered, the latest first',
    querystring: Query,
    response: { 200: listOf(OfferLadder), ...problems(400, 401, 403) },
  };
  app.get('/offer-ladders', { schema: list }, async ({ query, principal }) => {
    needRight(principal, 'manage appointments');
    const { cursor, limit, ...filter } = query;
    const { where, orderBy } = keyset('-createdAt', cursor, 'instant');
    const AND = [scopeOf(principal), filter, where];
    const rows = await deps.reader.offerLadder.findMany({
      where: { AND },
      orderBy,
      take: limit + 1,
      select: { id: true, createdAt: true },
    });
    const ids = rows.map(({ id }) => id);
    const ladders = await loadLadders(deps.reader, ids, 'none', deps.now(), 0);
    await looked(principal, ladders);
    const byId = new Map(ladders.map((ladder) => [ladder.facts.id, present(ladder)]));
    return pageOf(
      rows,
      limit,
      ({ createdAt, id }) => [createdAt.toISOString(), id],
      ({ id }) => byId.get(id)!,
    );
  });

  const create = {
    tags,
    summary: 'Begin to offer free time to those who wait for it (F-01)',
    body: NewLadder,
    response: { 201: OfferLadder, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/offer-ladders', { schema: create }, async (request, reply) => {
    const { principal, body } = request;
    needRight(principal, 'manage appointments');
    const { onBehalfOf, ...wish } = body;
    return once(deps, principal, request, reply, async (tx: Tx) => {
      const { facilityId } = yours(principal, await tx.practitioner.findUnique({ where: { id: wish.practitionerId } }));
      const actor = await actorOf(tx, principal, facilityId, onBehalfOf);
      return { status: 201, body: present(await offerByHand(tx, { facilityId, ...wish }, actor, deps.now())) };
    });
  });

  const one = {
    tags,
    summary: 'Who was asked, and what they said',
    params: IdParam,
    response: { 200: OfferLadder, ...problems(400, 401, 403, 404) },
  };
  app.get('/offer-ladders/:id', { schema: one }, async ({ params, principal }, reply) => {
    needRight(principal, 'manage appointments');
    const ladder = await find(params.id, principal);
    return reply.header('etag', etag(ladder.version)).send(present(ladder));
  });

  directDecisionRoute<Deciding, LadderChoice>(app, deps, {
    kind: 'offer-ladder',
    right: 'manage appointments',
    path: '/stop',
    summary: 'Ask nobody else; open offers are withdrawn (F-03)',
    body: Stop,
    find,
    choose: () => ({ action: 'stop' }),
    decide: decideLadderDirectly,
  });

  const why = {
    tags,
    summary: 'Why a waitlist entry was, or was not, asked about this time (U-07)',
    params: IdParam,
    querystring: About,
    response: { 200: Why, ...problems(400, 401, 403, 404) },
  };
  app.get('/offer-ladders/:id/why', { schema: why }, async ({ params, query, principal }) => {
    needRight(principal, 'manage appointments');
    const ladder = await find(params.id, principal);
    const entry = yours(principal, await deps.reader.waitlistEntry.findUnique({ where: { id: query.waitlistEntryId } }));
    if (entry.facilityId !== ladder.facilityId) throw new DomainError('NOT_FOUND', { waitlistEntryId: entry.id });
    await recordLook(deps, principal, [entry], 'offers');
    return whyNotAsked(deps.reader, ladder, entry.id, deps.now());
  });

  const timeline = {
    tags,
    summary: 'What will happen if nobody answers (U-01)',
    params: IdParam,
    response: { 200: Timeline, ...problems(400, 401, 403, 404) },
  };
  app.get('/offer-ladders/:id/timeline', { schema: timeline }, async ({ params, principal }) => {
    needRight(principal, 'manage appointments');
    const { facts, policy } = await find(params.id, principal);
    const life = {
      plan: (then: typeof facts, at: string) => planLadder(then, policy, at),
      advance: (then: typeof facts, step: Parameters<typeof advanceLadder>[1]) => advanceLadder(then, step, policy),
    };
    return { items: foretell(facts, deps.now(), life) };
  });

  const history = {
    tags,
    summary: 'What happened, and why',
    params: IdParam,
    response: { 200: History, ...problems(400, 401, 403, 404) },
  };
  app.get('/offer-ladders/:id/history', { schema: history }, async ({ params, principal }) => {
    needRight(principal, 'manage appointments');
    await find(params.id, principal);
    return historyOf(deps.reader, 'offer-ladder', params.id);
  });
}

function present({ facts, facilityId, version }: LoadedLadder): z.infer<typeof OfferLadder> {
  const { id, practitionerId, startsAt, endsAt, mode, state, endedAt } = facts;
  const offers = facts.offers.map(({ entryId, patientId, state: its, offeredAt, expiresAt }) => ({
    waitlistEntryId: entryId,
    patientId,
    state: its,
    offeredAt,
    expiresAt,
  }));
  return { id, facilityId, practitionerId, startsAt, endsAt, mode, state, endedAt, offers, version };
}
