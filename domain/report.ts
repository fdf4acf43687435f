/**
 * F-18: what became of held and released time, counted minute by minute from the ledgers of holds, releases, claims and
 * cases. Only time that is over counts, in the civil month in which it lay; a release that was undone never was.
 */
import type { ReleaseKind } from './block.ts';
import { laterOf } from './civil.ts';
import { type EndedHold, utilizationOf } from './hold-utilization.ts';
import { clip, epochMs, type Interval, intersect, minutesOf, totalMinutes } from './interval.ts';

export const cuts = ['total', 'group', 'month', 'group-month'] as const;
export type Cut = (typeof cuts)[number];

/** `month`: such as `2027-01`, at the facility. */
type Place = { groupId: string; group: string; month: string };

export type HeldFact = Place & { hold: EndedHold };

/** A stretch given back, with the cases that stand in it by now and the claims that were made on it afterwards. */
export type ReleasedFact = Place &
  Interval & {
    blockId: string;
    kind: ReleaseKind;
    releasedAt: string;
    visibleAt: string;
    cases: (Interval & { groupId: string | null })[];
    /** `confirmed`: it became a hold; `used`: it ended full of its requester's cases. */
    claims: (Interval & { groupId: string; confirmed: boolean; used: boolean })[];
  };

export type ReportItem<Figures> = { groupId: string | null; group: string | null; month: string | null } & Figures;

/** The figures of each part that the facts are cut into, by month and then by the group's name. */
export function reportBy<Fact extends Place, Figures>(
  facts: readonly Fact[],
  by: Cut,
  measure: (facts: readonly Fact[]) => Figures,
): ReportItem<Figures>[] {
  const byGroup = by === 'group' || by === 'group-month';
  const byMonth = by === 'month' || by === 'group-month';
  const parts = new Map<string, Fact[]>();
  for (const fact of facts) {
    const key = `${byMonth ? fact.month : ''} ${byGroup ? fact.groupId : ''}`;
    const part = parts.get(key);
    if (part) part.push(fact);
    else parts.set(key, [fact]);
  }
  return [...parts.values()]
    .map((part) => {
      const { groupId, group, month } = part[0]!;
      const place = { groupId: byGroup ? groupId : null, group: byGroup ? group : null, month: byMonth ? month : null };
      return { ...place, ...measure(part) };
    })
    .sort((a, b) => compare(a.month ?? '', b.month ?? '') || compare(a.group ?? '', b.group ?? ''));
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);
const share = (part: number, whole: number) => (whole > 0 ? part / whole : null);

/** C-28's figure, by the same rule of which holds count, over the holds of everybody. */
export function holdUtilization(facts: readonly HeldFact[]) {
  const { countedHolds, heldMinutes, usedMinutes, figure } = utilizationOf(
    facts.map(({ hold }) => hold),
    '',
  );
  return { holds: countedHolds, heldMinutes, usedMinutes, utilization: figure };
}

/** What became of a release's minutes: the links of U-11's chain, each counted by itself, because a case may be booked into open time without a hold. */
export type CountedRelease = Place & {
  blockId: string;
  releasedAt: string;
  /** How long before its start it was given back. */
  leadMinutes: number;
  releasedMinutes: number;
  /** F-21: others could see them before they were over. */
  openMinutes: number;
  requestedMinutes: number;
  heldMinutes: number;
  /** A case stands there, whoever's, or a hold ended full of cases. */
  usedAgainMinutes: number;
  /** A case of another group stands there. */
  recapturedMinutes: number;
  /** Of these, minutes on which a hold of the case's own group stood. */
  throughHoldMinutes: number;
};

/** Counts a release once, for however many cuts: of a year there are thousands. */
export function countRelease(fact: ReleasedFact): CountedRelease {
  const { groupId, group, month, blockId, releasedAt, startsAt, endsAt, visibleAt, cases, claims } = fact;
  const confirmed = claims.filter((claim) => claim.confirmed);
  const others = cases.filter((one) => one.groupId !== groupId);
  const through = others.flatMap((one) =>
    confirmed.filter((claim) => claim.groupId === one.groupId).flatMap((claim) => intersect(one, claim) ?? []),
  );
  const minutes = (parts: readonly Interval[]) => minutesIn(fact, parts);
  return {
    groupId,
    group,
    month,
    blockId,
    releasedAt,
    leadMinutes: Math.floor((epochMs(startsAt) - epochMs(releasedAt)) / 60_000),
    releasedMinutes: minutesOf(fact),
    openMinutes: visibleAt < endsAt ? minutesOf({ startsAt: laterOf(startsAt, visibleAt), endsAt }) : 0,
    requestedMinutes: minutes(claims),
    heldMinutes: minutes(confirmed),
    usedAgainMinutes: minutes([...cases, ...claims.filter(({ used }) => used)]),
    recapturedMinutes: minutes(others),
    throughHoldMinutes: minutes(through),
  };
}

const minutesIn = (within: Interval, parts: readonly Interval[]) => (parts.length === 0 ? 0 : totalMinutes(clip(parts, within)));

/** How long before its start released time was given back. Each minute weighs the same, however it was cut up. */
export function releaseLeadTime(facts: readonly CountedRelease[]) {
  const sorted = [...facts].sort((a, b) => a.leadMinutes - b.leadMinutes);
  const releasedMinutes = total(facts, 'releasedMinutes');
  const mean = share(sum(facts.map((fact) => fact.releasedMinutes * fact.leadMinutes)), releasedMinutes);
  return {
    releases: new Set(facts.map(({ blockId, releasedAt }) => `${blockId} ${releasedAt}`)).size,
    releasedMinutes,
    medianLeadMinutes: weightedMedian(sorted, releasedMinutes),
    meanLeadMinutes: mean === null ? null : Math.round(mean),
  };
}

/** The lead of the middle one of all released minutes. */
function weightedMedian(sorted: readonly CountedRelease[], wholeMinutes: number): number | null {
  let passed = 0;
  for (const { releasedMinutes, leadMinutes } of sorted) {
    passed += releasedMinutes;
    if (passed * 2 >= wholeMinutes && releasedMinutes > 0) return leadMinutes;
  }
  return null;
}

type Countable = { [Name in keyof CountedRelease]: CountedRelease[Name] extends number ? Name : never }[keyof CountedRelease];
const total = (facts: readonly CountedRelease[], name: Countable) => sum(facts.map((fact) => fact[name]));

/** Which released minutes were used again. */
export function releaseFillRate(facts: readonly CountedRelease[]) {
  const releasedMinutes = total(facts, 'releasedMinutes');
  const usedAgainMinutes = total(facts, 'usedAgainMinutes');
  return { releasedMinutes, usedAgainMinutes, fillRate: share(usedAgainMinutes, releasedMinutes) };
}

/** The chain of U-11: released → open to others → requested → held → recaptured, a case of somebody else. */
export function recapturedMinutes(facts: readonly CountedRelease[]) {
  return {
    releasedMinutes: total(facts, 'releasedMinutes'),
    openMinutes: total(facts, 'openMinutes'),
    requestedMinutes: total(facts, 'requestedMinutes'),
    heldMinutes: total(facts, 'heldMinutes'),
    recapturedMinutes: total(facts, 'recapturedMinutes'),
    throughHoldMinutes: total(facts, 'throughHoldMinutes'),
  };
}
