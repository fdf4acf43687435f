import type { Actor } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { type Language, languageOf } from '../../domain/language.ts';
import type { Channel, PatientLinkPurpose } from '../../domain/patient-message.ts';
import { policyOf } from '../../ledger/facility.ts';
import type { Database } from '../../prisma/client.ts';
import { hashOf } from './principal.ts';

/** The practice as its patients see it. `address`, `telephone`: empty where it has not said. */
export type PatientFacility = { id: string; name: string; zone: string; address: string; telephone: string };

/** A link of a mail or text to a patient, found by its secret: whose it is, the one thing it is for, and who stands before it. */
export type PatientLink = {
  id: string;
  /** The button of which one click is accepted; nothing for somebody who is logged in as the patient. */
  linkId?: string;
  by: Actor;
  purpose: PatientLinkPurpose;
  subjectKind: string;
  subjectId: string;
  createdAt: string;
  language: Language;
  patientId: string;
  givenName: string;
  facility: PatientFacility;
  /** What brought it; nothing for somebody who is logged in as the patient. */
  channel?: Channel | undefined;
};

export async function asPatientsSee(
  db: Database,
  { id, name, zone }: Pick<PatientFacility, 'id' | 'name' | 'zone'>,
): Promise<PatientFacility> {
  const { address, telephone } = (await policyOf(db, id)).patient;
  return { id, name, zone, address, telephone };
}

/** Throws LINK_UNKNOWN for a forged, altered or foreign one (C-38). Reads only. */
export async function patientLinkOf(db: Database, token: string): Promise<PatientLink> {
  const row = await db.actionLink.findUnique({
    where: { tokenHash: hashOf(token) },
    include: { patient: { include: { facility: true } }, message: { select: { channel: true } } },
  });
  if (!row?.patient) throw new DomainError('LINK_UNKNOWN');
  const { patient, id, purpose, subjectKind, subjectId, createdAt } = row;
  return {
    id,
    linkId: id,
    by: { name: 'Patient', role: 'patient' as const, channel: 'mail' as const },
    purpose: purpose as PatientLinkPurpose,
    subjectKind: subjectKind ?? '',
    subjectId: subjectId ?? '',
    createdAt: createdAt.toISOString(),
    language: languageOf(patient.language),
    patientId: patient.id,
    givenName: patient.givenName,
    facility: await asPatientsSee(db, patient.facility),
    channel: row.message?.channel as Channel | undefined,
  };
}
