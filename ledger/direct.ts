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

/** The receipts of the first decision of this kind about each subject: who does a thing twice gets the first answer. By the subject's id. */
export async function firstReceipts(tx: Tx, kind: LifeKind, subjectIds: string[], action: string): Promise<Map<string, Receipt>> {
  if (subjectIds.length === 0) return new Map();
  const rows = await tx.decision.findMany({
    where: { subjectKind: kind, subjectId: { in: subjectIds }, action, accepted: true },
    orderBy: { recordedAt: 'desc' }, // the first of each comes last, and stays
    select: { subjectId: true, receipt: true },
  });
  return new Map(rows.map(({ subjectId, receipt }) => [subjectId, receipt as unknown as Receipt]));
}
