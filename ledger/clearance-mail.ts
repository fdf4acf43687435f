/** What a clearance's mails say, and to whom: the provider and the time of the visit, and nothing of the patient (F-19). */
import type { MessageContent } from '../domain/message.ts';
import type { PatientMessage } from '../domain/patient-message.ts';
import type { Tx } from '../prisma/client.ts';
import type { LoadedClearance } from './clearance.ts';
import { distinct, type OwedMessage, person, type Recipient } from './message.ts';
import { owePatients } from './patient-message.ts';
import { leadOf, whoIsResponsible } from './responsible.ts';

type Notice = Extract<MessageContent, { kind: 'clearance notice' }>;

/** To whoever looks after the provider's line at `at`; an escalation to the lead and the provider. */
export async function clearanceNotice(tx: Tx, clearance: LoadedClearance, what: Notice['what'], at: string): Promise<OwedMessage> {
  const { facts, names } = clearance;
  const content: Notice = {
    kind: 'clearance notice',
    facility: names.facility,
    zone: facts.zone,
    what,
    provider: names.provider,
    visitAt: facts.visitAt,
  };
  const to = what === 'escalated' ? await whoCanAct(tx, clearance) : await whoLooksAfter(tx, clearance, at);
  return { key: `clearance/${facts.id}/${what}/${at}`, to, content, receipt: what === 'escalated' };
}

async function whoLooksAfter(tx: Tx, { facilityId, facts }: LoadedClearance, at: string): Promise<Recipient[]> {
  const somebody = await whoIsResponsible(tx, { facilityId, practitionerId: facts.practitionerId, at });
  return somebody ? [{ id: somebody.id, name: somebody.name, email: somebody.email }] : [];
}

async function whoCanAct(tx: Tx, { facilityId, facts }: LoadedClearance): Promise<Recipient[]> {
  const lead = await leadOf(tx, facilityId);
  const provider = await tx.practitioner.findUnique({ where: { id: facts.practitionerId }, select: { personId: true } });
  return distinct([...(lead ? [lead] : []), ...(await person(tx, provider?.personId ?? undefined))]);
}

/** P-03: the registration link, by mail where the patient has an address, else by text. `decisionId`: makes it happen once. */
export async function sendRegistrationLink(
  tx: Tx,
  { facilityId, facts, names }: LoadedClearance,
  { decisionId, channel }: { decisionId: string; channel?: 'mail' | 'sms' | undefined },
  now: string,
): Promise<void> {
  const patient = await tx.patient.findUniqueOrThrow({ where: { id: facts.patientId } });
  const visit = await tx.appointment.findUniqueOrThrow({ where: { id: facts.appointmentId }, select: { startsAt: true, endsAt: true } });
  const content: PatientMessage = {
    kind: 'registration',
    givenName: patient.givenName,
    facility: names.facility,
    zone: facts.zone,
    visit: { startsAt: visit.startsAt.toISOString(), endsAt: visit.endsAt.toISOString() },
  };
  const by = channel ?? (patient.email ? 'mail' : 'sms');
  const about = { facilityId, kind: 'clearance' as const, id: facts.id, shadow: facts.shadow };
  await owePatients(tx, about, now, [{ key: `registration/${decisionId}`, patient, channel: by, content }]);
}
