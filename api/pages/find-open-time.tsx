/** Find Open Time: what others gave back, one's own holds, and for the facility the requests that wait (C-26 to C-30, C-45). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { addDays, atLocal, zoneDate } from '../../domain/civil.ts';
import { live } from '../../domain/hold.ts';
import { minutesOf } from '../../domain/interval.ts';
import { type LoadedHold, loadHolds } from '../../ledger/hold.ts';
import { findOpenTime, type OpenTime } from '../../ledger/open-time.ts';
import type { Database } from '../../prisma/client.ts';
import type { Prisma } from '../../prisma/generated/client.ts';
import { isStaff, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { OptionalId, OptionalPageDate } from './dates.ts';
import { filledIn } from './hold-forms.tsx';
import { Choice, Page, renderPage } from './page.tsx';
import { speechFor, useSpeech } from './reader.ts';
import { RestrictionNotice, seenUntil } from './restriction.tsx';
import { surgeonsOf } from './surgeons.ts';

/** The shortest stretch that is looked for, in minutes; an empty field means two hours. */
export const slotMinutes = z.union([z.literal('').transform(() => 120), z.coerce.number().int().min(15).max(1440)]).default(120);
const Filter = z.object({
  from: OptionalPageDate,
  to: OptionalPageDate,
  room: OptionalId,
  provider: OptionalId,
  minutes: slotMinutes,
});

const mostDays = 92;
const mostSlots = 200;

export function registerFindOpenTime(app: FastifyInstance, deps: Deps): void {
  app.get('/open-time', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const filter = Filter.parse(request.query);
    const { facilityId, zone, personId } = visitor;
    const now = deps.now();
    const today = zoneDate(now, zone);
    const from = filter.from && filter.from > today ? filter.from : today;
    const latest = addDays(from, mostDays);
    const wanted = filter.to && filter.to >= from ? filter.to : addDays(from, 14);
    const { standing, to } = await seenUntil(deps, visitor, [wanted, latest].sort()[0]!);
    const narrowed = { ...(filter.room && { room: filter.room }), ...(filter.provider && { provider: filter.provider }) };
    const roomIds = filter.room ? [filter.room] : undefined;
    const ofProvider = filter.provider ? { providerId: filter.provider } : {};
    const ahead = { facilityId, endsAt: { gt: new Date(now) } };
    const [slots, rooms, surgeons, own, waiting] = await Promise.all([
      findOpenTime(deps.reader, {
        facilityId,
        zone,
        from,
        to,
        now,
        minMinutes: filter.minutes,
        roomIds,
        providerId: filter.provider,
        limit: mostSlots,
      }),
      deps.reader.room.findMany({ where: { facilityId }, orderBy: { name: 'asc' } }),
      deps.reader.provider.findMany({ where: surgeonsOf(visitor), orderBy: { name: 'asc' } }),
      holdsWhere(deps.reader, { ...ahead, ...ofProvider, requesterId: personId }),
      isStaff(visitor) ? holdsWhere(deps.reader, { ...ahead, ...ofProvider, state: 'pending' }) : undefined,
    ]);
    const { words } = speechFor(request);
    return renderPage(
      reply,
      <Page title={words('frame.tab.Find Open Time')} tab="Find Open Time">
        <p className="muted">{words('openTime.who', { facility: visitor.facility, zone, name: visitor.name })}</p>
        {waiting && (
          <>
            <h2>{words('openTime.waiting')}</h2>
            {waiting.length === 0 ? <p>{words('openTime.allDecided')}</p> : <HoldList holds={waiting} />}
          </>
        )}
        <h2>{words('openTime.own')}</h2>
        {own.length === 0 ? <p>{words('openTime.noHolds')}</p> : <HoldList holds={own} own />}
        <h2>{words('openTime.open')}</h2>
        <RestrictionNotice standing={standing} />
        <p>
          <a href={`/open-time/month?${new URLSearchParams({ month: from.slice(0, 7), ...narrowed })}`}>{words('openTime.showMonth')}</a>
        </p>
        <form method="get" action="/open-time" className="row">
          <label>
            {words('openTime.from')} <input type="date" name="from" defaultValue={from} />
          </label>
          <label>
            {words('openTime.to')} <input type="date" name="to" defaultValue={to} />
          </label>
          <Choice label={words('openTime.room')} name="room" options={rooms} chosen={filter.room} />
          <Choice label={words('openTime.surgeon')} name="provider" options={surgeons} chosen={filter.provider} />
          <label>
            {words('openTime.atLeast')} <input type="number" name="minutes" min={15} max={1440} step={15} defaultValue={filter.minutes} />
          </label>
          <button type="submit">{words('openTime.show')}</button>
        </form>
        <SlotList slots={slots} zone={zone} mayRequest={standing.limits?.mayRequest ?? true} provider={filter.provider} />
        {slots.length === mostSlots && <p>{words('openTime.more')}</p>}
      </Page>,
    );
  });
}

