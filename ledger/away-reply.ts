/** P-17: the provider's approved words go out to whoever writes while their coordinator is away and nobody looks after the line. */
import { coverageOf } from '../domain/coverage.ts';
import { systemActor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';
import { loadAbsence } from './absence.ts';
import type { LoadedConversation } from './conversation.ts';
import { oweReply } from './conversation-reply.ts';

/** Once for each conversation and absence, so that two machines never answer each other for ever. Whoever stopped texts gets none. */
export async function answerWhileAway(tx: Tx, conversation: LoadedConversation, at: string): Promise<void> {
  const { facts, facilityId, address } = conversation;
  const { practitionerId, id: conversationId } = facts;
  const approved = practitionerId ? await approvedWords(tx, practitionerId, at) : undefined;
  if (!approved) return;
  const decisionId = `away/${approved.absenceId}/${conversationId}`;
  if (await tx.conversationMessage.findUnique({ where: { decisionId }, select: { id: true } })) return;
  const { name } = systemActor;
  const { id } = await tx.conversationMessage.create({
    data: {
      facilityId,
      conversationId,
      decisionId,
      direction: 'outbound',
      channel: address.includes('@') ? 'email' : 'text',
      text: approved.text,
      categories: [],
      by: { name: `${name}, the out-of-office message` },
      state: 'automatic',
      at,
    },
    select: { id: true },
  });
  try {
    await oweReply(tx, conversation, id, at);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    await tx.conversationMessage.delete({ where: { id } }); // they want no texts, or it does not fit: what came in stands all the same
  }
}

async function approvedWords(tx: Tx, practitionerId: string, at: string): Promise<{ absenceId: string; text: string } | undefined> {
  const found = await tx.coverLine.findFirst({
    where: {
      practitionerId,
      messageApprovedAt: { not: null },
      absence: { state: { in: ['planned', 'running'] }, startsAt: { lte: at }, endsAt: { gt: at } },
    },
    select: { absenceId: true },
  });
  if (!found) return undefined;
  const { facts } = await loadAbsence(tx, found.absenceId);
  const line = facts.lines.find((one) => one.practitionerId === practitionerId)!;
  const covered = coverageOf(facts, line, at).some((day) => day.covered.some(({ startsAt, endsAt }) => startsAt <= at && at < endsAt));
  return covered || !line.message ? undefined : { absenceId: found.absenceId, text: line.message.text };
}
