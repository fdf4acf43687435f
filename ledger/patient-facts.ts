/** What the customer's own system reports about a patient, by its own numbers: subscriptions, lab orders, orders. A fact stands as it was reported. */
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';
import type { LabOrder, Order, Subscription } from '../prisma/generated/client.ts';
import { recordChange } from './facility.ts';

export const subscriptionStatuses = ['active', 'cancelled'] as const;
export const labOrderStatuses = ['active', 'cancelled', 'completed'] as const;

type By = { actor: Actor; now: string };
type Reported = { facilityId: string; patientId: string; number: string };
export type ReportedSubscription = Reported & {
  programme: string;
  status: (typeof subscriptionStatuses)[number];
  startedAt: string;
  cancelledAt?: string | undefined;
};
/** `replaces`: the number of the order in whose place it was requested. */
export type ReportedLabOrder = Reported & {
  what: string;
  status: (typeof labOrderStatuses)[number];
  orderedAt: string;
  replaces?: string | undefined;
};
export type ReportedOrder = Reported & { what: string; status: string; orderedAt: string };

/** Keeps a subscription as it is now. Throws NOT_FOUND for a patient of elsewhere, ALREADY_EXISTS for a number of another patient. */
export async function reportSubscription(tx: Tx, { cancelledAt, ...report }: ReportedSubscription, by: By): Promise<Subscription> {
  const before = await tx.subscription.findUnique({ where: numberOf(report) });
  await mustBeOfPatient(tx, report, before);
  const ended = report.status === 'cancelled' ? (cancelledAt ?? before?.cancelledAt ?? by.now) : null;
  const data = { ...report, cancelledAt: ended, reportedAt: by.now };
  const row = before
    ? await tx.subscription.update({ where: { id: before.id }, data: { ...data, version: { increment: 1 } } })
    : await tx.subscription.create({ data });
  await note(tx, 'report subscription', row, before, by);
  return row;
}

/** As reportSubscription; throws NOT_FOUND for the number of an order to replace that the patient has not. */
export async function reportLabOrder(tx: Tx, { replaces, ...report }: ReportedLabOrder, by: By): Promise<LabOrder> {
  const before = await tx.labOrder.findUnique({ where: numberOf(report) });
  await mustBeOfPatient(tx, report, before);
  const replaced = replaces
    ? await tx.labOrder.findFirst({ where: { facilityId: report.facilityId, patientId: report.patientId, number: replaces } })
    : null;
  if (replaces && !replaced) throw new DomainError('NOT_FOUND', { replaces });
  const data = { ...report, replacesId: replaced?.id ?? before?.replacesId ?? null, reportedAt: by.now };
  const row = before
    ? await tx.labOrder.update({ where: { id: before.id }, data: { ...data, version: { increment: 1 } } })
    : await tx.labOrder.create({ data });
  await note(tx, 'report lab order', row, before, by);
  return row;
}

/** As reportSubscription. */
export async function reportOrder(tx: Tx, report: ReportedOrder, by: By): Promise<Order> {
  const before = await tx.order.findUnique({ where: numberOf(report) });
  await mustBeOfPatient(tx, report, before);
  const data = { ...report, reportedAt: by.now };
  const row = before
    ? await tx.order.update({ where: { id: before.id }, data: { ...data, version: { increment: 1 } } })
    : await tx.order.create({ data });
  await note(tx, 'report order', row, before, by);
  return row;
}

/** cancels a subscription. Twice: the first answer stands. The caller has seen that it is the actor's facility's. */
export async function cancelSubscription(tx: Tx, id: string, by: By): Promise<Subscription> {
  const before = await tx.subscription.findUniqueOrThrow({ where: { id } });
  const data = { status: 'cancelled', cancelledAt: by.now, cancelledBy: by.actor.name, version: { increment: 1 } };
  const { count } = await tx.subscription.updateMany({ where: { id, status: 'active' }, data });
  const row = await tx.subscription.findUniqueOrThrow({ where: { id } });
  if (count === 1) await note(tx, 'cancel subscription', row, before, by);
  return row;
}

const numberOf = ({ facilityId, number }: Reported) => ({ facilityId_number: { facilityId, number } });

async function mustBeOfPatient(tx: Tx, { facilityId, patientId, number }: Reported, before: { patientId: string } | null): Promise<void> {
  if (before && before.patientId !== patientId) throw new DomainError('ALREADY_EXISTS', { number });
  if (before) return;
  const patient = await tx.patient.findFirst({ where: { id: patientId, facilityId }, select: { id: true } });
  if (!patient) throw new DomainError('NOT_FOUND', { patientId });
}

type Row = { id: string; facilityId: string; patientId: string; number: string; status: string; version: number };

/** F-16: on the patient's chain, by id and status: what the fact is about stands in its row and goes with it (F-27). */
async function note(tx: Tx, action: string, row: Row, before: Row | null, { actor, now }: By): Promise<void> {
  const { facilityId, patientId } = row;
  await tx.$queryRaw`SELECT id FROM "Patient" WHERE id = ${patientId}::uuid FOR NO KEY UPDATE`;
  const audited = ({ id, status, version }: Row) => ({ id, status, version });
  const what = { action, actor, at: now, ...(before && { before: audited(before) }), after: audited(row) };
  await recordChange(tx, { facilityId, kind: 'patient', id: patientId }, what);
}
