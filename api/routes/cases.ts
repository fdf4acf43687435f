/**
 * Cases as the facility's own schedule knows them, by its own number (C-07). A case stands whatever it lands on;
 * what it displaces is marked and told in the same transaction, and can be asked beforehand (`?preview=true`).
 */
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { cancelCase, type CaseEffect, reportCase } from '../../ledger/case.ts';
import type { Tx } from '../../prisma/client.ts';
import { actorOf, allow, type Principal, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { etag, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { rehearse } from '../rehearsal.ts';
import { type Api, IdParam, Instant, inOrder, Line, notInOrder, reach, Version, yours } from './plugin.ts';

const Case = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    number: z.string().describe('The facility’s own.'),
    roomId: z.uuid(),
    room: z.string(),
    groupId: z.uuid().nullable(),
    providerId: z.uuid().nullable(),
    startsAt: Instant,
    endsAt: Instant,
    bookedAt: Instant.nullable(),
    receivedAt: Instant,
    cancelledAt: Instant.nullable(),
    credited: z.boolean().nullable().describe('Did it reach the facility before its block’s mandatory release (C-06)? null: no block of its group.'),
    description: z.string().nullable().optional().describe('For administrators only.'),
    version: Version,
  })
  .meta({ id: 'Case' });

const CaseReport = z
  .strictObject({
    facilityId: z.uuid(),
    number: Line,
    roomId: z.uuid().optional(),
    room: Line.optional().describe('The room’s name, instead of its id.'),
    groupId: z.uuid().optional(),
    providerId: z.uuid().optional(),
    startsAt: Instant,
    endsAt: Instant,
    bookedAt: Instant.optional().describe('When it was booked, if that is known; else now.'),
  })
  .refine(inOrder, notInOrder)
  .refine(({ roomId, room }) => (roomId === undefined) !== (room === undefined), { path: ['room'], error: 'either roomId or room' })
  .meta({
    example: {
      facilityId: '01890000-0000-7000-8000-000000000001',
      number: 'C-20270111-07',
      room: 'OR 1',
      providerId: '01890000-0000-7000-8000-000000000005',
      startsAt: '2027-01-11T08:00:00Z',
      endsAt: '2027-01-11T10:00:00Z',
    },
  });

const CaseNumber = z
  .strictObject({ facilityId: z.uuid(), number: Line })
  .meta({ example: { facilityId: '01890000-0000-7000-8000-000000000001', number: 'C-20270111-07' } });

const Effect = z
  .object({
    preview: z.boolean(),
    caseId: z.uuid().nullable().describe('null in the preview of a case that is not known yet.'),
    kind: z.enum(['booked', 'moved', 'cancelled', 'unchanged']),
    credited: z.boolean().nullable(),
    displacedHoldIds: z.array(z.uuid()).describe('Holds that are in conflict with it; requester and facility are told.'),
    overlappingCaseNumbers: z.array(z.string()).describe('Cases on the same minutes of the room: both stand.'),
    version: z.int(),
  })
  .meta({ id: 'CaseEffect' });

const PreviewQuery = z.object({ preview: z.stringbool().default(false).describe('Say what it would displace, and write nothing.') });
const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  number: Line.optional(),
  roomId: z.uuid().optional(),
  groupId: z.uuid().optional(),
  providerId: z.uuid().optional(),
  cancelled: z.stringbool().optional(),
  from: Instant.optional().describe('Starting at or after this.'),
  to: Instant.optional().describe('Starting before this.'),
  sort: z.enum(['startsAt', '-startsAt']).default('startsAt'),
}).strict();

const include = { room: { select: { name: true } } };

