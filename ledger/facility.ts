import { isZone } from '../domain/civil.ts';
import { DomainError } from '../domain/errors.ts';
import { type Policy, PolicySettings } from '../domain/policy.ts';
import type { Tx } from '../prisma/client.ts';
import { isClash } from './transaction.ts';

/** Creates a facility with its first policy. Throws UNKNOWN_ZONE (P-27), ALREADY_EXISTS. */
export async function createFacility(tx: Tx, input: { name: string; zone: string; sample?: boolean; settings?: PolicySettings; by: string }): Promise<string> {
  const { name, zone, sample = false, settings = PolicySettings.parse({}), by } = input;
  if (!isZone(zone)) throw new DomainError('UNKNOWN_ZONE', { zone });
  try {
    const { id } = await tx.facility.create({ data: { name, zone, sample, policies: { create: { version: 1, settings, recordedBy: by } } }, select: { id: true } });
    return id;
  } catch (error) {
    if (isClash(error)) throw new DomainError('ALREADY_EXISTS', { name });
    throw error;
  }
}

/** The policy in force. */
export async function policyOf(tx: Tx, facilityId: string): Promise<Policy> {
  const row = await tx.policy.findFirst({ where: { facilityId }, orderBy: { version: 'desc' } });
  if (!row) throw new DomainError('NOT_FOUND', { facilityId });
  return { ...PolicySettings.parse(row.settings), version: row.version };
}

/** Opening hours: the same wall-clock times on the given ISO weekdays (1 = Monday). Replaces what the room had. */
export async function setRoomHours(tx: Tx, roomId: string, weekdays: number[], opensAt: string, closesAt: string): Promise<void> {
  await tx.roomHours.deleteMany({ where: { roomId } });
  await tx.roomHours.createMany({ data: weekdays.map((weekday) => ({ roomId, weekday, opensAt, closesAt })) });
}
