/** Rooms and their opening hours. Open time is what is left of the hours, so a change of hours shows at once. */
import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { ClosingTime, LocalTime } from '../../domain/local-time.ts';
import { recordChange, replaceRoomHours } from '../../ledger/facility.ts';
import { changeRoom } from '../../ledger/room.ts';
import type { Tx } from '../../prisma/client.ts';
import { actorOf, allow, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { edit, once } from '../idempotency.ts';
import { editedVersion, etag, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { rehearse } from '../rehearsal.ts';
import { type Api, alreadyExists, IdParam, Line, reach, Version, yours } from './plugin.ts';
import { HoursPreviewQuery, presentTouched, Touched } from './touched-shape.ts';

const Hours = z
  .array(
    z.strictObject({
      weekday: z.int().min(1).max(7).describe('ISO: 1 is Monday.'),
      opensAt: LocalTime,
      closesAt: ClosingTime,
    }),
  )
  .max(7)
  .refine((days) => days.every(({ opensAt, closesAt }) => opensAt < closesAt), 'a room closes after it opens')
  .refine((days) => new Set(days.map(({ weekday }) => weekday)).size === days.length, 'each weekday once')
  .describe('Wall-clock times at the facility; a weekday left out is closed.');

const Room = z.object({ id: z.uuid(), facilityId: z.uuid(), name: z.string(), hours: Hours, version: Version }).meta({ id: 'Room' });

const RoomChanged = Room.extend({ preview: z.boolean(), ...Touched }).meta({ id: 'RoomChange' });

const hours = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, opensAt: '07:00', closesAt: '17:00' }));
const NewRoom = z
  .strictObject({ facilityId: z.uuid(), name: Line, hours: Hours.default([]) })
  .meta({ example: { facilityId: '01890000-0000-7000-8000-000000000001', name: 'OR 1', hours } });
const RoomChange = z.strictObject({ name: Line.optional(), hours: Hours.optional() }).meta({ example: { hours } });
const Query = ListQuery.extend({ facilityId: z.uuid().optional(), name: Line.optional() }).strict();

const include = { hours: { orderBy: { weekday: 'asc' as const }, select: { weekday: true, opensAt: true, closesAt: true } } };

export function roomRoutes(app: Api, deps: Deps): void {
  const tags = ['rooms'];

  const list = { tags, summary: 'List rooms by name', querystring: Query, response: { 200: listOf(Room), ...problems(400, 401) } };
  app.get('/rooms', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, ...filter } = query;
    const { where, orderBy } = keyset('name', cursor, 'text');
    const rows = await deps.reader.room.findMany({
      where: { AND: [scopeOf(principal), filter, where] },
      orderBy,
      take: limit + 1,
      include,
    });
    return pageOf(
      rows,
      limit,
      ({ name, id }) => [name, id],
      (row) => row,
    );
  });

  const one = { tags, summary: 'One room', params: IdParam, response: { 200: Room, ...problems(400, 401, 404) } };
  app.get('/rooms/:id', { schema: one }, async ({ params, principal }, reply) => {
    const row = yours(principal, await deps.reader.room.findUnique({ where: { id: params.id }, include }));
    return reply.header('etag', etag(row.version)).send(row);
  });

  const create = { tags, summary: 'Add a room', body: NewRoom, response: { 201: Room, ...problems(400, 401, 403, 404, 409, 422) } };
  app.post('/rooms', { schema: create }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal, 'facility scheduler');
    reach(principal, body.facilityId);
    return once(deps, principal, request, reply, async (tx) => {
      const { facilityId, name } = body;
      if (!(await tx.facility.findUnique({ where: { id: facilityId } }))) throw new DomainError('NOT_FOUND', { facilityId });
      const { id } = await tx.room.create({ data: { facilityId, name }, select: { id: true } }).catch(alreadyExists({ name }));
      await replaceRoomHours(tx, id, body.hours);
      const actor = await actorOf(tx, principal, facilityId);
      const after = { roomId: id, name, hours: body.hours };
      await recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, { action: 'add room', actor, at: deps.now(), after });
      return { status: 201, body: await load(tx, id) };
    });
  });

  const change = {
    tags,
    summary: 'Rename a room or replace its opening hours. Says what lies in the time that closes, and moves none of it',
    params: IdParam,
    querystring: HoursPreviewQuery,
    body: RoomChange,
    response: { 200: RoomChanged, ...problems(400, 401, 403, 404, 409, 412, 422, 428) },
  };
  app.patch('/rooms/:id', { schema: change }, async (request, reply) => {
    const { principal, body, params, query } = request;
    allow(principal, 'facility scheduler');
    const { preview } = query;
    const write = async (tx: Tx) => {
      const present = yours(principal, await tx.room.findUnique({ where: { id: params.id } }));
      const { id, facilityId } = present;
      const version = editedVersion(request.headers['if-match'], present, preview);
      const by = { actor: await actorOf(tx, principal, facilityId), now: deps.now() };
      const { room, touches } = await changeRoom(tx, { id, facilityId, version }, body, by);
      return { status: 200, body: { ...room, preview, ...presentTouched(touches) } };
    };
    if (preview) return reply.code(200).send((await rehearse(deps.db, write)).body);
    return edit(deps, request, reply, write);
  });
}

const load = (tx: Tx, id: string) => tx.room.findUniqueOrThrow({ where: { id }, include });
