import type { Actor } from '../domain/decision.ts';
import type { Interval } from '../domain/interval.ts';
import type { Policy } from '../domain/policy.ts';
import { type Adding, type Entry, entriesFor, inSentence, type KnownEntry } from '../domain/worklist.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma, WorklistItem } from '../prisma/generated/client.ts';
import { appendAudits } from './audit.ts';
import { iso } from './transaction.ts';
import { firstReminder, oweWorklistReminder } from './worklist-reminder.ts';

export type Subject = {
  facilityId: string;
  kind: 'block' | 'hold' | 'transfer' | 'series';
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
  const known = rows.map((row) => ({ ...row, startsAt: iso(row.startsAt), endsAt: iso(row.endsAt!) })) as unknown as KnownEntry[];
  const { added, superseded } = entriesFor(adding, target, known);
  await supersede(tx, superseded, { actor, at });
  await addToWorklist(tx, subject, added, { actor, at, why });
}

/** Lines that are not right any more, before anybody entered them. */
export async function supersede(tx: Tx, ids: string[], { actor, at }: { actor: Actor; at: string }): Promise<void> {
  const data = { state: 'superseded', version: { increment: 1 } };
  await auditItems(tx, await tx.worklistItem.updateManyAndReturn({ where: { id: { in: ids } }, data }), 'supersede', actor, at);
}

/** What the facility's own schedule must be told of a subject beside the time that should stand there. */
export async function addToWorklist(
  tx: Tx,
  subject: Subject,
  entries: Entry[],
  { actor, at, why }: { actor: Actor; at: string; why?: string | undefined },
): Promise<void> {
  const lines = entries.map((entry) => ({ ...entry, what: inSentence(entry.kind, subject.holder, why) }));
  await addLines(tx, subject, lines, { actor, at });
}

type Line = Omit<Prisma.WorklistItemUncheckedCreateInput, 'facilityId' | 'subjectKind' | 'subjectId' | 'since' | 'by'>;

/** New lines, and the reminder that they may need. */
export async function addLines(tx: Tx, subject: Subject, lines: Line[], { actor, at }: { actor: Actor; at: string }): Promise<void> {
  if (subject.shadow || lines.length === 0) return;
  const { facilityId, kind: subjectKind, id: subjectId } = subject;
  for (const line of lines) {
    const data = { ...line, facilityId, subjectKind, subjectId, since: at, by: actor.name };
    await auditItems(tx, [await tx.worklistItem.create({ data })], 'add', actor, at);
  }
  await oweWorklistReminder(tx, subject, at, firstReminder(at, subject.policy));
}

export type Acknowledgement = { note?: string | undefined; reference?: string | undefined };

/** Ticks items off, and gives them as they are then. Twice: the first answer stands. The caller has seen that they are the actor's facility's. */
export async function acknowledge(
  tx: Tx,
  ids: string[],
  { note, reference }: Acknowledgement,
  actor: Actor,
  at: string,
): Promise<WorklistItem[]> {
  const data = { state: 'acknowledged', acknowledgedAt: at, acknowledgedBy: actor.name, note: note ?? null, reference: reference ?? null };
  const where = { id: { in: ids }, state: 'open' };
  const ticked = await tx.worklistItem.updateManyAndReturn({ where, data: { ...data, version: { increment: 1 } } });
  await auditItems(tx, ticked, 'acknowledge', actor, at);
  return tx.worklistItem.findMany({ where: { id: { in: ids } } });
}

async function auditItems(tx: Tx, items: WorklistItem[], action: string, actor: Actor, at: string): Promise<void> {
  await appendAudits(
    tx,
    items.map(({ id, facilityId, kind, roomId, startsAt, endsAt, state, version }) => {
      const after = { kind, roomId, startsAt: iso(startsAt), endsAt: endsAt && iso(endsAt), state, version };
      const subject = { facilityId, subjectKind: 'worklist-item' as const, subjectId: id };
      return { ...subject, at, action, actor, rule: 'F-22', policyVersion: 0, before: {}, after };
    }),
  );
}
