/** Which pages somebody's role opens: all of them stand on the desk, the ones of every day in the frame of each page. */

import { accountReaders } from '../../domain/account.ts';
import type { Role } from '../../domain/decision.ts';
import { type EveryDayPage, everyDayOf, worksWithPatients } from '../../domain/every-day.ts';
import { hasRight, type Right } from '../../domain/right.ts';
import type { en } from '../../words/en/index.ts';
import type { WordKey } from '../../words/index.ts';
import { templateRoles } from '../routes/templates.ts';
import { webhookRoles } from '../routes/webhooks.ts';

type DoorName = keyof typeof en.desk.door;
/** Open to these roles, or to whoever has the right (I-07, D-24). */
export type Door = { name: DoorName; href: string; roles?: Role[]; right?: Right };

/** Who works with patients' messages. */
const careTeam: Role[] = ['care coordinator', 'care team agent', 'practitioner', 'team lead', 'manager', 'support'];
const atTheDesk: Role[] = ['receptionist', 'practitioner', 'care coordinator', 'manager', 'support'];

/** Who arranges what others do. */
export const arrangers: Role[] = ['manager', 'team lead', 'support'];

/** A new page for a role gets a line here. */
const doors: Door[] = [
  { name: 'dayBook', href: '/day-book', roles: atTheDesk },
  { name: 'patients', href: '/patients', roles: atTheDesk },
  { name: 'accounts', href: '/accounts', roles: accountReaders },
  { name: 'careManager', href: '/care-manager', right: 'contact patients' },
  { name: 'requests', href: '/requests', roles: ['facility scheduler', 'support'] },
  { name: 'transfers', href: '/transfers', roles: ['block contact', 'facility scheduler', 'support'] },
  { name: 'vacations', href: '/vacations', roles: ['block contact', 'facility scheduler', 'support'] },
  { name: 'coverage', href: '/coverage', roles: careTeam },
  { name: 'coordinators', href: '/coordinators', roles: arrangers },
  { name: 'teams', href: '/teams', roles: arrangers },
  { name: 'substitutes', href: '/substitutes', roles: arrangers },
  { name: 'holidays', href: '/holidays', roles: arrangers },
  { name: 'activeTasks', href: '/active-tasks', right: 'manage appointments' },
  { name: 'waitlist', href: '/waitlist', right: 'manage appointments' },
  { name: 'worklist', href: '/worklist', roles: ['facility scheduler'] },
  { name: 'offers', href: '/offers', right: 'manage appointments' },
  { name: 'templates', href: '/templates', roles: templateRoles },
  { name: 'reports', href: '/reports', roles: ['facility scheduler', 'support'] },
  { name: 'conversations', href: '/conversations', roles: careTeam },
  { name: 'teamChannel', href: '/team-channel', roles: [...careTeam, 'receptionist'] },
  { name: 'clearances', href: '/clearances', roles: ['care coordinator', 'practitioner', 'team lead', 'manager', 'support'] },
  { name: 'myWork', href: '/my-work', roles: [...careTeam, 'receptionist'] },
  { name: 'teamBoard', href: '/team-board', roles: ['team lead', 'manager'] },
  { name: 'ticketTypes', href: '/ticket-types', roles: ['team lead', 'manager', 'support'] },
  { name: 'blockSeries', href: '/block-series', roles: ['facility scheduler'] },
  { name: 'rooms', href: '/rooms', roles: ['facility scheduler'] },
  { name: 'policy', href: '/policy', roles: ['facility scheduler'] },
  { name: 'webhooks', href: '/webhooks', roles: webhookRoles },
  { name: 'people', href: '/people', roles: ['support'] },
];

type Knocking = { role: Role; rights: Right[] };

export const openDoors = (visitor: Knocking): Door[] =>
  doors.filter(({ roles, right }) => roles?.includes(visitor.role) || (right && hasRight(visitor, right)));

export type Tab = keyof typeof en.frame.tab;
export type TabLink = { name: Tab | DoorName; label: WordKey; href: string };
const tab = (name: Tab, href: string): TabLink => ({ name, label: `frame.tab.${name}`, href });
const everybodysTabs = [tab('Desk', '/desk'), tab('Preferences', '/preferences')];
const doorTab = (name: DoorName): TabLink => {
  const { href } = doors.find((door) => door.name === name)!;
  return { name, label: `desk.door.${name}.name`, href };
};
const everyDayTabs: Record<EveryDayPage, TabLink> = {
  'find open time': tab('Find Open Time', '/open-time'),
  'block schedule': tab('Block Schedule', '/block-schedule'),
  'day book': doorTab('dayBook'),
  'active tasks': doorTab('activeTasks'),
  'my work': doorTab('myWork'),
  conversations: doorTab('conversations'),
  coverage: doorTab('coverage'),
  'team board': doorTab('teamBoard'),
};

/** The tabs in the frame of every page, each only for whom its page opens; before somebody has come in, those of operating-room time. */
export function tabsOf(visitor: Knocking | undefined): TabLink[] {
  const open = new Set(visitor && openDoors(visitor).map(({ href }) => href));
  const mine = everyDayOf(visitor?.role).map((page) => everyDayTabs[page]);
  const own = visitor && worksWithPatients(visitor.role) ? mine.filter(({ href }) => open.has(href)) : mine;
  return [...own, ...everybodysTabs];
}

/** Where somebody begins who asked for no page. */
export const homeOf = (role: Role): string => tabsOf({ role, rights: [] })[0]!.href;
