/** C-01: what outside predictors say of blocks, kept for good, whoever is believed. */
import { over, planBlock, reserved } from '../domain/block.ts';
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { contains, type Interval, merge } from '../domain/interval.ts';
import type { Tx } from '../prisma/client.ts';
import { type Confidence, Prisma } from '../prisma/generated/client.ts';
import { type LoadedBlock, loadBlock, lockBlockDays } from './block.ts';
import { moveNext } from './life.ts';

/** `confidence` missing or not in 0..1 is refused. `intervals` left out: of all that is unbooked. */
export type Said = { predictor: string; confidence?: number | null | undefined; intervals?: Interval[] | undefined; asOf: string };

/**
 * Writes down what a predictor said and plans the block anew; its life is woken only if its next step comes earlier.
 * Throws CONFIDENCE_OUT_OF_RANGE, TIME_NOT_FREE for time outside the block, INVALID_REQUEST for an instant that has not
 * come, BLOCK_SETTLED.
 */
export async function sayConfidence(
  tx: Tx,
  blockId: string,
  { predictor, confidence, intervals, asOf }: Said,
  { actor, at }: { actor: Actor; at: string },
): Promise<{ row: Confidence; block: LoadedBlock }> {
  if (typeof confidence !== 'number' || !(confidence >= 0 && confidence <= 1))
    throw new DomainError('CONFIDENCE_OUT_OF_RANGE', { confidence: confidence ?? null, least: 0, most: 1 });
  if (asOf > at) throw new DomainError('INVALID_REQUEST', { asOf, now: at });
  await lockBlockDays(tx, [blockId]);
  const { facts, facilityId } = await loadBlock(tx, blockId, at, 'update');
  if (over(facts) || facts.endsAt <= at) throw new DomainError('BLOCK_SETTLED', { state: facts.state, endsAt: facts.endsAt });
  const beyond = intervals?.find((one) => !contains(reserved(facts), one));
  if (beyond) throw new DomainError('TIME_NOT_FREE', { interval: beyond, block: reserved(facts) });
  const sure = intervals ? { intervals: merge(intervals) } : { intervals: Prisma.DbNull };
  const data = { facilityId, blockId, predictor, confidence, ...sure, asOf, by: actor, recordedAt: at };
  const row = await tx.confidence.create({ data });
  const block = await loadBlock(tx, blockId, at);
  const next = planBlock(block.facts, block.policy, at);
  await moveNext(tx, 'block', block, next);
  return { row, block: { ...block, next } };
}
