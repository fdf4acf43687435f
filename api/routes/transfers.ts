/**
 * Transfers (F-07): a block goes to another group, or two groups swap blocks of theirs, when the other group accepts and
 * the facility approves. A proposal ends by itself when something happens to one of its blocks.
 */
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { foretell } from '../../domain/timeline.ts';
import { advanceTransfer, planTransfer, transferStates } from '../../domain/transfer.ts';
import { decideTransfer, type TransferAction, transferDigest } from '../../domain/transfer-decision.ts';
import { transferQuestions } from '../../domain/transfer-why.ts';
import { proposeTransfer } from '../../ledger/new-transfer.ts';
import { type LoadedTransfer, loadTransfer, loadTransfers } from '../../ledger/transfer.ts';
import { whyTransferNow } from '../../ledger/why.ts';
import type { Tx } from '../../prisma/client.ts';
import { actorOf, allow, type Principal, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { etag, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { rehearse } from '../rehearsal.ts';
import { Deciding, decisionRoute, PreviewQuery } from './decision-route.ts';
import { History, historyOf } from './history.ts';
import { type Api, IdParam, Prose, reach, reachable } from './plugin.ts';
import { Timeline } from './timeline.ts';
import { presentTransfer, Transfer } from './transfer-shape.ts';
import { Why } from './why.ts';

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  blockId: z.uuid().optional().describe('The block that is given.'),
  fromGroupId: z.uuid().optional(),
  toGroupId: z.uuid().optional(),
  state: z.enum(transferStates).optional(),
  sort: z.enum(['proposedAt', '-proposedAt']).default('-proposedAt'),
}).strict();

const NewTransfer = z
  .strictObject({
    facilityId: z.uuid(),
    blockId: z.uuid().describe('The block that is given.'),
    toGroupId: z.uuid(),
    toProviderId: z.uuid().optional().describe('For a provider of that group; not in a swap, which exchanges the holders as they are.'),
    returnBlockId: z.uuid().optional().describe('A block of that group that comes in return: a swap.'),
    onBehalfOf: z.uuid().describe('Who proposes: somebody who schedules for the group that holds the block.'),
    note: Prose.optional(),
  })
  .refine(({ toProviderId, returnBlockId }) => !toProviderId || !returnBlockId, { path: ['toProviderId'], error: 'not in a swap' })
  .meta({
    example: {
      facilityId: '01890000-0000-7000-8000-000000000001',
      blockId: '01890000-0000-7000-8000-000000000007',
      toGroupId: '01890000-0000-7000-8000-000000000003',
      onBehalfOf: '01890000-0000-7000-8000-000000000004',
      note: 'We have no surgeon that day.',
    },
  });

const Preview = z.object({ preview: z.literal(true), transfer: Transfer.omit({ id: true }) });
const WhyNot = z.object({ items: z.array(Why.extend({ question: z.enum(transferQuestions) })) });

/** The proposal, or TRANSFER_NOT_FOUND: unknown and not yours give the same answer. */
async function findTransfer(db: Tx, id: string, principal: Principal): Promise<LoadedTransfer> {
  const transfer = reachable(principal, await loadTransfer(db, id));
  if (!transfer) throw new DomainError('TRANSFER_NOT_FOUND', { id });
  return transfer;
}

