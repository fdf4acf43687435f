import { addDays, formatDuration, formatInstant, startOfDay, zoneDate } from './civil.ts';
import type { Role } from './decision.ts';
import { DomainError } from './errors.ts';
import type { HoldState } from './hold.ts';
import { type Interval, minutesOf } from './interval.ts';
import type { Policy } from './policy.ts';

/** A hold that has ended, with what was kept of it: `usedMinutes` as it was counted at its end. */
export type EndedHold = Interval & {
  id: string;
  room: string;
  state: HoldState;
  confirmedAt: string | null;
  endedAt: string;
  expiresAt: string;
  inConflict: boolean;
  usedMinutes: number;
};

export type JudgedHold = Pick<EndedHold, 'id' | 'room' | 'state' | 'startsAt' | 'endsAt' | 'endedAt' | 'usedMinutes'> & {
  heldMinutes: number;
  counts: boolean;
  because: string;
};

/** C-28: used ÷ held minutes of the holds that ended since `since`. `figure` is null where none counts. */
export type Utilization = {
  since: string;
  countedHolds: number;
  heldMinutes: number;
  usedMinutes: number;
  figure: number | null;
  holds: JudgedHold[];
};

/** What a restriction means. All null and true: it is only said, nothing is limited. */
export type Limits = { seeOnlyWithinDays: number | null; maxRequestMinutes: number | null; mayRequest: boolean };

/** Where a requester stands, and why, or why not (U-07). `limits` are null while nobody restricts them. */
export type Standing = { utilization: Utilization; restricted: boolean; because: string; limits: Limits | null };

/** The first instant that is looked back on: 00:00 at the facility, so many civil days ago. */
export function windowStart(now: string, zone: string, policy: Policy): string {
  return startOfDay(addDays(zoneDate(now, zone), -policy.hold.utilization.windowDays), zone);
}

/**
 * C-28. Only what the requester could have filled counts: the time was theirs (confirmed), stayed theirs (no case of
 * somebody else on it), and was kept from others until it was too late for them.
 */
export function judgeEnded(hold: EndedHold): JudgedHold {
  const { id, room, state, startsAt, endsAt, endedAt, usedMinutes } = hold;
  const leftOut = whyLeftOut(hold);
  const because = leftOut ?? (state === 'deleted' ? 'Deleted too late for others to use it.' : 'Held until it expired.');
  return { id, room, state, startsAt, endsAt, endedAt, usedMinutes, heldMinutes: minutesOf(hold), counts: leftOut === undefined, because };
}

function whyLeftOut({ state, confirmedAt, inConflict, startsAt, endedAt, expiresAt }: EndedHold): string | undefined {
  if (state === 'denied') return 'The facility denied it.';
  if (confirmedAt === null) return 'The facility never confirmed it.';
  if (inConflict) return 'A case of somebody else stood on it.';
  // requested so late that it expired only at its start: nobody can use what is deleted after the usual expiry date
  const late = expiresAt >= startsAt;
  if (state === 'deleted' && !late && endedAt < expiresAt) return 'Deleted before it expired, in time for others.';
  return undefined;
}

/** The figure over ended holds, whoever they are of: a requester, or a provider. */
export function utilizationOf(ended: readonly EndedHold[], since: string): Utilization {
  const holds = ended.map(judgeEnded);
  const counted = holds.filter(({ counts }) => counts);
  const heldMinutes = counted.reduce((sum, hold) => sum + hold.heldMinutes, 0);
  const usedMinutes = counted.reduce((sum, hold) => sum + hold.usedMinutes, 0);
  return {
    since,
    countedHolds: counted.length,
    heldMinutes,
    usedMinutes,
    figure: heldMinutes > 0 ? usedMinutes / heldMinutes : null,
    holds,
  };
}

