import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import {
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';

import { never } from './steps.ts';

type Messages<Decision, Receipt> = {
  decide: UpdateDefinition<Receipt, [Decision]>;
  decided: SignalDefinition<[Decision]>;
  replan: UpdateDefinition<void>;
  factsChanged: SignalDefinition;
};

const example =
  '{"id": "a-uuid", "action": "undo", "actor": {"name": "Sam Support", "role": "support", "channel": "support"}, "decidedAt": "2026-01-31T12:00:00Z", "reason": "released by mistake"}';

/**
 * What people decide and what the world reports, in one queue. A decision comes as an Update when a worker answers
 * at once, else as a Signal with the same id; deciding twice with one id is harmless, because the ledger in
 * PostgreSQL gives the first answer again. The step parses what a decision carries; here only its id counts.
 */
export function openInbox<Decision extends { id: string }, Receipt>({
  decide,
  decided,
  replan,
  factsChanged,
}: Messages<Decision, Receipt>) {
  const queue: Decision[] = [];
  const answers = new Map<string, Receipt | ApplicationFailure>();
  let reports = 0;
  let seen = 0; // a report that comes in the middle of a step must not be lost: the step may have read before it

  setHandler(factsChanged, () => void reports++, { description: 'The facts changed in the database: look again.' });
  setHandler(replan, () => void reports++, { description: 'Something comes earlier than planned: wake up and look again.' });
  setHandler(decided, (decision) => void (hasId(decision) && queue.push(decision)), {
    description: 'A decision that was recorded while no worker answered. People use the Update of the same meaning.',
  });
  setHandler(
    decide,
    async (decision) => {
      queue.push(decision);
      await CancellationScope.nonCancellable(() => condition(() => answers.has(decision.id)));
      const answer = answers.get(decision.id)!;
      if (answer instanceof ApplicationFailure) throw answer;
      return answer;
    },
    {
      description: `Decide as a person would. Give your name and a reason. Example: ${example}`,
      validator: (decision) => {
        if (!hasId(decision)) throw ApplicationFailure.nonRetryable('A decision needs an id.', 'INVALID_REQUEST');
      },
    },
  );

  return {
    /** True while somebody still waits for an answer: a life must not end before it. */
    holdsDecisions: () => queue.length > 0,

    /** True when a fresh run can take over and nothing said to this one is lost. */
    canContinueAsNew: () => workflowInfo().continueAsNewSuggested && queue.length === 0 && reports === seen && allHandlersFinished(),

    /** The next decision, in the order they came; or why there is none: the instant has come, or the facts moved. No timer until `never`. */
    async wait(until: string, summary: string): Promise<Decision | 'due' | 'facts changed'> {
      const news = () => queue.length > 0 || reports !== seen;
      const sleepMs = Date.parse(until) - Date.now();
      if (until === never) await condition(news);
      else if (!news() && sleepMs > 0) await condition(news, sleepMs, { summary });
      const decision = queue.shift();
      if (decision) return decision;
      const reported = reports !== seen;
      seen = reports;
      return reported ? 'facts changed' : 'due';
    },

    /** Answers whoever asked, and gives what comes next. A refusal is an answer too: the life goes on as planned. */
    async answer<Next>(decision: Decision, next: Next, act: () => Promise<{ receipt: Receipt; next: Next }>): Promise<Next> {
      try {
        const step = await act();
        answers.set(decision.id, step.receipt);
        return step.next;
      } catch (error) {
        const refusal = error instanceof ActivityFailure ? error.cause : error; // a local activity throws it bare
        if (!(refusal instanceof ApplicationFailure) || !refusal.nonRetryable) throw error;
        answers.set(decision.id, refusal);
        return next;
      }
    },
  };
}

function hasId(message: { id: string } | undefined): boolean {
  return typeof message?.id === 'string' && message.id.length > 0;
}
