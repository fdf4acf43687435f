import { zoneTime } from '../../domain/civil.ts';
import type { Actor } from '../../domain/decision.ts';
import { activateBlocks } from '../../ledger/group.ts';
import { createBlocks, type NewBlock } from '../../ledger/new-block.ts';
import type { Tx } from '../../prisma/client.ts';
import type { BlockDay } from './block-days.ts';
import { count, type Finding } from './finding.ts';
import type { ImportFacility, Places } from './places.ts';

export type BlockCounts = { history: number; live: number; inactive: number; activated: number; unchanged: number };

type Stored = { roomId: string; groupId: string; startsAt: string; endsAt: string };

/**
 * Writes the block days after the cases, so that each plan sees them: what is over is history, the rest begins its
 * life. A block that stands there already is left alone, but becomes active once its group has a contact (C-19).
 */
export async function importBlocks(
  tx: Tx,
  input: { facility: ImportFacility; places: Places; days: BlockDay[]; file: string; actor: Actor; now: string },
  onProgress: (done: number) => void,
): Promise<{ counts: BlockCounts; withoutContact: string[]; warnings: Finding[] }> {
  const { facility, places, days, file, actor, now } = input;
  const stored = groupedByRoom(facility.isNew ? [] : await storedBlocks(tx, facility.id));
  const warnings: Finding[] = [];
  const fresh: NewBlock[] = [];
  let unchanged = 0;
  for (const { room, date, group, startsAt, endsAt } of days) {
    const block = { roomId: places.rooms.get(room)!.id, groupId: places.groups.get(group)!.id, startsAt, endsAt };
    const there = stored.get(block.roomId)?.find((one) => one.startsAt < endsAt && one.endsAt > startsAt);
    if (!there) fresh.push(block);
    else if (there.groupId === block.groupId && there.startsAt === startsAt && there.endsAt === endsAt) unchanged++;
    else {
      const hours = `${zoneTime(there.startsAt, facility.zone)}–${zoneTime(there.endsAt, facility.zone)}`;
      warnings.push({ file, message: `no block of ${group} in room ${room} on ${date}: another block stands there (${hours}) and stays.` });
    }
  }
  const past = fresh.filter(({ endsAt }) => endsAt <= now);
  const ahead = fresh.filter(({ endsAt }) => endsAt > now);
  const standing = days.length - fresh.length;
  onProgress(standing);
  for (let at = 0; at < past.length; at += bulk) {
    await createBlocks(tx, facility, past.slice(at, at + bulk), actor, now);
    onProgress(standing + Math.min(at + bulk, past.length));
  }
  let live = 0;
  for (let at = 0; at < ahead.length; at += step) {
    const made = await createBlocks(tx, facility, ahead.slice(at, at + step), actor, now);
    live += made.filter(({ facts }) => facts.state === 'active').length;
    onProgress(standing + past.length + at + made.length);
  }
  const activated = await activate(tx, facility, actor, now);
  const withoutContact = await groupsWithoutContact(tx, facility.id);
  for (const { name, blocks } of withoutContact)
    warnings.push({ file, message: `group ${name} has no contact: ${count(blocks, 'block is', 'blocks are')} inactive (C-19).` });
  const counts = { history: past.length, live, inactive: ahead.length - live, activated, unchanged };
  return { counts, withoutContact: withoutContact.map(({ name }) => name), warnings };
}

const bulk = 1000;
const step = 20;

async function storedBlocks(tx: Tx, facilityId: string): Promise<Stored[]> {
  const rows = await tx.block.findMany({
    where: { facilityId, state: { not: 'cancelled' } },
    select: { roomId: true, groupId: true, startsAt: true, endsAt: true },
  });
  return rows.map((row) => ({ ...row, startsAt: row.startsAt.toISOString(), endsAt: row.endsAt.toISOString() }));
}

function groupedByRoom(blocks: Stored[]): Map<string, Stored[]> {
  const byRoom = new Map<string, Stored[]>();
  for (const block of blocks) {
    const inRoom = byRoom.get(block.roomId);
    if (inRoom) inRoom.push(block);
    else byRoom.set(block.roomId, [block]);
  }
  return byRoom;
}

/** C-19: blocks that waited for a contact of their group. */
async function activate(tx: Tx, facility: ImportFacility, actor: Actor, now: string): Promise<number> {
  if (facility.isNew) return 0;
  const waiting = await tx.block.groupBy({
    by: ['groupId'],
    where: { facilityId: facility.id, state: 'inactive', endsAt: { gt: now }, group: { mainContact: { active: true } } },
  });
  const groupIds = waiting.map(({ groupId }) => groupId);
  return activateBlocks(tx, groupIds, actor, now);
}

function groupsWithoutContact(tx: Tx, facilityId: string): Promise<{ name: string; blocks: number }[]> {
  return tx.$queryRaw`
    SELECT g.name, count(*)::int AS blocks FROM "Block" b JOIN "Group" g ON g.id = b."groupId"
    WHERE b."facilityId" = ${facilityId}::uuid AND b.state = 'inactive' GROUP BY g.name ORDER BY g.name`;
}
