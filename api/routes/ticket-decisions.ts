/** What people decide about a ticket: take it, give it, route it, let its clock stand, close it with what its type demands. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';

import type { Actor } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { decideTicket, effectInWords, type TicketChoice, ticketDigest } from '../../domain/ticket-decision.ts';
import { fewEnough, type ItemResult } from '../../ledger/bulk.ts';
import { concernedBy, type LoadedTicket, loadTicket } from '../../ledger/ticket.ts';
import { changeTicket } from '../../ledger/ticket-decision.ts';
import type { Tx } from '../../prisma/client.ts';
import { actorOf, allow, type Principal } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { problems } from '../problems.ts';
import { Ids, Results, resultsOf } from './bulk.ts';
import { Deciding, decisionRoute } from './decision-route.ts';
import { type Api, Instant, Line, reachable } from './plugin.ts';
import { deskRoles, findTicket } from './tickets.ts';

const Outcome = z
  .record(z.string().max(40), z.unknown())
  .default({})
  .describe('What the type demands, by the names of its closing fields.');
const Plain = Deciding.meta({ example: {} });
const WithReason = Deciding.meta({ example: { reason: 'The insurer does not answer.' } });
const Assign = Deciding.extend({ personId: z.uuid().nullable().describe('null: back into the queue.') }).meta({
  example: { personId: null },
});
const Route = Deciding.extend({ teamId: Line.describe('The id or the name of a team.') }).meta({
  example: { teamId: 'Care coordinators' },
});
const Pause = Deciding.extend({ until: Instant.optional().describe('It goes on by itself then.') }).meta({
  example: { reason: 'Waits for the patient.' },
});
const Retype = Deciding.extend({ type: Line.describe('The key of a type.') }).meta({ example: { type: 'support' } });
const Prioritise = Deciding.extend({ medicalEmergency: z.boolean() }).meta({ example: { medicalEmergency: true } });
const Close = Deciding.extend({ outcome: Outcome }).meta({ example: { outcome: { resolution: 'Credited.' } } });

/** Each may close what hangs on it and write to people: they are decided one by one. */
const mostTicketsAtOnce = 200;

const Many = z
  .strictObject({
    ids: Ids(mostTicketsAtOnce),
    choice: z.discriminatedUnion('action', [
      z.strictObject({ action: z.literal('assign'), personId: z.uuid().nullable() }),
      z.strictObject({ action: z.literal('route'), teamId: Line }),
      z.strictObject({ action: z.literal('close'), outcome: Outcome }),
    ]),
    reason: Deciding.shape.reason,
    onBehalfOf: Deciding.shape.onBehalfOf,
  })
  .meta({ example: { ids: ['01890000-0000-7000-8000-000000000001'], choice: { action: 'assign', personId: null } } });

export function ticketDecisionRoutes(app: Api, deps: Deps): void {
  const foresee = async ({ ticket, db }: Found, choice: TicketChoice, actor: Actor, now: string, { reason }: Deciding) => {
    const concerned = await concernedBy(db, ticket, choice, actor, now);
    const effect = decideTicket(ticket.facts, ticket.policy, choice, actor, now, { concerned, reason });
    return { effect: { summary: effect.summary, ...effectInWords(effect) }, seen: ticketDigest(ticket.facts) };
  };
  const find = async (id: string, principal: Principal): Promise<Found> => {
    const ticket = await findTicket(deps, id, principal);
    return { ticket, facilityId: ticket.facilityId, db: deps.reader };
  };
  const decision = <Body extends Deciding>(path: string, summary: string, body: z.ZodType<Body>, choose: (body: Body) => TicketChoice) =>
    decisionRoute<Found, Body, TicketChoice>(app, deps, {
      kind: 'ticket',
      roles: [...deskRoles],
      find,
      foresee,
      path,
      summary,
      body,
      choose,
    });

  decision('/take', 'Take a ticket of your team', Plain, () => ({ action: 'take' }));
  decision('/assign', 'Give a ticket to somebody of its team, or back into the queue', Assign, ({ personId }) => ({
    action: 'assign',
    personId,
  }));
  decision('/route', 'Route a ticket to another team (R-05)', Route, ({ teamId }) => ({ action: 'route', teamId }));
  decision('/pause', 'Let its clock stand, with a reason (F-10)', Pause, ({ until }) => ({ action: 'pause', ...(until && { until }) }));
  decision('/resume', 'Let its clock run again', Plain, () => ({ action: 'resume' }));
  decision('/notes', 'Write something down: the reason is the note', WithReason, () => ({ action: 'note' }));
  decision('/mark-unable', 'Say that the team is unable to do it (R-02)', WithReason, () => ({ action: 'mark unable' }));
  decision('/take-over', 'Take over what its team is unable to do (R-02)', Plain, () => ({ action: 'take over' }));
  decision('/retype', 'Make it a ticket of another type (P-10)', Retype, ({ type }) => ({ action: 'retype', type }));
  decision('/prioritise', 'Put it before all others: a medical emergency (P-08)', Prioritise, ({ medicalEmergency }) => ({
    action: 'prioritise',
    medicalEmergency,
  }));
  decision('/close', 'Close a ticket with what its type demands', Close, ({ outcome }) => ({ action: 'close', outcome }));

  const bulk = {
    tags: ['tickets'],
    summary: 'Assign, route or close many, with a result for each',
    body: Many,
    response: { 200: Results, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/tickets/bulk', { schema: bulk }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal, ...deskRoles);
    const ids = fewEnough(body.ids, mostTicketsAtOnce);
    return once(deps, principal, request, reply, async (tx) => {
      const answers = new Map<string, ItemResult>();
      for (const id of [...ids].sort()) {
        try {
          answers.set(id, { id, receipt: await decideOne(tx, id, principal, body) });
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
          answers.set(id, { id, refused: error });
        }
      }
      return { status: 200, body: resultsOf(ids.map((id) => answers.get(id)!)) };
    });
  });

  async function decideOne(tx: Tx, id: string, principal: Principal, { choice, reason, onBehalfOf }: z.infer<typeof Many>) {
    const ticket = reachable(principal, await loadTicket(tx, id));
    if (!ticket) throw new DomainError('TICKET_NOT_FOUND', { id });
    const actor = await actorOf(tx, principal, ticket.facilityId, onBehalfOf);
    return changeTicket(tx, id, choice, { actor, now: deps.now(), reason, decisionId: randomUUID() });
  }
}

type Found = { ticket: LoadedTicket; facilityId: string; db: Tx };
