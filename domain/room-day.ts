/** U-11: where each minute of a room's day went. Every opening minute has one use at each instant, and the uses add up to the day. */
import { contains, type Interval, subtract, totalMinutes } from './interval.ts';

export const uses = ['case', 'hold confirmed', 'hold pending', 'released', 'block', 'open'] as const;
export type Use = (typeof uses)[number];

type Subject = { kind: 'case' | 'hold' | 'block'; id: string };
type Of = Interval & { id: string; holder: string; groupId: string | null; since: string };

export type RoomDayFacts = {
  /** Opening hours of the day. */
  hours: Interval[];
  blocks: Of[];
  /** Live releases; `id` is the block's, `holder` who released. */
  releases: (Of & { visibleAt: string })[];
  /** Pending and confirmed holds. */
  holds: (Of & { state: 'pending' | 'confirmed' })[];
  /** Cases that are not cancelled; they may overlap each other (C-07). */
  cases: Of[];
};

/** `since`: the instant from which it has this use; null for time that nobody ever had. */
export type Stretch = Interval & {
  use: Use;
  subject: Subject | null;
  holder: string | null;
  since: string | null;
  rule: string;
  /** More than one case stands here. */
  overlapping: boolean;
  /** It was given back, and somebody else works in it now. */
  recaptured: boolean;
};

export type RoomDay = {
  stretches: Stretch[];
  openingMinutes: number;
  minutes: Record<Use, number>;
  /** Counted, not estimated: released minutes in which a case of somebody else stands. */
  recapturedMinutes: number;
  /** Cases that stand outside the opening hours: facts all the same. */
  outsideHours: Interval[];
};

/** The day as it is known, for who looks at `now`: time inside its undo window is released, and not yet open. */
export function roomDay(facts: RoomDayFacts, now: string): RoomDay {
  const all = [...facts.blocks, ...facts.releases, ...facts.holds, ...facts.cases];
  const stretches = facts.hours.flatMap((hours) => joined(cut(hours, all).map((part) => stretchOf(part, facts, now))));
  const minutes = Object.fromEntries(uses.map((use) => [use, totalMinutes(stretches.filter((one) => one.use === use))])) as Record<
    Use,
    number
  >;
  return {
    stretches,
    openingMinutes: totalMinutes(facts.hours),
    minutes,
    recapturedMinutes: totalMinutes(stretches.filter(({ recaptured }) => recaptured)),
    outsideHours: subtract(facts.cases, facts.hours),
  };
}

/** The parts of `whole` between any two instants at which something begins or ends. */
function cut(whole: Interval, parts: Interval[]): Interval[] {
  const inside = parts.flatMap(({ startsAt, endsAt }) => [startsAt, endsAt]).filter((at) => at > whole.startsAt && at < whole.endsAt);
  const instants = [...new Set([whole.startsAt, ...inside, whole.endsAt])].sort();
  return instants.slice(1).map((endsAt, n) => ({ startsAt: instants[n]!, endsAt }));
}

function stretchOf(part: Interval, facts: RoomDayFacts, now: string): Stretch {
  const here = <One extends Of>(ones: One[]) => ones.filter((one) => contains(one, part));
  const [[first, ...others], [hold], [release], [block]] = [here(facts.cases), here(facts.holds), here(facts.releases), here(facts.blocks)];
  const plain = { ...part, overlapping: false, recaptured: false };
  const of = (use: Use, kind: Subject['kind'], { id, holder, since }: Of, rule: string): Stretch => {
    return { ...plain, use, subject: { kind, id }, holder, since, rule };
  };
  if (first) {
    const recaptured = release !== undefined && [first, ...others].some(({ groupId }) => groupId !== block?.groupId);
    return { ...of('case', 'case', first, 'C-07'), overlapping: others.length > 0, recaptured };
  }
  if (hold) return of(hold.state === 'confirmed' ? 'hold confirmed' : 'hold pending', 'hold', hold, 'C-29');
  if (release && release.visibleAt > now) return of('released', 'block', release, 'F-21');
  if (release) return of('open', 'block', release, 'C-46');
  if (block) return of('block', 'block', block, 'C-03');
  return { ...plain, use: 'open', subject: null, holder: null, since: null, rule: 'C-26' };
}

/** Neighbours of the same use and subject are one stretch. */
function joined(parts: Stretch[]): Stretch[] {
  const same = (a: Stretch, b: Stretch) =>
    a.use === b.use && a.subject?.id === b.subject?.id && a.overlapping === b.overlapping && a.recaptured === b.recaptured;
  const day: Stretch[] = [];
  for (const part of parts) {
    const last = day.at(-1);
    if (last && same(last, part)) day[day.length - 1] = { ...last, endsAt: part.endsAt };
    else day.push(part);
  }
  return day;
}
