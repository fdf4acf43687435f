/** The audit trail of a patient's matters, for the people who answer for it (F-16), and the erasure of their data (F-27). */
import { z } from 'zod';

import { erasePatient } from '../../ledger/erasure.ts';
import { patientTrail } from '../../ledger/patient-trail.ts';
import { recordAccess } from '../access-log.ts';
import { actorOf, allow } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { ListQuery, listOf, pageOf, positionOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { AuditEvent, presentEvent } from './audit-events.ts';
import { type Api, IdParam, Prose, yours } from './plugin.ts';

const Erase = z
  .strictObject({ reason: Prose.min(1), onBehalfOf: z.uuid().optional() })
  .meta({ example: { reason: 'The patient asked for it in writing on 3 May.' } });
const Erased = z.object({
  patientId: z.uuid(),
  erased: z.record(z.string(), z.int()).describe('How many rows of each kind were emptied.'),
});

export function patientDataRoutes(app: Api, deps: Deps): void {
  const tags = ['patients'];

  const trail = {
    tags,
    summary: 'What was done in a patient’s matters, the latest first: visits, tasks, tickets and the card itself (F-16)',
    params: IdParam,
    querystring: ListQuery.strict(),
    response: { 200: listOf(AuditEvent), ...problems(400, 401, 403, 404) },
  };
  app.get('/patients/:id/audit-events', { schema: trail }, async ({ params, query, principal }) => {
    allow(principal, 'manager', 'support');
    const { id, facilityId } = yours(principal, await deps.reader.patient.findUnique({ where: { id: params.id } }));
    const by = { name: principal.name, role: principal.role, channel: 'api' as const };
    await recordAccess(deps, { facilityId, by, what: 'audit trail', at: deps.now() }, [id]);
    const rows = await patientTrail(deps.reader, id, { after: positionOf(query.cursor), take: query.limit + 1 });
    return pageOf(rows, query.limit, ({ recordedAt, id: eventId }) => [recordedAt.toISOString(), eventId], presentEvent);
  });

  const erase = {
    tags,
    summary: 'Erase a patient’s personal data, with a reason; the audit chain stays verifiable (F-27)',
    params: IdParam,
    body: Erase,
    response: { 200: Erased, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/patients/:id/erase', { schema: erase }, async (request, reply) => {
    const { principal, params, body } = request;
    allow(principal, 'manager');
    return once(deps, principal, request, reply, async (tx) => {
      const patient = yours(principal, await tx.patient.findUnique({ where: { id: params.id } }));
      const actor = await actorOf(tx, principal, patient.facilityId, body.onBehalfOf);
      return { status: 200, body: await erasePatient(tx, patient, { actor, at: deps.now(), reason: body.reason }) };
    });
  });
}
