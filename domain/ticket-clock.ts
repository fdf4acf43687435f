/** Where a ticket's clock stands, for people (F-10). */
import { dueOf, openPause, type TicketFacts } from './ticket.ts';
import { workingMinutes } from './working-time.ts';

export type TicketClock = {
  state: 'none' | 'stands' | 'runs' | 'overdue' | 'closed';
  dueAt: string | null;
  /** Working minutes until it is due; negative: so long overdue. Null: no clock runs. */
  minutesLeft: number | null;
  /** How much of its time is used, 0 to 1. */
  used: number | null;
};

/** Where the clock stands now, in the working hours of the team with which the ticket lies. */
export function ticketClock(facts: TicketFacts, now: string): TicketClock {
  const none = { dueAt: null, minutesLeft: null, used: null };
  if (facts.state === 'closed') return { state: 'closed', ...none };
  if (openPause(facts) && !facts.dueAt) return { state: 'stands', ...none };
  const dueAt = dueOf(facts);
  if (dueAt === undefined) return { state: 'none', ...none };
  const { calendar } = facts.team;
  if (now > dueAt) return { state: 'overdue', dueAt, minutesLeft: -Math.floor(workingMinutes(dueAt, now, calendar)), used: 1 };
  const left = workingMinutes(now, dueAt, calendar);
  const whole = facts.dueAt ? workingMinutes(facts.openedAt, dueAt, calendar) : (facts.type.slaMinutes ?? left);
  return { state: 'runs', dueAt, minutesLeft: Math.floor(left), used: whole > 0 ? Math.min(1, Math.max(0, 1 - left / whole)) : 1 };
}
