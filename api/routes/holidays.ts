/** Holidays of a facility: civil dates on which all rooms are closed, but those that an exception opens. */
import { z } from 'zod';

import { addHoliday, civil, removeHoliday } from '../../ledger/special-hours.ts';
import { actorOf, allow } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { edit, once } from '../idempotency.ts';
import { problems } from '../problems.ts';
import { rehearse } from '../rehearsal.ts';
import { type Api, CivilDate, IdParam, Line, reach } from './plugin.ts';
import { HoursPreviewQuery, presentTouched, Touched } from './touched-shape.ts';

const Holiday = z.strictObject({ date: CivilDate, name: Line }).meta({ example: { date: '2027-07-05', name: 'Independence Day' } });
const Changed = z.object({ facilityId: z.uuid(), date: CivilDate, preview: z.boolean(), ...Touched }).meta({ id: 'HolidayChange' });
const Holidays = z.object({ items: z.array(z.object({ date: CivilDate, name: z.string() })) });
/** More than a facility enters in its life. */
const mostHolidays = 5000;

export function holidayRoutes(app: Api, deps: Deps): void {
  const tags = ['facilities'];

  const list = {
    tags,
    summary: 'The holidays of a facility by date',
    params: IdParam,
    querystring: z.object({ from: CivilDate.optional(), to: CivilDate.optional().describe('Inclusive.') }),
    response: { 200: Holidays, ...problems(400, 401, 404) },
  };
  app.get('/facilities/:id/holidays', { schema: list }, async ({ params, query, principal }) => {
    reach(principal, params.id);
    const { from, to } = query;
    const date = { ...(from && { gte: new Date(from) }), ...(to && { lte: new Date(to) }) };
    const rows = await deps.reader.holiday.findMany({
      where: { facilityId: params.id, date },
      orderBy: { date: 'asc' },
      take: mostHolidays,
    });
    return { items: rows.map((row) => ({ date: civil(row.date), name: row.name })) };
  });

  const add = {
    tags,
    summary: 'Add a holiday: no room opens on that date, but by an exception. Says what lies in the time that closes',
    params: IdParam,
    querystring: HoursPreviewQuery,
    body: Holiday,
    response: { 200: Changed, 201: Changed, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/facilities/:id/holidays', { schema: add }, async (request, reply) => {
    const { principal, body, params, query } = request;
    const { id } = params;
    allow(principal, 'facility scheduler', 'manager', 'team lead', 'support');
    reach(principal, id);
    const { preview } = query;
    const write = async (tx: Parameters<typeof addHoliday>[0]) => {
      const touches = await addHoliday(tx, id, body, { actor: await actorOf(tx, principal, id), now: deps.now() });
      return { status: 201, body: { facilityId: id, date: body.date, preview, ...presentTouched(touches) } };
    };
    if (preview) return reply.code(200).send((await rehearse(deps.db, write)).body);
    return once(deps, principal, request, reply, write);
  });

  const remove = {
    tags,
    summary: 'Remove a holiday: the rooms open as on any other such weekday',
    params: IdParam,
    querystring: HoursPreviewQuery.extend({ date: CivilDate.meta({ example: '2027-07-05' }) }),
    response: { 200: Changed, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.delete('/facilities/:id/holidays', { schema: remove }, async (request, reply) => {
    const { principal, params, query } = request;
    const { id } = params;
    allow(principal, 'facility scheduler', 'manager', 'team lead', 'support');
    reach(principal, id);
    const { preview, date } = query;
    const write = async (tx: Parameters<typeof addHoliday>[0]) => {
      const touches = await removeHoliday(tx, id, date, { actor: await actorOf(tx, principal, id), now: deps.now() });
      return { status: 200, body: { facilityId: id, date, preview, ...presentTouched(touches) } };
    };
    if (preview) return reply.code(200).send((await rehearse(deps.db, write)).body);
    return edit(deps, request, reply, write);
  });
}
