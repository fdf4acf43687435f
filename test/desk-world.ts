import { atLocal } from '../domain/civil.ts';
import type { Actor, Role } from '../domain/decision.ts';
import { PolicySettings } from '../domain/policy.ts';
import { rightsOfRole } from '../domain/right.ts';
import { bookAppointment, type LoadedAppointment } from '../ledger/appointment.ts';
import { createFacility } from '../ledger/facility.ts';
import { createPatient, type NewCard } from '../ledger/patient.ts';
import { createPractitioner, type PractitionerWish } from '../ledger/practitioner.ts';
import { inTransaction } from '../ledger/transaction.ts';
import type { Database } from '../prisma/client.ts';

export type Clinic = Awaited<ReturnType<typeof createClinic>>;
type Wishes = { name?: string; zone?: string; settings?: object };

const weekdays = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ weekday: day, from: '09:00', to: '17:00' }));

/** A clinic that is open every day from 09:00 to 17:00, with a receptionist, a manager, a dentist, a hygienist and a patient. */
export async function createClinic(db: Database, { name = 'Test Clinic', zone = 'Europe/Berlin', settings = {} }: Wishes = {}) {
  const patient = { phoneCountry: 'DE' };
  const policy = PolicySettings.parse({ mail: { spreadSeconds: 0 }, patient, ...settings });
  const facilityId = await createFacility(db, { name, zone, settings: policy, by: 'test' });
  const at = '2026-01-01T00:00:00.000Z';
  const person = (who: string, role: Role) => {
    const email = `${who.toLowerCase().replace(' ', '.')}@${name.toLowerCase().replace(/\W/g, '')}.example`;
    return db.person.create({ data: { facilityId, name: who, role, rights: rightsOfRole(role), email } });
  };
  const receptionist = await person('Rae Desk', 'receptionist');
  const manager = await person('Max Lead', 'manager');
  const dentistPerson = await person('Anna Lopez', 'practitioner');
  const desk: Actor = { personId: receptionist.id, name: receptionist.name, role: 'receptionist', channel: 'page' };
  const practitioner = (wish: PractitionerWish & { name: string }) =>
    inTransaction(db, (tx) => createPractitioner(tx, facilityId, { hours: weekdays, ...wish }, { actor: desk, at }));
  const dentist = await practitioner({ name: 'Dr. Anna Lopez', professions: ['dentist'], personId: dentistPerson.id });
  const hygienist = await practitioner({ name: 'Ivo Novak', professions: ['hygienist'] });
  const clinic = { db, facilityId, zone, receptionist, manager, dentistPerson, desk, dentist, hygienist, practitioner };
  return { ...clinic, patient: await createTestPatient(clinic) };
}

type Place = { db: Database; facilityId: string; desk: Actor };
let patients = 0;

/** A patient of the clinic, each with a mobile number of their own. */
export function createTestPatient({ db, facilityId, desk }: Place, card: Partial<NewCard> = {}) {
  const phone = `+4915112345${String(100 + patients++).slice(-3)}`;
  const whole = { givenName: 'Pat', familyName: 'Moser', birthDate: '1980-02-29', phone, ...card };
  return inTransaction(db, (tx) => createPatient(tx, facilityId, whole, { actor: desk, at: '2026-01-02T00:00:00.000Z' }));
}

type Visit = { date: string; from?: string; to?: string; patientId?: string; practitionerId?: string; comment?: string; now: string };

/** A booked visit of the clinic's patient with its dentist, 10:00 to 10:30 on that civil date. */
export function bookVisit(clinic: Clinic, visit: Visit): Promise<LoadedAppointment> {
  const { db, facilityId, zone, desk, patient, dentist } = clinic;
  const { date, from = '10:00', to = '10:30', patientId = patient.id, practitionerId = dentist.id, comment, now } = visit;
  const time = { startsAt: atLocal(date, from, zone), endsAt: atLocal(date, to, zone) };
  return inTransaction(db, (tx) => bookAppointment(tx, { facilityId, patientId, practitionerId, ...time, comment }, desk, now));
}
