/** Block Schedule, a month of one group: on which days it has blocks, and how much of them is still unbooked (C-45). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { minutesByUse } from '../../domain/block.ts';
import { zoneDate } from '../../domain/civil.ts';
import { loadBlocks } from '../../ledger/block.ts';
import { visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { blocksOf, choicesFor } from './block-schedule.tsx';
import { OptionalId } from './dates.ts';
import { daysOf, MonthCalendar, OptionalMonth } from './month.tsx';
import { Choice, Page, renderPage } from './page.tsx';
import { speechFor } from './reader.ts';

const Query = z.object({ month: OptionalMonth, group: OptionalId });
const mostBlocks = 600;

export function registerBlockMonth(app: FastifyInstance, deps: Deps): void {
  app.get('/block-schedule/month', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const { month = zoneDate(deps.now(), visitor.zone).slice(0, 7), group } = Query.parse(request.query);
    const { first, last } = daysOf(month);
    const ofGroup = group ? { AND: [{ groupId: group }] } : {};
    const [{ groups }, rows] = await Promise.all([
      choicesFor(deps, visitor),
      deps.reader.block.findMany({
        where: { ...blocksOf(visitor), state: { not: 'cancelled' }, ...ofGroup, date: { gte: new Date(first), lte: new Date(last) } },
        orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
        take: mostBlocks,
        select: { id: true },
      }),
    ]);
    const ids = rows.map(({ id }) => id);
    const days = new Map<string, { blocks: number; unbooked: number }>();
    for (const { facts } of await loadBlocks(deps.reader, ids, 'none')) {
      const { blocks, unbooked } = days.get(facts.date) ?? { blocks: 0, unbooked: 0 };
      days.set(facts.date, { blocks: blocks + 1, unbooked: unbooked + minutesByUse(facts).unbookedMinutes });
    }
    const { words, duration } = speechFor(request);
    return renderPage(
      reply,
      <Page title={words('block.month.title')} tab="Block Schedule">
        <p className="muted">
          {words('block.month.text', { facility: visitor.facility })}{' '}
          <a href={`/block-schedule?week=${first}`}>{words('block.month.weeks')}</a>
        </p>
        <form method="get" action="/block-schedule/month" className="row">
          <input type="hidden" name="month" value={month} />
          <Choice label={words('block.schedule.group')} name="group" options={groups} chosen={group} />
          <button type="submit">{words('openTime.show')}</button>
        </form>
        <MonthCalendar
          month={month}
          caption={words('block.month.caption')}
          monthHref={(other) => `/block-schedule/month?${new URLSearchParams({ month: other, ...(group && { group }) })}`}
          day={(date) => {
            const found = days.get(date);
            return (
              found && (
                <a href={`/block-schedule?${new URLSearchParams({ week: date, ...(group && { group }) })}`}>
                  {words('block.month.day', { count: found.blocks, duration: duration(found.unbooked) })}
                </a>
              )
            );
          }}
        />
        {days.size === 0 && <p>{words('block.month.none')}</p>}
        {rows.length === mostBlocks && <p>{words('block.month.more')}</p>}
      </Page>,
    );
  });
}
