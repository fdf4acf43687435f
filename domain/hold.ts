import { addDays, addMinutes, formatDuration, startOfDay, zoneDate } from './civil.ts';
import { clip, type Interval, merge, minutesOf, subtract, totalMinutes } from './interval.ts';
import { mailableAt, type Policy } from './policy.ts';
import type { Step } from './timeline.ts';

export const holdStates = ['pending', 'confirmed', 'denied', 'deleted', 'expired', 'used'] as const;
export type HoldState = (typeof holdStates)[number];

export type HoldFacts = {
  id: string;
  version: number;
  zone: string;
  paused: boolean;
  shadow: boolean;
  state: HoldState;
  roomId: string;
  requesterId: string;
  startsAt: string;
  endsAt: string;
  requestedAt: string;
  expiresAt: string;
  remindedAt: string | null;
  inConflict: boolean;
  /** Cases on the held minutes: those of the requester's group fill it, the others displace it (C-06, C-36). */
  ownCases: Interval[];
  otherCases: Interval[];
};

export type HoldStepKind = 'remind facility' | 'expire' | 'wait' | 'closed';
export type HoldStep = Step<HoldStepKind>;

export const held = (facts: HoldFacts): Interval => ({ startsAt: facts.startsAt, endsAt: facts.endsAt });
export const live = (facts: HoldFacts) => facts.state === 'pending' || facts.state === 'confirmed';

/** C-34: a few civil days before the procedure; requested after that point, at the interval's start. */
export function expiryOf(startsAt: string, requestedAt: string, zone: string, policy: Policy): string {
  const expiry = startOfDay(addDays(zoneDate(startsAt, zone), -policy.hold.expiresDaysBefore), zone);
  return expiry > requestedAt ? expiry : startsAt;
}

/** C-35: how much of the held time is filled with the requester's own cases. */
export function filled(facts: HoldFacts): { heldMinutes: number; usedMinutes: number; free: Interval[] } {
  const cases = merge(clip(facts.ownCases, held(facts)));
  return { heldMinutes: minutesOf(held(facts)), usedMinutes: totalMinutes(cases), free: subtract([held(facts)], cases) };
}

/** For people: `1 h of 4 h`. */
export function filledInWords(facts: HoldFacts): string {
  const { heldMinutes, usedMinutes } = filled(facts);
  return `${formatDuration(usedMinutes)} of ${formatDuration(heldMinutes)}`;
}

/** What comes next in a hold's life, and why. */
export function planHold(facts: HoldFacts, policy: Policy, now: string): HoldStep {
  if (!live(facts)) return { kind: 'closed', at: facts.expiresAt, because: `The hold is ${facts.state}.`, rule: 'C-34' };
  if (facts.paused && now < facts.startsAt)
    return { kind: 'wait', at: facts.startsAt, because: 'The facility has paused all automatic steps.', rule: 'F-23' };
  const expire: HoldStep = {
    kind: 'expire',
    at: facts.expiresAt,
    because:
      facts.state === 'pending'
        ? 'The facility has not decided; the request lapses.'
        : 'The hold expires; what is not filled becomes open again.',
    rule: 'C-34',
  };
  if (facts.state === 'confirmed') return expire;
  const remindAt = nextReminder(facts, policy, now);
  if (remindAt >= facts.expiresAt) {
    const because = `The next one would come ${policy.hold.remindAfterHours} hours after the last, in mail hours: not before the request lapses.`;
    return { ...expire, whyNot: { what: 'no reminder to the facility', because, rule: 'C-30' } };
  }
  return { kind: 'remind facility', at: remindAt, because: 'The request still waits for the facility scheduler.', rule: 'C-30' };
}

/** So many hours after the request or the last reminder, never outside the hours in which people are mailed. */
function nextReminder(facts: HoldFacts, policy: Policy, now: string): string {
  const due = addMinutes(facts.remindedAt ?? facts.requestedAt, policy.hold.remindAfterHours * 60);
  return mailableAt(due, now, policy, facts.zone);
}

/** The facts after a step of the system, taken at step.at. */
export function advanceHold(facts: HoldFacts, step: HoldStep): HoldFacts {
  if (step.kind === 'remind facility') return { ...facts, remindedAt: step.at };
  if (step.kind === 'expire' || (step.kind === 'wait' && step.at >= facts.startsAt)) return { ...facts, state: expiredState(facts) };
  return facts;
}

/** C-36: full of the requester's cases it is used, nothing is freed. */
function expiredState(facts: HoldFacts): HoldState {
  return facts.state === 'confirmed' && filled(facts).free.length === 0 ? 'used' : 'expired';
}
