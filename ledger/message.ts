import type { SubjectKind } from '../domain/decision.ts';
import type { MessageContent, MessageKind } from '../domain/message.ts';
import type { Channel, PatientMessageKind } from '../domain/patient-message.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma } from '../prisma/generated/client.ts';
import { wakeDelivery } from './wake-up.ts';

export type Recipient = { id: string; name: string; email: string };

export type OwedMessage = {
  /** Business key, unique per recipient: an alert of one day, a receipt of one decision. */
  key: string;
  to: Recipient[];
  content: MessageContent;
  /** Receipts go before alerts and at once. */
  receipt?: boolean;
};

/**
 * Writes the mails that a step owes, in the step's transaction, and wakes the delivery life after commit. Written
 * twice with one key, sent once. In shadow mode (F-23) they are kept and shown, but never sent.
 */
export async function oweMessages(tx: Tx, about: About, now: string, owed: OwedMessage[]): Promise<void> {
  const data = owed.flatMap(({ key, to, content, receipt }) =>
    to.map(({ id, email }) => ({
      key: `${key}/${id}`,
      kind: content.kind,
      content: content as Prisma.InputJsonObject,
      priority: receipt ? 0 : 1,
      personId: id,
      channel: 'mail' as const,
      address: email,
      sendAfter: now,
    })),
  );
  await writeMessages(tx, about, data);
}

type About = { facilityId: string; kind: SubjectKind; id: string; shadow: boolean };
type NewMessage = Pick<
  Prisma.MessageCreateManyInput,
  'key' | 'kind' | 'content' | 'priority' | 'personId' | 'patientId' | 'address' | 'sendAfter'
> & {
  channel: Channel;
};

/** Rows of one delivery life or several; whichever has something new is woken after commit. */
export async function writeMessages(tx: Tx, { facilityId, kind, id, shadow }: About, messages: NewMessage[]): Promise<void> {
  if (messages.length === 0) return;
  const about = { facilityId, subjectKind: kind, subjectId: id, state: shadow ? 'shadow' : 'waiting' };
  await tx.message.createMany({ data: messages.map((message) => ({ ...message, ...about })), skipDuplicates: true });
  if (shadow) return;
  for (const channel of new Set(messages.map((message) => message.channel))) await wakeDelivery(tx, channel);
}

/** U-13: what a decision has made moot and no batch has claimed yet is never sent. `patientIds`: only what is theirs. */
export async function withdrawMessages(
  tx: Tx,
  subjectKind: SubjectKind,
  subjectId: string,
  kinds: (MessageKind | PatientMessageKind)[],
  patientIds?: string[],
): Promise<void> {
  const theirs = patientIds && { patientId: { in: patientIds } };
  const where = { subjectKind, subjectId, kind: { in: kinds }, state: 'waiting', ...theirs };
  await tx.message.updateMany({ where, data: { state: 'withdrawn' } });
}

/** C-19, C-21: the main contact, and those whom support signed up. */
export function blockAlertRecipients(tx: Tx, groupId: string): Promise<Recipient[]> {
  return tx.$queryRaw<Recipient[]>`
    SELECT DISTINCT p.id, p.name, p.email FROM "Person" p
    LEFT JOIN "Membership" m ON m."personId" = p.id AND m."groupId" = ${groupId}::uuid AND m."blockAlerts"
    LEFT JOIN "Group" g ON g."mainContactId" = p.id AND g.id = ${groupId}::uuid
    WHERE p.active AND (m."personId" IS NOT NULL OR g.id IS NOT NULL) ORDER BY p.id`;
}

export function facilitySchedulers(tx: Tx, facilityId: string): Promise<Recipient[]> {
  return tx.$queryRaw<Recipient[]>`
    SELECT id, name, email FROM "Person" WHERE "facilityId" = ${facilityId}::uuid AND role = 'facility scheduler' AND active ORDER BY id`;
}

export async function person(tx: Tx, id: string | undefined): Promise<Recipient[]> {
  if (!id) return [];
  const found = await tx.person.findUnique({ where: { id }, select: { id: true, name: true, email: true } });
  return found ? [found] : [];
}

/** Each person once, in the order given. */
export function distinct(people: Recipient[]): Recipient[] {
  return [...new Map(people.map((one) => [one.id, one])).values()];
}
