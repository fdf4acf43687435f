/** My work: the tickets that somebody has or could take, by urgency and clock (F-10). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { openPause, type TicketFacts } from '../../domain/ticket.ts';
import { ticketClock } from '../../domain/ticket-clock.ts';
import { canWork } from '../../domain/ticket-type.ts';
import { personAtDesk } from '../../ledger/team.ts';
import { type LoadedTicket, loadTickets } from '../../ledger/ticket.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Page, renderPage } from './page.tsx';
import { useSpeech } from './reader.ts';
import { atDesk, Clock, patientNames } from './ticket-parts.tsx';

/** `closed`: the ticket that was closed a moment ago. */
const Query = z.object({ closed: z.uuid().optional().catch(undefined) });
const mostTickets = 100;

export function registerMyWork(app: FastifyInstance, deps: Deps): void {
  app.get('/my-work', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await atDesk(deps, request);
    const { facilityId, personId } = visitor;
    const now = deps.now();
    const me = (await personAtDesk(deps.reader, facilityId, personId))!;
    const { closed: id } = Query.parse(request.query);
    const closed = id
      ? await deps.reader.ticket.findFirst({ where: { id, facilityId, state: 'closed' }, select: { id: true, subject: true } })
      : null;
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
    const page = { visitor, closed, tickets, subjects, patients, now, inTeam: me.teamIds.length > 0, more: rows.length === mostTickets };
    return renderPage(reply, <MyWork {...page} />);
  });
}

type Shown = { subjects: Map<string, string>; patients: Map<string, string>; now: string };
type Props = Shown & {
  visitor: Visitor;
  closed: { id: string; subject: string } | null;
  tickets: LoadedTicket[];
  inTeam: boolean;
  more: boolean;
};

function MyWork({ visitor: { facility, zone, personId }, closed, tickets, inTeam, more, ...shown }: Props) {
  const { words } = useSpeech();
  const mine = tickets.filter(({ facts }) => facts.assignee?.id === personId);
  const free = tickets.filter(({ facts }) => !facts.assignee);
  const list = (items: LoadedTicket[]) => (
    <ul className="plain">
      {items.map((ticket) => (
        <TicketCard key={ticket.facts.id} ticket={ticket} zone={zone} {...shown} />
      ))}
    </ul>
  );
  return (
    <Page title={words('ticket.work.title')} tab="Desk">
      {closed && (
        <p className="notice" role="status">
          {words('ticket.work.closed')} <a href={`/tickets/${closed.id}`}>{closed.subject}</a>
        </p>
      )}
      <p>
        <a href="/tickets/new">{words('ticket.work.open')}</a> · <a href="/desk">{words('ticket.toDesk')}</a>
      </p>
      <p className="muted">{words('ticket.times', { facility, zone })}</p>
      <h2>{words('ticket.work.yours')}</h2>
      {mine.length > 0 ? list(mine) : <p>{words(`ticket.work.${free.length > 0 ? 'takeOne' : 'nothing'}`)}</p>}
      {(free.length > 0 || mine.length > 0 || !inTeam) && <h2>{words('ticket.work.free')}</h2>}
      {!inTeam && <p>{words('ticket.work.noTeam')}</p>}
      {inTeam && mine.length > 0 && free.length === 0 && <p>{words('ticket.work.empty')}</p>}
      {free.length > 0 && list(free)}
      {more && <p>{words('ticket.work.more')}</p>}
    </Page>
  );
}

function TicketCard({ ticket: { facts, patientId }, subjects, patients, now, zone }: Shown & { ticket: LoadedTicket; zone: string }) {
  const { words } = useSpeech();
  const subject = subjects.get(facts.id)!;
  return (
    <li className="card">
      <strong>
        <a href={`/tickets/${facts.id}`}>{subject}</a>
      </strong>
      {facts.priority && <strong className="overdue"> {words('ticket.work.emergency')}</strong>}
      <br />
      {facts.type.name}
      {patientId && `, ${patients.get(patientId)}`} <span className="muted">{words('ticket.work.queue', { team: facts.team.name })}</span>
      <Clock {...{ facts, now, zone }} />
      {!facts.assignee && (
        <form method="post" action={`/tickets/${facts.id}/take`}>
          <input type="hidden" name="form" value={crypto.randomUUID()} />
          <button type="submit" aria-label={words('ticket.work.takeThis', { subject })}>
            {words('ticket.work.take')}
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
