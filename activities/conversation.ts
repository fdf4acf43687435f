import {
  advanceConversation,
  type ConversationFacts,
  type ConversationStep,
  openMatters,
  planConversation,
  type WaitsOn,
  waitsOn,
} from '../domain/conversation.ts';
import { ConversationDecision, type ConversationEffect, decideConversation, routedOn } from '../domain/conversation-decision.ts';
import type { Receipt } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { MessageContent } from '../domain/message.ts';
import type { Queue } from '../domain/reply-category.ts';
import { providerSeenBy, takeTicketsAlong } from '../ledger/belonging.ts';
import { type LoadedConversation, loadConversation, planNow, saveConversation } from '../ledger/conversation.ts';
import { oweReply } from '../ledger/conversation-reply.ts';
import { type LifeChange, wakeToReplan } from '../ledger/life.ts';
import { distinct, type OwedMessage, oweMessages, person, type Recipient, withdrawMessages } from '../ledger/message.ts';
import type { Database, Tx } from '../prisma/client.ts';
import { lifeSteps } from './life.ts';

export type ConversationActivities = ReturnType<typeof conversationActivities>;

/** The hands of a conversation's life. Each call is one transaction and returns what comes next. `now`: the workflow's clock. */
export function conversationActivities({ db }: { db: Database }) {
  const { takeStep, decide } = lifeSteps<ConversationFacts, ConversationStep, LoadedConversation, ConversationDecision>(db, {
    kind: 'conversation',
    Decision: ConversationDecision,
    load: (tx, id, now) => loadConversation(tx, id, now, 'update'),
    plan: planConversation,
    advance: advanceConversation,
    save: saveConversation,
    afterStep,
    carryOut,
    afterRefusal: routeRefused,
    named: ({ names }) => ({ facility: names.facility, what: `a conversation for ${names.provider ?? names.facility}` }),
  });
  return { planConversation: takeStep, stepConversation: takeStep, decideConversation: decide };
}

type Notice = Extract<MessageContent, { kind: 'conversation notice' }>;

async function afterStep(
  tx: Tx,
  conversation: LoadedConversation,
  after: ConversationFacts,
  step: ConversationStep,
): Promise<OwedMessage[]> {
  await withdrawMessages(tx, 'conversation', after.id, ['conversation notice']);
  if (step.kind === 'return') return [await notice(tx, conversation, after, 'returned', ['assignee'], step.at)];
  if (step.kind === 'remind')
    return [
      await notice(
        tx,
        conversation,
        after,
        'waits',
        waitsOn(after).map(({ on }) => on),
        step.at,
      ),
    ];
  return [];
}

async function notice(tx: Tx, { names }: LoadedConversation, after: ConversationFacts, what: Notice['what'], on: WaitsOn[], at: string) {
  const to: Recipient[] = [];
  for (const one of on) to.push(...(await peopleBehind(tx, after, one)));
  const since =
    waitsOn(after)
      .map((one) => one.since)
      .sort()[0] ?? at;
  const content: Notice = {
    kind: 'conversation notice',
    facility: names.facility,
    zone: after.zone,
    what,
    provider: names.provider,
    since,
  };
  return { key: `conversation/${after.id}/${what}/${at}`, to: distinct(to), content };
}

/** Nobody assigned: whoever is responsible; a provider without an address: the lead. */
async function peopleBehind(tx: Tx, facts: ConversationFacts, on: WaitsOn): Promise<Recipient[]> {
  const fallback = facts.lead?.id;
  if (on === 'provider') {
    const providers = await Promise.all(facts.providerIds.map((id) => person(tx, id)));
    return providers.flat().length > 0 ? providers.flat() : person(tx, fallback);
  }
  if (on === 'lead') return person(tx, fallback);
  return person(tx, facts.assigneeId ?? facts.responsible?.id ?? fallback);
}

async function carryOut(tx: Tx, conversation: LoadedConversation, decision: ConversationDecision) {
  const { facts } = conversation;
  const { actor, decidedAt: at, reason, action } = decision;
  if (decision.action === 'tag') await mustBeHere(tx, conversation.facilityId, decision.practitionerId);
  const { after, effect } = decideConversation(facts, decision, actor, at, { reason });
  const whose = decision.action === 'identify' ? await belonging(tx, conversation, decision.patientId) : undefined;
  const written = await writeReply(tx, conversation, effect, { ...after, ...whose?.provider }, decision);
  const next = planNow(conversation, written, at);
  const change = { action, actor, at, reason };
  const more = { ...(action === 'flag' && { flagReason: reason ?? null }), ...whose?.patient };
  await saveConversation(tx, conversation, written, next, change, more);
  if (whose) await takeTicketsAlong(tx, conversation, { ...whose.patient, ...whose.provider }, change);
  await withdrawMessages(tx, 'conversation', facts.id, ['conversation notice']);
  const told = await tellOf(tx, conversation, written, decision, effect);
  return { receipt: receiptOf(conversation, effect, decision), next, owed: told };
}

/** R-15, P-06: a refused reply is not lost: what of it is clinical waits in the clinical queue, and the provider is told. */
async function routeRefused(tx: Tx, conversation: LoadedConversation, decision: ConversationDecision, refusal: DomainError): Promise<void> {
  const { actor, decidedAt: at } = decision;
  const clinical = refusal.type === 'CATEGORY_NOT_YOURS' || refusal.type === 'MEDICAL_IS_THE_PROVIDERS';
  if (!clinical || !('categories' in decision) || !decision.categories || decision.action === 'classify') return;
  await route(tx, conversation, routedOn(conversation.facts, decision.categories, at), { action: 'route', actor, at, rule: 'R-15' });
}

