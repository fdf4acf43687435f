import { type Role, roles } from '../../domain/decision.ts';
import { type Right, rightsOfRole } from '../../domain/right.ts';
import type { Tx } from '../../prisma/client.ts';
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
): Promise<{ id: string; secret: string }> {
  const secret = newSecret();
  const { id } = await db.apiKey.create({ data: { name, role, rights, facilityIds, secretHash: hashOf(secret) }, select: { id: true } });
  return { id, secret };
}
