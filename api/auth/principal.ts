import { createHash, randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

import type { Actor, Role } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Right } from '../../domain/right.ts';
import type { Tx } from '../../prisma/client.ts';

/** Who calls the API: a key with a role, scoped to facilities ('all' only for the installation's administrator). */
export type Principal = { id: string; name: string; role: Role; rights: Right[]; facilityIds: string[] | 'all' };

export const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex');

/** 256 bits, opaque, shown once. */
export const newSecret = () => randomBytes(32).toString('base64url');

/** The key in the Authorization header. Throws SIGN_IN_REQUIRED for none, an unknown or a revoked one. */
export async function principalOf(db: Tx, request: FastifyRequest): Promise<Principal> {
  const secret = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (!secret) throw new DomainError('SIGN_IN_REQUIRED', { header: 'Authorization: Bearer …' });
  const key = await db.apiKey.findUnique({ where: { secretHash: hashOf(secret) } });
  if (!key || key.revokedAt) throw new DomainError('SIGN_IN_REQUIRED', { key: 'unknown or revoked' });
  const facilityIds = key.role === 'administrator' && key.facilityIds.length === 0 ? 'all' : key.facilityIds;
  return { id: key.id, name: key.name, role: key.role as Role, rights: key.rights as Right[], facilityIds };
}

/** The facility filter of every query. */
export function scopeOf({ facilityIds }: Principal): { facilityId?: { in: string[] } } {
  return facilityIds === 'all' ? {} : { facilityId: { in: facilityIds } };
}

/** Not yours looks like not there. */
export function mayReach({ facilityIds }: Principal, facilityId: string): boolean {
  return facilityIds === 'all' || facilityIds.includes(facilityId);
}

const rank: Record<Role, number> = {
  administrator: 3,
  support: 2,
  'facility scheduler': 2,
  manager: 2,
  'team lead': 2,
  receptionist: 1,
  practitioner: 1,
  'care coordinator': 1,
  'care team agent': 1,
  'block contact': 1,
  patient: 0,
  system: 0,
};

/** Throws NOT_ALLOWED unless the principal's role is one of these. An administrator may do everything. */
export function allow(principal: Pick<Principal, 'role'>, ...allowed: Role[]): void {
  if (principal.role !== 'administrator' && !allowed.includes(principal.role))
    throw new DomainError('NOT_ALLOWED', { role: principal.role, needs: [...allowed, 'administrator'] });
}

/**
 * Who decides: the key itself, or a person on whose behalf a staff tool calls, as long as that lifts nobody above
 * the key's own role.
 */
export async function actorOf(db: Tx, principal: Principal, facilityId: string, personId?: string): Promise<Actor> {
  if (!personId) return { name: principal.name, role: principal.role, channel: 'api' };
  const person = await db.person.findFirst({ where: { id: personId, facilityId, active: true } });
  if (!person) throw new DomainError('NOT_FOUND', { personId });
  const role = person.role as Role;
  if (role !== principal.role && rank[role] >= rank[principal.role])
    throw new DomainError('NOT_ALLOWED', { role: principal.role, onBehalfOf: role });
  return { personId, name: person.name, role, channel: 'api' };
}
