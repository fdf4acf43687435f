import { isZone } from '../domain/civil.ts';
import type { Actor, SubjectKind } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { type Policy, PolicySettings } from '../domain/policy.ts';
import { standardTaskTypes } from '../domain/task.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import { appendAudit } from './audit.ts';
import { type LifeKind, lifeTables, wakeAllThat } from './life.ts';
import { isClash } from './transaction.ts';

/** Creates a facility with its first policy and the standard task types (I-03). Throws UNKNOWN_ZONE (P-27), ALREADY_EXISTS. */
export async function createFacility(
  tx: Tx,
  input: { name: string; zone: string; sample?: boolean; settings?: PolicySettings; by: string },
): Promise<string> {
  const { name, zone, sample = false, settings = PolicySettings.parse({}), by } = input;
  if (!isZone(zone)) throw new DomainError('UNKNOWN_ZONE', { zone });
  const policies = { create: { version: 1, settings, recordedBy: by } };
  const taskTypes = { create: standardTaskTypes.map((type) => ({ ...type })) };
  try {
    const { id } = await tx.facility.create({ data: { name, zone, sample, policies, taskTypes }, select: { id: true } });
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
  return parsedPolicy(row);
}

/** A facility's zone and the policy in force, at one look. Throws NOT_FOUND. */
export async function zoneAndPolicyOf(tx: Tx, facilityId: string): Promise<{ zone: string; policy: Policy }> {
  const [row] = await tx.$queryRaw<{ zone: string; id: string; settings: unknown; version: number }[]>`
    SELECT f.zone, p.id, p.settings, p.version FROM "Facility" f JOIN "Policy" p ON p."facilityId" = f.id
    WHERE f.id = ${facilityId}::uuid ORDER BY p.version DESC LIMIT 1`;
  if (!row) throw new DomainError('NOT_FOUND', { facilityId });
  return { zone: row.zone, policy: parsedPolicy(row) };
}

/** Checked once a row: rows are never changed, and checking one takes longer than reading it. */
export function parsedPolicy({ id, settings, version }: { id: string; settings: unknown; version: number }): Policy {
  const policy = known.get(id) ?? { ...PolicySettings.parse(settings), version };
  known.set(id, policy);
  return policy;
}

const known = new Map<string, Policy>();

/** Wall-clock opening hours in the facility's zone on one ISO weekday (1 = Monday), `HH:MM`; `24:00` closes at midnight. */
export type DayHours = { weekday: number; opensAt: string; closesAt: string };

/** Opening hours: the same wall-clock times on the given ISO weekdays (1 = Monday). Replaces what the room had. */
export function setRoomHours(tx: Tx, roomId: string, weekdays: number[], opensAt: string, closesAt: string): Promise<void> {
  return replaceRoomHours(
    tx,
    roomId,
    weekdays.map((weekday) => ({ weekday, opensAt, closesAt })),
  );
}

export async function replaceRoomHours(tx: Tx, roomId: string, hours: DayHours[]): Promise<void> {
  await tx.roomHours.deleteMany({ where: { roomId } });
  await tx.roomHours.createMany({ data: hours.map(({ weekday, opensAt, closesAt }) => ({ roomId, weekday, opensAt, closesAt })) });
}

/**
 * F-23: after a pause, wakes each life that was told to wait because of it; the others wake in time. A
 * facility that goes live after a shadow run also wakes the blocks whose mandatory release was only shown. Call
 * it in the transaction that changes the facility.
 */
export async function wakeResting(tx: Tx, facilityId: string): Promise<void> {
  await stopSteps(tx);
  for (const kind of Object.keys(lifeTables) as LifeKind[]) {
    const shown = kind === 'block' ? Prisma.sql`OR (state = 'active' AND "mandatoryAt" IS NOT NULL)` : Prisma.empty;
    await wakeAllThat(tx, kind, facilityId, Prisma.sql`(next->>'rule' = 'F-23' ${shown})`);
  }
}

/**
 * Waits for the steps under way and holds up new ones until this transaction ends: a step that has read the
 * facility as it was would plan by it after we looked, and its life would sleep through the change. Call it as
 * late as possible. Readers are not held up.
 */
export async function stopSteps(tx: Tx): Promise<void> {
  const tables = Object.values(lifeTables).map(({ table }) => table);
  await tx.$executeRaw`LOCK TABLE ${Prisma.join(tables)} IN EXCLUSIVE MODE`;
}

export type Change = {
  action: string;
  actor: Actor;
  at: string;
  before?: object;
  after: object;
  reason?: string | undefined;
  rule?: string;
};

/**
 * F-16: a change of the facility's own records. Rooms, providers, policies and keys are on the facility's chain;
 * people, groups, practitioners and patients have their own, whose row the caller holds; the facility's is locked here.
 */
export async function recordChange(
  tx: Tx,
  subject: {
    facilityId: string;
    kind: Extract<SubjectKind, 'facility' | 'group' | 'person' | 'team' | 'practitioner' | 'patient'>;
    id: string;
  },
  { before = {}, ...change }: Change,
): Promise<void> {
  const { facilityId, kind, id } = subject;
  if (kind === 'facility') await tx.$queryRaw`SELECT id FROM "Facility" WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
  const { version } = await policyOf(tx, facilityId);
  await appendAudit(tx, { ...change, facilityId, subjectKind: kind, subjectId: id, policyVersion: version, before });
}
