import type { OpportunityStatus } from '../domain/opportunity.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';

/** Everything by which the Care Manager's list is sorted (D-04): the value in SQL, and how a cursor carries it. */
const columns = {
  patient: { value: Prisma.sql`(p."familyName" || ', ' || p."givenName")`, type: Prisma.sql`text`, kind: 'text' },
  provider: { value: Prisma.sql`r.initials`, type: Prisma.sql`text`, kind: 'text' },
  payor: { value: Prisma.sql`c.payor`, type: Prisma.sql`text`, kind: 'text' },
  number: { value: Prisma.sql`c.number`, type: Prisma.sql`text`, kind: 'text' },
  lastUpdatedAt: { value: Prisma.sql`c."lastUpdatedAt"`, type: Prisma.sql`timestamptz`, kind: 'instant' },
  openedOn: { value: Prisma.sql`c."openedOn"`, type: Prisma.sql`date`, kind: 'date' },
  status: { value: Prisma.sql`o.status`, type: Prisma.sql`text`, kind: 'text' },
  assignee: { value: Prisma.sql`coalesce(a.name, '')`, type: Prisma.sql`text`, kind: 'text' },
  cost: { value: Prisma.sql`c."costMinor"`, type: Prisma.sql`int`, kind: 'number' },
  uda: { value: Prisma.sql`coalesce(c."udaValue", -1)`, type: Prisma.sql`numeric`, kind: 'number' },
  contact: { value: Prisma.sql`coalesce(p.phone, p.email, '')`, type: Prisma.sql`text`, kind: 'text' },
} as const;

export type OpportunityColumn = keyof typeof columns;
export const opportunityColumns = Object.keys(columns) as [OpportunityColumn, ...OpportunityColumn[]];
export const cursorKind = (column: OpportunityColumn) => columns[column].kind;

/** One line of the list (D-03). Instants and dates as text; `sortValue`: what a cursor carries. */
export type OpportunityRow = {
  id: string;
  facilityId: string;
  courseId: string;
  number: string;
  patientId: string;
  givenName: string;
  familyName: string;
  phone: string | null;
  email: string | null;
  practitionerId: string;
  provider: string;
  payor: string;
  nhs: boolean;
  costMinor: number;
  udaValue: number | null;
  openedOn: string;
  lastUpdatedAt: Date;
  courseState: 'open' | 'completed' | 'inactive';
  status: OpportunityStatus;
  listed: boolean;
  snoozedUntil: string | null;
  rejectedReason: string | null;
  assigneeId: string | null;
  assignee: string | null;
  next: { kind: string; at: string; because: string; rule: string };
  version: number;
  sortValue: string;
};

/** D-05. `facilityIds`: undefined for all. Values in minor units, both ends included. `assigneeId`: null for those of nobody. */
export type OpportunityFilter = {
  facilityIds?: string[] | undefined;
  /** Left out: of any status. */
  status?: OpportunityStatus | undefined;
  assigneeId?: string | null | undefined;
  practitionerId?: string | undefined;
  patientId?: string | undefined;
  payor?: string | undefined;
  number?: string | undefined;
  rejectedReason?: string | undefined;
  costFrom?: number | undefined;
  costTo?: number | undefined;
};

export type OpportunityOrder = {
  column: OpportunityColumn;
  descending: boolean;
  after?: [value: string, id: string] | undefined;
  limit: number;
};

const shown = Prisma.sql`o.id, o."facilityId", o."courseId", c.number, o."patientId", p."givenName", p."familyName", p.phone, p.email,
  c."practitionerId", r.initials AS provider, c.payor, c.nhs, c."costMinor", c."udaValue"::float8 AS "udaValue", c."openedOn"::text AS "openedOn",
  c."lastUpdatedAt", c.state AS "courseState", o.status, o.listed, o."snoozedUntil"::text AS "snoozedUntil", o."rejectedReason",
  o."assigneeId", a.name AS assignee, o.next, o.version`;
