import { mandatoryInstant, over, planBlock } from '../domain/block.ts';
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma } from '../prisma/generated/client.ts';
import { loadBlock, lockBlockDays } from './block.ts';
import { auditLife, wakeToReplan } from './life.ts';
import { replanTransfers } from './transfer.ts';

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
  await lockBlockDays(tx, [id]);
  const block = await loadBlock(tx, id, at, 'update');
  const { facts: before, policy } = block;
  if (block.version !== version) return false;
  if (over(before) || before.endsAt <= at) throw new DomainError('BLOCK_SETTLED', { state: before.state, endsAt: before.endsAt });
  const mandatoryOff = mandatoryInstant({ ...before, windowDays }) <= at;
  const facts = { ...before, windowDays, mandatoryOff };
  const next = planBlock(facts, policy, at);
  const stored = { next: next as Prisma.InputJsonObject, nextAt: next.at, version: version + 1 };
  await tx.block.update({ where: { id }, data: { windowDays, mandatoryOff, ...stored }, select: { id: true } });
  await auditLife(
    tx,
    'block',
    block,
    { action: 'set window', actor, at, reason, rule: 'C-05' },
    { windowDays: before.windowDays, mandatoryOff: before.mandatoryOff, version },
    { windowDays, mandatoryOff, version: version + 1 },
  );
  if (next.at < block.next.at) await wakeToReplan(tx, 'block', id);
  await replanTransfers(tx, [id], at);
  return true;
}
