/** What a new task or waitlist entry names, looked up once: the facility, the patient, the practitioner, the visit it follows from. */
import { daysBetween, zoneDate } from '../domain/civil.ts';
import { DomainError } from '../domain/errors.ts';
import type { Policy } from '../domain/policy.ts';
import { type CancelledVisit, mustBeAsked, mustBeLinkable, type VisitWish } from '../domain/visit-wish.ts';
import type { Tx } from '../prisma/client.ts';
import { policyOf } from './facility.ts';
import { type LifeRow, lifeColumns, lifeJoins, policyOfRow } from './life.ts';
import { iso } from './transaction.ts';

/** `today`: the civil date at the facility. */
export type Place = { facilityId: string; facility: string; zone: string; today: string; paused: boolean; shadow: boolean; policy: Policy };

/** The patient's facility as a rule wants it. Throws NOT_FOUND unless patient and practitioner belong to it. */
export async function placeOf(
  tx: Tx,
  { facilityId, patientId, practitionerId }: { facilityId: string; patientId: string; practitionerId: string | null },
  now: string,
): Promise<Place> {
  const [row] = await tx.$queryRaw<(LifeRow & { known: boolean })[]>`
    SELECT ${lifeColumns}, (${practitionerId}::uuid IS NULL OR EXISTS (
        SELECT 1 FROM "Practitioner" d WHERE d.id = ${practitionerId}::uuid AND d."facilityId" = s."facilityId")) AS known
    FROM "Patient" s ${lifeJoins} WHERE s.id = ${patientId}::uuid AND s."facilityId" = ${facilityId}::uuid`;
  if (!row) throw new DomainError('PATIENT_NOT_FOUND', { patientId });
  if (!row.known) throw new DomainError('NOT_FOUND', { practitionerId });
  const { zone, paused, shadow, facility } = row;
  return { facilityId, facility, zone, paused, shadow, today: zoneDate(now, zone), policy: policyOfRow(row) };
}

/**
 * The visits of a patient that were cancelled, the latest first, and what followed from each.
 */
async function cancelledVisits(tx: Tx, patientId: string, zone: string): Promise<CancelledVisit[]> {
  const rows = await tx.$queryRaw<(Omit<CancelledVisit, 'cancelledOn' | 'startsAt'> & { startsAt: Date; cancelledAt: Date })[]>`
    SELECT a.id AS "appointmentId", a."practitionerId", a."startsAt", a."cancelledAt",
      coalesce((SELECT 'task/' || t.id FROM "Task" t WHERE t."appointmentId" = a.id LIMIT 1),
        (SELECT 'waitlist-entry/' || w.id FROM "WaitlistEntry" w WHERE w."appointmentId" = a.id AND w.type = 'cancelled' LIMIT 1)) AS "followedBy"
    FROM "Appointment" a WHERE a."patientId" = ${patientId}::uuid AND a.status = 'cancelled' AND a."cancelledAt" IS NOT NULL
    ORDER BY a."cancelledAt" DESC LIMIT 100`;
  return rows.map(({ startsAt, cancelledAt, ...visit }) => ({
    ...visit,
    startsAt: iso(startsAt),
    cancelledOn: zoneDate(iso(cancelledAt), zone),
  }));
}

type Chain = { patientId: string; appointmentId: string | null; anotherProblem: boolean };

/**
 * I-39, I-40: checks the link to a cancelled visit, or asks for the one that is missing. Holds the appointment's row, so that
 * only one thing ever follows from it.
 */
export async function mustBeChained(
  tx: Tx,
  place: Place,
  { patientId, appointmentId, anotherProblem }: Chain,
  wish: VisitWish,
): Promise<void> {
  const { today, zone, policy } = place;
  const { linkWithinDays } = policy.cancel;
  if (appointmentId === null) {
    if (!anotherProblem) mustBeAsked(await cancelledVisits(tx, patientId, zone), wish, today, linkWithinDays);
    return;
  }
  await lockAppointment(tx, appointmentId);
  const visit = (await cancelledVisits(tx, patientId, zone)).find((one) => one.appointmentId === appointmentId);
  if (visit) return mustBeLinkable(visit, today, linkWithinDays);
  const found = await tx.appointment.findFirst({ where: { id: appointmentId, patientId }, select: { status: true } });
  if (!found) throw new DomainError('NOT_FOUND', { appointmentId });
  throw new DomainError('LINK_NOT_CANCELLED', { appointmentId, status: found.status });
}

export async function lockAppointment(tx: Tx, id: string): Promise<void> {
  await tx.$queryRaw`SELECT id FROM "Appointment" WHERE id = ${id}::uuid FOR UPDATE`;
}

/** The cancelled visits that a new task or entry can still follow from (I-39), for the page that asks (I-40). */
export async function linkableVisits(
  tx: Tx,
  { facilityId, patientId, zone }: { facilityId: string; patientId: string; zone: string },
  now: string,
): Promise<(CancelledVisit & { practitioner: string; comment: string })[]> {
  const { cancel } = await policyOf(tx, facilityId);
  const today = zoneDate(now, zone);
  const open = (await cancelledVisits(tx, patientId, zone)).filter(({ followedBy }) => followedBy === null);
  const visits = open.filter(({ cancelledOn }) => daysBetween(cancelledOn, today) <= cancel.linkWithinDays);
  const ids = visits.map(({ practitionerId }) => practitionerId);
  const names = await tx.practitioner.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
  const nameOf = new Map(names.map(({ id, name }) => [id, name]));
  const rows = await tx.appointment.findMany({
    where: { id: { in: visits.map(({ appointmentId }) => appointmentId) } },
    select: { id: true, comment: true },
  });
  const commentOf = new Map(rows.map(({ id, comment }) => [id, comment]));
  return visits.map((visit) => ({
    ...visit,
    practitioner: nameOf.get(visit.practitionerId)!,
    comment: commentOf.get(visit.appointmentId) ?? '',
  }));
}