/** Whether this figure restricts a person of that role, and why or why not. Strict: a figure at the threshold does not. */
export function standingOf(utilization: Utilization, policy: Policy, role: Role, zone: string): Standing {
  const { minHolds, restrictBelow, seeOnlyWithinDays, maxRequestMinutes, mayRequest } = policy.hold.utilization;
  const { figure, countedHolds } = utilization;
  const free = (because: string): Standing => ({ utilization, restricted: false, because, limits: null });
  if (restrictBelow === null) return free('The facility restricts nobody for this.');
  if (role !== 'block contact') return free('The facility’s own people are not restricted.');
  if (figure === null || countedHolds < minHolds)
    return free(`${countedHolds} counted holds since ${dateOf(utilization, zone)}; fewer than ${minHolds} say nothing.`);
  const used = `${formatDuration(utilization.usedMinutes)} of the ${formatDuration(utilization.heldMinutes)} you held`;
  const figures = `You used ${used} (${percent(figure)}) in ${countedHolds} holds since ${dateOf(utilization, zone)}`;
  if (figure >= restrictBelow) return free(`${figures}; requests are limited only below ${percent(restrictBelow)}.`);
  const because = `${figures}; below ${percent(restrictBelow)} requests are limited.`;
  return { utilization, restricted: true, because, limits: { seeOnlyWithinDays, maxRequestMinutes, mayRequest } };
}

/** The same, of those of the holds that ended since an instant. */
export function standingSince(ended: readonly EndedHold[], since: string, policy: Policy, role: Role, zone: string): Standing {
  const counted = ended.filter(({ endedAt }) => endedAt >= since);
  return standingOf(utilizationOf(counted, since), policy, role, zone);
}

/**
 * When a restriction begins by itself if nothing more is held: the first day on which used time of long ago counts no more
 * and what is left is too little. Undefined: it does not.
 */
export function restrictionAhead(ended: readonly EndedHold[], policy: Policy, role: Role, zone: string, now: string): string | undefined {
  const { windowDays } = policy.hold.utilization;
  const restrictedOn = (date: string) => {
    const since = startOfDay(addDays(date, -windowDays), zone);
    return standingSince(ended, since, policy, role, zone).restricted;
  };
  const leaving = new Set(ended.map(({ endedAt }) => addDays(zoneDate(endedAt, zone), windowDays + 1)));
  const today = zoneDate(now, zone);
  let was = restrictedOn(today);
  for (const date of [...leaving].filter((one) => one > today).sort()) {
    const restricted = restrictedOn(date);
    if (restricted && !was) return startOfDay(date, zone);
    was = restricted;
  }
  return undefined;
}

const dateOf = ({ since }: Utilization, zone: string) => formatInstant(since, zone, 'longDate');
/** Whole percents, cut off: 49.9 % must not read as 50 % where 50 % is the limit. */
const percent = (part: number) => `${Math.floor(part * 100 + 1e-9)} %`;

/** What the limits mean, a sentence each. */
export function limitsInWords({ seeOnlyWithinDays, maxRequestMinutes, mayRequest }: Limits): string[] {
  return [
    ...(seeOnlyWithinDays === null ? [] : [`You find open time of the next ${seeOnlyWithinDays} days only.`]),
    ...(mayRequest ? [] : ['You cannot request open time yourself for now; your facility scheduler can help.']),
    ...(mayRequest && maxRequestMinutes !== null ? [`One request can be for ${formatDuration(maxRequestMinutes)} at most.`] : []),
  ];
}

/** The last civil date on which they may see open time; undefined: no limit. */
export function lastVisibleDate({ limits }: Standing, now: string, zone: string): string | undefined {
  const days = limits?.seeOnlyWithinDays ?? null;
  return days === null ? undefined : addDays(zoneDate(now, zone), days);
}

/** Throws REQUEST_RESTRICTED with the figure and the limit when a request goes beyond a restriction. */
export function refuseBeyondLimits(standing: Standing, wanted: Interval, now: string, zone: string): void {
  const { limits, because, utilization } = standing;
  if (!limits) return;
  const { figure, usedMinutes, heldMinutes, countedHolds } = utilization;
  const refuse = (limit: object): never => {
    throw new DomainError('REQUEST_RESTRICTED', { figure, usedMinutes, heldMinutes, countedHolds, limit, because });
  };
  const { mayRequest, maxRequestMinutes, seeOnlyWithinDays } = limits;
  const wantedMinutes = minutesOf(wanted);
  const date = zoneDate(wanted.startsAt, zone);
  const lastDate = lastVisibleDate(standing, now, zone);
  if (!mayRequest) refuse({ mayRequest });
  if (maxRequestMinutes !== null && wantedMinutes > maxRequestMinutes) refuse({ maxRequestMinutes, wantedMinutes });
  if (lastDate !== undefined && date > lastDate) refuse({ seeOnlyWithinDays, lastDate, date });
}
