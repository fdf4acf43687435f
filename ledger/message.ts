import type { SubjectKind } from '../domain/decision.ts';
import type { MessageContent, MessageKind } from '../domain/message.ts';
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
export async function oweMessages(
  tx: Tx,
  about: { facilityId: string; kind: SubjectKind; id: string; shadow: boolean },
  now: string,
  owed: OwedMessage[],
): Promise<void> {
  const data = owed.flatMap(({ key, to, content, receipt }) =>
    to.map((person) => ({
      facilityId: about.facilityId,
      key: `${key}/${person.id}`,
      kind: content.kind,
      personId: person.id,
      email: person.email,
      subjectKind: about.kind,
      subjectId: about.id,
      content: content as Prisma.InputJsonObject,
      priority: receipt ? 0 : 1,
      state: about.shadow ? 'shadow' : 'waiting',
      sendAfter: now,
    })),
  );
  if (data.length === 0) return;
  await tx.message.createMany({ data, skipDuplicates: true });
  if (!about.shadow) await wakeDelivery(tx);
}

/** U-13: what a decision has made moot and no batch has claimed yet is never sent. */
export async function withdrawMessages(tx: Tx, subjectKind: SubjectKind, subjectId: string, kinds: MessageKind[]): Promise<void> {
  await tx.message.updateMany({ where: { subjectKind, subjectId, kind: { in: kinds }, state: 'waiting' }, data: { state: 'withdrawn' } });
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
