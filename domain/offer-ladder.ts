import { addMinutes, earlierOf, laterOf, withinHours } from './civil.ts';
import { type Interval, minutesOf, overlaps, subtract } from './interval.ts';
import type { Policy } from './policy.ts';
import type { Step } from './timeline.ts';

/** How offers follow each other: one by one, so many at a time, or all at once (F-01). */
export const ladderModes = ['sequential', 'waves', 'all'] as const;
export type LadderMode = (typeof ladderModes)[number];

export const ladderStates = ['offering', 'filled', 'exhausted', 'stopped', 'over'] as const;
export type LadderState = (typeof ladderStates)[number];

export const offerStates = ['open', 'accepted', 'declined', 'expired', 'withdrawn'] as const;
export type OfferState = (typeof offerStates)[number];

/** Who could be asked: an entry of the waitlist, whose visit would begin with the free time. */
export type Candidate = { entryId: string; patientId: string; minutes: number };

export type Offer = Candidate & { state: OfferState; offeredAt: string; expiresAt: string };

export type LadderFacts = {
  id: string;
  version: number;
  zone: string;
  paused: boolean;
  shadow: boolean;
  state: LadderState;
  mode: LadderMode;
  practitionerId: string;
  startsAt: string;
  endsAt: string;
  endedAt: string | null;
  /** In the order they were made. */
  offers: Offer[];
  /** Who fits and was not asked yet, the best first (I-43, F-04). */
  waiting: Candidate[];
};

export type LadderStepKind = 'offer' | 'stop' | 'wait' | 'closed';
export type LadderStep = Step<LadderStepKind>;

/** "All at once" has an end too: nobody wants a hundred people to run for one hour. */
const mostAtOnce = 50;

const hoursOf = ({ offers }: Policy): [from: string, until: string] => [offers.fromLocalTime, offers.untilLocalTime];
const openOnes = ({ offers }: LadderFacts) => offers.filter(({ state }) => state === 'open');
/** F-04: nobody is asked later than this. */
const stopAtOf = ({ startsAt }: Pick<LadderFacts, 'startsAt'>, { offers }: Policy) => addMinutes(startsAt, -offers.stopBeforeMinutes);
/** When the visit of an offer would be. */
export const visitOf = ({ startsAt }: Pick<LadderFacts, 'startsAt'>, { minutes }: Candidate): Interval => ({
  startsAt,
  endsAt: addMinutes(startsAt, minutes),
});

/** What comes next in the life of a ladder, and why. */
export function planLadder(facts: LadderFacts, policy: Policy, now: string): LadderStep {
  const { state, mode, startsAt, endedAt, offers } = facts;
  if (state !== 'offering') return { kind: 'closed', at: endedAt ?? startsAt, because: endings[state], rule: 'F-01' };
  const stopAt = stopAtOf(facts, policy);
  const stop = (because: string): LadderStep => ({ kind: 'stop', at: stopAt, because, rule: 'F-04' });
  if (facts.paused) return { kind: 'wait', at: stopAt, because: 'The facility has paused all automatic steps.', rule: 'F-23' };
  const open = openOnes(facts);
  if (mode === 'all' && offers.length > 0 && open.length > 0) return stop('All who fit were asked: the first who accepts has it.');
  const free = open.map(({ expiresAt }) => expiresAt).reduce(laterOf, now);
  const at = withinHours(free, hoursOf(policy), facts.zone);
  if (at >= stopAt) return stop('After that it is too late to ask anybody else.');
  const because = offers.length === 0 ? 'Nobody was asked yet.' : 'The last who were asked have not accepted: the next who fit.';
  if (at === free) return { kind: 'offer', at, because, rule: 'F-01' };
  const [from, until] = hoursOf(policy);
  const quiet = { what: 'nobody is asked now', because: `Patients are asked from ${from} to ${until} only.`, rule: 'F-04' };
  return { kind: 'offer', at, because, rule: 'F-04', whyNot: quiet };
}

const endings: Record<Exclude<LadderState, 'offering'>, string> = {
  filled: 'The time is filled.',
  exhausted: 'Nobody else fits.',
  stopped: 'Somebody stopped it.',
  over: 'It is too late to ask anybody.',
};

/** The facts after a step of the system, taken at step.at. */
export function advanceLadder(facts: LadderFacts, step: LadderStep, policy: Policy): LadderFacts {
  if (step.kind === 'offer') return nextRound(facts, policy, step.at);
  if (step.kind === 'stop' || step.kind === 'wait') return ended(facts, 'over', step.at);
  return facts;
}

/** Asks the next ones; when nobody is left, the ladder ends. */
function nextRound(facts: LadderFacts, policy: Policy, at: string): LadderFacts {
  const offers = facts.offers.map((offer) =>
    offer.state === 'open' && offer.expiresAt <= at ? { ...offer, state: 'expired' as const } : offer,
  );
  const size = { sequential: 1, waves: policy.offers.waveSize, all: mostAtOnce }[facts.mode];
  const asked = facts.waiting.slice(0, size);
  if (asked.length === 0) return ended({ ...facts, offers }, 'exhausted', at);
  const expiresAt = expiryOf(facts, policy, at);
  const fresh = asked.map((one) => ({ ...one, state: 'open' as const, offeredAt: at, expiresAt }));
  return { ...facts, offers: [...offers, ...fresh], waiting: facts.waiting.slice(size) };
}

/** So many minutes, those of the quiet hours not counted (F-04): who was asked in the evening has until the morning. */
function expiryOf(facts: LadderFacts, policy: Policy, at: string): string {
  const stopAt = stopAtOf(facts, policy);
  if (facts.mode === 'all') return stopAt;
  return earlierOf(stopAt, withinHours(addMinutes(at, policy.offers.minutesEach), hoursOf(policy), facts.zone));
}

/** Ended: whoever could still accept cannot any more. Their answers are kept as they are. */
export function ended(facts: LadderFacts, state: Exclude<LadderState, 'offering'>, at: string): LadderFacts {
  const unanswered = state === 'over' || state === 'exhausted' ? ('expired' as const) : ('withdrawn' as const);
  const offers = facts.offers.map((offer) => (offer.state === 'open' ? { ...offer, state: unanswered } : offer));
  return { ...facts, state, offers, waiting: [], endedAt: at };
}

/**
 * F-03: somebody has booked minutes of the free time by another way. What is left of its beginning goes on being
 * offered to those whose visit still fits; else the ladder is filled.
 */
export function takenFrom(facts: LadderFacts, taken: Interval, at: string): LadderFacts {
  if (facts.state !== 'offering' || !overlaps(facts, taken)) return facts;
  const [rest] = subtract([{ startsAt: facts.startsAt, endsAt: facts.endsAt }], [taken]);
  if (rest?.startsAt !== facts.startsAt) return ended(facts, 'filled', at);
  const fits = (one: Candidate) => one.minutes <= minutesOf(rest);
  const offers = facts.offers.map((offer) => (offer.state === 'open' && !fits(offer) ? { ...offer, state: 'withdrawn' as const } : offer));
  return { ...facts, endsAt: rest.endsAt, offers, waiting: facts.waiting.filter(fits) };
}
