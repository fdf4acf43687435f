/** What people decide about a conversation. The words of a reply go to the database; the decision that goes to the life does not carry them. */
import { z } from 'zod';

import { type ConversationChoice, decideConversation } from '../../domain/conversation-decision.ts';
import { hintsOn, type Said } from '../../domain/draft-hint.ts';
import { CategoryKey } from '../../domain/reply-category.ts';
import { keepWords, type LoadedConversation } from '../../ledger/conversation.ts';
import { readSaid } from '../../ledger/said.ts';
import type { Principal } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { conversationRoles, findConversation } from './conversations.ts';
import { Deciding, decisionRoute } from './decision-route.ts';
import { type Api, proseUpTo } from './plugin.ts';

const Categories = z.array(CategoryKey).max(20).default([]);
const Words = proseUpTo(5000).min(1);
const Sorting = Deciding.extend({ categories: Categories }).meta({ example: { categories: ['order-status'] } });
const Reply = Deciding.extend({ text: Words, categories: Categories.describe('What the reply covers (R-21).') }).meta({
  example: { text: 'Hello Ana,\n\nyour order left yesterday.', categories: ['order-status'] },
});
const Approval = Deciding.extend({
  text: Words.optional().describe('Other words than those of the draft.'),
  categories: z.array(CategoryKey).min(1).max(20).optional().describe('What it covers, where that is other than its writer said (R-16).'),
  draftId: z.uuid().optional().describe('The reply that was looked at: where another waits by now, nothing is sent (U-02).'),
}).meta({ example: {} });
const Tag = Deciding.extend({ practitionerId: z.uuid() }).meta({ example: { practitionerId: '01890000-0000-7000-8000-000000000001' } });
const Whose = Deciding.extend({ patientId: z.uuid() }).meta({ example: { patientId: '01890000-0000-7000-8000-000000000001' } });
const Flag = Deciding.meta({ example: { reason: 'Angry about three late orders in a row.' } });
const Plain = Deciding.meta({ example: {} });

type Subject = LoadedConversation & { said?: Said[] };
type Body = Deciding & { text?: string | undefined; categories?: string[] };

export function conversationDecisionRoutes(app: Api, deps: Deps): void {
  const find = (id: string, principal: Principal) => findConversation(deps, id, principal);
  const shared = {
    kind: 'conversation' as const,
    roles: [...conversationRoles],
    foresee: (
      { facts, said }: Subject,
      choice: ConversationChoice,
      actor: Parameters<typeof decideConversation>[2],
      now: string,
      { reason, text, categories = [] }: Body,
    ) => {
      const { effect } = decideConversation(facts, choice, actor, now, { reason });
      return { effect: text && said ? { ...effect, hints: hintsOn(text, said, categories.length) } : effect };
    },
  };
  /** A reply, or what a lead makes of one: with hints in its preview, and its words kept. */
  const written = {
    ...shared,
    find: async (id: string, principal: Principal): Promise<Subject> => {
      const conversation = await find(id, principal);
      return { ...conversation, said: await readSaid(deps.reader, conversation) };
    },
    keep: async (decisionId: string, { text }: Body, { facts, facilityId, address }: Subject, by: object, at: string) => {
      if (!text) return;
      const channel = address.includes('@') ? 'email' : 'text';
      await keepWords(deps.db, { conversationId: facts.id, facilityId, decisionId, channel, text, by, at });
    },
    leftToLife: ['CATEGORY_NOT_YOURS' as const, 'MEDICAL_IS_THE_PROVIDERS' as const],
  };
  const plain = (path: string, summary: string, action: 'hand over' | 'take' | 'flag' | 'unflag' | 'done' | 'reopen', body = Plain) =>
    decisionRoute<Subject, Deciding, ConversationChoice>(app, deps, { ...shared, find, path, summary, body, choose: () => ({ action }) });

  decisionRoute<Subject, z.infer<typeof Sorting>, ConversationChoice>(app, deps, {
    ...shared,
    find,
    path: '/categories',
    body: Sorting,
    summary: 'Say what it is about: clinical parts wait in the clinical queue, unsure ones on the lead (R-15, R-16, R-21)',
    choose: ({ categories }) => ({ action: 'classify', categories }),
  });
  decisionRoute<Subject, z.infer<typeof Reply>, ConversationChoice>(app, deps, {
    ...written,
    path: '/replies',
    body: Reply,
    summary: 'Reply; its preview has hints that never block (R-14 to R-19, R-21)',
    choose: ({ categories }) => ({ action: 'reply', categories }),
  });
  decisionRoute<Subject, z.infer<typeof Reply>, ConversationChoice>(app, deps, {
    ...written,
    path: '/drafts',
    body: Reply,
    summary: 'Put a reply before the lead (R-16, R-17)',
    choose: ({ categories }) => ({ action: 'draft', categories }),
  });
  decisionRoute<Subject, z.infer<typeof Approval>, ConversationChoice>(app, deps, {
    ...written,
    path: '/approve',
    body: Approval,
    summary: 'Approve the reply that waits, as it is or in other words; the first lead wins (R-17)',
    choose: ({ categories, draftId }) => ({ action: 'approve', ...(categories && { categories }), ...(draftId && { draftId }) }),
  });
  decisionRoute<Subject, z.infer<typeof Tag>, ConversationChoice>(app, deps, {
    ...shared,
    find,
    path: '/tag',
    body: Tag,
    summary: 'Tag a provider, who is told (P-06)',
    choose: ({ practitionerId }) => ({ action: 'tag', practitionerId }),
  });
  decisionRoute<Subject, z.infer<typeof Whose>, ConversationChoice>(app, deps, {
    ...shared,
    find,
    path: '/identify',
    body: Whose,
    summary: 'Say whose conversation it is, where the address is on no card or on several (R-14)',
    choose: ({ patientId }) => ({ action: 'identify', patientId }),
  });
  plain('/hand-over', 'Mark it as unread: it goes to the coordinator, or to whoever stands in for them (P-05)', 'hand over');
  plain('/take', 'Take it over', 'take');
  plain('/flag', 'Flag it, with a reason: the patient is upset, replies wait for the lead (R-17)', 'flag', Flag);
  plain('/unflag', 'Lift the flag', 'unflag');
  plain('/done', 'Mark it as done; warns when the patient still waits (P-04)', 'done');
  plain('/reopen', 'Open it again (P-04)', 'reopen');
}
