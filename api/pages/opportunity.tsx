/** One opportunity: all that is known, what comes next, notes of conversations, contact, and booking its visit (D-08 to D-12). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { addDays, zoneDate } from '../../domain/civil.ts';
import { PlannedVisit } from '../../domain/course-of-treatment.ts';
import { DomainError } from '../../domain/errors.ts';
import { defaultSnooze } from '../../domain/opportunity-decision.ts';
import { Channel } from '../../domain/patient-message.ts';
import { needRight } from '../../domain/right.ts';
import { bookAppointment } from '../../ledger/appointment.ts';
import { policyOf } from '../../ledger/facility.ts';
import { findFreeTime } from '../../ledger/free-time.ts';
import { readOpportunity } from '../../ledger/opportunity-list.ts';
import { callKinds, noteCall, writeNote, writeToPatient } from '../../ledger/opportunity-note.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { recordAccess } from '../access-log.ts';
import { actorOfVisitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { assignable, contactingVisitor } from './care-manager.tsx';
import { intervalOn, OptionalId, OptionalPageDate, PageTime } from './dates.ts';
import { OpportunityPage } from './opportunity-views.tsx';
import { orAgain } from './or-again.tsx';
import { renderPage } from './page.tsx';

const Text = z.string().trim().min(1).max(2000);
const Note = z.object({ text: Text });
const Call = z.object({ outcome: z.enum(callKinds), text: z.string().trim().max(2000).optional() });
const Message = z.object({
  form: z.string().min(8).max(80),
  template: z.uuid(),
  plannedVisit: z.union([z.literal('').transform(() => undefined), z.string().max(60)]).optional(),
});
/** D-12: whose free time is looked at, from which day, and the time that was picked of it. */
const Look = z.object({
  practitioner: OptionalId.catch(undefined),
  from: OptionalPageDate.catch(undefined),
  at: z.iso.datetime().optional().catch(undefined),
});
const shownTimes = 8;
const bookNaming = {
  form: 'book',
  codes: { SLOT_TAKEN: 'from', OUTSIDE_WORKING_HOURS: 'from', TIME_PAST: 'from', END_NOT_AFTER_START: 'to' },
};
const Booking = PageTime.extend({
  practitioner: z.uuid(),
  comment: z.string().trim().max(2000).optional(),
});

export function registerOpportunityPage(app: FastifyInstance, deps: Deps): void {
  app.get('/care-manager/:id', { schema: { hide: true } }, async (request, reply) =>
    renderPage(reply, await opportunityPage(deps, request, request.query)),
  );

  app.post('/care-manager/:id/:what', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, row } = await reach(deps, request);
    const { what } = request.params as { what: string };
    const [by, at] = [actorOfVisitor(visitor), deps.now()];
    if (what === 'notes') {
      const { text } = Note.parse(request.body);
      await writeNote(deps.db, { opportunityId: row.id, text, by, at });
    } else if (what === 'calls') {
      const { outcome, text = '' } = Call.parse(request.body);
      await inTransaction(deps.db, (tx) => noteCall(tx, row, { outcome, text, by, at }));
    } else if (what === 'messages') {
      const { form, template: templateId, plannedVisit } = Message.parse(request.body);
      const decisionId = `page/${visitor.personId}/${form}`;
      await inTransaction(deps.db, async (tx) => {
        const template = await tx.messageTemplate.findFirst({ where: { id: templateId, facilityId: row.facilityId, active: true } });
        if (!template) throw new DomainError('NOT_FOUND', { templateId });
        await writeToPatient(tx, row, { decisionId, channel: Channel.parse(template.channel), templateId, plannedVisit, by, at });
      });
    } else if (what === 'book') {
      needRight(visitor, 'manage appointments');
      const book = async () => {
        const { practitioner: practitionerId, comment, ...when } = Booking.parse(request.body);
        const { facilityId, patientId } = row;
        const wish = { facilityId, patientId, practitionerId, ...intervalOn(when, visitor.zone), comment };
        await inTransaction(deps.db, (tx) => bookAppointment(tx, wish, by, at));
        return reply.redirect(`/care-manager/${row.id}`, 303);
      };
      return orAgain(reply, bookNaming, book, () => opportunityPage(deps, request, request.body));
    } else throw new DomainError('NOT_FOUND', { what });
    return reply.redirect(`/care-manager/${row.id}`, 303);
  });
}

async function opportunityPage(deps: Deps, request: FastifyRequest, asked: unknown) {
  const { visitor, row } = await reach(deps, request);
  const { facilityId, zone } = visitor;
  const now = deps.now();
  await recordAccess(deps, { facilityId, by: actorOfVisitor(visitor), what: 'opportunity', at: now }, [row.patientId]);
  const [policy, people, practitioners, notes, course, templates] = await Promise.all([
    policyOf(deps.reader, facilityId),
    assignable(deps, facilityId),
    deps.reader.practitioner.findMany({
      where: { facilityId, active: true },
      orderBy: { name: 'asc' },
      select: { id: true, name: true },
    }),
    deps.reader.opportunityNote.findMany({ where: { opportunityId: row.id }, orderBy: [{ at: 'desc' }, { id: 'desc' }], take: 100 }),
    deps.reader.courseOfTreatment.findUniqueOrThrow({ where: { id: row.courseId } }),
    deps.reader.messageTemplate.findMany({ where: { facilityId, active: true }, orderBy: [{ channel: 'asc' }, { name: 'asc' }] }),
  ]);
  const plannedVisits = z.array(PlannedVisit).parse(course.plannedVisits);
  const choices = { people, practitioners, plannedVisits, templates, snoozeUntil: defaultSnooze(policy, now, zone) };
  const look = Look.parse(asked);
  const wish = { practitionerId: look.practitioner ?? row.practitionerId, minutes: plannedVisits[0]?.durationMinutes ?? 30 };
  const from = look.from ?? zoneDate(now, zone);
  const range = { facilityId, zone, from, to: addDays(from, 30), now, minMinutes: wish.minutes };
  const free = await findFreeTime(deps.reader, { ...range, practitionerIds: [wish.practitionerId], limit: shownTimes });
  const book = { ...wish, from, free, at: look.at };
  return <OpportunityPage row={row} notes={notes} {...choices} book={book} currency={policy.opportunity.currency} zone={zone} />;
}

async function reach(deps: Deps, request: FastifyRequest) {
  const visitor = await contactingVisitor(deps, request);
  const id = z.uuid().safeParse((request.params as { id: string }).id).data;
  const row = id && (await readOpportunity(deps.reader, id));
  if (!row || row.facilityId !== visitor.facilityId) throw new DomainError('OPPORTUNITY_NOT_FOUND', { id });
  return { visitor, row };
}
