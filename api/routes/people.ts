/** People: those who are mailed and decide. Somebody who leaves is made inactive, so that what they did keeps its name. */
import { z } from 'zod';

import { roles } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { Language } from '../../domain/language.ts';
import { type Right, rights, rightsOfRole } from '../../domain/right.ts';
import { policyOf, recordChange } from '../../ledger/facility.ts';
import { auditedPerson, changePerson } from '../../ledger/person.ts';
import { owePredictions } from '../../ledger/predicted-availability.ts';
import type { Person as Row } from '../../prisma/generated/client.ts';
import { actorOf, allow, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { edit, once } from '../idempotency.ts';
import { etag, ifMatch, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, alreadyExists, Email, IdParam, Instant, Line, reach, Version, yours } from './plugin.ts';

const PersonRole = z.enum(roles).exclude(['administrator', 'system']);

const Person = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    name: z.string(),
    email: z.string(),
    role: PersonRole,
    rights: z.array(z.enum(rights)).describe('What they may do beyond their role (I-07).'),
    active: z.boolean(),
    language: Language.nullable().describe('Of their mails and pages; null: pages follow the browser, mails are English (F-28).'),
    createdAt: Instant,
    version: Version,
  })
  .meta({ id: 'Person' });

const Rights = z.array(z.enum(rights)).max(rights.length).optional();

const NewPerson = z
  .strictObject({
    facilityId: z.uuid(),
    name: Line,
    email: Email,
    role: PersonRole,
    rights: Rights.describe('Left out: those of the role.'),
    language: Language.optional(),
  })
  .meta({
    example: {
      facilityId: '01890000-0000-7000-8000-000000000001',
      name: 'Dana Reyes',
      email: 'dana.reyes@example.org',
      role: 'block contact',
    },
  });

const PersonChange = z
  .strictObject({
    name: Line.optional(),
    email: Email.optional(),
    role: PersonRole.optional(),
    rights: Rights,
    active: z.boolean().optional(),
    language: Language.nullable().optional(),
  })
  .meta({ example: { active: false } });

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  email: Email.optional(),
  role: PersonRole.optional(),
  active: z.stringbool().optional(),
}).strict();

export function personRoutes(app: Api, deps: Deps): void {
  const tags = ['people'];

  const list = { tags, summary: 'List people by name', querystring: Query, response: { 200: listOf(Person), ...problems(400, 401) } };
  app.get('/people', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, ...filter } = query;
    const { where, orderBy } = keyset('name', cursor, 'text');
    const rows = await deps.reader.person.findMany({ where: { AND: [scopeOf(principal), filter, where] }, orderBy, take: limit + 1 });
    return pageOf(rows, limit, ({ name, id }) => [name, id], present);
  });

  const one = { tags, summary: 'One person', params: IdParam, response: { 200: Person, ...problems(400, 401, 404) } };
  app.get('/people/:id', { schema: one }, async ({ params, principal }, reply) => {
    const row = yours(principal, await deps.reader.person.findUnique({ where: { id: params.id } }));
    return reply.header('etag', etag(row.version)).send(present(row));
  });

  const create = { tags, summary: 'Add a person', body: NewPerson, response: { 201: Person, ...problems(400, 401, 403, 404, 409, 422) } };
  app.post('/people', { schema: create }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal, 'facility scheduler', 'support');
    reach(principal, body.facilityId);
    return once(deps, principal, request, reply, async (tx) => {
      const { facilityId, email } = body;
      if (!(await tx.facility.findUnique({ where: { id: facilityId } }))) throw new DomainError('NOT_FOUND', { facilityId });
      const row = await tx.person
        .create({ data: { ...body, rights: body.rights ?? rightsOfRole(body.role) } })
        .catch(alreadyExists({ email }));
      const actor = await actorOf(tx, principal, facilityId);
      await recordChange(
        tx,
        { facilityId, kind: 'person', id: row.id },
        { action: 'create', actor, at: deps.now(), after: auditedPerson(row) },
      );
      if (row.role === 'facility scheduler') await owePredictions(tx, facilityId, await policyOf(tx, facilityId), deps.now());
      return { status: 201, body: present(row) };
    });
  });

  const change = {
    tags,
    summary: 'Change a person; the main contact of a group with active blocks cannot be made inactive (C-19)',
    params: IdParam,
    body: PersonChange,
    response: { 200: Person, ...problems(400, 401, 403, 404, 409, 412, 422, 428) },
  };
  app.patch('/people/:id', { schema: change }, async (request, reply) => {
    const { principal, body, params } = request;
    const { id } = params;
    allow(principal, 'facility scheduler', 'support');
    const version = ifMatch(request.headers['if-match']);
    return edit(deps, request, reply, async (tx) => {
      const before = yours(principal, await tx.person.findUnique({ where: { id } }));
      const actor = await actorOf(tx, principal, before.facilityId);
      const row = await changePerson(tx, before, body, { version, actor, at: deps.now() });
      if (!row) throw new DomainError('VERSION_MISMATCH', { present: present(await tx.person.findUniqueOrThrow({ where: { id } })) });
      return { status: 200, body: present(row) };
    });
  });
}

function present({ createdAt, role, rights, language, ...row }: Row): z.infer<typeof Person> {
  return {
    ...row,
    role: role as z.infer<typeof PersonRole>,
    rights: rights as Right[],
    createdAt: createdAt.toISOString(),
    language: Language.safeParse(language).data ?? null,
  };
}
