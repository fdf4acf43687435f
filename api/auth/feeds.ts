import type { Actor } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { recordChange } from '../../ledger/facility.ts';
import type { Database, Tx } from '../../prisma/client.ts';
import { hashOf, newSecret } from './principal.ts';
import { groupsOf, withGroups } from './sessions.ts';

type Person = { id: string; facilityId: string };

/** F-14: a secret address for a person's calendar, given here once; the one before stops working. Opens nothing else. */
export async function openFeed(tx: Tx, person: Person, actor: Actor, at: string): Promise<{ id: string; token: string }> {
  await endFeeds(tx, person, at);
  const token = newSecret();
  const { id: personId, facilityId } = person;
  const { id } = await tx.calendarFeed.create({
    data: { tokenHash: hashOf(token), facilityId, personId, createdAt: at },
    select: { id: true },
  });
  await recordChange(
    tx,
    { facilityId, kind: 'person', id: personId },
    { action: 'open calendar feed', actor, at, rule: 'F-14', after: { feedId: id } },
  );
  return { id, token };
}

/** Revokes a person's address. False when there was none. */
export async function closeFeed(tx: Tx, person: Person, actor: Actor, at: string): Promise<boolean> {
  if (!(await endFeeds(tx, person, at))) return false;
  const { id, facilityId } = person;
  await recordChange(tx, { facilityId, kind: 'person', id }, { action: 'close calendar feed', actor, at, rule: 'F-14', after: {} });
  return true;
}

async function endFeeds(tx: Tx, { id }: Person, at: string): Promise<boolean> {
  await tx.$queryRaw`SELECT id FROM "Person" WHERE id = ${id}::uuid FOR NO KEY UPDATE`; // two presses at once: one after the other
  const { count } = await tx.calendarFeed.updateMany({ where: { personId: id, revokedAt: null }, data: { revokedAt: at } });
  return count > 0;
}

/** Whose calendar this address is. Throws NOT_FOUND for an unknown or revoked one, and for people who have left. */
export async function feedOf(db: Database, token: string) {
  const feed = await db.calendarFeed.findUnique({ where: { tokenHash: hashOf(token) }, include: { person: { include: withGroups } } });
  if (!feed || feed.revokedAt || !feed.person.active) throw new DomainError('NOT_FOUND', { calendar: 'unknown or revoked' });
  const { person } = feed;
  return { personId: person.id, facilityId: person.facilityId, groupIds: groupsOf(person), name: person.name, facility: person.facility };
}
