/** A ticket: a task with a type, a queue and a clock. What comes next in its life, and why. */

import { laterOf } from './civil.ts';
import type { ClosingFacts } from './closing/rule.ts';
import type { CoordinatorKind } from './coordinator.ts';
import type { Role } from './decision.ts';
import type { Interval } from './interval.ts';
import type { Policy } from './policy.ts';
import { canWork, type TicketType } from './ticket-type.ts';
import { never, type Step } from './timeline.ts';
import { addWorkingMinutes, subtractWorkingMinutes, type WorkingCalendar } from './working-time.ts';

export const ticketStates = ['open', 'closed'] as const;
export type TicketState = (typeof ticketStates)[number];

/** Somebody of a team. `kind`: of a care coordinator. `away`: absences that are planned or run. */
export type Member = { id: string; name: string; role: Role; kind: CoordinatorKind | null; away?: Interval[] | undefined };

const isAway = ({ away = [] }: Member, at: string): boolean => away.some(({ startsAt, endsAt }) => startsAt <= at && at < endsAt);

export type TicketTeam = { id: string; name: string; calendar: WorkingCalendar; lead: Member | null; members: Member[] };

/** `endsAt` null: it stands now; `until`: it goes on by itself then. Why it stands is a person's text and no fact for rules. */
export type Pause = { startsAt: string; endsAt: string | null; until: string | null };

export type TicketFacts = Omit<ClosingFacts, 'type'> & {
  id: string;
  version: number;
  /** The facility's; the clock runs in the team's. */
  zone: string;
  paused: boolean;
  shadow: boolean;
  state: TicketState;
  type: TicketType;
  team: TicketTeam;
  assignee: Member | null;
  priority: boolean;
  openedAt: string;
  /** A fixed instant in place of the type's clock. */
  dueAt: string | null;
  assignedAt: string | null;
  /** The last sign of the assignee. */
  heardAt: string | null;
  triedIds: string[];
  unableAt: string | null;
  warnedAt: string | null;
  escalatedAt: string | null;
  closedAt: string | null;
  closedBy: string | null;
  /** In order. */
  pauses: Pause[];
};

export type TicketStepKind = 'warn' | 'return' | 'escalate' | 'resume' | 'wait' | 'closed';
export type TicketStep = Step<TicketStepKind>;

/** The pause that stands now. */
export const openPause = ({ pauses }: Pick<TicketFacts, 'pauses'>): Pause | undefined => pauses.find(({ endsAt }) => endsAt === null);

const ended = ({ pauses }: TicketFacts): Interval[] =>
  pauses.flatMap(({ startsAt, endsAt }) => (endsAt === null ? [] : [{ startsAt, endsAt }]));

/** F-10: when it should be closed, if the clock runs on from here; undefined: it has no clock. */
export function dueOf(facts: TicketFacts): string | undefined {
  if (facts.dueAt) return facts.dueAt;
  const { slaMinutes } = facts.type;
  return slaMinutes === null ? undefined : addWorkingMinutes(facts.openedAt, slaMinutes, facts.team.calendar, ended(facts));
}

/** What comes next in a ticket's life: a warning, the lead, somebody else, or nothing until people act. */
export function planTicket(facts: TicketFacts, _policy: Policy, _now: string): TicketStep {
  if (facts.state === 'closed') return { kind: 'closed', at: facts.closedAt!, because: 'The ticket is closed.', rule: 'R-07' };
  if (facts.paused) return { kind: 'wait', at: never, because: 'The facility has paused all automatic steps.', rule: 'F-23' };
  const pause = openPause(facts);
  if (pause?.until) return { kind: 'resume', at: pause.until, because: 'The pause was for so long.', rule: 'F-10' };
  if (pause) return { kind: 'wait', at: never, because: 'Its clock stands: it waits for somebody else.', rule: 'F-10' };
  const steps = [warning(facts), silence(facts), breach(facts)].filter((step) => step !== undefined && step.at < never);
  return steps.reduce<TicketStep | undefined>((first, step) => (first && first.at <= step!.at ? first : step), undefined) ?? idle;
}

const idle: TicketStep = { kind: 'wait', at: never, because: 'Nothing is due by itself: it waits for people.', rule: 'F-10' };

/** Once before the breach, and once more when a pause has moved it. */
function warning(facts: TicketFacts): TicketStep | undefined {
  const due = dueOf(facts);
  const { warnMinutes } = facts.type;
  if (due === undefined || facts.escalatedAt || warnMinutes === 0) return undefined;
  if (facts.warnedAt && !facts.pauses.some(({ startsAt }) => startsAt >= facts.warnedAt!)) return undefined;
  const pauses = ended(facts);
  const notBefore = pauses.reduce((latest, { endsAt }) => laterOf(latest, endsAt), facts.openedAt);
  const at = subtractWorkingMinutes(due, warnMinutes, facts.team.calendar, { notBefore, pauses });
  if (at >= due) return undefined;
  return { kind: 'warn', at, because: 'It should be closed soon.', rule: 'F-10' };
}

function breach(facts: TicketFacts): TicketStep | undefined {
  const due = dueOf(facts);
  if (due === undefined || facts.escalatedAt) return undefined;
  return { kind: 'escalate', at: due, because: 'It should have been closed by now: the lead is told.', rule: 'F-10' };
}

function silence(facts: TicketFacts): TicketStep | undefined {
  const { returnMinutes } = facts.type;
  const { assignee, heardAt, team } = facts;
  if (returnMinutes === null || !assignee || !heardAt || assignee.id === team.lead?.id) return undefined;
  const at = addWorkingMinutes(heardAt, returnMinutes, team.calendar, ended(facts));
  return { kind: 'return', at, because: `${assignee.name} has not been heard of: it goes to somebody else.`, rule: 'F-11' };
}

/**
 * F-11: who gets it when its assignee is silent: the next of the team who may work it and was not asked yet, in the order of
 * names, then the lead; nobody who is away. Null: back into the queue.
 */
function successor(facts: TicketFacts, at: string): Member | null {
  const { team, type, assignee } = facts;
  const asked = new Set([...facts.triedIds, ...(assignee ? [assignee.id] : [])]);
  const could = (one: Member) => !asked.has(one.id) && one.id !== team.lead?.id && canWork(type, one) && !isAway(one, at);
  const free = type.returnTo === 'lead' ? [] : team.members.filter(could);
  const after = free.filter(({ name }) => assignee !== null && name > assignee.name);
  return after[0] ?? free[0] ?? (team.lead && team.lead.id !== assignee?.id && !isAway(team.lead, at) ? team.lead : null);
}

/** The facts after a step of the system, taken at step.at. */
export function advanceTicket(facts: TicketFacts, { kind, at }: TicketStep): TicketFacts {
  switch (kind) {
    case 'warn':
      return { ...facts, warnedAt: at };
    case 'escalate':
      return { ...facts, escalatedAt: at };
    case 'resume':
      return resumed(facts, at);
    case 'return': {
      const assignee = successor(facts, at);
      const triedIds = facts.assignee ? [...facts.triedIds, facts.assignee.id] : facts.triedIds;
      return { ...facts, assignee, triedIds, assignedAt: assignee && at, heardAt: assignee && at };
    }
    default:
      return facts;
  }
}

/** The clock runs again from `at`. */
export function resumed(facts: TicketFacts, at: string): TicketFacts {
  return { ...facts, pauses: facts.pauses.map((pause) => (pause.endsAt === null ? { ...pause, endsAt: at } : pause)) };
}
