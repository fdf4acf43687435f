/** Opportunities: open courses of treatment to be booked (D-01). Decisions are in opportunity-decisions.ts. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';

import type { Actor } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { advanceOpportunity, opportunityStatuses, planOpportunity } from '../../domain/opportunity.ts';
import { Channel } from '../../domain/patient-message.ts';
import { needRight } from '../../domain/right.ts';
import { foretell } from '../../domain/timeline.ts';
import { type LoadedOpportunity, loadOpportunity } from '../../ledger/opportunity.ts';
import {
  cursorKind,
  listOpportunities,
  type OpportunityColumn,
  type OpportunityRow,
  opportunityColumns,
  readOpportunity,
} from '../../ledger/opportunity-list.ts';
import { callKinds, noteCall, writeNote, writeToPatient } from '../../ledger/opportunity-note.ts';
import type { OpportunityNote as Row } from '../../prisma/generated/client.ts';
import { recordLook } from '../access-log.ts';
import { actorOf, type Principal } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { etag, ListQuery, listOf, pageOf, positionOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { History, historyOf } from './history.ts';
import { Opportunity, presentOpportunity } from './opportunity-shape.ts';
import { type Api, IdParam, Instant, Line, Prose, reachable } from './plugin.ts';
import { Timeline } from './timeline.ts';

const sorts = opportunityColumns.flatMap((column) => [column, `-${column}`] as const) as [string, ...string[]];
const Minor = z.coerce.number().int().min(0).max(2_147_483_647);

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  status: z
    .enum([...opportunityStatuses, 'any'])
    .default('open')
    .describe('Snoozed and rejected ones are shown only when they are asked for (D-16).'),
  assigneeId: z
    .union([z.uuid(), z.literal('none')])
    .optional()
    .describe('none: those that nobody has.'),
  practitionerId: z.uuid().optional(),
  patientId: z.uuid().optional(),
  payor: Line.optional(),
  number: Line.optional().describe('Of the course of treatment.'),
  rejectedReason: Line.optional().describe('Such as infeasible: what a dentist may de-activate (D-14).'),
  costFrom: Minor.optional(),
  costTo: Minor.optional(),
  sort: z.enum(sorts).default('-lastUpdatedAt'),
}).strict();

const Note = z
  .object({
    id: z.uuid(),
    channel: z.string().nullable().describe('How the patient was contacted: phone, mail or sms; null: a plain note.'),
    outcome: z.string().nullable().describe('How a call ended, or which template was sent.'),
    text: z.string(),
    by: z.string(),
    at: Instant,
  })
  .meta({ id: 'OpportunityNote' });
const NewCall = z
  .strictObject({ outcome: z.enum(callKinds), text: Prose.default('') })
  .meta({ example: { outcome: 'will call back', text: 'Is at work until five.' } });
const NewMessage = z
  .strictObject({
    channel: Channel,
    templateId: z.uuid(),
    plannedVisit: Line.optional().describe('The reference of a planned visit of this course (D-09).'),
  })
  .meta({ example: { channel: 'sms', templateId: '01890000-0000-7000-8000-000000000001' } });
const NewNote = z.strictObject({ text: Prose.min(1) }).meta({ example: { text: 'Asks to be called again after Easter.' } });

/**
 * The opportunity as a rule sees it, its look on record (F-25), or OPPORTUNITY_NOT_FOUND: unknown and not yours give the same answer.
 * Throws RIGHT_MISSING (D-24).
 */
export async function findOpportunity(deps: Deps, id: string, principal: Principal): Promise<LoadedOpportunity> {
  needRight(principal, 'contact patients');
  const opportunity = reachable(principal, await loadOpportunity(deps.reader, id, deps.now()));
  if (!opportunity) throw new DomainError('OPPORTUNITY_NOT_FOUND', { id });
  await recordLook(deps, principal, [opportunity], 'opportunity');
  return opportunity;
}

