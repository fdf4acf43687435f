/** Where each minute of a room's day went: case, hold, block, released, open, one after the other, and the sum (U-11). */
import type { FastifyInstance } from 'fastify';
import type { ReactNode } from 'react';
import { z } from 'zod';

import { addDays, zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { type Interval, minutesOf } from '../../domain/interval.ts';
import { type RoomDay, roomDay, type Stretch, type Use, uses } from '../../domain/room-day.ts';
import { loadRoomDay } from '../../ledger/room-day.ts';
import { isStaff, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { OptionalPageDate } from './dates.ts';
import { Facts, Page, renderPage } from './page.tsx';
import { speechFor, useSpeech } from './reader.ts';

const Query = z.object({ date: OptionalPageDate });

export function registerRoomDay(app: FastifyInstance, deps: Deps): void {
  app.get<{ Params: { id: string } }>('/rooms/:id/day', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    if (!isStaff(visitor)) throw new DomainError('NOT_ALLOWED', { role: visitor.role, needs: ['facility scheduler', 'support'] });
    const { facilityId, zone } = visitor;
    const id = z.uuid().safeParse(request.params.id).data;
    const room = id && (await deps.reader.room.findFirst({ where: { id, facilityId } }));
    if (!room) throw new DomainError('NOT_FOUND', { roomId: request.params.id });
    const now = deps.now();
    const { date = zoneDate(now, zone) } = Query.parse(request.query);
    const day = roomDay(await loadRoomDay(deps.reader, { roomId: room.id, facilityId, zone, date }), now);
    const of = (other: string) => `/rooms/${room.id}/day?${new URLSearchParams({ date: other })}`;
    const { words, civilDay, ranges } = speechFor(request);
    return renderPage(
      reply,
      <Page title={`${room.name}, ${civilDay(date)}`} tab="Block Schedule">
        <p>
          <a href={of(addDays(date, -1))}>{words('room.day.before')}</a> · <a href={of(addDays(date, 1))}>{words('room.day.after')}</a> ·{' '}
          <a href={`/block-schedule?${new URLSearchParams({ week: date, room: room.id })}`}>{words('room.day.week')}</a>
        </p>
        {day.stretches.length === 0 ? <p>{words('room.day.closed')}</p> : <Account day={day} zone={zone} />}
        {day.outsideHours.length > 0 && <p className="notice">{words('room.day.outside', { times: ranges(day.outsideHours, zone) })}</p>}
      </Page>,
    );
  });
}

const colours: Record<Use, string> = {
  case: '#0b5c6b',
  'hold confirmed': '#7a4b9d',
  'hold pending': '#c3a6da',
  released: '#c47a1c',
  block: '#9fb9c0',
  open: '#e6efe1',
};

function Account({ day, zone }: { day: RoomDay; zone: string }) {
  const { words, dateTime, duration, range } = useSpeech();
  const { stretches, minutes, openingMinutes, recapturedMinutes } = day;
  const used = uses.filter((use) => minutes[use] > 0);
  return (
    <>
      <DayBar stretches={stretches} zone={zone} />
      <Facts
        facts={[
          ...used.map((use): [string, ReactNode] => [
            words(`room.day.use.${use}`),
            <>
              <svg className="key" viewBox="0 0 1 1" aria-hidden="true">
                <rect width="1" height="1" fill={colours[use]} />
              </svg>{' '}
              {duration(minutes[use])}
            </>,
          ]),
          [words('room.day.together'), words('room.day.sum', { duration: duration(openingMinutes) })],
          ...(recapturedMinutes > 0 ? ([[words('room.day.recaptured'), duration(recapturedMinutes)]] as [string, string][]) : []),
        ]}
      />
      <h2>{words('room.day.list')}</h2>
      <ul className="plain">
        {stretches.map((stretch) => (
          <li key={stretch.startsAt} className="card">
            <strong>{range(stretch, zone)}</strong> {words(`room.day.use.${stretch.use}`).toLowerCase()} <Whose stretch={stretch} />
            <br />
            <span className="muted">
              {stretch.since && `${words('room.day.since', { at: dateTime(stretch.since, zone) })} `}({stretch.rule})
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Whose time it is, and the way there; what nobody ever had is nobody's. */
function Whose({ stretch: { use, subject, holder, overlapping, recaptured } }: { stretch: Stretch }) {
  const { words } = useSpeech();
  const notes = [overlapping && words('room.day.overlapping'), recaptured && words('room.day.used')].filter(Boolean);
  const name = use === 'open' || use === 'released' ? words('room.day.givenBack', { holder: holder ?? '' }) : holder;
  const named = subject && (subject.kind === 'case' ? name : <a href={`/${subject.kind}s/${subject.id}`}>{name}</a>);
  return (
    <>
      {named}
      {notes.length > 0 && ` (${notes.join('; ')})`}
    </>
  );
}

/** The day as a bar; the list below says the same. Hours with a gap are drawn with the gap. */
function DayBar({ stretches, zone }: { stretches: Stretch[]; zone: string }) {
  const { words, range } = useSpeech();
  const whole: Interval = { startsAt: stretches[0]!.startsAt, endsAt: stretches.at(-1)!.endsAt };
  const at = (instant: string) => (minutesOf({ startsAt: whole.startsAt, endsAt: instant }) / minutesOf(whole)) * 100;
  return (
    <svg
      className="bar"
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      role="img"
      aria-label={words('room.day.bar', { range: range(whole, zone) })}
    >
      {stretches.map(({ startsAt, endsAt, use }) => (
        <rect key={startsAt} x={at(startsAt)} width={at(endsAt) - at(startsAt)} y={0} height={10} fill={colours[use]} />
      ))}
    </svg>
  );
}
