/** What the end of a voicemail's ticket means for the conversation that it came in. */
import { answeredByTicket } from '../domain/conversation.ts';
import type { Actor } from '../domain/decision.ts';
import type { Tx } from '../prisma/client.ts';
import { loadConversation, planNow, saveConversation } from './conversation.ts';
import { moveNext } from './life.ts';
import { withdrawMessages } from './message.ts';
import { iso } from './transaction.ts';

type Unanswered = { id: string; at: Date; ticketId: string | null; categories: string[] };

/** The ticket was closed with a reply or a resolution: nobody waits any more for what its voicemail asked. */
export async function settleVoicemail(tx: Tx, ticketId: string, { actor, at }: { actor: Actor; at: string }): Promise<void> {
  const voicemail = await tx.conversationMessage.findFirst({ where: { ticketId }, select: { conversationId: true, categories: true } });
  if (!voicemail) return;
  const conversation = await loadConversation(tx, voicemail.conversationId, at, 'update');
  const { facts } = conversation;
  if (facts.waitingSince === null || facts.state === 'done' || facts.state === 'closed') return;
  const others = (await unanswered(tx, facts.id, facts.waitingSince)).filter((one) => one.ticketId !== ticketId);
  const asked = voicemail.categories.filter((category) => !others.some(({ categories }) => categories.includes(category)));
  const after = answeredByTicket(facts, asked, others[0] ? iso(others[0].at) : null, at);
  const next = planNow(conversation, after, at);
  await saveConversation(tx, conversation, after, next, { action: 'settle voicemail', actor, at, rule: 'R-05' });
  await withdrawMessages(tx, 'conversation', facts.id, ['conversation notice']);
  await moveNext(tx, 'conversation', conversation, next);
}

/** What the patient said since then, but for voicemails whose tickets are closed, the oldest first. */
function unanswered(tx: Tx, conversationId: string, since: string): Promise<Unanswered[]> {
  return tx.$queryRaw<Unanswered[]>`
    SELECT m.id, m.at, m."ticketId", m.categories FROM "ConversationMessage" m LEFT JOIN "Ticket" t ON t.id = m."ticketId"
    WHERE m."conversationId" = ${conversationId}::uuid AND m.direction = 'inbound' AND m.at >= ${since}::timestamptz
      AND (t.id IS NULL OR t.state = 'open')
    ORDER BY m.at, m.id`;
}
