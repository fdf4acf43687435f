/** F-07: proposals that a block changes hands, as their rules see them, and how they are saved. */
import { DomainError } from '../domain/errors.ts';
import { deadlineOf, planTransfer, type TransferBlock, type TransferFacts, type TransferStep } from '../domain/transfer.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma, Transfer } from '../prisma/generated/client.ts';
import { type LoadedBlock, loadBlocks, lockBlockDays } from './block.ts';
import { decidersOf } from './decider.ts';
import { auditLife, type LifeChange, type Loaded, moveNext, type RowLock } from './life.ts';
import { blockAlertRecipients, distinct, person, type Recipient } from './message.ts';
import { iso } from './transaction.ts';

/** `blocks`: the one that is given; then, in a swap, the one in return. */
export type LoadedTransfer = Loaded<TransferFacts, TransferStep> & {
  blocks: LoadedBlock[];
  row: Transfer;
  names: { facility: string; from: string; fromProvider: string | null; to: string; toProvider: string | null; proposer: string };
};

const include = { fromGroup: true, fromProvider: true, toGroup: true, toProvider: true, proposer: true } as const;

/** Unknown ids are left out; in the order of the ids. */
export async function loadTransfers(tx: Tx, ids: string[], lock: RowLock = 'none'): Promise<LoadedTransfer[]> {
  if (ids.length === 0) return [];
  const rows = await tx.transfer.findMany({ where: { id: { in: ids } }, include });
  const blockIds = [...new Set(rows.flatMap(({ blockId, returnBlockId }) => [blockId, ...(returnBlockId ? [returnBlockId] : [])]))];
  const blocks = new Map((await loadBlocks(tx, blockIds, lock)).map((block) => [block.facts.id, block]));
  const deciders = await decidersOf(tx, [...new Set(rows.flatMap(({ fromGroupId, toGroupId }) => [fromGroupId, toGroupId]))]);
  const loaded = rows.map(({ fromGroup, fromProvider, toGroup, toProvider, proposer, ...row }) => {
    const pair = [row.blockId, ...(row.returnBlockId ? [row.returnBlockId] : [])].map((id) => blocks.get(id)!);
    const [{ policy, facts, names }] = pair as [LoadedBlock];
    const people = (groupId: string) => ({ groupId, people: deciders.get(groupId) ?? [] });
    const { id, version, state, endedBecause } = row;
    const transfer: TransferFacts = {
      id,
      version,
      zone: facts.zone,
      paused: facts.paused,
      shadow: facts.shadow,
      state: state as TransferFacts['state'],
      endedBecause,
      from: people(row.fromGroupId),
      to: people(row.toGroupId),
      blocks: pair.map((block) => termsOf(block, row)),
      proposedAt: iso(row.proposedAt),
      acceptedAt: row.acceptedAt && iso(row.acceptedAt),
      remindedAt: row.remindedAt && iso(row.remindedAt),
    };
    const givers = { from: fromGroup.name, fromProvider: fromProvider?.name ?? null };
    const takers = { to: toGroup.name, toProvider: toProvider?.name ?? null };
    return {
      facts: transfer,
      policy,
      version,
      next: row.next as TransferStep,
      facilityId: row.facilityId,
      blocks: pair,
      row,
      names: { facility: names.facility, ...givers, ...takers, proposer: proposer.name },
    };
  });
  return loaded.sort((a, b) => ids.indexOf(a.facts.id) - ids.indexOf(b.facts.id));
}

export type Terms = Pick<
  Transfer,
  'blockId' | 'fromGroupId' | 'fromProviderId' | 'toGroupId' | 'toProviderId' | 'windowDays' | 'returnWindowDays'
>;

/** A block as the rules of a proposal see it. A swap exchanges the holders as they are. */
export function termsOf({ facts, groupId, providerId }: LoadedBlock, terms: Terms): TransferBlock {
  const had = { groupId: terms.fromGroupId, providerId: terms.fromProviderId };
  const gets = { groupId: terms.toGroupId, providerId: terms.toProviderId };
  const given = facts.id === terms.blockId;
  const windowDays = given ? terms.windowDays : (terms.returnWindowDays ?? facts.windowDays);
  return {
    facts,
    touched: { releases: facts.releases.length, cases: facts.cases.length, claims: facts.claims.length },
    holder: { groupId, providerId },
    proposed: { ...(given ? had : gets), windowDays },
    becomes: given ? gets : had,
  };
}

