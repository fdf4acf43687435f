/** What the facility's own schedule must be told, to tick off line by line (F-22). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { formatRange } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { dateTime, longDay } from '../../emails/wording.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { acknowledge } from '../../ledger/worklist.ts';
import { actorOfVisitor, schedulerOf, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Page, renderPage } from './page.tsx';

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
    return renderPage(
      reply,
      <Page title="Worklist" tab="Desk">
        <p>What was decided here and must now stand in the own schedule of {facility}. Tick off what you have entered there.</p>
        {items.length === 0 ? (
          <p>Nothing is left: your schedule knows all that was decided.</p>
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
                        {nameOf.get(roomId)}, {longDay(time.startsAt, zone)}, {formatRange(time, zone)}
                      </strong>
                      <br />
                      {what}
                      <br />
                      <span className="muted">
                        since {dateTime(since.toISOString(), zone)}, by {by}
                      </span>
                    </label>
                  </li>
                );
              })}
            </ul>
            {items.length === mostItems && <p>There is more: it follows when these are ticked off.</p>}
            <button type="submit">These are entered</button>
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