export function caseRoutes(app: Api, deps: Deps): void {
  const tags = ['cases'];

  const list = { tags, summary: 'List cases by start', querystring: Query, response: { 200: listOf(Case), ...problems(400, 401) } };
  app.get('/cases', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, sort, from, to, cancelled, ...filter } = query;
    const { where, orderBy } = keyset(sort, cursor, 'instant');
    const state = cancelled === undefined ? {} : { cancelledAt: cancelled ? { not: null } : null };
    const AND = [scopeOf(principal), filter, state, { startsAt: { gte: from, lt: to } }, where];
    const rows = await deps.reader.case.findMany({ where: { AND }, orderBy, take: limit + 1, include });
    return pageOf(
      rows,
      limit,
      ({ startsAt, id }) => [startsAt.toISOString(), id],
      (row) => present(row, principal),
    );
  });

  const one = { tags, summary: 'One case', params: IdParam, response: { 200: Case, ...problems(400, 401, 404) } };
  app.get('/cases/:id', { schema: one }, async ({ params, principal }, reply) => {
    const row = yours(principal, await deps.reader.case.findUnique({ where: { id: params.id }, include }));
    return reply.header('etag', etag(row.version)).send(present(row, principal));
  });

  const report = {
    tags,
    summary: 'Book or move a case by the facility’s own number; the same report again changes nothing',
    querystring: PreviewQuery,
    body: CaseReport,
    response: { 200: Effect, 201: Effect, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/cases', { schema: report }, async (request, reply) => {
    const { principal, body, query } = request;
    allow(principal, 'facility scheduler');
    reach(principal, body.facilityId);
    const write = async (tx: Tx) => {
      const { room: _name, ...rest } = body;
      const { roomId } = await placeOf(tx, body);
      return reportCase(tx, { ...rest, roomId }, await actorOf(tx, principal, body.facilityId), deps.now());
    };
    if (query.preview) {
      const effect = await rehearse(deps.db, write);
      return reply.code(200).send({ ...effect, preview: true, caseId: effect.kind === 'booked' ? null : effect.caseId });
    }
    return once(deps, principal, request, reply, async (tx) => answerOf(await write(tx)));
  });

  const cancel = {
    tags,
    params: IdParam,
    summary: 'Cancel a case: its minutes are its block’s, its hold’s or open time again',
    querystring: PreviewQuery,
    response: { 200: Effect, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/cases/:id/cancel', { schema: cancel }, async (request, reply) => {
    const { principal, params, query } = request;
    allow(principal, 'facility scheduler');
    const write = async (tx: Tx) => {
      const { facilityId, number } = yours(principal, await tx.case.findUnique({ where: { id: params.id } }));
      return cancelCase(tx, { facilityId, number }, await actorOf(tx, principal, facilityId), deps.now());
    };
    if (query.preview) return reply.code(200).send({ ...(await rehearse(deps.db, write)), preview: true });
    return once(deps, principal, request, reply, async (tx) => answerOf(await write(tx)));
  });

  const cancelNumber = {
    tags,
    summary: 'Cancel a case by the facility’s own number',
    querystring: PreviewQuery,
    body: CaseNumber,
    response: { 200: Effect, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/cases/cancel', { schema: cancelNumber }, async (request, reply) => {
    const { principal, body, query } = request;
    allow(principal, 'facility scheduler');
    reach(principal, body.facilityId);
    const write = async (tx: Tx) => cancelCase(tx, body, await actorOf(tx, principal, body.facilityId), deps.now());
    if (query.preview) return reply.code(200).send({ ...(await rehearse(deps.db, write)), preview: true });
    return once(deps, principal, request, reply, async (tx) => answerOf(await write(tx)));
  });
}

/** Room, group and provider are the facility's own, or NOT_FOUND. */
async function placeOf(tx: Tx, { facilityId, roomId, room, groupId, providerId }: z.infer<typeof CaseReport>): Promise<{ roomId: string }> {
  const place = await tx.room.findFirst({ where: { facilityId, id: roomId, name: room }, select: { id: true } });
  const group = !groupId || (await tx.group.findUnique({ where: { id: groupId, facilityId }, select: { id: true } }));
  const provider = !providerId || (await tx.provider.findUnique({ where: { id: providerId, facilityId }, select: { id: true } }));
  if (!place || !group || !provider) throw new DomainError('NOT_FOUND', { facilityId, roomId, room, groupId, providerId });
  return { roomId: place.id };
}

const answerOf = (effect: CaseEffect) => ({ status: effect.kind === 'booked' ? 201 : 200, body: { ...effect, preview: false } });

type Row = {
  [Field in 'startsAt' | 'endsAt' | 'receivedAt']: Date;
} & { bookedAt: Date | null; cancelledAt: Date | null; room: { name: string }; description: string | null } & Omit<
    z.infer<typeof Case>,
    'startsAt' | 'endsAt' | 'receivedAt' | 'bookedAt' | 'cancelledAt' | 'room' | 'description'
  >;

/** A description may say more than staff tools need to know. */
function present({ room, description, ...row }: Row, principal: Principal): z.infer<typeof Case> {
  return {
    ...row,
    room: room.name,
    startsAt: row.startsAt.toISOString(),
    endsAt: row.endsAt.toISOString(),
    bookedAt: row.bookedAt?.toISOString() ?? null,
    receivedAt: row.receivedAt.toISOString(),
    cancelledAt: row.cancelledAt?.toISOString() ?? null,
    description: principal.role === 'administrator' ? description : undefined,
  };
}
