/** One appointment: how it stands, what comes next, where it can move; and the window that cancels it. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AppointmentChoice } from '../../domain/appointment-decision.ts';
import { addDays, addMinutes, atLocal, laterOf, zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { FollowUp } from '../../domain/follow-up.ts';
import { longestDays, minutesOf } from '../../domain/interval.ts';
import { LocalTime } from '../../domain/local-time.ts';
import { needRight } from '../../domain/right.ts';
import { type LoadedAppointment, loadAppointment } from '../../ledger/appointment.ts';
import { decideAppointmentDirectly } from '../../ledger/appointment-decision.ts';
import { whyAppointmentNow } from '../../ledger/appointment-why.ts';
import { type FreeTime, findFreeTime } from '../../ledger/free-time.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { AppointmentPage } from './appointment-views.tsx';
import { CancelPage } from './cancel-views.tsx';
import { OptionalId, OptionalPageDate, PageDate } from './dates.ts';
import { dayBookSaying } from './day-book.tsx';
import { deskOf, mayManage, showPatients } from './front-desk.ts';
import { orAgain } from './or-again.tsx';
import { renderPage } from './page.tsx';
import { BackTo } from './remembered.tsx';
import { validityForm, validityOf } from './validity-fields.tsx';
import { slotNaming, wishNaming } from './visit-wish-fields.tsx';

const Params = z.object({ id: z.uuid() });
const Minutes = z.coerce
  .number()
  .int()
  .min(1)
  .max(longestDays * 1440);
const Show = z.object({
  from: OptionalPageDate,
  practitionerId: OptionalId,
  minutes: Minutes.optional().catch(undefined),
  reason: z.string().max(100).optional(),
});
const Form = z.object({ form: z.string().min(8).max(80), to: BackTo, reason: z.string().trim().max(100).optional() });
const MoveForm = z.object({ practitionerId: z.uuid(), date: PageDate, from: LocalTime, minutes: Minutes.optional() });
const optional = z
  .string()
  .trim()
  .max(2000)
  .transform((text) => text || undefined)
  .optional();
const CancelForm = z.object({
  follows: z.enum(['task', 'waitlist entry', 'nothing']).default('nothing'),
  practitionerId: OptionalId,
  profession: optional,
  durationMinutes: z.coerce.number().int().min(1).max(1440).optional(),
  copy: z.string().optional(),
  comment: optional,
  actualFrom: OptionalPageDate,
  ...validityForm,
});
const shownTimes = 6;

export function registerAppointmentPage(app: FastifyInstance, deps: Deps): void {
  app.get('/appointments/:id', { schema: { hide: true } }, async (request, reply) => {
    return renderPage(reply, await appointmentPage(deps, request, Show.parse(request.query)));
  });

  app.get('/appointments/:id/cancel', { schema: { hide: true } }, async (request, reply) => {
    return renderPage(reply, await cancelWindow(deps, request, Show.parse(request.query).reason));
  });

  app.post('/appointments/:id/:action', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await deskOf(deps, request);
    needRight(visitor, 'manage appointments');
    const { id } = Params.parse(request.params);
    const appointment = await ofFacility(deps, visitor, id);
    const { form, to, reason } = Form.parse(request.body);
    const decide = async () => {
      const choice = choiceIn(request, appointment);
      const envelope = { id: `page/${visitor.personId}/${form}`, actor: actorOfVisitor(visitor), decidedAt: deps.now(), reason };
      const answer = await inTransaction(deps.db, (tx) => decideAppointmentDirectly(tx, id, { ...choice, ...envelope }));
      if ('refused' in answer) throw answer.refused;
      return reply.redirect(
        choice.action === 'move' && choice.interval ? dayBookSaying('moved', zoneDate(choice.interval.startsAt, visitor.zone), id) : to,
        303,
      );
    };
    const { action } = request.params as { action: string };
    const still = appointment.facts.status === 'booked'; // else there is no window to go back to
    if (still && action === 'cancel') return orAgain(reply, wishNaming, decide, () => cancelWindow(deps, request, reason));
    if (still && action === 'move') return orAgain(reply, slotNaming, decide, () => appointmentPage(deps, request, {}));
    return decide();
  });
}

/** How the visit stands, and where it can go: its own minutes are free to it. */
async function appointmentPage(deps: Deps, request: FastifyRequest, query: z.infer<typeof Show>) {
  const { visitor, appointment, ...about } = await shown(deps, request, 'appointment');
  const { facts } = appointment;
  const { practitionerId = facts.practitionerId, minutes = minutesOf(facts) } = query;
  const from = query.from ?? zoneDate(laterOf(deps.now(), facts.startsAt), visitor.zone);
  const free = await timesFor(deps, appointment, { from, practitionerIds: [practitionerId], minutes });
  const search = { from, practitionerId, minutes, free };
  const whys = await whyAppointmentNow(deps.reader, appointment, deps.now());
  return <AppointmentPage appointment={appointment} {...about} now={deps.now()} manages={mayManage(visitor)} search={search} whys={whys} />;
}

