/** U-05: what another policy would have done over past days, beside the one in force and what really happened. */
import { mandatoryInstant } from '../domain/block.ts';
import { equalIntervals } from '../domain/interval.ts';
import { mergedPolicy, type Policy, type PolicyChanges } from '../domain/policy.ts';
import { alertsIn, type Outcome, outcomeOf, type PastLife, type Relived, relive, type SystemStep } from '../domain/simulation.ts';
import type { Tx } from '../prisma/client.ts';
import { blockAlertRecipients } from './message.ts';
import { type PastBlockLife, type PastDays, pastLives } from './past-lives.ts';

/** One block: the steps that the system took, would have taken by the policy then in force, and by the changed one. */
export type SimulatedBlock = Pick<PastBlockLife, 'id' | 'room' | 'group' | 'date' | 'really'> & {
  inForce: SystemStep[];
  changed: SystemStep[];
};

export type Simulation = {
  blocks: SimulatedBlock[];
  /** Blocks that were taken away before their day, or changed hands. */
  leftOut: number;
  /** Blocks that had their life here; and those of them in which the policy then in force did to the second what was really done. */
  lived: number;
  reproduced: number;
  inForce: Outcome;
  changed: Outcome;
  /** Who would be asked today about those blocks, and how often they would have been, the most first. */
  people: { name: string; inForce: number; changed: number }[];
};

/**
 * Lives the blocks of these civil days again, by each policy that was in force and by the same with `changes`. People's decisions
 * and bookings stay as they were, and the prediction learns from what really happened. Pure computing of some milliseconds a block
 * after a handful of statements; `onBlock` is told how many are done. Writes nothing.
 */
export async function simulatePolicy(
  tx: Tx,
  days: PastDays,
  changes: PolicyChanges,
  onBlock: (done: number, of: number) => void = () => {},
): Promise<Simulation> {
  const { blocks: past, leftOut, policyAt, historyOf } = await pastLives(tx, days);
  const changedAt = changedBy(policyAt, changes);
  const lives: { block: PastBlockLife; inForce: Relived; changed: Relived }[] = [];
  for (const block of past) {
    const historyAt = (at: string) => historyOf(block, at);
    const inForce = relive(block.life, { policyAt, historyAt });
    const changed = relive(withWindow(block.life, policyAt, changedAt), { policyAt: changedAt, historyAt });
    lives.push({ block, inForce, changed });
    onBlock(lives.length, past.length);
    await new Promise(setImmediate); // others are answered in between
  }
  const lived = lives.filter(({ block }) => block.really);
  return {
    blocks: lives.map(({ block: { life: _life, groupId: _group, providerId: _provider, ...block }, inForce, changed }) => ({
      ...block,
      inForce: inForce.steps,
      changed: changed.steps,
    })),
    leftOut,
    lived: lived.length,
    reproduced: lived.filter(({ block, inForce }) => sameSteps(block.really!, inForce.steps)).length,
    inForce: outcomeOf(lives.map(({ inForce }) => inForce)),
    changed: outcomeOf(lives.map(({ changed }) => changed)),
    people: await peopleAsked(tx, lives),
  };
}

/** The policies with these changes in each of them. */
function changedBy(policyAt: (at: string) => Policy, changes: PolicyChanges): (at: string) => Policy {
  const changed = new Map<number, Policy>();
  return (at) => {
    const present = policyAt(at);
    const policy = changed.get(present.version) ?? { ...mergedPolicy(present, changes), version: present.version };
    changed.set(present.version, policy);
    return policy;
  };
}

/** C-05: a block that was made with the policy's window would have been made with the changed policy's. */
function withWindow(life: PastLife, policyAt: (at: string) => Policy, changedAt: (at: string) => Policy): PastLife {
  const { beganAt, facts } = life;
  if (facts.windowDays !== policyAt(beganAt).mandatory.windowDays) return life;
  const windowDays = changedAt(beganAt).mandatory.windowDays;
  return { ...life, facts: { ...facts, windowDays, mandatoryOff: mandatoryInstant({ ...facts, windowDays }) <= beganAt } };
}

/** What is due at once is done as soon as a worker comes to it. */
const soonMs = 60_000;

export const sameSteps = (one: SystemStep[], other: SystemStep[]): boolean =>
  one.length === other.length &&
  one.every(({ kind, at, parts }, index) => {
    const twin = other[index]!;
    const sameParts = parts.length === twin.parts.length && parts.every((part, n) => equalIntervals(part, twin.parts[n]!));
    return kind === twin.kind && Math.abs(Date.parse(at) - Date.parse(twin.at)) < soonMs && sameParts;
  });

async function peopleAsked(tx: Tx, lives: { block: PastBlockLife; inForce: Relived; changed: Relived }[]): Promise<Simulation['people']> {
  const people = new Map<string, Simulation['people'][number]>();
  for (const groupId of new Set(lives.map(({ block }) => block.groupId))) {
    const ofGroup = lives.filter(({ block }) => block.groupId === groupId);
    const alerts = (which: 'inForce' | 'changed') => ofGroup.reduce((sum, one) => sum + alertsIn(one[which].steps), 0);
    for (const { id, name } of await blockAlertRecipients(tx, groupId)) {
      const so = people.get(id) ?? { name, inForce: 0, changed: 0 };
      people.set(id, { name, inForce: so.inForce + alerts('inForce'), changed: so.changed + alerts('changed') });
    }
  }
  return [...people.values()].sort((a, b) => b.changed - a.changed || (a.name < b.name ? -1 : 1));
}
