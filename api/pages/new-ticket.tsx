/** Opens a ticket: first its type, then what that type asks for (P-09, R-07). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { createTicket } from '../../ledger/ticket.ts';
import { plantTicketTypes, ticketTypeOf, ticketTypesOf } from '../../ledger/ticket-type.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { actorOfVisitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Page, renderPage } from './page.tsx';
import { answersIn } from './ticket.tsx';
import { AnswerFields, atDesk } from './ticket-parts.tsx';

const Query = z.object({ type: z.string().max(60).optional() });
const Form = z.object({
  type: z.string().max(60),
  subject: z.string().trim().min(1).max(200),
  emergency: z.string().optional(),
});

export function registerNewTicket(app: FastifyInstance, deps: Deps): void {
  app.get('/tickets/new', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await atDesk(deps, request);
    const { type: key } = Query.parse(request.query);
    const types = (await ticketTypesOf(deps.reader, visitor.facilityId)).filter(({ active }) => active);
    if (!key) {
      const areas = [...new Set(types.map(({ area }) => area))];
      return renderPage(
        reply,
        <Page title="Open a ticket" tab="Desk">
          <p>
            What is it about? <a href="/my-work">Back to My work</a>
          </p>
          {types.length === 0 && (
            <form method="post" action="/tickets/starting-set">
              <p>There are no types of tickets here yet. Begin with the usual ones; they can be changed later.</p>
              <button type="submit">Begin with the usual types</button>
            </form>
          )}
          {areas.map((area) => (
            <section key={area}>
              <h2>{area}</h2>
              <ul>
                {types
                  .filter((one) => one.area === area)
                  .map((one) => (
                    <li key={one.key}>
                      <a href={`/tickets/new?type=${one.key}`}>{one.name}</a>
                    </li>
                  ))}
              </ul>
            </section>
          ))}
        </Page>,
      );
    }
    const type = await ticketTypeOf(deps.reader, visitor.facilityId, key);
    return renderPage(
      reply,
      <Page title={`Open a ticket: ${type.name}`} tab="Desk">
        <p>
          <a href="/tickets/new">Another type</a>
        </p>
        <form method="post" action="/tickets/new" className="card">
          <input type="hidden" name="type" value={type.key} />
          <label>
            What is it about, in a line
            <input name="subject" required maxLength={200} />
          </label>
          <AnswerFields fields={type.fields} idPrefix="new" />
          <label>
            <input type="checkbox" name="emergency" value="yes" /> It is a medical emergency: it goes before all others, and the whole team
            is told
          </label>
          <button type="submit">Open the ticket</button>
        </form>
      </Page>,
    );
  });

  app.post('/tickets/starting-set', { schema: { hide: true } }, async (request, reply) => {
    const { facilityId } = await atDesk(deps, request);
    await inTransaction(deps.db, (tx) => plantTicketTypes(tx, facilityId));
    return reply.redirect('/tickets/new', 303);
  });

  app.post('/tickets/new', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await atDesk(deps, request);
    const { facilityId, zone } = visitor;
    const { type: key, subject, emergency } = Form.parse(request.body);
    const { facts, retypedFrom } = await inTransaction(deps.db, async (tx) => {
      const type = await ticketTypeOf(tx, facilityId, key);
      const fields = answersIn(request.body as Record<string, string>, type.fields, zone);
      const flags = emergency ? { priority: true, medicalEmergency: true } : {};
      return createTicket(tx, { facilityId, type: key, subject, fields, ...flags }, actorOfVisitor(visitor), deps.now());
    });
    if (!retypedFrom) return reply.redirect(`/tickets/${facts.id}`, 303);
    return renderPage(
      reply,
      <Page title="Opened under another type" tab="Desk">
        <p className="notice">
          You filed it as {retypedFrom.name}. By what it says it belongs to {facts.type.name}, so it was opened there, in the queue of{' '}
          {facts.team.name}. (Rule P-10)
        </p>
        <p>
          <a href={`/tickets/${facts.id}`}>See the ticket</a>
        </p>
      </Page>,
    );
  });
}
