/** What the facility's own schedule must be told, to tick off line by line (F-22). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { acknowledge } from '../../ledger/worklist.ts';
import { actorOfVisitor, schedulerOf, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Page, renderPage } from './page.tsx';
import { speechFor } from './reader.ts';

const Ticked = z.object({ item: z.union([z.uuid(), z.array(z.uuid())]).optional() });
const mostItems = 100;

export function registerWorklist(app: FastifyInstance, deps: Deps): void {
  app.get('/worklist', { schema: { hide: true } }, async (request, reply) => {
    const { facilityId, zone, facility } = schedulerOf(await visitorOf(deps, request));
    const ahead = { facilityId, endsAt: { gt: new Date(deps.now()) } };
    const items = await deps.reader.worklistItem.findMany({
      where: { ...ahead, state: 'open' },
      orderBy: [{ since: 'asc' }, { id: 'asc' }],
      take: mostItems,
    });
    const rooms = await deps.reader.room.findMany({ where: { id: { in: items.map(({ roomId }) => roomId) } } });
    const nameOf = new Map(rooms.map(({ id, name }) => [id, name]));
    const { words, phrase, dateTime, longDay, range } = speechFor(request);
    return renderPage(
      reply,
      <Page title={words('worklist.title')} tab="Desk">
        <p>{words('worklist.text', { facility })}</p>
        {items.length === 0 ? (
          <p>{words('worklist.nothing')}</p>
        ) : (
          <form method="post" action="/worklist">
            <ul className="plain">
              {items.map(({ id, roomId, startsAt, endsAt, what, since, by }) => {
                const time = { startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
                return (
                  <li key={id} className="card">
                    <label>
                      <input type="checkbox" name="item" value={id} />{' '}
                      <strong>
                        {nameOf.get(roomId)}, {longDay(time.startsAt, zone)}, {range(time, zone)}
                      </strong>
                      <br />
                      {phrase(what)}
                      <br />
                      <span className="muted">{words('worklist.since', { at: dateTime(since.toISOString(), zone), by })}</span>
                    </label>
                  </li>
                );
              })}
            </ul>
            {items.length === mostItems && <p>{words('worklist.more')}</p>}
            <button type="submit">{words('worklist.done')}</button>
          </form>
        )}
      </Page>,
    );
  });

  app.post('/worklist', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await visitorOf(deps, request));
    const { item } = Ticked.parse(request.body ?? {});
    const ids = [item ?? []].flat();
    if (ids.length === 0) throw new DomainError('CHOICE_MISSING', { field: 'item' });
    await inTransaction(deps.db, async (tx) => {
      const items = await tx.worklistItem.findMany({ where: { id: { in: ids }, facilityId: visitor.facilityId }, orderBy: { id: 'asc' } });
      for (const one of items) await acknowledge(tx, one, {}, actorOfVisitor(visitor), deps.now());
    });
    return reply.redirect('/worklist', 303);
  });
}
