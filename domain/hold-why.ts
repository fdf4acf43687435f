/** U-07: why things did, or did not, happen to a hold: the rule, the value and the limit. */
import type { Why } from './block-why.ts';
import { filled, filledInWords, type HoldFacts, live, planHold } from './hold.ts';
import { limitsInWords, type Standing } from './hold-utilization.ts';
import type { Policy } from './policy.ts';

export const holdQuestions = ['confirmation', 'reminder', 'expiry', 'time freed', 'restriction'] as const;
type HoldQuestion = (typeof holdQuestions)[number];
export type HoldWhy = Why & { question: HoldQuestion };

/** An event of the hold's own history: `action` of the audit trail. */
export type HoldEvent = { action: string; at: string; by: string; reason: string | null };

/** Every question that somebody asks about a hold, answered by its facts and its history. `standing`: its requester's (C-28). */
export function whyHold(facts: HoldFacts, policy: Policy, now: string, events: HoldEvent[], standing: Standing): HoldWhy[] {
  const last = (action: string) => events.findLast((event) => event.action === action);
  return [
    { question: 'confirmation', ...whyConfirmed(facts, now, last) },
    { question: 'reminder', ...whyReminded(facts, policy, now, last('remind facility')) },
    { question: 'expiry', ...whyExpired(facts, now, last) },
    { question: 'time freed', ...whyFreed(facts, now) },
    { question: 'restriction', ...whyRestricted(standing, now) },
  ];
}

type Last = (action: string) => HoldEvent | undefined;
const because = ({ by, reason }: HoldEvent, what: string) => `${what} by ${by}${reason ? `: ${reason}` : '.'}`;

function whyConfirmed({ state, expiresAt }: HoldFacts, now: string, last: Last): Why {
  const [confirmed, denied, deleted] = [last('confirm'), last('deny'), last('delete')];
  if (confirmed) return { happened: true, at: confirmed.at, because: because(confirmed, 'Confirmed'), rule: 'C-30' };
  if (denied) return { happened: false, at: denied.at, because: because(denied, 'Denied'), rule: 'F-08' };
  if (deleted) return { happened: false, at: deleted.at, because: because(deleted, 'Deleted before it was confirmed,'), rule: 'C-33' };
  const limits = { value: now, limit: expiresAt };
  if (state === 'pending')
    return { happened: false, at: now, because: 'The facility scheduler has not decided yet.', rule: 'C-30', ...limits };
  return { happened: false, at: expiresAt, because: 'The facility did not decide before it lapsed.', rule: 'C-34', ...limits };
}

function whyReminded(facts: HoldFacts, policy: Policy, now: string, reminded: HoldEvent | undefined): Why {
  const limit = `${policy.hold.remindAfterHours} hours`;
  if (reminded) return { happened: true, at: reminded.at, because: reminded.reason ?? 'The request still waited.', rule: 'C-30', limit };
  if (facts.state !== 'pending')
    return { happened: false, at: now, because: 'It was decided, or ended, before a reminder was due.', rule: 'C-30', limit };
  const next = planHold(facts, policy, now);
  if (next.kind === 'remind facility')
    return { happened: false, at: next.at, because: 'A reminder comes after so long, in mail hours.', rule: 'C-30', value: now, limit };
  return {
    happened: false,
    at: next.at,
    because: `${next.because} That comes before a reminder would.`,
    rule: next.rule,
    value: now,
    limit,
  };
}

function whyExpired({ state, expiresAt, startsAt, paused }: HoldFacts, now: string, last: Last): Why {
  const limits = { value: now, limit: expiresAt };
  const expired = last('expire') ?? last('wait');
  if (expired)
    return {
      happened: true,
      at: expired.at,
      because: expired.reason ?? 'The hold expired.',
      rule: 'C-34',
      value: expired.at,
      limit: expiresAt,
    };
  const [denied, deleted] = [last('deny'), last('delete')];
  const ended = denied ?? deleted;
  if (ended)
    return { happened: false, at: ended.at, because: because(ended, `It was ${state} before,`), rule: denied ? 'F-08' : 'C-33', ...limits };
  if (paused && now >= expiresAt)
    return { happened: false, at: startsAt, because: 'The facility has paused all automatic steps.', rule: 'F-23', ...limits };
  return { happened: false, at: expiresAt, because: 'Its expiration date has not come.', rule: 'C-34', ...limits };
}

function whyFreed(facts: HoldFacts, now: string): Why {
  const { usedMinutes: value, heldMinutes: limit, free } = filled(facts);
  const figures = { value, limit };
  const words = filledInWords(facts);
  if (live(facts))
    return {
      happened: false,
      at: facts.expiresAt,
      because: `It is held: hidden from everybody else until it ends. ${words} is filled.`,
      rule: 'C-29',
      ...figures,
    };
  if (free.length === 0)
    return { happened: false, at: now, because: `It was full of the requester’s own cases (${words}).`, rule: 'C-36', ...figures };
  return { happened: true, at: now, because: `Only what was not filled became open again: ${words} stays.`, rule: 'C-36', ...figures };
}

function whyRestricted({ restricted, because: why, limits, utilization: { figure } }: Standing, now: string): Why {
  const meaning = limits ? ` ${limitsInWords(limits).join(' ')}` : '';
  return { happened: restricted, at: now, because: `${why}${meaning}`, rule: 'C-28', ...(figure !== null && { value: figure }) };
}
