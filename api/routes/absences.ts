/** Absences: who is away, who looks after whose line then, and what would land elsewhere (P-12 to P-24, P-31, U-15). */
import { z } from 'zod';
import { absenceStates, advanceAbsence, planAbsence } from '../../domain/absence.ts';
import { addDays, atLocal, startOfDay } from '../../domain/civil.ts';
import { mustKnowZone } from '../../domain/coordinator.ts';
import { cannotBe } from '../../domain/errors.ts';
import { LocalTime } from '../../domain/local-time.ts';
import { foretell } from '../../domain/timeline.ts';
import { type LoadedAbsence, loadAbsences } from '../../ledger/absence.ts';
import { rehearseAbsence } from '../../ledger/absence-rehearsal.ts';
import { loadCatchUp } from '../../ledger/catch-up.ts';
import { enterAbsence } from '../../ledger/new-absence.ts';
import type { Tx } from '../../prisma/client.ts';
import { recordLook } from '../access-log.ts';
import { actorOf, allow, type Principal, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { etag, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { rehearse } from '../rehearsal.ts';
import { Absence, CatchUp, Line, presentAbsence } from './absence-shape.ts';
import { conversationRoles } from './conversations.ts';
import { History, historyOf } from './history.ts';
import { type Api, CivilDate, IdParam, Instant, yours } from './plugin.ts';
import { Timeline } from './timeline.ts';

export const absenceRoles = [
  'care coordinator',
  'practitioner',
  'care team agent',
  'team lead',
  'manager',
  'receptionist',
  'support',
] as const;

const NewAbsence = z
  .strictObject({
    personId: z.uuid(),
    from: CivilDate.describe('First day away.'),
    to: CivilDate.describe('Last day away, inclusive.'),
    fromTime: LocalTime.optional().describe('On the first day away from then on; left out: all day.'),
    toTime: LocalTime.optional().describe('On the last day away until then.'),
    zone: z.string().max(60).optional().describe('IANA zone of these dates and times; left out: that of the absent person (P-27).'),
    onBehalfOf: z.uuid().optional().describe('The person who says so, when a staff tool calls for them.'),
  })
  .refine(({ from, to, fromTime, toTime }) => from < to || (from === to && (!fromTime || !toTime || fromTime < toTime)), {
    path: ['to'],
    error: 'the end must not be before the start',
  })
  .meta({ example: { personId: '01890000-0000-7000-8000-000000000005', from: '2027-07-05', to: '2027-07-09' } });

const Landing = z.object({
  kind: z.enum(['block alert', 'request', 'task', 'ticket']),
  id: z.uuid(),
  at: Instant,
  what: z.string(),
  goesTo: z.array(z.string()).describe('Empty: it waits for the absent person.'),
  rule: z.string(),
});
const RehearsedLine = Line.pick({ practitionerId: true, provider: true, days: true });
const Rehearsed = z.object({
  preview: z.literal(true),
  lines: z.array(RehearsedLine),
  turnBare: z
    .array(RehearsedLine.extend({ absenceId: z.uuid(), absent: z.string() }))
    .describe('Lines that they cover for somebody else, with the days on which hours turn bare (P-14).'),
  landings: z.array(Landing),
});

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  personId: z.uuid().optional(),
  state: z.enum(absenceStates).optional(),
  from: Instant.optional().describe('Those that end after it.'),
  to: Instant.optional().describe('Those that begin before it.'),
  sort: z.enum(['startsAt', '-startsAt']).default('startsAt'),
}).strict();
const PreviewQuery = z.object({ preview: z.stringbool().default(false).describe('Rehearse it: what would land where (U-15).') });

/** The absence, or NOT_FOUND. */
export async function findAbsence(db: Tx, id: string, principal: Principal): Promise<LoadedAbsence> {
  return yours(principal, (await loadAbsences(db, [id]))[0]);
}

