/**
 * What the customer's own system reports about a patient, by its own numbers: treatment requests and plans, subscriptions, orders, lab
 * orders. A fact stands as it was reported last; the same report again changes nothing.
 */
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';
import type { LabOrder, Order, Subscription, TreatmentPlan, TreatmentRequest } from '../prisma/generated/client.ts';
import { recordChange } from './facility.ts';

export const subscriptionStatuses = ['active', 'cancelled'] as const;
export const labOrderStatuses = ['active', 'cancelled', 'completed'] as const;
/** active: a clinician looks at it. Only an approved one has plans. */
export const requestStatuses = ['active', 'approved', 'denied', 'cancelled'] as const;

export type By = { actor: Actor; now: string };
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
export type ReportedOrder = Reported & {
  what: string;
  status: string;
  orderedAt: string;
  /** In the smallest unit of the currency. */
  priceMinor?: number | undefined;
  currency?: string | undefined;
};
export type ReportedRequest = Reported & {
  condition: string;
  status: (typeof requestStatuses)[number];
  requestedAt: string;
  decidedAt?: string | undefined;
  decidedBy?: string | undefined;
};
/** `request`: the number of the treatment request that it was written for. */
export type ReportedPlan = Reported & {
  request: string;
  what: string;
  writtenBy: string;
  writtenAt: string;
  endedAt?: string | undefined;
};

/** Keeps a subscription as it is now. Throws NOT_FOUND for a patient of elsewhere, ALREADY_EXISTS for a number of another patient. */
export async function reportSubscription(tx: Tx, { cancelledAt, ...report }: ReportedSubscription, by: By): Promise<Subscription> {
  const where = numberOf(report);
  const before = await tx.subscription.findUnique({ where });
  const ended = report.status === 'cancelled';
  const data = {
    ...report,
    cancelledAt: ended ? (cancelledAt ?? before?.cancelledAt?.toISOString() ?? by.now) : null,
    cancelledBy: ended ? (before?.cancelledBy ?? null) : null,
  };
  return keep(tx, 'report subscription', before, data, by, (create, update) => tx.subscription.upsert({ where, create, update }));
}

/** As reportSubscription; throws NOT_FOUND for the number of an order to replace that the patient has not. */
export async function reportLabOrder(tx: Tx, { replaces, ...report }: ReportedLabOrder, by: By): Promise<LabOrder> {
  const where = numberOf(report);
  const before = await tx.labOrder.findUnique({ where });
  const { facilityId, patientId } = report;
  const replaced = replaces ? await tx.labOrder.findFirst({ where: { facilityId, patientId, number: replaces } }) : null;
  if (replaces && !replaced) throw new DomainError('NOT_FOUND', { replaces });
  const data = { ...report, replacesId: replaced?.id ?? before?.replacesId ?? null };
  return keep(tx, 'report lab order', before, data, by, (create, update) => tx.labOrder.upsert({ where, create, update }));
}

/** As reportSubscription. */
export async function reportOrder(tx: Tx, report: ReportedOrder, by: By): Promise<Order> {
  const where = numberOf(report);
  const before = await tx.order.findUnique({ where });
  const data = { ...report, priceMinor: report.priceMinor ?? null, currency: report.currency ?? null };
  return keep(tx, 'report order', before, data, by, (create, update) => tx.order.upsert({ where, create, update }));
}

/** As reportSubscription. */
export async function reportRequest(tx: Tx, report: ReportedRequest, by: By): Promise<TreatmentRequest> {
  const where = numberOf(report);
  const before = await tx.treatmentRequest.findUnique({ where });
  const data = { ...report, decidedAt: report.decidedAt ?? null, decidedBy: report.decidedBy ?? null };
  return keep(tx, 'report treatment request', before, data, by, (create, update) => tx.treatmentRequest.upsert({ where, create, update }));
}

/** As reportSubscription. Throws TREATMENT_REQUEST_UNKNOWN, TREATMENT_REQUEST_NOT_APPROVED. */
export async function reportPlan(tx: Tx, { request: number, ...report }: ReportedPlan, by: By): Promise<TreatmentPlan> {
  const where = numberOf(report);
  const before = await tx.treatmentPlan.findUnique({ where });
  const { facilityId, patientId } = report;
  const request = await tx.treatmentRequest.findFirst({ where: { facilityId, patientId, number } });
  if (!request) throw new DomainError('TREATMENT_REQUEST_UNKNOWN', { request: number });
  if (before?.requestId !== request.id && request.status !== 'approved')
    throw new DomainError('TREATMENT_REQUEST_NOT_APPROVED', { request: number, status: request.status });
  const data = { ...report, requestId: request.id, endedAt: report.endedAt ?? null };
  return keep(tx, 'report treatment plan', before, data, by, (create, update) => tx.treatmentPlan.upsert({ where, create, update }));
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

type Row = { id: string; facilityId: string; patientId: string; number: string; status?: string; version: number };
type Fresh<Data> = Data & { reportedAt: string };

/** Writes what a report says by its number; as it was before, nothing is written. */
async function keep<Kept extends Row, Data extends Reported>(
  tx: Tx,
  action: string,
  before: Kept | null,
  data: Data,
  by: By,
  write: (create: Fresh<Data>, update: Fresh<Data> & { version: { increment: 1 } }) => Promise<Kept>,
): Promise<Kept> {
  await mustBeOfPatient(tx, data, before);
  if (before && says(before, data)) return before;
  const fresh = { ...data, reportedAt: by.now };
  const row = await write(fresh, { ...fresh, version: { increment: 1 } });
  await note(tx, action, row, before, by);
  return row;
}

/** Whether a row says all that a report does already. */
function says(row: object, data: object): boolean {
  const kept = row as Record<string, unknown>;
  return Object.entries(data).every(([name, value]) => {
    const had = kept[name];
    return (had instanceof Date ? had.toISOString() : had) === value;
  });
}

async function mustBeOfPatient(tx: Tx, { facilityId, patientId, number }: Reported, before: { patientId: string } | null): Promise<void> {
  if (before && before.patientId !== patientId) throw new DomainError('ALREADY_EXISTS', { number });
  if (before) return;
  const patient = await tx.patient.findFirst({ where: { id: patientId, facilityId }, select: { id: true } });
  if (!patient) throw new DomainError('NOT_FOUND', { patientId });
}

/** F-16: on the patient's chain, by id and status: what the fact is about stands in its row and goes with it (F-27). */
async function note(tx: Tx, action: string, row: Row, before: Row | null, { actor, now }: By): Promise<void> {
  const { facilityId, patientId } = row;
  await tx.$queryRaw`SELECT id FROM "Patient" WHERE id = ${patientId}::uuid FOR NO KEY UPDATE`;
  const audited = ({ id, status, version }: Row) => ({ id, ...(status && { status }), version });
  const what = { action, actor, at: now, rule: 'R-20', ...(before && { before: audited(before) }), after: audited(row) };
  await recordChange(tx, { facilityId, kind: 'patient', id: patientId }, what);
}
