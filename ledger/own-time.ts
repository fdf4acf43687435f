import { unbooked } from '../domain/block.ts';
import { addDays, zoneDate } from '../domain/civil.ts';
import type { Interval } from '../domain/interval.ts';
import type { Policy } from '../domain/policy.ts';
import type { Tx } from '../prisma/client.ts';
import { loadBlocks } from './block.ts';

export type OwnTime = { id: string; room: string; unbooked: Interval[] };
type Holder = { facilityId: string; groupIds: string[] /** Left out: of whichever provider of these groups. */; providerId?: string };

const mostBlocks = 50;

/**
 * C-27: the blocks of these groups that still have unbooked time around the day of `startsAt`, as many civil days as
 * the policy says; with a provider, those of the group as a whole and their own. Soonest first.
 */
export async function ownUnbooked(
  tx: Tx,
  { facilityId, groupIds, providerId }: Holder,
  startsAt: string,
  { policy, zone, now }: { policy: Policy; zone: string; now: string },
): Promise<OwnTime[]> {
  const days = policy.hold.ownTimeWithinDays;
  const date = zoneDate(startsAt, zone);
  const around = { gte: new Date(addDays(date, -days)), lte: new Date(addDays(date, days)) };
  const whose = providerId ? { OR: [{ providerId: null }, { providerId }] } : {};
  const rows = await tx.block.findMany({
    where: { facilityId, groupId: { in: groupIds }, date: around, state: 'active', endsAt: { gt: now }, ...whose },
    orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
    take: mostBlocks,
    select: { id: true },
  });
  const ids = rows.map(({ id }) => id);
  const blocks = new Map((await loadBlocks(tx, ids, 'none')).map((block) => [block.facts.id, block]));
  return ids.flatMap((id) => {
    const { facts, names } = blocks.get(id)!;
    const free = unbooked(facts, now);
    return free.length > 0 ? [{ id, room: names.room, unbooked: free }] : [];
  });
}
