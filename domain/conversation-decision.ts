import { z } from 'zod';

import {
  type ConversationFacts,
  type ConversationState,
  type Draft,
  type Matter,
  openMatters,
  type ReviewReason,
  restarted,
  waitsOn,
  withMatters,
} from './conversation.ts';
import { type Actor, DecisionEnvelope, type Role } from './decision.ts';
import { DomainError } from './errors.ts';
import { CategoryKey, type Queue, queueOf } from './reply-category.ts';

const Categories = z.array(CategoryKey).max(20).describe('What it is about, or what the reply covers (R-21).');

/** What a person can decide about a conversation. The words of a reply are not in it: they wait in the database under the decision's id. */
export const ConversationChoice = z.discriminatedUnion('action', [
  z.object({ action: z.literal('classify'), categories: Categories }),
  z.object({ action: z.literal('hand over') }),
  z.object({ action: z.literal('take') }),
  z.object({ action: z.literal('reply'), categories: Categories }),
  z.object({ action: z.literal('draft'), categories: Categories }),
  z.object({
    action: z.literal('approve'),
    categories: Categories.optional(),
    draftId: z.uuid().optional().describe('The reply that was looked at.'),
  }),
  z.object({ action: z.literal('flag') }),
  z.object({ action: z.literal('unflag') }),
  z.object({ action: z.literal('tag'), practitionerId: z.uuid() }),
  z.object({ action: z.literal('identify'), patientId: z.uuid() }),
  z.object({ action: z.literal('done') }),
  z.object({ action: z.literal('reopen') }),
]);
export type ConversationChoice = z.infer<typeof ConversationChoice>;

export const ConversationDecision = z.intersection(DecisionEnvelope, ConversationChoice);
export type ConversationDecision = z.infer<typeof ConversationDecision>;

export type ConversationWarning = { code: 'UNANSWERED'; rule: 'P-04'; message: string };

/** What a decision changes (U-02). `reply`: sent to the patient, or held for the lead. */
export type ConversationEffect = {
  from: ConversationState;
  state: ConversationState;
  assigneeId: string | null;
  matters: Matter[];
  flagged: boolean;
  reply: 'sent' | 'held' | null;
  /** The categories that the reply covers. */
  covers: string[];
  warnings: ConversationWarning[];
};

type Outcome = { after: ConversationFacts; effect: ConversationEffect };

const leads: Role[] = ['team lead', 'manager'];
const team: Role[] = ['care coordinator', 'care team agent'];
/** Who talks with patients. Support and administrators can move a conversation, and answer nobody. */
export const answeringRoles: Role[] = [...team, ...leads, 'practitioner'];
const movingRoles: Role[] = [...answeringRoles, 'support', 'administrator'];

/** Whose categories a role may answer, P-06. */
function mayAnswer(role: Role, queue: Queue): boolean {
  if (role === 'practitioner') return true;
  return queue === 'team' ? team.includes(role) || leads.includes(role) : queue === 'lead' && leads.includes(role);
}

/** What `choice` does to the conversation as of `at`, or a DomainError with rule, value and limit. */
export function decideConversation(
  facts: ConversationFacts,
  choice: ConversationChoice,
  actor: Actor,
  at: string,
  { reason }: { reason?: string | undefined } = {},
): Outcome {
  mustBeTheirs(facts, choice, actor);
  const now = restarted(facts, at);
  switch (choice.action) {
    case 'classify':
      return to(facts, { ...now, matters: classified(now, known(facts, choice.categories), at) });
    case 'hand over':
      mustLive(facts);
      return to(facts, {
        ...now,
        state: 'unread',
        handedOverAt: at,
        doneAt: null,
        assigneeId: facts.responsible?.id ?? facts.lead?.id ?? null,
      });
    case 'take':
      mustBeOpen(facts);
      return to(facts, { ...now, state: 'open', handedOverAt: null, assigneeId: actor.personId ?? facts.assigneeId });
    case 'reply':
      return reply(facts, known(facts, choice.categories), actor, at);
    case 'draft': {
      mustBeOpen(facts);
      const categories = known(facts, choice.categories);
      mustNotBeClinical(facts, categories, actor);
      return hold(facts, categories, actor, at, facts.flaggedAt ? 'flagged' : 'asked');
    }
    case 'approve':
      return approve(facts, choice, actor, at);
    case 'flag':
      mustBeOpen(facts);
      if (!reason) throw new DomainError('REASON_MISSING', { action: 'flag', rule: 'R-17' });
      return to(facts, { ...now, flaggedAt: facts.flaggedAt ?? at });
    case 'unflag':
      mustLead(actor, 'unflag');
      return to(facts, { ...now, flaggedAt: null });
    case 'tag': // P-06
      mustBeOpen(facts);
      return to(facts, { ...now, taggedIds: [...new Set([...facts.taggedIds, choice.practitionerId])] });
    case 'identify': // whose it is, where the address does not say; it answers nobody, so no clock begins afresh
      mustLive(facts);
      return to(facts, facts);
    case 'done':
      return done(facts, at);
    case 'reopen':
      mustLive(facts);
      return to(facts, { ...now, state: facts.state === 'done' ? 'open' : facts.state, doneAt: null });
  }
}

