/** Block series for the facility scheduler: list, new, change and end, each with what it does to which day before it is saved (U-02). */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';

import { zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { loadAllSeries } from '../../ledger/series.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { schedulerOf, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { keyset, pageOf } from '../listing.ts';
import { rehearse } from '../rehearsal.ts';
import { orAgain, orSeeAgain } from './or-again.tsx';
import { renderPage } from './page.tsx';
import { SeriesPreviewPage } from './series-preview.tsx';
import { SeriesListPage, SeriesPage } from './series-views.tsx';
import { fieldIn, fulfil, type SeriesForm, type SeriesWish, wishIn } from './series-wish.ts';

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
    return renderPage(reply, await page(deps, visitor));
  });

  app.get<{ Params: { id: string } }>('/block-series/:id', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    return renderPage(reply, await page(deps, visitor, request.params.id));
  });

  /** Looks only: the change is made and rolled back, so the preview cannot differ from what saving does. */
  app.post('/block-series/preview', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    const form = (request.body ?? {}) as SeriesForm;
    return orEnterAgain(deps, visitor, reply, form, async () => renderPage(reply, await preview(deps, visitor, form)));
  });

  app.post('/block-series', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    const form = (request.body ?? {}) as SeriesForm;
    const save = async () => {
      const wish = wishIn(form);
      const { seen, yes } = Save.parse(form);
      if (!yes) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
      await inTransaction(deps.db, (tx) => saveAsSeen(tx, deps, visitor, wish, seen));
      return reply.redirect('/block-series?saved', 303);
    };
    return orEnterAgain(deps, visitor, reply, form, () => orSeeAgain(reply, save, () => preview(deps, visitor, form)));
  });
}

/** Refused, a wish comes back in its form: of a new series, or on the page of the series it is about. */
const orEnterAgain = (deps: Deps, visitor: Visitor, reply: FastifyReply, form: SeriesForm, act: () => Promise<unknown>) =>
  orAgain(reply, { form: String(form.what ?? 'new'), nameOf: (path) => fieldIn(form, path) }, act, () =>
    page(deps, visitor, form.id === undefined ? undefined : String(form.id)),
  );

/** The form of a new series, or one to change and to end. */
async function page(deps: Deps, visitor: Visitor, seriesId?: string) {
  const now = deps.now();
  const common = { choices: await choicesOf(deps, visitor), today: zoneDate(now, visitor.zone) };
  if (seriesId === undefined) return <SeriesPage {...common} />;
  const id = z.uuid().safeParse(seriesId).data;
  const [series] = id ? await loadAllSeries(deps.reader, [id]) : [];
  if (series?.facilityId !== visitor.facilityId) throw new DomainError('NOT_FOUND', { id: seriesId });
  return <SeriesPage series={series} {...common} now={now} />;
}

/** A new series has no version to guard it: its days are what was seen, or nothing is made. */
async function saveAsSeen(tx: Parameters<typeof fulfil>[0], deps: Deps, visitor: Visitor, wish: SeriesWish, seen: string) {
  const outcome = await fulfil(tx, visitor, wish, deps.now(), seen);
  if (outcome.seen !== seen) throw new DomainError('PREVIEW_STALE', { seen: outcome.seen });
}

async function preview(deps: Deps, visitor: Visitor, form: SeriesForm) {
  const wish = wishIn(form);
  const outcome = await rehearse(deps.db, (tx) => fulfil(tx, visitor, wish, deps.now()));
  return <SeriesPreviewPage outcome={outcome} wish={wish} form={form} zone={visitor.zone} />;
}

async function choicesOf({ reader }: Deps, { facilityId }: Visitor) {
  const by = { where: { facilityId }, orderBy: { name: 'asc' as const } };
  const [rooms, groups, providers] = await Promise.all([reader.room.findMany(by), reader.group.findMany(by), reader.provider.findMany(by)]);
  return { rooms, groups, providers };
}
