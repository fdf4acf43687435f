/** Block Schedule: a week of blocks, each with what is booked, released and still unbooked (C-23, C-45). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { booked, minutesByUse, reserved, unbooked } from '../../domain/block.ts';
import { addDays, atLocal, weekday, zoneDate } from '../../domain/civil.ts';
import { type Interval, minutesOf } from '../../domain/interval.ts';
import { type LoadedBlock, loadBlocks } from '../../ledger/block.ts';
import type { Speech } from '../../words/speech.ts';
import { isStaff, type Visitor, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { OptionalId, OptionalPageDate } from './dates.ts';
import { calendarOf } from './month.tsx';
import { Choice, Page, renderPage } from './page.tsx';
import { speechFor, useSpeech } from './reader.ts';

const Query = z.object({ week: OptionalPageDate, group: OptionalId, room: OptionalId });
const mostBlocks = 300;

/** The blocks a visitor may see and decide about: those of own groups, or all of the facility for its staff. */
export function blocksOf(visitor: Visitor) {
  const { facilityId, groupIds } = visitor;
  return isStaff(visitor) ? { facilityId } : { facilityId, groupId: { in: groupIds } };
}

export function registerBlockSchedule(app: FastifyInstance, deps: Deps): void {
  app.get('/block-schedule', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const { zone } = visitor;
    const { week, group, room } = Query.parse(request.query);
    const wanted = {
      ...blocksOf(visitor),
      state: { not: 'cancelled' },
      AND: [...(group ? [{ groupId: group }] : []), ...(room ? [{ roomId: room }] : [])],
    };
    const firstFrom = (date: string) =>
      deps.reader.block.findFirst({
        where: { ...wanted, date: { gte: new Date(date) } },
        orderBy: { date: 'asc' },
        select: { date: true },
      });
    const today = zoneDate(deps.now(), zone);
    const date = week ?? (await firstFrom(today))?.date.toISOString().slice(0, 10) ?? today; // where the next block is
    const monday = addDays(date, 1 - weekday(date));
    const days = Array.from({ length: 7 }, (_, n) => addDays(monday, n));
    const choices = await choicesFor(deps, visitor);
    const weekOf = (monday: string) =>
      `/block-schedule?${new URLSearchParams({ week: monday, ...(group && { group }), ...(room && { room }) })}`;
    const rows = await deps.reader.block.findMany({
      where: { ...wanted, date: { gte: new Date(monday), lte: new Date(days[6]!) } },
      orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
      take: mostBlocks,
      select: { id: true },
    });
    const blocks = (
      await loadBlocks(
        deps.reader,
        rows.map(({ id }) => id),
        'none',
      )
    ).sort((a, b) => a.names.room.localeCompare(b.names.room));
    const next = rows.length > 0 ? null : await firstFrom(addDays(monday, 7));
    const staff = isStaff(visitor);
    const roomsOn = (civil: string) =>
      choices.rooms.filter(({ id }) => id === room || blocks.some(({ facts, roomId }) => facts.date === civil && roomId === id));
    const noon = (civil: string) => atLocal(civil, '12:00', zone);
    const speech = speechFor(request);
    const { words, day, range } = speech;
    return renderPage(
      reply,
      <Page title={words('frame.tab.Block Schedule')} tab="Block Schedule">
        <p className="muted">{words('openTime.who', { facility: visitor.facility, zone, name: visitor.name })}</p>
        <p>
          <a href={weekOf(addDays(monday, -7))}>{words('block.schedule.weekBefore')}</a> ·{' '}
          <strong>{words('block.schedule.span', { first: day(noon(monday), zone), last: day(noon(days[6]!), zone) })}</strong> ·{' '}
          <a href={weekOf(addDays(monday, 7))}>{words('block.schedule.weekAfter')}</a> ·{' '}
          <a href={`/block-schedule/month?${new URLSearchParams({ ...calendarOf(date, today), ...(group && { group }) })}`}>
            {words('block.schedule.month')}
          </a>
        </p>
        <form method="get" action="/block-schedule" className="row">
          <input type="hidden" name="week" value={monday} />
          <Choice label={words('block.schedule.group')} name="group" options={choices.groups} chosen={group} />
          <Choice label={words('openTime.room')} name="room" options={choices.rooms} chosen={room} />
          <button type="submit">{words('openTime.show')}</button>
        </form>
        <p className="muted">{words('block.schedule.legend')}</p>
        {rows.length === mostBlocks && <p>{words('block.schedule.more')}</p>}
        {rows.length === 0 && (
          <p>
            {words('block.schedule.none')}{' '}
            {next ? (
              <a href={weekOf(next.date.toISOString().slice(0, 10))}>{words('block.schedule.next')}</a>
            ) : (
              words('block.schedule.noneLater')
            )}
          </p>
        )}
        {days
          .filter((one) => (room && staff) || blocks.some(({ facts }) => facts.date === one))
          .map((one) => (
            <section key={one}>
              <h2>{day(noon(one), zone)}</h2>
              <ul className="plain">
                {blocks
                  .filter(({ facts }) => facts.date === one)
                  .map((block) => (
                    <li key={block.facts.id} className="card">
                      <a href={`/blocks/${block.facts.id}`}>
                        {block.names.room}, {range(block.facts, zone)}, {block.names.provider ?? block.names.group}
                      </a>
                      <BlockBar block={block} now={deps.now()} />
                      <span className="muted">{inWords(block, speech)}</span>
                    </li>
                  ))}
              </ul>
              {staff && <RoomDays date={one} rooms={roomsOn(one)} />}
            </section>
          ))}
      </Page>,
    );
  });
}

