import { mandatoryInstant, planBlock } from '../domain/block.ts';
import { type Actor, workflowIdOf } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma } from '../prisma/generated/client.ts';
import { appendAudit } from './audit.ts';
import { loadBlock, lockBlockDays } from './block.ts';
import { wakeUp } from './wake-up.ts';

/**
 * C-05: the facility scheduler sets a block's own window. As with a new block, one that is inside its window by
 * then is not released by itself. False when the block has another version. Throws BLOCK_SETTLED once it is over.
 */
export async function changeWindow(
  tx: Tx,
  id: string,
  change: { windowDays: number; actor: Actor; at: string; reason?: string | undefined },
  version: number,
): Promise<boolean> {
  const { windowDays, actor, at, reason } = change;
  await lockBlockDays(tx, id);
  const block = await loadBlock(tx, id, at, 'update');
  const { facts: before, policy, facilityId } = block;
  if (block.version !== version) return false;
  if (before.state === 'closed' || before.endsAt <= at)
    throw new DomainError('BLOCK_SETTLED', { state: before.state, endsAt: before.endsAt });
  const mandatoryOff = mandatoryInstant({ ...before, windowDays }) <= at;
  const facts = { ...before, windowDays, mandatoryOff };
  const next = planBlock(facts, policy, at);
  const stored = { next: next as Prisma.InputJsonObject, nextAt: next.at, version: version + 1 };
  await tx.block.update({ where: { id }, data: { windowDays, mandatoryOff, ...stored }, select: { id: true } });
  await appendAudit(tx, {
    ...{
      facilityId,
      subjectKind: 'block',
      subjectId: id,
      at,
      action: 'set window',
      actor,
      reason,
      rule: 'C-05',
      policyVersion: policy.version,
    },
    before: { windowDays: before.windowDays, mandatoryOff: before.mandatoryOff, version },
    after: { windowDays, mandatoryOff, version: version + 1 },
  });
  if (next.at < block.next.at)
    await wakeUp(tx, [{ workflowId: workflowIdOf('block', id), kind: 'update', payload: { name: 'replanBlock' } }]);
  return true;
}
