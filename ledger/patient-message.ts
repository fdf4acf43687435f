/** Mails and texts to patients: what a practice sends by a template (D-08 to D-10), and whether it can reach them. */
import type { SubjectKind } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Interval } from '../domain/interval.ts';
import { type Language, languageOf } from '../domain/language.ts';
import type { Channel, PatientMessage } from '../domain/patient-message.ts';
import { fieldsOf, mustBookOnline, mustFitText, type Wording, type Wordings } from '../domain/template.ts';
import type { Tx } from '../prisma/client.ts';
import type { Patient, Prisma } from '../prisma/generated/client.ts';
import { textLength } from '../words/patient-message.ts';
import { policyOf } from './facility.ts';
import { writeMessages } from './message.ts';
import { iso } from './transaction.ts';

type About = { facilityId: string; kind: SubjectKind; id: string; shadow: boolean };

export type OwedToPatient = {
  /** Business key: a contact of one decision, an offer of one ladder. */
  key: string;
  patient: Patient;
  channel: Channel;
  content: PatientMessage;
  /** Receipts go before everything else. */
  receipt?: boolean;
  /** Not before this instant; else at once. */
  sendAfter?: string;
};

/** Where a channel reaches the patient. Throws PATIENT_UNREACHABLE (D-08), TEXTS_STOPPED. */
function addressOf(patient: Patient, channel: Channel): string {
  const address = channel === 'mail' ? patient.email : patient.phone;
  if (!address) throw new DomainError('PATIENT_UNREACHABLE', { patientId: patient.id, channel });
  if (channel === 'sms' && patient.textsStoppedAt)
    throw new DomainError('TEXTS_STOPPED', { patientId: patient.id, since: iso(patient.textsStoppedAt) });
  return address;
}

/** Writes what a step or a decision owes to patients, in its transaction. Written twice with one key, sent once. */
export async function owePatients(tx: Tx, about: About, now: string, owed: OwedToPatient[]): Promise<void> {
  if (owed.length === 0) return;
  const { address, telephone } = (await policyOf(tx, about.facilityId)).patient;
  const messages = owed.map(({ key, patient, channel, content, receipt, sendAfter = now }) => ({
    key,
    kind: content.kind,
    content: { ...content, address, telephone } as Prisma.InputJsonObject,
    priority: receipt ? 0 : 1,
    patientId: patient.id,
    channel,
    address: addressOf(patient, channel),
    sendAfter,
  }));
  await writeMessages(tx, about, messages);
}

type Booked = {
  key: string;
  patientId: string;
  appointmentId: string;
  visit: Interval;
  /** An earlier visit of theirs moved there (I-44). */
  moved: boolean;
  /** The one they answered by; none, where no message brought them: whichever reaches them. */
  channel?: Channel | undefined;
};

/** The receipt of a visit that a patient took alone: when and where. Who cannot be reached by that channel has read it on the page. */
export async function oweVisitBooked(tx: Tx, booked: Booked, now: string): Promise<void> {
  const { key, patientId, appointmentId, visit, moved } = booked;
  const patient = await tx.patient.findUniqueOrThrow({ where: { id: patientId }, include: { facility: true } });
  const { facility, givenName } = patient;
  const texts = patient.phone !== null && patient.textsStoppedAt === null;
  const channel = booked.channel ?? (texts ? 'sms' : 'mail');
  if (channel === 'sms' ? !texts : patient.email === null) return;
  const content: PatientMessage = { kind: 'visit booked', givenName, facility: facility.name, zone: facility.zone, visit, moved };
  const about = { facilityId: facility.id, kind: 'appointment' as const, id: appointmentId, shadow: facility.shadow };
  await owePatients(tx, about, now, [{ key, patient, channel, receipt: true, content }]);
}

export type Contact = {
  facilityId: string;
  patientId: string;
  channel: Channel;
  templateId: string;
  /** The appointment that the template's date and time are those of. */
  visit?: Interval | undefined;
  /** What the practice writes about; a booking link opens its planned visit. */
  about: { kind: SubjectKind; id: string };
  /** Makes it happen once: the id of the decision to write. */
  decisionId: string;
};

/**
 * D-08 to D-10: mails or texts a patient by one of the practice's templates, in the patient's language where the
 * template has it. Throws NOT_FOUND, TEMPLATE_OF_OTHER_CHANNEL, TEMPLATE_NEEDS_VISIT, ONLINE_BOOKING_OFF, TEXT_TOO_LONG,
 * PATIENT_UNREACHABLE, TEXTS_STOPPED. Returns what was written: the template's name and the address.
 */
export async function contactPatient(tx: Tx, contact: Contact, now: string): Promise<{ template: string; address: string }> {
  const { facilityId, patientId, channel, templateId, visit, about, decisionId } = contact;
  const [patient, template, facility] = await Promise.all([
    tx.patient.findFirst({ where: { id: patientId, facilityId } }),
    tx.messageTemplate.findFirst({ where: { id: templateId, facilityId, active: true } }),
    tx.facility.findUniqueOrThrow({ where: { id: facilityId } }),
  ]);
  if (!patient) throw new DomainError('NOT_FOUND', { patientId });
  if (!template) throw new DomainError('NOT_FOUND', { templateId });
  if (template.channel !== channel) throw new DomainError('TEMPLATE_OF_OTHER_CHANNEL', { channel, template: template.channel });
  const language = languageOf(patient.language);
  const words = wordingFor(template.wordings as Wordings, language);
  const fields = fieldsOf(words);
  if (!visit && (fields.includes('date') || fields.includes('time'))) throw new DomainError('TEMPLATE_NEEDS_VISIT', { fields });
  if (fields.includes('bookingLink')) mustBookOnline((await policyOf(tx, facilityId)).booking.online);
  const content: PatientMessage = {
    kind: 'from practice',
    givenName: patient.givenName,
    facility: facility.name,
    zone: facility.zone,
    template: words,
    ...(visit && { visit }),
  };
  if (channel === 'sms') mustFitText(textLength(content, language));
  const { shadow } = facility;
  await owePatients(tx, { facilityId, ...about, shadow }, now, [{ key: `contact/${decisionId}`, patient, channel, content }]);
  return { template: template.name, address: addressOf(patient, channel) };
}

/** In the patient's language, else the first the practice wrote. */
function wordingFor(wordings: Wordings, language: Language): Wording {
  return wordings[language] ?? Object.values(wordings)[0]!;
}

/**
 * STOP: no more texts to this number, whoever's card carries it, and those that wait are withdrawn in the same
 * transaction. START takes it back. Twice: the same. `phone`: E.164. Returns how many cards it changed.
 */
export async function heedTextWish(tx: Tx, phone: string, wish: 'stop' | 'start', now: string): Promise<number> {
  const stopped = wish === 'stop';
  const changed = await tx.patient.updateManyAndReturn({
    where: { phone, textsStoppedAt: stopped ? null : { not: null } },
    data: { textsStoppedAt: stopped ? now : null, version: { increment: 1 } },
    select: { id: true },
  });
  if (stopped) await tx.message.updateMany({ where: { channel: 'sms', address: phone, state: 'waiting' }, data: { state: 'withdrawn' } });
  return changed.length;
}
