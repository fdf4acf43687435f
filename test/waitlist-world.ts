import { addDays, atLocal } from '../domain/civil.ts';
import type { Actor } from '../domain/decision.ts';
import { rightsOfRole } from '../domain/right.ts';
import { createTask, type NewTask } from '../ledger/task.ts';
import { inTransaction } from '../ledger/transaction.ts';
import { createWaitlistEntry, type NewEntry } from '../ledger/waitlist-entry.ts';
import type { Database } from '../prisma/client.ts';
import { createWorld } from './world.ts';

/** A practice with a receptionist, a dentist, a hygienist and two patients, of whom the second has no phone. */
export async function createPractice(db: Database, wishes: { name?: string; zone?: string; settings?: object } = {}) {
  const world = await createWorld(db, { name: 'Test Practice', zone: 'Europe/Berlin', ...wishes });
  const { facilityId, zone } = world;
  const email = `rae.desk@${facilityId}.example`;
  const receptionist = await db.person.create({
    data: { facilityId, name: 'Rae Desk', role: 'receptionist', email, rights: rightsOfRole('receptionist') },
  });
  const desk: Actor = { personId: receptionist.id, name: 'Rae Desk', role: 'receptionist', channel: 'page' };
  const practitioner = (name: string, initials: string, profession: string) =>
    db.practitioner.create({ data: { facilityId, name, initials, professions: [profession] } });
  const dentist = await practitioner('Dr. Anna Lopez', 'AL', 'dentist');
  const hygienist = await practitioner('Ivo Novak', 'IN', 'hygienist');
  const patient = await db.patient.create({ data: { facilityId, givenName: 'Pat', familyName: 'Moser', phone: '+4915112345678' } });
  const other = await db.patient.create({ data: { facilityId, givenName: 'Olga', familyName: 'Berg' } });
  const visit = (date: string, status: string, wish: { at?: string; patientId?: string; practitionerId?: string } = {}) => {
    const { at = null, patientId = patient.id, practitionerId = dentist.id } = wish;
    const time = { startsAt: atLocal(date, '10:00', zone), endsAt: atLocal(date, '10:30', zone) };
    const row = {
      facilityId,
      patientId,
      practitionerId,
      ...time,
      status,
      bookedAt: atLocal(addDays(date, -60), '10:00', zone),
      cancelledAt: at,
    };
    return db.appointment.create({ data: { ...row, next: {}, nextAt: time.endsAt } });
  };
  const task = (wish: Partial<NewTask>, now: string) =>
    inTransaction(db, (tx) =>
      createTask(
        tx,
        { facilityId, patientId: patient.id, practitionerId: dentist.id, durationMinutes: 30, comment: 'Second filling', ...wish },
        desk,
        now,
      ),
    );
  const entry = (wish: Partial<NewEntry>, now: string) =>
    inTransaction(db, (tx) =>
      createWaitlistEntry(
        tx,
        { facilityId, patientId: patient.id, practitionerId: dentist.id, durationMinutes: 30, comment: 'only Friday', ...wish },
        desk,
        now,
      ),
    );
  return { ...world, receptionist, desk, dentist, hygienist, patient, otherPatient: other, visit, task, entry };
}
