/**
 * Policies: a facility's settings, append-only. A new version says beforehand which lives it would move (U-06) and
 * moves exactly those; blocks keep the window and holds the expiry date that they were made with.
 */
import { z } from 'zod';

import { limitsInWords } from '../../domain/hold-utilization.ts';
import { PolicyChanges, PolicySettings } from '../../domain/policy.ts';
import { changePolicy, rehearsePolicy } from '../../ledger/policy.ts';
import { moves } from '../../ledger/replan.ts';
import type { Policy as Row } from '../../prisma/generated/client.ts';
import { actorOf, allow, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { etag, ifMatch, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, IdParam, Instant, Prose, reach, Version, yours } from './plugin.ts';
import { Next } from './timeline.ts';

const Policy = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    version: Version,
    settings: PolicySettings,
    recordedBy: z.string(),
    recordedAt: Instant,
  })
  .meta({ id: 'Policy' });

const NewPolicy = z
  .strictObject({ facilityId: z.uuid(), settings: PolicyChanges.describe('What is left out stays as it is.'), reason: Prose.optional() })
  .meta({
    example: {
      facilityId: '01890000-0000-7000-8000-000000000001',
      settings: { release: { confidenceAbove: 0.85 }, mail: { fromLocalTime: '08:00' } },
    },
  });

const Preview = z.object({
  preview: z.literal(true),
  settings: PolicySettings,
  moved: z.int().describe('How many lives would do something else next, or at another instant.'),
  items: z
    .array(
      z.object({
        subject: z.object({ kind: z.enum(['block', 'hold', 'series', 'transfer']), id: z.uuid() }),
        room: z.string(),
        group: z.string(),
        startsAt: Instant,
        before: Next,
        after: Next,
      }),
    )
    .describe('The first 500 of them, by start.'),
  reminders: z
    .array(z.object({ kind: z.string(), before: Instant.nullable(), after: Instant.nullable() }))
    .describe('Mails that come again and would go at another time; null: none.'),
  standings: z
    .array(
      z.object({
        personId: z.uuid(),
        name: z.string(),
        restrictedBefore: z.boolean(),
        restrictedAfter: z.boolean(),
        because: z.string(),
        limits: z.array(z.string()).describe('What the restriction would mean.'),
      }),
    )
    .describe('Whose requests would be limited, limited otherwise, or free (C-28).'),
});

const Query = ListQuery.extend({ facilityId: z.uuid().optional() }).strict();
const PreviewQuery = z.object({ preview: z.stringbool().default(false).describe('Say which lives it would move, and do nothing (U-06).') });

export function policyRoutes(app: Api, deps: Deps): void {
  const tags = ['policies'];

  const list = {
    tags,
    summary: 'List policies, the latest first',
    querystring: Query,
    response: { 200: listOf(Policy), ...problems(400, 401) },
  };
  app.get('/policies', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, ...filter } = query;
    const { where, orderBy } = keyset('-recordedAt', cursor, 'instant');
    const rows = await deps.reader.policy.findMany({ where: { AND: [scopeOf(principal), filter, where] }, orderBy, take: limit + 1 });
    return pageOf(rows, limit, ({ recordedAt, id }) => [recordedAt.toISOString(), id], present);
  });

  const one = { tags, summary: 'One version of a policy', params: IdParam, response: { 200: Policy, ...problems(400, 401, 404) } };
  app.get('/policies/:id', { schema: one }, async ({ params, principal }, reply) => {
    const row = yours(principal, await deps.reader.policy.findUnique({ where: { id: params.id } }));
    return reply.header('etag', etag(row.version)).send(present(row));
  });

  const create = {
    tags,
    summary: 'Write the next version; If-Match is the version in force',
    querystring: PreviewQuery,
    body: NewPolicy,
    response: { 200: Preview, 201: Policy, ...problems(400, 401, 403, 404, 409, 412, 422, 428) },
  };
  app.post('/policies', { schema: create }, async (request, reply) => {
    const { principal, body, query } = request;
    const { facilityId, reason } = body;
    allow(principal, 'facility scheduler');
    reach(principal, facilityId);
    const now = deps.now();
    const wish = { facilityId, changes: body.settings, now };
    if (query.preview) {
      return reply.code(200).send(previewOf(await rehearsePolicy(deps.reader, wish)));
    }
    const seen = ifMatch(request.headers['if-match']);
    // planning takes seconds where there are thousands of lives: not while others wait for our locks
    const { replanned } = await rehearsePolicy(deps.reader, wish);
    const actor = await actorOf(deps.reader, principal, facilityId);
    return once(deps, principal, request, reply, async (tx) => {
      const row = await changePolicy(tx, wish, { seen, replanned, actor, reason });
      return { status: 201, body: present(row) };
    });
  });
}

function previewOf({ settings, replanned, reminders, standings }: Awaited<ReturnType<typeof rehearsePolicy>>): z.infer<typeof Preview> {
  const moved = replanned.filter(moves);
  const items = moved
    .sort((a, b) => (a.startsAt < b.startsAt ? -1 : 1))
    .slice(0, 500)
    .map(({ kind, id, room, group, startsAt, before, after }) => ({ subject: { kind, id }, room, group, startsAt, before, after }));
  const people = standings.map(({ id, name, before, after: { restricted, because, limits } }) => ({
    personId: id,
    name,
    restrictedBefore: before.restricted,
    restrictedAfter: restricted,
    because,
    limits: limits ? limitsInWords(limits) : [],
  }));
  return { preview: true, settings, moved: moved.length, items, reminders, standings: people };
}

function present({ settings, recordedAt, ...row }: Row): z.infer<typeof Policy> {
  return { ...row, settings: PolicySettings.parse(settings), recordedAt: recordedAt.toISOString() };
}
