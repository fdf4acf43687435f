import { createHash } from 'node:crypto';

import type { Receipt } from '../domain/decision.ts';
import { DomainError, isDomainErrorCode } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';
import { type Refusal, refusalOf, storeAnswers } from './decision.ts';
import { type LoadedOpportunity, loadOpportunities, type OpportunityChange, saveOpportunities, wakeEarlier } from './opportunity.ts';
import { type Deciding, judge, mustBeFit, receiptOf } from './opportunity-decision.ts';

export type ItemResult = { id: string; receipt: Receipt } | { id: string; refused: DomainError };

/** More in one call are refused: TOO_MANY_IDS. */
const mostAtOnce = 10_000;
const chunkSize = 500;

type Many = Omit<Deciding, 'decisionId'> & {
  /** The call that asks; with an opportunity's id it is the decision's. */
  callId: string;
  mayReach: (facilityId: string) => boolean;
};

/**
 * One decision about many opportunities (D-13, D-22, D-23), in a handful of statements for each 500 and without a word to
 * Temporal, but for the lives that must wake earlier. Each gets an answer of its own, in the order asked; those that
 * are refused hold up nobody. Throws TOO_MANY_IDS.
 */
export async function decideMany(tx: Tx, asked: string[], { callId, mayReach, ...deciding }: Many): Promise<ItemResult[]> {
  const ids = [...new Set(asked)];
  if (ids.length > mostAtOnce) throw new DomainError('TOO_MANY_IDS', { ids: ids.length, limit: mostAtOnce });
  const answers = new Map<string, ItemResult>();
  for (const chunk of chunksOf([...ids].sort())) {
    const decisionIdOf = (id: string) => createHash('sha256').update(`${callId} ${id}`).digest('hex').slice(0, 32);
    const found = (await loadOpportunities(tx, chunk, deciding.at, 'update')).filter(({ facilityId }) => mayReach(facilityId));
    const unfit = await refusalsByFacility(
      tx,
      found.map(({ facilityId }) => facilityId),
      deciding.choice,
    );
    const changes: OpportunityChange[] = [];
    const kept = await keptAnswers(tx, found, decisionIdOf);
    for (const subject of found) {
      const { id } = subject.facts;
      const first = kept.get(id);
      if (first) {
        answers.set(id, first);
        continue;
      }
      try {
        const refused = unfit.get(subject.facilityId);
        if (refused) throw refused;
        const change = judge(subject, deciding);
        changes.push(change);
        answers.set(id, { id, receipt: receiptOf(change, { ...deciding, decisionId: decisionIdOf(id) }) });
      } catch (error) {
        if (!(error instanceof DomainError) || !isDomainErrorCode(error.type)) throw error;
        answers.set(id, { id, refused: error });
      }
    }
    await saveOpportunities(tx, changes);
    await wakeEarlier(tx, changes);
    await storeAnswers(
      tx,
      found
        .filter(({ facts }) => !kept.has(facts.id))
        .map(({ facilityId, facts: { id } }) => {
          const answer = answers.get(id)!;
          const { choice, actor, at: decidedAt, reason } = deciding;
          return {
            decision: { id: decisionIdOf(id), actor, decidedAt, reason, ...choice },
            about: { facilityId, kind: 'opportunity' as const, id },
            answer: 'receipt' in answer ? { receipt: answer.receipt } : { refusal: refusalOf(answer.refused) },
          };
        }),
    );
  }
  return ids.map((id) => answers.get(id) ?? { id, refused: new DomainError('OPPORTUNITY_NOT_FOUND', { id }) });
}

/** U-03: asked again by the same call, each gets its first answer. */
async function keptAnswers(tx: Tx, found: LoadedOpportunity[], decisionIdOf: (id: string) => string): Promise<Map<string, ItemResult>> {
  const rows = await tx.decision.findMany({ where: { id: { in: found.map(({ facts }) => decisionIdOf(facts.id)) } } });
  return new Map(
    rows.map(({ subjectId: id, accepted, receipt }): [string, ItemResult] => {
      if (accepted) return [id, { id, receipt: receipt as unknown as Receipt }];
      const { code, facts } = receipt as unknown as Refusal;
      return [id, { id, refused: new DomainError(code, facts) }];
    }),
  );
}

async function refusalsByFacility(tx: Tx, facilityIds: string[], choice: Deciding['choice']): Promise<Map<string, DomainError>> {
  const refusals = new Map<string, DomainError>();
  for (const facilityId of new Set(facilityIds)) {
    await mustBeFit(tx, facilityId, choice).catch((error: unknown) => {
      if (!(error instanceof DomainError)) throw error;
      refusals.set(facilityId, error);
    });
  }
  return refusals;
}

function chunksOf(ids: string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / chunkSize) }, (_, index) => ids.slice(index * chunkSize, (index + 1) * chunkSize));
}
