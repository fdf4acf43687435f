/**
 * F-18: what became of held and released time, counted minute by minute from the ledgers of holds, releases, claims and
 * cases. Only time that is over counts, in the civil month in which it lay; a release that was undone never was.
 */
import type { ReleaseKind } from './block.ts';
import { laterOf } from './civil.ts';
import { type EndedHold, utilizationOf } from './hold-utilization.ts';
import { clip, epochMs, type Interval, intersect, merge, minutesOf, totalMinutes } from './interval.ts';

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

/** How long before its start released time was given back. Each minute weighs the same, however it was cut up. */
export function releaseLeadTime(facts: readonly ReleasedFact[]) {
  const leads = facts
    .map((fact) => ({ minutes: minutesOf(fact), lead: Math.floor((epochMs(fact.startsAt) - epochMs(fact.releasedAt)) / 60_000) }))
    .sort((a, b) => a.lead - b.lead);
  const releasedMinutes = sum(leads.map(({ minutes }) => minutes));
  const mean = share(sum(leads.map(({ minutes, lead }) => minutes * lead)), releasedMinutes);
  return {
    releases: new Set(facts.map(({ blockId, releasedAt }) => `${blockId} ${releasedAt}`)).size,
    releasedMinutes,
    medianLeadMinutes: weightedMedian(leads, releasedMinutes),
    meanLeadMinutes: mean === null ? null : Math.round(mean),
  };
}

/** The lead of the middle one of all released minutes. */
function weightedMedian(sorted: { minutes: number; lead: number }[], wholeMinutes: number): number | null {
  let passed = 0;
  for (const { minutes, lead } of sorted) {
    passed += minutes;
    if (passed * 2 >= wholeMinutes && minutes > 0) return lead;
  }
  return null;
}

/** Which released minutes were used again: a case stands there, whoever's, or a hold ended full of cases. */
export function releaseFillRate(facts: readonly ReleasedFact[]) {
  const releasedMinutes = sum(facts.map(minutesOf));
  const usedAgainMinutes = sum(facts.map((fact) => minutesIn(fact, [...fact.cases, ...fact.claims.filter(({ used }) => used)])));
  return { releasedMinutes, usedAgainMinutes, fillRate: share(usedAgainMinutes, releasedMinutes) };
}

/**
 * The chain of U-11: released → open to others → requested → held → recaptured, a case of somebody else. Each link
 * counts by itself: a case may be booked into open time without a hold. `throughHoldMinutes`: recaptured ones on which
 * a hold of the case's own group stood.
 */
export function recapturedMinutes(facts: readonly ReleasedFact[]) {
  const total = (parts: (fact: ReleasedFact) => readonly Interval[]) => sum(facts.map((fact) => minutesIn(fact, parts(fact))));
  const others = ({ cases, groupId }: ReleasedFact) => cases.filter((one) => one.groupId !== groupId);
  const confirmed = ({ claims }: ReleasedFact) => claims.filter((claim) => claim.confirmed);
  return {
    releasedMinutes: sum(facts.map(minutesOf)),
    openMinutes: total(openPart),
    requestedMinutes: total(({ claims }) => claims),
    heldMinutes: total(confirmed),
    recapturedMinutes: total(others),
    throughHoldMinutes: total((fact) =>
      others(fact).flatMap((one) =>
        confirmed(fact)
          .filter(({ groupId }) => groupId === one.groupId)
          .flatMap((claim) => intersect(one, claim) ?? []),
      ),
    ),
  };
}

/** F-21: others saw it from `visibleAt` on. */
function openPart({ startsAt, endsAt, visibleAt }: ReleasedFact): Interval[] {
  return visibleAt < endsAt ? [{ startsAt: laterOf(startsAt, visibleAt), endsAt }] : [];
}

const minutesIn = (within: Interval, parts: readonly Interval[]) => totalMinutes(merge(clip(parts, within)));
