import { mandatoryInstant, planBlock } from '../domain/block.ts';
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';
import { loadBlocks, withHistory } from './block.ts';
import { saveBlock } from './block-save.ts';
import { recordChange } from './facility.ts';
import { wakeToReplan } from './life.ts';
import { tellInsideWindow } from './new-block.ts';
import { iso, lockRoomDays } from './transaction.ts';
import { oweVacationReminders } from './vacation-reminder.ts';

/** Locks the days of the inactive blocks of these groups, before any row: activating a block takes its minutes out of open time. */
export async function lockInactiveDays(tx: Tx, groupIds: string[]): Promise<void> {
  const rows = await tx.block.findMany({
    where: { groupId: { in: groupIds }, state: 'inactive' },
    select: { roomId: true, startsAt: true, endsAt: true },
  });
  await lockRoomDays(
    tx,
    rows.map(({ roomId, startsAt, endsAt }) => ({ roomId, startsAt: iso(startsAt), endsAt: iso(endsAt) })),
  );
}

/**
 * C-19: the groups have a main contact now, so their inactive blocks become active. Each has had its life since it
 * was created: it is woken where its next step now comes earlier. As with a new block, one that is inside its
 * window by now will not be released by itself, and people are told.
 */
export async function activateBlocks(tx: Tx, groupIds: string[], actor: Actor, now: string): Promise<number> {
  const rows = await tx.block.findMany({
    where: { groupId: { in: groupIds }, state: 'inactive', endsAt: { gt: now } },
    select: { id: true },
  });
  const ids = rows.map(({ id }) => id);
  const blocks = (await loadBlocks(tx, ids, 'update')).filter(({ facts }) => facts.state === 'inactive');
  for (const block of blocks) {
    const late = mandatoryInstant(block.facts) <= now;
    const after = { ...block, facts: { ...block.facts, state: 'active' as const, mandatoryOff: block.facts.mandatoryOff || late } };
    await withHistory(tx, after, now);
    const next = planBlock(after.facts, after.policy, now);
    await saveBlock(tx, block, after.facts, next, { action: 'activate', actor, at: now, rule: 'C-19' });
    if (after.facts.mandatoryOff) await tellInsideWindow(tx, after, now);
    if (next.at < block.next.at) await wakeToReplan(tx, 'block', after.facts.id);
  }
  if (blocks.length > 0) await oweVacationReminders(tx, blocks[0]!.facilityId, groupIds, now);
  return blocks.length;
}

/** C-19: an active block needs somebody to ask. Throws BLOCK_WITHOUT_CONTACT with how many there are. */
export async function mustNotLeaveBlocks(tx: Tx, groupIds: string[], now: string): Promise<void> {
  const activeBlocks = await tx.block.count({ where: { groupId: { in: groupIds }, state: 'active', endsAt: { gt: now } } });
  if (activeBlocks > 0) throw new DomainError('BLOCK_WITHOUT_CONTACT', { groupIds, activeBlocks });
}

/**
 * C-21: support signs up one more person for a group's block alerts; a new address becomes a person of the
 * facility. Throws CONTACT_EXISTS when they get the alerts already, ALREADY_EXISTS for somebody who was deactivated.
 */
export async function addContact(
  tx: Tx,
  groupId: string,
  contact: { name: string; email: string },
  actor: Actor,
  at: string,
): Promise<{ id: string; name: string; email: string }> {
  const [group] = await tx.$queryRaw<{ facilityId: string; mainContactId: string | null }[]>`
    SELECT "facilityId", "mainContactId" FROM "Group" WHERE id = ${groupId}::uuid FOR NO KEY UPDATE`;
  const { facilityId, mainContactId } = group!;
  const { name, email } = contact;
  await tx.person.createMany({ data: [{ facilityId, name, email, role: 'block contact' }], skipDuplicates: true });
  const person = await tx.person.findUniqueOrThrow({ where: { facilityId_email: { facilityId, email } } });
  if (!person.active) throw new DomainError('ALREADY_EXISTS', { email, active: false });
  const id = { groupId, personId: person.id };
  await tx.membership.createMany({ data: [id], skipDuplicates: true });
  const { count } = await tx.membership.updateMany({ where: { ...id, blockAlerts: false }, data: { blockAlerts: true } });
  if (count === 0 || person.id === mainContactId) throw new DomainError('CONTACT_EXISTS', { email });
  const after = { personId: person.id, blockAlerts: true };
  await recordChange(tx, { facilityId, kind: 'group', id: groupId }, { action: 'add contact', actor, at, rule: 'C-21', after });
  return { id: person.id, name: person.name, email: person.email };
}

/** C-21: the group's block alerts go to this person no more. Throws NOT_FOUND for somebody who was not signed up. */
export async function removeContact(
  tx: Tx,
  group: { id: string; facilityId: string },
  personId: string,
  actor: Actor,
  at: string,
): Promise<void> {
  const { id: groupId, facilityId } = group;
  const { count } = await tx.membership.updateMany({ where: { groupId, personId, blockAlerts: true }, data: { blockAlerts: false } });
  if (count === 0) throw new DomainError('NOT_FOUND', { groupId, personId });
  const [before, after] = [
    { personId, blockAlerts: true },
    { personId, blockAlerts: false },
  ];
  await recordChange(tx, { facilityId, kind: 'group', id: groupId }, { action: 'remove contact', actor, at, rule: 'C-21', before, after });
}
