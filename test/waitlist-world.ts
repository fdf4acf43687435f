import { addDays, atLocal } from '../domain/civil.ts';
import { createTask, type NewTask } from '../ledger/task.ts';
import { inTransaction } from '../ledger/transaction.ts';
import { createWaitlistEntry, type NewEntry } from '../ledger/waitlist-entry.ts';
import type { Database } from '../prisma/client.ts';
import { createClinic } from './desk-world.ts';

/** The clinic with a second patient, who has no phone, and short ways to a visit in any state, a task and a waitlist entry. */
export async function createFrontDesk(db: Database, wishes: { name?: string; zone?: string; settings?: object } = {}) {
  const clinic = await createClinic(db, { name: 'Test Practice', ...wishes });
  const { facilityId, zone, patient, dentist, desk } = clinic;
  const otherPatient = await db.patient.create({ data: { facilityId, givenName: 'Olga', familyName: 'Berg', searchName: ' berg olga' } });
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
  const visitOfPatient = { facilityId, patientId: patient.id, practitionerId: dentist.id, durationMinutes: 30 };
  const task = (wish: Partial<NewTask>, now: string) =>
    inTransaction(db, (tx) => createTask(tx, { ...visitOfPatient, comment: 'Second filling', ...wish }, desk, now));
  const entry = (wish: Partial<NewEntry>, now: string) =>
    inTransaction(db, (tx) => createWaitlistEntry(tx, { ...visitOfPatient, comment: 'only Friday', ...wish }, desk, now));
  return { ...clinic, otherPatient, visit, task, entry };
}
