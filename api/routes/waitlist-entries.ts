/** The waitlist: patients for whom no suitable free time exists (I-01, I-09, I-13 to I-22). Who fits a free time is in free-intervals.ts. */
import { z } from 'zod';

import { Interval } from '../../domain/interval.ts';
import { needRight } from '../../domain/right.ts';
import { foretell } from '../../domain/timeline.ts';
import { advanceEntry, type EntryChoice, entryStates, entryTypes, planEntry } from '../../domain/waitlist-entry.ts';
import { decideEntryDirectly } from '../../ledger/waitlist-decision.ts';
import { createWaitlistEntry, type LoadedEntry, loadEntries } from '../../ledger/waitlist-entry.ts';
import type { Tx } from '../../prisma/client.ts';
import { recordLook } from '../access-log.ts';
import { actorOf, type Principal, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { etag, ifMatch, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { rehearse } from '../rehearsal.ts';
import { Deciding, PreviewQuery } from './decision-route.ts';
import { directDecisionRoute } from './direct-decision-route.ts';
import { History, historyOf } from './history.ts';
import { type Api, CivilDate, IdParam, Prose, proseUpTo, reach, yours } from './plugin.ts';
import { wishFields } from './task-shape.ts';
import { Timeline } from './timeline.ts';
import { phoneWarningsOf, presentEntry, WaitlistEntry, Warnings } from './waitlist-entry-shape.ts';

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  patientId: z.uuid().optional(),
  practitionerId: z.uuid().optional(),
  appointmentId: z.uuid().optional(),
  profession: proseUpTo(100).optional(),
  type: z.enum(entryTypes).optional(),
  state: z.enum(entryStates).optional(),
  sort: z.enum(['createdAt', '-createdAt']).default('createdAt'),
}).strict();

const dates = z.array(CivilDate).max(366).optional();

const NewEntry = z
  .strictObject({
    facilityId: z.uuid(),
    patientId: z.uuid(),
    type: z.enum(entryTypes).default('scheduled'),
    ...wishFields,
    comment: Prose.default('').describe('The patient’s wishes about day and time (I-17).'),
    validFrom: CivilDate.optional(),
    validUntil: CivilDate.optional().describe('The last day; six weeks from now if nothing is said (I-19).'),
    dates: dates.describe('Chosen days instead of a period (I-21).'),
    origin: z.enum(['booking', 'card']).default('booking').describe('Where it is made: from the card, time must have been offered (I-31).'),
    slotsChecked: z.boolean().optional().describe('Free time was looked for, and there was none.'),
    refusedSlots: z.array(Interval).max(50).optional().describe('What was offered and did not suit.'),
    appointmentId: z.uuid().optional().describe('The visit to come earlier than (the next one, if left out), or a cancelled one (I-39).'),
    anotherProblem: z.boolean().default(false).describe('It is not about the visit that was cancelled: the answer to LINK_NEEDED (I-40).'),
    closeTaskId: z.uuid().optional().describe('A task of this patient that it takes the place of (I-12).'),
    onBehalfOf: z.uuid().optional().describe('The person who adds it, when a staff tool calls for them.'),
  })
  .meta({
    example: {
      facilityId: '01890000-0000-7000-8000-000000000001',
      patientId: '01890000-0000-7000-8000-000000000007',
      practitionerId: '01890000-0000-7000-8000-000000000008',
      durationMinutes: 45,
      comment: 'Weekday evenings, weekends any time.',
    },
  });

const Created = WaitlistEntry.extend({ warnings: Warnings });
const PreviewOf = z.object({ preview: z.literal(true), entry: WaitlistEntry.omit({ id: true }), warnings: Warnings });

const Close = Deciding.meta({ example: { reason: 'The patient does not wait any longer.' } });
const Extend = Deciding.extend({ validUntil: CivilDate.optional(), dates }).meta({ example: { validUntil: '2027-03-31' } });
const Change = Deciding.extend({
  ...wishFields,
  durationMinutes: z.int().min(1).max(1440).optional(),
  comment: Prose.optional(),
  validFrom: CivilDate.optional(),
  validUntil: CivilDate.optional(),
  dates,
}).meta({ example: { comment: 'Only Friday.', durationMinutes: 30 } });

