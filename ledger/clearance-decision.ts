/** A decision about a clearance, carried out: the row, the link, the ticket that it settles, and who hears of it. */
import type { ClearanceStep } from '../domain/clearance.ts';
import { planClearance } from '../domain/clearance.ts';
import { type ClearanceDecision, decideClearance } from '../domain/clearance-decision.ts';
import type { Receipt } from '../domain/decision.ts';
import type { Tx } from '../prisma/client.ts';
import { type LoadedClearance, saveClearance } from './clearance.ts';
import { clearanceNotice, sendRegistrationLink } from './clearance-mail.ts';
import { closeClearanceTicket } from './clearance-ticket.ts';
import { type OwedMessage, withdrawMessages } from './message.ts';

type Carried = { receipt: Receipt; next: ClearanceStep; owed: OwedMessage[] };

/** Judges a decision and writes what it does. The caller holds the row. Throws the refusal. */
export async function carryOutClearance(tx: Tx, clearance: LoadedClearance, decision: ClearanceDecision): Promise<Carried> {
  const { facts, policy } = clearance;
  const { actor, decidedAt: at, reason, action, id: decisionId } = decision;
  const { after, summary } = decideClearance(facts, decision, actor, at, policy.pcc);
  const next = planClearance(after, policy, at);
  await saveClearance(tx, clearance, after, next, { action, actor, at, reason, rule: action === 'clear' ? 'P-02' : 'P-03' });
  if (decision.action === 'send link') await sendRegistrationLink(tx, clearance, { decisionId, channel: decision.channel }, at);
  if (action === 'clear') {
    await withdrawMessages(tx, 'clearance', facts.id, ['clearance notice', 'registration']);
    await closeClearanceTicket(tx, after, 'The patient is cleared.', at);
  }
  const heard = action === 'register' && facts.registeredAt === null;
  const receipt: Receipt = {
    decisionId,
    subject: { kind: 'clearance', id: facts.id },
    action,
    summary,
    by: actor.name,
    decidedAt: at,
    state: after.state,
    version: clearance.version + 1,
    effect: { state: after.state, linkReason: after.linkReason },
  };
  return { receipt, next, owed: heard ? [await clearanceNotice(tx, { ...clearance, facts: after }, 'registered', at)] : [] };
}
