/** The life of an absence: cover is looked for, the provider learns of it, somebody stands in, and it is all handed back (P-12 to P-24, P-31). */
import { addDays, addMinutes, atLocal, earlierOf, laterOf, withinHours, zoneDate } from './civil.ts';
import { type Away, type Line as CoveredLine, coverageOf, needsCover } from './coverage.ts';
import { mailHours, type Policy } from './policy.ts';
import type { Step } from './timeline.ts';

export const absenceStates = ['planned', 'running', 'over', 'cancelled'] as const;
export type AbsenceState = (typeof absenceStates)[number];

/** The words that go out on a provider's line while their coordinator is away (P-17). */
export type AwayMessage = { text: string; approvedAt: string | null };

/** A provider whom the absent person serves, and what is arranged for them. */
export type Line = CoveredLine & {
  practitionerId: string;
  provider: string;
  /** The provider as somebody who is mailed and decides; null: nobody to mail. */
  providerPersonId: string | null;
  message: AwayMessage | null;
  /** When the provider was told of the dates and the cover. */
  toldAt: string | null;
  acknowledgedAt: string | null;
};

/** All that the rules of an absence need to know. `lines` is empty for somebody who is no coordinator. */
export type AbsenceFacts = Away & {
  id: string;
  zone: string;
  paused: boolean;
  shadow: boolean;
  version: number;
  state: AbsenceState;
  personId: string;
  name: string;
  enteredAt: string;
  lines: Line[];
  /** Whether another coordinator works in these days, whom the search could find (P-21). */
  hasColleagues: boolean;
  /** When the other coordinators were asked, the manager was told that nobody covers, and that a provider knows nothing. */
  askedAt: string | null;
  managerToldAt: string | null;
  escalatedAt: string | null;
};

export type AbsenceStepKind = 'ask for cover' | 'tell provider' | 'tell manager' | 'escalate' | 'begin' | 'hand back' | 'wait' | 'closed';
export type AbsenceStep = Step<AbsenceStepKind>;

export const ended = ({ state }: Pick<AbsenceFacts, 'state'>): boolean => state === 'over' || state === 'cancelled';

/** Lines for which somebody is looked for and nobody has come forward, of the time still to come at `from`. */
export const openLines = (facts: AbsenceFacts, from: string): Line[] =>
  facts.lines.filter((line) => !line.cover && needsCover(facts, line, from));

/** P-19: lines whose provider knows nothing yet. Where nobody can be mailed there is nobody to tell. */
export const untold = (facts: AbsenceFacts): Line[] => facts.lines.filter(({ toldAt, providerPersonId }) => !toldAt && providerPersonId);

/** What comes next, when and by which rule: of all that is still to come, the earliest. */
export function planAbsence(facts: AbsenceFacts, policy: Policy, now: string): AbsenceStep {
  if (ended(facts)) return { kind: 'closed', at: facts.endsAt, because: `The absence is ${facts.state}.`, rule: 'P-23' };
  const handBack: AbsenceStep = {
    kind: 'hand back',
    at: facts.endsAt,
    because: `${facts.name} is back: those who stood in lose their access, and there is a list to catch up on.`,
    rule: 'P-23',
  };
  if (facts.paused) return { ...handBack, kind: 'wait', because: 'The facility has paused all automatic steps.', rule: 'F-23' };
  const steps = [
    ...search(facts, policy, now),
    ...sameDayNotice(facts, now),
    ...escalation(facts, policy),
    ...begin(facts),
    handBack,
  ].filter(({ at }) => at <= facts.endsAt);
  const [first, ...others] = steps;
  return others.reduce((next, step) => (step.at < next.at ? step : next), first!);
}

/** P-12, P-21, P-31: the others are asked once; when nobody comes forward in time, the manager learns of it. Nothing for hours gone by then. */
function search(facts: AbsenceFacts, policy: Policy, now: string): AbsenceStep[] {
  const next = nextOfSearch(facts, policy);
  return next && openLines(facts, laterOf(next.at, now)).length > 0 ? [next] : [];
}