const tables = Prisma.sql`"Opportunity" o
  JOIN "CourseOfTreatment" c ON c.id = o."courseId"
  JOIN "Patient" p ON p.id = o."patientId"
  JOIN "Practitioner" r ON r.id = c."practitionerId"
  LEFT JOIN "Person" a ON a.id = o."assigneeId"`;

/** D-01 to D-05: one page of what is listed, in one statement: one row more than `limit` when there are more. */
export function listOpportunities(tx: Tx, filter: OpportunityFilter, order: OpportunityOrder): Promise<OpportunityRow[]> {
  const { value, type } = columns[order.column];
  const [direction, beyond] = order.descending ? [Prisma.sql`DESC`, Prisma.sql`<`] : [Prisma.sql`ASC`, Prisma.sql`>`];
  const conditions = conditionsOf(filter);
  if (order.after) conditions.push(Prisma.sql`(${value}, o.id) ${beyond} (${order.after[0]}::${type}, ${order.after[1]}::uuid)`);
  return tx.$queryRaw<OpportunityRow[]>`
    SELECT ${shown}, ${sortText(order.column)} AS "sortValue" FROM ${tables}
    WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY ${value} ${direction}, o.id ${direction} LIMIT ${order.limit + 1}`;
}

const sortText = (column: OpportunityColumn) =>
  column === 'lastUpdatedAt'
    ? Prisma.sql`to_char(c."lastUpdatedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
    : Prisma.sql`${columns[column].value}::text`;

function conditionsOf(filter: OpportunityFilter): Prisma.Sql[] {
  const { facilityIds, status, assigneeId, practitionerId, patientId, payor, number, rejectedReason, costFrom, costTo } = filter;
  const conditions = [Prisma.sql`o.listed`];
  // one facility as an equation, so that an index by facility is in the list's order
  if (facilityIds?.length === 1)
    conditions.push(Prisma.sql`o."facilityId" = ${facilityIds[0]}::uuid AND c."facilityId" = ${facilityIds[0]}::uuid`);
  else if (facilityIds) conditions.push(Prisma.sql`o."facilityId" = ANY (${facilityIds}::uuid[])`);
  if (status) conditions.push(Prisma.sql`o.status = ${status}`);
  if (assigneeId === null) conditions.push(Prisma.sql`o."assigneeId" IS NULL`);
  else if (assigneeId) conditions.push(Prisma.sql`o."assigneeId" = ${assigneeId}::uuid`);
  if (practitionerId) conditions.push(Prisma.sql`c."practitionerId" = ${practitionerId}::uuid`);
  if (patientId) conditions.push(Prisma.sql`o."patientId" = ${patientId}::uuid`);
  if (payor) conditions.push(Prisma.sql`lower(c.payor) = lower(${payor})`);
  if (number) conditions.push(Prisma.sql`c.number = ${number}`);
  if (rejectedReason) conditions.push(Prisma.sql`o."rejectedReason" = ${rejectedReason}`);
  if (costFrom !== undefined) conditions.push(Prisma.sql`c."costMinor" >= ${costFrom}`);
  if (costTo !== undefined) conditions.push(Prisma.sql`c."costMinor" <= ${costTo}`);
  return conditions;
}

/** One opportunity as the list shows it, whether it is listed now or not. */
export async function readOpportunity(tx: Tx, id: string): Promise<OpportunityRow | undefined> {
  const [row] = await tx.$queryRaw<OpportunityRow[]>`SELECT ${shown}, '' AS "sortValue" FROM ${tables} WHERE o.id = ${id}::uuid`;
  return row;
}

/** D-06, D-07: how many opportunities that are assigned to somebody need action now. */
export function countNeedingAction(tx: Tx, personId: string): Promise<number> {
  return tx.opportunity.count({ where: { assigneeId: personId, listed: true, status: 'open' } });
}
