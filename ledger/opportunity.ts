import { DomainError } from '../domain/errors.ts';
import { type OpportunityFacts, type OpportunityStep, planOpportunity, settled } from '../domain/opportunity.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma } from '../prisma/generated/client.ts';
import {
  auditLife,
  auditLives,
  type LifeAbout,
  type LifeChange,
  type LifeRow,
  type Loaded,
  lifeColumns,
  lifeJoins,
  lockRow,
  policyOfRow,
  type RowLock,
  startLife,
} from './life.ts';
import { iso } from './transaction.ts';

export type LoadedOpportunity = Loaded<OpportunityFacts, OpportunityStep> & {
  courseId: string;
  patientId: string;
  names: { facility: string; course: string };
};

type Row = LifeRow & {
  opportunity: Omit<OpportunityFacts, 'zone' | 'paused' | 'shadow' | 'openedOn' | 'course' | 'visits'> & {
    facilityId: string;
    courseId: string;
    patientId: string;
    next: OpportunityStep;
  };
  number: string;
  openedOn: string;
  course: OpportunityFacts['course'];
  visits: string[];
};

/**
 * Loads opportunities with all facts in one statement; unknown ids are left out. Of the visits, those of yesterday and
 * later. The rows are locked first, so that what is read is what whoever held them has written.
 */
export async function loadOpportunities(tx: Tx, ids: string[], now: string, lock: RowLock): Promise<LoadedOpportunity[]> {
  if (ids.length === 0) return [];
  if (lock === 'update')
    await tx.$queryRaw`SELECT s.id FROM "Opportunity" s WHERE s.id = ANY (${ids}::uuid[]) ORDER BY s.id ${lockRow[lock]}`;
  const rows = await tx.$queryRaw<Row[]>`
    SELECT to_jsonb(s) AS opportunity, ${lifeColumns}, c.number, c."openedOn"::text AS "openedOn", c.state AS course,
      ARRAY(SELECT a."startsAt" FROM "Appointment" a WHERE a."patientId" = s."patientId" AND a.status IN ('booked', 'arrived', 'fulfilled')
        AND a."startsAt" > ${now}::timestamptz - interval '2 days' ORDER BY a."startsAt") AS visits
    FROM "Opportunity" s ${lifeJoins}
    JOIN "CourseOfTreatment" c ON c.id = s."courseId"
    WHERE s.id = ANY (${ids}::uuid[]) ORDER BY s.id`;
  return rows.map(loaded);
}

/** Throws OPPORTUNITY_NOT_FOUND. */
export async function loadOpportunity(tx: Tx, id: string, now: string, lock: RowLock = 'none'): Promise<LoadedOpportunity> {
  const [opportunity] = await loadOpportunities(tx, [id], now, lock);
  if (!opportunity) throw new DomainError('OPPORTUNITY_NOT_FOUND', { id });
  return opportunity;
}

function loaded(row: Row): LoadedOpportunity {
  const { id, version, state, status, listed, snoozedUntil, assigneeId, rejectedReason, ...rest } = row.opportunity;
  const { zone, paused, shadow, openedOn, course } = row;
  const own = { id, version, state, status, listed, snoozedUntil, assigneeId, rejectedReason };
  return {
    facts: { ...own, zone, paused, shadow, openedOn, course, visits: row.visits.map(iso) },
    policy: policyOfRow(row),
    version,
    next: rest.next,
    facilityId: rest.facilityId,
    courseId: rest.courseId,
    patientId: rest.patientId,
    names: { facility: row.facility, course: row.number },
  };
}

/** One opportunity with what it becomes, and why. */
export type OpportunityChange = { subject: LoadedOpportunity; after: OpportunityFacts; next: OpportunityStep; change: LifeChange };

/** Writes what steps or decisions changed: each row with version + 1 and one audit event, all in a few statements. */
export async function saveOpportunities(tx: Tx, changes: OpportunityChange[]): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map(({ subject, after, next }) => {
    const { id, state, status, listed, snoozedUntil, assigneeId, rejectedReason } = after;
    return { id, state, status, listed, snoozedUntil, assigneeId, rejectedReason, next, nextAt: next.at, version: subject.version + 1 };
  });
  await tx.$executeRaw`
    UPDATE "Opportunity" s SET state = r.state, status = r.status, listed = r.listed, "snoozedUntil" = r."snoozedUntil",
      "assigneeId" = r."assigneeId", "rejectedReason" = r."rejectedReason", next = r.next, "nextAt" = r."nextAt", version = r.version
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (id uuid, state text, status text, listed boolean, "snoozedUntil" date,
      "assigneeId" uuid, "rejectedReason" text, next jsonb, "nextAt" timestamptz, version int)
    WHERE s.id = r.id`;
  await auditLives(
    tx,
    'opportunity',
    changes.map(({ subject, after, change }) => ({
      subject,
      change,
      before: audited(subject.facts),
      after: audited({ ...after, version: subject.version + 1 }),
    })),
  );
}

const audited = ({ state, status, listed, snoozedUntil, assigneeId, rejectedReason, version }: OpportunityFacts) => ({
  state,
  status,
  listed,
  snoozedUntil,
  assigneeId,
  rejectedReason,
  version,
});

type Course = { id: string; facilityId: string; number: string; patientId: string };
/** What a new one takes over from the last one of its course: a wrong date that was put right must not undo what people decided. */
type Inherited = Partial<Pick<OpportunityFacts, 'status' | 'assigneeId' | 'rejectedReason'>>;

/** Gives an open course of treatment its opportunity and its life, which sleeps until the listing changes. */
export async function startOpportunity(tx: Tx, course: Course, inherited: Inherited, { actor, at }: LifeChange): Promise<void> {
  const { facilityId, patientId } = course;
  const { status = 'open', assigneeId = null, rejectedReason = null } = inherited;
  const kept = { status: status === 'snoozed' ? 'open' : status, assigneeId, rejectedReason };
  const data = { facilityId, courseId: course.id, patientId, ...kept, listed: false, next: {}, nextAt: at, createdAt: at };
  const { id } = await tx.opportunity.create({ data, select: { id: true } });
  const subject = await loadOpportunity(tx, id, at);
  const facts = settled(subject.facts, subject.policy, at);
  const next = planOpportunity(facts, subject.policy, at);
  await tx.opportunity.update({
    where: { id },
    data: { listed: facts.listed, next: next as Prisma.InputJsonObject, nextAt: next.at },
    select: { id: true },
  });
  await auditLife(tx, 'opportunity', subject, { action: 'begin', actor, at, rule: 'D-01' }, {}, audited(facts));
  await startLife(tx, 'opportunity', subject, next, opportunityLife(subject, next));
}

export const opportunityLife = ({ names: { course } }: LoadedOpportunity, next: OpportunityStep): LifeAbout => ({
  summary: `Opportunity of course of treatment ${course}`,
  reference: course,
  dueAt: next.at,
});
