/** The windows that create a task or a waitlist entry: the same patient search as booking, then what is wanted (I-09, I-23, I-26). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import type { TaskKind } from '../../domain/task.ts';
import { policyOf } from '../../ledger/facility.ts';
import { createPatient } from '../../ledger/patient.ts';
import { createTask } from '../../ledger/task.ts';
import { linkableVisits } from '../../ledger/visit-wish.ts';
import { createWaitlistEntry } from '../../ledger/waitlist-entry.ts';
import { actorOfVisitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { OptionalId, OptionalPageDate } from './dates.ts';
import { oncePosted } from './form-once.ts';
import { showPatients } from './front-desk.ts';
import { NewItemPage } from './new-item-views.tsx';
import { orAgain } from './or-again.tsx';
import { renderPage } from './page.tsx';
import { findPatients } from './patient-search.tsx';
import { rememberedBy } from './remembered.tsx';
import { cardsToAskAbout, SamePersonPage } from './same-person.tsx';
import { validityForm, validityOf } from './validity-fields.tsx';
import { type DeskVisitor, optional, wishForm, wishLists, wishNaming, workerOf } from './visit-wish-fields.tsx';

const line = optional(z.string().trim().max(200));
/** What a link to a window may carry along, so that nothing is typed twice (I-26 to I-29). */
const Show = z.object({
  patientId: OptionalId,
  practitionerId: OptionalId,
  profession: optional(z.string().max(100)),
  durationMinutes: optional(z.coerce.number().int().min(1).max(1440)),
  comment: optional(z.string().max(2000)),
  q: z.string().max(100).optional(),
});
const Form = z.object({
  ...wishForm,
  form: z.string().min(8).max(80),
  patientId: OptionalId,
  givenName: line,
  familyName: line,
  phone: line,
  /** I-39, I-40: the cancelled visit that it follows from, or that it is another problem. */
  follows: z.union([z.uuid(), z.literal('another problem')]).optional(),
  typeId: OptionalId,
  actualFrom: OptionalPageDate,
  inDays: optional(z.coerce.number().int().min(0).max(3650)),
  slotsChecked: z.literal('on').optional(),
  wantsEarlier: z.string().optional(),
  ...validityForm,
  closeTaskId: OptionalId,
  copy: z.string().optional(),
  another: z.string().optional(),
});
type Form = z.infer<typeof Form>;
const Whose = z.object({ patientId: OptionalId.catch(undefined) });

export type NewItem = 'task' | 'waitlist';
const pathOf: Record<NewItem, '/tasks' | '/waitlist'> = { task: '/tasks', waitlist: '/waitlist' };

export function registerNewItem(app: FastifyInstance, deps: Deps): void {
  for (const kind of ['task', 'waitlist'] as const) {
    const address = `${pathOf[kind]}/new`;
    app.get(address, { schema: { hide: true } }, async (request, reply) => renderPage(reply, await windowOf(deps, request, kind, address)));

    app.post(address, { schema: { hide: true } }, async (request, reply) => {
      const visitor = await workerOf(deps, request);
      const save = async () => {
        const form = Form.parse(request.body);
        const found = await cardsToAskAbout(deps, visitor, form);
        if (found.length > 0) return renderPage(reply, <SamePersonPage action={address} body={request.body} found={found} />, 409);
        const id = await create(deps, visitor, kind, form);
        return reply.redirect(`${pathOf[kind]}/${id}`, 303);
      };
      const { patientId } = Whose.parse(request.body);
      return orAgain(reply, wishNaming, save, () => windowOf(deps, request, kind, address, { patientId }));
    });
  }
}

