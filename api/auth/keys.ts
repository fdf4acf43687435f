import { type Actor, type Role, roles } from '../../domain/decision.ts';
import { type Right, rightsOfRole } from '../../domain/right.ts';
import { recordChange } from '../../ledger/facility.ts';
import type { Tx } from '../../prisma/client.ts';
import type { ApiKey } from '../../prisma/generated/client.ts';
import { hashOf, newSecret } from './principal.ts';

/** Every role of people who work here: patients have links of their own, and the system needs no key. */
export const keyRoles = roles.filter((role) => role !== 'system' && role !== 'patient');

/**
 * Creates an API key. `facilityIds` empty: all of them, which only an administrator's key can have. The secret is
 * given here once and kept only as a hash.
 */
export async function createKey(
  db: Tx,
  {
    name,
    role,
    facilityIds,
    rights = rightsOfRole(role),
  }: { name: string; role: Role; facilityIds: string[]; rights?: Right[] | undefined },
): Promise<{ row: ApiKey; secret: string }> {
  const secret = newSecret();
  return { row: await db.apiKey.create({ data: { name, role, rights, facilityIds, secretHash: hashOf(secret) } }), secret };
}

/** On the chain of each facility that the key reaches: who made it or revoked it. `actorAt`: who that is at a facility. */
export async function recordKey(
  tx: Tx,
  { id: keyId, name, role, rights, facilityIds }: ApiKey,
  { action, at, actorAt }: { action: 'add key' | 'revoke key'; at: string; actorAt: (facilityId: string) => Promise<Actor> | Actor },
): Promise<void> {
  const where = facilityIds.length > 0 ? { id: { in: facilityIds } } : {};
  const reached = await tx.facility.findMany({ where, select: { id: true }, orderBy: { id: 'asc' } });
  for (const { id } of reached) {
    const change = { action, actor: await actorAt(id), at, after: { keyId, name, role, rights, facilityIds } };
    await recordChange(tx, { facilityId: id, kind: 'facility', id }, change);
  }
}
