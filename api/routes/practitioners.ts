/** Practitioners: their professions, their working hours by weekday, and the time that is added or taken away. */
import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { ClosingTime, LocalTime } from '../../domain/local-time.ts';
import { changePractitioner, createPractitioner, hoursOf, type WorkException, workExceptionsOf } from '../../ledger/practitioner.ts';
import type { Tx } from '../../prisma/client.ts';
import type { Practitioner as Row } from '../../prisma/generated/client.ts';
import { actorOf, allow, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { edit, once } from '../idempotency.ts';
import { etag, ifMatch, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, IdParam, Instant, inOrder, Line, notInOrder, reach, Version, yours } from './plugin.ts';

const Hours = z
  .array(
    z
      .strictObject({ weekday: z.int().min(1).max(7).describe('ISO: 1 is Monday.'), from: LocalTime, to: ClosingTime })
      .refine(({ from, to }) => from < to, { path: ['to'], error: 'to must be after from' }),
  )
  .max(42)
  .describe('Wall-clock times at the facility; several stretches of a day leave room for a break.');

const Exceptions = z
  .array(
    z
      .strictObject({
        kind: z.enum(['added', 'away']).describe('added: works too; away: does not work, whatever else is said.'),
        startsAt: Instant,
        endsAt: Instant,
        reason: Line.nullable().default(null),
      })
      .refine(inOrder, notInOrder),
  )
  .max(500);

const Listed = z.object({
  id: z.uuid(),
  facilityId: z.uuid(),
  personId: z.uuid().nullable(),
  name: z.string(),
  initials: z.string(),
  professions: z.array(z.string()),
  active: z.boolean(),
  version: Version,
});
const Practitioner = Listed.extend({ hours: Hours, exceptions: Exceptions }).meta({ id: 'Practitioner' });

const hours = [1, 2, 3, 4].flatMap((weekday) => [
  { weekday, from: '08:00', to: '12:00' },
  { weekday, from: '13:00', to: '17:00' },
]);
const fields = {
  name: Line,
  initials: z.string().trim().min(1).max(6).optional().describe('Made of the name if left out.'),
  professions: z.array(Line).max(20).optional(),
  personId: z.uuid().nullable().optional().describe('The person who signs in and is mailed.'),
  active: z.boolean().optional(),
  hours: Hours.optional(),
  exceptions: Exceptions.optional(),
};
const NewPractitioner = z.strictObject({ facilityId: z.uuid(), ...fields }).meta({
  example: { facilityId: '01890000-0000-7000-8000-000000000001', name: 'Dr. Anna Lopez', professions: ['dentist'], hours },
});
const Change = z.strictObject({ ...fields, name: Line.optional() }).meta({
  example: { exceptions: [{ kind: 'away', startsAt: '2027-07-12T06:00:00Z', endsAt: '2027-07-17T06:00:00Z', reason: 'Vacation' }] },
});
const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  profession: Line.optional().describe('Only those who have it (I-15).'),
  active: z.stringbool().optional(),
}).strict();

const managers = ['receptionist', 'manager', 'facility scheduler'] as const;

export function practitionerRoutes(app: Api, deps: Deps): void {
  const tags = ['practitioners'];

  const list = {
    tags,
    summary: 'List practitioners by name',
    querystring: Query,
    response: { 200: listOf(Listed.meta({ id: 'ListedPractitioner' })), ...problems(400, 401) },
  };
  app.get('/practitioners', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, profession, ...filter } = query;
    const { where, orderBy } = keyset('name', cursor, 'text');
    const AND = [scopeOf(principal), filter, profession ? { professions: { has: profession } } : {}, where];
    const rows = await deps.reader.practitioner.findMany({ where: { AND }, orderBy, take: limit + 1 });
    return pageOf(
      rows,
      limit,
      ({ name, id }) => [name, id],
      (row) => row,
    );
  });

  const one = {
    tags,
    summary: 'One practitioner, with working hours and exceptions',
    params: IdParam,
    response: { 200: Practitioner, ...problems(400, 401, 404) },
  };
  app.get('/practitioners/:id', { schema: one }, async ({ params, principal }, reply) => {
    const row = yours(principal, await deps.reader.practitioner.findUnique({ where: { id: params.id } }));
    return reply.header('etag', etag(row.version)).send(await present(deps.reader, row));
  });

  const create = {
    tags,
    summary: 'Add a practitioner',
    body: NewPractitioner,
    response: { 201: Practitioner, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/practitioners', { schema: create }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal, ...managers);
    const { facilityId, ...wish } = body;
    reach(principal, facilityId);
    return once(deps, principal, request, reply, async (tx) => {
      if (!(await tx.facility.findUnique({ where: { id: facilityId } }))) throw new DomainError('NOT_FOUND', { facilityId });
      const by = { actor: await actorOf(tx, principal, facilityId), at: deps.now() };
      return { status: 201, body: await present(tx, await createPractitioner(tx, facilityId, wish, by)) };
    });
  });

  const change = {
    tags,
    summary: 'Change a practitioner; hours and exceptions are replaced as a whole, visits that stand stay',
    params: IdParam,
    body: Change,
    response: { 200: Practitioner, ...problems(400, 401, 403, 404, 409, 412, 422, 428) },
  };
  app.patch('/practitioners/:id', { schema: change }, async (request, reply) => {
    const { principal, body, params } = request;
    allow(principal, ...managers);
    const version = ifMatch(request.headers['if-match']);
    return edit(deps, request, reply, async (tx) => {
      const before = yours(principal, await tx.practitioner.findUnique({ where: { id: params.id } }));
      const by = { version, actor: await actorOf(tx, principal, before.facilityId), at: deps.now() };
      const row = await changePractitioner(tx, before, body, by);
      if (!row) throw new DomainError('VERSION_MISMATCH', { present: await present(tx, before) });
      return { status: 200, body: await present(tx, row) };
    });
  });
}

async function present(tx: Tx, row: Row): Promise<z.infer<typeof Practitioner>> {
  const { id, facilityId, personId, name, initials, professions, active, version } = row;
  const exceptions: WorkException[] = await workExceptionsOf(tx, id);
  return { id, facilityId, personId, name, initials, professions, active, version, hours: await hoursOf(tx, id), exceptions };
}