async function windowOf(deps: Deps, request: FastifyRequest, kind: NewItem, address: string, asked: unknown = request.query) {
  const visitor = await workerOf(deps, request);
  const { patientId, q, ...wish } = Show.parse(asked);
  const { facilityId, zone, today, now } = visitor;
  const { reader } = deps;
  const remembered = await rememberedBy(deps, visitor);
  const chosenId = patientId ?? remembered?.patient.id;
  const patient = chosenId ? await reader.patient.findFirst({ where: { id: chosenId, facilityId } }) : null;
  const found = q ? await findPatients(deps, visitor, q) : [];
  await showPatients(
    deps,
    visitor,
    `new ${kind}`,
    [...found, ...(patient ? [patient] : [])].map(({ id }) => id),
  );
  const [lists, types, policy] = await Promise.all([
    wishLists(deps, facilityId, wish.profession),
    reader.taskType.findMany({ where: { facilityId, active: true, kind: { not: 'cancelled' } }, orderBy: { priority: 'asc' } }),
    policyOf(reader, facilityId),
  ]);
  const history = patient ? await historyOf(deps, { facilityId, patientId: patient.id, zone }, now) : noHistory;
  const about = { kind, address, patient, found, q, remembered, lists, wish, policy, zone, today, ...history };
  return <NewItemPage {...about} types={types.map(({ id, name, kind }) => ({ id, name, kind: kind as TaskKind }))} />;
}

/** What a new item may hang on: cancelled visits nothing followed from (I-39), tasks to book (I-12), a visit to come earlier than (I-01). */
async function historyOf({ reader }: Deps, about: { facilityId: string; patientId: string; zone: string }, now: string) {
  const { patientId } = about;
  const [cancelled, tasks, ahead] = await Promise.all([
    linkableVisits(reader, about, now),
    reader.task.findMany({
      where: { patientId, state: { not: 'closed' }, type: { kind: { not: 'custom' } } },
      orderBy: { createdAt: 'asc' },
      include: { type: true },
      take: 50,
    }),
    reader.appointment.count({ where: { patientId, status: 'booked', startsAt: { gt: new Date(now) } } }),
  ]);
  return { cancelled, tasks, ahead: ahead > 0 };
}
export type ItemHistory = Awaited<ReturnType<typeof historyOf>>;
const noHistory: ItemHistory = { cancelled: [], tasks: [], ahead: false };

/** A new card if there is one, and the item: both or neither. Returns the item's id. */
function create(deps: Deps, visitor: DeskVisitor, kind: NewItem, form: Form): Promise<string> {
  const { facilityId, now } = visitor;
  const actor = actorOfVisitor(visitor);
  return oncePosted(deps, visitor, { kind, ...form }, async (tx) => {
    const { givenName, familyName, phone, closeTaskId, follows } = form;
    if (!form.patientId && !(givenName && familyName)) throw new DomainError('CHOICE_MISSING', { field: 'patient' });
    const card = { givenName: givenName!, familyName: familyName!, phone };
    // I-10, I-11: who waits must be reachable at once; a task may do without
    const patientId = form.patientId ?? (await createPatient(tx, facilityId, card, { actor, at: now, purpose: kind })).id;
    const task = closeTaskId && (await tx.task.findFirst({ where: { id: closeTaskId, facilityId }, select: { comment: true } }));
    const comment = [form.copy && task ? task.comment : '', form.comment].filter(Boolean).join('\n'); // I-18
    const chain = follows === 'another problem' ? { anotherProblem: true } : { appointmentId: follows };
    const visit = {
      practitionerId: form.practitionerId ?? null,
      profession: form.profession ?? null,
      durationMinutes: form.durationMinutes ?? null,
    };
    const wish = { facilityId, patientId, comment, ...visit, ...chain };
    if (kind === 'task') {
      const day = form.inDays === undefined ? { actualFrom: form.actualFrom } : { inDays: form.inDays }; // the date is never empty
      return (await createTask(tx, { ...wish, ...day, typeId: form.typeId }, actor, now)).facts.id;
    }
    const type = form.wantsEarlier ? { type: 'wants earlier' as const } : {};
    const offered = { origin: 'card' as const, slotsChecked: form.slotsChecked === 'on' };
    return (await createWaitlistEntry(tx, { ...wish, ...validityOf(form), ...type, ...offered, closeTaskId }, actor, now)).facts.id;
  });
}
