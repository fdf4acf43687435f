/** One ticket: what it says, where its clock stands, and what can be done with it; closing asks for exactly what its type demands. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { atLocal } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import type { TicketChoice } from '../../domain/ticket-decision.ts';
import { ticketDigest, worksOn } from '../../domain/ticket-decision.ts';
import type { TicketField } from '../../domain/ticket-field.ts';
import { oversees } from '../../domain/ticket-type.ts';
import { personAtDesk } from '../../ledger/team.ts';
import { type LoadedTicket, loadTicket } from '../../ledger/ticket.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import { decide } from '../decide.ts';
import type { Deps } from '../deps.ts';
import { problemOf } from '../problems.ts';
import { RecordedPage } from './link-open.tsx';
import { renderPage } from './page.tsx';
import { atDesk, type Posted, patientNames } from './ticket-parts.tsx';
import { type Again, TicketPage } from './ticket-views.tsx';

const Params = z.object({ id: z.uuid() });
const Query = z.object({ filed: z.string().max(60).optional().catch(undefined) });
const Form = z.object({
  form: z.string().min(8).max(80),
  seen: z.string().max(500).optional(),
  reason: z.string().trim().max(2000).optional(),
  personId: z.union([z.uuid(), z.literal('')]).optional(),
  teamId: z.string().max(200).optional(),
  until: z.string().max(40).optional(),
});

export function registerTicketPage(app: FastifyInstance, deps: Deps): void {
  app.get('/tickets/:id', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, ticket } = await reach(deps, request);
    const { filed } = Query.parse(request.query);
    return show(deps, visitor, ticket, reply, { filed });
  });

  app.post('/tickets/:id/:action', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, ticket } = await reach(deps, request);
    try {
      const { form, seen, reason } = Form.parse(request.body);
      const choice = choiceIn(request, ticket, visitor.zone);
      const id = `page/${visitor.personId}/${form}`;
      const envelope = { id, actor: actorOfVisitor(visitor), decidedAt: deps.now(), reason: reason || undefined, seen };
      const answer = await decide(deps, 'ticket', ticket.facts.id, { ...choice, ...envelope });
      if (!('receipt' in answer)) return renderPage(reply, <RecordedPage />, 202);
      return reply.redirect(answer.receipt.state === 'closed' ? `/my-work?closed=${ticket.facts.id}` : `/tickets/${ticket.facts.id}`, 303);
    } catch (error) {
      const problem = problemOf(error); // what was typed stays: in its form, or by itself where the form is gone
      if (problem.status >= 500 || problem.status === 404) throw error;
      const { action } = request.params as { action: string };
      const again = { problem, action, posted: (request.body ?? {}) as Posted };
      return show(deps, visitor, await loadTicket(deps.reader, ticket.facts.id), reply, { again });
    }
  });
}

type Extra = { again?: Again; filed?: string | undefined };

/** `again`: the refusal to what was pressed a moment ago; the page shows what is so now. `filed`: the key of the type it was filed under. */
async function show(deps: Deps, visitor: Visitor, ticket: LoadedTicket, reply: FastifyReply, { again, filed }: Extra = {}) {
  const { facts, facilityId } = ticket;
  const [me, row, teams, type] = await Promise.all([
    personAtDesk(deps.reader, facilityId, visitor.personId),
    deps.reader.ticket.findUniqueOrThrow({
      where: { id: facts.id },
      include: { notes: { orderBy: { at: 'asc' } }, pauses: { orderBy: { startsAt: 'asc' } } },
    }),
    deps.reader.team.findMany({ where: { facilityId }, orderBy: { name: 'asc' }, select: { id: true, name: true } }),
    filed && filed !== facts.type.key
      ? deps.reader.ticketType.findFirst({ where: { facilityId, key: filed }, select: { name: true } })
      : null,
  ]);
  const patients = await patientNames(deps, visitor, [ticket], 'ticket');
  const patient = ticket.patientId ? patients.get(ticket.patientId) : undefined;
  const { takeoverTeamId } = facts.type;
  const may = {
    work: worksOn(facts, actorOfVisitor(visitor), me),
    takeOver: takeoverTeamId !== null && (oversees(visitor) || me?.teamIds.includes(takeoverTeamId) === true),
  };
  const shown = { ticket, may, row, teams, patient, visitor, again, filed: type?.name, now: deps.now(), seen: ticketDigest(facts) };
  const page = <TicketPage {...shown} />;
  return renderPage(reply, page, again?.problem.status ?? 200);
}

/** Which decision the form was for. Throws NOT_FOUND for one there is none of. */
function choiceIn(request: FastifyRequest, { facts }: LoadedTicket, zone: string): TicketChoice {
  const { action } = request.params as { action: string };
  const { personId, teamId, until } = Form.parse(request.body);
  switch (action) {
    case 'take':
    case 'resume':
    case 'note':
      return { action };
    case 'mark-unable':
      return { action: 'mark unable' };
    case 'take-over':
      return { action: 'take over' };
    case 'assign':
      return { action, personId: personId || null };
    case 'route':
      return { action, teamId: teamId ?? '' };
    case 'pause':
      return { action, ...(until && { until: localInstant(until, zone) }) };
    case 'close':
      return { action, outcome: answersIn(request.body as Posted, facts.type.closing, zone) };
    default:
      throw new DomainError('NOT_FOUND', {});
  }
}

/** What stands in the fields `field.<name>` of a form. */
export function answersIn(body: Posted, fields: readonly TicketField[], zone: string): Record<string, string> {
  return Object.fromEntries(
    fields.flatMap(({ name, kind }) => {
      const value = body[`field.${name}`]?.trim();
      if (!value) return [];
      return [[name, kind === 'instant' ? localInstant(value, zone) : value]];
    }),
  );
}

/** `2027-01-04T12:00`, by the facility's wall clock. */
function localInstant(value: string, zone: string): string {
  const [date, time] = value.split('T');
  try {
    return atLocal(date ?? '', (time ?? '').slice(0, 5), zone);
  } catch {
    throw new DomainError('INVALID_REQUEST', { value });
  }
}

/** Staff of the facility see its tickets; for anybody else they are not there. */
async function reach(deps: Deps, request: FastifyRequest) {
  const visitor = await atDesk(deps, request);
  const { id } = Params.parse(request.params);
  const ticket = await loadTicket(deps.reader, id);
  if (ticket.facilityId !== visitor.facilityId) throw new DomainError('TICKET_NOT_FOUND', { id });
  return { visitor, ticket };
}
