/** The desk: every door that somebody's role opens, beyond the tabs that all have. */
import type { FastifyInstance } from 'fastify';

import { accountReaders } from '../../domain/account.ts';
import type { Role } from '../../domain/decision.ts';
import { hasRight, type Right } from '../../domain/right.ts';
import type { en } from '../../words/en/index.ts';
import { visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { templateRoles } from '../routes/templates.ts';
import { Page, renderPage } from './page.tsx';
import { speechFor } from './reader.ts';

/** Open to these roles, or to whoever has the right (I-07, D-24). */
type Door = { name: keyof typeof en.desk.door; href: string; roles?: Role[]; right?: Right };

/** Who works with patients' messages. */
const careTeam: Role[] = ['care coordinator', 'care team agent', 'practitioner', 'team lead', 'manager', 'support'];
const atTheDesk: Role[] = ['receptionist', 'practitioner', 'care coordinator', 'manager', 'support'];

/** A new page for a role gets a line here. */
const doors: Door[] = [
  { name: 'dayBook', href: '/day-book', roles: atTheDesk },
  { name: 'patients', href: '/patients', roles: atTheDesk },
  { name: 'accounts', href: '/accounts', roles: accountReaders },
  { name: 'careManager', href: '/care-manager', right: 'contact patients' },
  { name: 'requests', href: '/requests', roles: ['facility scheduler', 'support'] },
  { name: 'transfers', href: '/transfers', roles: ['block contact', 'facility scheduler', 'support'] },
  {
    name: 'vacations',
    href: '/vacations',
    roles: ['block contact', 'facility scheduler', 'support'],
  },
  {
    name: 'coverage',
    href: '/coverage',
    roles: ['care coordinator', 'practitioner', 'care team agent', 'team lead', 'manager', 'support'],
  },
  { name: 'activeTasks', href: '/active-tasks', right: 'manage appointments' },
  { name: 'waitlist', href: '/waitlist', right: 'manage appointments' },
  { name: 'worklist', href: '/worklist', roles: ['facility scheduler'] },
  {
    name: 'offers',
    href: '/offers',
    roles: ['receptionist', 'care coordinator', 'manager'],
  },
  { name: 'templates', href: '/templates', roles: templateRoles },
  {
    name: 'reports',
    href: '/reports',
    roles: ['facility scheduler', 'support'],
  },
  { name: 'conversations', href: '/conversations', roles: careTeam },
  {
    name: 'teamChannel',
    href: '/team-channel',
    roles: ['care coordinator', 'care team agent', 'practitioner', 'receptionist', 'team lead', 'manager', 'support'],
  },
  {
    name: 'clearances',
    href: '/clearances',
    roles: ['care coordinator', 'practitioner', 'team lead', 'manager', 'support'],
  },
  {
    name: 'myWork',
    href: '/my-work',
    roles: ['care coordinator', 'care team agent', 'practitioner', 'receptionist', 'team lead', 'manager', 'support'],
  },
  { name: 'teamBoard', href: '/team-board', roles: ['team lead', 'manager'] },
  {
    name: 'ticketTypes',
    href: '/ticket-types',
    roles: ['team lead', 'manager', 'support'],
  },
  { name: 'blockSeries', href: '/block-series', roles: ['facility scheduler'] },
  { name: 'rooms', href: '/rooms', roles: ['facility scheduler'] },
  { name: 'policy', href: '/policy', roles: ['facility scheduler'] },
  { name: 'people', href: '/people', roles: ['support'] },
];

export function registerDesk(app: FastifyInstance, deps: Deps): void {
  app.get('/desk', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const { role, name, facility } = visitor;
    const open = doors.filter(({ roles, right }) => roles?.includes(role) || (right && hasRight(visitor, right)));
    const { words } = speechFor(request);
    return renderPage(
      reply,
      <Page title={words('desk.title')} tab="Desk">
        <p>{words('desk.signedIn', { name, role: words(`role.${role}`), facility })}</p>
        {open.length === 0 ? (
          <p>
            {words('desk.nothing')} <a href="/open-time">{words('frame.tab.Find Open Time')}</a>,{' '}
            <a href="/block-schedule">{words('frame.tab.Block Schedule')}</a>.
          </p>
        ) : (
          <ul>
            {open.map(({ name, href }) => (
              <li key={href}>
                <a href={href}>{words(`desk.door.${name}.name`)}</a>: {words(`desk.door.${name}.what`)}
              </li>
            ))}
          </ul>
        )}
      </Page>,
    );
  });
}
