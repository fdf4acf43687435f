/**
 * Block series: blocks that come again. A change says beforehand what it does to which day (U-02), touches only days
 * that have not begun, and leaves alone what something has happened to.
 */
import { z } from 'zod';

import { zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { advanceSeries, planSeries, type SeriesTerms } from '../../domain/series.ts';
import { foretell } from '../../domain/timeline.ts';
import { loadAllSeries, loadSeries } from '../../ledger/series.ts';
import { type ChangeWish, changeSeries, createSeries, endSeries, type SeriesOutcome } from '../../ledger/series-change.ts';
import type { Tx } from '../../prisma/client.ts';
import { actorOf, allow, type Principal, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { edit, once } from '../idempotency.ts';
import { editedVersion, etag, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { rehearse } from '../rehearsal.ts';
import { placeOf } from './blocks.ts';
import { PreviewQuery } from './decision-route.ts';
import { History, historyOf } from './history.ts';
import { type Api, IdParam, reach, yours } from './plugin.ts';
import { NewSeries, presentOutcome, presentSeries, Series, SeriesChanged, SeriesEdit, SeriesEnd } from './series-shape.ts';
import { Timeline } from './timeline.ts';

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  roomId: z.uuid().optional(),
  groupId: z.uuid().optional(),
  providerId: z.uuid().optional(),
  state: z.enum(['active', 'ended']).optional(),
}).strict();

export function blockSeriesRoutes(app: Api, deps: Deps): void {
  const tags = ['block-series'];

  const list = {
    tags,
    summary: 'List block series in the order they were made',
    querystring: Query,
    response: { 200: listOf(Series), ...problems(400, 401) },
  };
  app.get('/block-series', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, ...filter } = query;
    const { where, orderBy } = keyset('createdAt', cursor, 'instant');
    const AND = [scopeOf(principal), filter, where];
    const rows = await deps.reader.blockSeries.findMany({
      where: { AND },
      orderBy,
      take: limit + 1,
      select: { id: true, createdAt: true },
    });
    const ids = rows.map(({ id }) => id);
    const loaded = new Map((await loadAllSeries(deps.reader, ids)).map((series) => [series.facts.id, series]));
    return pageOf(
      rows,
      limit,
      ({ createdAt, id }) => [createdAt.toISOString(), id],
      ({ id }) => presentSeries(loaded.get(id)!),
    );
  });

  const find = async (principal: Principal, id: string) => yours(principal, (await loadAllSeries(deps.reader, [id]))[0]);

  const one = { tags, summary: 'One block series', params: IdParam, response: { 200: Series, ...problems(400, 401, 404) } };
  app.get('/block-series/:id', { schema: one }, async ({ params, principal }, reply) => {
    const series = await find(principal, params.id);
    return reply.header('etag', etag(series.version)).send(presentSeries(series));
  });

  const create = {
    tags,
    summary: 'Make a block series; the days within the horizon become blocks at once, the others as they come within it',
    querystring: PreviewQuery,
    body: NewSeries,
    response: { 200: SeriesChanged, 201: SeriesChanged, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/block-series', { schema: create }, async (request, reply) => {
    const { principal, body, query } = request;
    const { facilityId, ...terms } = body;
    allow(principal, 'facility scheduler');
    reach(principal, facilityId);
    const write = async (tx: Tx) => {
      const now = deps.now();
      const zone = await placeOf(tx, { ...body, providerId: terms.providerId ?? undefined });
      if (terms.validUntil !== null && terms.validUntil <= zoneDate(now, zone))
        throw new DomainError('TIME_PAST', { validUntil: terms.validUntil, now });
      const outcome = await createSeries(tx, { id: facilityId, zone }, terms, { actor: await actorOf(tx, principal, facilityId), now });
      return { status: 201, body: presentOutcome(outcome, query.preview) };
    };
    if (query.preview) return reply.code(200).send((await rehearse(deps.db, write)).body);
    return once(deps, principal, request, reply, write);
  });

  /** A change of one series in a transaction of its own, or its rehearsal. */
  const changer =
    (
      principal: Principal,
      id: string,
      preview: boolean,
      run: (tx: Tx, series: Awaited<ReturnType<typeof loadSeries>>) => Promise<SeriesOutcome>,
    ) =>
    async (tx: Tx) => {
      const series = await loadSeries(tx, id, 'update').catch(() => undefined);
      return { status: 200, body: presentOutcome(await run(tx, yours(principal, series)), preview) };
    };

  const change = {
    tags,
    summary: 'Change a block series: its days that have not begun follow, but those that something has happened to',
    params: IdParam,
    querystring: PreviewQuery,
    body: SeriesEdit,
    response: { 200: SeriesChanged, ...problems(400, 401, 403, 404, 409, 412, 422, 428) },
  };
  app.patch('/block-series/:id', { schema: change }, async (request, reply) => {
    const { principal, body, params, query } = request;
    const { include, seen, reason, ...terms } = body;
    allow(principal, 'facility scheduler');
    const write = changer(principal, params.id, query.preview, async (tx, series) => {
      const { facilityId, facts } = series;
      if (series.version !== editedVersion(request.headers['if-match'], series, query.preview))
        throw new DomainError('VERSION_MISMATCH', { present: presentSeries(series) });
      const wanted = { ...facts, ...given(terms) };
      if (wanted.validUntil !== null && wanted.validUntil < wanted.validFrom)
        throw new DomainError('INVALID_REQUEST', { validFrom: wanted.validFrom, validUntil: wanted.validUntil });
      await placeOf(tx, { ...wanted, facilityId, providerId: wanted.providerId ?? undefined });
      const by = { actor: await actorOf(tx, principal, facilityId), now: deps.now(), reason };
      return changeSeries(tx, series, given(terms), { include, seen }, by);
    });
    if (query.preview) return reply.code(200).send((await rehearse(deps.db, write)).body);
    return edit(deps, request, reply, write);
  });

  const end = {
    tags,
    summary: 'End a block series: its days from a date on are taken away, but those that something has happened to',
    params: IdParam,
    querystring: PreviewQuery,
    body: SeriesEnd,
    response: { 200: SeriesChanged, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/block-series/:id/end', { schema: end }, async (request, reply) => {
    const { principal, body, params, query } = request;
    const { from, reason, ...wish } = body;
    allow(principal, 'facility scheduler');
    const write = changer(principal, params.id, query.preview, async (tx, series) => {
      const by = { actor: await actorOf(tx, principal, series.facilityId), now: deps.now(), reason };
      return endSeries(tx, series, from, wish satisfies ChangeWish, by);
    });
    if (query.preview) return reply.code(200).send((await rehearse(deps.db, write)).body);
    return once(deps, principal, request, reply, write);
  });

  const timeline = {
    tags,
    summary: 'When which days become blocks, if nobody does anything (U-01)',
    params: IdParam,
    response: { 200: Timeline, ...problems(400, 401, 404) },
  };
  app.get('/block-series/:id/timeline', { schema: timeline }, async ({ params, principal }) => {
    const { facts, policy } = await find(principal, params.id);
    return { items: foretell(facts, deps.now(), { plan: (then, at) => planSeries(then, policy, at), advance: advanceSeries }, mostSteps) };
  });

  const history = { tags, summary: 'What happened, and why', params: IdParam, response: { 200: History, ...problems(400, 401, 404) } };
  app.get('/block-series/:id/history', { schema: history }, async ({ params, principal }) => {
    await find(principal, params.id);
    return historyOf(deps.reader, 'series', params.id);
  });
}

/** An endless series has endless steps. */
const mostSteps = 20;

/** What was left out stays as it is. */
function given(terms: { [Key in keyof SeriesTerms]?: SeriesTerms[Key] | undefined }): Partial<SeriesTerms> {
  return Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== undefined)) as Partial<SeriesTerms>;
}
