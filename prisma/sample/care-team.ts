/**
 * The sample care team: two coordinators of two providers, an agent, a lead and a manager; patients who wrote, tickets with clocks that
 * run, accounts, a visit of tomorrow whose patient is not cleared, and somebody who will be away. Planted once; nobody in it exists.
 */
import { addDays, addMinutes, atLocal, isZone, zoneDate } from '../../domain/civil.ts';
import type { Actor, Role } from '../../domain/decision.ts';
import { PolicySettings } from '../../domain/policy.ts';
import { rightsOfRole } from '../../domain/right.ts';
import { bookAppointment } from '../../ledger/appointment.ts';
import { createFacility } from '../../ledger/facility.ts';
import { receiveMessage } from '../../ledger/inbound.ts';
import { oweMessages } from '../../ledger/message.ts';
import { enterAbsence } from '../../ledger/new-absence.ts';
import { createTicket } from '../../ledger/new-ticket.ts';
import { createPatient } from '../../ledger/patient.ts';
import { createPractitioner } from '../../ledger/practitioner.ts';
import { plantTicketTypes } from '../../ledger/ticket-type.ts';
import { createWaitlistEntry } from '../../ledger/waitlist-entry.ts';
import type { Tx } from '../client.ts';
import { plantAccounts } from './account.ts';

const name = 'Lakeside Virtual Care';
const settings = PolicySettings.parse({
  booking: { online: true },
  patient: { phoneCountry: 'GB', currency: 'GBP' },
  mail: { spreadSeconds: 0 },
  pcc: { registrationUrl: 'https://example.org/registration' },
});
const everyDay = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '08:00', to: '18:00' }));

const people: [name: string, role: Role][] = [
  ['Lena Hart', 'team lead'],
  ['Ari Cole', 'care team agent'],
  ['Bea Nowak', 'care coordinator'],
  ['Chidi Obi', 'care coordinator'],
  ['Dr. Vera Lund', 'practitioner'],
  ['Dr. Hugo Marsh', 'practitioner'],
  ['Mira Stone', 'manager'],
];
const patients = ['Ana Lima', 'Ben Carter', 'Chloé Roux', 'Dmitri Orlov', 'Esi Mensah'];

/** Hours ago, who wrote, by what, and what about. */
const messages: [hoursAgo: number, patient: number, channel: 'text' | 'voicemail', text: string, categories: string[]][] = [
  [1, 0, 'text', 'Hello, has my order left yet? The last one took ten days.', ['order-status']],
  [
    2,
    1,
    'text',
    'Since the new dose I feel dizzy in the mornings. Also: where do I see my invoice?',
    ['side-effects', 'pricing-credits-promotions'],
  ],
  [3, 2, 'text', 'This is the third time that I ask. Will anybody ever answer?', []],
  [4, 3, 'voicemail', 'Hello, this is Dmitri. Please tell me which papers I must bring to my visit. Thank you.', []],
];
const tickets: [type: string, subject: string, patient: number, assigned: boolean][] = [
  ['pricing-and-shipping', 'Asks what the new plan costs with shipping', 0, false],
  ['refund-or-credit', 'Was charged twice in the last month', 4, true],
  ['program-cancellation', 'Wants to stop the programme', 4, false],
  ['support', 'The upload of documents fails on a phone', 2, false],
];

