/**
 * F-20: two cards of one patient become one, in one transaction: everything of the one moves to the other. The row that is left is an
 * address: whoever knows only that one is led on, by triggers of the tables where they write (migration patient_merge), and by
 * `livingPatient` where they ask.
 */
import type { Actor } from '../domain/decision.ts';
import { type Filled, filledFrom, mustBeMergeable, type OpenVisit } from '../domain/patient-merge.ts';
import type { Tx } from '../prisma/client.ts';
import { type Patient, Prisma } from '../prisma/generated/client.ts';
import { recordChange } from './facility.ts';
import { settleOpportunitiesOf } from './opportunity-settle.ts';
import { patientOf } from './patient.ts';
import { type MovedRows, moveHoldings } from './patient-data.ts';
import { civil } from './special-hours.ts';

export type MergeWish = { facilityId: string; keptId: string; duplicateId: string };
export type Merge = {
  kept: Patient;
  duplicate: Patient;
  /** What of the other card the kept one did not say. */
  filled: Filled[];
  /** The rows that move, table by table. */
  moved: MovedRows;
};

/**
 * Throws PATIENT_NOT_FOUND, and what `mustBeMergeable` refuses: nothing has moved then. For a preview, run it and roll it back.
 */
export async function mergePatients(
  tx: Tx,
  { facilityId, keptId, duplicateId }: MergeWish,
  { actor, at }: { actor: Actor; at: string },
): Promise<Merge> {
  const ids = [keptId, duplicateId].sort();
  await tx.$queryRaw`SELECT id FROM "Patient" WHERE id = ANY (${ids}::uuid[]) ORDER BY id FOR UPDATE`;
  const [before, duplicate] = [await patientOf(tx, facilityId, keptId), await patientOf(tx, facilityId, duplicateId)];
  mustBeMergeable({ kept: cardOf(before), duplicate: cardOf(duplicate), ...(await matters(tx, ids)) });

  const filled = filledFrom(before, duplicate);
  const mergedIntoId = keptId;
  // before its number can be another's: a number of the practice's own system is one card's
  const number = filled.includes('number') ? { number: null } : {};
  await tx.patient.update({ where: { id: duplicateId }, data: { mergedIntoId, mergedAt: at, version: { increment: 1 }, ...number } });
  await tx.patient.updateMany({ where: { mergedIntoId: duplicateId }, data: { mergedIntoId } });
  const taken = Object.fromEntries(filled.map((field) => [field, duplicate[field]]));
  const { textsStoppedAt } = duplicate; // said for a number, and it may be the same one
  const stopped = textsStoppedAt && (before.phone ?? duplicate.phone) === duplicate.phone ? { textsStoppedAt } : {};
  const kept = await tx.patient.update({ where: { id: keptId }, data: { ...taken, ...stopped, version: { increment: 1 } } });
  const moved = await moveHoldings(tx, duplicateId, keptId);
  await settleOpportunitiesOf(tx, keptId, at);

  const change = { actor, at, rule: 'F-20' };
  const of = (id: string) => ({ facilityId, kind: 'patient' as const, id });
  await recordChange(tx, of(keptId), { ...change, action: 'merge in', after: { patientId: duplicateId, filled, moved } });
  await recordChange(tx, of(duplicateId), { ...change, action: 'merge away', after: { patientId: keptId } });
  return { kept, duplicate, filled, moved };
}

const cardOf = ({ id, birthDate, mergedIntoId }: Patient) => ({ id, mergedIntoId, birthDate: birthDate && civil(birthDate) });

async function matters(tx: Tx, ids: string[]): Promise<{ visits: OpenVisit[]; laddersOfBoth: string[] }> {
  const rows = await tx.appointment.findMany({ where: { patientId: { in: ids }, status: { in: ['booked', 'arrived'] } } });
  const visits = rows.map(({ id, patientId, startsAt, endsAt }) => ({
    id,
    patientId,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
  }));
  const both = await tx.$queryRaw<{ id: string }[]>`
    SELECT l.id FROM "OfferLadder" l JOIN "Offer" o ON o."ladderId" = l.id
    WHERE l.state = 'offering' AND o."patientId" = ANY (${ids}::uuid[]) GROUP BY l.id HAVING count(DISTINCT o."patientId") = 2`;
  return { visits, laddersOfBoth: both.map(({ id }) => id) };
}

/** The card that each of these became part of; those that are still a card of their own are left out. */
export async function livingPatients(tx: Tx, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.$queryRaw<{ id: string; into: string }[]>`
    SELECT id, "mergedIntoId" AS into FROM "Patient" WHERE id = ANY (${ids}::uuid[]) AND "mergedIntoId" IS NOT NULL`;
  return new Map(rows.map(({ id, into }) => [id, into]));
}

/** Other cards that may be the same person's: the same name, and nothing that says otherwise. At most ten. */
export function likelyTheSame(tx: Tx, { facilityId, searchName, birthDate, phone, notId }: LikeWhom): Promise<Patient[]> {
  const born = birthDate ? Prisma.sql`(p."birthDate" = ${birthDate}::date OR p."birthDate" IS NULL)` : Prisma.sql`true`;
  // families share a number, and names recur: two of the three, or the name where one of them says no date of birth
  const reached = phone ? Prisma.sql`OR p.phone = ${phone}` : Prisma.empty;
  return tx.$queryRaw<Patient[]>`
    SELECT p.* FROM "Patient" p WHERE p."facilityId" = ${facilityId}::uuid AND p."mergedIntoId" IS NULL AND p."searchName" = ${searchName}
      AND (${born} ${reached}) ${notId ? Prisma.sql`AND p.id <> ${notId}::uuid` : Prisma.empty} ORDER BY p.id LIMIT 10`;
}
type LikeWhom = { facilityId: string; searchName: string; birthDate: string | null; phone: string | null; notId?: string };
