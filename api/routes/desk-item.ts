/**
 * The routes that tasks and waitlist entries share, the work of the desk: to list, read, create, change and close them, behind one
 * right (I-07), with every look on record (F-25).
 */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import type { Actor, DecisionEnvelope } from '../../domain/decision.ts';
import { needRight } from '../../domain/right.ts';
import type { Step } from '../../domain/timeline.ts';
import type { Tx } from '../../prisma/client.ts';
import { recordLook } from '../access-log.ts';
import { actorOf, type Principal, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { etag, ifMatch, keyset, type ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { rehearse } from '../rehearsal.ts';
import { type Deciding, PreviewQuery } from './decision-route.ts';
import { type DirectAnswer, directDecisionRoute } from './direct-decision-route.ts';
import { History, historyOf } from './history.ts';
import { type Api, IdParam, reach, yours } from './plugin.ts';
import { Timeline } from './timeline.ts';
import { Warnings, warningsOf } from './waitlist-entry-shape.ts';

const right = 'manage appointments';

type Subject = { facilityId: string; version: number; facts: { id: string; patientId: string } };
type Query = z.infer<typeof ListQuery> & { sort: string };
type Wish = Parameters<typeof warningsOf>[1] & { onBehalfOf?: string | undefined };
type Listed = { id: string } & Record<string, unknown>;

type Item<Loaded, Asked, New, Choice> = {
  kind: 'task' | 'waitlist-entry';
  /** In sentences, and in the access log. */
  name: string;
  list: {
    summary: string;
    /** In the access log. */
    looked: string;
    Query: z.ZodType<Asked>;
    /** The rows of one page and one more: their ids, and what they are sorted by. */
    rows: (tx: Tx, page: { where: { AND: object[] }; orderBy: object[]; take: number }) => Promise<Listed[]>;
  };
  /** Unknown ids are left out. */
  load: (tx: Tx, ids: string[]) => Promise<Loaded[]>;
  Shape: z.ZodObject;
  present: (loaded: Loaded) => object;
  creation: {
    summary: string;
    New: z.ZodType<New>;
    write: (tx: Tx, wish: Omit<New, 'onBehalfOf'>, actor: Actor, now: string) => Promise<Loaded>;
  };
  foretell: (loaded: Loaded, now: string) => Step[];
  decide: (tx: Tx, id: string, decision: DecisionEnvelope & Choice) => Promise<DirectAnswer>;
};

type Decision<Body, Choice> = { path: string; summary: string; body: z.ZodType<Body>; choose: (body: Body) => Choice };

/** Registers them. The answer registers a decision about one: `POST …/{id}/<path>`, or a change, which needs If-Match. */
export function deskItemRoutes<Loaded extends Subject, Asked extends Query, New extends Wish, Choice extends { action: string }>(
  app: Api,
  deps: Deps,
  item: Item<Loaded, Asked, New, Choice>,
) {
  const { kind, name, list, load, Shape, present, creation, foretell, decide } = item;
  const nouns = kind === 'task' ? 'tasks' : 'waitlist-entries';
  const tags = [nouns];
  const seen = (principal: Principal, found: Loaded[], what: string) =>
    recordLook(
      deps,
      principal,
      found.map(({ facilityId, facts: { patientId } }) => ({ facilityId, patientId })),
      what,
    );
  const find = async (id: string, principal: Principal): Promise<Loaded> => {
    needRight(principal, right);
    const found = yours(principal, (await load(deps.reader, [id]))[0]);
    await seen(principal, [found], name);
    return found;
  };

  const listing = {
    tags,
    summary: list.summary,
    querystring: list.Query,
    response: { 200: listOf(Shape), ...problems(400, 401, 403) },
  };
  app.get(`/${nouns}`, { schema: listing }, async ({ query, principal }) => {
    needRight(principal, right);
    const { cursor, limit, sort, ...filter } = query as Asked;
    const { where, orderBy } = keyset(sort, cursor, 'instant');
    const rows = await list.rows(deps.reader, { where: { AND: [scopeOf(principal), filter, where] }, orderBy, take: limit + 1 });
    const found = await load(
      deps.reader,
      rows.slice(0, limit).map(({ id }) => id),
    );
    await seen(principal, found, list.looked);
    const byId = new Map(found.map((one) => [one.facts.id, one]));
    const column = sort.replace('-', '');
    return pageOf(
      rows,
      limit,
      (row) => [(row[column] as Date).toISOString(), row.id],
      ({ id }) => present(byId.get(id)!),
    ) as never;
  });

  const one = { tags, summary: `One ${name}`, params: IdParam, response: { 200: Shape, ...problems(400, 401, 403, 404) } };
  app.get(`/${nouns}/:id`, { schema: one }, async ({ params, principal }, reply) => {
    const found = await find(params.id, principal);
    return reply.header('etag', etag(found.version)).send(present(found) as never);
  });

  const shown = kind === 'task' ? 'task' : 'entry';
  const create = {
    tags,
    summary: creation.summary,
    querystring: PreviewQuery,
    body: creation.New,
    response: {
      200: z.object({ preview: z.literal(true), [shown]: Shape.omit({ id: true }), warnings: Warnings }),
      201: Shape.extend({ warnings: Warnings }),
      ...problems(400, 401, 403, 404, 409, 422),
    },
  };
  app.post(`/${nouns}`, { schema: create }, async (request, reply) => {
    const { principal, query } = request;
    needRight(principal, right);
    const { onBehalfOf, ...wish } = request.body as New;
    reach(principal, wish.facilityId);
    const write = async (tx: Tx) => {
      const actor = await actorOf(tx, principal, wish.facilityId, onBehalfOf);
      const made = present(await creation.write(tx, wish, actor, deps.now()));
      return { ...made, warnings: await warningsOf(tx, wish) };
    };
    if (query.preview) {
      const { warnings, ...made } = await rehearse(deps.db, write);
      await recordLook(deps, principal, [wish], name);
      return reply.code(200).send({ preview: true, [shown]: made, warnings } as never);
    }
    return once(deps, principal, request, reply, async (tx) => ({ status: 201, body: await write(tx) }));
  });

  const timeline = {
    tags,
    summary: 'What will happen if nobody does anything (U-01)',
    params: IdParam,
    response: { 200: Timeline, ...problems(400, 401, 403, 404) },
  };
  app.get(`/${nouns}/:id/timeline`, { schema: timeline }, async ({ params, principal }) => {
    return { items: foretell(await find(params.id, principal), deps.now()) };
  });

  const history = { tags, summary: 'What happened, and why', params: IdParam, response: { 200: History, ...problems(400, 401, 403, 404) } };
  app.get(`/${nouns}/:id/history`, { schema: history }, async ({ params, principal }) => {
    await find(params.id, principal);
    return historyOf(deps.reader, kind, params.id);
  });

  const shared = { kind, right, find, decide } as const;
  return {
    decision: <Body extends Deciding>(decision: Decision<Body, Choice>) =>
      directDecisionRoute<Body, Choice>(app, deps, { ...shared, ...decision }),
    change: <Body extends Deciding>({
      choose,
      ...decision
    }: Omit<Decision<Body, Choice>, 'path' | 'choose'> & { choose: (body: Body, version: number) => Choice }) =>
      directDecisionRoute<Body, Choice>(app, deps, {
        ...shared,
        ...decision,
        method: 'PATCH',
        path: '',
        ifMatch: true,
        choose: (body, { headers }: FastifyRequest) => choose(body, ifMatch(headers['if-match'])),
      }),
  };
}
