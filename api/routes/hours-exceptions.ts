/** Exceptions to a room's opening hours: on civil dates it is closed, or opens at other times. They go before holidays. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { ClosingTime, LocalTime } from '../../domain/local-time.ts';
import type { HoursException } from '../../domain/room-hours.ts';
import { exceptionsOf, replaceExceptions } from '../../ledger/special-hours.ts';
import type { Tx } from '../../prisma/client.ts';
import { actorOf, allow } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { edit } from '../idempotency.ts';
import { editedVersion, etag } from '../listing.ts';
import { problems } from '../problems.ts';
import { rehearse } from '../rehearsal.ts';
import { type Api, CivilDate, IdParam, Line, Version, yours } from './plugin.ts';
import { HoursPreviewQuery, presentTouched, Touched } from './touched-shape.ts';

const NewException = z
  .strictObject({
    firstDate: CivilDate,
    lastDate: CivilDate.optional().describe('Inclusive; the first date if left out.'),
    closed: z.literal(true).optional().describe('Closed on all of these dates; else opensAt and closesAt.'),
    opensAt: LocalTime.optional(),
    closesAt: ClosingTime.optional(),
    reason: Line.optional(),
  })
  .refine(({ firstDate, lastDate = firstDate }) => firstDate <= lastDate, {
    path: ['lastDate'],
    error: 'lastDate must not be before firstDate',
  })
  .refine(
    ({ closed, opensAt, closesAt }) => (closed ? !opensAt && !closesAt : opensAt && closesAt),
    'either closed: true, or opensAt and closesAt',
  )
  .refine(({ opensAt, closesAt }) => !opensAt || !closesAt || opensAt < closesAt, {
    path: ['closesAt'],
    error: 'a room closes after it opens',
  });

const Exceptions = z.strictObject({ items: z.array(NewException).max(400) }).meta({
  example: {
    items: [
      { firstDate: '2027-07-12', lastDate: '2027-07-16', closed: true, reason: 'New ventilation' },
      { firstDate: '2027-07-17', opensAt: '08:00', closesAt: '12:00' },
    ],
  },
});

const Exception = z.object({
  firstDate: CivilDate,
  lastDate: CivilDate,
  closed: z.boolean(),
  opensAt: z.string().nullable(),
  closesAt: z.string().nullable(),
  reason: z.string().nullable(),
});
const Listed = z.object({ roomId: z.uuid(), items: z.array(Exception), version: Version }).meta({ id: 'HoursExceptions' });
const Changed = Listed.extend({ preview: z.boolean(), ...Touched }).meta({ id: 'HoursExceptionsChange' });

export function hoursExceptionRoutes(app: Api, deps: Deps): void {
  const tags = ['rooms'];
  const refusals = problems(400, 401, 403, 404, 409, 412, 422, 428);

  const list = {
    tags,
    summary: 'The exceptions to a room’s opening hours, by date; the ETag is the room’s',
    params: IdParam,
    response: { 200: Listed, ...problems(400, 401, 404) },
  };
  app.get('/rooms/:id/hours-exceptions', { schema: list }, async ({ params, principal }, reply) => {
    const { id, version } = yours(principal, await deps.reader.room.findUnique({ where: { id: params.id } }));
    const items = (await exceptionsOf(deps.reader, id)).map(present);
    return reply.header('etag', etag(version)).send({ roomId: id, items, version });
  });

  /** The exceptions as they are to be, made of those that are. */
  const writer =
    ({ principal, headers }: FastifyRequest, id: string, preview: boolean, change: (present: HoursException[]) => HoursException[]) =>
    async (tx: Tx) => {
      const now = deps.now();
      const room = yours(principal, await tx.room.findUnique({ where: { id } }));
      const { facilityId } = room;
      const version = editedVersion(headers['if-match'], room, preview);
      const by = { actor: await actorOf(tx, principal, facilityId), now };
      const after = change(await exceptionsOf(tx, id));
      const touches = await replaceExceptions(tx, { id, facilityId, version }, after, by);
      const items = (await exceptionsOf(tx, id)).map(present);
      return { status: 200, body: { roomId: id, items, version: version + 1, preview, ...presentTouched(touches) } };
    };

  const replace = {
    tags,
    summary: 'Replace the exceptions to a room’s opening hours. Says what lies in the time that closes',
    params: IdParam,
    querystring: HoursPreviewQuery,
    body: Exceptions,
    response: { 200: Changed, ...refusals },
  };
  app.put('/rooms/:id/hours-exceptions', { schema: replace }, async (request, reply) => {
    const { params, query, body } = request;
    allow(request.principal, 'facility scheduler');
    const after = body.items.map(({ firstDate, lastDate, opensAt, closesAt, reason }) => ({
      firstDate,
      lastDate: lastDate ?? firstDate,
      opensAt: opensAt ?? null,
      closesAt: closesAt ?? null,
      reason: reason ?? null,
    }));
    const write = writer(request, params.id, query.preview, () => after);
    if (query.preview) return reply.code(200).send((await rehearse(deps.db, write)).body);
    return edit(deps, request, reply, write);
  });

  const remove = {
    tags,
    summary: 'Remove the exception that holds on a date, or all of them',
    params: IdParam,
    querystring: HoursPreviewQuery.extend({ date: CivilDate.optional().describe('Without it, all are removed.') }),
    response: { 200: Changed, ...refusals },
  };
  app.delete('/rooms/:id/hours-exceptions', { schema: remove }, async (request, reply) => {
    const { params, query } = request;
    allow(request.principal, 'facility scheduler');
    const { date, preview } = query;
    const others = (present: HoursException[]) => {
      const left = present.filter(({ firstDate, lastDate }) => date && (date < firstDate || lastDate < date));
      if (date && left.length === present.length) throw new DomainError('NOT_FOUND', { date });
      return left;
    };
    const write = writer(request, params.id, preview, others);
    if (preview) return reply.code(200).send((await rehearse(deps.db, write)).body);
    return edit(deps, request, reply, write);
  });
}

const present = (one: HoursException) => ({ ...one, closed: one.opensAt === null });
