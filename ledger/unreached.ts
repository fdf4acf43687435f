/**
 * A mail that can never arrive (C-11, C-19: somebody must be asked): the facility's people and support are told once a day about
 * the person, and a question that only its reader could answer is put to the others of the group.
 */
import { zoneDate } from '../domain/civil.ts';
import type { SubjectKind } from '../domain/decision.ts';
import type { MessageContent } from '../domain/message.ts';
import type { Tx } from '../prisma/client.ts';
import { facilitySchedulers, oweMessages, type Recipient } from './message.ts';

type Failed = { id: string; error: string | null };
type Row = {
  id: string;
  key: string;
  kind: string;
  facilityId: string;
  facility: string;
  zone: string;
  shadow: boolean;
  personId: string;
  name: string;
  address: string;
  error: string | null;
  subjectKind: SubjectKind;
  subjectId: string;
  content: MessageContent;
  decided: boolean;
};

const own = 'mail unreached' as const;

/** Call it in the transaction that learns it. Mails to patients are left out: their card says it. */
export async function tellUnreached(tx: Tx, failed: Failed[], now: string): Promise<void> {
  if (failed.length === 0) return;
  const ids = failed.map(({ id }) => id);
  const rows = await tx.$queryRaw<Row[]>`
    SELECT m.id::text AS id, m.key, m.kind, m."facilityId"::text AS "facilityId", f.name AS facility, f.zone, f.shadow, p.id::text AS "personId", p.name,
      m.address, m.error, m."subjectKind", m."subjectId"::text AS "subjectId", m.content,
      EXISTS (SELECT FROM "Decision" d WHERE d."subjectKind" = m."subjectKind" AND d."subjectId" = m."subjectId" AND d.accepted
        AND d."recordedAt" > m."createdAt") AS decided
    FROM "Message" m JOIN "Facility" f ON f.id = m."facilityId" JOIN "Person" p ON p.id = m."personId"
    WHERE m.id = ANY (${ids}::uuid[]) AND m.channel = 'mail' AND m.kind <> ${own} ORDER BY m.id`;
  for (const row of rows) {
    const others = row.decided ? [] : await othersToAsk(tx, row);
    await askOthers(tx, row, others, now);
    await tell(tx, row, others, now);
  }
}

/** Who else can answer: the other schedulers of the group that was asked. */
async function othersToAsk(tx: Tx, { kind, subjectId, personId }: Row): Promise<Recipient[]> {
  if (kind === 'block alert')
    return tx.$queryRaw<Recipient[]>`
      SELECT DISTINCT p.id, p.name, p.email FROM "Block" b JOIN "Membership" m ON m."groupId" = b."groupId" JOIN "Person" p ON p.id = m."personId"
      WHERE b.id = ${subjectId}::uuid AND p.active AND p.id <> ${personId}::uuid ORDER BY p.id`;
  if (kind === 'transfer proposed')
    return tx.$queryRaw<Recipient[]>`
      SELECT DISTINCT p.id, p.name, p.email FROM "Transfer" t JOIN "Membership" m ON m."groupId" = t."toGroupId" JOIN "Person" p ON p.id = m."personId"
      WHERE t.id = ${subjectId}::uuid AND p.active AND p.id <> ${personId}::uuid ORDER BY p.id`;
  return [];
}

/** The same question under the same key: whoever has it already does not get it twice. */
async function askOthers(tx: Tx, row: Row, others: Recipient[], now: string): Promise<void> {
  if (others.length === 0) return;
  const about = { facilityId: row.facilityId, kind: row.subjectKind, id: row.subjectId, shadow: row.shadow };
  const key = row.key.slice(0, -`/${row.personId}`.length);
  await oweMessages(tx, about, now, [{ key, to: others, content: row.content }]);
}

async function tell(tx: Tx, row: Row, others: Recipient[], now: string): Promise<void> {
  const { facilityId, facility, zone, shadow, personId, name, address, kind, error } = row;
  const support = await tx.person.findMany({
    where: { facilityId, role: 'support', active: true },
    select: { id: true, name: true, email: true },
    orderBy: { id: 'asc' },
  });
  const to = [...support, ...(await facilitySchedulers(tx, facilityId))].filter(({ id }) => id !== personId);
  const content = { kind: own, facility, zone, person: name, address, what: kind, why: error ?? '', others: others.map((one) => one.name) };
  const about = { facilityId, kind: 'person' as const, id: personId, shadow };
  await oweMessages(tx, about, now, [{ key: `unreached/${personId}/${zoneDate(now, zone)}`, to, content }]);
}
