/** Audit events (F-16): who did what, when, why, by which rule and policy version. Append-only; nothing here writes. */
import { z } from 'zod';

import { subjectKinds } from '../../domain/decision.ts';
import { patientKinds, patientsBehind } from '../../ledger/patient-data.ts';
import { recordLook } from '../access-log.ts';
import { allow, type Principal, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, IdParam, Instant, Line, yours } from './plugin.ts';

export const AuditEvent = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    subjectKind: z.string(),
    subjectId: z.uuid(),
    seq: z.int().describe('Place in the chain of its subject, without gaps from 1.'),
    at: Instant,
    recordedAt: Instant,
    action: z.string(),
    actor: z.unknown(),
    reason: z.string().nullable(),
    rule: z.string().nullable(),
    policyVersion: z.int(),
    before: z.unknown(),
    after: z.unknown(),
    previousHash: z.string(),
    hash: z.string(),
    erasedAt: Instant.nullable().describe('What it said was erased then; that it happened stays (F-27).'),
  })
  .meta({ id: 'AuditEvent' });

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  subjectKind: z.enum(subjectKinds).optional(),
  subjectId: z.uuid().optional(),
  action: Line.optional(),
  from: Instant.optional().describe('Recorded at or after this.'),
  to: Instant.optional().describe('Recorded before this.'),
  sort: z.enum(['recordedAt', '-recordedAt']).default('-recordedAt'),
}).strict();

export function auditEventRoutes(app: Api, deps: Deps): void {
  const tags = ['audit-events'];

  const list = {
    tags,
    summary: 'List audit events, the latest first',
    querystring: Query,
    response: { 200: listOf(AuditEvent), ...problems(400, 401, 403) },
  };
  app.get('/audit-events', { schema: list }, async ({ query, principal }) => {
    allow(principal, 'facility scheduler', 'manager', 'support');
    const { cursor, limit, sort, from, to, ...filter } = query;
    const { where, orderBy } = keyset(sort, cursor, 'instant');
    const AND = [scopeOf(principal), ofTheirs(principal), filter, { recordedAt: { gte: from, lt: to } }, where];
    const rows = await deps.reader.auditEvent.findMany({ where: { AND }, orderBy, take: limit + 1 });
    await recordLook(deps, principal, await patientsBehind(deps.reader, rows.slice(0, limit)), 'audit trail');
    return pageOf(rows, limit, ({ recordedAt, id }) => [recordedAt.toISOString(), id], presentEvent);
  });

  const one = { tags, summary: 'One audit event', params: IdParam, response: { 200: AuditEvent, ...problems(400, 401, 403, 404) } };
  app.get('/audit-events/:id', { schema: one }, async ({ params, principal }) => {
    allow(principal, 'facility scheduler', 'manager', 'support');
    const where = { AND: [{ id: params.id }, ofTheirs(principal)] };
    const row = yours(principal, await deps.reader.auditEvent.findFirst({ where }));
    await recordLook(deps, principal, await patientsBehind(deps.reader, [row]), 'audit trail');
    return presentEvent(row);
  });
}

/** F-16: what was done in patients' matters is read by managers and support, patient by patient or as a whole, and by nobody else. */
const ofTheirs = ({ role }: Principal) => (role === 'facility scheduler' ? { subjectKind: { notIn: patientKinds } } : {});

export function presentEvent<Row extends { at: Date; recordedAt: Date; erasedAt: Date | null }>({ at, recordedAt, erasedAt, ...row }: Row) {
  return { ...row, at: at.toISOString(), recordedAt: recordedAt.toISOString(), erasedAt: erasedAt?.toISOString() ?? null };
}
