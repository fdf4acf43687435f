import { type ConversationChannel, received } from '../domain/conversation.ts';
import { systemActor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { queueOf } from '../domain/reply-category.ts';
import type { Tx } from '../prisma/client.ts';
import type { ConversationMessage } from '../prisma/generated/client.ts';
import { answerWhileAway } from './away-reply.ts';
import { providerSeenBy } from './belonging.ts';
import {
  conversationLife,
  insertConversation,
  type LoadedConversation,
  loadConversation,
  planNow,
  saveConversation,
} from './conversation.ts';
import { startLife, wakeToReplan } from './life.ts';
import { withdrawMessages } from './message.ts';
import { createTicket } from './new-ticket.ts';
import { changeTicket } from './ticket-decision.ts';

export type Inbound = {
  facilityId: string;
  channel: ConversationChannel;
  /** E.164 or an email address. */
  from: string;
  /** The provider's own id of the message: delivered again, it does nothing. */
  externalId: string;
  text: string;
  categories: string[];
  patientId?: string | undefined;
  practitionerId?: string | undefined;
  /** Of a voicemail: the team that can resolve it, by its id or name, where that is known already (R-05). */
  teamId?: string | undefined;
};

/** `ticketId`: of a voicemail. */
export type Received = { message: ConversationMessage; conversation: LoadedConversation; first: boolean; ticketId: string | null };

/**
 * A text, an email or the transcript of a voicemail. It goes to the conversation with that address that is not closed,
 * or opens one. A voicemail is a ticket too (R-05). Throws NOT_FOUND for a patient or provider of elsewhere, CATEGORY_UNKNOWN,
 * UNKNOWN_TEAM.
 */
export async function receiveMessage(tx: Tx, inbound: Inbound, at: string): Promise<Received> {
  const { facilityId, channel, from: address, externalId, text, categories } = inbound;
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${facilityId} ${address}`}, 1))::text`;
  const known = await tx.conversationMessage.findUnique({ where: { facilityId_channel_externalId: { facilityId, channel, externalId } } });
  if (known) {
    const conversation = await loadConversation(tx, known.conversationId, at);
    return { message: known, conversation, first: false, ticketId: known.ticketId };
  }
  const standing = await tx.conversation.findFirst({ where: { facilityId, address, state: { not: 'closed' } }, select: { id: true } });
  const conversation = standing
    ? await loadConversation(tx, standing.id, at, 'update')
    : await insertConversation(tx, await belongingOf(tx, inbound), at);
  const { facts, next: before } = conversation;
  const unknown = categories.filter((category) => queueOf(facts.list, category) === undefined);
  if (unknown.length > 0) throw new DomainError('CATEGORY_UNKNOWN', { unknown, listVersion: facts.list.version });
  const message = await tx.conversationMessage.create({
    data: { facilityId, conversationId: facts.id, direction: 'inbound', channel, externalId, text, categories, at, state: 'received' },
  });
  const after = received(facts, categories, at);
  const next = planNow(conversation, after, at);
  await saveConversation(tx, conversation, after, next, { action: 'receive', actor: systemActor, at });
  if (!standing) await startLife(tx, 'conversation', conversation, next, conversationLife(conversation, next));
  else if (next.at < before.at) await wakeToReplan(tx, 'conversation', facts.id);
  if (facts.state === 'done') await withdrawMessages(tx, 'conversation', facts.id, ['conversation notice']);
  const heard = { ...conversation, facts: after, next };
  await answerWhileAway(tx, heard, at);
  const ticketId = channel === 'voicemail' ? await openVoicemail(tx, heard, message.id, inbound.teamId, at) : null;
  return { message, conversation: heard, first: true, ticketId };
}

/** R-05: no calls are taken, and no voicemail lies about: its ticket waits to be routed to the team that can resolve it, or goes there at once. */
async function openVoicemail(
  tx: Tx,
  { facilityId, facts, names, patientId, address }: LoadedConversation,
  messageId: string,
  teamId: string | undefined,
  now: string,
): Promise<string> {
  const wanted = {
    facilityId,
    type: 'voicemail',
    subject: `Voicemail of ${names.patient ?? address}`,
    patientId,
    origin: 'automated' as const,
    practitionerId: facts.practitionerId,
    about: { kind: 'conversation' as const, id: facts.id },
  };
  const { facts: ticket } = await createTicket(tx, wanted, systemActor, now);
  await tx.conversationMessage.update({ where: { id: messageId }, data: { ticketId: ticket.id }, select: { id: true } });
  if (teamId !== undefined)
    await changeTicket(tx, ticket.id, { action: 'route', teamId }, { actor: systemActor, now, decisionId: `voicemail/${messageId}` });
  return ticket.id;
}

/** Whose it is: as told, else the one patient with that address, and the provider they saw or will see last. */
async function belongingOf(tx: Tx, { facilityId, from: address, patientId, practitionerId }: Inbound) {
  if (!(await tx.facility.findUnique({ where: { id: facilityId }, select: { id: true } })))
    throw new DomainError('NOT_FOUND', { facilityId });
  const same = patientId ? { id: patientId } : { OR: [{ phone: address }, { email: address }], mergedIntoId: null };
  const patients = await tx.patient.findMany({ where: { facilityId, ...same }, take: 2, select: { id: true } });
  if (patientId && patients.length === 0) throw new DomainError('NOT_FOUND', { patientId });
  const patient = patients.length === 1 ? patients[0]!.id : null; // two with one phone: people say whose it is
  if (practitionerId && !(await tx.practitioner.findFirst({ where: { id: practitionerId, facilityId } })))
    throw new DomainError('NOT_FOUND', { practitionerId });
  const provider = practitionerId ?? (patient && (await providerSeenBy(tx, patient)));
  return { facilityId, address, patientId: patient, practitionerId: provider };
}
