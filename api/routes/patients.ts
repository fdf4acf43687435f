/**
 * Patients: their cards. Whoever is shown one leaves an access event (F-25); a new card needs a mobile phone (I-10), one that
 * has none is answered with a warning (I-11).
 */
import { z } from 'zod';
import { mustEditCards } from '../../domain/account.ts';
import { DomainError } from '../../domain/errors.ts';
import { BirthDate, cardPurposes, languages, phoneWarnings, sameNameWarnings } from '../../domain/patient.ts';
import { mustSeePatients, needRight } from '../../domain/right.ts';
import { policyOf } from '../../ledger/facility.ts';
import { cardsOf, changePatient, createPatient, patientMatches } from '../../ledger/patient.ts';
import { likelyTheSame } from '../../ledger/patient-merge.ts';
import { civil } from '../../ledger/special-hours.ts';
import { Prisma, type Patient as Row } from '../../prisma/generated/client.ts';
import { recordLook } from '../access-log.ts';
import { actorOf, allow, type Principal } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { edit, once } from '../idempotency.ts';
import { etag, ifMatch, keyset, ListQuery, listOf, pageOf, positionOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { Warning } from './hold-shape.ts';
import { type Api, Email, IdParam, Instant, Line, reach, Version, yours } from './plugin.ts';

const Patient = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    givenName: z.string(),
    familyName: z.string(),
    birthDate: z.iso.date().nullable(),
    phone: z.string().nullable().describe('E.164.'),
    email: z.string().nullable(),
    language: z.string(),
    textsStoppedAt: Instant.nullable().describe('They answered STOP: no texts since then.'),
    warnings: z.array(Warning).describe('What staff should know; nothing is refused for it (I-11).'),
    version: Version,
  })
  .meta({ id: 'Patient' });

const Phone = z.string().trim().max(40).describe('A mobile number, with + or as it is dialled in the policy’s country.');
export const Card = z.strictObject({
  givenName: Line,
  familyName: Line,
  birthDate: BirthDate.optional(),
  phone: Phone.optional(),
  email: Email.optional(),
  language: z.enum(languages).optional(),
});
const NewPatient = Card.extend({
  facilityId: z.uuid(),
  purpose: z.enum(cardPurposes).default('booking').describe('What it is made for: a task may do without a phone (I-11).'),
}).meta({
  example: {
    facilityId: '01890000-0000-7000-8000-000000000001',
    givenName: 'Ana',
    familyName: 'Silva',
    birthDate: '1990-05-17',
    phone: '+351912345678',
  },
});
const Change = z
  .strictObject({
    givenName: Line.optional(),
    familyName: Line.optional(),
    birthDate: BirthDate.nullable().optional(),
    phone: Phone.nullable().optional(),
    email: Email.nullable().optional(),
    language: z.enum(languages).optional(),
  })
  .meta({ example: { phone: '+351912345679' } });

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  name: z.string().trim().max(100).optional().describe('Beginnings of the words of a name, in any order, accents or not.'),
  phone: z.string().regex(/\d{3}/).max(40).optional().describe('The number, or its last digits.'),
  birthDate: BirthDate.optional(),
}).strict();

const AccessEvent = z.object({ id: z.uuid(), by: z.unknown(), what: z.string(), at: Instant }).meta({ id: 'AccessEvent' });

