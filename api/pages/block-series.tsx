/** Block series for the facility scheduler: list, new, change and end, each with what it does to which day before it is saved (U-02). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { loadAllSeries } from '../../ledger/series.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { schedulerOf, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { keyset, pageOf } from '../listing.ts';
import { rehearse } from '../rehearsal.ts';
import { renderPage } from './page.tsx';
import { orShownAnew } from './seen.tsx';
import { SeriesPreviewPage } from './series-preview.tsx';
import { SeriesListPage, SeriesPage } from './series-views.tsx';
import { fulfil, type SeriesWish, wishIn } from './series-wish.ts';

const Query = z.object({ cursor: z.string().max(500).optional(), saved: z.string().optional() });
const Save = z.object({ seen: z.string().max(100), yes: z.string().optional() });
const perPage = 50;

export function registerBlockSeries(app: FastifyInstance, deps: Deps): void {
  app.get('/block-series', { schema: { hide: true } }, async (request, reply) => {
    const { facilityId } = schedulerOf(await staffOf(deps, request));
    const { cursor, saved } = Query.parse(request.query);
    const { where, orderBy } = keyset('-createdAt', cursor, 'instant');
    const rows = await deps.reader.blockSeries.findMany({
      where: { AND: [{ facilityId }, where] },
      orderBy,
      take: perPage + 1,
      select: { id: true, createdAt: true },
    });
    const { items, nextCursor } = pageOf(
      rows,
      perPage,
      ({ createdAt, id }) => [createdAt.toISOString(), id],
      ({ id }) => id,
    );
    const loaded = new Map((await loadAllSeries(deps.reader, items)).map((series) => [series.facts.id, series]));
    const listed = items.map((id) => loaded.get(id)!);
    return renderPage(reply, <SeriesListPage series={listed} nextCursor={nextCursor} saved={saved !== undefined} />);
  });

  app.get('/block-series/new', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    return renderPage(reply, <SeriesPage choices={await choicesOf(deps, visitor)} today={zoneDate(deps.now(), visitor.zone)} />);
  });

  app.get<{ Params: { id: string } }>('/block-series/:id', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    const id = z.uuid().safeParse(request.params.id).data;
    const [series] = id ? await loadAllSeries(deps.reader, [id]) : [];
    if (series?.facilityId !== visitor.facilityId) throw new DomainError('NOT_FOUND', { id: request.params.id });
    const now = deps.now();
    return renderPage(
      reply,
      <SeriesPage series={series} choices={await choicesOf(deps, visitor)} today={zoneDate(now, visitor.zone)} now={now} />,
    );
  });

  /** Looks only: the change is made and rolled back, so the preview cannot differ from what saving does. */
  app.post('/block-series/preview', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    return renderPage(reply, await preview(deps, visitor, wishIn(request.body)));
  });

  app.post('/block-series', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    const wish = wishIn(request.body);
    const { seen, yes } = Save.parse(request.body);
    if (!yes) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
    const save = async () => {
      await inTransaction(deps.db, (tx) => saveAsSeen(tx, deps, visitor, wish, seen));
      return reply.redirect('/block-series?saved', 303);
    };
    return orShownAnew(save, async (status) => renderPage(reply, await preview(deps, visitor, wish, true), status));
  });
}

/** A new series has no version to guard it: its days are what was seen, or nothing is made. */
async function saveAsSeen(tx: Parameters<typeof fulfil>[0], deps: Deps, visitor: Visitor, wish: SeriesWish, seen: string) {
  const outcome = await fulfil(tx, visitor, wish, deps.now(), seen);
  if (outcome.seen !== seen) throw new DomainError('PREVIEW_STALE', { seen: outcome.seen });
}

async function preview(deps: Deps, visitor: Visitor, wish: SeriesWish, stale = false) {
  const outcome = await rehearse(deps.db, (tx) => fulfil(tx, visitor, wish, deps.now()));
  return <SeriesPreviewPage outcome={outcome} wish={wish} zone={visitor.zone} stale={stale} />;
}

async function choicesOf({ reader }: Deps, { facilityId }: Visitor) {
  const by = { where: { facilityId }, orderBy: { name: 'asc' as const } };
  const [rooms, groups, providers] = await Promise.all([reader.room.findMany(by), reader.group.findMany(by), reader.provider.findMany(by)]);
  return { rooms, groups, providers };
}
