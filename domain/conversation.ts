import { addMinutes, earlierOf } from './civil.ts';
import { mailableAt, type Policy } from './policy.ts';
import { type CategoryList, type Queue, queueOf } from './reply-category.ts';
import type { Step } from './timeline.ts';

/** `unread`: handed over, waits to be taken (P-05). `done` can be reopened for a while, `closed` no more. */
export const conversationStates = ['open', 'unread', 'done', 'closed'] as const;
export type ConversationState = (typeof conversationStates)[number];

export const conversationChannels = ['text', 'email', 'voicemail'] as const;
export type ConversationChannel = (typeof conversationChannels)[number];

/** A thing the patient wants, and whose it is to answer. */
export type Matter = { category: string; queue: Queue; since: string; settledAt: string | null };

/** Why a reply was held for the lead: the patient is upset, its writer is unsure, or asked to have it looked at. */
export const reviewReasons = ['flagged', 'unsure', 'asked'] as const;
export type ReviewReason = (typeof reviewReasons)[number];

/** A reply that waits for the lead. Its words are not here: they stay in the database. */
export type Draft = { id: string; byId: string | null; by: string; categories: string[]; at: string; why: ReviewReason };

type Somebody = { id: string; name: string };

/** What the rules need to know. No words of the patient are in it: it travels through Temporal. */
export type ConversationFacts = {
  id: string;
  version: number;
  zone: string;
  paused: boolean;
  shadow: boolean;
  state: ConversationState;
  practitionerId: string | null;
  /** The providers it belongs to as people who sign in: its own and those who were tagged (P-06). */
  providerIds: string[];
  taggedIds: string[];
  assigneeId: string | null;
  /** Since when the patient waits for an answer. */
  waitingSince: string | null;
  handedOverAt: string | null;
  flaggedAt: string | null;
  draft: Draft | null;
  matters: Matter[];
  lastSaidAt: string;
  doneAt: string | null;
  /** From when the next reminder counts, how many there were, and when it went back to the lead (F-11). */
  clockFrom: string;
  reminders: number;
  returnedAt: string | null;
  list: CategoryList;
  lastAnswer: { by: string; at: string } | null;
  /** Who would take it over now, by the rules of assignment and cover; and the lead. */
  responsible: Somebody | null;
  lead: Somebody | null;
};

export type ConversationStep = Step<'remind' | 'return' | 'settle' | 'close' | 'wait' | 'closed'>;

export type WaitsOn = 'assignee' | 'coordinator' | 'provider' | 'lead';

export const openMatters = ({ matters }: Pick<ConversationFacts, 'matters'>) => matters.filter(({ settledAt }) => settledAt === null);

/** On whom it waits, and since when. Empty: on nobody but the patient. */
export function waitsOn(facts: ConversationFacts): { on: WaitsOn; since: string }[] {
  const { state, draft, flaggedAt, waitingSince, handedOverAt } = facts;
  if (state === 'done' || state === 'closed') return [];
  const open = openMatters(facts);
  const since = new Map<WaitsOn, string>();
  const add = (on: WaitsOn, at: string | null | undefined) => at && since.set(on, earlierOf(since.get(on) ?? at, at));
  const oldest = (queue: Queue) =>
    open
      .filter((one) => one.queue === queue)
      .map((one) => one.since)
      .sort()[0];
  add('lead', draft?.at);
  if (waitingSince) add('lead', flaggedAt);
  add('lead', oldest('lead'));
  add('provider', oldest('clinical'));
  if (state === 'unread') add('coordinator', handedOverAt);
  else if (waitingSince && !flaggedAt && !draft && (open.length === 0 || oldest('team'))) add('assignee', oldest('team') ?? waitingSince);
  return [...since].map(([on, at]) => ({ on, since: at }));
}

/** Nobody has taken it yet: it waits on the team. */
export const waiterOf = (on: WaitsOn, { assigneeId }: Pick<ConversationFacts, 'assigneeId'>): WaitsOn | 'team' =>
  on === 'assignee' && assigneeId === null ? 'team' : on;

const dayMinutes = 1440;

