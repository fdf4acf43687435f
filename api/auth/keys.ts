import type { Role } from '../../domain/decision.ts';
import type { Tx } from '../../prisma/client.ts';
import { hashOf, newSecret } from './principal.ts';

export const keyRoles = ['administrator', 'facility scheduler', 'support', 'block contact'] as const satisfies Role[];

/**
 * Creates an API key. `facilityIds` empty: all of them, which only an administrator's key can have. The secret is
 * given here once and kept only as a hash.
 */
export async function createKey(
  db: Tx,
  { name, role, facilityIds }: { name: string; role: Role; facilityIds: string[] },
): Promise<{ id: string; secret: string }> {
  const secret = newSecret();
  const { id } = await db.apiKey.create({ data: { name, role, facilityIds, secretHash: hashOf(secret) }, select: { id: true } });
  return { id, secret };
}
