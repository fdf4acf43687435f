/** Accounts of the sample care team's patients, as their own system would report them: a full one of the first, bits of others. */
import { addMinutes } from '../../domain/civil.ts';
import type { Actor } from '../../domain/decision.ts';
import { addCredit } from '../../ledger/patient-account.ts';
import { type By, reportLabOrder, reportOrder, reportPlan, reportRequest, reportSubscription } from '../../ledger/patient-facts.ts';
import type { Tx } from '../client.ts';

const day = 1440;
const orders: [number: string, what: string, status: string, daysAgo: number, priceMinor: number][] = [
  ['O-1001', 'Starter kit', 'delivered', 88, 4900],
  ['O-1017', 'Monthly refill', 'delivered', 60, 2900],
  ['O-1042', 'Monthly refill', 'returned', 31, 2900],
  ['O-1058', 'Monthly refill', 'shipped', 2, 2900],
  ['O-1061', 'Vitamin D', 'cancelled', 1, 900],
];

/** `patientIds`: Ana Lima, who has it all; Esi Mensah, who was charged twice. */
export async function plantAccounts(
  tx: Tx,
  facilityId: string,
  [ana, esi]: [ana: string, esi: string],
  actor: Actor,
  now: string,
): Promise<void> {
  const ago = (days: number) => addMinutes(now, -days * day);
  const by: By = { actor, now };
  const of = (patientId: string, number: string) => ({ facilityId, patientId, number });
  const approved = { status: 'approved' as const, decidedBy: 'Dr. Vera Lund' };
  await reportRequest(tx, { ...of(ana, 'TR-301'), condition: 'Weight', ...approved, requestedAt: ago(92), decidedAt: ago(90) }, by);
  await reportRequest(tx, { ...of(ana, 'TR-318'), condition: 'Sleep', status: 'active', requestedAt: ago(1) }, by);
  await reportRequest(
    tx,
    { ...of(ana, 'TR-290'), condition: 'Hair', status: 'denied', requestedAt: ago(120), decidedAt: ago(118), decidedBy: 'Dr. Hugo Marsh' },
    by,
  );
  const plan = { request: 'TR-301', writtenBy: 'Dr. Vera Lund' };
  const first = 'Half a tablet in the morning for four weeks. Ten minutes’ walk after each meal.';
  await reportPlan(tx, { ...of(ana, 'P-301'), ...plan, what: first, writtenAt: ago(90), endedAt: ago(60) }, by);
  const second = 'One tablet in the morning. Write to us if you feel dizzy. Weigh yourself on Sundays.';
  await reportPlan(tx, { ...of(ana, 'P-302'), ...plan, what: second, writtenAt: ago(60) }, by);
  await reportSubscription(tx, { ...of(ana, 'S-71'), programme: 'Body', status: 'active', startedAt: ago(90) }, by);
  await reportSubscription(
    tx,
    { ...of(ana, 'S-40'), programme: 'Good nights', status: 'cancelled', startedAt: ago(400), cancelledAt: ago(200) },
    by,
  );
  await reportSubscription(tx, { ...of(esi, 'S-88'), programme: 'Body', status: 'active', startedAt: ago(45) }, by);
  for (const [number, what, status, daysAgo, priceMinor] of orders)
    await reportOrder(tx, { ...of(ana, number), what, status, orderedAt: ago(daysAgo), priceMinor, currency: 'GBP' }, by);
  await reportOrder(
    tx,
    { ...of(esi, 'O-1055'), what: 'Monthly refill', status: 'delivered', orderedAt: ago(12), priceMinor: 2900, currency: 'GBP' },
    by,
  );
  await reportLabOrder(tx, { ...of(ana, 'L-12'), what: 'Metabolic panel', status: 'cancelled', orderedAt: ago(80) }, by);
  await reportLabOrder(tx, { ...of(ana, 'L-15'), what: 'Metabolic panel', status: 'completed', orderedAt: ago(78), replaces: 'L-12' }, by);
  const credit = { amountMinor: 1500, currency: 'GBP', reason: 'The refill of last month came late.' };
  await addCredit(tx, { facilityId, patientId: ana }, credit, { actor, now: ago(25) });
}
