/** U-07: why a block's alert or mandatory release did, or did not, come: the rule, the value and the limit. */
import { alertOn, type BlockFacts, booked, mandatoryInstant, over, unbooked } from './block.ts';
import { atLocal, zoneDate } from './civil.ts';
import { totalMinutes } from './interval.ts';
import type { Policy } from './policy.ts';

/** An event of the block's own history that answers the question by having happened. */
export type Happened = { at: string; because: string; confidence?: number | undefined; predictor?: string | undefined };

export type Why = {
  happened: boolean;
  /** When it came, comes, or would have come. */
  at: string;
  because: string;
  rule: string;
  value?: number | string | undefined;
  limit?: number | string | undefined;
  /** Whose confidence the value is; none: our own. */
  predictor?: string | undefined;
};

/** Why the holder was, or was not, asked on a day. `facts` as they were known at `at`, the instant at which they would be asked. */
export function whyAlert(facts: BlockFacts, policy: Policy, at: string, happened?: Happened): Why {
  if (happened) {
    const { confidence: value, predictor, because } = happened;
    return { happened: true, at: happened.at, because, rule: 'C-01', value, limit: policy.release.confidenceAbove, predictor };
  }
  const no = noStep(facts, at);
  if (no) return { happened: false, at, ...no };
  const mandatory = mandatoryInstant(facts);
  if (!facts.mandatoryOff && at >= mandatory)
    return {
      happened: false,
      at,
      rule: 'C-12',
      because: 'The mandatory release date had come: nobody is asked any more.',
      value: at,
      limit: mandatory,
    };
  const latest = atLocal(zoneDate(at, facts.zone), policy.mail.untilLocalTime, facts.zone);
  if (at > latest) return { happened: false, at, rule: 'C-11', because: 'Nobody is asked so late in the day.', value: at, limit: latest };
  const answer = alertOn(facts, policy, zoneDate(at, facts.zone), at);
  const { because, rule, confidence, predictor } = answer;
  const limit = 'limit' in answer ? answer.limit : policy.release.confidenceAbove;
  const figures = confidence === undefined ? {} : { value: confidence, limit };
  return { happened: 'proposal' in answer, at, because, rule, ...figures, ...(predictor !== undefined && { predictor }) };
}

/** Why what was unbooked was, or was not, released by itself. `undone`: somebody took it back after its date. */
export function whyMandatoryRelease(facts: BlockFacts, now: string, happened?: Happened, undone?: Happened): Why {
  const at = mandatoryInstant(facts);
  const window = { value: now, limit: at };
  if (undone && facts.mandatoryOff)
    return {
      happened: false,
      at,
      because: `The release was undone after its date: it does not come again. ${undone.because}`.trim(),
      rule: 'C-25',
      ...window,
    };
  if (happened && facts.shadow)
    return {
      happened: false,
      at: happened.at,
      because: 'The facility ran in shadow mode: it was decided and shown, and nothing was released.',
      rule: 'F-23',
    };
  if (happened) return { happened: true, at: happened.at, because: happened.because, rule: 'C-05', value: happened.at, limit: at };
  if (facts.mandatoryOff)
    return {
      happened: false,
      at,
      because: 'The block was made, or given this window, inside the window: it is not released by itself.',
      rule: 'C-05',
      ...window,
    };
  const no = noStep(facts, now);
  if (no) return { happened: false, at, ...no };
  if (now < at) {
    const silence = facts.silenced ? ' That alerts about the block were silenced does not matter (C-13).' : '';
    const because = `It comes ${facts.windowDays} days before the block.${silence}`;
    return { happened: false, at, because, rule: 'C-05', ...window };
  }
  return { happened: false, at, because: 'It is due, and comes in a moment.', rule: 'C-05', ...window };
}

/** What stops every step of the system. */
function noStep(facts: BlockFacts, at: string): Pick<Why, 'because' | 'rule' | 'value'> | undefined {
  if (facts.state === 'cancelled') return { because: 'The block was taken away.', rule: 'U-11', value: facts.state };
  if (over(facts) || at >= facts.endsAt) return { because: 'The block is over.', rule: 'C-25', value: facts.endsAt };
  if (facts.state === 'inactive')
    return { because: 'Its group has no main contact, so the block is not active.', rule: 'C-19', value: facts.state };
  if (facts.paused) return { because: 'The facility has paused all automatic steps.', rule: 'F-23', value: 'paused' };
  if (totalMinutes(unbooked(facts, at)) > 0) return undefined;
  const value = totalMinutes(booked(facts));
  return { because: `Nothing unbooked was left: ${value} minutes were booked, the rest was released.`, rule: 'C-04', value: 0 };
}
