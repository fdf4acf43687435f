/** One decision of a person about many subjects: an answer for each, in a handful of statements whatever their number. */
import { createHash } from 'node:crypto';

import type { DecisionEnvelope, Receipt } from '../domain/decision.ts';
import { DomainError, isDomainErrorCode } from '../domain/errors.ts';
import type { Step } from '../domain/timeline.ts';
import type { Tx } from '../prisma/client.ts';
import { chunksOf } from './chunks.ts';
import { type Refusal, refusalOf, storeAnswers } from './decision.ts';
import { type LifeKind, type Loaded, wakeEarlier } from './life.ts';

export type ItemResult = { id: string; receipt: Receipt } | { id: string; refused: DomainError };

export const mostAtOnce = 10_000;

/** Each once. Throws TOO_MANY_IDS. */
export function fewEnough(asked: string[], limit = mostAtOnce): string[] {
  const ids = [...new Set(asked)];
  if (ids.length > limit) throw new DomainError('TOO_MANY_IDS', { ids: ids.length, limit });
  return ids;
}

const chunkSize = 2500;

type About = Loaded<{ id: string }, Step>;
type Judged<Change> = { change: Change; receipt: Receipt };

/** How subjects of one kind are decided together. */
export type BulkLife<Subject extends About, Decision extends DecisionEnvelope, Change extends { subject: Subject; next: Step }> = {
  kind: LifeKind;
  /** In order of their ids, their rows held. Unknown ones are left out. */
  load: (tx: Tx, ids: string[], at: string) => Promise<Subject[]>;
  /** Throws what stands in the way of all subjects of a facility. */
  mustBeFit: (tx: Tx, facilityId: string, decision: Decision) => Promise<void>;
  /** Receipts that stand: who does a thing twice gets the first answer. */
  answered?: (tx: Tx, subjects: Subject[], decision: Decision) => Promise<Map<string, Receipt>>;
  /** The pure rule: what becomes of one, written by nobody yet. Throws its refusal. */
  judge: (subject: Subject, decision: Decision) => Judged<Change>;
  save: (tx: Tx, changes: Change[]) => Promise<void>;
  unknown: (id: string) => DomainError;
};

/**
 * Each gets an answer of its own, in the order asked; those that are refused hold up nobody (D-13, I-41). Temporal hears only of
 * the lives that must wake earlier. The decision's id is that of the call: with a subject's id it is the subject's decision, so that
 * a call that comes again gets its first answers (U-03). Throws TOO_MANY_IDS.
 */
export async function decideMany<
  Subject extends About,
  Decision extends DecisionEnvelope & { action: string },
  Change extends { subject: Subject; next: Step },
>(
  tx: Tx,
  life: BulkLife<Subject, Decision, Change>,
  asked: string[],
  mayReach: (facilityId: string) => boolean,
  decision: Decision,
): Promise<ItemResult[]> {
  const ids = fewEnough(asked);
  const answers = new Map<string, ItemResult>();
  const decisionOf = (id: string): Decision => ({
    ...decision,
    id: createHash('sha256').update(`${decision.id} ${id}`).digest('hex').slice(0, 32),
  });
  for (const chunk of chunksOf([...ids].sort(), chunkSize)) {
    const found = (await life.load(tx, chunk, decision.decidedAt)).filter(({ facilityId }) => mayReach(facilityId));
    const kept = await keptAnswers(
      tx,
      found.map(({ facts: { id } }) => decisionOf(id).id),
    );
    const fresh = found.filter(({ facts: { id } }) => !kept.has(id));
    const unfit = await refusalsByFacility(fresh, (facilityId) => life.mustBeFit(tx, facilityId, decision));
    const answered = await life.answered?.(tx, fresh, decision);
    const changes: Change[] = [];
    const judged = fresh.map((subject): ItemResult => {
      const { id } = subject.facts;
      const first = answered?.get(id);
      if (first) return { id, receipt: first };
      try {
        const refused = unfit.get(subject.facilityId);
        if (refused) throw refused;
        const { change, receipt } = life.judge(subject, decisionOf(id));
        changes.push(change);
        return { id, receipt };
      } catch (error) {
        if (!(error instanceof DomainError) || !isDomainErrorCode(error.type)) throw error;
        return { id, refused: error };
      }
    });
    await life.save(tx, changes);
    await wakeEarlier(tx, life.kind, changes);
    await storeAnswers(
      tx,
      fresh.map(({ facilityId, facts: { id } }, index) => ({
        decision: decisionOf(id),
        about: { facilityId, kind: life.kind, id },
        answer: keptAs(judged[index]!),
      })),
    );
    for (const answer of [...kept.values(), ...judged]) answers.set(answer.id, answer);
  }
  return ids.map((id) => answers.get(id) ?? { id, refused: life.unknown(id) });
}

const keptAs = (answer: ItemResult) => ('receipt' in answer ? { receipt: answer.receipt } : { refusal: refusalOf(answer.refused) });

/** U-03: asked again by the same call, each gets its first answer. By the subject's id. */
async function keptAnswers(tx: Tx, decisionIds: string[]): Promise<Map<string, ItemResult>> {
  const rows = await tx.decision.findMany({ where: { id: { in: decisionIds } } });
  return new Map(
    rows.map(({ subjectId: id, accepted, receipt }): [string, ItemResult] => {
      if (accepted) return [id, { id, receipt: receipt as unknown as Receipt }];
      const { code, facts } = receipt as unknown as Refusal;
      return [id, { id, refused: new DomainError(code, facts) }];
    }),
  );
}

async function refusalsByFacility(subjects: About[], mustBeFit: (facilityId: string) => Promise<void>): Promise<Map<string, DomainError>> {
  const refusals = new Map<string, DomainError>();
  for (const facilityId of new Set(subjects.map((subject) => subject.facilityId))) {
    await mustBeFit(facilityId).catch((error: unknown) => {
      if (!(error instanceof DomainError)) throw error;
      refusals.set(facilityId, error);
    });
  }
  return refusals;
}