/**
 * R-15, P-06: what stays of a reply that was refused because it is not theirs to give: its clinical parts wait in the
 * clinical queue.
 */
export function routedOn(facts: ConversationFacts, categories: string[], at: string): ConversationFacts {
  const clinical = categories.filter((category) => queueOf(facts.list, category) === 'clinical');
  const before = waitsOn(facts).length > 0 ? facts : restarted(facts, at);
  return { ...before, matters: withMatters(facts, clinical, at), waitingSince: facts.waitingSince ?? at };
}

function reply(facts: ConversationFacts, categories: string[], actor: Actor, at: string): Outcome {
  mustBeOpen(facts);
  const lead = leads.includes(actor.role);
  if (facts.flaggedAt && !lead) {
    const waysOut = ['draft it for the lead: POST /v1/conversations/{id}/drafts'];
    throw new DomainError('CONVERSATION_FLAGGED', { flaggedAt: facts.flaggedAt, lead: facts.lead?.name ?? null, waysOut });
  }
  mustNotBeClinical(facts, categories, actor);
  if (categories.some((category) => !mayAnswer(actor.role, queueOf(facts.list, category)!)))
    return hold(facts, categories, actor, at, 'unsure');
  return send(facts, categories, actor.personId ?? facts.assigneeId, at);
}

/**
 * The lead's word on a held reply, and on what it covers: what its writer was unsure of is settled with it. Whoever
 * comes second finds it sent, and learns by whom; whoever looked at another reply looks again.
 */
function approve(facts: ConversationFacts, { categories, draftId }: { categories?: string[]; draftId?: string }, actor: Actor, at: string) {
  mustLead(actor, 'approve');
  mustBeOpen(facts);
  const { draft } = facts;
  if (!draft) throw new DomainError('NO_DRAFT', { last: facts.lastAnswer, state: facts.state });
  if (draftId !== undefined && draftId !== draft.id)
    throw new DomainError('PREVIEW_STALE', { seen: draftId, now: draft.id, present: { by: draft.by, at: draft.at } });
  const covers = categories ? known(facts, categories) : draft.categories;
  mustNotBeClinical(facts, covers, actor);
  const unsure = draft.categories.filter((category) => queueOf(facts.list, category) === 'lead');
  return send(facts, covers, facts.assigneeId, at, unsure);
}

/** Settles what the reply covers and `also`; where nobody could name what it covers, all that was asked and is not medical. */
function send(facts: ConversationFacts, categories: string[], assigneeId: string | null, at: string, also: string[] = []): Outcome {
  const named = categories.some((category) => queueOf(facts.list, category) !== 'lead');
  const settles = ({ category, queue }: Matter) => [...categories, ...also].includes(category) || (!named && queue !== 'clinical');
  const matters = facts.matters.map((matter) => (matter.settledAt === null && settles(matter) ? { ...matter, settledAt: at } : matter));
  const left = openMatters({ matters });
  const after: ConversationFacts = {
    ...restarted(facts, at),
    state: 'open',
    handedOverAt: null,
    flaggedAt: null,
    draft: null,
    matters,
    assigneeId,
    lastSaidAt: at,
    waitingSince: left.length > 0 ? facts.waitingSince : null,
  };
  return to(facts, after, { reply: 'sent', covers: categories });
}

/** nothing goes out; the lead looks first. `id` and words of the draft are the ledger's. */
function hold(facts: ConversationFacts, categories: string[], actor: Actor, at: string, why: ReviewReason): Outcome {
  const draft: Draft = { id: '', byId: actor.personId ?? null, by: actor.name, categories, at, why };
  return to(facts, { ...restarted(facts, at), draft }, { reply: 'held', covers: categories });
}

/** P-04: done with the patient still waiting is done, and said so. */
function done(facts: ConversationFacts, at: string): Outcome {
  mustLive(facts);
  const unanswered = facts.waitingSince !== null || facts.draft !== null;
  const message = 'The patient still waits for an answer.';
  const warnings: ConversationWarning[] = unanswered ? [{ code: 'UNANSWERED', rule: 'P-04', message }] : [];
  const after = { ...facts, state: 'done' as const, doneAt: facts.doneAt ?? at, handedOverAt: null, waitingSince: null, flaggedAt: null };
  return to(facts, after, { warnings });
}

