import { addDays, addMinutes, atLocal, daysBetween, jitter, laterOf, startOfDay, zoneDate } from './civil.ts';
import { clip, type Interval, longerThan, merge, minutesOf, subtract, totalMinutes } from './interval.ts';
import type { Policy } from './policy.ts';
import { type PreparedHistory, usualLead } from './prediction.ts';
import { type Judgement, judge, type OutsideConfidence } from './predictor.ts';
import type { Step } from './timeline.ts';

export type ReleaseKind = 'full' | 'partial' | 'mandatory';
/** `wantedBackAt`: its holder undid it when somebody had taken it, and gets it first when that ends (U-10). */
export type ReleaseFact = Interval & {
  id: string;
  kind: ReleaseKind;
  releasedAt: string;
  releasedBy: string;
  visibleAt: string;
  wantedBackAt: string | null;
};

/** All that the rules of a block need to know. Intervals of cases and claims are those that touch the block's room and time. */
export type BlockFacts = {
  id: string;
  zone: string;
  paused: boolean;
  shadow: boolean;
  state: 'inactive' | 'active' | 'closed' | 'cancelled';
  startsAt: string;
  endsAt: string;
  /** Civil date in the facility's zone. */
  date: string;
  windowDays: number;
  /** C-13: the holder asked not to be alerted about this block again. */
  silenced: boolean;
  alerts: number;
  /** The last alert or keep: the next question comes the next day (C-11, C-12). */
  lastAskedAt: string | null;
  /** Mandatory release does not apply: created inside its window, or undone after it. */
  mandatoryOff: boolean;
  /** When the mandatory release was carried out, if it was. */
  mandatoryAt: string | null;
  /** Live releases, undone ones left out. */
  releases: ReleaseFact[];
  cases: Interval[];
  claims: Interval[];
  /** What an outside predictor said last, if one did. */
  outside?: OutsideConfidence | undefined;
  /** The holder's booking history; left out where no alert is possible anyway. */
  history?: PreparedHistory;
};

export type BlockStepKind = 'alert' | 'mandatory release' | 'close' | 'wait' | 'closed';
export type BlockStep = Step<BlockStepKind> & {
  proposal?: Interval[];
  confidence?: number /** Whose confidence it is; none: our own. */;
  predictor?: string;
};

export const reserved = (facts: BlockFacts): Interval => ({ startsAt: facts.startsAt, endsAt: facts.endsAt });

/** The cases inside the block, overlapping ones merged (C-07: a case is a fact). */
export const booked = (facts: BlockFacts): Interval[] => merge(clip(facts.cases, reserved(facts)));

/** What the holder still has and has not booked, from `at` on: past minutes cannot be given back. */
export function unbooked(facts: BlockFacts, at: string): Interval[] {
  if (at >= facts.endsAt) return [];
  const ahead = { startsAt: laterOf(facts.startsAt, at), endsAt: facts.endsAt };
  return subtract([ahead], [...facts.cases, ...facts.releases]);
}

/** C-05: 00:00 facility time on the block's date minus its window. */
export function mandatoryInstant(facts: Pick<BlockFacts, 'date' | 'windowDays' | 'zone'>): string {
  return startOfDay(addDays(facts.date, -facts.windowDays), facts.zone);
}

/** Nothing of it can be decided any more: it has ended, or was taken away before its day. */
export const over = ({ state }: Pick<BlockFacts, 'state'>): boolean => state === 'closed' || state === 'cancelled';

/** C-12: after the mandatory release, or with the block over, nothing can be kept any more. */
export function settled(facts: BlockFacts, at: string): boolean {
  return over(facts) || at >= facts.endsAt || (mandatoryApplies(facts) && at >= mandatoryInstant(facts));
}

function mandatoryApplies(facts: BlockFacts): boolean {
  return !facts.mandatoryOff && !(facts.shadow && facts.mandatoryAt);
}

