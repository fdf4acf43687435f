/**
 * A conversation with a patient. Whoever it waits on is reminded; when nobody answers it goes to the team lead. When
 * all is answered and nothing more is said it is done, and after some weeks in which it could be reopened it is closed.
 */
import { continueAsNew, proxyLocalActivities } from '@temporalio/workflow';

import type { ConversationActivities } from '../activities/conversation.ts';
import type { ConversationStep } from '../domain/conversation.ts';
import type { ConversationDecision } from '../domain/conversation-decision.ts';
import { lifeMessages, live } from './life.ts';
import { now, stepOptions } from './steps.ts';

export const conversationMessages = lifeMessages<ConversationDecision>('conversation');

const steps = proxyLocalActivities<ConversationActivities>(stepOptions);

type Input = { conversationId: string; next: ConversationStep; zone?: string };

export async function conversation({ conversationId, next, zone }: Input): Promise<void> {
  const step = () => steps.stepConversation(conversationId, now());
  await live(conversationMessages, {
    next,
    zone,
    actions: ['hand over', 'take', 'done', 'reopen'],
    look: () => steps.planConversation(conversationId, now()),
    decide: (decision) => steps.decideConversation(conversationId, decision),
    due: { remind: step, return: step, settle: step, close: step, wait: step },
    continueAsNew: (next) => continueAsNew<typeof conversation>({ conversationId, next, ...(zone && { zone }) }),
  });
}
