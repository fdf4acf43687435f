/** The desk: every door that somebody's role opens, beyond the tabs that all have. */
import type { FastifyInstance } from 'fastify';

import type { Role } from '../../domain/decision.ts';
import { hasRight, type Right } from '../../domain/right.ts';
import { visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Page, renderPage } from './page.tsx';

/** Open to these roles, or to whoever has the right (I-07, D-24). */
type Door = { name: string; href: string; what: string; roles?: Role[]; right?: Right };

/** Who works with patients' messages and accounts. */
const careTeam: Role[] = ['care coordinator', 'care team agent', 'practitioner', 'team lead', 'manager', 'support'];
const atTheDesk: Role[] = ['receptionist', 'practitioner', 'care coordinator', 'manager', 'support'];

/** A new page for a role gets a line here. */
const doors: Door[] = [
  { name: 'Day book', href: '/day-book', what: 'the visits of a day and the time that is free', roles: atTheDesk },
  { name: 'Patients', href: '/patients', what: 'find a card, with all visits, tasks and waitlist entries', roles: atTheDesk },
  { name: 'Care Manager', href: '/care-manager', what: 'open courses of treatment to be booked', right: 'contact patients' },
  { name: 'Requests', href: '/requests', what: 'holds that wait for your decision', roles: ['facility scheduler', 'support'] },
  {
    name: 'Vacations',
    href: '/vacations',
    what: 'days on which a surgeon is away',
    roles: ['block contact', 'facility scheduler', 'support'],
  },
  {
    name: 'Coverage',
    href: '/coverage',
    what: 'who is away, who looks after whose line, which hours are bare',
    roles: ['care coordinator', 'practitioner', 'care team agent', 'team lead', 'manager', 'support'],
  },
  { name: 'Active tasks', href: '/active-tasks', what: 'whom to phone now, and who waits', right: 'manage appointments' },
  { name: 'Waitlist', href: '/waitlist', what: 'who fits a time that became free, and why others do not', right: 'manage appointments' },
  { name: 'Worklist', href: '/worklist', what: 'what must be entered in your own schedule', roles: ['facility scheduler'] },
  {
    name: 'Offers',
    href: '/offers',
    what: 'free time and who was asked about it',
    roles: ['receptionist', 'care coordinator', 'manager'],
  },
  {
    name: 'Reports',
    href: '/reports',
    what: 'what became of held and released time, in figures',
    roles: ['facility scheduler', 'support'],
  },
  { name: 'Conversations', href: '/conversations', what: 'what patients wrote, and who answers', roles: careTeam },
  {
    name: 'My work',
    href: '/my-work',
    what: 'tickets that are yours or free to take, the most urgent first',
    roles: ['care coordinator', 'care team agent', 'practitioner', 'receptionist', 'team lead', 'manager', 'support'],
  },
  { name: 'Team board', href: '/team-board', what: 'what is late, silent or flagged in your teams', roles: ['team lead', 'manager'] },
  {
    name: 'Ticket types',
    href: '/ticket-types',
    what: 'kinds of tickets, their clocks and what closing demands',
    roles: ['team lead', 'manager', 'support'],
  },
  { name: 'Block series', href: '/block-series', what: 'blocks that come again', roles: ['facility scheduler'] },
  { name: 'Rooms and hours', href: '/rooms', what: 'opening hours, exceptions and holidays', roles: ['facility scheduler'] },
  { name: 'Policy', href: '/policy', what: 'the facility’s settings, and what a change would touch', roles: ['facility scheduler'] },
  { name: 'People', href: '/people', what: 'who is here, which alerts they get, what was mailed to them', roles: ['support'] },
];

export function registerDesk(app: FastifyInstance, deps: Deps): void {
  app.get('/desk', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const { role, name, facility } = visitor;
    const open = doors.filter(({ roles, right }) => roles?.includes(role) || (right && hasRight(visitor, right)));
    return renderPage(
      reply,
      <Page title="Desk" tab="Desk">
        <p>
          Signed in as {name} ({role}) at {facility}.
        </p>
        {open.length === 0 ? (
          <p>
            All that is yours is behind the tabs above: <a href="/open-time">Find Open Time</a> and the{' '}
            <a href="/block-schedule">Block Schedule</a>.
          </p>
        ) : (
          <ul>
            {open.map(({ name, href, what }) => (
              <li key={href}>
                <a href={href}>{name}</a>: {what}
              </li>
            ))}
          </ul>
        )}
      </Page>,
    );
  });
}
