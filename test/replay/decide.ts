import type { WorkflowHandle } from '@temporalio/client';

import type { Actor, Receipt } from '../../domain/decision.ts';

/** Decides as a page would, when the life sleeps: a decision that came with its very first task would cost it a timer less. */
export async function decide(
  handle: WorkflowHandle,
  update: string,
  actor: Actor,
  choice: object,
  decidedAt: string,
  id: string = crypto.randomUUID(),
): Promise<Receipt> {
  await handle.query(`read${update.slice('decide'.length)}Plan`);
  return handle.executeUpdate<Receipt, [object]>(update, { args: [{ id, actor, decidedAt, ...choice }], updateId: id });
}
