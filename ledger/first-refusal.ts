/** U-10: released time that its holder wants back is the holder's again as soon as nobody has it, before others see it. */
import { planBlock } from '../domain/block.ts';
import { returnWanted } from '../domain/block-undo.ts';
import { systemActor } from '../domain/decision.ts';
import type { Tx } from '../prisma/client.ts';
import { aboutBlock, type LoadedBlock, loadBlocks, withHistory } from './block.ts';
import { saveBlock } from './block-save.ts';
import { wakeToReplan } from './life.ts';
import { blockAlertRecipients, distinct, facilitySchedulers, oweMessages, type Recipient } from './message.ts';
import type { RoomTime } from './transaction.ts';

/**
 * Call it where minutes are freed, after they are and before they are announced, with their days locked: what is given
 * back here is no open time any more. Everyone who was told of the release is told again.
 */
export async function giveBackWanted(tx: Tx, { roomId, startsAt, endsAt }: RoomTime, now: string, because: string): Promise<void> {
  const rows = await tx.release.findMany({
    where: { roomId, undoneAt: null, wantedBackAt: { not: null }, startsAt: { lt: endsAt }, endsAt: { gt: startsAt } },
    select: { blockId: true },
  });
  const ids = [...new Set(rows.map(({ blockId }) => blockId))].sort();
  for (const block of await loadBlocks(tx, ids, 'update')) await giveBack(tx, block, now, because);
}

async function giveBack(tx: Tx, block: LoadedBlock, now: string, because: string): Promise<void> {
  const back = returnWanted(block.facts, now);
  if (!back) return;
  const { facts } = await withHistory(tx, { ...block, facts: back.after }, now);
  const next = planBlock(facts, block.policy, now);
  await saveBlock(tx, block, back.after, next, { action: 'return', actor: systemActor, at: now, rule: 'U-10', reason: because });
  if (next.at < block.next.at) await wakeToReplan(tx, 'block', facts.id);
  const { id, shadow } = facts;
  const to = distinct([
    ...(await blockAlertRecipients(tx, block.groupId)),
    ...(await facilitySchedulers(tx, block.facilityId)),
    ...(await toldOfReleases(tx, id)),
  ]);
  const content = { kind: 'release undone' as const, ...aboutBlock(block), returned: back.returned, later: [] };
  await oweMessages(tx, { facilityId: block.facilityId, kind: 'block', id, shadow }, now, [
    { key: `returned/${id}/${block.version + 1}`, to, content: { ...content, by: systemActor.name, reason: because }, receipt: true },
  ]);
}

/** Everyone who was told that time of this block was released: they are told again when it comes back. */
export function toldOfReleases(tx: Tx, blockId: string): Promise<Recipient[]> {
  return tx.$queryRaw<Recipient[]>`
    SELECT DISTINCT p.id, p.name, p.email FROM "Message" m JOIN "Person" p ON p.id = m."personId"
    WHERE m."subjectKind" = 'block' AND m."subjectId" = ${blockId}::uuid AND p.active AND m.state <> 'withdrawn'
      AND (m.kind = 'release notification' OR (m.kind = 'alert answered' AND m.content ->> 'answer' = 'released')) ORDER BY p.id`;
}
