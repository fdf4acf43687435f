/** A patient's card. Its Appointments tab is the control panel of all visits, waitlist entries and tasks (I-30, I-42). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { readsAccounts } from '../../domain/account.ts';
import { DomainError } from '../../domain/errors.ts';
import { needRight, readsAccessLog } from '../../domain/right.ts';
import { patientOf } from '../../ledger/patient.ts';
import { contactOutcomes, recordContact } from '../../ledger/phone-contact.ts';
import { decideTaskDirectly } from '../../ledger/task-decision.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { decideEntryDirectly } from '../../ledger/waitlist-decision.ts';
import { actorOfVisitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { looksAt } from './access-log.tsx';
import { trailOf } from './audit-trail.tsx';
import { cardNaming, saveCard } from './card-form.tsx';
import { oncePosted } from './form-once.ts';
import { deskOf, mayManage, showPatients } from './front-desk.ts';
import { orAgain } from './or-again.tsx';
import { renderPage } from './page.tsx';
import { PatientPage } from './patient-views.tsx';
import { rememberedBy } from './remembered.tsx';

const Params = z.object({ id: z.uuid() });
const ItemParams = z.object({ id: z.uuid(), item: z.enum(['tasks', 'waitlist-entries']), itemId: z.uuid() });
const tabs = { appointments: 'patient card, appointments', card: 'patient card', access: 'access log', audit: 'audit trail' };
export type CardTab = keyof typeof tabs;
const Query = z.object({
  tab: z.enum(Object.keys(tabs) as [CardTab, ...CardTab[]]).default('appointments'),
  cursor: z.string().max(1000).optional(),
});
const Talk = z.object({
  form: z.string().min(8).max(80),
  outcome: z.enum(contactOutcomes),
  note: z.string().max(2000),
  go: z.enum(['card', 'book']).default('card'),
});
const Close = z.object({ form: z.string().min(8).max(80), reason: z.string().trim().max(2000).optional() });

export function registerPatientCard(app: FastifyInstance, deps: Deps): void {
  app.get('/patients/:id', { schema: { hide: true } }, async (request, reply) => {
    const { tab, cursor } = Query.parse(request.query);
    return renderPage(reply, await card(deps, request, tab, cursor));
  });

  app.post('/patients/:id', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, patient } = await reach(deps, request);
    const save = async () => {
      await saveCard(deps, visitor, patient, request.body);
      return reply.redirect(`/patients/${patient.id}?tab=card`, 303);
    };
    return orAgain(reply, cardNaming, save, () => card(deps, request, 'card'));
  });

  // I-29: saved, and where they want to come, kept at hand while the desk looks for a time
  app.post('/patients/:id/contacts', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, patient } = await reach(deps, request);
    needRight(visitor, 'manage appointments');
    const { outcome, note, go, form } = Talk.parse(request.body);
    const { facilityId, sessionId } = visitor;
    const said = { facilityId, patientId: patient.id, outcome, note };
    const by = { actor: actorOfVisitor(visitor), at: deps.now() };
    const contactId = await oncePosted(deps, visitor, { form, said }, async (tx) => (await recordContact(tx, said, by)).id);
    if (go !== 'book') return reply.redirect(`/patients/${patient.id}`, 303);
    const kept = { patientId: patient.id, appointmentId: null, contactId, at: deps.now() };
    await deps.db.rememberedPatient.upsert({ where: { sessionId }, create: { sessionId, ...kept }, update: kept });
    return reply.redirect('/day-book', 303);
  });

  // I-42
  app.post('/patients/:id/:item/:itemId/close', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, patient } = await reach(deps, request);
    needRight(visitor, 'manage appointments');
    const { item, itemId } = ItemParams.parse(request.params);
    const { form, reason } = Close.parse(request.body);
    const envelope = { id: `page/${visitor.personId}/${form}`, actor: actorOfVisitor(visitor), decidedAt: deps.now(), reason };
    const decision = { action: 'close' as const, ...envelope };
    const answer = await inTransaction(deps.db, async (tx) => {
      const where = { id: itemId, patientId: patient.id };
      const found = item === 'tasks' ? await tx.task.findFirst({ where }) : await tx.waitlistEntry.findFirst({ where });
      if (!found) throw new DomainError('NOT_FOUND', { id: itemId });
      return item === 'tasks' ? decideTaskDirectly(tx, itemId, decision) : decideEntryDirectly(tx, itemId, decision);
    });
    if ('refused' in answer) throw answer.refused;
    return reply.redirect(`/patients/${patient.id}`, 303);
  });
}

async function card(deps: Deps, request: FastifyRequest, tab: CardTab, cursor?: string) {
  const { visitor, patient } = await reach(deps, request);
  const looks = tab === 'access' ? await looksAt(deps, visitor, patient.id, cursor) : undefined;
  const trail = tab === 'audit' ? await trailOf(deps, visitor, patient.id, cursor) : undefined;
  await showPatients(deps, visitor, tabs[tab], [patient.id]);
  const [items, remembered] = await Promise.all([itemsOf(deps, patient.id), rememberedBy(deps, visitor)]);
  const about = {
    patient,
    tab,
    zone: visitor.zone,
    now: deps.now(),
    manages: mayManage(visitor),
    account: readsAccounts(visitor),
    answers: readsAccessLog(visitor.role),
    looks,
    trail,
    remembered,
  };
  return <PatientPage {...about} {...items} />;
}

/** The patient of the visitor's facility. Throws PATIENT_NOT_FOUND. */
async function reach(deps: Deps, request: FastifyRequest) {
  const visitor = await deskOf(deps, request);
  return { visitor, patient: await patientOf(deps.reader, visitor.facilityId, Params.parse(request.params).id) };
}

/** What the panel shows, the latest first. */
async function itemsOf({ reader }: Deps, patientId: string) {
  const where = { patientId };
  const [visits, tasks, entries, contacts] = await Promise.all([
    reader.appointment.findMany({ where, orderBy: [{ startsAt: 'desc' }], include: { practitioner: true }, take: 200 }),
    reader.task.findMany({ where, orderBy: [{ createdAt: 'desc' }], include: { type: true, practitioner: true }, take: 200 }),
    reader.waitlistEntry.findMany({ where, orderBy: [{ createdAt: 'desc' }], include: { practitioner: true }, take: 200 }),
    reader.phoneContact.findMany({ where, orderBy: [{ at: 'desc' }], take: 20 }),
  ]);
  return { visits, tasks, entries, contacts };
}
export type PatientItems = Awaited<ReturnType<typeof itemsOf>>;