export function transferRoutes(app: Api, deps: Deps): void {
  const tags = ['transfers'];

  const list = {
    tags,
    summary: 'List proposals, the last first',
    querystring: Query,
    response: { 200: listOf(Transfer), ...problems(400, 401) },
  };
  app.get('/transfers', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, sort, ...filter } = query;
    const { where, orderBy } = keyset(sort, cursor, 'instant');
    const AND = [scopeOf(principal), filter, where];
    const rows = await deps.reader.transfer.findMany({ where: { AND }, orderBy, take: limit + 1, select: { id: true, proposedAt: true } });
    const loaded = await loadTransfers(
      deps.reader,
      rows.map(({ id }) => id),
    );
    const transfers = new Map(loaded.map((transfer) => [transfer.facts.id, transfer]));
    return pageOf(
      rows,
      limit,
      ({ proposedAt, id }) => [proposedAt.toISOString(), id],
      ({ id }) => presentTransfer(transfers.get(id)!),
    );
  });

  const one = { tags, summary: 'One proposal', params: IdParam, response: { 200: Transfer, ...problems(400, 401, 404) } };
  app.get('/transfers/:id', { schema: one }, async ({ params, principal }, reply) => {
    const transfer = await findTransfer(deps.reader, params.id, principal);
    return reply.header('etag', etag(transfer.version)).send(presentTransfer(transfer));
  });

  const create = {
    tags,
    summary: 'Propose that a block changes hands (F-07)',
    querystring: PreviewQuery,
    body: NewTransfer,
    response: { 200: Preview, 201: Transfer, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/transfers', { schema: create }, async (request, reply) => {
    const { principal, body, query } = request;
    allow(principal, 'block contact', 'facility scheduler', 'support');
    const { onBehalfOf: proposerId, ...wanted } = body;
    reach(principal, wanted.facilityId);
    const write = async (tx: Tx) => {
      const actor = await actorOf(tx, principal, wanted.facilityId, proposerId);
      return presentTransfer(await proposeTransfer(tx, { ...wanted, proposerId }, actor, deps.now()));
    };
    if (query.preview) {
      const { id: _id, ...transfer } = await rehearse(deps.db, write);
      return reply.code(200).send({ preview: true as const, transfer });
    }
    return once(deps, principal, request, reply, async (tx) => ({ status: 201, body: await write(tx) }));
  });

  const decision = (action: TransferAction, summary: string, example: object) =>
    decisionRoute<LoadedTransfer, Deciding, { action: TransferAction }>(app, deps, {
      kind: 'transfer',
      path: `/${action}`,
      summary,
      body: Deciding.meta({ example }),
      find: (id, principal) => findTransfer(deps.reader, id, principal),
      choose: () => ({ action }),
      foresee: ({ facts, policy }, choice, actor, now, { reason }) => {
        const effect = decideTransfer(facts, policy, choice, actor, now, { reason });
        return { effect, seen: transferDigest(facts, action, effect) };
      },
    });
  const person = { onBehalfOf: '01890000-0000-7000-8000-000000000004' };
  decision('accept', 'The other group accepts; the facility decides then', person);
  decision('decline', 'The other group declines, also after it had accepted', person);
  decision('approve', 'The facility approves: the holders change at once', person);
  decision('deny', 'The facility denies, with a reason', { reason: 'The room is equipped for one of them only.' });
  decision('withdraw', 'Whoever proposed takes it back', person);

  const timeline = {
    tags,
    summary: 'What will happen if nobody does anything (U-01)',
    params: IdParam,
    response: { 200: Timeline, ...problems(400, 401, 404) },
  };
  app.get('/transfers/:id/timeline', { schema: timeline }, async ({ params, principal }) => {
    const { facts, policy } = await findTransfer(deps.reader, params.id, principal);
    return { items: foretell(facts, deps.now(), { plan: (then, at) => planTransfer(then, policy, at), advance: advanceTransfer }) };
  });

  const whyNot = {
    tags,
    summary: 'Why the block did or did not change hands, and who was reminded (U-07)',
    params: IdParam,
    response: { 200: WhyNot, ...problems(400, 401, 404) },
  };
  app.get('/transfers/:id/why-not', { schema: whyNot }, async ({ params, principal }) => {
    const transfer = await findTransfer(deps.reader, params.id, principal);
    return { items: await whyTransferNow(deps.reader, transfer, deps.now()) };
  });

  const history = { tags, summary: 'What happened, and why', params: IdParam, response: { 200: History, ...problems(400, 401, 404) } };
  app.get('/transfers/:id/history', { schema: history }, async ({ params, principal }) => {
    await findTransfer(deps.reader, params.id, principal);
    return historyOf(deps.reader, 'transfer', params.id);
  });
}
