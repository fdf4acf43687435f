/**
 * Cases as the facility's own schedule knows them, by its own number (C-07). A case stands whatever it lands on;
 * what it displaces is marked and told in the same transaction, and can be asked beforehand (`?preview=true`).
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { type CaseEffect, cancelCase, reportCase } from '../../ledger/case.ts';
import type { Tx } from '../../prisma/client.ts';
import { actorOf, allow, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { etag, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { rehearse } from '../rehearsal.ts';
import { Case, CaseNumber, CaseReport, Effect, presentCase, withRoom } from './case-shape.ts';
import { History, historyOf } from './history.ts';
import { type Api, IdParam, Instant, Line, reach, yours } from './plugin.ts';

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

export function caseRoutes(app: Api, deps: Deps): void {
  const tags = ['cases'];

  const answer = async (preview: boolean, request: FastifyRequest, reply: FastifyReply, write: (tx: Tx) => Promise<CaseEffect>) => {
    if (preview) {
      const effect = await rehearse(deps.db, write);
      return reply.code(200).send({ ...effect, preview, caseId: effect.kind === 'booked' ? null : effect.caseId });
    }
    return once(deps, request.principal, request, reply, async (tx) => {
      const effect = await write(tx);
      return { status: effect.kind === 'booked' ? 201 : 200, body: { ...effect, preview } };
    });
  };

  const list = { tags, summary: 'List cases by start', querystring: Query, response: { 200: listOf(Case), ...problems(400, 401) } };
  app.get('/cases', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, sort, from, to, cancelled, ...filter } = query;
    const { where, orderBy } = keyset(sort, cursor, 'instant');
    const state = cancelled === undefined ? {} : { cancelledAt: cancelled ? { not: null } : null };
    const AND = [scopeOf(principal), filter, state, { startsAt: { gte: from, lt: to } }, where];
    const rows = await deps.reader.case.findMany({ where: { AND }, orderBy, take: limit + 1, include: withRoom });
    return pageOf(
      rows,
      limit,
      ({ startsAt, id }) => [startsAt.toISOString(), id],
      (row) => presentCase(row, principal),
    );
  });

  const one = { tags, summary: 'One case', params: IdParam, response: { 200: Case, ...problems(400, 401, 404) } };
  app.get('/cases/:id', { schema: one }, async ({ params, principal }, reply) => {
    const row = yours(principal, await deps.reader.case.findUnique({ where: { id: params.id }, include: withRoom }));
    return reply.header('etag', etag(row.version)).send(presentCase(row, principal));
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
    return answer(query.preview, request, reply, write);
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
    return answer(query.preview, request, reply, write);
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
    return answer(query.preview, request, reply, write);
  });

  const history = { tags, summary: 'What happened, and why', params: IdParam, response: { 200: History, ...problems(400, 401, 404) } };
  app.get('/cases/:id/history', { schema: history }, async ({ params, principal }) => {
    const { id } = yours(principal, await deps.reader.case.findUnique({ where: { id: params.id } }));
    return historyOf(deps.reader, 'case', id);
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
