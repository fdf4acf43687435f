import { advanceBlock, type BlockFacts, type BlockStep, mandatoryInstant, minutesByUse, planBlock } from './block.ts';
import { addMinutes, formatDuration, formatInstant, formatRange, laterOf } from './civil.ts';
import { advanceHold, filledInWords, type HoldFacts, type HoldStep, held, live, planHold } from './hold.ts';
import type { Interval } from './interval.ts';
import type { Policy } from './policy.ts';
import { foretell, type Step } from './timeline.ts';
import { advanceTransfer, deadlineOf, planTransfer, type TransferFacts, type TransferStep, live as waits } from './transfer.ts';

/**
 * One entry of a person's calendar: time that is reserved or held, or the instant at which something is decided by
 * itself (U-18). `uid` stays the same while the entry moves; `sequence` is the version of its subject.
 */
export type CalendarEntry = Interval & {
  uid: string;
  sequence: number;
  title: string;
  description: string;
  cancelled: boolean;
  page: string;
};

type SubjectKind = 'block' | 'hold' | 'transfer';
type Names = { room: string; group: string; provider?: string | undefined };
type Subject<Facts, Next, Called = Names> = { facts: Facts; policy: Policy; version: number; next: Next; names: Called };

/** A decision takes no time; a quarter of an hour can be seen in a calendar. */
const decisionMinutes = 15;
/** A request a year ahead brings a reminder a day at most before it lapses. */
const mostReminders = 400;

/**
 * A block, and what will happen to it unless somebody fills or keeps it. The first instant is the one that its life
 * sleeps for; a question is listed when it is the next thing to come.
 */
export function entriesOfBlock({ facts, policy, version, next, names }: Subject<BlockFacts, BlockStep>, now: string): CalendarEntry[] {
  const { id, zone } = facts;
  const whose = names.provider ?? names.group;
  const { blockMinutes, bookedMinutes, releasedMinutes, unbookedMinutes } = minutesByUse(facts);
  const entry = entryOf('block', id, version);
  const uses = `${formatDuration(bookedMinutes)} booked, ${formatDuration(releasedMinutes)} released, ${formatDuration(unbookedMinutes)} unbooked.`;
  const block = entry('time', facts, `${names.room}: block of ${whose}`, uses, releasedMinutes === blockMinutes);
  if (facts.state !== 'active') return [block];
  const which = `${names.room}, ${formatInstant(facts.startsAt, zone, 'date')}, ${whose}`;
  const titles: Partial<Record<BlockStep['kind'], string>> = {
    alert: `Asked to release: ${which}`,
    'mandatory release': `Released unless filled: ${which}`,
  };
  const decisions = comingTo(facts, policy, next, now).flatMap((step) => {
    const title = titles[step.kind];
    return title ? [entry(step.kind, lasting(step.at), title, `${step.because} (${step.rule})`)] : [];
  });
  const released = mandatoryInstant(facts);
  const moot = released > now && !decisions.some(({ uid }) => uid === uidOf('block', id, 'mandatory release'));
  const gone = entry('mandatory release', lasting(released), titles['mandatory release']!, next.because, true);
  return [block, ...decisions, ...(moot ? [gone] : [])];
}

/** The step that the life sleeps for, and what follows it; the booking history is not needed for either. */
function comingTo(facts: BlockFacts, policy: Policy, next: BlockStep, now: string): BlockStep[] {
  const at = laterOf(next.at, now);
  const plan = (then: BlockFacts, instant: string) => planBlock(then, policy, instant);
  return [next, ...foretell(advanceBlock(facts, { ...next, at }), at, { plan, advance: advanceBlock })];
}

