/**
 * Appointments: the day book's visits. Booking takes the minutes at once (409 for whoever comes second), in one transaction with
 * the end of the task or waitlist entry that asked for it. Decisions are in appointment-decisions.ts.
 */
import { z } from 'zod';

import { advanceAppointment, appointmentStatuses, planAppointment } from '../../domain/appointment.ts';
import { appointmentQuestions } from '../../domain/appointment-why.ts';
import { DomainError } from '../../domain/errors.ts';
import { phoneWarnings } from '../../domain/patient.ts';
import { mustSeePatients, needRight } from '../../domain/right.ts';
import { foretell } from '../../domain/timeline.ts';
import { type LoadedAppointment, loadAppointment } from '../../ledger/appointment.ts';
import { whyAppointmentNow } from '../../ledger/appointment-why.ts';
import { bookFrom } from '../../ledger/booking.ts';
import { createPatient, patientOf } from '../../ledger/patient.ts';
import type { Tx } from '../../prisma/client.ts';
import { recordLook } from '../access-log.ts';
import { actorOf, type Principal, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { etag, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { rehearse } from '../rehearsal.ts';
import { Appointment, presentAppointments } from './appointment-shape.ts';
import { PreviewQuery } from './decision-route.ts';
import { History, historyOf } from './history.ts';
import { Warning } from './hold-shape.ts';
import { Card } from './patients.ts';
import { type Api, IdParam, Instant, inOrder, notInOrder, Prose, reach, reachable } from './plugin.ts';
import { Timeline } from './timeline.ts';
import { Why } from './why.ts';

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  patientId: z.uuid().optional(),
  practitionerId: z.uuid().optional(),
  status: z.enum(appointmentStatuses).optional(),
  from: Instant.optional().describe('Starting at or after this.'),
  to: Instant.optional().describe('Starting before this.'),
  sort: z.enum(['startsAt', '-startsAt']).default('startsAt'),
}).strict();

const NewAppointment = z
  .strictObject({
    facilityId: z.uuid(),
    patientId: z.uuid().optional(),
    newPatient: Card.optional().describe('A new card instead, made in the same transaction (I-10).'),
    practitionerId: z.uuid(),
    startsAt: Instant,
    endsAt: Instant,
    comment: Prose.optional().describe('For the practitioner; left out, that of the item which the booking closes (I-18).'),
    closeTaskId: z.uuid().optional().describe('A task of this patient that the visit settles (I-12, I-45).'),
    closeWaitlistEntryId: z.uuid().optional().describe('A waitlist entry of this patient that the visit settles (I-45).'),
  })
  .refine(inOrder, notInOrder)
  .refine(({ patientId, newPatient }) => !patientId !== !newPatient, { path: ['patientId'], error: 'either patientId or newPatient' })
  .meta({
    example: {
      facilityId: '01890000-0000-7000-8000-000000000001',
      patientId: '01890000-0000-7000-8000-000000000002',
      practitionerId: '01890000-0000-7000-8000-000000000003',
      startsAt: '2027-01-11T13:00:00Z',
      endsAt: '2027-01-11T13:30:00Z',
      comment: 'First visit, comes by train.',
    },
  });

const Booked = Appointment.extend({ warnings: z.array(Warning).describe('Nothing is refused for it (I-11).') });
const Preview = z.object({ preview: z.literal(true), appointment: Booked.omit({ id: true }) });

/** The appointment, its look on record (F-25), or APPOINTMENT_NOT_FOUND: unknown and not yours give the same answer. */
export async function findAppointment(deps: Deps, id: string, principal: Principal): Promise<LoadedAppointment> {
  const appointment = reachable(principal, await loadAppointment(deps.reader, id));
  if (!appointment) throw new DomainError('APPOINTMENT_NOT_FOUND', { id });
  mustSeePatients(principal);
  await recordLook(deps, principal, [{ facilityId: appointment.facilityId, patientId: appointment.facts.patientId }], 'appointment');
  return appointment;
}

const WhyNot = z.object({ items: z.array(Why.extend({ question: z.enum(appointmentQuestions) })) }).meta({ id: 'AppointmentWhyNot' });