export function absenceRoutes(app: Api, deps: Deps): void {
  const tags = ['absences'];

  const list = { tags, summary: 'List absences by start', querystring: Query, response: { 200: listOf(Absence), ...problems(400, 401) } };
  app.get('/absences', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, sort, from, to, ...filter } = query;
    const now = deps.now();
    const { where, orderBy } = keyset(sort, cursor, 'instant');
    const AND = [scopeOf(principal), filter, { endsAt: { gt: from }, startsAt: { lt: to } }, where];
    const rows = await deps.reader.absence.findMany({ where: { AND }, orderBy, take: limit + 1, select: { id: true, startsAt: true } });
    const loaded = await loadAbsences(
      deps.reader,
      rows.map(({ id }) => id),
    );
    return pageOf(
      rows,
      limit,
      ({ startsAt, id }) => [startsAt.toISOString(), id],
      ({ id }) => presentAbsence(loaded.find(({ facts }) => facts.id === id)!, now),
    );
  });

  const one = { tags, summary: 'One absence', params: IdParam, response: { 200: Absence, ...problems(400, 401, 404) } };
  app.get('/absences/:id', { schema: one }, async ({ params, principal }, reply) => {
    const absence = await findAbsence(deps.reader, params.id, principal);
    return reply.header('etag', etag(absence.version)).send(presentAbsence(absence, deps.now()));
  });

  const create = {
    tags,
    summary: 'Enter that somebody is away; a preview rehearses it: what would land where, which hours nobody looks after (U-15)',
    querystring: PreviewQuery,
    body: NewAbsence,
    response: { 200: Rehearsed, 201: Absence, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/absences', { schema: create }, async (request, reply) => {
    const { principal, body, query } = request;
    allow(principal, ...absenceRoles, 'facility scheduler', 'block contact');
    if (body.zone !== undefined) mustKnowZone({ zone: body.zone });
    const now = deps.now();
    const enter = async (tx: Tx) => {
      const somebody = yours(
        principal,
        await tx.person.findUnique({ where: { id: body.personId }, include: { coordinator: true, facility: true } }),
      );
      const actor = await actorOf(tx, principal, somebody.facilityId, body.onBehalfOf);
      const zone = body.zone ?? somebody.coordinator?.zone ?? somebody.facility.zone;
      return enterAbsence(tx, { personId: somebody.id, ...timeOf(body, zone) }, actor, now);
    };
    if (query.preview) {
      const rehearsed = await rehearse(deps.db, async (tx) => rehearseAbsence(tx, await enter(tx), now));
      return reply.code(200).send({ preview: true as const, ...rehearsed });
    }
    return once(deps, principal, request, reply, async (tx) => ({ status: 201, body: presentAbsence(await enter(tx), now) }));
  });

  const catchUp = {
    tags,
    summary: 'What the absent person catches up on: who wrote to a bare line and still waits, and their tickets (P-16)',
    params: IdParam,
    response: { 200: CatchUp, ...problems(400, 401, 403, 404) },
  };
  app.get('/absences/:id/catch-up', { schema: catchUp }, async ({ params, principal }) => {
    allow(principal, ...conversationRoles);
    const absence = await findAbsence(deps.reader, params.id, principal);
    const { facilityId } = absence;
    const list = await loadCatchUp(deps.reader, absence);
    const whose = [...list.conversations, ...list.tickets].map(({ patientId }) => ({ facilityId, patientId }));
    await recordLook(deps, principal, whose, 'catch up');
    return list;
  });

  const timeline = {
    tags,
    summary: 'What will happen if nobody does anything (U-01)',
    params: IdParam,
    response: { 200: Timeline, ...problems(400, 401, 404) },
  };
  app.get('/absences/:id/timeline', { schema: timeline }, async ({ params, principal }) => {
    const { facts, policy } = await findAbsence(deps.reader, params.id, principal);
    return { items: foretell(facts, deps.now(), { plan: (then, at) => planAbsence(then, policy, at), advance: advanceAbsence }) };
  });

  const history = { tags, summary: 'What happened, and why', params: IdParam, response: { 200: History, ...problems(400, 401, 404) } };
  app.get('/absences/:id/history', { schema: history }, async ({ params, principal }) => {
    await findAbsence(deps.reader, params.id, principal);
    return historyOf(deps.reader, 'absence', params.id);
  });
}

/** Whole days in the person's zone, or a part of the first and the last. Throws INVALID_REQUEST when a change of the clock leaves nothing. */
export function timeOf({ from, to, fromTime, toTime }: { from: string; to: string; fromTime?: string; toTime?: string }, zone: string) {
  const startsAt = fromTime ? atLocal(from, fromTime, zone) : startOfDay(from, zone);
  const endsAt = toTime ? atLocal(to, toTime, zone) : startOfDay(addDays(to, 1), zone);
  if (startsAt >= endsAt) throw cannotBe('to', 'The end must lie after the start.', { startsAt, endsAt });
  return { startsAt, endsAt };
}
