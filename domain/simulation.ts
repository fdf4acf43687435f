/**
 * U-05: the life of a past block once more, by the rules that it lived by or by another policy. What people did and what was booked
 * stays as it was; what the system does follows from the policy. Nothing here knows the rules of a block: they are asked.
 */
import { advanceBlock, type BlockFacts, type BlockStep, planBlock, type ReleaseFact, reserved, unbooked } from './block.ts';
import { applyBlockEffect, type BlockChoice, decideBlock, suggestedRelease } from './block-decision.ts';
import { returnWanted } from './block-undo.ts';
import { laterOf } from './civil.ts';
import type { Actor } from './decision.ts';
import { DomainError } from './errors.ts';
import { clip, type Interval, minutesOf, subtract, totalMinutes } from './interval.ts';
import type { Policy } from './policy.ts';
import type { PreparedHistory } from './prediction.ts';

/** What happened to a block beside its own steps: other facts from then on, or a person's decision. */
export type Happening = {
  at: string;
  facts?: Partial<BlockFacts>;
  decision?: { choice: BlockChoice; actor: Actor };
  /** What its holder booked in it then. */
  bookedByHolder?: Interval;
  /** What somebody's hold took of it then. */
  held?: { holdId: string; interval: Interval };
};

/** `facts`: as they were when it began, at `beganAt`; `happenings` in their order. */
export type PastLife = { beganAt: string; facts: BlockFacts; happenings: Happening[] };

/** What was in force and what was known at an instant. */
export type Surroundings = { policyAt(at: string): Policy; historyAt(at: string): PreparedHistory };

/** What the system did: `parts` are what it proposed, or what it released. */
export type SystemStep = { kind: 'alert' | 'mandatory release'; at: string; parts: Interval[] };

export type Relived = {
  steps: SystemStep[];
  /** What was released when the block ended, by whomever. */
  releases: ReleaseFact[];
  /** Minutes that nobody booked and nobody had released. */
  unusedMinutes: number;
  /** Minutes that its holder booked when they were released already. */
  lateMinutes: number;
  /** Holds on its time that was not released when they were requested. */
  lostHoldIds: string[];
  /** Decisions that could not have been taken. */
  mootDecisions: number;
};

/**
 * Lives `life` again. As in a real life, its timer is set by what was known when it last looked: a change wakes it only where
 * that brings its next step forward, and every look asks the rules anew.
 */
export function relive(life: PastLife, { policyAt, historyAt }: Surroundings): Relived {
  let { facts, beganAt: clock } = life;
  const told: Pick<Relived, 'steps' | 'lateMinutes' | 'lostHoldIds' | 'mootDecisions'> = {
    steps: [],
    lateMinutes: 0,
    lostHoldIds: [],
    mootDecisions: 0,
  };
  const plan = () => planBlock({ ...facts, history: historyAt(clock) }, policyAt(clock), clock);
  let wake = plan();

  const liveUntil = (until: string) => {
    while (wake.kind !== 'closed' && wake.at < until) {
      clock = laterOf(wake.at, clock);
      const due = plan();
      if (due.at <= clock && due.kind !== 'closed') {
        told.steps.push(...noted(facts, { ...due, at: clock }));
        facts = withIds(advanceBlock(facts, { ...due, at: clock }));
        wake = plan();
      } else wake = due;
    }
    clock = laterOf(until, clock);
  };

  for (const happening of life.happenings) {
    liveUntil(happening.at);
    const { bookedByHolder, held, decision } = happening;
    if (bookedByHolder) told.lateMinutes += totalMinutes(clip(facts.releases, bookedByHolder));
    if (held && subtract(clip([held.interval], reserved(facts)), facts.releases).length > 0) told.lostHoldIds.push(held.holdId);
    facts = { ...facts, ...happening.facts };
    facts = withIds(returnWanted(facts, clock)?.after ?? facts);
    if (decision) {
      const after = decided(facts, policyAt(clock), decision, clock);
      if (!after) told.mootDecisions++;
      facts = withIds(after ?? facts);
    }
    const next = plan();
    if (decision || next.at < wake.at) wake = next;
  }
  liveUntil(afterAll);
  const { releases } = facts;
  return { ...told, releases, unusedMinutes: totalMinutes(unbooked(facts, facts.startsAt)) };
}

const afterAll = '9999-12-31T23:59:59.999Z';

function noted(facts: BlockFacts, { kind, at, proposal }: BlockStep): SystemStep[] {
  if (kind === 'alert') return [{ kind, at, parts: proposal! }];
  return kind === 'mandatory release' ? [{ kind, at, parts: facts.shadow ? [] : unbooked(facts, at) }] : [];
}

/** The facts after a person's decision; undefined where it would have been refused. Of a part, what is still there is released. */
function decided(facts: BlockFacts, policy: Policy, { choice, actor }: { choice: BlockChoice; actor: Actor }, at: string) {
  try {
    const possible = choice.action === 'release part' ? suggestedRelease(facts, choice.intervals, at) : choice;
    return applyBlockEffect(facts, decideBlock(facts, policy, possible, actor, at), actor, at);
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

/** Ids are the database's to give; a later undo names releases by them. */
const withIds = (facts: BlockFacts): BlockFacts => ({
  ...facts,
  releases: facts.releases.map((one) => (one.id ? one : { ...one, id: `${one.releasedAt}/${one.startsAt}` })),
});

/** What a policy did, over many blocks. Minutes are of blocks; `minuteDays` weighs each released minute by the days until its block. */
export type Outcome = {
  alerts: number;
  /** Blocks whose holder was asked at all. */
  blocksAsked: number;
  releasedByItselfMinutes: number;
  releasedByPeopleMinutes: number;
  minuteDays: number;
  unusedMinutes: number;
  lateMinutes: number;
  lostHolds: number;
  mootDecisions: number;
};

export function outcomeOf(relived: Relived[]): Outcome {
  const sum = (of: (one: Relived) => number) => relived.reduce((total, one) => total + of(one), 0);
  const released = (one: Relived, byItself: boolean) =>
    totalMinutes(one.releases.filter(({ kind }) => (kind === 'mandatory') === byItself));
  return {
    alerts: sum(({ steps }) => alertsIn(steps)),
    blocksAsked: sum(({ steps }) => (alertsIn(steps) > 0 ? 1 : 0)),
    releasedByItselfMinutes: sum((one) => released(one, true)),
    releasedByPeopleMinutes: sum((one) => released(one, false)),
    minuteDays: sum(({ releases }) => releases.reduce((total, one) => total + minutesOf(one) * daysAhead(one), 0)),
    unusedMinutes: sum((one) => one.unusedMinutes),
    lateMinutes: sum((one) => one.lateMinutes),
    lostHolds: new Set(relived.flatMap((one) => one.lostHoldIds)).size,
    mootDecisions: sum((one) => one.mootDecisions),
  };
}

export const alertsIn = (steps: SystemStep[]): number => steps.filter(({ kind }) => kind === 'alert').length;

const daysAhead = ({ startsAt, releasedAt }: ReleaseFact) => Math.max(0, minutesOf({ startsAt: releasedAt, endsAt: startsAt })) / 1440;