/** What comes next in a conversation's life, and why. */
export function planConversation(facts: ConversationFacts, policy: Policy, now: string): ConversationStep {
  const { state, lastSaidAt, doneAt } = facts;
  const { reopenDays, quietDays } = policy.conversation;
  if (state === 'closed') return { kind: 'closed', at: doneAt ?? lastSaidAt, because: 'The conversation is closed.', rule: 'P-04' };
  if (state === 'done') {
    const at = addMinutes(doneAt ?? lastSaidAt, reopenDays * dayMinutes);
    return { kind: 'close', at, because: `Done, and nothing more was said for ${reopenDays} days.`, rule: 'P-04' };
  }
  if (facts.paused) {
    const because = 'The facility has paused all automatic steps.';
    return { kind: 'wait', at: addMinutes(now, 30 * dayMinutes), because, rule: 'F-23' };
  }
  const waiting = waitsOn(facts);
  if (waiting.length === 0) {
    const because = `Answered, and the patient said nothing more for ${quietDays} days.`;
    return { kind: 'settle', at: addMinutes(lastSaidAt, quietDays * dayMinutes), because, rule: 'P-04' };
  }
  return nextReminder(
    facts,
    policy,
    waiting.map(({ on }) => on),
    now,
  );
}

/** Reminders, then back to the lead (F-11), who is reminded once a day. */
function nextReminder(facts: ConversationFacts, policy: Policy, on: WaitsOn[], now: string): ConversationStep {
  const { remindAfterMinutes, returnAfterReminders } = policy.conversation;
  const due = addMinutes(facts.clockFrom, facts.returnedAt ? dayMinutes : remindAfterMinutes);
  const at = mailableAt(due, now, policy, facts.zone);
  const silent = facts.reminders >= returnAfterReminders && !facts.returnedAt;
  if (silent && (on.includes('assignee') || on.includes('coordinator'))) {
    const because = `Nobody answered after ${facts.reminders} reminders: it goes to the team lead.`;
    return { kind: 'return', at, because, rule: 'F-11' };
  }
  const rule = on.includes('coordinator') ? 'P-05' : on.includes('provider') ? 'P-06' : on.includes('lead') ? 'R-16' : 'P-04';
  return { kind: 'remind', at, because: `It waits on the ${on.map((one) => waiterOf(one, facts)).join(' and the ')}.`, rule };
}

/** The facts after a step of the system, taken at step.at. */
export function advanceConversation(facts: ConversationFacts, { kind, at }: ConversationStep): ConversationFacts {
  switch (kind) {
    case 'remind':
      return { ...facts, reminders: facts.reminders + 1, clockFrom: at };
    case 'return': {
      const state = facts.state === 'unread' ? 'open' : facts.state;
      return { ...restarted(facts, at), state, handedOverAt: null, assigneeId: facts.lead?.id ?? facts.assigneeId, returnedAt: at };
    }
    case 'settle':
      return { ...facts, state: 'done', doneAt: at };
    case 'close':
      return { ...facts, state: 'closed' };
    default:
      return facts;
  }
}

/** The clock of the reminders begins afresh: somebody did something. */
export const restarted = (facts: ConversationFacts, at: string): ConversationFacts => ({
  ...facts,
  clockFrom: at,
  reminders: 0,
  returnedAt: null,
});

/**
 * The patient said something. It opens a conversation that was done. Whoever waits already goes on waiting by the same
 * clock: writing again must not put anybody back in the queue.
 */
export function received(facts: ConversationFacts, categories: string[], at: string): ConversationFacts {
  const before = waitsOn(facts).length > 0 ? facts : restarted(facts, at);
  const state = facts.state === 'done' ? 'open' : facts.state;
  const matters = withMatters(facts, categories, at);
  return { ...before, state, doneAt: null, lastSaidAt: at, waitingSince: facts.waitingSince ?? at, matters };
}

/**
 * a voicemail was answered, or resolved, by its ticket: what it asked is settled, and the patient waits no longer but for
 * what else they have said (`waitingSince`).
 */
export function answeredByTicket(facts: ConversationFacts, asked: string[], waitingSince: string | null, at: string): ConversationFacts {
  const matters = facts.matters.map((matter) =>
    matter.settledAt === null && asked.includes(matter.category) ? { ...matter, settledAt: at } : matter,
  );
  return { ...restarted(facts, at), matters, waitingSince };
}

/** These categories as open matters beside those there are; one that is open already stays as old as it is. */
export function withMatters({ matters, list }: Pick<ConversationFacts, 'matters' | 'list'>, categories: string[], at: string): Matter[] {
  const open = new Set(openMatters({ matters }).map(({ category }) => category));
  const fresh = [...new Set(categories)].filter((category) => !open.has(category));
  return [...matters, ...fresh.map((category) => ({ category, queue: queueOf(list, category) ?? 'lead', since: at, settledAt: null }))];
}