/** What comes next in a block's life, and why. An instant in the past means: due now. */
export function planBlock(facts: BlockFacts, policy: Policy, now: string): BlockStep {
  if (facts.state === 'cancelled') return { kind: 'closed', at: facts.endsAt, because: 'The block was taken away.', rule: 'U-11' };
  if (facts.state === 'closed') return { kind: 'closed', at: facts.endsAt, because: 'The block is over.', rule: 'C-25' };
  const close: BlockStep = { kind: 'close', at: facts.endsAt, because: 'The block ends.', rule: 'C-25' };
  if (now >= facts.endsAt) return close;
  if (facts.state === 'inactive')
    return { ...close, kind: 'wait', because: 'Its group has no main contact, so the block is not active.', rule: 'C-19' };
  if (facts.paused) return { ...close, kind: 'wait', because: 'The facility has paused all automatic steps.', rule: 'F-23' };
  if (totalMinutes(unbooked(facts, now)) === 0) return { ...close, because: 'Nothing unbooked is left in the block.' };

  const mandatory = mandatoryApplies(facts) ? mandatoryInstant(facts) : undefined;
  const alert = nextAlert(facts, policy, now, mandatory ?? facts.startsAt);
  if ('proposal' in alert) return alert;
  const whyNot =
    facts.history || alert.rule !== 'C-01'
      ? { whyNot: { what: 'no question to the holder', because: alert.because, rule: alert.rule } }
      : {};
  if (mandatory === undefined) return { ...close, ...whyNot };
  return {
    ...whyNot,
    kind: 'mandatory release',
    at: mandatory,
    because: `${facts.windowDays} days before the block what is still unbooked goes back to the facility.`,
    rule: 'C-05',
  };
}

/** `predictor`: whose confidence it is; none: our own. */
export type NoAlert = { because: string; rule: string; confidence?: number; limit?: number; predictor?: string };

/** Why no alert could go out on `date`, or the alert that would (U-07). `at` is when it would be sent that day. */
export function alertOn(facts: BlockFacts, policy: Policy, date: string, at: string): BlockStep | NoAlert {
  if (facts.silenced) return { because: 'The holder asked not to be alerted about this block again.', rule: 'C-13' };
  const reusable = longerThan(unbooked(facts, at), policy.alert.minUnbookedMinutes);
  if (reusable.length === 0) return { because: `No ${policy.alert.minUnbookedMinutes} unbooked minutes in a row are left.`, rule: 'C-08' };
  if (facts.lastAskedAt && daysBetween(zoneDate(facts.lastAskedAt, facts.zone), date) < policy.alert.repeatAfterDays) {
    return { because: 'The holder was asked or answered already; the next question comes the next day.', rule: 'C-11' };
  }
  if (!facts.history) return { because: 'No booking history was looked at.', rule: 'C-01' };
  const leadHours = usualLead(facts.history);
  if (leadHours !== undefined && at < addMinutes(facts.startsAt, -leadHours * 60)) {
    return { because: `The holder usually books ${Math.round(leadHours / 24)} days ahead: too early to ask.`, rule: 'C-02' };
  }
  const { proposal, confidence, because, predictor } = judge(policy, questionOf(facts, facts.history, at));
  const whose = predictor === undefined ? {} : { predictor };
  if (proposal.length > 0) return { kind: 'alert', at, because, rule: 'C-01', proposal, confidence: confidence!, ...whose };
  const limit = policy.release.confidenceAbove;
  if (confidence === undefined) return { because, rule: 'C-01', limit };
  const figures = confidence > limit ? '' : `${confidence.toFixed(2)} is not above ${limit.toFixed(2)}. `;
  return { because: `${figures}${because}`, rule: 'C-01', confidence, limit, ...whose };
}

/** F-09: which unbooked time will probably stay unused, whether its holder may be asked about it or not. None where the facts have no history. */
export function predictUnused(facts: BlockFacts, policy: Policy, at: string): Judgement | undefined {
  return facts.history && judge(policy, questionOf(facts, facts.history, at));
}

