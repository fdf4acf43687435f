/** U-07: why a block did, or did not, change hands, and why somebody was reminded or not. */
import type { Why } from './block-why.ts';
import type { HoldEvent } from './hold-why.ts';
import type { Policy } from './policy.ts';
import { deadlineOf, live, planTransfer, type TransferFacts } from './transfer.ts';

export const transferQuestions = ['exchange', 'reminder'] as const;
export type TransferWhy = Why & { question: (typeof transferQuestions)[number] };

/** `events`: its own history, the first first. */
export function whyTransfer(facts: TransferFacts, policy: Policy, now: string, events: HoldEvent[]): TransferWhy[] {
  const last = (...actions: string[]) => events.findLast(({ action }) => actions.includes(action));
  return [
    { question: 'exchange', ...whyExchanged(facts, policy, now, last) },
    { question: 'reminder', ...whyReminded(facts, policy, now, last('remind group', 'remind facility')) },
  ];
}

type Last = (...actions: string[]) => HoldEvent | undefined;

function whyExchanged(facts: TransferFacts, policy: Policy, now: string, last: Last): Why {
  const figures = { value: now, limit: deadlineOf(facts, policy) };
  const approved = last('approve');
  if (approved) return { happened: true, at: approved.at, because: `Approved by ${approved.by}.`, rule: 'F-07' };
  const ended = last('decline', 'deny', 'withdraw', 'end', 'lapse', 'wait');
  if (ended && !live(facts))
    return { happened: false, at: ended.at, because: facts.endedBecause ?? `It was ${facts.state} by ${ended.by}.`, rule: 'F-07' };
  const waits = facts.state === 'proposed' ? 'The other group has not answered yet.' : 'The facility has not decided yet.';
  return { happened: false, at: now, because: waits, rule: 'F-07', ...figures };
}

function whyReminded(facts: TransferFacts, policy: Policy, now: string, reminded: HoldEvent | undefined): Why {
  const limit = `${policy.transfer.remindAfterHours} hours`;
  if (reminded) return { happened: true, at: reminded.at, because: reminded.reason ?? 'It still waited.', rule: 'F-07', limit };
  if (!live(facts))
    return { happened: false, at: now, because: 'It was answered, or ended, before a reminder was due.', rule: 'F-07', limit };
  const { at, because, rule } = planTransfer(facts, policy, now);
  return { happened: false, at, because, rule, value: now, limit };
}
