/**
 * Mails that come again: one a person and a day, or a month. Each is judged when it is claimed, and owes the next one, so
 * nothing has to look every day whether somebody is to be reminded.
 */
import type { SubjectKind } from '../domain/decision.ts';
import type { MessageContent, MessageKind } from '../domain/message.ts';
import type { Tx } from '../prisma/client.ts';
import { oweMessages, type Recipient } from './message.ts';

type About = { facilityId: string; kind: SubjectKind; id: string; shadow: boolean };
type Owed = { key: string; to: Recipient[]; content: MessageContent };

/**
 * Owes the reminder with that key, also where it was withdrawn before, or only shown while the facility was in shadow
 * (F-23): otherwise the chain would end there.
 */
export async function oweReminder(tx: Tx, about: About, sendAfter: string, { key, to, content }: Owed): Promise<void> {
  const keys = to.map(({ id }) => `${key}/${id}`);
  const where = { key: { in: keys }, state: { in: ['withdrawn', 'shadow'] } };
  await tx.message.updateMany({ where, data: { state: about.shadow ? 'shadow' : 'waiting', sendAfter } });
  await oweMessages(tx, about, sendAfter, [{ key, to, content }]);
}

/** Whether reminders with this beginning of their key went out, or are going out: there is no second one of them. */
export async function isGone(tx: Tx, facilityId: string, kind: MessageKind, key: string): Promise<boolean> {
  const where = { facilityId, kind, key: { startsWith: key }, state: { notIn: ['waiting', 'withdrawn', 'shadow'] } };
  return (await tx.message.findFirst({ where, select: { id: true } })) !== null;
}

export type DueReminder = { id: string; kind: string; facilityId: string; personId: string | null; content: unknown };
/** `said`: what each mail says by now, by its id; one left out is withdrawn. `oweNext` comes after that, and may owe it anew. */
export type Judged = { said: Map<string, object>; oweNext: () => Promise<void> };

/** Judges the reminders of one kind in a batch as they are claimed. Reads nothing where there is none. */
export async function refreshReminders<Message extends DueReminder>(
  tx: Tx,
  due: Message[],
  kind: MessageKind,
  judge: (reminders: Message[]) => Promise<Judged>,
): Promise<Message[]> {
  const reminders = due.filter((message) => message.kind === kind);
  if (reminders.length === 0) return due;
  const { said, oweNext } = await judge(reminders);
  const moot = reminders.filter(({ id }) => !said.has(id)).map(({ id }) => id);
  if (moot.length > 0) await tx.message.updateMany({ where: { id: { in: moot } }, data: { state: 'withdrawn' } });
  await oweNext();
  return due.flatMap((message) => {
    if (message.kind !== kind) return [message];
    const content = said.get(message.id);
    return content ? [{ ...message, content: { ...(message.content as object), ...content } }] : [];
  });
}
