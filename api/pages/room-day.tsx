/** Where each minute of a room's day went: case, hold, block, released, open, one after the other, and the sum (U-11). */
import type { FastifyInstance } from 'fastify';
import type { ReactNode } from 'react';
import { z } from 'zod';

import { addDays, formatDuration, formatRange, zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { type Interval, minutesOf } from '../../domain/interval.ts';
import { type RoomDay, roomDay, type Stretch, type Use, uses } from '../../domain/room-day.ts';
import { dateTime, ranges } from '../../emails/wording.ts';
import { loadRoomDay } from '../../ledger/room-day.ts';
import { isStaff, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { civilDay, OptionalPageDate } from './dates.ts';
import { Facts, Page, renderPage } from './page.tsx';

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
    return renderPage(
      reply,
      <Page title={`${room.name}, ${civilDay(date)}`} tab="Block Schedule">
        <p>
          <a href={of(addDays(date, -1))}>Day before</a> · <a href={of(addDays(date, 1))}>Day after</a> ·{' '}
          <a href={`/block-schedule?${new URLSearchParams({ week: date, room: room.id })}`}>The week of this room</a>
        </p>
        {day.stretches.length === 0 ? (
          <p>The room is closed on this day: there are no minutes to account for.</p>
        ) : (
          <Account day={day} zone={zone} />
        )}
        {day.outsideHours.length > 0 && <p className="notice">Cases outside the opening hours: {ranges(day.outsideHours, zone)}.</p>}
      </Page>,
    );
  });
}

const words: Record<Use, string> = {
  case: 'Cases',
  'hold confirmed': 'Held, confirmed',
  'hold pending': 'Requested',
  released: 'Released, not yet seen by others',
  block: 'Block, unbooked',
  open: 'Open',
};
const colours: Record<Use, string> = {
  case: '#0b5c6b',
  'hold confirmed': '#7a4b9d',
  'hold pending': '#c3a6da',
  released: '#c47a1c',
  block: '#9fb9c0',
  open: '#e6efe1',
};

function Account({ day, zone }: { day: RoomDay; zone: string }) {
  const { stretches, minutes, openingMinutes, recapturedMinutes } = day;
  const used = uses.filter((use) => minutes[use] > 0);
  return (
    <>
      <DayBar stretches={stretches} zone={zone} />
      <Facts
        facts={[
          ...used.map((use): [string, ReactNode] => [
            words[use],
            <>
              <svg className="key" viewBox="0 0 1 1" aria-hidden="true">
                <rect width="1" height="1" fill={colours[use]} />
              </svg>{' '}
              {formatDuration(minutes[use])}
            </>,
          ]),
          ['Together', `${formatDuration(openingMinutes)}, all the time that the room is open`],
          ...(recapturedMinutes > 0 ? ([['Given back and used by others', formatDuration(recapturedMinutes)]] as [string, string][]) : []),
        ]}
      />
      <h2>One after the other</h2>
      <ul className="plain">
        {stretches.map((stretch) => (
          <li key={stretch.startsAt} className="card">
            <strong>{formatRange(stretch, zone)}</strong> {words[stretch.use].toLowerCase()} <Whose stretch={stretch} />
            <br />
            <span className="muted">
              {stretch.since && `since ${dateTime(stretch.since, zone)} `}({stretch.rule})
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Whose time it is, and the way there; what nobody ever had is nobody's. */
function Whose({ stretch: { use, subject, holder, overlapping, recaptured } }: { stretch: Stretch }) {
  const notes = [overlapping && 'more than one case at a time', recaptured && 'given back, and used by somebody else'].filter(Boolean);
  const name = use === 'open' || use === 'released' ? `given back by ${holder}` : holder;
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
  const whole: Interval = { startsAt: stretches[0]!.startsAt, endsAt: stretches.at(-1)!.endsAt };
  const at = (instant: string) => (minutesOf({ startsAt: whole.startsAt, endsAt: instant }) / minutesOf(whole)) * 100;
  return (
    <svg className="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label={`The day from ${formatRange(whole, zone)}`}>
      {stretches.map(({ startsAt, endsAt, use }) => (
        <rect key={startsAt} x={at(startsAt)} width={at(endsAt) - at(startsAt)} y={0} height={10} fill={colours[use]} />
      ))}
    </svg>
  );
}
