import { planBlock } from '../domain/block.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma } from '../prisma/generated/client.ts';
import { announceOpenTime } from './availability.ts';
import type { LoadedBlock } from './block.ts';
import { auditLife, wakeToReplan } from './life.ts';
import { withdrawMessages } from './message.ts';
import type { By } from './series.ts';
import { replanTransfers } from './transfer.ts';
import { settleWorklist } from './worklist.ts';

/**
 * Takes a block away before its day: its minutes are open time, mails that wait about it are withdrawn (U-13), the
 * facility's worklist is asked for nothing of it any more, and its life wakes to find that it is over. The caller has its day
 * and its row locked, announces what became open once nothing else takes it, and tells the facility of the series (F-22).
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
  await takeOut(tx, block, { actor, now });
  await wakeToReplan(tx, 'block', facts.id);
  await replanTransfers(tx, [facts.id], now);
}

/**
 * F-22: the line of its series says what becomes of its days. Only a day of which the facility's schedule was told by itself
 * is to be taken out by itself too.
 */
async function takeOut(tx: Tx, { facts, policy, facilityId, roomId, names }: LoadedBlock, { actor, now }: By): Promise<void> {
  const { id, zone, shadow, startsAt, endsAt } = facts;
  const known = await tx.worklistItem.findMany({ where: { subjectKind: 'block', subjectId: id }, select: { state: true } });
  if (known.length === 0) return;
  const alone = known.some(({ state }) => state === 'acknowledged');
  const subject = { facilityId, kind: 'block' as const, id, zone, shadow, policy, facility: names.facility };
  const holder = names.provider ?? names.group;
  const why = 'its series has it otherwise now';
  await settleWorklist(tx, { ...subject, holder }, 'release', alone ? [{ roomId, startsAt, endsAt }] : [], { actor, at: now, why });
}

/**
 * C-46: what nothing else took of blocks that were taken away is announced, all in one mail of the day: a series may
 * leave many days at once.
 */
export async function announceCancelled(tx: Tx, blocks: LoadedBlock[], { actor, now }: By): Promise<void> {
  for (const { facts, facilityId, roomId, policy } of blocks) {
    const { id, zone, shadow, startsAt, endsAt } = facts;
    const place = { facilityId, roomId, zone, shadow, policy, now };
    const opened = { cause: 'block taken away' as const, intervals: [{ startsAt, endsAt }], openedAt: now, gathered: true };
    await announceOpenTime(tx, { ...place, ...opened, subject: { kind: 'block', id }, knownTo: [actor.personId] });
  }
}
