import { addDays, zoneDate } from '../domain/civil.ts';
import { type CourseEventKind, type CourseFacts, eventKind, mustBePossible } from '../domain/course-of-treatment.ts';
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { OpportunityStatus } from '../domain/opportunity.ts';
import type { Tx } from '../prisma/client.ts';
import type { CourseOfTreatment, Prisma } from '../prisma/generated/client.ts';
import { appendAudit } from './audit.ts';
import { policyOf } from './facility.ts';
import { startOpportunity } from './opportunity.ts';
import { lockPatient, settleOpportunitiesOfCourse } from './opportunity-settle.ts';

/** One report of the practice's system, by its own number. `lastUpdatedAt`: by its clock. */
export type CourseReport = CourseFacts & { facilityId: string; number: string; lastUpdatedAt: string };

export type CourseEffect = { course: CourseOfTreatment; created: boolean; kind: CourseEventKind | 'unchanged' | 'out of date' };

/**
 * Keeps what the practice's system says about a course of treatment, and brings its opportunity up to date in the same
 * transaction. The same report again changes nothing; one that is older than what is known neither. Throws NOT_FOUND,
 * OPENED_IN_FUTURE, UDA_WITHOUT_NHS.
 */
export async function reportCourse(tx: Tx, report: CourseReport, actor: Actor, now: string): Promise<CourseEffect> {
  const { facilityId, number, lastUpdatedAt, ...facts } = report;
  const { zone } = await placeOf(tx, report);
  mustBePossible(facts, now, zone);
  await lockPatient(tx, facts.patientId);
  await lockNumber(tx, facilityId, number);
  const known = await tx.courseOfTreatment.findUnique({ where: { facilityId_number: { facilityId, number } } });
  if (known && known.lastUpdatedAt.toISOString() > lastUpdatedAt) return { course: known, created: false, kind: 'out of date' };
  if (known && sameFacts(factsOf(known), facts)) return { course: known, created: false, kind: 'unchanged' };

  const row = { ...facts, openedOn: new Date(facts.openedOn), plannedVisits: facts.plannedVisits, lastUpdatedAt };
  const course = known
    ? await tx.courseOfTreatment.update({ where: { id: known.id }, data: { ...row, version: { increment: 1 } } })
    : await tx.courseOfTreatment.create({ data: { ...row, facilityId, number } });
  const kind = eventKind(known?.state as CourseFacts['state'] | undefined, facts.state);
  const told = facts as unknown as Prisma.InputJsonObject;
  await tx.courseOfTreatmentEvent.create({ data: { courseId: course.id, kind, facts: told, at: lastUpdatedAt, recordedAt: now } });
  await audit(tx, course, kind, known ? factsOf(known) : {}, facts, actor, now);
  await settleOpportunitiesOfCourse(tx, course.id, actor, now);
  await beginIfOpen(tx, course, zone, actor, now);
  return { course, created: !known, kind };
}

/** Patient and practitioner are the facility's own, or NOT_FOUND. */
async function placeOf(tx: Tx, { facilityId, patientId, practitionerId }: CourseReport): Promise<{ zone: string }> {
  const [facility, patient, practitioner] = await Promise.all([
    tx.facility.findUnique({ where: { id: facilityId }, select: { zone: true } }),
    tx.patient.findUnique({ where: { id: patientId, facilityId }, select: { id: true } }),
    tx.practitioner.findUnique({ where: { id: practitionerId, facilityId }, select: { id: true } }),
  ]);
  if (!facility || !patient || !practitioner) throw new DomainError('NOT_FOUND', { facilityId, patientId, practitionerId });
  return facility;
}

/** Two reports of one number come one after the other, the first of them too. */
async function lockNumber(tx: Tx, facilityId: string, number: string): Promise<void> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`course ${facilityId} ${number}`}, 0))::text`;
}

export function factsOf(row: CourseOfTreatment): CourseFacts {
  const { patientId, practitionerId, payor, nhs, costMinor, udaValue, openedOn, state, plannedVisits } = row;
  return {
    patientId,
    practitionerId,
    payor,
    nhs,
    costMinor,
    udaValue: udaValue === null ? null : Number(udaValue),
    openedOn: openedOn.toISOString().slice(0, 10),
    state: state as CourseFacts['state'],
    plannedVisits: (plannedVisits as CourseFacts['plannedVisits']).map(({ reference, what, durationMinutes }) => ({
      reference,
      what,
      durationMinutes,
    })),
  };
}

function sameFacts(a: CourseFacts, b: CourseFacts): boolean {
  const inOrder = ({ plannedVisits, ...facts }: CourseFacts) =>
    JSON.stringify([
      ...Object.entries(facts).sort(([one], [other]) => (one < other ? -1 : 1)),
      plannedVisits.map(({ reference, what, durationMinutes }) => [reference, what, durationMinutes]),
    ]);
  return inOrder(a) === inOrder(b);
}

async function audit(
  tx: Tx,
  { id, facilityId, version }: CourseOfTreatment,
  kind: CourseEventKind,
  before: object,
  after: object,
  actor: Actor,
  at: string,
): Promise<void> {
  const subject = { facilityId, subjectKind: 'course-of-treatment' as const, subjectId: id };
  await appendAudit(tx, { ...subject, at, action: kind, actor, rule: 'D-01', policyVersion: 0, before, after: { ...after, version } });
}

/** D-01: an open course within its days is an opportunity. What people decided about an earlier one of it stays (D-18). */
async function beginIfOpen(tx: Tx, course: CourseOfTreatment, zone: string, actor: Actor, now: string): Promise<void> {
  const { opportunity } = await policyOf(tx, course.facilityId);
  const until = addDays(course.openedOn.toISOString().slice(0, 10), opportunity.openedWithinDays);
  if (course.state !== 'open' || zoneDate(now, zone) > until) return;
  const last = await tx.opportunity.findFirst({ where: { courseId: course.id }, orderBy: { createdAt: 'desc' } });
  if (last?.state === 'live') return;
  const inherited = last && { status: last.status as OpportunityStatus, assigneeId: last.assigneeId, rejectedReason: last.rejectedReason };
  await startOpportunity(tx, course, inherited ?? {}, { action: 'begin', actor, at: now });
}