/** Throws TRANSFER_NOT_FOUND. `update`: days, blocks and row are locked, in this order. */
export async function loadTransfer(tx: Tx, id: string, lock: RowLock = 'none'): Promise<LoadedTransfer> {
  if (lock === 'update') await lockTransfer(tx, id);
  const [transfer] = await loadTransfers(tx, [id], lock);
  if (!transfer) throw new DomainError('TRANSFER_NOT_FOUND', { id });
  return transfer;
}

async function lockTransfer(tx: Tx, id: string): Promise<void> {
  const row = await tx.transfer.findUnique({ where: { id }, select: { blockId: true, returnBlockId: true } });
  if (!row) throw new DomainError('TRANSFER_NOT_FOUND', { id });
  const ids = [row.blockId, ...(row.returnBlockId ? [row.returnBlockId] : [])];
  await lockBlockDays(tx, ids);
  await tx.$queryRaw`SELECT id FROM "Block" WHERE id = ANY (${ids}::uuid[]) ORDER BY id FOR UPDATE`;
  await tx.$queryRaw`SELECT id FROM "Transfer" WHERE id = ${id}::uuid FOR UPDATE`;
}

/** Writes what a step or a decision changed: the row with version + 1 and one audit event. */
export async function saveTransfer(tx: Tx, transfer: LoadedTransfer, after: TransferFacts, next: TransferStep, change: LifeChange) {
  const { facts: before, version } = transfer;
  const { state, acceptedAt, remindedAt, endedBecause } = after;
  const ended = state !== 'proposed' && state !== 'accepted';
  await tx.transfer.update({
    where: { id: after.id },
    data: {
      state,
      acceptedAt,
      remindedAt,
      endedBecause,
      ...(ended && { endedAt: change.at }),
      next: next as Prisma.InputJsonObject,
      nextAt: next.at,
      version: version + 1,
    },
    select: { id: true },
  });
  const told = (facts: TransferFacts, at: number) => ({ state: facts.state, remindedAt: facts.remindedAt, version: at });
  await auditLife(tx, 'transfer', transfer, change, told(before, version), { ...told(after, version + 1), endedBecause });
}

/** Call it where something happens to blocks, with their days locked: a proposal about one of them may be over by that. */
export async function replanTransfers(tx: Tx, blockIds: string[], now: string): Promise<void> {
  if (blockIds.length === 0) return;
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text AS id FROM "Transfer" WHERE state IN ('proposed', 'accepted')
      AND ("blockId" = ANY (${blockIds}::uuid[]) OR "returnBlockId" = ANY (${blockIds}::uuid[])) ORDER BY id`;
  for (const transfer of await loadTransfers(
    tx,
    rows.map(({ id }) => id),
  ))
    await moveNext(tx, 'transfer', transfer, planTransfer(transfer.facts, transfer.policy, now));
}

/** Those who are asked for a group; whoever proposed belongs to the first. */
export async function contactsOf(tx: Tx, { row }: LoadedTransfer): Promise<{ from: Recipient[]; to: Recipient[] }> {
  const [from, to, proposer] = [
    await blockAlertRecipients(tx, row.fromGroupId),
    await blockAlertRecipients(tx, row.toGroupId),
    await person(tx, row.proposerId),
  ];
  return { from: distinct([...from, ...proposer]), to };
}

/** A mail about a proposal begins with this. Who gives and who receives is as proposed: once approved, the blocks have other holders. */
export function aboutTransfer({ facts, policy, blocks, names, row }: LoadedTransfer) {
  const given = (block: LoadedBlock) => block.facts.id === row.blockId;
  const giver = names.fromProvider ?? names.from;
  const receiver = names.toProvider ?? names.to;
  return {
    facility: names.facility,
    zone: facts.zone,
    proposer: names.proposer,
    note: row.note ?? undefined,
    decideBy: deadlineOf(facts, policy),
    blocks: blocks.map((block) => ({
      room: block.names.room,
      block: { startsAt: block.facts.startsAt, endsAt: block.facts.endsAt },
      ...(given(block) ? { from: giver, to: receiver } : { from: receiver, to: giver }),
    })),
  };
}
