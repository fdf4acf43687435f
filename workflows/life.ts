/**
 * How every life runs: it tells support where it is, sleeps until the next planned instant or until somebody says
 * something, does what is due, and learns from that step what comes next.
 */
import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';

import type { Receipt } from '../domain/decision.ts';
import type { Step } from '../domain/timeline.ts';
import { describe } from './details.ts';
import { openInbox } from './inbox.ts';

/** What can be said to a life, by its noun: decideBlock and replanBlock, blockDecided and blockFactsChanged. */
export type LifeMessages<Decision> = {
  noun: string;
  decide: UpdateDefinition<Receipt, [Decision]>;
  decided: SignalDefinition<[Decision]>;
  replan: UpdateDefinition<void>;
  factsChanged: SignalDefinition;
};

/** `noun` in lower camel case, as in the names of the steps. */
export function lifeMessages<Decision>(noun: string): LifeMessages<Decision> {
  const capital = `${noun[0]!.toUpperCase()}${noun.slice(1)}`;
  return {
    noun,
    decide: defineUpdate(`decide${capital}`),
    decided: defineSignal(`${noun}Decided`),
    replan: defineUpdate(`replan${capital}`),
    factsChanged: defineSignal(`${noun}FactsChanged`),
  };
}

type Life<Decision, Next extends Step> = {
  next: Next;
  /** The facility's zone, for people who read the details. */
  zone: string | undefined;
  /** What support can decide, for the details. */
  actions: string[];
  /** The facts have changed: plan again. */
  look: () => Promise<Next>;
  decide: (decision: Decision) => Promise<{ receipt: Receipt; next: Next }>;
  /** One step for each kind of thing that falls due. */
  due: Record<Exclude<Next['kind'], 'closed'>, () => Promise<Next>>;
  continueAsNew: (next: Next) => Promise<never>;
};

/**
 * Runs a life to its end: until it is closed and everybody who asked has an answer. A request in the Temporal UI to
 * cancel it changes nothing, because what it is about would go on without anybody who looks after it.
 */
export function live<Decision extends { id: string }, Next extends Step>(
  messages: LifeMessages<Decision>,
  life: Life<Decision, Next>,
): Promise<void> {
  return CancellationScope.nonCancellable(() => goThrough(messages, life));
}

async function goThrough<Decision extends { id: string }, Next extends Step>(
  messages: LifeMessages<Decision>,
  { next, zone, actions, look, decide, due, continueAsNew }: Life<Decision, Next>,
): Promise<void> {
  const { noun } = messages;
  const inbox = openInbox(messages);
  setHandler(defineQuery(`read${messages.decide.name.slice('decide'.length)}Plan`), () => next, {
    description: `What comes next in the life of this ${noun}, when, and by which rule.`,
  });

  while (next.kind !== 'closed' || inbox.holdsDecisions()) {
    setCurrentDetails(describe(next, zone, actions, messages.decide.name));
    const event = await inbox.wait(next.at, `${next.kind} (${next.rule})`);

    if (event === 'facts changed') next = await look();
    else if (event === 'due') next = await due[next.kind as Exclude<Next['kind'], 'closed'>]();
    else next = await inbox.answer(event, next, () => decide(event));

    if (inbox.canContinueAsNew()) await continueAsNew(next);
  }
  await condition(allHandlersFinished);
}
