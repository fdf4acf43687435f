/** Replies to patients as messages: owed in the step that answers, sent by the delivery lives, and what became of each. */
import { DomainError } from '../domain/errors.ts';
import { languageOf } from '../domain/language.ts';
import type { Channel, PatientMessage } from '../domain/patient-message.ts';
import { mustFitText } from '../domain/template.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma } from '../prisma/generated/client.ts';
import { textLength } from '../words/patient-message.ts';
import type { LoadedConversation } from './conversation.ts';
import { writeMessages } from './message.ts';
import { iso } from './transaction.ts';

const keyOf = (messageId: string) => `reply/${messageId}`;

/** A reply goes back by the channel of the address that the patient wrote from: a voicemail is answered by text. */
const channelOf = (address: string): Channel => (address.includes('@') ? 'mail' : 'sms');

/**
 * Owes the words of `messageId` to whoever wrote, in the patient's language where the card is known. Throws TEXTS_STOPPED,
 * TEXT_TOO_LONG: then nothing of the decision stands.
 */
export async function oweReply(tx: Tx, conversation: LoadedConversation, messageId: string, at: string): Promise<void> {
  const { address, facilityId, facts, names, patientId } = conversation;
  const { text } = await tx.conversationMessage.findUniqueOrThrow({ where: { id: messageId }, select: { text: true } });
  const patient = patientId ? await tx.patient.findUnique({ where: { id: patientId } }) : null;
  const channel = channelOf(address);
  const content: PatientMessage = { kind: 'reply', givenName: patient?.givenName ?? '', facility: names.facility, zone: facts.zone, text };
  if (channel === 'sms') {
    const stopped = await tx.patient.findFirst({ where: { facilityId, phone: address, textsStoppedAt: { not: null } } });
    if (stopped) throw new DomainError('TEXTS_STOPPED', { patientId, since: iso(stopped.textsStoppedAt!) });
    mustFitText(textLength(content, languageOf(patient?.language)));
  }
  const message = { key: keyOf(messageId), kind: 'reply', content: content as Prisma.InputJsonObject, priority: 0, patientId };
  const about = { facilityId, kind: 'conversation' as const, id: facts.id, shadow: facts.shadow };
  await writeMessages(tx, about, [{ ...message, channel, address, sendAfter: at }]);
}

/** What became of replies. `waiting`: the delivery has not sent it yet; `unknown`: the service never said; `shadow`: kept, never sent. */
export const deliveryStates = ['waiting', 'sent', 'unknown', 'failed', 'withdrawn', 'shadow'] as const;
export type DeliveryState = (typeof deliveryStates)[number];
export type Delivery = { state: DeliveryState; sentAt: string | null; error: string | null };

const stateIn: Record<string, DeliveryState> = {
  waiting: 'waiting',
  claimed: 'waiting',
  sent: 'sent',
  unknown: 'unknown',
  bounced: 'failed',
  undeliverable: 'failed',
  withdrawn: 'withdrawn',
  shadow: 'shadow',
};

/** By the id of the reply, in one statement. */
export async function deliveriesOf(tx: Tx, messageIds: string[]): Promise<Map<string, Delivery>> {
  const rows = await tx.message.findMany({
    where: { key: { in: messageIds.map(keyOf) } },
    select: { key: true, state: true, sentAt: true, error: true },
  });
  return new Map(
    rows.map(({ key, state, sentAt, error }) => [
      key.slice(keyOf('').length),
      { state: stateIn[state] ?? 'unknown', sentAt: sentAt && iso(sentAt), error },
    ]),
  );
}
