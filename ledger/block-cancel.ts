import { planBlock } from '../domain/block.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma } from '../prisma/generated/client.ts';
import type { LoadedBlock } from './block.ts';
import { auditLife, wakeToReplan } from './life.ts';
import { withdrawMessages } from './message.ts';
import type { By } from './series.ts';

/**
 * Takes a block away before its day: its minutes are open time, mails that wait about it are withdrawn (U-13), and
 * its life wakes to find that it is over. The caller has its day and its row locked.
 */
export async function cancelBlock(tx: Tx, block: LoadedBlock, { actor, now, reason }: By): Promise<void> {
  const { facts, version, policy } = block;
  const next = planBlock({ ...facts, state: 'cancelled' }, policy, now);
  await tx.block.update({
    where: { id: facts.id },
    data: { state: 'cancelled', next: next as Prisma.InputJsonObject, nextAt: next.at, version: version + 1 },
    select: { id: true },
  });
  const before = { state: facts.state, startsAt: facts.startsAt, endsAt: facts.endsAt, version };
  const what = { action: 'cancel', actor, at: now, reason, rule: 'U-11' };
  await auditLife(tx, 'block', block, what, before, { state: 'cancelled', version: version + 1 });
  await withdrawMessages(tx, 'block', facts.id, ['block alert', 'block inside window']);
  await wakeToReplan(tx, 'block', facts.id);
}
