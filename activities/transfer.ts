import type { Receipt } from '../domain/decision.ts';
import { advanceTransfer, planTransfer, type TransferFacts, type TransferStep } from '../domain/transfer.ts';
import { decideTransfer, type TransferAction, TransferDecision, type TransferEffect } from '../domain/transfer-decision.ts';
import { exchangeHolders } from '../ledger/exchange.ts';
import { distinct, facilitySchedulers, type OwedMessage, withdrawMessages } from '../ledger/message.ts';
import { standIns } from '../ledger/substitute.ts';
import { aboutTransfer, contactsOf, type LoadedTransfer, loadTransfer, saveTransfer } from '../ledger/transfer.ts';
import type { Database, Tx } from '../prisma/client.ts';
import { lifeSteps } from './life.ts';

export type TransferActivities = ReturnType<typeof transferActivities>;

/** The hands of a proposal's life (F-07). Each call is one transaction and returns what comes next. `now`: the workflow's clock. */
export function transferActivities({ db }: { db: Database }) {
  const { takeStep, decide } = lifeSteps<TransferFacts, TransferStep, LoadedTransfer, TransferDecision>(db, {
    kind: 'transfer',
    Decision: TransferDecision,
    load: (tx, id) => loadTransfer(tx, id, 'update'),
    plan: planTransfer,
    advance: advanceTransfer,
    save: saveTransfer,
    afterStep: messagesOfStep,
    carryOut,
    named: ({ names, blocks }) => ({ facility: names.facility, what: `the transfer in ${blocks[0]!.names.room}` }),
  });
  return { planTransfer: takeStep, remindGroup: takeStep, remindOfTransfer: takeStep, endTransfer: takeStep, decideTransfer: decide };
}

const asking = ['transfer proposed', 'transfer to approve'] as const;

async function messagesOfStep(
  tx: Tx,
  transfer: LoadedTransfer,
  after: TransferFacts,
  { at: now, because }: TransferStep,
): Promise<OwedMessage[]> {
  const key = `transfer-reminder/${after.id}/${now}`;
  if (after.state === 'proposed') {
    const to = await standIns(tx, (await contactsOf(tx, transfer)).to, now);
    return [{ key, to, content: { kind: 'transfer proposed', ...aboutTransfer(transfer), reminder: true } }];
  }
  if (after.state === 'accepted') {
    const to = await standIns(tx, await facilitySchedulers(tx, transfer.facilityId), now);
    return [{ key, to, content: { kind: 'transfer to approve', ...aboutTransfer(transfer), reminder: true } }];
  }
  await withdrawMessages(tx, 'transfer', after.id, [...asking]);
  const { from, to } = await contactsOf(tx, transfer);
  const facility = transfer.facts.state === 'accepted' ? await facilitySchedulers(tx, transfer.facilityId) : [];
  const content = { kind: 'transfer answered' as const, ...aboutTransfer(transfer), outcome: 'ended' as const, reason: because };
  return [{ key: `transfer-ended/${after.id}`, to: distinct([...from, ...to, ...facility]), content, receipt: true }];
}

async function carryOut(tx: Tx, transfer: LoadedTransfer, decision: TransferDecision) {
  const { facts, policy } = transfer;
  const { actor, decidedAt, reason, seen, action } = decision;
  const effect = decideTransfer(facts, policy, decision, actor, decidedAt, { reason, seen });
  const answered = effect.state === 'accepted' ? { acceptedAt: decidedAt, remindedAt: null } : {};
  const after = { ...facts, state: effect.state, ...answered };
  const next = planTransfer(after, policy, decidedAt);
  await saveTransfer(tx, transfer, after, next, { action, actor, at: decidedAt, rule: 'F-07', reason });
  await withdrawMessages(tx, 'transfer', facts.id, [...asking]);
  await exchangeHolders(tx, transfer, effect, actor, decidedAt);
  return { receipt: receiptOf(transfer, effect, decision), next, owed: await messagesOfDecision(tx, transfer, decision, effect) };
}

const summaries: Record<TransferAction, string> = {
  accept: 'The proposal is accepted; the facility decides now.',
  decline: 'The proposal is declined.',
  approve: 'The proposal is approved: the block has its new holder.',
  deny: 'The facility has denied the proposal.',
  withdraw: 'The proposal is withdrawn.',
};

function receiptOf(
  { facts, version }: LoadedTransfer,
  effect: TransferEffect,
  { id, action, actor, decidedAt }: TransferDecision,
): Receipt {
  const subject = { kind: 'transfer' as const, id: facts.id };
  return {
    decisionId: id,
    subject,
    action,
    summary: summaries[action],
    by: actor.name,
    decidedAt,
    state: effect.state,
    version: version + 1,
    effect,
  };
}

/** Whoever did not decide is told; the facility, as soon as both sides want it. */
async function messagesOfDecision(
  tx: Tx,
  transfer: LoadedTransfer,
  decision: TransferDecision,
  effect: TransferEffect,
): Promise<OwedMessage[]> {
  const { action, actor, reason, id, decidedAt } = decision;
  const { from, to } = await contactsOf(tx, transfer);
  const schedulers = await facilitySchedulers(tx, transfer.facilityId);
  const facility = transfer.facts.state === 'accepted' ? schedulers : [];
  const concerned = { accept: from, decline: [...from, ...facility], withdraw: [...to, ...facility] };
  const told = action === 'approve' || action === 'deny' ? [...from, ...to, ...schedulers] : concerned[action];
  const others = distinct(told).filter((one) => one.id !== actor.personId);
  const outcome = effect.state as Exclude<TransferEffect['state'], 'proposed'>;
  const about = aboutTransfer(transfer);
  const answered = { kind: 'transfer answered' as const, ...about, outcome, by: actor.name, reason };
  const owed: OwedMessage[] = [{ key: `transfer-answered/${id}`, to: others, content: answered, receipt: true }];
  if (action !== 'accept') return owed;
  const asked = { kind: 'transfer to approve' as const, ...about, reminder: false };
  return [...owed, { key: `transfer-to-approve/${id}`, to: await standIns(tx, schedulers, decidedAt), content: asked, receipt: true }];
}
