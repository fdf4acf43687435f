import type { PlannedVisit } from '../domain/course-of-treatment.ts';
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Channel } from '../domain/patient-message.ts';
import type { Tx } from '../prisma/client.ts';
import type { OpportunityNote } from '../prisma/generated/client.ts';
import { contactPatient } from './patient-message.ts';

/** How a phone call ended (D-08). */
export const callKinds = ['reached', 'no answer', 'left a message', 'wrong number', 'will call back'] as const;
export type CallOutcome = (typeof callKinds)[number];

/** D-11: what somebody wrote down, with who and when; it is never changed. */
export function writeNote(tx: Tx, note: { opportunityId: string; text: string; by: Actor; at: string }): Promise<OpportunityNote> {
  return tx.opportunityNote.create({ data: note });
}

export type Writing = {
  decisionId: string;
  channel: Channel;
  templateId: string;
  /** The reference of a planned visit of this course that it is about, if any (D-09). */
  plannedVisit?: string | undefined;
  by: Actor;
  at: string;
};

/**
 * D-08 to D-10: mails or texts the patient by one of the practice's templates, and keeps that it was done. Throws
 * PLANNED_VISIT_UNKNOWN, and as contactPatient does.
 */
export async function writeToPatient(
  tx: Tx,
  { id, facilityId, patientId, courseId }: { id: string; facilityId: string; patientId: string; courseId: string },
  { decisionId, channel, templateId, plannedVisit, by, at }: Writing,
): Promise<OpportunityNote> {
  const course = await tx.courseOfTreatment.findUniqueOrThrow({ where: { id: courseId }, select: { plannedVisits: true } });
  const visit = (course.plannedVisits as PlannedVisit[]).find(({ reference }) => reference === plannedVisit);
  if (plannedVisit !== undefined && !visit) throw new DomainError('PLANNED_VISIT_UNKNOWN', { plannedVisit });
  const about = { kind: 'opportunity' as const, id };
  const { template } = await contactPatient(tx, { facilityId, patientId, channel, templateId, about, decisionId }, at);
  const note = { opportunityId: id, channel, outcome: template, text: visit ? `about ${visit.what}` : '', by, at };
  return tx.opportunityNote.create({ data: note });
}

/** D-08: a phone call to the patient is a record: who, when, how it ended, what was said. Throws PATIENT_UNREACHABLE. */
export async function noteCall(
  tx: Tx,
  { id, patientId }: { id: string; patientId: string },
  call: { outcome: CallOutcome; text: string; by: Actor; at: string },
): Promise<OpportunityNote> {
  const { phone } = await tx.patient.findUniqueOrThrow({ where: { id: patientId }, select: { phone: true } });
  if (!phone) throw new DomainError('PATIENT_UNREACHABLE', { channel: 'phone' });
  return tx.opportunityNote.create({ data: { opportunityId: id, channel: 'phone', ...call } });
}
