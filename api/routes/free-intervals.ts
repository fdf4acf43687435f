/** Time of practitioners that became free, and who of the waitlist fits it, or why not (I-02, I-43). */
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { needRight } from '../../domain/right.ts';
import { lookAt, openingOf, whyNot } from '../../ledger/free-interval.ts';
import { type FreedCause, type FreeTimeOf, freedCauses } from '../../ledger/matching.ts';
import { loadEntries } from '../../ledger/waitlist-entry.ts';
import type { FreeInterval as Row } from '../../prisma/generated/client.ts';
import { recordLook } from '../access-log.ts';
import { type Principal, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, IdParam, Instant, inOrder, notInOrder, reachable, yours } from './plugin.ts';
import { presentEntry, WaitlistEntry } from './waitlist-entry-shape.ts';

const FreeInterval = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    practitionerId: z.uuid(),
    startsAt: Instant,
    endsAt: Instant,
    cause: z.enum(freedCauses),
    freedAt: Instant,
    bestEntryId: z.uuid().nullable().describe('The waitlist entry that fitted best when it became free.'),
  })
  .meta({ id: 'FreeInterval' });

const Misfit = z.object({
  rule: z.string(),
  because: z.string(),
  value: z.union([z.string(), z.number()]),
  limit: z.union([z.string(), z.number()]),
});
const Candidates = z.object({
  items: z.array(WaitlistEntry).describe('Who fits, the best first.'),
  others: z
    .array(z.object({ id: z.uuid(), misfit: Misfit }))
    .describe('Who waits for the practitioner or profession, and why they do not fit.'),
});

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  practitionerId: z.uuid().optional(),
  from: Instant.optional().describe('Starting at or after this.'),
  to: Instant.optional().describe('Starting before this.'),
}).strict();
const timeExample = {
  practitionerId: '01890000-0000-7000-8000-000000000008',
  startsAt: '2027-01-11T09:00:00Z',
  endsAt: '2027-01-11T10:00:00Z',
};
const Time = z
  .strictObject({ practitionerId: z.uuid().meta({ example: timeExample.practitionerId }), startsAt: Instant, endsAt: Instant })
  .refine(inOrder, notInOrder)
  .meta({ example: timeExample });
const Most = z.object({ limit: z.coerce.number().int().min(1).max(200).default(20) });

export function freeIntervalRoutes(app: Api, deps: Deps): void {
  const tags = ['free-intervals'];

  const list = {
    tags,
    summary: 'List time that became free, by start',
    querystring: Query,
    response: { 200: listOf(FreeInterval), ...problems(400, 401) },
  };
  app.get('/free-intervals', { schema: list }, async ({ query, principal }) => {
    const { cursor, limit, from, to, ...filter } = query;
    const { where, orderBy } = keyset('startsAt', cursor, 'instant');
    const AND = [scopeOf(principal), filter, { startsAt: { gte: from, lt: to } }, where];
    const rows = await deps.reader.freeInterval.findMany({ where: { AND }, orderBy, take: limit + 1 });
    return pageOf(rows, limit, ({ startsAt, id }) => [startsAt.toISOString(), id], present);
  });

  const one = { tags, summary: 'One time that became free', params: IdParam, response: { 200: FreeInterval, ...problems(400, 401, 404) } };
  app.get('/free-intervals/:id', { schema: one }, async ({ params, principal }) =>
    present(yours(principal, await deps.reader.freeInterval.findUnique({ where: { id: params.id } }))),
  );

  async function candidates(principal: Principal, time: FreeTimeOf, limit: number) {
    const opening = await openingOf(deps.reader, time);
    if (!reachable(principal, opening)) throw new DomainError('NOT_FOUND', { practitionerId: time.practitionerId });
    const { fitting, others } = await lookAt(deps.reader, opening, deps.now(), limit);
    const entries = new Map((await loadEntries(deps.reader, fitting)).map((entry) => [entry.facts.id, entry]));
    const looked = [...entries.values()].map(({ facilityId, facts }) => ({ facilityId, patientId: facts.patientId }));
    await recordLook(deps, principal, looked, 'candidates');
    return { items: fitting.map((id) => presentEntry(entries.get(id)!)), others };
  }

  const those = {
    tags,
    summary: 'Who of the waitlist fits a freed time now, and why others do not (I-43)',
    params: IdParam,
    querystring: Most,
    response: { 200: Candidates, ...problems(400, 401, 403, 404) },
  };
  app.get('/free-intervals/:id/candidates', { schema: those }, async ({ params, query, principal }) => {
    needRight(principal, 'manage appointments');
    const row = present(yours(principal, await deps.reader.freeInterval.findUnique({ where: { id: params.id } })));
    return candidates(principal, row, query.limit);
  });

  const any = {
    tags: ['waitlist-candidates'],
    summary: 'Who of the waitlist fits any time of a practitioner, and why others do not (I-43)',
    querystring: Time.safeExtend(Most.shape).meta({ example: timeExample }),
    response: { 200: Candidates, ...problems(400, 401, 403, 404) },
  };
  app.get('/waitlist-candidates', { schema: any }, async ({ query, principal }) => {
    needRight(principal, 'manage appointments');
    const { limit, ...time } = query;
    return candidates(principal, time, limit);
  });

  const fit = {
    tags: ['waitlist-entries'],
    summary: 'Whether an entry fits a time, or why not (U-07)',
    params: IdParam,
    querystring: Time,
    response: { 200: z.object({ fits: z.boolean(), misfit: Misfit.optional() }), ...problems(400, 401, 403, 404) },
  };
  app.get('/waitlist-entries/:id/fit', { schema: fit }, async ({ params, query, principal }) => {
    needRight(principal, 'manage appointments');
    const { facilityId, facts } = yours(principal, (await loadEntries(deps.reader, [params.id]))[0]);
    await recordLook(deps, principal, [{ facilityId, patientId: facts.patientId }], 'waitlist entry');
    const opening = await openingOf(deps.reader, query);
    if (opening.facilityId !== facilityId) throw new DomainError('NOT_FOUND', { practitionerId: query.practitionerId });
    const misfit = await whyNot(deps.reader, params.id, opening, deps.now());
    return { fits: !misfit, ...(misfit && { misfit }) };
  });
}

const present = (row: Row): z.infer<typeof FreeInterval> => ({
  ...row,
  cause: row.cause as FreedCause,
  startsAt: row.startsAt.toISOString(),
  endsAt: row.endsAt.toISOString(),
  freedAt: row.freedAt.toISOString(),
});
