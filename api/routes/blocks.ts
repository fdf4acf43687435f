/**
 * Blocks: reserved time in a room. Lists, creation, the timeline of what will happen (U-01), the history of what
 * did, why not (U-07), and the decisions keep, release and undo.
 */
import { z } from 'zod';

import { advanceBlock, alertOn, alertSlot, booked, minutesByUse, planBlock, unbooked } from '../../domain/block.ts';
import { type BlockChoice, decideBlock, digest } from '../../domain/block-decision.ts';
import { zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { Interval } from '../../domain/interval.ts';
import { foretell } from '../../domain/timeline.ts';
import { type LoadedBlock, loadBlock, loadBlocks } from '../../ledger/block.ts';
import { policyOf } from '../../ledger/facility.ts';
import { createBlocks } from '../../ledger/new-block.ts';
import { lockRoomDays } from '../../ledger/transaction.ts';
import { actorOf, allow, scopeOf } from '../auth/principal.ts';
import { decide } from '../decide.ts';
import type { Deps } from '../deps.ts';
import { decisionIdOf, once } from '../idempotency.ts';
import { etag, ListQuery, listOf, pageOf, positionOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { History, historyOf } from './history.ts';
import { type Api, CivilDate, IdParam, Instant, reachable, Version } from './plugin.ts';
import { Receipt, Recorded } from './receipt.ts';

const Next = z.object({ kind: z.string(), at: Instant, because: z.string(), rule: z.string(), proposal: z.array(Interval).optional(), confidence: z.number().optional() });

const Block = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    roomId: z.uuid(),
    room: z.string(),
    groupId: z.uuid(),
    group: z.string(),
    providerId: z.uuid().nullable(),
    provider: z.string().nullable(),
    date: CivilDate,
    startsAt: Instant,
    endsAt: Instant,
    windowDays: z.int(),
    state: z.enum(['inactive', 'active', 'closed']),
    silenced: z.boolean(),
    alerts: z.int(),
    mandatoryOff: z.boolean(),
    booked: z.array(Interval),
    unbooked: z.array(Interval),
    releases: z.array(z.object({ id: z.uuid(), startsAt: Instant, endsAt: Instant, kind: z.string(), releasedAt: Instant, releasedBy: z.string(), visibleAt: Instant })),
    blockMinutes: z.int(),
    bookedMinutes: z.int(),
    releasedMinutes: z.int(),
    unbookedMinutes: z.int(),
    next: Next,
    version: Version,
  })
  .meta({ id: 'Block' });

const NewBlock = z
  .object({
    facilityId: z.uuid(),
    roomId: z.uuid(),
    groupId: z.uuid(),
    providerId: z.uuid().optional().describe('For a block of one provider; without it the block is the whole group’s.'),
    startsAt: Instant,
    endsAt: Instant,
    windowDays: z.int().min(0).max(365).optional().describe('Mandatory release window in civil days (C-05); the facility’s policy if left out.'),
  })
  .meta({ example: { facilityId: '01890000-0000-7000-8000-000000000001', roomId: '01890000-0000-7000-8000-000000000002', groupId: '01890000-0000-7000-8000-000000000003', startsAt: '2027-01-11T07:00:00Z', endsAt: '2027-01-11T15:00:00Z' } });

const Deciding = z.object({ onBehalfOf: z.uuid().optional().describe('The person who decides, when a staff tool calls for them.'), reason: z.string().trim().max(2000).optional() });
const Keep = Deciding.extend({ stopAlerts: z.boolean().default(false).describe('C-13: no more alerts about this block.') }).meta({ example: { stopAlerts: true } });
const Release = Deciding.extend({ full: z.literal(true).optional(), intervals: z.array(Interval).min(1).max(50).optional() })
  .refine(({ full, intervals }) => (full === undefined) !== (intervals === undefined), 'either full: true or intervals')
  .meta({ example: { full: true } });
const Undo = Deciding.extend({ acceptPart: z.boolean().default(false).describe('Take back what nobody has taken yet.') }).meta({ example: { acceptPart: false } });
const PreviewQuery = z.object({ preview: z.stringbool().default(false).describe('Say what it would do, and do nothing (U-02).') });
const Effect = z.object({ preview: z.literal(true), effect: z.unknown(), seen: z.string() });

