/** R-20: what a patient's account says beyond its facts: the present plans, the credit given, and the history. */
import { checkCredit } from '../domain/account.ts';
import type { Tx } from '../prisma/client.ts';
import { type Credit, Prisma } from '../prisma/generated/client.ts';
import { policyOf, recordChange } from './facility.ts';
import type { By } from './patient-facts.ts';
import { iso } from './transaction.ts';

type Whose = { facilityId: string; patientId: string };

/**
 * Gives credit. `amountMinor`: in the smallest unit of the currency. Throws CREDIT_NOT_POSITIVE, CREDIT_TOO_LARGE,
 * CREDIT_CURRENCY. The trail says how much, and why in the part that can be erased (F-27).
 */
export async function addCredit(
  tx: Tx,
  { facilityId, patientId }: Whose,
  { amountMinor, currency, reason }: { amountMinor: number; currency: string; reason: string },
  { actor, now: at }: By,
): Promise<Credit> {
  checkCredit({ amountMinor, currency }, (await policyOf(tx, facilityId)).patient);
  await tx.$queryRaw`SELECT id FROM "Patient" WHERE id = ${patientId}::uuid FOR NO KEY UPDATE`;
  const by = actor as Prisma.InputJsonObject;
  const row = await tx.credit.create({ data: { facilityId, patientId, amountMinor, currency, reason, by, at } });
  const change = { action: 'add credit', actor, at, reason, rule: 'R-20', after: { creditId: row.id, amountMinor, currency } };
  await recordChange(tx, { facilityId, kind: 'patient', id: patientId }, change);
  return row;
}

export type Money = { currency: string; amountMinor: number };

/** All credit that was given, a currency a row. */
export async function creditOf(tx: Tx, patientId: string): Promise<Money[]> {
  const rows = await tx.credit.groupBy({
    by: ['currency'],
    where: { patientId },
    _sum: { amountMinor: true },
    orderBy: { currency: 'asc' },
  });
  return rows.map(({ currency, _sum }) => ({ currency, amountMinor: _sum.amountMinor ?? 0 }));
}

/** What is written for each treatment request that is approved now; the latest first. */
export function approvedRequests(tx: Tx, patientId: string) {
  return tx.treatmentRequest.findMany({
    where: { patientId, status: 'approved' },
    include: { plans: { orderBy: [{ writtenAt: 'desc' }, { id: 'desc' }] } },
    orderBy: [{ requestedAt: 'desc' }, { id: 'desc' }],
    take: 100,
  });
}

export const historyKinds = [
  'visit',
  'talk',
  'ticket',
  'treatment request',
  'treatment decided',
  'plan',
  'subscription started',
  'subscription cancelled',
  'order',
  'lab order',
  'credit',
  'login',
] as const;
export type HistoryEntry = {
  id: string;
  kind: (typeof historyKinds)[number];
  at: string;
  what: string;
  /** In the word of its source; null: it has none. */
  state: string | null;
  by: string | null;
  amountMinor: number | null;
  currency: string | null;
};

/** What has been with a patient until `now`, whatever it was, the latest first. `after`: the last entry of the page before. */
export async function patientHistory(
  tx: Tx,
  patientId: string,
  { now, after, take }: { now: string; after?: readonly [at: string, id: string] | undefined; take: number },
): Promise<HistoryEntry[]> {
  const part = (
    kind: HistoryEntry['kind'],
    from: string,
    columns: { at: string; what: string; state?: string; by?: string; money?: string },
  ) =>
    Prisma.sql`SELECT x.id, ${kind} AS kind, ${Prisma.raw(columns.at)} AS at, ${Prisma.raw(columns.what)} AS what,
      ${Prisma.raw(columns.state ?? 'NULL')}::text AS state, ${Prisma.raw(columns.by ?? 'NULL')}::text AS by,
      ${Prisma.raw(columns.money ?? 'NULL')}::int AS "amountMinor", ${Prisma.raw(columns.money ? 'x.currency' : 'NULL')}::text AS currency
      FROM ${Prisma.raw(from)} WHERE x."patientId" = ${patientId}::uuid`;
  const parts = [
    part('visit', '"Appointment" x JOIN "Practitioner" p ON p.id = x."practitionerId"', {
      at: 'x."startsAt"',
      what: 'p.name',
      state: 'x.status',
    }),
    part('talk', '"PhoneContact" x', { at: 'x.at', what: 'x.note', state: 'x.outcome', by: `x.by->>'name'` }),
    part('ticket', '"Ticket" x', { at: 'x."openedAt"', what: 'x.subject', state: 'x.state', by: 'x."openedBy"' }),
    part('treatment request', '"TreatmentRequest" x', { at: 'x."requestedAt"', what: 'x.condition' }),
    part('treatment decided', '"TreatmentRequest" x', { at: 'x."decidedAt"', what: 'x.condition', state: 'x.status', by: 'x."decidedBy"' }),
    part('plan', '"TreatmentPlan" x JOIN "TreatmentRequest" r ON r.id = x."requestId"', {
      at: 'x."writtenAt"',
      what: 'r.condition',
      by: 'x."writtenBy"',
    }),
    part('subscription started', '"Subscription" x', { at: 'x."startedAt"', what: 'x.programme' }),
    part('subscription cancelled', '"Subscription" x', { at: 'x."cancelledAt"', what: 'x.programme', by: 'x."cancelledBy"' }),
    part('order', '"Order" x', { at: 'x."orderedAt"', what: 'x.what', state: 'x.status', money: 'x."priceMinor"' }),
    part('lab order', '"LabOrder" x', { at: 'x."orderedAt"', what: 'x.what', state: 'x.status' }),
    part('credit', '"Credit" x', { at: 'x.at', what: 'x.reason', by: `x.by->>'name'`, money: 'x."amountMinor"' }),
    part('login', '"PatientLogin" x JOIN "Person" p ON p.id = x."personId"', { at: 'x."startedAt"', what: 'x.reason', by: 'p.name' }),
  ];
  const rows = await tx.$queryRaw<HistoryEntry[]>`
    SELECT * FROM (${Prisma.join(parts, ' UNION ALL ')}) h WHERE h.at <= ${now}::timestamptz
    ${after ? Prisma.sql`AND (h.at, h.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : Prisma.empty}
    ORDER BY h.at DESC, h.id DESC LIMIT ${take}`;
  return rows.map((row) => ({ ...row, at: iso(row.at) }));
}