function nextOfSearch(facts: AbsenceFacts, policy: Policy): AbsenceStep | undefined {
  const sameDay = facts.notice === 'same-day';
  if (sameDay && !facts.hasColleagues && !facts.managerToldAt) {
    const because = 'Called in on the day, and there is nobody who could be asked: provider and manager are told at once.';
    return { kind: 'tell manager', at: facts.askedAt ?? facts.enteredAt, because, rule: 'P-31' };
  }
  if (!facts.askedAt) {
    const at = sameDay ? facts.enteredAt : withinHours(facts.enteredAt, mailHours(policy), facts.zone);
    const because = sameDay
      ? 'Called in on the day: cover is looked for at once, without prior notice to the provider.'
      : 'Away for a full day: the other coordinators can opt in.';
    return { kind: 'ask for cover', at, because, rule: sameDay ? 'P-31' : 'P-12' };
  }
  if (facts.managerToldAt) return undefined;
  const { managerHoursBefore, sameDayMinutes } = policy.absence;
  const patience = sameDay
    ? addMinutes(facts.askedAt, sameDayMinutes)
    : laterOf(addMinutes(facts.startsAt, -managerHoursBefore * 60), addMinutes(facts.askedAt, sameDayMinutes));
  const because = 'Nobody has opted in: the manager arranges what can be arranged.';
  return { kind: 'tell manager', at: patience, because, rule: sameDay ? 'P-31' : 'P-12' };
}

/** P-31: nobody is looked for in the place of a coordinator of the provider's own office: the provider is told at once. */
function sameDayNotice(facts: AbsenceFacts, now: string): AbsenceStep[] {
  if (facts.kind !== 'designated' || facts.notice !== 'same-day') return [];
  if (!untold(facts).some((line) => coverageOf(facts, line, laterOf(facts.enteredAt, now)).length > 0)) return []; // nothing is left to watch
  const because = 'Called in on the day: the provider is told at once.';
  return [{ kind: 'tell provider', at: facts.enteredAt, because, rule: 'P-31' }];
}

/** P-19: the coordinator tells the provider; what is not told in time goes to the manager. P-20: not on the day itself. */
function escalation(facts: AbsenceFacts, policy: Policy): AbsenceStep[] {
  if (facts.notice === 'same-day' || facts.escalatedAt || untold(facts).length === 0) return [];
  const { tellDaysBefore, tellWithinHours } = policy.absence;
  const due = atLocal(addDays(zoneDate(facts.startsAt, facts.week.zone), -tellDaysBefore), policy.mail.fromLocalTime, facts.week.zone);
  const at = earlierOf(laterOf(due, addMinutes(facts.enteredAt, tellWithinHours * 60)), facts.startsAt);
  return [{ kind: 'escalate', at, because: 'A provider does not know of the absence yet: the manager is told.', rule: 'P-19' }];
}

function begin({ state, startsAt, name }: AbsenceFacts): AbsenceStep[] {
  if (state !== 'planned') return [];
  return [{ kind: 'begin', at: startsAt, because: `${name} is away: whoever covers gets access to line and channel.`, rule: 'P-23' }];
}

/** The facts after a step of the system, taken at step.at. Used to foretell (U-01) and to commit. */
export function advanceAbsence(facts: AbsenceFacts, step: AbsenceStep): AbsenceFacts {
  switch (step.kind) {
    case 'ask for cover':
      return { ...facts, askedAt: step.at };
    case 'tell manager':
      return { ...facts, managerToldAt: step.at, ...(facts.notice === 'same-day' && { lines: tellAll(facts.lines, step.at) }) };
    case 'tell provider':
      return { ...facts, lines: tellAll(facts.lines, step.at) };
    case 'escalate':
      return { ...facts, escalatedAt: step.at };
    case 'begin':
      return { ...facts, state: 'running' };
    case 'hand back':
      return { ...facts, state: 'over' };
    case 'wait':
      return step.at >= facts.endsAt ? { ...facts, state: 'over' } : facts;
    case 'closed':
      return facts;
  }
}

export const tellAll = (lines: Line[], at: string): Line[] => lines.map((line) => ({ ...line, toldAt: line.toldAt ?? at }));

/** P-16: the lines that nobody looked after for some of the whole time: what came in then is to be caught up on. */
export const bareLines = (facts: AbsenceFacts): Line[] =>
  facts.lines.filter((line) => coverageOf(facts, line, facts.startsAt).some(({ uncovered }) => uncovered.length > 0));

/** Every line with its days from `from` on: what the calendar shows and a rehearsal lists. None when the absence has ended. */
export const coverageOfLines = (facts: AbsenceFacts, from: string) =>
  facts.lines.map((line) => ({ line, days: ended(facts) ? [] : coverageOf(facts, line, from) }));
