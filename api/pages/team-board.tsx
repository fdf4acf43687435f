/** The lead's board: what goes over its time soon or has, who is silent, what is flagged (F-10, F-11). */
import type { FastifyInstance } from 'fastify';

import { addMinutes } from '../../domain/civil.ts';
import type { TicketFacts } from '../../domain/ticket.ts';
import { ticketClock } from '../../domain/ticket-clock.ts';
import { dateTime } from '../../emails/wording.ts';
import { type LoadedTicket, loadTickets } from '../../ledger/ticket.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Page, renderPage } from './page.tsx';
import { atDesk, Clock, leads, patientNames } from './ticket-parts.tsx';

const mostTickets = 300;
/** A day of silence: since then the assignee of a ticket has not been heard of. */
const silentMinutes = 24 * 60;

export function registerTeamBoard(app: FastifyInstance, deps: Deps): void {
  app.get('/team-board', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await atDesk(deps, request, leads);
    const now = deps.now();
    const teams = await deps.reader.team.findMany({ where: teamsOf(visitor), orderBy: { name: 'asc' }, select: { id: true, name: true } });
    const rows = await deps.reader.ticket.findMany({
      where: { teamId: { in: teams.map(({ id }) => id) }, state: 'open' },
      orderBy: [{ priority: 'desc' }, { nextAt: 'asc' }, { id: 'asc' }],
      take: mostTickets,
      select: { id: true, subject: true },
    });
    const subjects = new Map(rows.map(({ id, subject }) => [id, subject]));
    const tickets = await loadTickets(deps.reader, [...subjects.keys()], 'none');
    await patientNames(deps, visitor, tickets, 'team board');
    return renderPage(
      reply,
      <Page title="Team board" tab="Desk">
        <p>
          <a href="/desk">Back to the desk</a> · <a href="/my-work">My work</a> · <a href="/ticket-types">Ticket types</a>
        </p>
        {teams.length === 0 && <p>You lead no team yet. A manager makes you its lead.</p>}
        {teams.map(({ id, name }) => (
          <TeamSection
            key={id}
            name={name}
            tickets={tickets.filter(({ facts }) => facts.team.id === id)}
            {...{ subjects, now }}
            zone={visitor.zone}
          />
        ))}
      </Page>,
    );
  });
}

/** A lead sees the teams of the own, a manager all of the facility. */
const teamsOf = ({ role, personId, facilityId }: Visitor) => (role === 'manager' ? { facilityId } : { facilityId, leadId: personId });

type SectionProps = { name: string; tickets: LoadedTicket[]; subjects: Map<string, string>; now: string; zone: string };

function TeamSection({ name, tickets, subjects, now, zone }: SectionProps) {
  const facts = tickets.map((one) => one.facts);
  const flagged = facts.filter(({ priority, unableAt }) => priority || unableAt);
  const late = facts.filter((one) => isLate(one, now)).sort(byDue(now));
  const silent = facts.filter(({ assignee, heardAt }) => assignee && heardAt && addMinutes(heardAt, silentMinutes) <= now);
  const free = facts.filter(({ assignee }) => !assignee).length;
  const list = (title: string, items: TicketFacts[], say: (one: TicketFacts) => string) =>
    items.length > 0 && (
      <>
        <h3>{title}</h3>
        <ul className="plain">
          {items.map((one) => (
            <li key={one.id} className="card">
              <a href={`/tickets/${one.id}`}>{subjects.get(one.id)}</a> <span className="muted">{one.type.name}</span>
              <br />
              {say(one)}
              <Clock facts={one} now={now} />
            </li>
          ))}
        </ul>
      </>
    );
  const whose = ({ assignee }: TicketFacts) => (assignee ? `${assignee.name} has it.` : 'Nobody has it.');
  return (
    <section>
      <h2>{name}</h2>
      <p>
        {facts.length} open, {free} of them free to take.
      </p>
      {list('Flagged', flagged, (one) => (one.priority ? 'A medical emergency. ' : 'The team is unable to do it. ') + whose(one))}
      {list('Over its time, or soon', late, whose)}
      {list('Silent', silent, ({ assignee, heardAt }) => `${assignee!.name}, last heard of ${dateTime(heardAt!, zone)}.`)}
      {flagged.length + late.length + silent.length === 0 && <p>Nothing here needs you now.</p>}
    </section>
  );
}

/** Overdue, or within its time of warning. */
function isLate(facts: TicketFacts, now: string): boolean {
  const { state, minutesLeft } = ticketClock(facts, now);
  return state === 'overdue' || (state === 'runs' && minutesLeft! <= Math.max(facts.type.warnMinutes, 60));
}

const byDue = (now: string) => (a: TicketFacts, b: TicketFacts) =>
  (ticketClock(a, now).dueAt ?? '') < (ticketClock(b, now).dueAt ?? '') ? -1 : 1;
