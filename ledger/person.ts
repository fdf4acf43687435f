import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Language } from '../domain/language.ts';
import type { Right } from '../domain/right.ts';
import type { Tx } from '../prisma/client.ts';
import type { Person } from '../prisma/generated/client.ts';
import { policyOf, recordChange } from './facility.ts';
import { activateBlocks, lockInactiveDays, mustNotLeaveBlocks } from './group.ts';
import { owePredictions } from './predicted-availability.ts';
import { isClash } from './transaction.ts';

export type PersonChange = {
  name?: string | undefined;
  email?: string | undefined;
  role?: string | undefined;
  rights?: Right[] | undefined;
  active?: boolean | undefined;
  language?: Language | null | undefined;
};

/**
 * Changes a person of version `version`. Who leaves loses every session; a main contact of groups with active blocks
 * cannot leave (C-19), and one who comes back activates what waited. Undefined when the person has another version
 * by now. Throws ALREADY_EXISTS, BLOCK_WITHOUT_CONTACT.
 */
export async function changePerson(
  tx: Tx,
  before: Person,
  change: PersonChange,
  { version, actor, at }: { version: number; actor: Actor; at: string },
): Promise<Person | undefined> {
  const { id, facilityId } = before;
  const groups = await tx.group.findMany({ where: { mainContactId: id }, select: { id: true } });
  const groupIds = groups.map((group) => group.id);
  if (!before.active && change.active) await lockInactiveDays(tx, groupIds);
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const data = { ...given, version: { increment: 1 } };
  const { count } = await tx.person.updateMany({ where: { id, version }, data }).catch((error: unknown) => {
    throw isClash(error) ? new DomainError('ALREADY_EXISTS', { email: change.email }) : error;
  });
  if (count === 0) return undefined;
  const after = await tx.person.findUniqueOrThrow({ where: { id } });
  if (after.email !== before.email)
    // what waits goes where they are now
    await tx.message.updateMany({ where: { personId: id, channel: 'mail', state: 'waiting' }, data: { address: after.email } });
  await recordChange(
    tx,
    { facilityId, kind: 'person', id },
    { action: 'change', actor, at, before: auditedPerson(before), after: auditedPerson(after) },
  );
  if (before.active && !after.active) {
    await mustNotLeaveBlocks(tx, groupIds, at);
    await tx.session.updateMany({ where: { personId: id, revokedAt: null }, data: { revokedAt: at } });
  }
  if (!before.active && after.active) await activateBlocks(tx, groupIds, actor, at);
  const scheduler = ({ role, active }: Person) => role === 'facility scheduler' && active;
  if (scheduler(after) && !scheduler(before)) await owePredictions(tx, facilityId, await policyOf(tx, facilityId), at);
  return after;
}

export const auditedPerson = ({ name, email, role, rights, active, language, version }: Person) => ({
  name,
  email,
  role,
  rights,
  active,
  language,
  version,
});
