import { type CoordinatorTerms, mustKnowZone, mustUseEhr } from '../domain/coordinator.ts';
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';
import type { Coordinator, CoordinatorAssignment, Practitioner } from '../prisma/generated/client.ts';
import { comingHolidays, oweHolidayNotices } from './company-holiday.ts';
import { recordChange } from './facility.ts';
import { oweMessages, person } from './message.ts';

type By = { actor: Actor; at: string };

/** Says how a coordinator works, the first time or again. Throws UNKNOWN_ZONE, NOT_A_COORDINATOR. */
export async function setCoordinator(tx: Tx, personId: string, terms: CoordinatorTerms, { actor, at }: By): Promise<Coordinator> {
  mustKnowZone(terms);
  const somebody = await tx.person.findUniqueOrThrow({ where: { id: personId } });
  if (somebody.role !== 'care coordinator') throw new DomainError('NOT_A_COORDINATOR', { personId, role: somebody.role });
  const before = await tx.coordinator.findUnique({ where: { personId } });
  const { facilityId } = somebody;
  const after = await tx.coordinator.upsert({
    where: { personId },
    create: { personId, facilityId, ...terms },
    update: { ...terms, version: { increment: 1 } },
  });
  const change = { action: 'set coordinator', actor, at, rule: 'P-27', before: before ? audited(before) : {}, after: audited(after) };
  await recordChange(tx, { facilityId, kind: 'person', id: personId }, change);
  return after;
}

const audited = ({ kind, zone, hours, version }: Coordinator) => ({ kind, zone, hours, version });

/**
 * P-27: gives a provider a coordinator, in place of the one they had; the provider is told. Assigned again, the first
 * assignment stands. Throws EHR_NOT_USED (P-28), NOT_A_COORDINATOR.
 */
export async function assignCoordinator(tx: Tx, practitionerId: string, coordinatorId: string, by: By): Promise<CoordinatorAssignment> {
  const practitioner = await lockPractitioner(tx, practitionerId);
  mustUseEhr(practitioner);
  const coordinator = await tx.coordinator.findFirst({
    where: { personId: coordinatorId, facilityId: practitioner.facilityId, person: { active: true } },
  });
  if (!coordinator) throw new DomainError('NOT_A_COORDINATOR', { coordinatorId });
  const standing = await standingOf(tx, practitionerId);
  if (standing?.coordinatorId === coordinatorId) return standing;
  if (standing) await end(tx, standing, 'another coordinator takes over', by.at);
  const row = await tx.coordinatorAssignment.create({
    data: { facilityId: practitioner.facilityId, practitionerId, coordinatorId, since: by.at },
  });
  await record(tx, practitioner, { before: standing, after: row }, { ...by, rule: 'P-27', because: undefined });
  const { facilityId } = practitioner;
  if (!standing) await oweHolidayNotices(tx, facilityId, await comingHolidays(tx, facilityId, by.at), by.at, practitionerId);
  return row;
}

/** Ends the assignment that stands, if one does. */
export async function endAssignment(tx: Tx, practitionerId: string, because: string, by: By & { rule: string }): Promise<void> {
  const practitioner = await lockPractitioner(tx, practitionerId);
  const standing = await standingOf(tx, practitionerId);
  if (!standing) return;
  await end(tx, standing, because, by.at);
  await record(tx, practitioner, { before: standing, after: null }, { ...by, because });
}

/** P-28: a provider who stops using the records system loses their coordinator in the same transaction. */
export async function setEhrUse(tx: Tx, practitionerId: string, usesEhr: boolean, by: By): Promise<Practitioner> {
  const before = await lockPractitioner(tx, practitionerId);
  if (before.usesEhr === usesEhr) return before;
  const after = await tx.practitioner.update({ where: { id: practitionerId }, data: { usesEhr, version: { increment: 1 } } });
  const change = { action: 'change EHR use', rule: 'P-28', before: { usesEhr: before.usesEhr }, after: { usesEhr }, ...by };
  await recordChange(tx, { facilityId: before.facilityId, kind: 'practitioner', id: practitionerId }, change);
  if (!usesEhr) await endAssignment(tx, practitionerId, 'the provider no longer uses the records system', { ...by, rule: 'P-28' });
  return after;
}

async function lockPractitioner(tx: Tx, id: string): Promise<Practitioner> {
  await tx.$queryRaw`SELECT id FROM "Practitioner" WHERE id = ${id}::uuid FOR UPDATE`;
  const row = await tx.practitioner.findUnique({ where: { id } });
  if (!row) throw new DomainError('NOT_FOUND', { practitionerId: id });
  return row;
}

const standingOf = (tx: Tx, practitionerId: string) =>
  tx.coordinatorAssignment.findFirst({ where: { practitionerId, endedAt: null }, orderBy: { since: 'desc' } });

async function end(tx: Tx, { id }: CoordinatorAssignment, endedBecause: string, endedAt: string): Promise<void> {
  await tx.coordinatorAssignment.update({ where: { id }, data: { endedAt, endedBecause }, select: { id: true } });
}

type Change = { before: CoordinatorAssignment | null; after: CoordinatorAssignment | null };

/** One event on the provider's chain, and a mail to them. */
async function record(
  tx: Tx,
  practitioner: Practitioner,
  { before, after }: Change,
  by: By & { rule: string; because: string | undefined },
) {
  const { id, facilityId, personId } = practitioner;
  const { actor, at, rule, because: reason } = by;
  const named = async (one: typeof before) => (one ? (await person(tx, one.coordinatorId))[0]?.name : undefined);
  const [was, is] = [await named(before), await named(after)];
  const change = { action: after ? 'assign coordinator' : 'end coordinator', actor, at, rule, reason };
  await recordChange(
    tx,
    { facilityId, kind: 'practitioner', id },
    { ...change, before: { coordinatorId: before?.coordinatorId ?? null }, after: { coordinatorId: after?.coordinatorId ?? null } },
  );
  const facility = await tx.facility.findUniqueOrThrow({ where: { id: facilityId } });
  const zone = after && (await tx.coordinator.findUniqueOrThrow({ where: { personId: after.coordinatorId } })).zone;
  const content = {
    kind: 'coordinator changed' as const,
    facility: facility.name,
    zone: facility.zone,
    ...(was && { before: was }),
    ...(is && zone && { after: { name: is, zone } }),
    ...(reason && { because: reason }),
  };
  const key = `coordinator/${id}/${after?.id ?? `${before!.id}/ended`}`;
  await oweMessages(tx, { facilityId, kind: 'practitioner', id, shadow: facility.shadow }, at, [
    { key, to: await person(tx, personId ?? undefined), content, receipt: true },
  ]);
}
