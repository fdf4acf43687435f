/**
 * Blocks: reserved time in a room. Lists, creation, the window (C-05), the timeline of what will happen (U-01), the
 * history of what did, and why not (U-07). Decisions are in block-decisions.ts.
 */
import { z } from 'zod';

import { advanceBlock, planBlock } from '../../domain/block.ts';
import { zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { foretell } from '../../domain/timeline.ts';
import { type LoadedBlock, loadBlock, loadBlocks } from '../../ledger/block.ts';
import { changeWindow } from '../../ledger/block-window.ts';
import { policyOf } from '../../ledger/facility.ts';
import { createBlocks } from '../../ledger/new-block.ts';
import { lockRoomDays } from '../../ledger/transaction.ts';
import { whyBlock } from '../../ledger/why.ts';
import type { Tx } from '../../prisma/client.ts';
import { actorOf, allow, type Principal, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { edit, once } from '../idempotency.ts';
import { etag, ifMatch, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { Block, blockStates, NewBlock, presentBlock, WindowDays } from './block-shape.ts';
import { History, historyOf } from './history.ts';
import { type Api, CivilDate, IdParam, Instant, Prose, reach, reachable } from './plugin.ts';
import { Timeline } from './timeline.ts';
import { Why } from './why.ts';

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  groupId: z.uuid().optional(),
  providerId: z.uuid().optional(),
  roomId: z.uuid().optional(),
  seriesId: z.uuid().optional(),
  state: z.enum(blockStates).optional(),
  from: CivilDate.optional(),
  to: CivilDate.optional().describe('Inclusive.'),
  sort: z.enum(['date', '-date']).default('date'),
}).strict();

const BlockChange = z.strictObject({ windowDays: WindowDays, reason: Prose.optional() }).meta({ example: { windowDays: 10 } });

const WhyNot = z.object({
  date: CivilDate,
  alert: z.boolean().describe('Whether the holder was, or would be, asked on that day.'),
  at: Instant,
  because: z.string(),
  rule: z.string(),
  confidence: z.number().optional(),
  value: Why.shape.value,
  limit: Why.shape.limit,
  predictor: Why.shape.predictor,
  mandatoryRelease: Why.describe('Whether what was unbooked was released by itself, and why or why not.'),
});

/** The block, or BLOCK_NOT_FOUND: unknown and not yours give the same answer. */
export async function findBlock(db: Tx, id: string, principal: Principal, now: string): Promise<LoadedBlock> {
  const block = reachable(principal, await loadBlock(db, id, now));
  if (!block) throw new DomainError('BLOCK_NOT_FOUND', { id });
  return block;
}

export function blockRoutes(app: Api, deps: Deps): void {
  const tags = ['blocks'];

  const list = { tags, summary: 'List blocks by date', querystring: Query, response: { 200: listOf(Block), ...problems(400, 401) } };
  app.get('/blocks', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, sort, from, to, ...filter } = query;
    const { where, orderBy } = keyset(sort, cursor, 'instant');
    const dates = { date: { ...(from && { gte: new Date(from) }), ...(to && { lte: new Date(to) }) } };
    const AND = [scopeOf(principal), filter, dates, where];
    const rows = await deps.reader.block.findMany({ where: { AND }, orderBy, take: limit + 1, select: { id: true, date: true } });
    const ids = rows.map(({ id }) => id);
    const blocks = new Map((await loadBlocks(deps.reader, ids, 'none')).map((block) => [block.facts.id, block]));
    return pageOf(
      rows,
      limit,
      ({ date, id }) => [date.toISOString(), id],
      ({ id }) => presentBlock(blocks.get(id)!, deps.now()),
    );
  });

  const one = { tags, summary: 'One block', params: IdParam, response: { 200: Block, ...problems(400, 401, 404) } };
  app.get('/blocks/:id', { schema: one }, async ({ params, principal }, reply) => {
    const block = await findBlock(deps.reader, params.id, principal, deps.now());
    return reply.header('etag', etag(block.version)).send(presentBlock(block, deps.now()));
  });

  const create = {
    tags,
    summary: 'Reserve a block; it gets its life at once',
    body: NewBlock,
    response: { 201: Block, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/blocks', { schema: create }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal, 'facility scheduler');
    const { facilityId, ...block } = body;
    reach(principal, facilityId);
    return once(deps, principal, request, reply, async (tx) => {
      const now = deps.now();
      const zone = await placeOf(tx, body);
      if (block.endsAt <= now) throw new DomainError('TIME_PAST', { endsAt: block.endsAt, now });
      await lockRoomDays(tx, [block]);
      const facility = { id: facilityId, zone, policy: await policyOf(tx, facilityId) };
      const [created] = await createBlocks(tx, facility, [block], await actorOf(tx, principal, facilityId), now);
      return { status: 201, body: presentBlock(await loadBlock(tx, created!.facts.id, now), now) };
    });
  });

  const change = {
    tags,
    summary: 'Set the mandatory release window of a block (C-05)',
    params: IdParam,
    body: BlockChange,
    response: { 200: Block, ...problems(400, 401, 403, 404, 409, 412, 422, 428) },
  };
  app.patch('/blocks/:id', { schema: change }, async (request, reply) => {
    const { principal, body, params } = request;
    allow(principal, 'facility scheduler');
    const version = ifMatch(request.headers['if-match']);
    return edit(deps, request, reply, async (tx) => {
      const now = deps.now();
      const { facilityId } = await findBlock(tx, params.id, principal, now);
      const changed = await changeWindow(tx, params.id, { ...body, actor: await actorOf(tx, principal, facilityId), at: now }, version);
      const present = presentBlock(await loadBlock(tx, params.id, now), now);
      if (!changed) throw new DomainError('VERSION_MISMATCH', { present });
      return { status: 200, body: present };
    });
  });

  const timeline = {
    tags,
    summary: 'What will happen if nobody does anything (U-01)',
    params: IdParam,
    response: { 200: Timeline, ...problems(400, 401, 404) },
  };
  app.get('/blocks/:id/timeline', { schema: timeline }, async ({ params, principal }) => {
    const { facts, policy } = await findBlock(deps.reader, params.id, principal, deps.now());
    return { items: foretell(facts, deps.now(), { plan: (then, at) => planBlock(then, policy, at), advance: advanceBlock }) };
  });

  const history = { tags, summary: 'What happened, and why', params: IdParam, response: { 200: History, ...problems(400, 401, 404) } };
  app.get('/blocks/:id/history', { schema: history }, async ({ params, principal }) => {
    await findBlock(deps.reader, params.id, principal, deps.now());
    return historyOf(deps.reader, 'block', params.id);
  });

  const whyNot = {
    tags,
    summary:
      'Why an alert went, goes or did not go out on a day, by what was known then, and why the mandatory release did or did not come (U-07)',
    params: IdParam,
    querystring: z.object({ date: CivilDate.optional() }),
    response: { 200: WhyNot, ...problems(400, 401, 404) },
  };
  app.get('/blocks/:id/why-not', { schema: whyNot }, async ({ params, query, principal }) => {
    const now = deps.now();
    const block = await findBlock(deps.reader, params.id, principal, now);
    const date = query.date ?? zoneDate(now, block.facts.zone);
    const { alert, mandatoryRelease } = await whyBlock(deps.reader, block, date, now);
    const { happened, ...why } = alert;
    const confidence = why.rule === 'C-01' && typeof why.value === 'number' ? why.value : undefined;
    return { date, alert: happened, ...why, confidence, mandatoryRelease };
  });
}

/** The zone of the facility; room, group and provider are its own, or NOT_FOUND. C-19: the group has somebody to ask. */
export async function placeOf(
  tx: Tx,
  { facilityId, roomId, groupId, providerId }: Pick<z.infer<typeof NewBlock>, 'facilityId' | 'roomId' | 'groupId' | 'providerId'>,
): Promise<string> {
  const facility = await tx.facility.findUnique({ where: { id: facilityId }, select: { zone: true } });
  const room = await tx.room.findUnique({ where: { id: roomId, facilityId }, select: { id: true } });
  const group = await tx.group.findUnique({ where: { id: groupId, facilityId }, select: { mainContact: { select: { active: true } } } });
  const provider = !providerId || (await tx.provider.findUnique({ where: { id: providerId, facilityId }, select: { id: true } }));
  if (!facility || !room || !group || !provider) throw new DomainError('NOT_FOUND', { facilityId, roomId, groupId, providerId });
  if (!group.mainContact?.active) throw new DomainError('BLOCK_WITHOUT_CONTACT', { groupId });
  return facility.zone;
}
