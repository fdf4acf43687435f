import { addDays, atLocal, daysBetween, startOfDay, zoneDate } from './civil.ts';
import type { CourseState } from './course-of-treatment.ts';
import type { Policy } from './policy.ts';
import type { Step } from './timeline.ts';

/** The Care Manager status (D-03). */
export const opportunityStatuses = ['open', 'snoozed', 'rejected'] as const;
export type OpportunityStatus = (typeof opportunityStatuses)[number];

export type OpportunityFacts = {
  id: string;
  version: number;
  zone: string;
  paused: boolean;
  shadow: boolean;
  /** ended: its course was opened too long ago. */
  state: 'live' | 'ended';
  status: OpportunityStatus;
  /** As the lists show it now: with its status, or not at all (D-02). */
  listed: boolean;
  /** Civil date on whose morning it comes back (D-21). */
  snoozedUntil: string | null;
  assigneeId: string | null;
  rejectedReason: string | null;
  openedOn: string;
  course: CourseState;
  /** Starts of the patient's appointments that stand, today's and later ones. */
  visits: string[];
};

export type OpportunityStepKind = 'appear' | 'leave' | 'wake' | 'end' | 'wait' | 'closed';
export type OpportunityStep = Step<OpportunityStepKind>;

type Days = Policy['opportunity'];

/** D-01, D-02: on the last of these civil days it is still listed, on the next one no more. */
const lastDay = ({ openedOn }: OpportunityFacts, { openedWithinDays }: Days): string => addDays(openedOn, openedWithinDays);

/** D-01: a visit counts from so many days before it until its own day is over. */
function bookedSoon({ visits, zone }: OpportunityFacts, { noAppointmentWithinDays }: Days, date: string): boolean {
  return visits.some((visit) => {
    const ahead = daysBetween(date, zoneDate(visit, zone));
    return ahead >= 0 && ahead <= noAppointmentWithinDays;
  });
}

/**
 * Whether the lists show it on a civil date (D-01, D-02). A rejected one is shown with those (D-16) until its course is
 * completed; a snoozed one is asked about the patient's appointments only when it wakes (D-21).
 */
export function listedOn(facts: OpportunityFacts, policy: Policy, date: string): boolean {
  if (facts.state === 'ended' || date > lastDay(facts, policy.opportunity)) return false;
  if (facts.status === 'rejected') return facts.course !== 'completed';
  if (facts.status === 'snoozed') return facts.course === 'open';
  return facts.course === 'open' && !bookedSoon(facts, policy.opportunity, date);
}

export const listedAt = (facts: OpportunityFacts, policy: Policy, at: string): boolean => listedOn(facts, policy, zoneDate(at, facts.zone));

/** D-07: the lightbulb is red for an assigned one that is listed and neither snoozed nor rejected. */
export const needsAction = ({ listed, status }: Pick<OpportunityFacts, 'listed' | 'status'>): boolean => listed && status === 'open';

/** What comes next in an opportunity's life, and why: nothing happens on a day on which its listing stays as it is. */
export function planOpportunity(facts: OpportunityFacts, policy: Policy, now: string): OpportunityStep {
  const { openedWithinDays } = policy.opportunity;
  const because = `The course of treatment was opened more than ${openedWithinDays} days ago.`;
  const end: OpportunityStep = {
    kind: 'end',
    at: startOfDay(addDays(lastDay(facts, policy.opportunity), 1), facts.zone),
    because,
    rule: 'D-02',
  };
  if (facts.state === 'ended') return { ...end, kind: 'closed' };
  if (now >= end.at) return end;
  if (facts.paused) return { ...end, kind: 'wait', because: 'The facility has paused all automatic steps.', rule: 'F-23' };
  if (facts.status === 'snoozed') {
    const wakesAt = atLocal(facts.snoozedUntil!, policy.mail.fromLocalTime, facts.zone);
    if (wakesAt < end.at) return { kind: 'wake', at: wakesAt, because: 'The snooze is over.', rule: 'D-21' };
    return end;
  }
  const change = nextChange(facts, policy, now);
  return change && change.at < end.at ? change : end;
}

/** The first instant at which appointments make it leave or come back by themselves. */
function nextChange(facts: OpportunityFacts, policy: Policy, now: string): OpportunityStep | undefined {
  const today = zoneDate(now, facts.zone);
  const { noAppointmentWithinDays: days } = policy.opportunity;
  const turns = facts.visits
    .map((visit) => zoneDate(visit, facts.zone))
    .flatMap((date) => [addDays(date, -days), addDays(date, 1)])
    .filter((date) => date > today);
  const date = [today, ...turns.sort()].find((one) => listedOn(facts, policy, one) !== facts.listed);
  if (date === undefined) return undefined;
  const at = date === today ? now : startOfDay(date, facts.zone);
  return facts.listed
    ? { kind: 'leave', at, because: whyNot(facts, policy, date), rule: 'D-02' }
    : { kind: 'appear', at, because: `No appointment in the coming ${days} days.`, rule: 'D-01' };
}

/** U-07: why the lists do not show it on a date; empty when they do. */
export function whyNot(facts: OpportunityFacts, policy: Policy, date: string): string {
  if (listedOn(facts, policy, date)) return '';
  if (facts.course !== 'open') return `The course of treatment is ${facts.course}.`;
  if (facts.state === 'ended' || date > lastDay(facts, policy.opportunity))
    return `The course of treatment was opened more than ${policy.opportunity.openedWithinDays} days ago.`;
  return `The patient has an appointment in the coming ${policy.opportunity.noAppointmentWithinDays} days.`;
}

/** The facts after a step of the system, taken at step.at. Used to foretell (U-01) and to commit. */
export function advanceOpportunity(facts: OpportunityFacts, step: OpportunityStep, policy: Policy): OpportunityFacts {
  switch (step.kind) {
    case 'appear':
    case 'leave':
      return { ...facts, listed: step.kind === 'appear' };
    case 'wake':
      return settled({ ...facts, status: 'open', snoozedUntil: null }, policy, step.at);
    case 'end':
    case 'wait':
      return { ...facts, state: 'ended', listed: false };
    case 'closed':
      return facts;
  }
}

/** After a change of the facts from outside: its listing as of that instant. */
export function settled(facts: OpportunityFacts, policy: Policy, at: string): OpportunityFacts {
  return { ...facts, listed: listedAt(facts, policy, at) };
}
