/**
 * Groups of providers that hold blocks together. The main contact is asked about them (C-19); support signs up
 * more people for the alerts (C-21).
 */
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { recordChange } from '../../ledger/facility.ts';
import { activateBlocks, addContact, lockInactiveDays, mustNotLeaveBlocks, removeContact } from '../../ledger/group.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Tx } from '../../prisma/client.ts';
import { actorOf, allow, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { edit, once } from '../idempotency.ts';
import { etag, ifMatch, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, alreadyExists, Email, IdParam, Line, reach, Version, yours } from './plugin.ts';

const Contact = z.object({ id: z.uuid(), name: z.string(), email: z.string() });

const Group = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    name: z.string(),
    mainContactId: z.uuid().nullable(),
    mainContact: Contact.nullable(),
    contacts: z.array(Contact).describe('Who else gets the block alerts (C-21).'),
    version: Version,
  })
  .meta({ id: 'Group' });

const NewGroup = z.strictObject({ facilityId: z.uuid(), name: Line, mainContactId: z.uuid().optional() }).meta({
  example: {
    facilityId: '01890000-0000-7000-8000-000000000001',
    name: 'Lakeside Orthopedics',
    mainContactId: '01890000-0000-7000-8000-000000000004',
  },
});
const GroupChange = z
  .strictObject({ name: Line.optional(), mainContactId: z.uuid().nullable().optional() })
  .meta({ example: { mainContactId: '01890000-0000-7000-8000-000000000004' } });
const NewContact = z.strictObject({ name: Line, email: Email }).meta({ example: { name: 'Sam Whitfield', email: 'sam@example.org' } });
const Query = ListQuery.extend({ facilityId: z.uuid().optional(), name: Line.optional() }).strict();

const contact = { select: { id: true, name: true, email: true } };
const include = {
  mainContact: contact,
  members: { where: { blockAlerts: true }, include: { person: contact }, orderBy: { personId: 'asc' as const } },
};
const load = (tx: Tx, id: string) => tx.group.findUnique({ where: { id }, include });

