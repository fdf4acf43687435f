/** My work: the tickets that somebody has or could take, by urgency and clock (F-10). */
import type { FastifyInstance } from 'fastify';

import { openPause, type TicketFacts } from '../../domain/ticket.ts';
import { ticketClock } from '../../domain/ticket-clock.ts';
import { canWork } from '../../domain/ticket-type.ts';
import { personAtDesk } from '../../ledger/team.ts';
import { type LoadedTicket, loadTickets } from '../../ledger/ticket.ts';
import type { Deps } from '../deps.ts';
import { Page, renderPage } from './page.tsx';
import { atDesk, Clock, patientNames } from './ticket-parts.tsx';

const mostTickets = 100;

export function registerMyWork(app: FastifyInstance, deps: Deps): void {
  app.get('/my-work', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await atDesk(deps, request);
    const { facilityId, personId } = visitor;
    const now = deps.now();
    const me = (await personAtDesk(deps.reader, facilityId, personId))!;
    const rows = await deps.reader.ticket.findMany({
      where: { facilityId, state: 'open', OR: [{ assigneeId: personId }, { assigneeId: null, teamId: { in: me.teamIds } }] },
      orderBy: [{ priority: 'desc' }, { nextAt: 'asc' }, { id: 'asc' }],
      take: mostTickets,
      select: { id: true, subject: true },
    });
    const subjects = new Map(rows.map(({ id, subject }) => [id, subject]));
    const tickets = (await loadTickets(deps.reader, [...subjects.keys()], 'none'))
      .filter(({ facts }) => facts.assignee?.id === personId || canWork(facts.type, me))
      .sort((a, b) => byUrgency(a.facts, b.facts, now));
    const patients = await patientNames(deps, visitor, tickets, 'my work');
    const mine = tickets.filter(({ facts }) => facts.assignee?.id === personId);
    const free = tickets.filter(({ facts }) => !facts.assignee);
    const list = (items: LoadedTicket[]) => (
      <ul className="plain">
        {items.map((ticket) => (
          <TicketCard key={ticket.facts.id} ticket={ticket} subject={subjects.get(ticket.facts.id)!} patients={patients} now={now} />
        ))}
      </ul>
    );
    return renderPage(
      reply,
      <Page title="My work" tab="Desk">
        <p>
          <a href="/tickets/new">Open a ticket</a> · <a href="/desk">Back to the desk</a>
        </p>
        <h2>Yours</h2>
        {mine.length === 0 ? <p>Nothing is yours now. Take something below, the most urgent first.</p> : list(mine)}
        <h2>Free to take</h2>
        {me.teamIds.length === 0 && <p>You are of no team yet: your lead or a manager adds you to one.</p>}
        {me.teamIds.length > 0 && free.length === 0 && <p>The queues of your teams are empty.</p>}
        {free.length > 0 && list(free)}
        {rows.length === mostTickets && <p>There is more: it follows when these are done.</p>}
      </Page>,
    );
  });
}

function TicketCard({
  ticket: { facts, patientId },
  subject,
  patients,
  now,
}: {
  ticket: LoadedTicket;
  subject: string;
  patients: Map<string, string>;
  now: string;
}) {
  return (
    <li className="card">
      <strong>
        <a href={`/tickets/${facts.id}`}>{subject}</a>
      </strong>
      {facts.priority && <strong className="overdue"> Medical emergency</strong>}
      <br />
      {facts.type.name}
      {patientId && `, ${patients.get(patientId)}`} <span className="muted">in the queue of {facts.team.name}</span>
      <Clock facts={facts} now={now} />
      {!facts.assignee && (
        <form method="post" action={`/tickets/${facts.id}/take`}>
          <input type="hidden" name="form" value={crypto.randomUUID()} />
          <button type="submit" aria-label={`Take it: ${subject}`}>
            Take it
          </button>
        </form>
      )}
    </li>
  );
}

/** Emergencies, then what is due soonest, then what waits for somebody else, then what has no clock. */
function byUrgency(a: TicketFacts, b: TicketFacts, now: string): number {
  const rank = (facts: TicketFacts) =>
    [facts.priority ? '0' : '1', openPause(facts) ? '1' : '0', ticketClock(facts, now).dueAt ?? '9999', facts.openedAt].join(' ');
  return rank(a) < rank(b) ? -1 : 1;
}
