/** Who decides for a group: its main contact, its members, and whoever stands in for one of them (F-12). */
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';

/** Ids of people, by group; chains of substitutes are followed to their end. */
export async function decidersOf(tx: Tx, groupIds: string[]): Promise<Map<string, string[]>> {
  const rows = await tx.$queryRaw<{ groupId: string; people: string[] }[]>`
    WITH RECURSIVE decider (group_id, person_id) AS (
      SELECT id, "mainContactId" FROM "Group" WHERE id = ANY (${groupIds}::uuid[]) AND "mainContactId" IS NOT NULL
      UNION SELECT "groupId", "personId" FROM "Membership" WHERE "groupId" = ANY (${groupIds}::uuid[])
      UNION SELECT d.group_id, s."substituteId" FROM decider d JOIN "Substitute" s ON s."personId" = d.person_id
    ) SELECT group_id::text AS "groupId", array_agg(person_id::text ORDER BY person_id) AS people FROM decider GROUP BY group_id`;
  return new Map(rows.map(({ groupId, people }) => [groupId, people]));
}

/**
 * F-07: a block may have changed hands since somebody was mailed about it, or they may have left its group: the button
 * of an old mail decides nothing about what is another group's by now. Throws BLOCK_NOT_YOURS.
 */
export async function mustDecideFor(tx: Tx, groupId: string, { personId, role }: Person): Promise<void> {
  if (!(await decides(tx, groupId, { personId, role }))) throw new DomainError('BLOCK_NOT_YOURS', { groupId });
}

/** C-17, C-20: a contact speaks for the surgeons of their own groups, whatever tool carries it. Throws SURGEON_NOT_YOURS. */
export async function mustSpeakFor(tx: Tx, provider: { id: string; groupId: string | null }, person: Person): Promise<void> {
  if (!(await decides(tx, provider.groupId, person))) throw new DomainError('SURGEON_NOT_YOURS', { providerId: provider.id });
}

type Person = Pick<Actor, 'personId' | 'role'>;

async function decides(tx: Tx, groupId: string | null, { personId, role }: Person): Promise<boolean> {
  if (role !== 'block contact' || !personId) return true;
  return groupId !== null && ((await decidersOf(tx, [groupId])).get(groupId) ?? []).includes(personId);
}
