/**
 * Courses of treatment as the practice's own system knows them, by its own number. Each report brings the opportunity of the
 * course up to date in the same transaction (D-01, D-02, D-17).
 */
import { z } from 'zod';

import { courseStates, PlannedVisit } from '../../domain/course-of-treatment.ts';
import { type CourseEffect, factsOf, reportCourse } from '../../ledger/course-of-treatment.ts';
import { recordLook } from '../access-log.ts';
import { actorOf, allow, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { etag, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { History, historyOf } from './history.ts';
import { type Api, CivilDate, IdParam, Instant, Line, reach, Version, yours } from './plugin.ts';

const shape = {
  number: Line.describe('The practice’s own.'),
  patientId: z.uuid(),
  practitionerId: z.uuid(),
  payor: Line,
  nhs: z.boolean().default(false),
  costMinor: z.int().min(0).max(2_147_483_647).describe('In minor units of the practice’s currency.'),
  udaValue: z.number().min(0).max(99_999).multipleOf(0.01).nullable().default(null).describe('Of NHS courses only (D-03).'),
  openedOn: CivilDate,
  state: z.enum(courseStates).default('open'),
  plannedVisits: z.array(PlannedVisit).max(50).default([]).describe('Visits of it that nobody has booked yet (D-09).'),
};

const Course = z
  .object({ id: z.uuid(), facilityId: z.uuid(), ...shape, lastUpdatedAt: Instant, version: Version })
  .meta({ id: 'CourseOfTreatment' });

const Report = z
  .strictObject({ facilityId: z.uuid(), ...shape, lastUpdatedAt: Instant.optional().describe('By the practice’s clock; left out: now.') })
  .meta({
    example: {
      facilityId: '01890000-0000-7000-8000-000000000001',
      number: 'COT-2041',
      patientId: '01890000-0000-7000-8000-000000000002',
      practitionerId: '01890000-0000-7000-8000-000000000003',
      payor: 'NHS',
      nhs: true,
      costMinor: 7_080,
      udaValue: 3,
      openedOn: '2026-12-01',
      plannedVisits: [{ reference: 'V-1', what: 'Crown fit', durationMinutes: 40 }],
    },
  });

const Reported = Course.extend({
  kind: z
    .enum(['opened', 'changed', 'completed', 'made inactive', 'opened again', 'unchanged', 'out of date'])
    .describe('out of date: older than what is known, so nothing was changed.'),
});

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  patientId: z.uuid().optional(),
  practitionerId: z.uuid().optional(),
  state: z.enum(courseStates).optional(),
  number: Line.optional(),
}).strict();

/** Who keeps the practice's records, and who works with them. */
const practice = ['facility scheduler', 'receptionist', 'practitioner', 'care coordinator', 'manager'] as const;

export function courseOfTreatmentRoutes(app: Api, deps: Deps): void {
  const tags = ['courses-of-treatment'];
  const { reader } = deps;

  const list = {
    tags,
    summary: 'List courses of treatment by number',
    querystring: Query,
    response: { 200: listOf(Course), ...problems(400, 401, 403) },
  };
  app.get('/courses-of-treatment', { schema: list }, async ({ query, principal }) => {
    allow(principal, ...practice);
    const { cursor, limit, ...filter } = query;
    const { where, orderBy } = keyset('number', cursor, 'text');
    const rows = await reader.courseOfTreatment.findMany({ where: { AND: [scopeOf(principal), filter, where] }, orderBy, take: limit + 1 });
    await recordLook(deps, principal, rows.slice(0, limit), 'courses of treatment');
    return pageOf(rows, limit, ({ number, id }) => [number, id], present);
  });

  const one = { tags, summary: 'One course of treatment', params: IdParam, response: { 200: Course, ...problems(400, 401, 403, 404) } };
  app.get('/courses-of-treatment/:id', { schema: one }, async ({ params, principal }, reply) => {
    allow(principal, ...practice);
    const row = yours(principal, await reader.courseOfTreatment.findUnique({ where: { id: params.id } }));
    await recordLook(deps, principal, [row], 'courses of treatment');
    return reply.header('etag', etag(row.version)).send(present(row));
  });

  const report = {
    tags,
    summary: 'Report a course of treatment by the practice’s own number; the same report again changes nothing',
    body: Report,
    response: { 200: Reported, 201: Reported, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/courses-of-treatment', { schema: report }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal, ...practice);
    reach(principal, body.facilityId);
    return once(deps, principal, request, reply, async (tx) => {
      const actor = await actorOf(tx, principal, body.facilityId);
      const now = deps.now();
      const { course, created, kind } = await reportCourse(tx, { ...body, lastUpdatedAt: body.lastUpdatedAt ?? now }, actor, now);
      return { status: created ? 201 : 200, body: { ...present(course), kind } };
    });
  });

  const history = { tags, summary: 'What happened, and why', params: IdParam, response: { 200: History, ...problems(400, 401, 403, 404) } };
  app.get('/courses-of-treatment/:id/history', { schema: history }, async ({ params, principal }) => {
    allow(principal, ...practice);
    const row = yours(principal, await reader.courseOfTreatment.findUnique({ where: { id: params.id } }));
    await recordLook(deps, principal, [row], 'courses of treatment');
    return historyOf(reader, 'course-of-treatment', row.id);
  });
}

function present(row: CourseEffect['course']): z.infer<typeof Course> {
  const { id, facilityId, number, lastUpdatedAt, version } = row;
  return { id, facilityId, number, ...factsOf(row), lastUpdatedAt: lastUpdatedAt.toISOString(), version };
}
