/** The windows that create a task or a waitlist entry: the same patient search as booking, then what is wanted (I-09, I-23, I-26). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { needRight } from '../../domain/right.ts';
import type { TaskKind } from '../../domain/task.ts';
import { policyOf } from '../../ledger/facility.ts';
import { createPatient } from '../../ledger/patient.ts';
import { createTask } from '../../ledger/task.ts';
import { createWaitlistEntry } from '../../ledger/waitlist-entry.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { OptionalId, OptionalPageDate } from './dates.ts';
import { deskOf, oncePosted, showPatients } from './front-desk.ts';
import { NewItemPage } from './new-item-views.tsx';
import { renderPage } from './page.tsx';
import { findPatients } from './patient-search.tsx';
import { rememberedBy } from './remembered.tsx';

const Show = z.object({ patientId: OptionalId, practitionerId: OptionalId, q: z.string().max(100).optional() });
const line = z
  .string()
  .trim()
  .max(200)
  .transform((text) => text || undefined)
  .optional();
const Form = z.object({
  form: z.string().min(8).max(80),
  patientId: OptionalId,
  givenName: line,
  familyName: line,
  phone: line,
  practitionerId: OptionalId,
  profession: line,
  durationMinutes: z.coerce.number().int().min(1).max(1440).optional(),
  comment: z.string().trim().max(2000).default(''),
  /** I-39, I-40: the cancelled visit that it follows from, or that it is another problem. */
  follows: z.union([z.uuid(), z.literal('another problem')]).optional(),
  typeId: OptionalId,
  actualFrom: OptionalPageDate,
  wantsEarlier: z.string().optional(),
  validUntil: OptionalPageDate,
  dates: line,
  closeTaskId: OptionalId,
  copy: z.string().optional(),
});
type Form = z.infer<typeof Form>;

export type NewItem = 'task' | 'waitlist';
const addresses: Record<NewItem, string> = { task: '/new/task', waitlist: '/new/waitlist-entry' };

export function registerNewItem(app: FastifyInstance, deps: Deps): void {
  for (const kind of ['task', 'waitlist'] as const) {
    app.get(addresses[kind], { schema: { hide: true } }, async (request, reply) => renderPage(reply, await windowOf(deps, request, kind)));

    app.post(addresses[kind], { schema: { hide: true } }, async (request, reply) => {
      const visitor = await deskOf(deps, request);
      needRight(visitor, 'manage appointments');
      const patientId = await create(deps, visitor, kind, Form.parse(request.body));
      return reply.redirect(`/patients/${patientId}`, 303);
    });
  }
}

async function windowOf(deps: Deps, request: FastifyRequest, kind: NewItem) {
  const visitor = await deskOf(deps, request);
  needRight(visitor, 'manage appointments');
  const { patientId, practitionerId, q } = Show.parse(request.query);
  const { facilityId, zone } = visitor;
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
  const where = { facilityId, active: true };
  const [practitioners, types, policy] = await Promise.all([
    reader.practitioner.findMany({ where, orderBy: { name: 'asc' } }),
    reader.taskType.findMany({ where: { ...where, kind: { not: 'cancelled' } }, orderBy: { priority: 'asc' } }),
    policyOf(reader, facilityId),
  ]);
  const history = patient ? await historyOf(deps, patient.id, policy.cancel.linkWithinDays) : { cancelled: [], tasks: [], ahead: false };
  const about = { kind, patient, found, q, remembered, practitioners, practitionerId, policy, zone, ...history };
  return (
    <NewItemPage
      {...about}
      types={types.map(({ id, name, kind }) => ({ id, name, kind: kind as TaskKind }))}
      today={zoneDate(deps.now(), zone)}
      address={addresses[kind]}
    />
  );
}

/** What a new item may hang on: cancelled visits nothing followed from (I-39), tasks to book (I-12), a visit to come earlier than (I-01). */
async function historyOf({ reader, now }: Deps, patientId: string, linkWithinDays: number) {
  const since = new Date(Date.parse(now()) - linkWithinDays * 86_400_000);
  const [visits, tasks, entries, ahead] = await Promise.all([
    reader.appointment.findMany({
      where: { patientId, status: 'cancelled', cancelledAt: { gte: since } },
      orderBy: { cancelledAt: 'desc' },
      include: { practitioner: true },
    }),
    reader.task.findMany({ where: { patientId }, orderBy: { createdAt: 'asc' }, include: { type: true } }),
    reader.waitlistEntry.findMany({ where: { patientId, appointmentId: { not: null } }, select: { appointmentId: true } }),
    reader.appointment.count({ where: { patientId, status: 'booked', startsAt: { gt: new Date(now()) } } }),
  ]);
  const followed = new Set([...tasks, ...entries].map(({ appointmentId }) => appointmentId));
  return {
    cancelled: visits.filter(({ id }) => !followed.has(id)),
    tasks: tasks.filter(({ state, type }) => state !== 'closed' && type.kind !== 'custom'),
    ahead: ahead > 0,
  };
}
export type ItemHistory = Awaited<ReturnType<typeof historyOf>>;

/** A new card if there is one, and the item: both or neither. Returns the patient's id. */
function create(deps: Deps, visitor: Visitor, kind: NewItem, form: Form): Promise<string> {
  const { facilityId } = visitor;
  const actor = actorOfVisitor(visitor);
  return oncePosted(deps, visitor, { kind, ...form }, async (tx) => {
    const now = deps.now();
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
    if (kind === 'task') await createTask(tx, { ...wish, typeId: form.typeId, actualFrom: form.actualFrom }, actor, now);
    else {
      const validity = form.dates ? { dates: form.dates.split(/[\s,;]+/) } : { validUntil: form.validUntil };
      const type = form.wantsEarlier ? { type: 'wants earlier' as const } : {};
      await createWaitlistEntry(tx, { ...wish, ...validity, ...type, closeTaskId }, actor, now);
    }
    return patientId;
  });
}
