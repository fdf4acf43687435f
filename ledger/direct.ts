/** Decisions that people take in PostgreSQL, by the same rule and with the same receipt as in the life itself. */
import type { DecisionEnvelope, Receipt } from '../domain/decision.ts';
import type { DomainError } from '../domain/errors.ts';
import type { Step } from '../domain/timeline.ts';
import type { Tx } from '../prisma/client.ts';
import { answerOnce } from './decision.ts';
import { type LifeKind, type Loaded, wakeToReplan } from './life.ts';
import type { OwedMessage } from './message.ts';

/** What a decision did: its receipt, what comes next, and the mails that it owes. */
export type CarriedOut<Next> = { receipt: Receipt; next: Next; owed: OwedMessage[] };

/**
 * Answers a decision once (U-03) and wakes the life only where it must do something earlier than it sleeps. The caller holds
 * the row. What is refused is stored, and to be thrown after the commit.
 */
export async function decideDirectly<
  Next extends Step,
  Subject extends Loaded<{ id: string; shadow: boolean }, Next>,
  Decision extends DecisionEnvelope & { action: string },
>(
  tx: Tx,
  kind: LifeKind,
  subject: Subject,
  decision: Decision,
  carryOut: (tx: Tx, subject: Subject, decision: Decision) => Promise<CarriedOut<Next>>,
): Promise<{ receipt: Receipt } | { refused: DomainError }> {
  const { facilityId, facts, next } = subject;
  const judge = () => carryOut(tx, subject, decision);
  const answer = await answerOnce(tx, decision, { facilityId, kind, id: facts.id, next }, { judge });
  if ('receipt' in answer && answer.next.at < next.at) await wakeToReplan(tx, kind, facts.id);
  return answer;
}

/** The receipt of the first decision of this kind about a subject: who does a thing twice gets the first answer. */
export async function firstReceipt(tx: Tx, kind: LifeKind, subjectId: string, action: string): Promise<Receipt | undefined> {
  const row = await tx.decision.findFirst({
    where: { subjectKind: kind, subjectId, action, accepted: true },
    orderBy: { recordedAt: 'asc' },
    select: { receipt: true },
  });
  return row ? (row.receipt as unknown as Receipt) : undefined;
}
