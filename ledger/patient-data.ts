/**
 * Where data of patients stands, table by table: what goes when a patient's data is erased (F-27), and which tables are matters of
 * theirs with an audit trail of its own (F-16). A test walks the schema: a table that names a patient has its line here.
 */
import type { SubjectKind } from '../domain/decision.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';

type Holding = {
  table: string;
  /** Rows of the patient, for a statement in which the table has its own name. */
  of: (patientId: string) => Prisma.Sql;
  /** What of a row goes. Null: ids, states and instants alone, which say nothing of anybody. */
  erase: Prisma.Sql | null;
  /** Its kind of subject, where it has an audit trail. */
  kind?: SubjectKind;
  /** While rows like these are open, the patient's data is still needed. */
  open?: Prisma.Sql;
  /** Rows that keep the card they were written for when it becomes part of another (F-20); none: all move. */
  stays?: Prisma.Sql;
};

const own = (patientId: string) => Prisma.sql`"patientId" = ${patientId}::uuid`;
const ofTicket = (patientId: string) => Prisma.sql`"ticketId" IN (SELECT id FROM "Ticket" WHERE "patientId" = ${patientId}::uuid)`;
const gone = '(erased)';

export const holdings: Holding[] = [
  {
    table: 'Patient',
    // with the cards that became part of it (F-20)
    of: (id) => Prisma.sql`(id = ${id}::uuid OR "mergedIntoId" = ${id}::uuid)`,
    erase: Prisma.sql`"givenName" = ${gone}, "familyName" = ${gone}, "searchName" = '', "birthDate" = NULL, phone = NULL, email = NULL, number = NULL, version = version + 1`,
    kind: 'patient',
  },
  {
    table: 'Appointment',
    of: own,
    erase: Prisma.sql`comment = '', "cancelReason" = NULL`,
    kind: 'appointment',
    open: Prisma.sql`status IN ('booked', 'arrived')`,
  },
  { table: 'Task', of: own, erase: Prisma.sql`comment = ''`, kind: 'task', open: Prisma.sql`state IN ('waiting', 'due')` },
  { table: 'WaitlistEntry', of: own, erase: Prisma.sql`comment = ''`, kind: 'waitlist-entry', open: Prisma.sql`state = 'active'` },
  {
    table: 'WaitlistRequest',
    of: own,
    erase: Prisma.sql`"givenName" = ${gone}, "familyName" = ${gone}, "birthDate" = NULL, phone = ${gone}, email = NULL, comment = ''`,
  },
  {
    table: 'Ticket',
    of: own,
    erase: Prisma.sql`subject = ${gone}, fields = '{}', outcome = NULL`,
    kind: 'ticket',
    open: Prisma.sql`state = 'open'`,
  },
  { table: 'TicketNote', of: ofTicket, erase: Prisma.sql`text = ${gone}` },
  { table: 'TicketPause', of: ofTicket, erase: Prisma.sql`because = ${gone}` },
  { table: 'Clearance', of: own, erase: null, kind: 'clearance', open: Prisma.sql`state = 'open'` },
  { table: 'Subscription', of: own, erase: Prisma.sql`programme = ${gone}, number = id::text`, open: Prisma.sql`status = 'active'` },
  { table: 'LabOrder', of: own, erase: Prisma.sql`what = ${gone}, number = id::text` },
  { table: 'Order', of: own, erase: Prisma.sql`what = ${gone}, number = id::text` },
  { table: 'TreatmentRequest', of: own, erase: Prisma.sql`condition = ${gone}, number = id::text` },
  { table: 'TreatmentPlan', of: own, erase: Prisma.sql`what = ${gone}, number = id::text` },
  { table: 'Credit', of: own, erase: Prisma.sql`reason = ${gone}` },
  { table: 'PatientLogin', of: own, erase: Prisma.sql`reason = ${gone}` },
  {
    table: 'Message',
    of: own,
    erase: Prisma.sql`content = '{}', address = ''`,
    open: Prisma.sql`state IN ('waiting', 'claimed')`,
  },
  {
    table: 'MailboxEntry',
    of: (id) => Prisma.sql`"messageId" IN (SELECT m.id FROM "Message" m WHERE m."patientId" = ${id}::uuid)`,
    erase: Prisma.sql`"to" = '', subject = ${gone}, html = '', text = ''`,
  },
  { table: 'ActionLink', of: own, erase: null },
  {
    table: 'CourseOfTreatment',
    of: own,
    erase: Prisma.sql`number = id::text, payor = ${gone}, "plannedVisits" = '[]'`,
    kind: 'course-of-treatment',
  },
  {
    table: 'CourseOfTreatmentEvent',
    of: (id) => Prisma.sql`"courseId" IN (SELECT c.id FROM "CourseOfTreatment" c WHERE c."patientId" = ${id}::uuid)`,
    erase: Prisma.sql`facts = '{}'`,
  },
  { table: 'Opportunity', of: own, erase: Prisma.sql`"rejectedReason" = NULL`, kind: 'opportunity' },
  {
    table: 'OpportunityNote',
    of: (id) => Prisma.sql`"opportunityId" IN (SELECT o.id FROM "Opportunity" o WHERE o."patientId" = ${id}::uuid)`,
    erase: Prisma.sql`text = ${gone}`,
  },
  {
    table: 'ConversationMessage',
    of: (id) => Prisma.sql`"conversationId" IN (SELECT c.id FROM "Conversation" c WHERE c."patientId" = ${id}::uuid)`,
    erase: Prisma.sql`text = ${gone}, why = NULL`,
  },
  {
    table: 'Conversation',
    of: own,
    erase: Prisma.sql`address = '', matters = '[]', "flagReason" = NULL`,
    kind: 'conversation',
    open: Prisma.sql`state IN ('open', 'unread')`,
  },
  { table: 'PhoneContact', of: own, erase: Prisma.sql`note = ''` },
  {
    table: 'Offer',
    of: own,
    erase: null,
    open: Prisma.sql`state = 'open'`,
    // a ladder that is over asked both: to it they were two, and nobody is asked twice by one
    stays: Prisma.sql`"ladderId" IN (SELECT o."ladderId" FROM "Offer" o WHERE o."patientId" = (SELECT p."mergedIntoId" FROM "Patient" p WHERE p.id = "Offer"."patientId"))`,
  },
  { table: 'RememberedPatient', of: own, erase: null },
  {
    table: 'AccessEvent', // whose card was looked at does not change; the log of a card shows those of the cards in it too
    of: (id) => Prisma.sql`"patientId" IN (SELECT p.id FROM "Patient" p WHERE p.id = ${id}::uuid OR p."mergedIntoId" = ${id}::uuid)`,
    erase: null,
  },
];

