/**
 * The sample clinic: three practitioners, a day book with visits behind and before the present hour, somebody who did not come, tasks,
 * a waitlist, a Care Manager and offers. Planted once; nobody in it exists.
 */
import { addDays, addMinutes, atLocal, isZone, zoneDate } from '../../domain/civil.ts';
import type { Actor, Role } from '../../domain/decision.ts';
import { PolicySettings } from '../../domain/policy.ts';
import { rightsOfRole } from '../../domain/right.ts';
import { bookAppointment, type LoadedAppointment } from '../../ledger/appointment.ts';
import { decideAppointmentDirectly } from '../../ledger/appointment-decision.ts';
import { createFacility } from '../../ledger/facility.ts';
import { oweMessages } from '../../ledger/message.ts';
import { createPatient } from '../../ledger/patient.ts';
import { createPractitioner } from '../../ledger/practitioner.ts';
import { createTask } from '../../ledger/task.ts';
import { createWaitlistEntry } from '../../ledger/waitlist-entry.ts';
import type { Tx } from '../client.ts';
import { plantCareManager } from './care-manager.ts';

const clinicName = 'Lakeside Dental';
const settings = PolicySettings.parse({
  patient: { phoneCountry: 'GB', address: '12 Harbour Street, 2nd floor', telephone: '+44 20 7946 0123' },
  mail: { spreadSeconds: 0 },
  booking: { online: true },
});

const people: [name: string, role: Role][] = [
  ['Rae Winter', 'receptionist'],
  ['Max Hollis', 'manager'],
];
/** Whom they treat, and when, of every day: the sample has life in it whenever it is planted. */
const practitioners: [name: string, profession: string, hours: [from: string, to: string][]][] = [
  [
    'Dr. Ines Duarte',
    'dentist',
    [
      ['08:00', '12:00'],
      ['13:00', '18:00'],
    ],
  ],
  ['Dr. Paul Nyberg', 'dentist', [['09:00', '17:00']]],
  ['Kim Osei', 'hygienist', [['08:30', '16:30']]],
];
const patients = [
  'Amara Bello',
  'Tom Ashby',
  'Lucia Fernández',
  'Ivan Petrov',
  'Grace Lim',
  'Noor Haddad',
  'Owen Price',
  'Sofia Rossi',
  'Jonas Weber',
  'Mia Clark',
  'Ravi Menon',
  'Elif Demir',
];
/** Their visit of yesterday is the life's to find out (I-38). */
const stayedAway = 1;
const visits: [day: number, practitioner: number, from: string, minutes: number, patient: number, comment: string][] = [
  [-1, 0, '09:00', 30, 0, 'Check after filling'],
  [-1, 2, '10:00', 45, 1, ''],
  [0, 0, '08:30', 30, 2, 'Upper left, sensitive to cold'],
  [0, 0, '09:30', 60, 3, 'Crown, second visit'],
  [0, 0, '14:00', 30, 4, ''],
  [0, 1, '09:30', 45, 5, 'Root canal'],
  [0, 1, '13:00', 30, 6, 'New patient, comes by train'],
  [0, 2, '09:00', 45, 7, 'Cleaning'],
  [0, 2, '15:00', 45, 8, ''],
  [1, 0, '10:00', 60, 9, 'Implant consultation'],
  [1, 1, '11:00', 30, 10, ''],
  [2, 2, '08:30', 45, 0, 'Cleaning'],
  [3, 0, '13:30', 30, 5, 'Check after root canal'],
];

/** Does nothing where it is planted already. */
export async function plantClinic(tx: Tx, now: string): Promise<void> {
  if (await tx.facility.findFirst({ where: { name: clinicName }, select: { id: true } })) return;
  const local = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = isZone(local) ? local : 'UTC';
  const facilityId = await createFacility(tx, { name: clinicName, zone, sample: true, settings, by: 'sample' });
  for (const [name, role] of people) {
    const email = `${name.toLowerCase().replace(' ', '.')}@lakeside-dental.example`;
    await tx.person.create({ data: { facilityId, name, email, role, rights: rightsOfRole(role) } });
  }
  const rae = await tx.person.findFirstOrThrow({ where: { facilityId, role: 'receptionist' } });
  const actor: Actor = { personId: rae.id, name: rae.name, role: 'receptionist', channel: 'page' };
  const before = atLocal(addDays(zoneDate(now, zone), -2), '09:00', zone);
  const by = { actor, at: before };

  const treating: string[] = [];
  for (const [name, profession, stretches] of practitioners) {
    const hours = [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) => stretches.map(([from, to]) => ({ weekday, from, to })));
    treating.push((await createPractitioner(tx, facilityId, { name, professions: [profession], hours }, by)).id);
  }
  const treated: string[] = [];
  for (const [index, name] of patients.entries()) {
    const [givenName = '', familyName = ''] = name.split(' ');
    const phone = `+4474001234${String(index + 10)}`;
    treated.push(
      (await createPatient(tx, facilityId, { givenName, familyName, phone, birthDate: `19${60 + index}-0${1 + (index % 9)}-17` }, by)).id,
    );
  }
  for (const [day, practitioner, from, minutes, patient, comment] of visits) {
    const startsAt = atLocal(addDays(zoneDate(now, zone), day), from, zone);
    const wish = {
      facilityId,
      patientId: treated[patient]!,
      practitionerId: treating[practitioner]!,
      startsAt,
      endsAt: addMinutes(startsAt, minutes),
    };
    const visit = await bookAppointment(tx, { ...wish, comment }, actor, before);
    if (patient !== stayedAway) await comeToIt(tx, visit, actor, now);
  }
  const signIn = { kind: 'sign in' as const, facility: clinicName, zone, to: '/day-book' };
  await oweMessages(tx, { facilityId, kind: 'person', id: rae.id, shadow: false }, now, [
    { key: 'sample-sign-in', to: [rae], content: signIn, receipt: true },
  ]);
  const wish = { facilityId, durationMinutes: 30 };
  const inTwoWeeks = {
    ...wish,
    patientId: treated[10]!,
    practitionerId: treating[0]!,
    comment: 'Shifts not known yet: ask for a weekday evening',
  };
  await createTask(tx, { ...inTwoWeeks, inDays: 2 }, actor, before);
  await createTask(
    tx,
    { ...wish, kind: 'check-up', patientId: treated[11]!, profession: 'dentist', comment: 'Yearly check', inDays: 1 },
    actor,
    before,
  );
  const evenings = { ...wish, patientId: treated[9]!, practitionerId: treating[0]!, comment: 'Weekday evenings, any day at weekends' };
  await createWaitlistEntry(tx, { ...evenings, type: 'wants earlier' }, actor, before);
  await createWaitlistEntry(
    tx,
    { ...wish, patientId: treated[11]!, profession: 'dentist', comment: 'As soon as possible, mornings' },
    actor,
    before,
  );
  await plantCareManager(tx, { facilityId, zone, now, actor, treating, treated });
}

/** Whoever had a visit before the present hour came to it. */
async function comeToIt(tx: Tx, { facts }: LoadedAppointment, actor: Actor, now: string): Promise<void> {
  const { id, startsAt, endsAt } = facts;
  if (startsAt > now) return;
  const decision = { id: `sample/${id}/arrive`, actor, decidedAt: startsAt, action: 'arrive' as const };
  await decideAppointmentDirectly(tx, id, decision);
  if (endsAt <= now)
    await decideAppointmentDirectly(tx, id, { ...decision, id: `sample/${id}/fulfil`, decidedAt: endsAt, action: 'fulfil' });
}
