/** C-01: whose confidence counts. Our own prediction, an outside predictor's word, the surer of the two, or both. */
import { addDays, formatInstant, startOfDay, zoneDate } from './civil.ts';
import { clip, type Interval, intersect, longerThan, merge } from './interval.ts';
import type { Policy } from './policy.ts';
import { type PreparedHistory, proposeRelease } from './prediction.ts';

/** What an outside predictor said of a block as of an instant; `intervals` null: of all that is unbooked. */
export type OutsideConfidence = { predictor: string; confidence: number; intervals: Interval[] | null; asOf: string };

/** The proposal is empty where nobody is sure enough. `confidence` is undefined where there is none to judge by. */
export type Judgement = {
  proposal: Interval[];
  confidence?: number | undefined;
  because: string;
  /** Whose confidence it is; undefined: our own. */
  predictor?: string | undefined;
};

type Question = {
  block: Interval;
  unbooked: Interval[];
  bookedMinutes: number;
  at: string;
  zone: string;
  history: PreparedHistory;
  outside: OutsideConfidence | undefined;
};

/** What those whom the policy listens to say of the unbooked time at an instant. Strict: a confidence at the limit is not above it. */
export function judge(policy: Policy, question: Question): Judgement {
  const { predictor } = policy.release;
  if (predictor === 'own') return ownJudgement(policy, question);
  const outside = outsideJudgement(policy, question);
  if (predictor === 'outside') return outside;
  const own = ownJudgement(policy, question);
  return predictor === 'either' ? surer(own, outside) : bothSure(own, outside, policy);
}

function ownJudgement({ release, alert }: Policy, { block, unbooked, bookedMinutes, at, history }: Question): Judgement {
  const { proposal, forecast } = proposeRelease(history, {
    block,
    unbooked,
    bookedMinutes,
    at,
    minRunMinutes: alert.minUnbookedMinutes,
    confidenceAbove: release.confidenceAbove,
  });
  return { proposal, confidence: forecast.confidence, because: forecast.because };
}

function outsideJudgement({ release, alert }: Policy, { unbooked, at, zone, outside }: Question): Judgement {
  if (!outside || outside.asOf > at) return { proposal: [], because: 'No outside predictor has said anything about this block.' };
  const { predictor, confidence, intervals, asOf } = outside;
  const said = `${predictor} said so on ${formatInstant(asOf, zone, 'dateTime')}`;
  if (at >= startOfDay(addDays(zoneDate(asOf, zone), release.outsideDays + 1), zone))
    return { proposal: [], because: `${said}; after ${release.outsideDays} days that counts no more.`, predictor };
  const sure = intervals ? unbooked.flatMap((run) => clip(intervals, run)) : unbooked;
  const runs = longerThan(sure, alert.minUnbookedMinutes);
  if (confidence <= release.confidenceAbove) return { proposal: [], confidence, because: `${said}.`, predictor };
  if (runs.length > 0) return { proposal: runs, confidence, because: `${said}.`, predictor };
  return { proposal: [], confidence, because: `${said}, of no ${alert.minUnbookedMinutes} unbooked minutes in a row.`, predictor };
}

/** Whoever proposes something, and of two the surer. */
function surer(own: Judgement, outside: Judgement): Judgement {
  const worth = ({ proposal, confidence = -1 }: Judgement) => (proposal.length > 0 ? 2 : 0) + confidence;
  return worth(outside) > worth(own) ? outside : own;
}

/** What both propose, with the confidence of the less sure; where one does not, its refusal. */
function bothSure(own: Judgement, outside: Judgement, { alert }: Policy): Judgement {
  const [less, more] = (outside.confidence ?? -1) < (own.confidence ?? -1) ? [outside, own] : [own, outside];
  const refusal = [less, more].find(({ proposal }) => proposal.length === 0);
  if (refusal) return refusal;
  const shared = merge(own.proposal.flatMap((one) => outside.proposal.flatMap((other) => intersect(one, other) ?? [])));
  const proposal = longerThan(shared, alert.minUnbookedMinutes);
  const because = `${less.because} ${more.because}`;
  return { ...less, proposal, because: proposal.length > 0 ? because : `${because} They are not sure of the same time.` };
}