export function groupRoutes(app: Api, deps: Deps): void {
  const tags = ['groups'];

  const list = { tags, summary: 'List groups by name', querystring: Query, response: { 200: listOf(Group), ...problems(400, 401) } };
  app.get('/groups', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, ...filter } = query;
    const { where, orderBy } = keyset('name', cursor, 'text');
    const rows = await deps.reader.group.findMany({
      where: { AND: [scopeOf(principal), filter, where] },
      orderBy,
      take: limit + 1,
      include,
    });
    return pageOf(rows, limit, ({ name, id }) => [name, id], present);
  });

  const one = { tags, summary: 'One group', params: IdParam, response: { 200: Group, ...problems(400, 401, 404) } };
  app.get('/groups/:id', { schema: one }, async ({ params, principal }, reply) => {
    const row = yours(principal, await load(deps.reader, params.id));
    return reply.header('etag', etag(row.version)).send(present(row));
  });

  const create = { tags, summary: 'Add a group', body: NewGroup, response: { 201: Group, ...problems(400, 401, 403, 404, 409, 422) } };
  app.post('/groups', { schema: create }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal, 'facility scheduler', 'support');
    reach(principal, body.facilityId);
    return once(deps, principal, request, reply, async (tx) => {
      const { facilityId, name, mainContactId } = body;
      if (!(await tx.facility.findUnique({ where: { id: facilityId } }))) throw new DomainError('NOT_FOUND', { facilityId });
      await mustBeThere(tx, facilityId, mainContactId);
      const { id } = await tx.group.create({ data: body, select: { id: true } }).catch(alreadyExists({ name }));
      if (mainContactId) await tx.membership.create({ data: { groupId: id, personId: mainContactId } });
      const actor = await actorOf(tx, principal, facilityId);
      const after = { name, mainContactId: mainContactId ?? null, version: 1 };
      await recordChange(tx, { facilityId, kind: 'group', id }, { action: 'create', actor, at: deps.now(), after });
      return { status: 201, body: present((await load(tx, id))!) };
    });
  });

  const change = {
    tags,
    summary: 'Rename a group or change its main contact; its first one activates its blocks (C-19)',
    params: IdParam,
    body: GroupChange,
    response: { 200: Group, ...problems(400, 401, 403, 404, 409, 412, 422, 428) },
  };
  app.patch('/groups/:id', { schema: change }, async (request, reply) => {
    const { principal, body, params } = request;
    const { id } = params;
    allow(principal, 'facility scheduler', 'support');
    const version = ifMatch(request.headers['if-match']);
    return edit(deps, request, reply, async (tx) => {
      const now = deps.now();
      const before = yours(principal, await load(tx, id));
      const { facilityId } = before;
      await mustBeThere(tx, facilityId, body.mainContactId);
      if (body.mainContactId) await lockInactiveDays(tx, [id]);
      const data = { ...body, version: { increment: 1 } };
      const { count } = await tx.group.updateMany({ where: { id, version }, data }).catch(alreadyExists({ name: body.name }));
      if (count === 0) throw new DomainError('VERSION_MISMATCH', { present: present((await load(tx, id))!) });
      const actor = await actorOf(tx, principal, facilityId);
      if (body.mainContactId === null) await mustNotLeaveBlocks(tx, [id], now);
      if (body.mainContactId) {
        await tx.membership.createMany({ data: [{ groupId: id, personId: body.mainContactId }], skipDuplicates: true });
        await activateBlocks(tx, [id], actor, now);
      }
      const row = present((await load(tx, id))!);
      const what = { action: 'change', actor, at: now, rule: 'C-19', before: audited(present(before)), after: audited(row) };
      await recordChange(tx, { facilityId, kind: 'group', id }, what);
      return { status: 200, body: row };
    });
  });

  const signUp = {
    tags,
    summary: 'Sign up one more person for the group’s block alerts (C-21)',
    params: IdParam,
    body: NewContact,
    response: { 201: Contact, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/groups/:id/contacts', { schema: signUp }, async (request, reply) => {
    const { principal, body, params } = request;
    allow(principal, 'support');
    return once(deps, principal, request, reply, async (tx) => {
      const { id, facilityId } = yours(principal, await tx.group.findUnique({ where: { id: params.id } }));
      return { status: 201, body: await addContact(tx, id, body, await actorOf(tx, principal, facilityId), deps.now()) };
    });
  });

  const remove = {
    tags,
    summary: 'Sign a person off the group’s block alerts (C-21); the main contact stays',
    params: IdParam.extend({ personId: z.uuid() }),
    response: { 204: z.null(), ...problems(400, 401, 403, 404) },
  };
  app.delete('/groups/:id/contacts/:personId', { schema: remove }, async ({ principal, params }, reply) => {
    allow(principal, 'support');
    await inTransaction(deps.db, async (tx) => {
      const group = yours(principal, await tx.group.findUnique({ where: { id: params.id } }));
      await removeContact(tx, group, params.personId, await actorOf(tx, principal, group.facilityId), deps.now());
    });
    return reply.code(204).send(null);
  });
}

/** A main contact is an active person of the same facility. */
async function mustBeThere(tx: Tx, facilityId: string, personId: string | null | undefined): Promise<void> {
  if (!personId) return;
  const found = await tx.person.findUnique({ where: { id: personId, facilityId, active: true }, select: { id: true } });
  if (!found) throw new DomainError('NOT_FOUND', { mainContactId: personId });
}

function present({ members, ...row }: NonNullable<Awaited<ReturnType<typeof load>>>): z.infer<typeof Group> {
  return { ...row, contacts: members.map(({ person }) => person) };
}

const audited = ({ name, mainContactId, version }: z.infer<typeof Group>) => ({ name, mainContactId, version });