/** A classification is the whole of it: what is open and not in it is not asked for. */
function classified(facts: ConversationFacts, categories: string[], at: string): Matter[] {
  const kept = facts.matters.filter(({ settledAt, category }) => settledAt !== null || categories.includes(category));
  return withMatters({ matters: kept, list: facts.list }, categories, at);
}

function to(
  { state: from }: ConversationFacts,
  after: ConversationFacts,
  { reply = null, covers = [], warnings = [] }: Partial<Pick<ConversationEffect, 'reply' | 'covers' | 'warnings'>> = {},
): Outcome {
  const { state, assigneeId, flaggedAt } = after;
  return { after, effect: { from, state, assigneeId, matters: openMatters(after), flagged: flaggedAt !== null, reply, covers, warnings } };
}

/** at least one category, and each of the list. Throws CATEGORY_MISSING, CATEGORY_UNKNOWN. */
function known({ list }: ConversationFacts, categories: string[]): string[] {
  if (categories.length === 0) throw new DomainError('CATEGORY_MISSING', { categories, atLeast: 1 });
  const unknown = categories.filter((category) => queueOf(list, category) === undefined);
  if (unknown.length > 0) throw new DomainError('CATEGORY_UNKNOWN', { unknown, listVersion: list.version });
  return [...new Set(categories)];
}

/**
 * a reply that covers a clinical part is refused, one to a part of the team's may go. P-06: where all that is open is medical,
 * what covers neither is the provider's too. Throws CATEGORY_NOT_YOURS, MEDICAL_IS_THE_PROVIDERS.
 */
function mustNotBeClinical(facts: ConversationFacts, categories: string[], { role }: Actor): void {
  if (role === 'practitioner') return;
  const clinical = categories.filter((category) => queueOf(facts.list, category) === 'clinical');
  const open = openMatters(facts);
  const allClinical = open.length > 0 && open.every(({ queue }) => queue === 'clinical');
  const coversTeams = categories.some((category) => queueOf(facts.list, category) === 'team');
  if (clinical.length === 0 && (coversTeams || !allClinical)) return;
  const code = role === 'care coordinator' ? 'MEDICAL_IS_THE_PROVIDERS' : 'CATEGORY_NOT_YOURS';
  const categoriesAtFault = clinical.length > 0 ? clinical : open.map(({ category }) => category);
  throw new DomainError(code, {
    role,
    categories: categoriesAtFault,
    routedTo: 'clinical queue',
    waysOut: ['tag the provider', 'reply to the other parts', 'sort it again if it is not medical'],
  });
}

/** Roles, and for a provider: it is theirs, or they were tagged, or it is nobody's yet. Throws NOT_ALLOWED. */
/** P-06: a practitioner decides about the conversations that they are a provider of. */
const isTheirs = ({ providerIds }: ConversationFacts, { role, personId }: Actor): boolean =>
  role !== 'practitioner' || providerIds.length === 0 || (personId != null && providerIds.includes(personId));

/** Whether somebody may answer, or take, this conversation at all. */
export const answersIn = (facts: ConversationFacts, actor: Actor): boolean => answeringRoles.includes(actor.role) && isTheirs(facts, actor);

const answering: ConversationChoice['action'][] = ['reply', 'draft', 'take', 'identify'];

function mustBeTheirs(facts: ConversationFacts, { action }: ConversationChoice, actor: Actor): void {
  const { role } = actor;
  const needs = answering.includes(action) ? answeringRoles : movingRoles;
  if (!needs.includes(role)) throw new DomainError('NOT_ALLOWED', { role, needs });
  if (!isTheirs(facts, actor)) throw new DomainError('NOT_ALLOWED', { role, needs: ['the provider of this conversation'] });
}

function mustLead({ role }: Actor, action: string): void {
  if (!leads.includes(role)) throw new DomainError('REVIEW_NOT_YOURS', { role, action, needs: leads });
}

function mustLive({ state, doneAt }: ConversationFacts): void {
  if (state === 'closed')
    throw new DomainError('CONVERSATION_CLOSED', { state, doneAt, waysOut: ['the next message of the patient opens a new one'] });
}

function mustBeOpen(facts: ConversationFacts): void {
  mustLive(facts);
  const { state, doneAt } = facts;
  if (state === 'done') throw new DomainError('CONVERSATION_DONE', { state, doneAt, waysOut: ['POST /v1/conversations/{id}/reopen'] });
}
