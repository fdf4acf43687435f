/** What the facility's own schedule must be told, to tick off line by line (F-22). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { SeriesEntry } from '../../domain/worklist.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { acknowledge } from '../../ledger/worklist.ts';
import { openAt } from '../../ledger/worklist-reminder.ts';
import type { WorklistItem } from '../../prisma/generated/client.ts';
import type { Speech } from '../../words/speech.ts';
import { actorOfVisitor, schedulerOf, type Visitor, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Form, Tick } from './form-fields.tsx';
import { orAgain } from './or-again.tsx';
import { Page, renderPage } from './page.tsx';
import { speechFor } from './reader.ts';
import { seriesInWords } from './series-views.tsx';

type Item = Pick<WorklistItem, 'startsAt' | 'endsAt' | 'series'>;

/** Where and when; of a series all its days in one. */
function timeOf({ startsAt, endsAt, series }: Item, room: string, zone: string, speech: Speech): string {
  if (series) {
    const entry = SeriesEntry.parse(series);
    return seriesInWords(entry, { room, holder: entry.holder }, speech);
  }
  const [from, to] = [startsAt.toISOString(), endsAt?.toISOString()];
  const day = speech.longDay(from, zone);
  return to
    ? `${room}, ${day}, ${speech.range({ startsAt: from, endsAt: to }, zone)}`
    : `${room}, ${speech.words('series.from', { first: day })}`;
}

/** The days that differ from what the series says. */
function keptIn({ series }: Item, { words, civilDay }: Speech): string {
  const kept = series ? SeriesEntry.parse(series).keptDates : [];
  return kept.length > 0 ? words('worklist.kept', { days: kept.map(civilDay).join('; ') }) : '';
}

const Ticked = z.object({ item: z.union([z.uuid(), z.array(z.uuid())]).optional() });
const Query = z.object({ done: z.coerce.number().int().min(1).max(1000).optional().catch(undefined) });
const mostItems = 100;

export function registerWorklist(app: FastifyInstance, deps: Deps): void {
  app.get('/worklist', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await visitorOf(deps, request));
    return renderPage(reply, await page(deps, visitor, speechFor(request), Query.parse(request.query).done));
  });

  app.post('/worklist', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await visitorOf(deps, request));
    const tickOff = async () => {
      const { item } = Ticked.parse(request.body ?? {});
      const ids = [item ?? []].flat();
      if (ids.length === 0) throw new DomainError('NOTHING_TICKED', { field: 'item' });
      await inTransaction(deps.db, async (tx) => {
        const items = await tx.worklistItem.findMany({
          where: { id: { in: ids }, facilityId: visitor.facilityId },
          select: { id: true },
        });
        const theirs = items.map(({ id }) => id);
        await acknowledge(tx, theirs, {}, actorOfVisitor(visitor), deps.now());
      });
      return reply.redirect(`/worklist?done=${ids.length}`, 303);
    };
    return orAgain(reply, {}, tickOff, () => page(deps, visitor, speechFor(request)));
  });
}

/** `done`: how many were ticked off just now. */
async function page(deps: Deps, { facilityId, zone, facility }: Visitor, speech: Speech, done?: number) {
  const items = await deps.reader.worklistItem.findMany({
    where: { facilityId, ...openAt(deps.now()) },
    orderBy: [{ since: 'asc' }, { id: 'asc' }],
    take: mostItems,
  });
  const rooms = await deps.reader.room.findMany({ where: { id: { in: items.map(({ roomId }) => roomId) } } });
  const nameOf = new Map(rooms.map(({ id, name }) => [id, name]));
  const { words, phrase, dateTime } = speech;
  return (
    <Page title={words('worklist.title')} tab="Desk">
      {done !== undefined && (
        <p className="notice" role="status">
          {words('worklist.ticked', { count: done })}
        </p>
      )}
      <p>{words('worklist.text', { facility })}</p>
      {items.length === 0 ? (
        <p>{words('worklist.nothing')}</p>
      ) : (
        <Form action="/worklist">
          <ul className="plain">
            {items.map(({ id, what, since, by, ...item }) => (
              <li key={id} className="card">
                <Tick
                  name="item"
                  value={id}
                  label={
                    <>
                      <strong>{timeOf(item, nameOf.get(item.roomId) ?? '', zone, speech)}</strong>
                      <br />
                      {phrase(what)} {keptIn(item, speech)}
                      <br />
                      <span className="muted">{words('worklist.since', { at: dateTime(since.toISOString(), zone), by })}</span>
                    </>
                  }
                />
                {item.subjectKind === 'series' && <a href={`/block-series/${item.subjectId}`}>{words('worklist.series')}</a>}
              </li>
            ))}
          </ul>
          {items.length === mostItems && <p>{words('worklist.more')}</p>}
          <button type="submit">{words('worklist.done')}</button>
        </Form>
      )}
    </Page>
  );
}