/** A refusal leaves the life's plan as it is: where the clinical queue must be reminded of earlier, the life is woken to plan again. */
async function route(tx: Tx, conversation: LoadedConversation, routed: ConversationFacts, change: LifeChange): Promise<void> {
  const { facilityId, facts, next: before } = conversation;
  const next = planNow(conversation, routed, change.at);
  await saveConversation(tx, conversation, routed, next, change);
  if (next.at < before.at) await wakeToReplan(tx, 'conversation', facts.id);
  const told = await notice(tx, conversation, routed, 'clinical', ['provider'], change.at);
  await oweMessages(tx, { facilityId, kind: 'conversation', id: facts.id, shadow: facts.shadow }, change.at, [told]);
}

/** The words were kept before (`keepWords`): they go out, or wait for the lead. Approved with other words: those go out. */
async function writeReply(
  tx: Tx,
  conversation: LoadedConversation,
  effect: ConversationEffect,
  after: ConversationFacts,
  { id: decisionId, decidedAt: at, action }: ConversationDecision,
): Promise<ConversationFacts> {
  const { facts } = conversation;
  if (effect.reply === null) return after;
  const own = await tx.conversationMessage.findUnique({ where: { decisionId }, select: { id: true } });
  const held = facts.draft?.id;
  if (effect.reply === 'held') {
    if (!own) throw new DomainError('INVALID_REQUEST', { text: 'missing' });
    const { categories, why } = after.draft!;
    await tx.conversationMessage.update({ where: { id: own.id }, data: { state: 'review', categories, why }, select: { id: true } });
    if (held) await tx.conversationMessage.update({ where: { id: held }, data: { state: 'draft' }, select: { id: true } }); // replaced
    return { ...after, draft: { ...after.draft!, id: own.id } };
  }
  const sent = own?.id ?? (action === 'approve' ? held : undefined);
  if (!sent) throw new DomainError('INVALID_REQUEST', { text: 'missing' });
  await tx.conversationMessage.update({
    where: { id: sent },
    data: { state: 'answered', at, categories: effect.covers },
    select: { id: true },
  });
  await oweReply(tx, conversation, sent, at);
  if (held && held !== sent) await tx.conversationMessage.update({ where: { id: held }, data: { state: 'draft' }, select: { id: true } });
  return after;
}

async function tellOf(
  tx: Tx,
  conversation: LoadedConversation,
  after: ConversationFacts,
  { action, decidedAt: at }: ConversationDecision,
  effect: ConversationEffect,
): Promise<OwedMessage[]> {
  const tell = (what: Notice['what'], on: WaitsOn[]) => notice(tx, conversation, after, what, on, at);
  if (action === 'hand over') return [await tell('handed over', ['assignee'])];
  if (action === 'classify') {
    const fresh = openMatters(after).filter(({ since }) => since === at);
    const asked = (queue: Queue) => fresh.some((one) => one.queue === queue);
    return [
      ...(asked('clinical') ? [await tell('clinical', ['provider'])] : []),
      ...(asked('lead') ? [await tell('unsure', ['lead'])] : []),
    ];
  }
  if (action === 'flag') return [await tell('flagged', ['lead'])];
  if (effect.reply === 'held') return [await tell('review', ['lead'])];
  const medical = openMatters(after).some(({ queue }) => queue === 'clinical');
  const what =
    action === 'tag' ? 'tagged' : action === 'identify' && medical && !conversation.facts.practitionerId ? 'clinical' : undefined;
  if (what) {
    const now = await loadConversation(tx, after.id, at); // the people behind the tags, and behind the patient, are known now
    return [await notice(tx, now, now.facts, what, ['provider'], at)];
  }
  return [];
}

async function mustBeHere(tx: Tx, facilityId: string, practitionerId: string): Promise<void> {
  if (!(await tx.practitioner.findFirst({ where: { id: practitionerId, facilityId, active: true }, select: { id: true } })))
    throw new DomainError('NOT_FOUND', { practitionerId });
}

/**
 * the patient, and where nobody's line it came in by, the provider they see. Throws PATIENT_NOT_FOUND (I-09) for one of elsewhere,
 * or a card that was merged into another.
 */
async function belonging(tx: Tx, { facilityId, facts }: LoadedConversation, patientId: string) {
  const found = await tx.patient.findFirst({ where: { id: patientId, facilityId, mergedIntoId: null }, select: { id: true } });
  if (!found) throw new DomainError('PATIENT_NOT_FOUND', { id: patientId });
  return { patient: { patientId }, provider: { practitionerId: facts.practitionerId ?? (await providerSeenBy(tx, patientId)) } };
}

const inWords: Record<ConversationDecision['action'], string> = {
  classify: 'Sorted by what it is about.',
  'hand over': 'Handed over.',
  take: 'Taken over.',
  reply: 'The reply goes to the patient.',
  draft: 'The draft waits for the team lead.',
  approve: 'Approved: the reply goes to the patient.',
  flag: 'Flagged: replies wait for the team lead.',
  unflag: 'No longer flagged.',
  tag: 'The provider is tagged.',
  identify: 'It is known now whose conversation it is.',
  done: 'Done.',
  reopen: 'Open again.',
};

function receiptOf(
  { facts, version }: LoadedConversation,
  effect: ConversationEffect,
  { id, action, actor, decidedAt }: ConversationDecision,
): Receipt {
  const held = action === 'reply' && effect.reply === 'held';
  const summary = held ? 'You were unsure: the reply waits for the team lead.' : inWords[action];
  const warned = effect.warnings.map(({ message }) => ` ${message}`).join('');
  return {
    decisionId: id,
    subject: { kind: 'conversation', id: facts.id },
    action,
    summary: `${summary}${warned}`,
    by: actor.name,
    decidedAt,
    state: effect.state,
    version: version + 1,
    effect,
  };
}