export function opportunityRoutes(app: Api, deps: Deps): void {
  const tags = ['opportunities'];
  const { reader } = deps;

  const list = {
    tags,
    summary: 'List what the Care Manager shows, sorted by any column and filtered (D-03 to D-05)',
    querystring: Query,
    response: { 200: listOf(Opportunity), ...problems(400, 401, 403) },
  };
  app.get('/opportunities', { schema: list }, async ({ query, principal }) => {
    needRight(principal, 'contact patients');
    const { cursor, limit, sort, status, assigneeId, facilityId, ...rest } = query;
    const column = sort.replace('-', '') as OpportunityColumn;
    const filter = {
      ...rest,
      facilityIds: facilitiesOf(principal, facilityId),
      status: status === 'any' ? undefined : status,
      assigneeId: assigneeId === 'none' ? null : assigneeId,
    };
    const after = positionOf(cursor, cursorKind(column));
    const rows = await listOpportunities(reader, filter, { column, descending: sort.startsWith('-'), after, limit });
    await recordLook(deps, principal, rows.slice(0, limit), 'care manager');
    return pageOf(rows, limit, ({ sortValue, id }) => [sortValue, id], presentOpportunity);
  });

  const one = { tags, summary: 'One opportunity', params: IdParam, response: { 200: Opportunity, ...problems(400, 401, 403, 404) } };
  app.get('/opportunities/:id', { schema: one }, async ({ params, principal }, reply) => {
    const row = await read(params.id, principal);
    return reply.header('etag', etag(row.version)).send(presentOpportunity(row));
  });

  async function read(id: string, principal: Principal): Promise<OpportunityRow> {
    needRight(principal, 'contact patients');
    const row = reachable(principal, await readOpportunity(reader, id));
    if (!row) throw new DomainError('OPPORTUNITY_NOT_FOUND', { id });
    await recordLook(deps, principal, [row], 'opportunity');
    return row;
  }

  const notes = {
    tags,
    summary: 'Its notes, the latest first (D-11)',
    params: IdParam,
    response: { 200: z.object({ items: z.array(Note) }), ...problems(400, 401, 403, 404) },
  };
  app.get('/opportunities/:id/notes', { schema: notes }, async ({ params, principal }) => {
    const { id: opportunityId } = await read(params.id, principal);
    const rows = await reader.opportunityNote.findMany({ where: { opportunityId }, orderBy: [{ at: 'desc' }, { id: 'desc' }], take: 200 });
    return { items: rows.map(presentNote) };
  });

  const note = {
    tags,
    summary: 'Write down a conversation (D-11)',
    params: IdParam,
    body: NewNote,
    response: { 201: Note, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/opportunities/:id/notes', { schema: note }, async (request, reply) => {
    const { params, principal, body } = request;
    const { facilityId } = await findOpportunity(deps, params.id, principal);
    return once(deps, principal, request, reply, async (tx) => {
      const by = await actorOf(tx, principal, facilityId);
      const row = await writeNote(tx, { opportunityId: params.id, text: body.text, by, at: deps.now() });
      return { status: 201, body: presentNote(row) };
    });
  });

  const call = {
    tags,
    summary: 'Keep a phone call to the patient: who, when, how it ended (D-08)',
    params: IdParam,
    body: NewCall,
    response: { 201: Note, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/opportunities/:id/calls', { schema: call }, async (request, reply) => {
    const { params, principal, body } = request;
    const { facilityId, patientId } = await findOpportunity(deps, params.id, principal);
    return once(deps, principal, request, reply, async (tx) => {
      const by = await actorOf(tx, principal, facilityId);
      const row = await noteCall(tx, { id: params.id, patientId }, { ...body, by, at: deps.now() });
      return { status: 201, body: presentNote(row) };
    });
  });

  const write = {
    tags,
    summary: 'Mail or text the patient by a template (D-08 to D-10)',
    params: IdParam,
    body: NewMessage,
    response: { 201: Note, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/opportunities/:id/messages', { schema: write }, async (request, reply) => {
    const { params, principal, body } = request;
    const { facilityId, patientId, courseId } = await findOpportunity(deps, params.id, principal);
    return once(deps, principal, request, reply, async (tx) => {
      const by = await actorOf(tx, principal, facilityId);
      const writing = { ...body, decisionId: randomUUID(), by, at: deps.now() }; // `once` makes it happen once
      const row = await writeToPatient(tx, { id: params.id, facilityId, patientId, courseId }, writing);
      return { status: 201, body: presentNote(row) };
    });
  });

  const timeline = {
    tags,
    summary: 'What will happen if nobody does anything (U-01)',
    params: IdParam,
    response: { 200: Timeline, ...problems(400, 401, 403, 404) },
  };
  app.get('/opportunities/:id/timeline', { schema: timeline }, async ({ params, principal }) => {
    const { facts, policy } = await findOpportunity(deps, params.id, principal);
    const life = {
      plan: (then: typeof facts, at: string) => planOpportunity(then, policy, at),
      advance: (then: typeof facts, step: ReturnType<typeof planOpportunity>) => advanceOpportunity(then, step, policy),
    };
    return { items: foretell(facts, deps.now(), life) };
  });

  const history = { tags, summary: 'What happened, and why', params: IdParam, response: { 200: History, ...problems(400, 401, 403, 404) } };
  app.get('/opportunities/:id/history', { schema: history }, async ({ params, principal }) => {
    await findOpportunity(deps, params.id, principal);
    return historyOf(reader, 'opportunity', params.id);
  });
}

/** The facilities that a list is asked about, within the key's reach: undefined for all. */
function facilitiesOf({ facilityIds }: Principal, wanted: string | undefined): string[] | undefined {
  if (facilityIds === 'all') return wanted ? [wanted] : undefined;
  return wanted ? facilityIds.filter((id) => id === wanted) : facilityIds;
}

function presentNote({ id, channel, outcome, text, by, at }: Row): z.infer<typeof Note> {
  return { id, channel, outcome, text, by: (by as Actor).name, at: at.toISOString() };
}
