/** The lead's board: replies and flags that wait for the lead, what goes over its time soon or has, who is silent (F-10, F-11, R-16, R-17). */
import type { FastifyInstance } from 'fastify';

import { addMinutes } from '../../domain/civil.ts';
import type { TicketFacts } from '../../domain/ticket.ts';
import { ticketClock } from '../../domain/ticket-clock.ts';
import { loadTickets } from '../../ledger/ticket.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Page, renderPage } from './page.tsx';
import { useSpeech } from './reader.ts';
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
    const sections = teams.map(({ id, name }) => {
      const facts = tickets.flatMap((one) => (one.facts.team.id === id ? [one.facts] : []));
      return { id, name, open: facts.length, free: facts.filter(({ assignee }) => !assignee).length, ...needing(facts, now) };
    });
    const page = { sections, subjects, now, visitor, waiting: await conversationsWaiting(deps, visitor) };
    return renderPage(reply, <TeamBoard {...page} />);
  });
}

/** A lead sees the teams of the own, a manager all of the facility. */
const teamsOf = ({ role, personId, facilityId }: Visitor) => (role === 'manager' ? { facilityId } : { facilityId, leadId: personId });

/** conversations that wait for the lead, by why. */
async function conversationsWaiting({ reader }: Deps, { facilityId }: Visitor) {
  const count = (where: object) => reader.conversation.count({ where: { facilityId, state: { in: ['open', 'unread'] }, ...where } });
  const [review, flagged, unsure] = await Promise.all([
    count({ draftId: { not: null } }),
    count({ flaggedAt: { not: null } }),
    count({ queues: { has: 'lead' } }),
  ]);
  return { review, flagged, unsure };
}

/** What of a team's tickets needs its lead, each once: where it is the most urgent. */
function needing(facts: TicketFacts[], now: string) {
  const flagged = facts.filter(({ priority, unableAt }) => priority || unableAt);
  const others = facts.filter((one) => !flagged.includes(one));
  const late = others.filter((one) => isLate(one, now)).sort(byDue(now));
  const isSilent = ({ assignee, heardAt }: TicketFacts) => assignee && heardAt && addMinutes(heardAt, silentMinutes) <= now;
  const silent = others.filter((one) => !late.includes(one) && isSilent(one));
  return { flagged, late, silent };
}

type Section = { id: string; name: string; open: number; free: number } & ReturnType<typeof needing>;
type Shown = { subjects: Map<string, string>; now: string; zone: string };
type Props = Omit<Shown, 'zone'> & { sections: Section[]; visitor: Visitor; waiting: Record<'review' | 'flagged' | 'unsure', number> };

function TeamBoard({ sections, subjects, now, visitor: { facility, zone }, waiting }: Props) {
  const { words, list } = useSpeech();
  const needs = ({ flagged, late, silent }: Section) => flagged.length + late.length + silent.length > 0;
  const quiet = sections.filter((one) => !needs(one)).map(({ name }) => name);
  const asked = (['review', 'flagged', 'unsure'] as const).filter((one) => waiting[one] > 0);
  return (
    <Page title={words('ticket.board.title')} tab="Desk">
      <p>
        <a href="/desk">{words('ticket.toDesk')}</a> · <a href="/my-work">{words('ticket.work.title')}</a> ·{' '}
        <a href="/ticket-types">{words('ticketType.title')}</a>
      </p>
      <p className="muted">{words('ticket.times', { facility, zone })}</p>
      <section>
        <h2>{words('ticket.board.conversations')}</h2>
        {asked.length === 0 && <p>{words('ticket.board.calm')}</p>}
        {asked.length > 0 && (
          <ul>
            {asked.map((one) => (
              <li key={one}>
                <a href="/conversations?folder=review">{words(`ticket.board.${one}`, { count: waiting[one] })}</a>
              </li>
            ))}
          </ul>
        )}
      </section>
      {sections.length === 0 && <p>{words('ticket.board.noTeam')}</p>}
      {sections.filter(needs).map((section) => (
        <TeamSection key={section.id} section={section} {...{ subjects, now, zone }} />
      ))}
      {quiet.length > 0 && <p className="muted">{words('ticket.board.quiet', { teams: list(quiet) })}</p>}
    </Page>
  );
}

function TeamSection({ section: { name, open, free, flagged, late, silent }, ...shown }: Shown & { section: Section }) {
  const { words, dateTime } = useSpeech();
  const whose = ({ assignee }: TicketFacts) =>
    assignee ? words('ticket.board.has', { name: assignee.name }) : words('ticket.board.nobody');
  const why = (one: TicketFacts) => words(`ticket.board.${one.priority ? 'emergency' : 'unable'}`);
  const heard = ({ assignee, heardAt }: TicketFacts) =>
    words('ticket.board.heard', { name: assignee!.name, at: dateTime(heardAt!, shown.zone) });
  return (
    <section>
      <h2>{name}</h2>
      <p>{words('ticket.board.counts', { open, free })}</p>
      <Tickets title={words('ticket.board.flaggedTickets')} items={flagged} say={(one) => `${why(one)} ${whose(one)}`} {...shown} />
      <Tickets title={words('ticket.board.late')} items={late} say={whose} {...shown} />
      <Tickets title={words('ticket.board.silent')} items={silent} say={heard} {...shown} />
    </section>
  );
}

type ListProps = Shown & { title: string; items: TicketFacts[]; say: (one: TicketFacts) => string };

function Tickets({ title, items, say, subjects, now, zone }: ListProps) {
  if (items.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul className="plain">
        {items.map((facts) => (
          <li key={facts.id} className="card">
            <a href={`/tickets/${facts.id}`}>{subjects.get(facts.id)}</a> <span className="muted">{facts.type.name}</span>
            <br />
            {say(facts)}
            <Clock {...{ facts, now, zone }} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Overdue, or within its time of warning. */
function isLate(facts: TicketFacts, now: string): boolean {
  const { state, minutesLeft } = ticketClock(facts, now);
  return state === 'overdue' || (state === 'runs' && minutesLeft! <= Math.max(facts.type.warnMinutes, 60));
}

const byDue = (now: string) => (a: TicketFacts, b: TicketFacts) =>
  (ticketClock(a, now).dueAt ?? '') < (ticketClock(b, now).dueAt ?? '') ? -1 : 1;
