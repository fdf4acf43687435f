/** Talks with patients: who, when, how it ended, what was said (I-29, D-11). */
import { z } from 'zod';

import { mustSeePatients, needRight } from '../../domain/right.ts';
import { contactOutcomes, recordContact } from '../../ledger/phone-contact.ts';
import type { PhoneContact as Row } from '../../prisma/generated/client.ts';
import { recordLook } from '../access-log.ts';
import { actorOf, type Principal } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, IdParam, Instant, Prose, yours } from './plugin.ts';

const PhoneContact = z
  .object({
    id: z.uuid(),
    patientId: z.uuid(),
    at: Instant,
    by: z.string().describe('Who talked with the patient.'),
    outcome: z.enum(contactOutcomes),
    note: z.string(),
  })
  .meta({ id: 'PhoneContact' });
const NewContact = z
  .strictObject({
    outcome: z.enum(contactOutcomes),
    note: Prose,
    onBehalfOf: z.uuid().optional().describe('The person who talked, when a staff tool calls for them.'),
  })
  .meta({ example: { outcome: 'reached', note: 'Wants a Friday, after five.' } });

export function phoneContactRoutes(app: Api, deps: Deps): void {
  const tags = ['patients'];
  const find = async (id: string, principal: Principal) => yours(principal, await deps.reader.patient.findUnique({ where: { id } }));

  const list = {
    tags,
    summary: 'Talks with a patient, the latest first (I-29)',
    params: IdParam,
    querystring: ListQuery.strict(),
    response: { 200: listOf(PhoneContact), ...problems(400, 401, 403, 404) },
  };
  app.get('/patients/:id/phone-contacts', { schema: list }, async ({ params, query, principal }) => {
    mustSeePatients(principal);
    const { id: patientId, facilityId } = await find(params.id, principal);
    const { where, orderBy } = keyset('-at', query.cursor, 'instant');
    const rows = await deps.reader.phoneContact.findMany({ where: { AND: [{ patientId }, where] }, orderBy, take: query.limit + 1 });
    await recordLook(deps, principal, [{ facilityId, patientId }], 'phone contacts');
    return pageOf(rows, query.limit, ({ at, id }) => [at.toISOString(), id], present);
  });

  const create = {
    tags,
    summary: 'Write down a talk with a patient (I-29)',
    params: IdParam,
    body: NewContact,
    response: { 201: PhoneContact, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/patients/:id/phone-contacts', { schema: create }, async (request, reply) => {
    const { principal, params, body } = request;
    needRight(principal, 'manage appointments');
    const { id: patientId, facilityId } = await find(params.id, principal);
    const { onBehalfOf, ...said } = body;
    return once(deps, principal, request, reply, async (tx) => {
      const by = { actor: await actorOf(tx, principal, facilityId, onBehalfOf), at: deps.now() };
      return { status: 201, body: present(await recordContact(tx, { facilityId, patientId, ...said }, by)) };
    });
  });
}

function present({ id, patientId, at, by, outcome, note }: Row): z.infer<typeof PhoneContact> {
  const { name } = by as { name: string };
  return { id, patientId, at: at.toISOString(), by: name, outcome: outcome as (typeof contactOutcomes)[number], note };
}
