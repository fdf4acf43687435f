/** Booking: a time from the day book, a patient who is found, at hand or new, and the task that the visit settles. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { addMinutes, atLocal } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { LocalTime } from '../../domain/local-time.ts';
import { BirthDate, languages } from '../../domain/patient.ts';
import { needRight } from '../../domain/right.ts';
import { bookFrom } from '../../ledger/booking.ts';
import { createPatient } from '../../ledger/patient.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { BookPage } from './book-views.tsx';
import { OptionalId, PageDate } from './dates.ts';
import { dayBookSaying } from './day-book.tsx';
import { oncePosted } from './form-once.ts';
import { deskOf, showPatients } from './front-desk.ts';
import { orAgain } from './or-again.tsx';
import { renderPage } from './page.tsx';
import { findPatients } from './patient-search.tsx';
import { rememberedBy } from './remembered.tsx';
import { cardsToAskAbout, SamePersonPage } from './same-person.tsx';
import { slotNaming, wishNaming } from './visit-wish-fields.tsx';

const Slot = z.object({
  practitionerId: z.uuid(),
  date: PageDate,
  from: LocalTime,
  minutes: z.coerce.number().int().min(5).max(600).default(30),
});
export type Slot = z.infer<typeof Slot>;
const Show = Slot.extend({ patientId: OptionalId, entryId: OptionalId, taskId: OptionalId, q: z.string().max(100).optional() });
/** The same of a form that was refused: a field that says nothing usable says nothing. */
const Asked = Show.extend({
  date: PageDate.catch('2000-01-01'),
  from: LocalTime.catch('09:00'),
  minutes: z.coerce.number().int().min(5).max(600).catch(30),
});
const optional = z
  .string()
  .trim()
  .max(200)
  .transform((text) => text || undefined)
  .optional();
const Form = Slot.extend({
  form: z.string().min(8).max(80),
  patientId: OptionalId,
  givenName: optional,
  familyName: optional,
  birthDate: z.union([BirthDate, z.literal('').transform(() => undefined)]).optional(),
  phone: optional,
  language: z.enum(languages).optional(),
  comment: z.string().trim().max(2000).optional(),
  closeTaskId: OptionalId,
  closeWaitlistEntryId: OptionalId,
  copy: z.string().optional(),
  another: z.string().optional(),
});
type Form = z.infer<typeof Form>;

export function registerBook(app: FastifyInstance, deps: Deps): void {
  app.get('/book', { schema: { hide: true } }, async (request, reply) => {
    return renderPage(reply, await bookPage(deps, request, Show.parse(request.query)));
  });

  app.post('/book', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await deskOf(deps, request);
    needRight(visitor, 'manage appointments');
    const shown = Asked.safeParse(request.body).data; // without a time there is no page to go back to
    const save = async () => {
      const form = Form.parse(request.body);
      const found = await cardsToAskAbout(deps, visitor, form);
      if (found.length > 0) return renderPage(reply, <SamePersonPage action="/book" body={request.body} found={found} />, 409);
      const visitId = await book(deps, visitor, form);
      return reply.redirect(dayBookSaying('booked', form.date, visitId), 303);
    };
    return shown ? orAgain(reply, bookNaming, save, () => bookPage(deps, request, shown)) : save();
  });
}

const bookNaming = { codes: { ...wishNaming.codes, ...slotNaming.codes } };

/** The time, who it is for, and what of theirs it may settle. Throws NOT_FOUND. */
async function bookPage(deps: Deps, request: FastifyRequest, asked: z.infer<typeof Show>) {
  const visitor = await deskOf(deps, request);
  needRight(visitor, 'manage appointments');
  const { patientId, entryId, taskId, q, ...slot } = asked;
  const { facilityId, zone } = visitor;
  const practitioner = await deps.reader.practitioner.findFirst({ where: { id: slot.practitionerId, facilityId } });
  if (!practitioner) throw new DomainError('NOT_FOUND', { practitionerId: slot.practitionerId });
  const remembered = await rememberedBy(deps, visitor);
  const chosenId = patientId ?? remembered?.patient.id;
  const patient = chosenId ? await deps.reader.patient.findFirst({ where: { id: chosenId, facilityId } }) : null;
  const found = q ? await findPatients(deps, visitor, q) : [];
  const items = patient ? await openItems(deps, patient.id) : { tasks: [], entries: [] };
  await showPatients(
    deps,
    visitor,
    'booking',
    [...found, ...(patient ? [patient] : [])].map(({ id }) => id),
  );
  return <BookPage {...{ slot, zone, practitioner, remembered, patient, found, q, items, entryId, taskId }} />;
}

/** I-12: the open tasks that are about a visit, and the entries that wait for one. */
async function openItems({ reader }: Deps, patientId: string) {
  const [tasks, entries] = await Promise.all([
    reader.task.findMany({
      where: { patientId, state: { not: 'closed' }, type: { kind: { not: 'custom' } } },
      include: { type: true },
      orderBy: { createdAt: 'asc' },
      take: 50,
    }),
    reader.waitlistEntry.findMany({ where: { patientId, state: 'active' }, orderBy: { createdAt: 'asc' }, take: 50 }),
  ]);
  return { tasks, entries };
}
export type OpenItems = Awaited<ReturnType<typeof openItems>>;

/** The visit, a new card if there is one, and the end of the item that asked for it: all or nothing. */
function book(deps: Deps, visitor: Visitor, form: Form): Promise<string> {
  const { facilityId, zone } = visitor;
  const { practitionerId, closeTaskId, closeWaitlistEntryId, comment, copy, date, from, minutes } = form;
  const actor = actorOfVisitor(visitor);
  const startsAt = atLocal(date, from, zone);
  return oncePosted(deps, visitor, form, async (tx) => {
    const now = deps.now();
    const card = { givenName: form.givenName ?? '', familyName: form.familyName ?? '' };
    if (!form.patientId && (!card.givenName || !card.familyName)) throw new DomainError('CHOICE_MISSING', { field: 'patient' });
    const more = { birthDate: form.birthDate, phone: form.phone, language: form.language };
    const patientId = form.patientId ?? (await createPatient(tx, facilityId, { ...card, ...more }, { actor, at: now })).id;
    const item = closeTaskId
      ? await tx.task.findFirst({ where: { id: closeTaskId, facilityId }, select: { comment: true } })
      : closeWaitlistEntryId &&
        (await tx.waitlistEntry.findFirst({ where: { id: closeWaitlistEntryId, facilityId }, select: { comment: true } }));
    const words = [copy && item ? item.comment : '', comment].filter(Boolean).join('\n'); // I-18
    const wish = { facilityId, patientId, practitionerId, startsAt, endsAt: addMinutes(startsAt, minutes), comment: words };
    const { facts } = await bookFrom(tx, wish, { closeTaskId, closeWaitlistEntryId }, actor, now);
    return facts.id;
  });
}
