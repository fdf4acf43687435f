import {
  isGrpcServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';

import { type DecisionEnvelope, inShort, type Receipt, repeats, workflowIdOf } from '../domain/decision.ts';
import { DomainError, type DomainErrorCode, isDomainErrorCode } from '../domain/errors.ts';
import { firstAnswer, lastAccepted } from '../ledger/decision.ts';
import { stateOf } from '../ledger/life.ts';
import { wakeUp } from '../ledger/wake-up.ts';
import { absenceMessages } from '../workflows/absence.ts';
import { blockMessages } from '../workflows/block-release.ts';
import { transferMessages } from '../workflows/block-transfer.ts';
import { clearanceMessages } from '../workflows/clearance.ts';
import { conversationMessages } from '../workflows/conversation.ts';
import { holdMessages } from '../workflows/hold-request.ts';
import { opportunityMessages } from '../workflows/opportunity.ts';
import { ticketMessages } from '../workflows/ticket.ts';
import type { Deps } from './deps.ts';

type DecidedLife = {
  messages: { decide: { name: string }; decided: { name: string } };
  /** How it says that it is over. */
  settled: DomainErrorCode;
};

/** How a life is asked. */
const lives = {
  absence: { messages: absenceMessages, settled: 'ABSENCE_OVER' },
  block: { messages: blockMessages, settled: 'BLOCK_SETTLED' },
  clearance: { messages: clearanceMessages, settled: 'CLEARANCE_SETTLED' },
  conversation: { messages: conversationMessages, settled: 'CONVERSATION_CLOSED' },
  hold: { messages: holdMessages, settled: 'HOLD_SETTLED' },
  opportunity: { messages: opportunityMessages, settled: 'OPPORTUNITY_ENDED' },
  ticket: { messages: ticketMessages, settled: 'TICKET_CLOSED' },
  transfer: { messages: transferMessages, settled: 'TRANSFER_SETTLED' },
} satisfies Record<string, DecidedLife>;
/** The lives that people decide about one by one. */
export type DecidedKind = keyof typeof lives;
const lifeOf = (kind: DecidedKind): DecidedLife => lives[kind];

export type Decided = { receipt: Receipt } | { recorded: true };

/** The answer may take that long; Temporal itself gets so much to record what no worker answered. */
const patienceMs = ({ config }: Deps) => config.ANSWER_WITHIN_SECONDS * 1000;
const recordingMs = 3000;
const resourceExhausted = 8;

/**
 * Puts a decision to its life. The answer comes from the life within seconds, else the decision is recorded
 * as a Signal with the same id (202) and applied when a worker is back. Repeats get the first answer from
 * PostgreSQL and cost Temporal nothing. Throws the refusal as a DomainError.
 */
export async function decide(
  deps: Deps,
  kind: DecidedKind,
  subjectId: string,
  decision: DecisionEnvelope & { action: string },
): Promise<Decided> {
  const first = await firstAnswer(deps.db, decision.id, decision.linkId);
  if (first) return { receipt: answered(first) };
  const workflowId = workflowIdOf(kind, subjectId);
  try {
    return { receipt: await ask(deps, kind, workflowId, decision) };
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) throw error;
    if (error instanceof WorkflowNotFoundError) return { receipt: await afterItsEnd(deps, kind, subjectId, decision) };
    await record(deps, kind, workflowId, { ...decision, mailRefusal: true });
    return { recorded: true };
  }
}

/** A run takes ten Updates at a time; the eleventh waits its turn for as long as the patience lasts. */
async function ask(deps: Deps, kind: DecidedKind, workflowId: string, decision: DecisionEnvelope): Promise<Receipt> {
  const { client } = deps;
  const deadline = Date.now() + patienceMs(deps);
  const handle = client.workflow.getHandle(workflowId);
  for (let pauseMs = 25; ; pauseMs *= 2) {
    try {
      return await client.withDeadline(deadline, () =>
        handle.executeUpdate<Receipt, [object]>(lifeOf(kind).messages.decide.name, { args: [decision], updateId: decision.id }),
      );
    } catch (error) {
      if (!isBusy(error) || Date.now() + pauseMs > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

function isBusy(error: unknown): boolean {
  const cause =
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError
      ? error.cause
      : error instanceof Error && isGrpcServiceError(error.cause)
        ? error.cause
        : error;
  return isGrpcServiceError(cause) && cause.code === resourceExhausted;
}

/** Not begun yet (its start is on the way), or over: then the first answer to the same question, or the settled state. */
async function afterItsEnd(
  deps: Deps,
  kind: DecidedKind,
  subjectId: string,
  decision: DecisionEnvelope & { action: string },
): Promise<Receipt> {
  const workflowId = workflowIdOf(kind, subjectId);
  if (await deps.db.wakeUp.findFirst({ where: { workflowId, kind: 'start' }, select: { id: true } })) {
    await deps.flush();
    return ask(deps, kind, workflowId, decision);
  }
  const { settled } = lifeOf(kind);
  const last = await lastAccepted(deps.db, kind, subjectId);
  if (last && repeats(kind, decision, last, await stateOf(deps.db, kind, subjectId))) return last.receipt;
  throw new DomainError(settled, { last: last && inShort(last.receipt) });
}

/** Kept by Temporal even when no worker runs; if Temporal does not answer either, kept by PostgreSQL until it does. */
async function record(deps: Deps, kind: DecidedKind, workflowId: string, decision: DecisionEnvelope): Promise<void> {
  const { name } = lifeOf(kind).messages.decided;
  try {
    await deps.client.withDeadline(Date.now() + recordingMs, () => deps.client.workflow.getHandle(workflowId).signal(name, decision));
  } catch {
    await wakeUp(deps.db, [{ workflowId, kind: 'signal', payload: { name, args: [decision] } }]);
  }
}

function answered(first: NonNullable<Awaited<ReturnType<typeof firstAnswer>>>): Receipt {
  if ('receipt' in first) return first.receipt;
  const { code, facts } = first.refusal;
  throw new DomainError(isDomainErrorCode(code) ? code : 'INTERNAL', facts);
}
