/** What each tab of a patient's account shows. */
import { policyOf } from '../../ledger/facility.ts';
import { approvedRequests, creditOf, type HistoryEntry, patientHistory } from '../../ledger/patient-account.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { keyset, pageOf, positionOf } from '../listing.ts';

export const accountTabs = ['overview', 'card', 'plans', 'orders', 'subscription', 'credit'] as const;
export type AccountTab = (typeof accountTabs)[number];

const pageSize = 20;

/** The tickets that each tab settles, by the rule that their type came from. */
const matters: Partial<Record<AccountTab, string[]>> = { subscription: ['R-09'], credit: ['R-08'], orders: ['R-11', 'R-12'] };

/** The tab in which a ticket of a type from this rule is settled. */
export const tabOfRule = (rule: string | null): AccountTab =>
  accountTabs.find((tab) => rule !== null && matters[tab]?.includes(rule)) ?? 'overview';

export type TabContent = Awaited<ReturnType<typeof loadTab>>;

/** The content of a tab, by its name. `cursor`: where an earlier page of its list ended. */
export async function loadTab(deps: Deps, visitor: Visitor, patientId: string, tab: AccountTab, cursor: string | undefined) {
  const { reader } = deps;
  const tickets = await reader.ticket.findMany({
    where: { patientId, state: 'open', type: { source: { in: matters[tab] ?? [] } } },
    select: { id: true, subject: true },
    orderBy: { openedAt: 'asc' },
  });
  switch (tab) {
    case 'overview': {
      const [approved, { patient }, rows] = await Promise.all([
        approvedRequests(reader, patientId),
        policyOf(reader, visitor.facilityId),
        patientHistory(reader, patientId, { now: deps.now(), after: positionOf(cursor), take: pageSize + 1 }),
      ]);
      const history = pageOf(
        rows,
        pageSize,
        ({ at, id }) => [at, id],
        (entry: HistoryEntry) => entry,
      );
      return { tab, tickets, approved, history, loginMinutes: patient.loginMinutes };
    }
    case 'card':
      return { tab, tickets };
    case 'plans': {
      const include = { plans: { orderBy: [{ writtenAt: 'desc' as const }, { id: 'desc' as const }] } };
      const requests = await reader.treatmentRequest.findMany({
        where: { patientId },
        include,
        orderBy: { requestedAt: 'desc' },
        take: 200,
      });
      return { tab, tickets, requests };
    }
    case 'orders': {
      const { where, orderBy } = keyset('-orderedAt', cursor, 'instant');
      const [rows, labOrders] = await Promise.all([
        reader.order.findMany({ where: { AND: [{ patientId }, where] }, orderBy, take: pageSize + 1 }),
        reader.labOrder.findMany({ where: { patientId }, include: { replaces: true }, orderBy: { orderedAt: 'desc' }, take: 100 }),
      ]);
      const orders = pageOf(
        rows,
        pageSize,
        ({ orderedAt, id }) => [orderedAt.toISOString(), id],
        (row) => row,
      );
      return { tab, tickets, orders, labOrders };
    }
    case 'subscription':
      return {
        tab,
        tickets,
        subscriptions: await reader.subscription.findMany({
          where: { patientId },
          orderBy: [{ status: 'asc' }, { startedAt: 'desc' }],
          take: 100,
        }),
      };
    case 'credit': {
      const [{ patient }, totals, credits] = await Promise.all([
        policyOf(reader, visitor.facilityId),
        creditOf(reader, patientId),
        reader.credit.findMany({ where: { patientId }, orderBy: [{ at: 'desc' }, { id: 'desc' }], take: 200 }),
      ]);
      return { tab, tickets, totals, credits, currency: patient.currency };
    }
  }
}