/** Does nothing where it is planted already. */
export async function plantCareTeam(tx: Tx, now: string): Promise<void> {
  if (await tx.facility.findFirst({ where: { name }, select: { id: true } })) return;
  const local = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = isZone(local) ? local : 'UTC';
  const facilityId = await createFacility(tx, { name, zone, sample: true, settings, by: 'sample' });
  const staff = await plantPeople(tx, facilityId, zone);
  const { lead, agent, actor } = staff;
  const by = { actor, at: addMinutes(now, -2 * 1440) };
  const treating: string[] = [];
  for (const { id: personId, name: who } of staff.providers) {
    const wish = { name: who, professions: ['physician'], hours: everyDay, personId };
    treating.push((await createPractitioner(tx, facilityId, wish, by)).id);
  }
  for (const [index, practitionerId] of treating.entries())
    await tx.coordinatorAssignment.create({
      data: { facilityId, practitionerId, coordinatorId: staff.coordinators[index]!.id, since: by.at },
    });
  const treated: { id: string; phone: string }[] = [];
  for (const [index, patient] of patients.entries()) {
    const [givenName = '', familyName = ''] = patient.split(' ');
    const phone = `+4474001235${String(index + 10)}`;
    const email = `${givenName.normalize('NFD').replace(/\W/g, '').toLowerCase()}@patients.example`;
    const birthDate = `${1994 - 7 * index}-0${index + 2}-1${index}`;
    treated.push({ id: (await createPatient(tx, facilityId, { givenName, familyName, birthDate, phone, email }, by)).id, phone });
  }
  await plantAccounts(tx, facilityId, [treated[0]!.id, treated[4]!.id], actor, now);
  for (const [hoursAgo, patient, channel, text, categories] of messages) {
    const { id: patientId, phone: from } = treated[patient]!;
    const inbound = {
      facilityId,
      channel,
      from,
      externalId: `sample-${patient}`,
      text,
      categories,
      patientId,
      practitionerId: treating[patient % 2]!,
    };
    await receiveMessage(tx, inbound, addMinutes(now, -hoursAgo * 60));
  }
  for (const [type, subject, patient, assigned] of tickets) {
    const wanted = { facilityId, type, subject, patientId: treated[patient]!.id, assigneeId: assigned ? agent.id : undefined };
    await createTicket(tx, wanted, actor, addMinutes(now, -90));
  }
  for (const [days, patient, practitioner] of [
    [1, 3, 0],
    [5, 4, 1],
  ] as const) {
    const startsAt = atLocal(addDays(zoneDate(now, zone), days), '08:30', zone);
    const visit = {
      facilityId,
      patientId: treated[patient]!.id,
      practitionerId: treating[practitioner]!,
      startsAt,
      endsAt: addMinutes(startsAt, 30),
    };
    await bookAppointment(tx, visit, actor, now);
  }
  const wish = {
    facilityId,
    patientId: treated[0]!.id,
    practitionerId: treating[0]!,
    durationMinutes: 30,
    comment: 'How the new dose goes',
  };
  await createWaitlistEntry(tx, wish, actor, now);
  const away = addDays(zoneDate(now, zone), 9);
  const days = { startsAt: atLocal(away, '00:00', zone), endsAt: atLocal(addDays(away, 2), '00:00', zone) };
  await enterAbsence(tx, { personId: staff.coordinators[0]!.id, ...days }, actor, now);
  const signIn = { kind: 'sign in' as const, facility: name, zone, to: '/conversations' };
  await oweMessages(tx, { facilityId, kind: 'person', id: lead.id, shadow: false }, now, [
    { key: 'sample-care-team', to: [lead], content: signIn, receipt: true },
  ]);
}

/** Everybody, their teams and the ticket types. */
async function plantPeople(tx: Tx, facilityId: string, zone: string) {
  const made: { id: string; name: string; role: string; email: string }[] = [];
  for (const [who, role] of people) {
    const email = `${who.toLowerCase().replace('dr. ', '').replace(' ', '.')}@lakeside-care.example`;
    made.push(await tx.person.create({ data: { facilityId, name: who, email, role, rights: rightsOfRole(role) } }));
  }
  const of = (role: Role) => made.filter((one) => one.role === role);
  const [lead, agent] = [of('team lead')[0]!, of('care team agent')[0]!];
  const coordinators = of('care coordinator');
  for (const { id: personId } of coordinators)
    await tx.coordinator.create({ data: { personId, facilityId, kind: 'remote', zone, hours: everyDay } });
  await plantTicketTypes(tx, facilityId);
  await tx.team.updateMany({ where: { facilityId }, data: { leadId: lead.id, hours: everyDay } });
  const members: [team: string, ids: string[]][] = [
    ['Care team', [agent.id]],
    ['Care coordinators', coordinators.map(({ id }) => id)],
    ['Clinical team', of('practitioner').map(({ id }) => id)],
    ['Support', [agent.id]],
  ];
  for (const [team, ids] of members) {
    const { id: teamId } = await tx.team.findUniqueOrThrow({ where: { facilityId_name: { facilityId, name: team } } });
    await tx.teamMember.createMany({ data: ids.map((personId) => ({ teamId, personId })) });
  }
  const actor: Actor = { personId: lead.id, name: lead.name, role: 'team lead', channel: 'page' };
  return { lead, agent, coordinators, providers: of('practitioner'), actor };
}