/** The first fifty, soonest first. */
async function holdsWhere(db: Database, where: Prisma.HoldWhereInput): Promise<LoadedHold[]> {
  const rows = await db.hold.findMany({ where, orderBy: [{ startsAt: 'asc' }, { id: 'asc' }], take: 50, select: { id: true } });
  const ids = rows.map(({ id }) => id);
  const holds = new Map((await loadHolds(db, ids, 'none')).map((hold) => [hold.facts.id, hold]));
  return ids.flatMap((id) => holds.get(id) ?? []);
}

/** `own`: with the way to delete each (C-33). */
function HoldList({ holds, own = false }: { holds: LoadedHold[]; own?: boolean }) {
  const speech = useSpeech();
  const { words, day, dateTime, range } = speech;
  return (
    <ul className="plain">
      {holds.map(({ facts, names }) => {
        const { id, zone, state, expiresAt } = facts;
        return (
          <li key={id} className="card">
            <a href={`/holds/${id}`}>
              {names.room}, {day(facts.startsAt, zone)}, {range(facts, zone)}
            </a>
            <br />
            <span className="muted">
              {words('openTime.holdLine', {
                state: words(`hold.states.${state}`),
                expires: dateTime(expiresAt, zone),
                filled: filledIn(speech, facts),
                provider: names.provider,
              })}
            </span>
            {own && live(facts) && (
              <>
                {' '}
                <a
                  href={`/holds/${id}#delete`}
                  aria-label={words('openTime.deleteHold', { room: names.room, day: day(facts.startsAt, zone) })}
                >
                  {words('openTime.delete')}
                </a>
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

type Slots = { slots: OpenTime[]; zone: string; mayRequest: boolean; provider: string | undefined };

/** `provider`: who was looked for, and is asked for first. */
function SlotList({ slots, zone, mayRequest, provider }: Slots) {
  const { words, day, range, duration } = useSpeech();
  if (slots.length === 0) return <p>{words('openTime.nothing')}</p>;
  const days = [...new Set(slots.map(({ startsAt }) => zoneDate(startsAt, zone)))];
  return days.map((date) => (
    <section key={date}>
      <h3>{day(atLocal(date, '12:00', zone), zone)}</h3>
      <ul>
        {slots
          .filter(({ startsAt }) => zoneDate(startsAt, zone) === date)
          .map(({ roomId, room, startsAt, endsAt }) => (
            <li key={`${roomId} ${startsAt}`}>
              {room}, {range({ startsAt, endsAt }, zone)} ({duration(minutesOf({ startsAt, endsAt }))}){' '}
              {mayRequest && (
                <a
                  href={`/open-time/request?${new URLSearchParams({ roomId, startsAt, endsAt, ...(provider && { provider }) })}`}
                  aria-label={words('openTime.requestSlot', { room, range: range({ startsAt, endsAt }, zone) })}
                >
                  {words('openTime.request')}
                </a>
              )}
            </li>
          ))}
      </ul>
    </section>
  ));
}