export function blockRoutes(app: Api, deps: Deps): void {
  const find = async (id: string, principal: Parameters<typeof reachable>[0], now: string) => {
    const block = reachable(principal, await loadBlock(deps.reader, id, now));
    if (!block) throw new DomainError('BLOCK_NOT_FOUND', { id });
    return block;
  };

  const Query = ListQuery.extend({ facilityId: z.uuid().optional(), groupId: z.uuid().optional(), roomId: z.uuid().optional(), state: z.enum(['inactive', 'active', 'closed']).optional(), from: CivilDate.optional(), to: CivilDate.optional() }).strict();
  app.get('/blocks', { schema: { tags: ['blocks'], summary: 'List blocks by date', querystring: Query, response: { 200: listOf(Block), ...problems(400, 401) } } }, async ({ query, principal }) => {
    const { cursor, limit, from, to, ...filter } = query;
    const after = positionOf(cursor);
    const rows = await deps.reader.block.findMany({
      where: {
        AND: [
          scopeOf(principal),
          filter,
          { date: { ...(from && { gte: new Date(from) }), ...(to && { lte: new Date(to) }) } },
          after ? { OR: [{ date: { gt: new Date(after[0]) } }, { date: new Date(after[0]), id: { gt: after[1] } }] } : {},
        ],
      },
      orderBy: [{ date: 'asc' }, { id: 'asc' }],
      take: limit + 1,
      select: { id: true, date: true },
    });
    const blocks = new Map((await loadBlocks(deps.reader, rows.map(({ id }) => id), 'none')).map((block) => [block.facts.id, block]));
    return pageOf(rows, limit, ({ date, id }) => [date.toISOString(), id], ({ id }) => present(blocks.get(id)!, deps.now()));
  });

  app.get('/blocks/:id', { schema: { tags: ['blocks'], summary: 'One block', params: IdParam, response: { 200: Block, ...problems(401, 404) } } }, async ({ params, principal }, reply) => {
    const block = await find(params.id, principal, deps.now());
    return reply.header('etag', etag(block.version)).send(present(block, deps.now()));
  });

  app.post('/blocks', { schema: { tags: ['blocks'], summary: 'Reserve a block; it gets its life at once', body: NewBlock, response: { 201: Block, ...problems(400, 401, 403, 404, 409, 422) } } }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal, 'facility scheduler');
    const { facilityId, ...block } = body;
    return once(deps, principal, request, reply, async (tx) => {
      if (block.endsAt <= block.startsAt) throw new DomainError('INVALID_REQUEST', { startsAt: block.startsAt, endsAt: block.endsAt });
      const facility = reachable(principal, await tx.facility.findUnique({ where: { id: facilityId } }).then((row) => row && { ...row, facilityId: row.id }));
      const room = await tx.room.findFirst({ where: { id: block.roomId, facilityId } });
      const group = await tx.group.findFirst({ where: { id: block.groupId, facilityId } });
      const provider = !block.providerId || (await tx.provider.findFirst({ where: { id: block.providerId, facilityId } }));
      if (!facility || !room || !group || !provider) throw new DomainError('NOT_FOUND', { facilityId, roomId: block.roomId, groupId: block.groupId, providerId: block.providerId });
      if (!group.mainContactId) throw new DomainError('BLOCK_WITHOUT_CONTACT', { groupId: group.id });
      await lockRoomDays(tx, [block]);
      const policy = await policyOf(tx, facilityId);
      const [created] = await createBlocks(tx, { id: facilityId, zone: facility.zone, policy }, [block], await actorOf(tx, principal, facilityId), deps.now());
      if (!created) throw new DomainError('TIME_PAST', { endsAt: block.endsAt, now: deps.now() });
      return { status: 201, body: present(await loadBlock(tx, created.facts.id, deps.now()), deps.now()) };
    });
  });

  const Timeline = z.object({ items: z.array(Next) });
  app.get('/blocks/:id/timeline', { schema: { tags: ['blocks'], summary: 'What will happen if nobody does anything (U-01)', params: IdParam, response: { 200: Timeline, ...problems(401, 404) } } }, async ({ params, principal }) => {
    const { facts, policy } = await find(params.id, principal, deps.now());
    return { items: foretell(facts, deps.now(), { plan: (now, at) => planBlock(now, policy, at), advance: advanceBlock }) };
  });

  app.get('/blocks/:id/history', { schema: { tags: ['blocks'], summary: 'What happened, and why', params: IdParam, response: { 200: History, ...problems(401, 404) } } }, async ({ params, principal }) => {
    await find(params.id, principal, deps.now());
    return historyOf(deps.reader, 'block', params.id);
  });

  const WhyNot = z.object({ date: CivilDate, alert: z.boolean(), at: Instant, because: z.string(), rule: z.string(), confidence: z.number().optional() });
  const WhyNotQuery = z.object({ date: CivilDate.optional() });
  app.get('/blocks/:id/why-not', { schema: { tags: ['blocks'], summary: 'Why an alert would or would not go out on a day, as the facts are now (U-07)', params: IdParam, querystring: WhyNotQuery, response: { 200: WhyNot, ...problems(400, 401, 404) } } }, async ({ params, query, principal }) => {
    const { facts, policy } = await find(params.id, principal, deps.now());
    const date = query.date ?? zoneDate(deps.now(), facts.zone);
    const at = alertSlot(facts, policy, date);
    const answer = alertOn(facts, policy, date, at);
    return { date, alert: 'proposal' in answer, at, because: answer.because, rule: answer.rule, confidence: answer.confidence };
  });

  const decision = <Body extends z.infer<typeof Deciding>>(path: string, summary: string, Body: z.ZodType<Body>, choose: (body: Body) => BlockChoice) => {
    const response = { 200: z.union([Receipt, Effect]), 202: Recorded, ...problems(400, 401, 403, 404, 409, 422) };
    app.post(`/blocks/:id/${path}`, { schema: { tags: ['blocks'], summary, params: IdParam, querystring: PreviewQuery, body: Body, response } }, async (request, reply) => {
      const { params, principal, query } = request;
      const body = request.body as Body;
      allow(principal, 'block contact', 'facility scheduler', 'support');
      const now = deps.now();
      const block = await find(params.id, principal, now);
      const actor = await actorOf(deps.reader, principal, block.facilityId, body.onBehalfOf);
      const choice = choose(body);
      if (query.preview) {
        const effect = decideBlock(block.facts, block.policy, choice, actor, now);
        return reply.code(200).send({ preview: true as const, effect, seen: digest(choice.action, effect) });
      }
      const id = await decisionIdOf(deps, principal, request);
      const answer = await decide(deps, 'block', params.id, { ...choice, id, actor, decidedAt: now, reason: body.reason });
      return 'receipt' in answer ? reply.code(200).send(answer.receipt) : reply.code(202).send({ recorded: true, decisionId: id });
    });
  };
  decision('keep', 'Keep the block time (C-12)', Keep, ({ stopAlerts }) => ({ action: 'keep', stopAlerts }));
  decision('releases', 'Release all unbooked time, or part of it (C-03, C-04)', Release, ({ intervals }) => (intervals ? { action: 'release part', intervals } : { action: 'release all' }));
  decision('undo', 'Take the last release back (C-25, F-21)', Undo, ({ acceptPart }) => ({ action: 'undo', acceptPart }));
}

function present({ facts, facilityId, roomId, groupId, providerId, names, next, version }: LoadedBlock, now: string): z.infer<typeof Block> {
  const { id, date, startsAt, endsAt, windowDays, state, silenced, alerts, mandatoryOff, releases } = facts;
  return {
    id, facilityId, roomId, room: names.room, groupId, group: names.group, providerId, provider: names.provider ?? null,
    date, startsAt, endsAt, windowDays, state, silenced, alerts, mandatoryOff, releases,
    booked: booked(facts), unbooked: unbooked(facts, now), ...minutesByUse(facts), next, version,
  };
}
