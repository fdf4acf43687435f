/** Rooms and hours: weekday hours, exceptions and holidays, each change with the list of what it touches before it is saved. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { readRoom } from '../../ledger/room.ts';
import { civil, exceptionsOf } from '../../ledger/special-hours.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { schedulerOf, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { rehearse } from '../rehearsal.ts';
import { changeHoursOf, changeIn, digestOf, type HoursChange } from './hours-change.ts';
import { HoursTouchedPage } from './hours-touched.tsx';
import { renderPage } from './page.tsx';
import { RoomHoursPage, RoomsPage } from './room-hours-views.tsx';
import { orShownAnew } from './seen.tsx';

const Save = z.object({ seen: z.string().max(100), yes: z.string().optional() });
const pageOf = (change: HoursChange) => ('roomId' in change ? `/rooms/${change.roomId}` : '/rooms');

export function registerRoomHours(app: FastifyInstance, deps: Deps): void {
  app.get<{ Querystring: { saved?: string } }>('/rooms', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    const { facilityId, zone } = visitor;
    const [rooms, holidays] = await Promise.all([
      deps.reader.room.findMany({ where: { facilityId }, orderBy: { name: 'asc' }, include: { hours: { orderBy: { weekday: 'asc' } } } }),
      deps.reader.holiday.findMany({
        where: { facilityId, date: { gte: new Date(zoneDate(deps.now(), zone)) } },
        orderBy: { date: 'asc' },
        take: 200,
      }),
    ]);
    const named = holidays.map(({ date, name }) => ({ date: civil(date), name }));
    return renderPage(reply, <RoomsPage rooms={rooms} holidays={named} saved={request.query.saved !== undefined} />);
  });

  app.get<{ Params: { id: string }; Querystring: { saved?: string } }>('/rooms/:id', { schema: { hide: true } }, async (request, reply) => {
    const { facilityId, zone } = schedulerOf(await staffOf(deps, request));
    const id = z.uuid().safeParse(request.params.id).data;
    const room = id && (await readRoom(deps.reader, id));
    if (!room || room.facilityId !== facilityId) throw new DomainError('NOT_FOUND', { roomId: request.params.id });
    const today = zoneDate(deps.now(), zone);
    const exceptions = (await exceptionsOf(deps.reader, room.id)).filter(({ lastDate }) => lastDate >= today);
    return renderPage(reply, <RoomHoursPage room={room} exceptions={exceptions} zone={zone} saved={request.query.saved !== undefined} />);
  });

  /** Looks only: the change is made and rolled back, so the list cannot differ from what saving does. */
  app.post('/rooms/preview', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    return renderPage(reply, await preview(deps, visitor, changeIn((request.body ?? {}) as Record<string, string>)));
  });

  app.post('/rooms/hours', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    const change = changeIn((request.body ?? {}) as Record<string, string>);
    const { seen, yes } = Save.parse(request.body);
    if (!yes) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
    const save = async () => {
      await inTransaction(deps.db, (tx) => changeHoursOf(tx, visitor, change, deps.now(), seen));
      return reply.redirect(`${pageOf(change)}?saved`, 303);
    };
    return orShownAnew(save, async (status) => renderPage(reply, await preview(deps, visitor, change, true), status));
  });
}

async function preview(deps: Deps, visitor: Visitor, change: HoursChange, stale = false) {
  const touches = await rehearse(deps.db, (tx) => changeHoursOf(tx, visitor, change, deps.now()));
  const room = 'roomId' in change ? await deps.reader.room.findUnique({ where: { id: change.roomId } }) : null;
  const back = pageOf(change);
  return <HoursTouchedPage {...{ change, touches, back, stale }} seen={digestOf(touches)} room={room?.name} zone={visitor.zone} />;
}