export function patientRoutes(app: Api, deps: Deps): void {
  const tags = ['patients'];

  const list = {
    tags,
    summary: 'Search patients by name, phone or date of birth; by family name',
    querystring: Query,
    response: { 200: listOf(Patient), ...problems(400, 401, 403) },
  };
  app.get('/patients', { schema: list }, async ({ query, principal }) => {
    mustSeePatients(principal);
    const { cursor, limit, facilityId, ...search } = query;
    const country = facilityId && search.phone ? await countryOf(deps, facilityId, principal) : '';
    const after = positionOf(cursor, 'text');
    const rows = await deps.reader.$queryRaw<Row[]>`
      SELECT p.* FROM "Patient" p WHERE ${patientMatches(search, country)}
        ${principal.facilityIds === 'all' ? Prisma.empty : Prisma.sql`AND p."facilityId" = ANY (${principal.facilityIds}::uuid[])`}
        ${facilityId ? Prisma.sql`AND p."facilityId" = ${facilityId}::uuid` : Prisma.empty}
        ${after ? Prisma.sql`AND (p."familyName", p.id) > (${after[0]}, ${after[1]}::uuid)` : Prisma.empty}
      ORDER BY p."familyName", p.id LIMIT ${limit + 1}`;
    const page = pageOf(rows, limit, ({ familyName, id }) => [familyName, id], present);
    await recordLook(deps, principal, page.items.map(whose), 'patient list');
    return page;
  });

  const one = { tags, summary: 'One patient', params: IdParam, response: { 200: Patient, ...problems(400, 401, 403, 404) } };
  app.get('/patients/:id', { schema: one }, async ({ params, principal }, reply) => {
    mustSeePatients(principal);
    const row = yours(principal, await deps.reader.patient.findUnique({ where: { id: params.id } }));
    await recordLook(deps, principal, [whose(row)], 'patient');
    return reply.header('etag', etag(row.version)).send(present(row));
  });

  const looked = {
    tags,
    summary: 'Who looked at a patient’s data, the latest first (F-25)',
    params: IdParam,
    querystring: ListQuery.strict(),
    response: { 200: listOf(AccessEvent), ...problems(400, 401, 403, 404) },
  };
  app.get('/patients/:id/access-events', { schema: looked }, async ({ params, query, principal }) => {
    allow(principal, 'manager', 'support');
    const { id, facilityId } = yours(principal, await deps.reader.patient.findUnique({ where: { id: params.id } }));
    const { where, orderBy } = keyset('-at', query.cursor, 'instant');
    const AND = [{ patientId: { in: await cardsOf(deps.reader, id) } }, where];
    const rows = await deps.reader.accessEvent.findMany({ where: { AND }, orderBy, take: query.limit + 1 });
    await recordLook(deps, principal, [{ facilityId, patientId: id }], 'access log');
    const item = ({ id: eventId, by, what, at }: (typeof rows)[number]) => ({ id: eventId, by, what, at: at.toISOString() });
    return pageOf(rows, query.limit, ({ at, id: eventId }) => [at.toISOString(), eventId], item);
  });

  const create = {
    tags,
    summary: 'Add a card: a mobile phone is needed (I-10)',
    body: NewPatient,
    response: { 201: Patient, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/patients', { schema: create }, async (request, reply) => {
    const { principal, body } = request;
    const { facilityId, purpose, ...card } = body;
    reach(principal, facilityId);
    needRight(principal, 'manage appointments');
    return once(deps, principal, request, reply, async (tx) => {
      const by = { actor: await actorOf(tx, principal, facilityId), at: deps.now(), purpose };
      if (!(await tx.facility.findUnique({ where: { id: facilityId } }))) throw new DomainError('NOT_FOUND', { facilityId });
      const row = await createPatient(tx, facilityId, card, by);
      const { birthDate = null } = card;
      const alike = await likelyTheSame(tx, { facilityId, searchName: row.searchName, birthDate, phone: row.phone, notId: row.id });
      const shown = present(row);
      return { status: 201, body: { ...shown, warnings: [...shown.warnings, ...sameNameWarnings(alike)] } };
    });
  });

  const change = {
    tags,
    summary: 'Change a card; null empties a field',
    params: IdParam,
    body: Change,
    response: { 200: Patient, ...problems(400, 401, 403, 404, 409, 412, 422, 428) },
  };
  app.patch('/patients/:id', { schema: change }, async (request, reply) => {
    const { principal, body, params } = request;
    const version = ifMatch(request.headers['if-match']);
    return edit(deps, request, reply, async (tx) => {
      const before = yours(principal, await tx.patient.findUnique({ where: { id: params.id } }));
      mustEditCards(principal);
      const by = { version, actor: await actorOf(tx, principal, before.facilityId), at: deps.now() };
      const row = await changePatient(tx, before, body, by);
      if (!row) throw new DomainError('VERSION_MISMATCH', { version: before.version });
      return { status: 200, body: present(row) };
    });
  });
}

const whose = ({ id, facilityId }: { id: string; facilityId: string }) => ({ facilityId, patientId: id });

const present = (row: Row): z.infer<typeof Patient> => {
  const { id, facilityId, givenName, familyName, phone, email, language, version, birthDate, textsStoppedAt } = row;
  return {
    id,
    facilityId,
    givenName,
    familyName,
    phone,
    email,
    language,
    version,
    warnings: phoneWarnings(row),
    birthDate: birthDate && civil(birthDate),
    textsStoppedAt: textsStoppedAt?.toISOString() ?? null,
  };
};

async function countryOf(deps: Deps, facilityId: string, principal: Principal): Promise<string> {
  if (principal.facilityIds !== 'all' && !principal.facilityIds.includes(facilityId)) return '';
  const facility = await deps.reader.facility.findUnique({ where: { id: facilityId }, select: { id: true } });
  return facility ? (await policyOf(deps.reader, facilityId)).patient.phoneCountry : '';
}
