/** F-07: blocks change hands. */
import { planBlock } from '../domain/block.ts';
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { TransferEffect } from '../domain/transfer-decision.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma } from '../prisma/generated/client.ts';
import { type LoadedBlock, loadBlocks, withHistory } from './block.ts';
import { auditLife, wakeToReplan } from './life.ts';
import { withdrawMessages } from './message.ts';
import type { LoadedTransfer } from './transfer.ts';
import { oweVacationReminders } from './vacation-reminder.ts';
import { addToWorklist } from './worklist.ts';

/**
 * Each block is another holder's from now on: what the former one was asked and answered counts no more, its life is
 * planned afresh with the new holder's habits, and the facility's own schedule has to be told (F-22). The caller has
 * days, blocks and the proposal locked.
 */
export async function exchangeHolders(
  tx: Tx,
  transfer: LoadedTransfer,
  { exchanged }: TransferEffect,
  actor: Actor,
  now: string,
): Promise<void> {
  await mustHaveContacts(
    tx,
    exchanged.map(({ after }) => after.groupId),
  );
  for (const { blockId, before, after } of exchanged) {
    const block = transfer.blocks.find(({ facts }) => facts.id === blockId)!;
    await tx.block.update({
      where: { id: blockId },
      data: { ...after, holderSince: now, silenced: false, alerts: 0, lastAskedAt: null, version: block.version + 1 },
      select: { id: true },
    });
    const change = { action: 'change holder', actor, at: now, rule: 'F-07', step: { transferId: transfer.facts.id } };
    const asked = { silenced: false, alerts: 0, lastAskedAt: null };
    const { silenced, alerts, lastAskedAt } = block.facts;
    const had = { ...before, silenced, alerts, lastAskedAt, version: block.version };
    await auditLife(tx, 'block', block, change, had, { ...after, ...asked, version: block.version + 1 });
    await withdrawMessages(tx, 'block', blockId, ['block alert', 'block inside window']);
    if (after.providerId) await oweVacationReminders(tx, transfer.facilityId, [after.groupId], now);
  }
  const blockIds = exchanged.map(({ blockId }) => blockId);
  const changed = await loadBlocks(tx, blockIds, 'none');
  for (const block of changed) await replan(tx, block, now);
  await tellFacility(tx, transfer, changed, { actor, at: now });
}

/** C-19: whoever gets a block has somebody to ask; who leaves a group waits for us, or we see that they have left. */
async function mustHaveContacts(tx: Tx, groupIds: string[]): Promise<void> {
  if (groupIds.length === 0) return;
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT g.id::text AS id FROM "Group" g JOIN "Person" p ON p.id = g."mainContactId"
    WHERE g.id = ANY (${groupIds}::uuid[]) AND p.active FOR SHARE OF p`;
  const without = groupIds.filter((id) => !rows.some((row) => row.id === id));
  if (without.length > 0) throw new DomainError('BLOCK_WITHOUT_CONTACT', { groupIds: without });
}

async function replan(tx: Tx, changed: LoadedBlock, now: string): Promise<void> {
  const { facts, policy } = await withHistory(tx, changed, now);
  const next = planBlock(facts, policy, now);
  await tx.block.update({ where: { id: facts.id }, data: { next: next as Prisma.InputJsonObject, nextAt: next.at }, select: { id: true } });
  if (next.at < changed.next.at) await wakeToReplan(tx, 'block', facts.id);
}

async function tellFacility(tx: Tx, transfer: LoadedTransfer, changed: LoadedBlock[], by: { actor: Actor; at: string }): Promise<void> {
  const { facts, facilityId, policy, names } = transfer;
  const subject = {
    facilityId,
    kind: 'transfer' as const,
    id: facts.id,
    zone: facts.zone,
    shadow: facts.shadow,
    policy,
    facility: names.facility,
  };
  for (const {
    roomId,
    facts: { startsAt, endsAt },
    names: holder,
  } of changed) {
    const entry = { kind: 'reassign' as const, roomId, startsAt, endsAt };
    await addToWorklist(tx, { ...subject, holder: holder.provider ?? holder.group }, [entry], by);
  }
}
