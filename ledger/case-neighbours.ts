/** What a case does to the blocks and holds that it lands on, or leaves (C-06, C-07). */
import { planBlock } from '../domain/block.ts';
import { planHold } from '../domain/hold.ts';
import { intersect } from '../domain/interval.ts';
import type { Tx } from '../prisma/client.ts';
import { type LoadedBlock, loadBlocks, withHistory } from './block.ts';
import { aboutHold, type LoadedHold, loadHolds } from './hold.ts';
import { moveNext } from './life.ts';
import { distinct, facilitySchedulers, oweMessages, person } from './message.ts';
import type { RoomTime } from './transaction.ts';
import { replanTransfers } from './transfer.ts';

/** The blocks on these places, as they are. */
export async function touchedBlocks(tx: Tx, places: RoomTime[]): Promise<LoadedBlock[]> {
  return loadBlocks(tx, await touched(tx, 'Block', places), 'none');
}

async function touched(tx: Tx, table: 'Block' | 'Hold', places: RoomTime[]): Promise<string[]> {
  const found = await Promise.all(
    places.map(({ roomId, startsAt, endsAt }) => {
      const where = { roomId, startsAt: { lt: endsAt }, endsAt: { gt: startsAt } };
      return table === 'Block'
        ? tx.block.findMany({ where: { ...where, state: { notIn: ['closed', 'cancelled'] } }, select: { id: true } })
        : tx.hold.findMany({ where: { ...where, state: { in: ['pending', 'confirmed'] } }, select: { id: true } });
    }),
  );
  return [...new Set(found.flat().map(({ id }) => id))].sort();
}

/** Replans the blocks and holds on these places, wakes whose next step moved earlier, marks and tells whom a case displaced. */
export async function settleNeighbours(tx: Tx, places: RoomTime[], now: string): Promise<string[]> {
  const blocks = await loadBlocks(tx, await touched(tx, 'Block', places), 'update');
  for (const block of blocks) {
    const { facts, policy } = await withHistory(tx, block, now);
    await moveNext(tx, 'block', block, planBlock(facts, policy, now));
  }
  await replanTransfers(
    tx,
    blocks.map(({ facts }) => facts.id),
    now,
  );
  const holds = await loadHolds(tx, await touched(tx, 'Hold', places), 'update');
  const displaced: string[] = [];
  for (const hold of holds) {
    const inConflict = hold.facts.otherCases.length > 0;
    if (inConflict && !hold.facts.inConflict) {
      displaced.push(hold.facts.id);
      await tellDisplaced(tx, hold, now);
    }
    if (inConflict !== hold.facts.inConflict)
      await tx.hold.update({ where: { id: hold.facts.id }, data: { inConflict }, select: { id: true } });
    await moveNext(tx, 'hold', hold, planHold(hold.facts, hold.policy, now));
  }
  return displaced;
}

/** C-06: the case stands, the hold is in conflict, facility and requester learn it. */
async function tellDisplaced(tx: Tx, hold: LoadedHold, now: string): Promise<void> {
  const held = { startsAt: hold.facts.startsAt, endsAt: hold.facts.endsAt };
  const taken = hold.facts.otherCases.map((one) => intersect(one, held)).filter((one) => one !== undefined);
  const to = distinct([...(await person(tx, hold.facts.requesterId)), ...(await facilitySchedulers(tx, hold.facilityId))]);
  await oweMessages(tx, { facilityId: hold.facilityId, kind: 'hold', id: hold.facts.id, shadow: hold.facts.shadow }, now, [
    {
      key: `hold-in-conflict/${hold.facts.id}/${now}`,
      to,
      content: { kind: 'hold in conflict', ...aboutHold(hold), taken },
      receipt: true,
    },
  ]);
}
