/** Find Open Time as a calendar: how much is open on each day of a month, in stretches that are long enough. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { zoneDate } from '../../domain/civil.ts';
import { minutesOf } from '../../domain/interval.ts';
import { findOpenTime } from '../../ledger/open-time.ts';
import { visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { OptionalId } from './dates.ts';
import { slotMinutes } from './find-open-time.tsx';
import { daysOf, MonthCalendar, OptionalMonth } from './month.tsx';
import { Choice, Page, renderPage } from './page.tsx';
import { speechFor } from './reader.ts';
import { RestrictionNotice, seenUntil } from './restriction.tsx';
import { surgeonsOf } from './surgeons.ts';

const Query = z.object({ month: OptionalMonth, room: OptionalId, provider: OptionalId, minutes: slotMinutes });
/** More than a month of any facility has. */
const mostSlots = 10_000;

export function registerOpenMonth(app: FastifyInstance, deps: Deps): void {
  app.get('/open-time/month', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const { facilityId, zone, facility } = visitor;
    const now = deps.now();
    const today = zoneDate(now, zone);
    const { month, room, provider, minutes } = Query.parse(request.query);
    const { first, last } = daysOf(month, today);
    const { standing, to } = await seenUntil(deps, visitor, last);
    const wanted = { facilityId, zone, from: first, to, now, minMinutes: minutes, providerId: provider, ...(room && { roomIds: [room] }) };
    const [rooms, surgeons, slots] = await Promise.all([
      deps.reader.room.findMany({ where: { facilityId }, orderBy: { name: 'asc' } }),
      deps.reader.provider.findMany({ where: surgeonsOf(visitor), orderBy: { name: 'asc' } }),
      findOpenTime(deps.reader, { ...wanted, limit: mostSlots }),
    ]);
    const open = new Map<string, number>();
    for (const slot of slots) {
      const date = zoneDate(slot.startsAt, zone);
      open.set(date, (open.get(date) ?? 0) + minutesOf(slot));
    }
    const filter = { minutes: String(minutes), ...(room && { room }), ...(provider && { provider }) };
    const { words, duration } = speechFor(request);
    return renderPage(
      reply,
      <Page title={words('openTime.month.title')} tab="Find Open Time">
        <p className="muted">
          {words('openTime.month.text', { facility, zone })} <a href="/open-time">{words('openTime.month.list')}</a>
        </p>
        <RestrictionNotice standing={standing} />
        <form method="get" action="/open-time/month" className="row">
          {month && <input type="hidden" name="month" value={month} />}
          <Choice label={words('openTime.room')} name="room" options={rooms} chosen={room} />
          <Choice label={words('openTime.surgeon')} name="provider" options={surgeons} chosen={provider} />
          <label>
            {words('openTime.atLeast')} <input type="number" name="minutes" min={15} max={1440} step={15} defaultValue={minutes} />
          </label>
          <button type="submit">{words('openTime.show')}</button>
        </form>
        <MonthCalendar
          month={month}
          today={today}
          caption={words('openTime.open')}
          monthHref={(other) => `/open-time/month?${new URLSearchParams({ month: other, ...filter })}`}
          day={(date) => {
            const total = open.get(date);
            return (
              total !== undefined && (
                <a href={`/open-time?${new URLSearchParams({ from: date, to: date, ...filter })}`}>
                  {words('openTime.month.day', { duration: duration(total) })}
                </a>
              )
            );
          }}
        />
        {open.size === 0 && (
          <p>{words(last < today ? 'openTime.month.over' : month ? 'openTime.month.nothing' : 'openTime.month.nothingAhead')}</p>
        )}
      </Page>,
    );
  });
}