/** A hold, when the facility is asked again, and when it lapses. */
export function entriesOfHold({ facts, policy, version, next, names }: Subject<HoldFacts, HoldStep>, now: string): CalendarEntry[] {
  const { id, zone, state } = facts;
  const entry = entryOf('hold', id, version);
  const ended = !live(facts) && state !== 'used';
  const about = `For ${names.provider}, ${names.group}. Filled ${filledInWords(facts)}.`;
  const hold = entry('time', held(facts), `${names.room}: hold, ${state}`, about, ended);
  const which = `${names.room}, ${formatInstant(facts.startsAt, zone, 'date')}, ${formatRange(facts, zone)}`;
  const lapses = state === 'pending' ? `Request lapses unless confirmed: ${which}` : `Hold lapses unless filled: ${which}`;
  const titles: Partial<Record<HoldStep['kind'], string>> = { 'remind facility': `Facility asked again: ${which}`, expire: lapses };
  if (!live(facts)) {
    const moot = ended && state !== 'expired' && facts.expiresAt > now;
    return moot ? [hold, entry('expire', lasting(facts.expiresAt), lapses, `The hold is ${state}.`, true)] : [hold];
  }
  const plan = (then: HoldFacts, at: string) => planHold(then, policy, at);
  const at = laterOf(next.at, now);
  const coming = [next, ...foretell(advanceHold(facts, { ...next, at }), at, { plan, advance: advanceHold }, mostReminders)];
  const decisions = firstOfEachKind(coming).flatMap((step) => {
    const title = titles[step.kind];
    return title ? [entry(step.kind, lasting(step.at), title, `${step.because} (${step.rule})`)] : [];
  });
  return [hold, ...decisions];
}

type Hands = { room: string; from: string; to: string };

/** F-07: when whoever has not answered a proposal is asked again, and when it lapses. The block itself is in its holder's calendar. */
export function entriesOfTransfer({ facts, policy, version, next, names }: Subject<TransferFacts, TransferStep, Hands>, now: string) {
  const { id, zone, blocks, state } = facts;
  const entry = entryOf('transfer', id, version);
  const kind = blocks.length > 1 ? 'Swap' : 'Transfer';
  const which = `${names.room}, ${formatInstant(blocks[0]!.facts.startsAt, zone, 'date')}, ${names.from} to ${names.to}`;
  const lapses = `${kind} lapses unless ${state === 'proposed' ? 'accepted' : 'approved'}: ${which}`;
  if (!waits(facts)) {
    const lapse = lasting(deadlineOf(facts, policy));
    return lapse.startsAt > now ? [entry('lapse', lapse, `${kind}: ${which}`, facts.endedBecause ?? `It is ${state}.`, true)] : [];
  }
  const titles: Partial<Record<TransferStep['kind'], string>> = {
    'remind group': `Other group asked again: ${which}`,
    'remind facility': `Facility asked again: ${which}`,
    lapse: lapses,
  };
  const plan = (then: TransferFacts, at: string) => planTransfer(then, policy, at);
  const at = laterOf(next.at, now);
  const coming = [next, ...foretell(advanceTransfer(facts, { ...next, at }), at, { plan, advance: advanceTransfer }, mostReminders)];
  return firstOfEachKind(coming).flatMap((step) => {
    const title = titles[step.kind];
    return title ? [entry(step.kind, lasting(step.at), title, `${step.because} (${step.rule})`)] : [];
  });
}

/** What repeats is listed once: the next takes its place when it has been. */
function firstOfEachKind<Next extends Step>(steps: Next[]): Next[] {
  return steps.filter((step, index) => steps.findIndex(({ kind }) => kind === step.kind) === index);
}

const lasting = (at: string): Interval => ({ startsAt: at, endsAt: addMinutes(at, decisionMinutes) });
const uidOf = (kind: SubjectKind, id: string, what: string) => `${kind}-${id}-${what.replaceAll(' ', '-')}@holdfast`;

const entryOf =
  (kind: SubjectKind, id: string, sequence: number) =>
  (what: string, { startsAt, endsAt }: Interval, title: string, description: string, cancelled = false): CalendarEntry => ({
    uid: uidOf(kind, id, what),
    sequence,
    startsAt,
    endsAt,
    title,
    description,
    cancelled,
    page: `/${kind}s/${id}`,
  });
