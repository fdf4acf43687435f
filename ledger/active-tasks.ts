/** I-41: what the desk has to work now: the due tasks and the active waitlist entries of all patients, in one order (I-05). */
import type { TaskKind } from '../domain/task.ts';
import type { EntryType } from '../domain/waitlist-entry.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import { iso } from './transaction.ts';

export type ActiveItem = {
  item: 'task' | 'waitlist-entry';
  id: string;
  version: number;
  /** What it is about: the type’s kind, or the entry’s type. */
  kind: TaskKind | EntryType;
  typeId: string | null;
  type: string;
  priority: number;
  /** Civil date: of a task the day it is actual from, of an entry the first day on which it waits. */
  dueOn: string;
  validUntil: string | null;
  patientId: string;
  patient: string;
  phone: string | null;
  practitionerId: string | null;
  practitioner: string | null;
  profession: string | null;
  durationMinutes: number | null;
  comment: string;
  assigneeId: string | null;
  assignee: string | null;
  createdAt: string;
};

export type ActiveFilter = {
  item?: ActiveItem['item'] | undefined;
  typeId?: string | undefined;
  practitionerId?: string | undefined;
  patientId?: string | undefined;
  /** A person's id, or `nobody`. */
  assigneeId?: string | undefined;
};

export type ActivePosition = { dueOn: string; priority: number; createdAt: string; id: string };

const when = (wanted: unknown, condition: Prisma.Sql) => (wanted ? condition : Prisma.empty);

/**
 * By due date, then by the priority of the type, then by age. An entry ranks like the task type of its kind, and a wish to come
 * earlier right behind the scheduled ones. `today`: the civil date at the facility.
 */
export async function activeItems(
  tx: Tx,
  {
    facilityId,
    now,
    today,
    after,
    limit,
    ...filter
  }: ActiveFilter & { facilityId: string; now: string; today: string; after?: ActivePosition | undefined; limit: number },
): Promise<ActiveItem[]> {
  const { item, typeId, practitionerId, patientId, assigneeId } = filter;
  const nobody = assigneeId === 'nobody';
  const both = Prisma.sql`${when(practitionerId, Prisma.sql`AND s."practitionerId" = ${practitionerId}::uuid`)}
      ${when(patientId, Prisma.sql`AND s."patientId" = ${patientId}::uuid`)}`;
  const tasks = Prisma.sql`
    SELECT 'task' AS item, s.id, s.version, t.kind, t.id AS "typeId", t.name AS type, t.priority, s."actualFrom" AS "dueOn", NULL::date AS "validUntil",
      s."patientId", s."practitionerId", s.profession, s."durationMinutes", s.comment, s."assigneeId", s."createdAt"
    FROM "Task" s JOIN "TaskType" t ON t.id = s."typeId"
    WHERE s."facilityId" = ${facilityId}::uuid AND s.state <> 'closed' AND s."actualFrom" <= ${today}::date AND s."dueAt" <= ${now}::timestamptz
      ${both} ${when(typeId, Prisma.sql`AND s."typeId" = ${typeId}::uuid`)}
      ${when(nobody, Prisma.sql`AND s."assigneeId" IS NULL`)}
      ${when(assigneeId && !nobody, Prisma.sql`AND s."assigneeId" = ${nobody ? null : assigneeId}::uuid`)}`;
  const entries = Prisma.sql`
    SELECT 'waitlist-entry', s.id, s.version, s.type, NULL::uuid, s.type, t.priority + (s.type = 'wants earlier')::int,
      least(s."validFrom", (s."createdAt" AT TIME ZONE f.zone)::date), s."validUntil",
      s."patientId", s."practitionerId", s.profession, s."durationMinutes", s.comment, NULL::uuid, s."createdAt"
    FROM "WaitlistEntry" s JOIN "Facility" f ON f.id = s."facilityId"
    JOIN "TaskType" t ON t."facilityId" = f.id AND t.kind = CASE s.type WHEN 'cancelled' THEN 'cancelled' ELSE 'scheduled' END
    WHERE s."facilityId" = ${facilityId}::uuid AND s.state = 'active' ${both}`;
  const wantsEntries = item !== 'task' && !typeId && (assigneeId === undefined || nobody);
  const parts = [...(item === 'waitlist-entry' ? [] : [tasks]), ...(wantsEntries ? [entries] : [])];
  if (parts.length === 0) return [];
  const rows = await tx.$queryRaw<
    (Omit<ActiveItem, 'dueOn' | 'validUntil' | 'createdAt'> & { dueOn: Date; validUntil: Date | null; createdAt: Date })[]
  >`
    SELECT i.*, p."givenName" || ' ' || p."familyName" AS patient, p.phone, d.name AS practitioner, a.name AS assignee
    FROM (SELECT * FROM (${Prisma.join(parts, ' UNION ALL ')}) AS i (item, id, version, kind, "typeId", type, priority, "dueOn", "validUntil",
        "patientId", "practitionerId", profession, "durationMinutes", comment, "assigneeId", "createdAt")
      ${when(after, Prisma.sql`WHERE (i."dueOn", i.priority, i."createdAt", i.id) > (${after?.dueOn}::date, ${after?.priority}::int, ${after?.createdAt}::timestamptz, ${after?.id}::uuid)`)}
      ORDER BY i."dueOn", i.priority, i."createdAt", i.id LIMIT ${limit}) i
    JOIN "Patient" p ON p.id = i."patientId" LEFT JOIN "Practitioner" d ON d.id = i."practitionerId" LEFT JOIN "Person" a ON a.id = i."assigneeId"
    ORDER BY i."dueOn", i.priority, i."createdAt", i.id`;
  const date = (day: Date) => iso(day).slice(0, 10);
  return rows.map(({ dueOn, validUntil, createdAt, ...row }) => ({
    ...row,
    dueOn: date(dueOn),
    validUntil: validUntil && date(validUntil),
    createdAt: iso(createdAt),
  }));
}
