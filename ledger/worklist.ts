import { addMinutes, withinHours, zoneDate } from '../domain/civil.ts';
import type { Actor } from '../domain/decision.ts';
import type { Interval } from '../domain/interval.ts';
import { mailHours, type Policy } from '../domain/policy.ts';
import { type Adding, type Entry, entriesFor, inSentence, type KnownEntry } from '../domain/worklist.ts';
import type { Tx } from '../prisma/client.ts';
import type { WorklistItem } from '../prisma/generated/client.ts';
import { appendAudit } from './audit.ts';
import { policyOf } from './facility.ts';
import { facilitySchedulers, oweMessages } from './message.ts';
import { iso } from './transaction.ts';

type Subject = {
  facilityId: string;
  kind: 'block' | 'hold' | 'transfer';
  id: string;
  zone: string;
  shadow: boolean;
  policy: Policy;
  /** Whose time it is, for people. */
  holder: string;
  facility: string;
};

/**
 * F-22: brings a subject's worklist up to date in the transaction that changed it. `target`: what of it should now
 * stand in the facility's own schedule. In shadow mode nothing is asked for, because nothing was done.
 */
export async function settleWorklist(
  tx: Tx,
  subject: Subject,
  adding: Adding,
  target: (Interval & { roomId: string })[],
  { actor, at, why }: { actor: Actor; at: string; why?: string },
): Promise<void> {
  if (subject.shadow) return;
  const { kind: subjectKind, id: subjectId } = subject;
  const rows = await tx.worklistItem.findMany({
    where: { subjectKind, subjectId, state: { in: ['open', 'acknowledged'] } },
    orderBy: { id: 'asc' },
  });
  const known = rows.map((row) => ({ ...row, startsAt: iso(row.startsAt), endsAt: iso(row.endsAt) })) as unknown as KnownEntry[];
  const { added, superseded } = entriesFor(adding, target, known);
  for (const id of superseded) {
    const row = await tx.worklistItem.update({ where: { id }, data: { state: 'superseded', version: { increment: 1 } } });
    await auditItem(tx, row, 'supersede', actor, at);
  }
  await addToWorklist(tx, subject, added, { actor, at, why });
}

/** What the facility's own schedule must be told of a subject beside the time that should stand there. */
export async function addToWorklist(
  tx: Tx,
  subject: Subject,
  entries: Entry[],
  { actor, at, why }: { actor: Actor; at: string; why?: string | undefined },
): Promise<void> {
  if (subject.shadow) return;
  const { facilityId, kind: subjectKind, id: subjectId, holder } = subject;
  for (const entry of entries) {
    const data = { ...entry, facilityId, subjectKind, subjectId, what: inSentence(entry.kind, holder, why), since: at, by: actor.name };
    await auditItem(tx, await tx.worklistItem.create({ data }), 'add', actor, at);
  }
  if (entries.length > 0) await oweReminder(tx, subject, at, firstReminder(at, subject.policy));
}

type Facility = Pick<Subject, 'facilityId' | 'zone' | 'shadow' | 'policy' | 'facility'>;

/** The reminder that is due at `dueAt`: one a facility and day, within the hours in which people are mailed. */
async function oweReminder(tx: Tx, { facilityId, zone, shadow, policy, facility }: Facility, oldest: string, dueAt: string): Promise<void> {
  const sendAt = withinHours(dueAt, mailHours(policy), zone);
  const content = { kind: 'worklist reminder' as const, facility, zone, open: 0, oldest };
  const key = `worklist-reminder/${facilityId}/${zoneDate(sendAt, zone)}`;
  const to = await facilitySchedulers(tx, facilityId);
  const keys = to.map(({ id }) => `${key}/${id}`);
  await tx.message.updateMany({ where: { key: { in: keys }, state: 'withdrawn' }, data: { state: 'waiting', sendAfter: sendAt } });
  await oweMessages(tx, { facilityId, kind: 'facility', id: facilityId, shadow }, sendAt, [{ key, to, content }]);
}

const firstReminder = (since: string, policy: Policy) => addMinutes(since, policy.worklist.remindAfterHours * 60);

type Due = { id: string; kind: string; facilityId: string; content: unknown };

/**
 * Reminders of a batch, judged when they are claimed: one that nobody needs yet is withdrawn, one that goes out says
 * how much is open, and tomorrow's is owed with it. Nothing is read when there is no reminder in the batch.
 */
export async function refreshReminders<Message extends Due>(tx: Tx, due: Message[], now: string): Promise<Message[]> {
  const reminders = due.filter(({ kind }) => kind === 'worklist reminder');
  const behind = new Map<string, { open: number; oldest: string }>();
  for (const facilityId of new Set(reminders.map((one) => one.facilityId))) {
    const ids = reminders.filter((one) => one.facilityId === facilityId).map(({ id }) => id);
    const found = await judge(tx, facilityId, ids, now);
    if (found) behind.set(facilityId, found);
  }
  return due.flatMap((message) => {
    if (message.kind !== 'worklist reminder') return [message];
    const found = behind.get(message.facilityId);
    return found ? [{ ...message, content: { ...(message.content as object), ...found } }] : [];
  });
}

async function judge(tx: Tx, facilityId: string, ids: string[], now: string): Promise<{ open: number; oldest: string } | undefined> {
  const where = { facilityId, state: 'open', endsAt: { gt: now } };
  const { _count: open, _min } = await tx.worklistItem.aggregate({ where, _count: true, _min: { since: true } });
  const oldest = _min.since && iso(_min.since);
  const { name: facility, zone, shadow } = await tx.facility.findUniqueOrThrow({ where: { id: facilityId } });
  const policy = await policyOf(tx, facilityId);
  const ripe = oldest !== null && firstReminder(oldest, policy) <= now;
  if (!ripe) await tx.message.updateMany({ where: { id: { in: ids } }, data: { state: 'withdrawn' } });
  if (oldest)
    await oweReminder(
      tx,
      { facilityId, zone, shadow, policy, facility },
      oldest,
      ripe ? addMinutes(now, 24 * 60) : firstReminder(oldest, policy),
    );
  return ripe ? { open, oldest } : undefined;
}

export type Acknowledgement = { note?: string | undefined; reference?: string | undefined };

/** Ticks an item off. Twice: the first answer stands. The caller has seen that the item is the actor's facility's. */
export async function acknowledge(
  tx: Tx,
  item: WorklistItem,
  { note, reference }: Acknowledgement,
  actor: Actor,
  at: string,
): Promise<WorklistItem> {
  const data = { state: 'acknowledged', acknowledgedAt: at, acknowledgedBy: actor.name, note: note ?? null, reference: reference ?? null };
  const { count } = await tx.worklistItem.updateMany({
    where: { id: item.id, state: 'open' },
    data: { ...data, version: { increment: 1 } },
  });
  const row = await tx.worklistItem.findUniqueOrThrow({ where: { id: item.id } });
  if (count === 1) await auditItem(tx, row, 'acknowledge', actor, at);
  return row;
}

async function auditItem(tx: Tx, item: WorklistItem, action: string, actor: Actor, at: string): Promise<void> {
  const { id, facilityId, kind, roomId, startsAt, endsAt, state, version } = item;
  const after = { kind, roomId, startsAt: iso(startsAt), endsAt: iso(endsAt), state, version };
  const subject = { facilityId, subjectKind: 'worklist-item' as const, subjectId: id };
  await appendAudit(tx, { ...subject, at, action, actor, rule: 'F-22', policyVersion: 0, before: {}, after });
}
