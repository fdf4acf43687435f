import {
  type Accepted,
  type DecisionEnvelope,
  inShort,
  type Receipt,
  repeats,
  type SubjectKind,
  sameFromAnybody,
} from '../domain/decision.ts';
import { DomainError, type DomainErrorCode, domainErrors, isDomainErrorCode } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';

export type Refusal = { code: DomainErrorCode; facts: object };

/** A stored answer: the receipt, or the refusal that was given. */
export type Answer = { receipt: Receipt } | { refusal: Refusal };

/**
 * The first answer to this decision, if there is one (U-03): by its id, or by the mail button it came from, of
 * which at most one click is ever accepted. The caller holds the subject's row.
 */
export async function firstAnswer(tx: Tx, id: string, linkId?: string): Promise<Answer | undefined> {
  const [row] = await tx.$queryRaw<{ accepted: boolean; receipt: unknown }[]>`
    SELECT accepted, receipt FROM "Decision"
    WHERE id = ${id} OR ("linkId" = ${linkId ?? null}::uuid AND accepted) ORDER BY accepted DESC LIMIT 1`;
  if (!row) return undefined;
  return row.accepted ? { receipt: row.receipt as Receipt } : { refusal: row.receipt as Refusal };
}

/** The receipt of an accepted click on this mail button, for pages that show the outcome (U-04). */
export async function receiptOfLink(db: Tx, linkId: string): Promise<Receipt | undefined> {
  const row = await db.decision.findFirst({ where: { linkId, accepted: true }, select: { receipt: true } });
  return row ? (row.receipt as unknown as Receipt) : undefined;
}

/** Who is mailed about a decision, by name: the messages that were written with it carry its id in their keys. */
export async function toldOfDecision(db: Tx, { subject, decisionId }: Receipt): Promise<string[]> {
  const rows = await db.message.findMany({
    where: { subjectKind: subject.kind, subjectId: subject.id, key: { contains: `/${decisionId}/` }, personId: { not: null } },
    orderBy: { id: 'asc' },
    select: { person: { select: { name: true } } },
  });
  return [...new Set(rows.map(({ person }) => person!.name))];
}

/** The last decision about a subject that was carried out, as it is kept. */
export async function lastAccepted(db: Tx, subjectKind: SubjectKind, subjectId: string): Promise<Accepted | undefined> {
  const row = await db.decision.findFirst({
    where: { subjectKind, subjectId, accepted: true },
    orderBy: { recordedAt: 'desc' },
    select: { action: true, payload: true, receipt: true },
  });
  return (row as unknown as Accepted | null) ?? undefined;
}

/** The receipt of the last accepted decision about a subject, for pages whose own button is moot (C-39). */
export const latestReceipt = async (db: Tx, subjectKind: SubjectKind, subjectId: string): Promise<Receipt | undefined> =>
  (await lastAccepted(db, subjectKind, subjectId))?.receipt;

/** Conflicts that are no matter of what was decided before: something else was looked at (U-02), somebody else has the time (C-29). */
const ofTheirOwn: DomainErrorCode[] = ['PREVIEW_STALE', 'TIME_NOT_OPEN'];

/** A refusal because the state has moved on. */
const comesTooLate = ({ type }: DomainError): boolean =>
  isDomainErrorCode(type) && domainErrors[type].status === 409 && !ofTheirOwn.includes(type);

type Second = { receipt: Receipt } | { refused: DomainError };

/** The first answer to who decides the same again (C-30), else the refusal with what was decided before (U-14). `state`: the subject's now. */
export async function answerToSecond(
  tx: Tx,
  subject: { kind: SubjectKind; id: string; state: string },
  decision: DecisionEnvelope & { action: string },
  refused: DomainError,
): Promise<Second> {
  if (!sameFromAnybody(subject.kind) || !comesTooLate(refused)) return { refused };
  const last = await lastAccepted(tx, subject.kind, subject.id);
  if (!last) return { refused };
  if (repeats(subject.kind, decision, last, subject.state)) return { receipt: last.receipt };
  return { refused: new DomainError(refused.type as DomainErrorCode, { ...refusalOf(refused).facts, last: inShort(last.receipt) }) };
}