const from = (table: string) => Prisma.raw(`"${table}"`);

/** The subjects of a patient's matters, the patient among them: what the audit trail of their matters is about. */
export function mattersOf(patientId: string): Prisma.Sql {
  const kinds = holdings.filter(({ kind }) => kind);
  const parts = kinds.map(({ table, of, kind }) => Prisma.sql`SELECT ${kind}::text AS kind, id FROM ${from(table)} WHERE ${of(patientId)}`);
  return Prisma.join(parts, ' UNION ALL ');
}

/** Whose matters these subjects of audit events are; what is nobody's matter is left out. */
export async function patientsBehind(tx: Tx, subjects: { subjectKind: string; subjectId: string }[]) {
  const parts = holdings.flatMap(({ table, kind }) => {
    const ids = subjects.filter(({ subjectKind }) => subjectKind === kind).map(({ subjectId }) => subjectId);
    const whose = Prisma.raw(table === 'Patient' ? 'id' : '"patientId"');
    const rows = Prisma.sql`SELECT "facilityId", ${whose} AS "patientId" FROM ${from(table)} WHERE id = ANY (${ids}::uuid[])`;
    return ids.length > 0 ? [rows] : [];
  });
  if (parts.length === 0) return [];
  return tx.$queryRaw<{ facilityId: string; patientId: string | null }[]>`${Prisma.join(parts, ' UNION ')}`;
}

/** The kinds of subjects that are matters of patients. */
export const patientKinds = holdings.flatMap(({ kind }) => kind ?? []);

/** How many rows of each table are still open for this patient; those with none are left out. */
export async function openMatters(tx: Tx, patientId: string): Promise<Record<string, number>> {
  const open: Record<string, number> = {};
  for (const { table, of, open: still } of holdings) {
    if (!still) continue;
    const [row] = await tx.$queryRaw<
      { count: number }[]
    >`SELECT count(*)::int AS count FROM ${from(table)} WHERE ${of(patientId)} AND ${still}`;
    if (row!.count > 0) open[table] = row!.count;
  }
  return open;
}

/** Empties what of the tables says something of the patient; how many rows of each. */
export async function eraseHoldings(tx: Tx, patientId: string): Promise<Record<string, number>> {
  const erased: Record<string, number> = {};
  for (const { table, of, erase } of holdings) {
    if (erase) erased[table] = await tx.$executeRaw`UPDATE ${from(table)} SET ${erase} WHERE ${of(patientId)}`;
  }
  return erased;
}

/** The ids of the rows that moved, table by table: by them a merging can be taken apart by hand. */
export type MovedRows = Record<string, string[]>;

/** F-20: what stands in these tables for the one card stands for the other from now on. */
export async function moveHoldings(tx: Tx, fromId: string, toId: string): Promise<MovedRows> {
  const moved: MovedRows = {};
  for (const { table, of, stays } of holdings) {
    if (of !== own) continue; // goes with its parent, or stays
    const id = Prisma.raw(table === 'RememberedPatient' ? '"sessionId"' : 'id');
    const rows = await tx.$queryRaw<{ id: string }[]>`
      UPDATE ${from(table)} SET "patientId" = ${toId}::uuid WHERE ${of(fromId)} ${stays ? Prisma.sql`AND NOT (${stays})` : Prisma.empty}
      RETURNING ${id}::text AS id`;
    if (rows.length > 0) moved[table] = rows.map((row) => row.id).sort();
  }
  return moved;
}
