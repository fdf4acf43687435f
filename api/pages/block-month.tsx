/** Block Schedule, a month of one group: on which days it has blocks, and how much of them is still unbooked (C-45). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { minutesByUse } from '../../domain/block.ts';
import { zoneDate } from '../../domain/civil.ts';
import { loadBlocks } from '../../ledger/block.ts';
import { civil } from '../../ledger/special-hours.ts';
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
    const { month, group } = Query.parse(request.query);
    const today = zoneDate(deps.now(), visitor.zone);
    const { first, last } = daysOf(month, today);
    const wanted = { ...blocksOf(visitor), state: { not: 'cancelled' }, ...(group && { AND: [{ groupId: group }] }) };
    const [{ groups }, rows] = await Promise.all([
      choicesFor(deps, visitor),
      deps.reader.block.findMany({
        where: { ...wanted, date: { gte: new Date(first), lte: new Date(last) } },
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
    const later = { where: { ...wanted, date: { gt: new Date(last) } }, orderBy: { date: 'asc' }, select: { date: true } } as const;
    const next = days.size > 0 ? null : await deps.reader.block.findFirst(later);
    const monthHref = (other: string) => `/block-schedule/month?${new URLSearchParams({ month: other, ...(group && { group }) })}`;
    const { words, duration } = speechFor(request);
    return renderPage(
      reply,
      <Page title={words('block.month.title')} tab="Block Schedule">
        <p className="muted">
          {words('block.month.text', { facility: visitor.facility })}{' '}
          <a href={`/block-schedule?week=${first}`}>{words('block.month.weeks')}</a>
        </p>
        <form method="get" action="/block-schedule/month" className="row">
          {month && <input type="hidden" name="month" value={month} />}
          <Choice label={words('block.schedule.group')} name="group" options={groups} chosen={group} />
          <button type="submit">{words('openTime.show')}</button>
        </form>
        <MonthCalendar
          month={month}
          today={today}
          caption={words('block.month.caption')}
          monthHref={monthHref}
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
        {days.size === 0 && (
          <p>
            {words(month ? 'block.month.none' : 'block.month.noneAhead')}{' '}
            {next ? <a href={monthHref(civil(next.date).slice(0, 7))}>{words('block.month.next')}</a> : words('block.schedule.noneLater')}
          </p>
        )}
        {rows.length === mostBlocks && <p>{words('block.month.more')}</p>}
      </Page>,
    );
  });
}