/** I-32 to I-37: other times, the reasons, and with one chosen, what follows. */
async function cancelWindow(deps: Deps, request: FastifyRequest, reason: string | undefined) {
  const { visitor, appointment, ...about } = await shown(deps, request, 'cancel window');
  needRight(visitor, 'manage appointments');
  const reasons = appointment.policy.cancel.reasons;
  const chosen = reasons.find(({ name }) => name === reason);
  // I-32: first look for another time, with the same practitioner unless it is they who are absent
  const from = zoneDate(deps.now(), visitor.zone);
  const all = await timesFor(deps, appointment, { from, practitionerIds: about.practitioners.map(({ id }) => id) }, 60);
  const { practitionerId } = appointment.facts;
  const absent = about.practitioners.find(({ id }) => id === practitionerId);
  const alike = ({ professions }: FreeTime) => professions.some((its) => absent?.professions.includes(its));
  const others = all.filter((one) => one.practitionerId !== practitionerId);
  // whoever does the same work first: anybody else only after them
  const free = chosen?.doctorAbsent
    ? [...others.filter(alike), ...others.filter((one) => !alike(one))]
    : all.filter((one) => one.practitionerId === practitionerId);
  return <CancelPage appointment={appointment} {...about} chosen={chosen} free={free.slice(0, shownTimes)} now={deps.now()} />;
}

/** Which decision the form was for. Throws NOT_FOUND for one there is none of. */
function choiceIn(request: FastifyRequest, { facts, comment }: LoadedAppointment): AppointmentChoice {
  const { action } = request.params as { action: string };
  if (action === 'arrive' || action === 'undo-arrive' || action === 'fulfil') return { action };
  if (action === 'move') {
    const { practitionerId, date, from, minutes = minutesOf(facts) } = MoveForm.parse(request.body);
    const startsAt = atLocal(date, from, facts.zone);
    return { action, practitionerId, interval: { startsAt, endsAt: addMinutes(startsAt, minutes) } };
  }
  if (action !== 'cancel') throw new DomainError('NOT_FOUND', {});
  const form = CancelForm.parse(request.body);
  if (form.follows === 'nothing') return { action };
  // I-18: the visit's own words first, whatever is added after them
  const words = [form.copy && comment, form.comment].filter(Boolean).join('\n');
  const { profession = null, durationMinutes } = form;
  const visit = { practitionerId: form.practitionerId ?? null, profession, durationMinutes, comment: words };
  const wish =
    form.follows === 'task'
      ? { kind: form.follows, ...visit, actualFrom: form.actualFrom }
      : { kind: form.follows, ...visit, ...validityOf(form) };
  return { action, followUp: FollowUp.parse(wish) };
}

async function shown(deps: Deps, request: FastifyRequest, what: string) {
  const visitor = await deskOf(deps, request);
  const { id } = Params.parse(request.params);
  const appointment = await ofFacility(deps, visitor, id);
  const { facilityId } = visitor;
  const patient = await deps.reader.patient.findUniqueOrThrow({ where: { id: appointment.facts.patientId } });
  await showPatients(deps, visitor, what, [patient.id]);
  const where = { facilityId, active: true };
  const practitioners = await deps.reader.practitioner.findMany({ where, orderBy: { name: 'asc' } });
  return { visitor, appointment, patient, practitioners };
}

async function ofFacility(deps: Deps, { facilityId }: Visitor, id: string): Promise<LoadedAppointment> {
  const appointment = await loadAppointment(deps.reader, id);
  if (appointment.facilityId !== facilityId) throw new DomainError('APPOINTMENT_NOT_FOUND', { id });
  return appointment;
}

/** Free time of the fortnight that is long enough for the visit, its own minutes included. */
function timesFor(
  deps: Deps,
  { facts, facilityId }: LoadedAppointment,
  { minutes = minutesOf(facts), ...wish }: { from: string; practitionerIds: string[]; minutes?: number },
  limit = shownTimes,
): Promise<FreeTime[]> {
  const { zone } = facts;
  const range = { from: wish.from, to: addDays(wish.from, 13), minMinutes: minutes, exceptId: facts.id, now: deps.now() };
  return findFreeTime(deps.reader, { facilityId, zone, ...range, practitionerIds: wish.practitionerIds, limit });
}
