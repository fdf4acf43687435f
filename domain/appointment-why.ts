/** U-07: why a task did, or did not, appear by itself after a visit, and why its time was, or was not, offered: the rule, the value and the limit. */
import { type AppointmentFacts, needsTask, planAppointment } from './appointment.ts';
import type { Why } from './block-why.ts';
import type { LadderState } from './offer-ladder.ts';
import type { Policy } from './policy.ts';

export const appointmentQuestions = ['task', 'offer'] as const;
export type AppointmentWhy = Why & { question: (typeof appointmentQuestions)[number] };

/** What followed from it, as it was recorded. */
export type Followed = {
  /** When the task of a visit to which nobody came was made (I-38). */
  taskAt: string | null;
  /** The first ladder that offered its time after it was cancelled, and how many it asked (F-01). */
  ladder: { state: LadderState; startedAt: string; asked: number } | null;
};

export function whyAppointment(facts: AppointmentFacts, policy: Policy, now: string, followed: Followed): AppointmentWhy[] {
  return [
    { question: 'task', ...whyTask(facts, policy, now, followed) },
    { question: 'offer', ...whyOffer(facts, policy, now, followed) },
  ];
}

function whyTask(facts: AppointmentFacts, policy: Policy, now: string, { taskAt }: Followed): Why {
  const { status, endsAt, arrivedAt, cancelledAt } = facts;
  const no = (because: string, rule: string, at: string): Why => ({ happened: false, at, because, rule });
  if (taskAt) {
    const figures = { value: taskAt, limit: endsAt };
    return { happened: true, at: taskAt, because: 'Nobody marked the patient arrived until then.', rule: 'I-38', ...figures };
  }
  if (status === 'cancelled') return no('It was cancelled: whoever cancelled it chose what follows.', 'I-33', cancelledAt ?? now);
  if (status === 'arrived' || status === 'fulfilled') return no('The patient came.', 'I-38', arrivedAt ?? now);
  if (status === 'noshow') return no('None was needed then: they came again or waited for a time.', 'I-38', facts.noShowAt ?? now);
  if (facts.paused) return no('The facility has paused all automatic steps.', 'F-23', now);
  const { at } = planAppointment(facts, policy, now);
  if (needsTask(facts, at > now ? at : now)) {
    const because = 'It comes if nobody marks the patient arrived until then.';
    return { ...no(because, 'I-38', at), value: now, limit: at };
  }
  if (facts.waiting) return no('None is needed: the patient waits for a time on the waitlist.', 'I-38', at);
  const figures = facts.otherVisitAt === null ? {} : { value: facts.otherVisitAt, limit: at };
  return { ...no('None is needed: the patient has another visit.', 'I-38', at), ...figures };
}

function whyOffer({ status, startsAt, cancelledAt }: AppointmentFacts, policy: Policy, now: string, { ladder }: Followed): Why {
  const no = (because: string, rule: string, at: string): Why => ({ happened: false, at, because, rule });
  if (status !== 'cancelled' || cancelledAt === null) return no('Its time is not free: the visit was not cancelled.', 'I-02', now);
  if (ladder && ladder.asked > 0) {
    return { happened: true, at: ladder.startedAt, because: 'Its time was offered to who waits.', rule: 'F-01', value: ladder.asked };
  }
  if (ladder) return { ...no(unasked[ladder.state], ladder.state === 'over' ? 'F-04' : 'F-01', ladder.startedAt), value: ladder.state };
  if (cancelledAt >= startsAt) {
    return { ...no('Its time had begun when it was cancelled.', 'I-02', cancelledAt), value: cancelledAt, limit: startsAt };
  }
  if (policy.offers.mode === 'manual') {
    const because = 'The facility offers nothing by itself: the desk sees who fits, and phones.';
    return { ...no(because, 'F-01', cancelledAt), value: policy.offers.mode };
  }
  return no('No offer of it is recorded.', 'F-01', cancelledAt);
}

/** Of a ladder that asked nobody. */
const unasked: Record<LadderState, string> = {
  offering: 'Nobody was asked yet.',
  filled: 'It was booked before anybody was asked.',
  exhausted: 'Nobody who waits could be asked about it.',
  stopped: 'Somebody stopped it before anybody was asked.',
  over: 'It was too late to ask anybody.',
};
