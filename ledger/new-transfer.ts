/** F-07: a holder proposes that a block changes hands. */
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { brokenBy, deadlineOf, planTransfer, releasedFrom } from '../domain/transfer.ts';
import type { Tx } from '../prisma/client.ts';

import { type LoadedBlock, loadBlocks, lockBlockDays } from './block.ts';
import { mustDecideFor } from './decider.ts';
import { auditLife, beginLife, type LifeAbout } from './life.ts';
import { blockAlertRecipients, oweMessages } from './message.ts';
import { standIns } from './substitute.ts';
import { aboutTransfer, type LoadedTransfer, loadTransfer, termsOf } from './transfer.ts';

export type Proposal = {
  facilityId: string;
  blockId: string;
  toGroupId: string;
  /** For a provider of that group; left out in a swap, which exchanges the holders as they are. */
  toProviderId?: string | undefined;
  returnBlockId?: string | undefined;
  proposerId: string;
  note?: string | undefined;
};

/**
 * Writes the proposal, asks the other group and gives it its life. Throws TRANSFERS_OFF, BLOCK_NOT_YOURS,
 * TRANSFER_SAME_HOLDER, BLOCK_WITHOUT_CONTACT, TRANSFER_PENDING, TRANSFER_MOOT, TRANSFER_TOO_LATE.
 */
export async function proposeTransfer(tx: Tx, proposal: Proposal, actor: Actor, now: string): Promise<LoadedTransfer> {
  const { facilityId, blockId, returnBlockId, toGroupId, proposerId, note } = proposal;
  const ids = returnBlockId ? [blockId, returnBlockId] : [blockId];
  await lockBlockDays(tx, ids);
  const found = (await loadBlocks(tx, ids, 'update')).filter((block) => block.facilityId === facilityId);
  const given = found.find(({ facts }) => facts.id === blockId);
  const back = found.find(({ facts }) => facts.id === returnBlockId);
  if (!given) throw new DomainError('BLOCK_NOT_FOUND', { id: blockId });
  if (!given.policy.transfer.enabled) throw new DomainError('TRANSFERS_OFF', { setting: 'transfer.enabled', value: false });
  await mustDecideFor(tx, given.groupId, actor);
  const toProviderId = back ? back.providerId : (proposal.toProviderId ?? null);
  await mustFit(tx, given, back, { ...proposal, toProviderId });

  const terms = {
    facilityId,
    blockId,
    returnBlockId: returnBlockId ?? null,
    proposerId,
    note: note ?? null,
    fromGroupId: given.groupId,
    fromProviderId: given.providerId,
    toGroupId,
    toProviderId,
    windowDays: given.facts.windowDays,
    returnWindowDays: back?.facts.windowDays ?? null,
  };
  const blocks = [given, ...(back ? [back] : [])].map((block) => termsOf(block, terms));
  const because = brokenBy({ blocks }, given.policy);
  if (because) throw new DomainError('TRANSFER_MOOT', { because });
  const deadline = deadlineOf({ blocks }, given.policy);
  if (deadline <= now) throw new DomainError('TRANSFER_TOO_LATE', { now, deadline, releasedFrom: releasedFrom({ blocks }) });
  await mustBeAlone(tx, ids);

  const { id } = await tx.transfer.create({ data: { ...terms, proposedAt: now, next: {}, nextAt: now }, select: { id: true } });
  const transfer = await loadTransfer(tx, id);
  const next = planTransfer(transfer.facts, transfer.policy, now);
  const { facilityId: _facility, ...written } = terms;
  await auditLife(tx, 'transfer', transfer, { action: 'propose', actor, at: now, rule: 'F-07' }, {}, { state: 'proposed', ...written });
  const to = await standIns(tx, await blockAlertRecipients(tx, toGroupId), now);
  const content = { kind: 'transfer proposed' as const, ...aboutTransfer(transfer), reminder: false };
  const about = { facilityId, kind: 'transfer' as const, id, shadow: transfer.facts.shadow };
  await oweMessages(tx, about, now, [{ key: `transfer-proposed/${id}`, to, content, receipt: true }]);
  await beginLife(tx, 'transfer', transfer, next, transferLife(transfer));
  return { ...transfer, next };
}

/** The other group is another one, has somebody to ask (C-19), and what comes in return is theirs. */
async function mustFit(
  tx: Tx,
  given: LoadedBlock,
  back: LoadedBlock | undefined,
  wish: Omit<Proposal, 'toProviderId'> & { toProviderId: string | null },
) {
  const { facilityId, toGroupId, toProviderId, returnBlockId } = wish;
  const group = await tx.group.findUnique({ where: { id: toGroupId, facilityId }, select: { mainContact: { select: { active: true } } } });
  const provider = !toProviderId || (await tx.provider.findUnique({ where: { id: toProviderId, facilityId, groupId: toGroupId } }));
  if (!group || !provider) throw new DomainError('NOT_FOUND', { toGroupId, toProviderId });
  if (given.groupId === toGroupId) throw new DomainError('TRANSFER_SAME_HOLDER', { groupId: toGroupId });
  if (returnBlockId && back?.groupId !== toGroupId) throw new DomainError('BLOCK_NOT_FOUND', { id: returnBlockId });
  if (!group.mainContact?.active) throw new DomainError('BLOCK_WITHOUT_CONTACT', { groupId: toGroupId });
}

/** The caller has the blocks' rows locked, so nobody else proposes at once. */
async function mustBeAlone(tx: Tx, ids: string[]): Promise<void> {
  const OR = [{ blockId: { in: ids } }, { returnBlockId: { in: ids } }];
  const other = await tx.transfer.findFirst({ where: { state: { in: ['proposed', 'accepted'] }, OR }, select: { id: true, state: true } });
  if (other) throw new DomainError('TRANSFER_PENDING', { transferId: other.id, state: other.state });
}

export function transferLife({ blocks, names }: LoadedTransfer): LifeAbout {
  const [{ facts: block, names: place }] = blocks as [LoadedBlock];
  const kind = blocks.length > 1 ? 'Swap' : 'Transfer';
  return {
    summary: `${kind} of the block in ${place.room} on ${block.date}, ${names.from} to ${names.to}`,
    reference: `${place.room} ${block.date}`,
    dueAt: block.startsAt,
  };
}
