/** API keys of staff tools. Only administrators see and make them; a secret is shown once. */
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { type Right, rights } from '../../domain/right.ts';
import type { Tx } from '../../prisma/client.ts';
import type { ApiKey as Row } from '../../prisma/generated/client.ts';
import { createKey, recordKey, keyRoles as roles } from '../auth/keys.ts';
import { actorOf, allow, mayReach, type Principal } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, IdParam, Instant, Line } from './plugin.ts';

const Key = z
  .object({
    id: z.uuid(),
    name: z.string(),
    role: z.enum(roles),
    rights: z.array(z.enum(rights)),
    facilityIds: z.array(z.uuid()).describe('Empty: all facilities.'),
    createdAt: Instant,
    revokedAt: Instant.nullable(),
  })
  .meta({ id: 'Key' });
const FreshKey = Key.extend({ secret: z.string().optional().describe('Shown once: a repeat of the request does not carry it.') });

const NewKey = z
  .strictObject({
    name: Line,
    role: z.enum(roles),
    rights: z.array(z.enum(rights)).optional().describe('Left out: those of the role.'),
    facilityIds: z.array(z.uuid()).max(100).default([]),
  })
  .refine(({ role, facilityIds }) => role === 'administrator' || facilityIds.length > 0, {
    path: ['facilityIds'],
    error: 'only an administrator’s key reaches all facilities',
  })
  .meta({ example: { name: 'Scheduling desk', role: 'facility scheduler', facilityIds: ['01890000-0000-7000-8000-000000000001'] } });

export function keyRoutes(app: Api, deps: Deps): void {
  const tags = ['keys'];

  const list = {
    tags,
    summary: 'List keys by name, without their secrets',
    querystring: ListQuery.strict(),
    response: { 200: listOf(Key), ...problems(400, 401, 403) },
  };
  app.get('/keys', { schema: list }, async ({ query, principal }) => {
    allow(principal);
    const { cursor, limit } = query;
    const { where, orderBy } = keyset('name', cursor, 'text');
    const rows = await deps.reader.apiKey.findMany({
      where: { AND: [await within(deps.reader, principal), where] },
      orderBy,
      take: limit + 1,
    });
    return pageOf(rows, limit, ({ name, id }) => [name, id], present);
  });

  const create = { tags, summary: 'Make a key', body: NewKey, response: { 201: FreshKey, ...problems(400, 401, 403, 404, 409, 422) } };
  app.post('/keys', { schema: create }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal);
    if (body.facilityIds.length === 0 && principal.facilityIds !== 'all') {
      throw new DomainError('NOT_ALLOWED', { needs: 'a key for all facilities' });
    }
    const strange = body.facilityIds.filter((id) => !mayReach(principal, id));
    if (strange.length > 0) throw new DomainError('NOT_FOUND', { facilityIds: strange });
    return once(deps, principal, request, reply, async (tx) => {
      const known = await tx.facility.count({ where: { id: { in: body.facilityIds } } });
      if (known !== new Set(body.facilityIds).size) throw new DomainError('NOT_FOUND', { facilityIds: body.facilityIds });
      const { row, secret } = await createKey(tx, body);
      await record(tx, principal, row, 'add key', deps.now());
      return { status: 201, body: present(row), shownOnce: { secret } };
    });
  });

  const revoke = {
    tags,
    summary: 'Revoke a key; it stops working at once',
    params: IdParam,
    response: { 200: Key, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/keys/:id/revoke', { schema: revoke }, async (request, reply) => {
    const { principal, params } = request;
    allow(principal);
    return once(deps, principal, request, reply, async (tx) => {
      const found = await tx.apiKey.findFirst({ where: { AND: [{ id: params.id }, await within(tx, principal)] } });
      if (!found) throw new DomainError('NOT_FOUND', { id: params.id });
      const revokedAt = found.revokedAt ?? new Date(deps.now());
      const row = await tx.apiKey.update({ where: { id: found.id }, data: { revokedAt } });
      if (!found.revokedAt) await record(tx, principal, row, 'revoke key', deps.now());
      return { status: 200, body: present(row) };
    });
  });
}

/** Keys that reach nothing beyond the principal's own facilities. */
async function within(db: Tx, { facilityIds }: Principal): Promise<{ id?: { in: string[] } }> {
  if (facilityIds === 'all') return {};
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "ApiKey" WHERE "facilityIds" <@ ${facilityIds}::uuid[] AND cardinality("facilityIds") > 0`;
  return { id: { in: rows.map(({ id }) => id) } };
}

const record = (tx: Tx, principal: Principal, key: Row, action: 'add key' | 'revoke key', at: string) =>
  recordKey(tx, key, { action, at, actorAt: (facilityId) => actorOf(tx, principal, facilityId) });

function present({ secretHash: _hash, createdAt, revokedAt, role, rights, ...row }: Row): z.infer<typeof Key> {
  return {
    ...row,
    role: role as (typeof roles)[number],
    rights: rights as Right[],
    createdAt: createdAt.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