export function appointmentRoutes(app: Api, deps: Deps): void {
  const tags = ['appointments'];

  const list = {
    tags,
    summary: 'List appointments by start',
    querystring: Query,
    response: { 200: listOf(Appointment), ...problems(400, 401, 403) },
  };
  app.get('/appointments', { schema: list }, async ({ query, principal }) => {
    mustSeePatients(principal);
    const { cursor, limit, sort, from, to, ...filter } = query;
    const { where, orderBy } = keyset(sort, cursor, 'instant');
    const AND = [scopeOf(principal), filter, { startsAt: { gte: from, lt: to } }, where];
    const rows = await deps.reader.appointment.findMany({ where: { AND }, orderBy, take: limit + 1, select: { id: true, startsAt: true } });
    const page = pageOf(
      rows,
      limit,
      ({ startsAt, id }) => [startsAt.toISOString(), id],
      ({ id }) => id,
    );
    const items = await presentAppointments(deps.reader, page.items);
    await recordLook(deps, principal, items, 'appointment list');
    return { ...page, items };
  });

  const one = { tags, summary: 'One appointment', params: IdParam, response: { 200: Appointment, ...problems(400, 401, 403, 404) } };
  app.get('/appointments/:id', { schema: one }, async ({ params, principal }, reply) => {
    await findAppointment(deps, params.id, principal);
    const items = await presentAppointments(deps.reader, [params.id]);
    return reply.header('etag', etag(items[0]!.version)).send(items[0]!);
  });

  const create = {
    tags,
    summary:
      'Book an appointment, and close the task or waitlist entry that asked for it in the same step (D-12, I-45); who wants to come earlier is moved (I-44)',
    querystring: PreviewQuery,
    body: NewAppointment,
    response: { 200: Preview, 201: Booked, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/appointments', { schema: create }, async (request, reply) => {
    const { principal, body, query } = request;
    const { newPatient, patientId: known, closeTaskId, closeWaitlistEntryId, ...wish } = body;
    const { facilityId } = wish;
    reach(principal, facilityId);
    needRight(principal, 'manage appointments');
    const write = async (tx: Tx): Promise<z.infer<typeof Booked>> => {
      const now = deps.now();
      const actor = await actorOf(tx, principal, facilityId);
      const patient = newPatient
        ? await createPatient(tx, facilityId, newPatient, { actor, at: now })
        : await patientOf(tx, facilityId, known!);
      const { facts } = await bookFrom(tx, { ...wish, patientId: patient.id }, { closeTaskId, closeWaitlistEntryId }, actor, now);
      const [appointment] = await presentAppointments(tx, [facts.id]);
      return { ...appointment!, warnings: phoneWarnings(patient) };
    };
    if (query.preview) {
      const { id: _id, ...appointment } = await rehearse(deps.db, write);
      await recordLook(deps, principal, [{ facilityId, patientId: known ?? null }], 'appointment');
      return reply.code(200).send({ preview: true as const, appointment });
    }
    return once(deps, principal, request, reply, async (tx) => ({ status: 201, body: await write(tx) }));
  });

  const timeline = {
    tags,
    summary: 'What will happen if nobody does anything (U-01)',
    params: IdParam,
    response: { 200: Timeline, ...problems(400, 401, 403, 404) },
  };
  app.get('/appointments/:id/timeline', { schema: timeline }, async ({ params, principal }) => {
    const { facts, policy } = await findAppointment(deps, params.id, principal);
    return { items: foretell(facts, deps.now(), { plan: (then, at) => planAppointment(then, policy, at), advance: advanceAppointment }) };
  });

  const whyNot = {
    tags,
    summary: 'Why a task did or did not follow by itself, and why its time was or was not offered (U-07)',
    params: IdParam,
    response: { 200: WhyNot, ...problems(400, 401, 403, 404) },
  };
  app.get('/appointments/:id/why-not', { schema: whyNot }, async ({ params, principal }) => {
    const appointment = await findAppointment(deps, params.id, principal);
    return { items: await whyAppointmentNow(deps.reader, appointment, deps.now()) };
  });

  const history = { tags, summary: 'What happened, and why', params: IdParam, response: { 200: History, ...problems(400, 401, 403, 404) } };
  app.get('/appointments/:id/history', { schema: history }, async ({ params, principal }) => {
    await findAppointment(deps, params.id, principal);
    return historyOf(deps.reader, 'appointment', params.id);
  });
}