export function waitlistEntryRoutes(app: Api, deps: Deps): void {
  const tags = ['waitlist-entries'];
  const seen = (principal: Principal, entries: LoadedEntry[], what: string) =>
    recordLook(
      deps,
      principal,
      entries.map(({ facilityId, facts }) => ({ facilityId, patientId: facts.patientId })),
      what,
    );
  /** Its look on record (F-25). */
  const find = async (id: string, principal: Principal): Promise<LoadedEntry> => {
    const entry = yours(principal, (await loadEntries(deps.reader, [id]))[0]);
    await seen(principal, [entry], 'waitlist entry');
    return entry;
  };

  const list = {
    tags,
    summary: 'List waitlist entries, the longest waiting first',
    querystring: Query,
    response: { 200: listOf(WaitlistEntry), ...problems(400, 401, 403) },
  };
  app.get('/waitlist-entries', { schema: list }, async ({ query, principal }) => {
    needRight(principal, 'manage appointments');
    const { cursor, limit, sort, ...filter } = query;
    const { where, orderBy } = keyset(sort, cursor, 'instant');
    const rows = await deps.reader.waitlistEntry.findMany({
      where: { AND: [scopeOf(principal), filter, where] },
      select: { id: true, createdAt: true },
      orderBy,
      take: limit + 1,
    });
    const entries = await loadEntries(
      deps.reader,
      rows.slice(0, limit).map(({ id }) => id),
    );
    await seen(principal, entries, 'waitlist');
    const byId = new Map(entries.map((entry) => [entry.facts.id, entry]));
    return pageOf(
      rows,
      limit,
      (row) => [row.createdAt.toISOString(), row.id],
      ({ id }) => presentEntry(byId.get(id)!),
    );
  });

  const one = { tags, summary: 'One waitlist entry', params: IdParam, response: { 200: WaitlistEntry, ...problems(400, 401, 403, 404) } };
  app.get('/waitlist-entries/:id', { schema: one }, async ({ params, principal }, reply) => {
    needRight(principal, 'manage appointments');
    const entry = await find(params.id, principal);
    return reply.header('etag', etag(entry.version)).send(presentEntry(entry));
  });

  const create = {
    tags,
    summary: 'Add a patient to the waitlist (I-09)',
    querystring: PreviewQuery,
    body: NewEntry,
    response: { 200: PreviewOf, 201: Created, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/waitlist-entries', { schema: create }, async (request, reply) => {
    const { principal, body, query } = request;
    needRight(principal, 'manage appointments');
    const { onBehalfOf, ...wish } = body;
    reach(principal, wish.facilityId);
    const write = async (tx: Tx) => {
      const actor = await actorOf(tx, principal, wish.facilityId, onBehalfOf);
      const entry = presentEntry(await createWaitlistEntry(tx, wish, actor, deps.now()));
      return { ...entry, warnings: await phoneWarningsOf(tx, wish.patientId) };
    };
    if (query.preview) {
      const { warnings, ...entry } = await rehearse(deps.db, write);
      await recordLook(deps, principal, [wish], 'waitlist entry');
      return reply.code(200).send({ preview: true as const, entry, warnings });
    }
    return once(deps, principal, request, reply, async (tx) => ({ status: 201, body: await write(tx) }));
  });

  const shared = { kind: 'waitlist-entry' as const, right: 'manage appointments' as const, find, decide: decideEntryDirectly };
  const decision = <Body extends Deciding>(path: string, summary: string, body: z.ZodType<Body>, choose: (body: Body) => EntryChoice) =>
    directDecisionRoute<Body, EntryChoice>(app, deps, { ...shared, path, summary, body, choose });

  decision('/close', 'Close a waitlist entry (I-42)', Close, () => ({ action: 'close' }));
  decision('/extend', 'Let it be valid for longer, or on other days', Extend, ({ validUntil, dates }) => ({
    action: 'extend',
    validUntil,
    dates,
  }));
  directDecisionRoute<z.infer<typeof Change>, EntryChoice>(app, deps, {
    ...shared,
    method: 'PATCH',
    path: '',
    summary: 'Change a waitlist entry (I-42)',
    body: Change,
    ifMatch: true,
    choose: ({ onBehalfOf: _who, reason: _why, seen: _seen, ...changes }, { headers }) => ({
      action: 'change',
      ...changes,
      version: ifMatch(headers['if-match']),
    }),
  });

  const timeline = {
    tags,
    summary: 'What will happen if nobody does anything (U-01)',
    params: IdParam,
    response: { 200: Timeline, ...problems(400, 401, 403, 404) },
  };
  app.get('/waitlist-entries/:id/timeline', { schema: timeline }, async ({ params, principal }) => {
    needRight(principal, 'manage appointments');
    const { facts, policy } = await find(params.id, principal);
    return { items: foretell(facts, deps.now(), { plan: (then, at) => planEntry(then, policy, at), advance: advanceEntry }) };
  });

  const history = { tags, summary: 'What happened, and why', params: IdParam, response: { 200: History, ...problems(400, 401, 403, 404) } };
  app.get('/waitlist-entries/:id/history', { schema: history }, async ({ params, principal }) => {
    needRight(principal, 'manage appointments');
    await find(params.id, principal);
    return historyOf(deps.reader, 'waitlist-entry', params.id);
  });
}
