/** Rooms and hours: weekday hours, exceptions and holidays, each change with the list of what it touches before it is saved. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';

import { zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { readRoom } from '../../ledger/room.ts';
import { seriesOn } from '../../ledger/series-days.ts';
import { civil, exceptionsOf } from '../../ledger/special-hours.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { schedulerOf, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { rehearse } from '../rehearsal.ts';
import { changeHoursOf, changeIn, digestOf } from './hours-change.ts';
import { HoursTouchedPage } from './hours-touched.tsx';
import { orAgain, orSeeAgain } from './or-again.tsx';
import { renderPage } from './page.tsx';
import { RoomHoursPage, RoomsPage } from './room-hours-views.tsx';
import { fieldIn } from './weekday-hours.tsx';

const Save = z.object({ seen: z.string().max(100), yes: z.string().optional() });
type Form = Record<string, string | undefined>;
const addressOf = ({ roomId }: Form) => (roomId === undefined ? '/rooms' : `/rooms/${roomId}`);

export function registerRoomHours(app: FastifyInstance, deps: Deps): void {
  app.get<{ Querystring: { saved?: string } }>('/rooms', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    return renderPage(reply, await roomsPage(deps, visitor, request.query.saved !== undefined));
  });

  app.get<{ Params: { id: string }; Querystring: { saved?: string } }>('/rooms/:id', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    return renderPage(reply, await roomPage(deps, visitor, request.params.id, request.query.saved !== undefined));
  });

  /** Looks only: the change is made and rolled back, so the list cannot differ from what saving does. */
  app.post('/rooms/preview', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    const form = (request.body ?? {}) as Form;
    return orEnterAgain(deps, visitor, reply, form, async () => renderPage(reply, await preview(deps, visitor, form)));
  });

  app.post('/rooms/hours', { schema: { hide: true } }, async (request, reply) => {
    const visitor = schedulerOf(await staffOf(deps, request));
    const form = (request.body ?? {}) as Form;
    const save = async () => {
      const change = changeIn(form);
      const { seen, yes } = Save.parse(form);
      if (!yes) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
      await inTransaction(deps.db, (tx) => changeHoursOf(tx, visitor, change, deps.now(), seen));
      return reply.redirect(`${addressOf(form)}?saved`, 303);
    };
    return orEnterAgain(deps, visitor, reply, form, () => orSeeAgain(reply, save, () => preview(deps, visitor, form)));
  });
}

/** Refused, a change comes back in its form on the page of its room, or of all rooms. */
const orEnterAgain = (deps: Deps, visitor: Visitor, reply: FastifyReply, form: Form, act: () => Promise<unknown>) =>
  orAgain(reply, { form: form.kind, codes: { EXCEPTIONS_OVERLAP: 'firstDate' }, nameOf: (path) => fieldIn(form, path) }, act, () =>
    form.roomId === undefined ? roomsPage(deps, visitor) : roomPage(deps, visitor, form.roomId),
  );

async function roomsPage({ reader, now }: Deps, { facilityId, zone }: Visitor, saved = false) {
  const [rooms, holidays] = await Promise.all([
    reader.room.findMany({ where: { facilityId }, orderBy: { name: 'asc' }, include: { hours: { orderBy: { weekday: 'asc' } } } }),
    reader.holiday.findMany({
      where: { facilityId, date: { gte: new Date(zoneDate(now(), zone)) } },
      orderBy: { date: 'asc' },
      take: 200,
    }),
  ]);
  return <RoomsPage rooms={rooms} holidays={holidays.map(({ date, name }) => ({ date: civil(date), name }))} saved={saved} />;
}

async function roomPage({ reader, now }: Deps, { facilityId, zone }: Visitor, roomId: string, saved = false) {
  const id = z.uuid().safeParse(roomId).data;
  const room = id && (await readRoom(reader, id));
  if (!room || room.facilityId !== facilityId) throw new DomainError('NOT_FOUND', { roomId });
  const today = zoneDate(now(), zone);
  const exceptions = (await exceptionsOf(reader, room.id)).filter(({ lastDate }) => lastDate >= today);
  return <RoomHoursPage room={room} exceptions={exceptions} zone={zone} saved={saved} />;
}

async function preview(deps: Deps, visitor: Visitor, form: Form) {
  const change = changeIn(form);
  const touches = await rehearse(deps.db, (tx) => changeHoursOf(tx, visitor, change, deps.now()));
  const room = 'roomId' in change ? await deps.reader.room.findUnique({ where: { id: change.roomId } }) : null;
  const series = 'date' in change ? await seriesOn(deps.reader, visitor.facilityId, change.date, deps.now()) : [];
  const { seen: _seen, yes: _yes, ...posted } = form;
  const carried = { ...posted, seen: digestOf(touches) };
  return <HoursTouchedPage {...{ change, touches, series, carried }} back={addressOf(form)} room={room?.name} zone={visitor.zone} />;
}
