import { advanceClearance, type ClearanceFacts, type ClearanceStep, planClearance } from '../domain/clearance.ts';
import { ClearanceDecision } from '../domain/clearance-decision.ts';
import { type LoadedClearance, loadClearance, saveClearance } from '../ledger/clearance.ts';
import { carryOutClearance } from '../ledger/clearance-decision.ts';
import { clearanceNotice } from '../ledger/clearance-mail.ts';
import { raiseClearanceTicket } from '../ledger/clearance-ticket.ts';
import { type OwedMessage, withdrawMessages } from '../ledger/message.ts';
import type { Database, Tx } from '../prisma/client.ts';
import { lifeSteps } from './life.ts';

export type ClearanceActivities = ReturnType<typeof clearanceActivities>;

/** The hands of a clearance's life. Each call is one transaction and returns what comes next. `now`: the workflow's clock. */
export function clearanceActivities({ db }: { db: Database }) {
  const { takeStep, decide } = lifeSteps<ClearanceFacts, ClearanceStep, LoadedClearance, ClearanceDecision>(db, {
    kind: 'clearance',
    Decision: ClearanceDecision,
    load: (tx, id) => loadClearance(tx, id, 'update'),
    plan: planClearance,
    advance: advanceClearance,
    save: async (tx, clearance, after, next, change) => {
      const ticketId = change.action === 'urge' ? await raiseClearanceTicket(tx, clearance, change.at) : after.ticketId;
      await saveClearance(tx, clearance, { ...after, ticketId }, next, change);
    },
    afterStep: messagesOfStep,
    carryOut: carryOutClearance,
    named: ({ names }) => ({ facility: names.facility, what: `the clearance for a visit with ${names.provider}` }),
  });
  return {
    planClearance: takeStep,
    remindOfClearance: takeStep,
    raiseTicket: takeStep,
    escalateClearance: takeStep,
    lapseClearance: takeStep,
    decideClearance: decide,
  };
}

/** The urgent ticket tells its assignee itself. */
async function messagesOfStep(
  tx: Tx,
  clearance: LoadedClearance,
  _after: ClearanceFacts,
  { kind, at }: ClearanceStep,
): Promise<OwedMessage[]> {
  await withdrawMessages(tx, 'clearance', clearance.facts.id, ['clearance notice']);
  if (kind === 'remind') return [await clearanceNotice(tx, clearance, 'reminder', at)];
  if (kind === 'escalate') return [await clearanceNotice(tx, clearance, 'escalated', at)];
  return [];
}
