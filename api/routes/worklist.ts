/** F-22: what the facility's own schedule must now be told. Ticked off by hand, or by the tool that enters it. */
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { SeriesEntry, seriesEntryKinds } from '../../domain/worklist.ts';
import { fewEnough } from '../../ledger/bulk.ts';
import { acknowledge } from '../../ledger/worklist.ts';
import type { Tx } from '../../prisma/client.ts';
import type { WorklistItem as Row } from '../../prisma/generated/client.ts';
import { allow, mayReach, type Principal, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { Problem, problemOf, problems } from '../problems.ts';
import { actorOfMany, Ids } from './bulk.ts';
import { type Api, IdParam, Instant, Line, Prose, Version, yours } from './plugin.ts';

const states = ['open', 'acknowledged', 'superseded'] as const;
const kinds = ['release', 'return', 'reserve', 'free', 'reassign', ...seriesEntryKinds] as const;
const subjects = ['block', 'hold', 'transfer', 'series'] as const;

const WorklistItem = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    kind: z.enum(kinds),
    subject: z.object({ kind: z.enum(subjects), id: z.uuid() }),
    roomId: z.uuid(),
    startsAt: Instant,
    endsAt: Instant.nullable().describe('Of a block series: the end of its last day; null: it has none.'),
    what: z.string().describe('What to enter, in a sentence.'),
    series: SeriesEntry.nullable().describe(
      'Of a block series: its terms as they are to be entered, all days in one; null: it is to be taken out.',
    ),
    since: Instant,
    by: z.string().describe('Whose decision it was.'),
    state: z.enum(states).describe('superseded: undone or changed before anybody entered it.'),
    acknowledgedAt: Instant.nullable(),
    acknowledgedBy: z.string().nullable(),
    note: z.string().nullable(),
    reference: z.string().nullable().describe('The number that the facility’s own system gave it.'),
    version: Version,
  })
  .meta({ id: 'WorklistItem' });

const Acknowledgement = z
  .strictObject({ note: Prose.optional(), reference: Line.optional() })
  .meta({ example: { reference: 'SCHED-2041' } });
const Many = z.strictObject({ ids: Ids(), note: Prose.optional() }).meta({ example: { ids: ['01890000-0000-7000-8000-000000000001'] } });
const Results = z.object({ results: z.array(z.object({ id: z.uuid(), item: WorklistItem.optional(), problem: Problem.optional() })) });

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  state: z.enum(states).optional(),
  roomId: z.uuid().optional(),
  sort: z.enum(['since', '-since']).default('since'),
}).strict();

export function worklistRoutes(app: Api, deps: Deps): void {
  const tags = ['worklist-items'];

  const list = {
    tags,
    summary: 'List what to enter in the facility’s own schedule, the oldest first',
    querystring: Query,
    response: { 200: listOf(WorklistItem), ...problems(400, 401, 403) },
  };
  app.get('/worklist-items', { schema: list }, async ({ query, principal }) => {
    allow(principal, 'facility scheduler', 'support');
    const { cursor, limit, sort, ...filter } = query;
    const { where, orderBy } = keyset(sort, cursor, 'instant');
    const rows = await deps.reader.worklistItem.findMany({ where: { AND: [scopeOf(principal), filter, where] }, orderBy, take: limit + 1 });
    return pageOf(rows, limit, ({ since, id }) => [since.toISOString(), id], present);
  });

  const one = { tags, summary: 'One item', params: IdParam, response: { 200: WorklistItem, ...problems(400, 401, 403, 404) } };
  app.get('/worklist-items/:id', { schema: one }, async ({ params, principal }) => {
    allow(principal, 'facility scheduler', 'support');
    return present(yours(principal, await deps.reader.worklistItem.findUnique({ where: { id: params.id } })));
  });

  const tick = {
    tags,
    summary: 'Say that it is entered; said twice, the first answer stands',
    params: IdParam,
    body: Acknowledgement,
    response: { 200: WorklistItem, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/worklist-items/:id/acknowledge', { schema: tick }, async (request, reply) => {
    const { principal, params, body } = request;
    allow(principal, 'facility scheduler');
    return once(deps, principal, request, reply, async (tx) => {
      const answer = (await tickOff(tx, principal, [params.id], body, deps.now())).get(params.id);
      if (!answer) throw new DomainError('NOT_FOUND');
      if ('refused' in answer) throw answer.refused;
      return { status: 200, body: answer.item };
    });
  });

  const bulk = {
    tags,
    summary: 'Say of many that they are entered, with a result for each',
    body: Many,
    response: { 200: Results, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/worklist-items/bulk', { schema: bulk }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal, 'facility scheduler');
    const ids = fewEnough(body.ids);
    return once(deps, principal, request, reply, async (tx) => {
      const answers = await tickOff(tx, principal, ids, body, deps.now());
      const results = ids.map((id) => {
        const answer = answers.get(id) ?? { refused: new DomainError('NOT_FOUND', { id }) };
        return 'item' in answer ? { id, ...answer } : { id, problem: problemOf(answer.refused) };
      });
      return { status: 200, body: { results } };
    });
  });
}

type Ticked = { item: z.infer<typeof WorklistItem> } | { refused: DomainError };

/** What became of each of them, by its id; one that is unknown or not theirs is left out. */
async function tickOff(tx: Tx, principal: Principal, ids: string[], ack: z.infer<typeof Acknowledgement>, at: string) {
  const rows = await tx.$queryRaw<{ id: string; facilityId: string; state: string }[]>`
    SELECT id::text, "facilityId"::text AS "facilityId", state FROM "WorklistItem" WHERE id = ANY (${ids}::uuid[]) ORDER BY id FOR UPDATE`;
  const theirs = rows.filter(({ facilityId }) => mayReach(principal, facilityId));
  const [gone, standing] = [theirs.filter(({ state }) => state === 'superseded'), theirs.filter(({ state }) => state !== 'superseded')];
  const actor = await actorOfMany(tx, principal, undefined);
  const ticked = await acknowledge(
    tx,
    standing.map(({ id }) => id),
    ack,
    actor,
    at,
  );
  return new Map<string, Ticked>([
    ...gone.map(({ id, state }) => [id, { refused: new DomainError('WORKLIST_SUPERSEDED', { state }) }] as const),
    ...ticked.map((row) => [row.id, { item: present(row) }] as const),
  ]);
}

function present({ subjectKind, subjectId, ...row }: Row): z.infer<typeof WorklistItem> {
  return {
    ...row,
    kind: row.kind as (typeof kinds)[number],
    state: row.state as (typeof states)[number],
    subject: { kind: subjectKind as (typeof subjects)[number], id: subjectId },
    series: row.series as SeriesEntry | null,
    startsAt: row.startsAt.toISOString(),
    endsAt: row.endsAt?.toISOString() ?? null,
    since: row.since.toISOString(),
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
  };
}