/** For the facility's own people: where each minute of these rooms' day went (U-11). */
function RoomDays({ date, rooms }: { date: string; rooms: { id: string; name: string }[] }) {
  return (
    <p className="muted">
      {useSpeech().words('block.schedule.minutes')}{' '}
      {rooms.map(({ id, name }, n) => (
        <span key={id}>
          {n > 0 && ' · '}
          <a href={`/rooms/${id}/day?${new URLSearchParams({ date })}`}>{name}</a>
        </span>
      ))}
    </p>
  );
}

/** The groups and rooms that a visitor can narrow a schedule by. */
export async function choicesFor({ reader }: Deps, visitor: Visitor) {
  const { facilityId, groupIds } = visitor;
  const [groups, rooms] = await Promise.all([
    reader.group.findMany({ where: { facilityId, ...(!isStaff(visitor) && { id: { in: groupIds } }) }, orderBy: { name: 'asc' } }),
    reader.room.findMany({ where: { facilityId }, orderBy: { name: 'asc' } }),
  ]);
  return { groups, rooms };
}

function inWords({ facts }: LoadedBlock, { words, duration }: Speech): string {
  const { bookedMinutes, releasedMinutes, unbookedMinutes } = minutesByUse(facts);
  const uses = [
    words('block.schedule.booked', { duration: duration(bookedMinutes) }),
    releasedMinutes > 0 && words('block.schedule.released', { duration: duration(releasedMinutes) }),
    words('block.schedule.unbooked', { duration: duration(unbookedMinutes) }),
    facts.state !== 'active' && words(`block.states.${facts.state}`),
  ];
  return uses.filter(Boolean).join(', ');
}

/** The block as a bar; the same is said in words to those who do not see it. */
export function BlockBar({ block: { facts }, now }: { block: LoadedBlock; now: string }) {
  const { words: say, ranges } = useSpeech();
  const whole = minutesOf(reserved(facts));
  const at = (instant: string) => ((Date.parse(instant) - Date.parse(facts.startsAt)) / 60_000 / whole) * 100;
  const bar = (parts: Interval[], fill: string) =>
    parts.map((part) => (
      <rect
        key={`${fill}${part.startsAt}`}
        x={at(part.startsAt)}
        width={at(part.endsAt) - at(part.startsAt)}
        y={0}
        height={10}
        fill={fill}
      />
    ));
  const { zone } = facts;
  const words = say('block.schedule.bar', {
    booked: ranges(booked(facts), zone),
    released: ranges(facts.releases, zone),
    unbooked: ranges(unbooked(facts, now), zone),
  });
  const pattern = `stripes-${facts.id}`;
  return (
    <svg className="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label={words}>
      <defs>
        <pattern id={pattern} width="2" height="10" patternUnits="userSpaceOnUse">
          <rect width="2" height="10" fill="#f3d9b8" />
          <rect width="1" height="10" fill="#c47a1c" />
        </pattern>
      </defs>
      <rect x={0} width={100} y={0} height={10} fill="#dbe7ea" />
      {bar(facts.releases, `url(#${pattern})`)}
      {bar(booked(facts), '#0b5c6b')}
    </svg>
  );
}