/**
 * Answers a decision once (U-03): a repeat gets the first answer. A refusal is stored like a receipt; whatever the judging
 * wrote is taken back first, `reconsider` says what it is answered by then, and `afterRefusal` does what the refusal itself brings about. Any failure that is no refusal
 * rolls everything back. `refused` is to be thrown after the commit.
 */
export async function answerOnce<Next>(
  tx: Tx,
  decision: DecisionEnvelope & { action: string },
  subject: { facilityId: string; kind: SubjectKind; id: string; next: Next },
  life: {
    judge: () => Promise<{ receipt: Receipt; next: Next }>;
    reconsider?: (refusal: DomainError) => Promise<Second>;
    afterRefusal?: (refusal: DomainError) => Promise<void>;
  },
): Promise<{ receipt: Receipt; next: Next } | { refused: DomainError }> {
  const first = await firstAnswer(tx, decision.id, decision.linkId);
  if (first)
    return 'receipt' in first
      ? { receipt: first.receipt, next: subject.next }
      : { refused: new DomainError(first.refusal.code, first.refusal.facts) };
  await tx.$executeRaw`SAVEPOINT judging`;
  try {
    const answer = await life.judge();
    await storeAnswers(tx, [{ decision, about: subject, answer: { receipt: answer.receipt } }]);
    return answer;
  } catch (error) {
    if (!(error instanceof DomainError) || !isDomainErrorCode(error.type)) throw error;
    await tx.$executeRaw`ROLLBACK TO SAVEPOINT judging`; // what was written before the refusal goes (I-36), also after a broken constraint
    const second = (await life.reconsider?.(error)) ?? { refused: error };
    if ('receipt' in second) {
      await storeAnswers(tx, [{ decision, about: subject, answer: second }]);
      return { ...second, next: subject.next };
    }
    await storeAnswers(tx, [{ decision, about: subject, answer: { refusal: refusalOf(second.refused) } }]);
    await life.afterRefusal?.(second.refused);
    return second;
  }
}

type Stored = {
  decision: DecisionEnvelope & { action: string };
  about: { facilityId: string; kind: SubjectKind; id: string };
  answer: Answer;
};

/** Keeps the answers of decisions for ever, all in one statement. When it was recorded is said by the clock: a transaction that waited began earlier. */
export async function storeAnswers(tx: Tx, rows: Stored[]): Promise<void> {
  if (rows.length === 0) return;
  const kept = rows.map(({ decision: { id, linkId, actor, decidedAt, action, ...payload }, about, answer }) => ({
    id,
    linkId,
    facilityId: about.facilityId,
    subjectKind: about.kind,
    subjectId: about.id,
    action,
    payload,
    actor,
    accepted: 'receipt' in answer,
    receipt: 'receipt' in answer ? answer.receipt : answer.refusal,
    decidedAt,
  }));
  await tx.$executeRaw`
    INSERT INTO "Decision" (id, "linkId", "facilityId", "subjectKind", "subjectId", action, payload, actor, accepted, receipt, "decidedAt",
      "recordedAt")
    SELECT id, "linkId", "facilityId", "subjectKind", "subjectId", action, payload, actor, accepted, receipt, "decidedAt", clock_timestamp()
    FROM jsonb_to_recordset(${JSON.stringify(kept)}::jsonb) AS d (id text, "linkId" uuid, "facilityId" uuid, "subjectKind" text,
      "subjectId" uuid, action text, payload jsonb, actor jsonb, accepted boolean, receipt jsonb, "decidedAt" timestamptz)`;
}

/** A refusal as it is kept. */
export function refusalOf(error: DomainError): Refusal {
  return { code: error.type as DomainErrorCode, facts: (error.details?.[0] as object | undefined) ?? {} };
}
