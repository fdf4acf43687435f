/** Opens a ticket: first its type, then what that type asks for, and about whom (P-09, R-07). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import type { Answers } from '../../domain/ticket-field.ts';
import type { TicketType } from '../../domain/ticket-type.ts';
import { createTicket } from '../../ledger/new-ticket.ts';
import { plantTicketTypes, ticketTypeOf, ticketTypesOf } from '../../ledger/ticket-type.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Database, Tx } from '../../prisma/client.ts';
import { recordAccess } from '../access-log.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { type Problem, problemOf } from '../problems.ts';
import { OptionalId } from './dates.ts';
import { oncePosted } from './form-once.ts';
import { type About, ChooseType, NewTicketForm } from './new-ticket-views.tsx';
import { renderPage } from './page.tsx';
import { findPatients } from './patient-search.tsx';
import { answersIn } from './ticket.tsx';
import { atDesk, type Known, type Posted } from './ticket-parts.tsx';

const Key = z.string().max(60);
const Origin = z.object({ patient: OptionalId, conversation: OptionalId });
const Query = Origin.extend({ type: Key.optional(), q: z.string().trim().max(100).optional() });
const Form = Origin.extend({
  form: z.uuid(),
  type: Key,
  subject: z.string().trim().min(1).max(200),
  emergency: z.string().optional(),
});

export function registerNewTicket(app: FastifyInstance, deps: Deps): void {
  app.get('/tickets/new', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await atDesk(deps, request);
    const { type: key, q, ...origin } = Query.parse(request.query);
    const about = await aboutOf(deps, visitor, origin);
    if (key) return ask(deps, visitor, reply, { key, about, q });
    const types = (await ticketTypesOf(deps.reader, visitor.facilityId)).filter(({ active }) => active);
    return renderPage(reply, <ChooseType types={types} about={about} />);
  });

  app.post('/tickets/starting-set', { schema: { hide: true } }, async (request, reply) => {
    const { facilityId } = await atDesk(deps, request);
    await inTransaction(deps.db, (tx) => plantTicketTypes(tx, facilityId));
    return reply.redirect('/tickets/new', 303);
  });

  app.post('/tickets/new', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await atDesk(deps, request);
    const posted = request.body as Posted;
    const { type: key, patient, conversation } = Form.parse(posted);
    const about = await aboutOf(deps, visitor, { patient, conversation });
    try {
      return reply.redirect(`/tickets/${await open(deps, visitor, request, about)}`, 303);
    } catch (error) {
      const refused = problemOf(error); // the words stay in the form: nothing that was written is lost
      if (refused.status >= 500 || refused.status === 401) throw error;
      return ask(deps, visitor, reply, { key, about, refused, posted });
    }
  });
}

/** Where the ticket is to be seen. Filed under one type and opened under another, its page says so (P-10). */
function open(deps: Deps, visitor: Visitor, request: FastifyRequest, about: About): Promise<string> {
  const { facilityId, zone } = visitor;
  const posted = request.body as Posted;
  const { type: key, subject, emergency } = Form.parse(posted);
  return oncePosted(deps, visitor, posted, async (tx) => {
    const type = await ticketTypeOf(tx, facilityId, key);
    const fields = answersIn(posted, type.fields, zone);
    mustBeKnown(fields as Answers, await numbersFor(tx, type, about));
    const wanted = {
      facilityId,
      type: key,
      subject,
      fields,
      patientId: about.patient?.id,
      practitionerId: about.practitionerId,
      ...(about.conversationId && { about: { kind: 'conversation' as const, id: about.conversationId } }),
      ...(emergency && { priority: true, medicalEmergency: true }),
    };
    const { facts, retypedFrom } = await createTicket(tx, wanted, actorOfVisitor(visitor), deps.now());
    return retypedFrom ? `${facts.id}?filed=${retypedFrom.key}` : facts.id;
  });
}

type Asked = { key: string; about: About; q?: string | undefined; refused?: Problem; posted?: Posted };

async function ask(deps: Deps, visitor: Visitor, reply: FastifyReply, { key, about, q, refused, posted }: Asked) {
  const type = await ticketTypeOf(deps.reader, visitor.facilityId, key);
  const found = q ? await findPatients(deps, visitor, q) : [];
  const seen = [...found.map(({ id }) => id), ...(about.patient ? [about.patient.id] : [])];
  const { facilityId } = visitor;
  await recordAccess(deps, { facilityId, by: actorOfVisitor(visitor), what: 'new ticket', at: deps.now() }, seen);
  const known = await numbersFor(deps.reader, type, about);
  return renderPage(reply, <NewTicketForm {...{ type, about, q, found, known, refused, posted }} />, refused?.status ?? 200);
}

/** the numbers that closing will look for, by the field that asks for one. */
async function numbersFor(tx: Tx | Database, { rule }: TicketType, { patient }: About): Promise<Known> {
  if (!patient) return {};
  const of = { where: { patientId: patient.id }, orderBy: { id: 'desc' as const }, take: 100 };
  if (rule === 'lab-cancellation')
    return { order: (await tx.labOrder.findMany(of)).map(({ number, what }) => ({ value: number, name: what })) };
  if (rule === 'programme-cancellation')
    return { subscription: (await tx.subscription.findMany(of)).map(({ number, programme }) => ({ value: number, name: programme })) };
  return {};
}

/** A mistyped number could never close. What the customer's own system sends may come before the order does: this is for people. */
function mustBeKnown({ order, subscription }: Answers, known: Known): void {
  if (known.order && !known.order.some(({ value }) => value === order)) throw new DomainError('LAB_ORDER_UNKNOWN', { order });
  if (known.subscription && subscription && !known.subscription.some(({ value, name }) => value === subscription || name === subscription))
    throw new DomainError('SUBSCRIPTION_UNKNOWN', { subscription });
}

/** The patient whom it is about, and the conversation it comes from. Throws NOT_FOUND for those of elsewhere. */
async function aboutOf({ reader }: Deps, { facilityId }: Visitor, { patient, conversation }: z.infer<typeof Origin>): Promise<About> {
  const talk = conversation ? await reader.conversation.findFirst({ where: { id: conversation, facilityId } }) : null;
  if (conversation && !talk) throw new DomainError('NOT_FOUND', { conversation });
  const id = patient ?? talk?.patientId;
  const found = id ? await reader.patient.findFirst({ where: { id, facilityId } }) : null;
  if (id && !found) throw new DomainError('NOT_FOUND', { patient: id });
  return { patient: found, conversationId: talk?.id, practitionerId: talk?.practitionerId };
}