const questionOf = (facts: BlockFacts, history: PreparedHistory, at: string) => ({
  block: reserved(facts),
  unbooked: unbooked(facts, at),
  bookedMinutes: totalMinutes(booked(facts)),
  at,
  zone: facts.zone,
  history,
  outside: facts.outside,
});

/** C-05: when what is unbooked goes by itself, if it will. */
export function mandatoryAhead(facts: BlockFacts, now: string): string | undefined {
  const at = mandatoryInstant(facts);
  return mandatoryApplies(facts) && at > now ? at : undefined;
}

/** The first day on which an alert will be right if nothing more is booked; else why there is none. */
function nextAlert(facts: BlockFacts, policy: Policy, now: string, until: string): BlockStep | NoAlert {
  let refusal: NoAlert = { because: 'No day is left to ask.', rule: 'C-08' };
  for (let date = zoneDate(now, facts.zone); ; date = addDays(date, 1)) {
    const slot = alertSlot(facts, policy, date);
    const at = laterOf(slot, now);
    if (at >= until || slot >= until) return refusal;
    if (at > atLocal(date, policy.mail.untilLocalTime, facts.zone)) continue;
    const answer = alertOn(facts, policy, date, at);
    if ('proposal' in answer) return answer;
    refusal = answer;
    if (answer.rule === 'C-08' || answer.rule === 'C-13' || !facts.history) return refusal;
  }
}

/** C-11, C-12: the first instant of another question to a holder who is asked, or keeps the block, at `at`; none where its time is settled before. */
export function askedAgainAt(facts: BlockFacts, policy: Policy, at: string): string | undefined {
  const slot = alertSlot(facts, policy, addDays(zoneDate(at, facts.zone), policy.alert.repeatAfterDays));
  return !facts.silenced && slot < (mandatoryApplies(facts) ? mandatoryInstant(facts) : facts.startsAt) ? slot : undefined;
}

/** When on that day the holder is asked: the policy's hour plus the block's own spread, the same every day. */
export function alertSlot(facts: Pick<BlockFacts, 'id' | 'zone'>, policy: Policy, date: string): string {
  const hour = atLocal(date, policy.mail.fromLocalTime, facts.zone);
  return new Date(Date.parse(hour) + jitter(facts.id, Math.max(1, policy.mail.spreadSeconds)) * 1000).toISOString();
}

/** The facts after a step of the system, taken at step.at. Used to foretell (U-01) and to commit. */
export function advanceBlock(facts: BlockFacts, step: BlockStep): BlockFacts {
  switch (step.kind) {
    case 'alert':
      return { ...facts, alerts: facts.alerts + 1, lastAskedAt: step.at };
    case 'mandatory release':
      return {
        ...facts,
        mandatoryAt: step.at,
        releases: facts.shadow
          ? facts.releases
          : [...facts.releases, ...unbooked(facts, step.at).map((part) => releaseFact(part, 'mandatory', step.at))],
      };
    case 'close':
    case 'wait':
      return step.at >= facts.endsAt ? { ...facts, state: 'closed' } : facts;
    case 'closed':
      return facts;
  }
}

/** `id` is given by the database; visible at once, because nobody can undo the system's release by a click. */
function releaseFact(part: Interval, kind: ReleaseKind, at: string): ReleaseFact {
  return { ...part, id: '', kind, releasedAt: at, releasedBy: 'Holdfast', visibleAt: at, wantedBackAt: null };
}

/** Minutes of the block by what they are now, for lists and pages. */
export function minutesByUse(facts: BlockFacts) {
  const bookedMinutes = totalMinutes(booked(facts));
  const releasedMinutes = totalMinutes(subtract(merge(clip(facts.releases, reserved(facts))), facts.cases));
  const blockMinutes = minutesOf(reserved(facts));
  return { blockMinutes, bookedMinutes, releasedMinutes, unbookedMinutes: blockMinutes - bookedMinutes - releasedMinutes };
}
