import { afterAll, beforeAll, expect, test } from 'vitest';

import { atLocal } from '../../domain/civil.ts';
import { systemActor } from '../../domain/decision.ts';
import { bookAppointment, cancelAppointment, loadAppointment, moveAppointment } from '../../ledger/appointment.ts';
import { findFreeTime } from '../../ledger/free-time.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Database } from '../../prisma/client.ts';
import { testDatabase } from '../database.ts';
import { bookVisit, type Clinic, createClinic } from '../desk-world.ts';

let db: Database;
let close: () => Promise<void>;
let clinic: Clinic;
const now = '2027-03-01T08:00:00.000Z';

beforeAll(async () => {
  ({ db, close } = await testDatabase());
  clinic = await createClinic(db);
});
afterAll(() => close());

const at = (date: string, time: string) => atLocal(date, time, clinic.zone);
const codeOf = (work: Promise<unknown>) => work.then(() => 'done').catch((error: { type?: string }) => error.type);
async function free(date: string, wishes: { practitionerIds?: string[]; profession?: string; minMinutes?: number; to?: string } = {}) {
  const { facilityId, zone } = clinic;
  const found = await findFreeTime(db, { facilityId, zone, from: date, to: date, now, minMinutes: 1, limit: 50, ...wishes });
  return found.map(({ practitioner, startsAt, endsAt }) => [practitioner, startsAt, endsAt]);
}

test('D-12: booked minutes are nobody else’s, moved and cancelled ones are free again', async () => {
  const date = '2027-03-08';
  const only = { practitionerIds: [clinic.dentist.id] };
  const { facts } = await bookVisit(clinic, { date, now });
  expect(await free(date, only)).toEqual([
    ['Dr. Anna Lopez', at(date, '09:00'), at(date, '10:00')],
    ['Dr. Anna Lopez', at(date, '10:30'), at(date, '17:00')],
  ]);
  expect(await codeOf(bookVisit(clinic, { date, from: '10:15', to: '10:45', now }))).toBe('SLOT_TAKEN');
  const later = { startsAt: at(date, '10:15'), endsAt: at(date, '10:45') }; // over its own minutes
  const moved = await inTransaction(db, (tx) => moveAppointment(tx, facts.id, later, systemActor, now));
  expect(moved.facts).toMatchObject({ ...later, status: 'booked', version: 2 });
  await bookVisit(clinic, { date, from: '09:00', to: '10:15', now });
  const cancelled = await inTransaction(db, (tx) => cancelAppointment(tx, facts.id, 'by the feed', systemActor, now));
  expect(cancelled.facts).toMatchObject({ status: 'cancelled', cancelReason: 'by the feed', cancelledAt: now });
  expect(await free(date, only)).toEqual([['Dr. Anna Lopez', at(date, '10:15'), at(date, '17:00')]]);
  expect(await codeOf(inTransaction(db, (tx) => moveAppointment(tx, facts.id, later, systemActor, now)))).toBe('APPOINTMENT_SETTLED');

  const events = await db.auditEvent.findMany({ where: { subjectId: facts.id }, orderBy: { seq: 'asc' } });
  expect(events.map(({ action }) => action)).toEqual(['book', 'move', 'cancel']);
  expect(JSON.stringify(events)).not.toMatch(/Moser|Pat\b/);
  const wakeUps = await db.wakeUp.findMany({ where: { workflowId: `appointment/${facts.id}` }, orderBy: { id: 'asc' } });
  expect(wakeUps.map(({ kind }) => kind)).toEqual(['start']); // later or over: its life wakes in time and finds out
  expect(JSON.stringify(wakeUps.map(({ payload }) => payload))).not.toMatch(/Moser|Pat\b/);
});

test('D-12: of many who want the same minutes one gets them, the others a 409', async () => {
  const date = '2027-03-09';
  const answers = await Promise.all(Array.from({ length: 12 }, () => codeOf(bookVisit(clinic, { date, now }))));
  expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
  expect(answers.filter((answer) => answer === 'SLOT_TAKEN')).toHaveLength(11);
});

test('D-12: the exclusion constraint stands behind the lock', async () => {
  const { facilityId, patient, dentist } = clinic;
  const date = '2027-03-10';
  await bookVisit(clinic, { date, now });
  const row = { facilityId, patientId: patient.id, practitionerId: dentist.id, startsAt: at(date, '10:00'), endsAt: at(date, '10:10') };
  await expect(db.appointment.create({ data: { ...row, bookedAt: now, next: {}, nextAt: now } })).rejects.toThrow();
});

test('D-12: outside the hours, on a holiday, while away and in the past nobody is booked; added hours count', async () => {
  const { facilityId, patient } = clinic;
  const away = { kind: 'away' as const, startsAt: at('2027-04-05', '13:00'), endsAt: at('2027-04-05', '15:00'), reason: null };
  const added = { kind: 'added' as const, startsAt: at('2027-04-06', '18:00'), endsAt: at('2027-04-06', '20:00'), reason: null };
  const part = await clinic.practitioner({
    name: 'Dr. Part Time',
    professions: ['surgeon'],
    hours: [
      { weekday: 1, from: '08:00', to: '12:00' },
      { weekday: 1, from: '13:00', to: '24:00' },
    ],
    exceptions: [away, added],
  });
  await db.holiday.create({ data: { facilityId, date: new Date('2027-04-12'), name: 'Holiday' } });
  const surgeon = { profession: 'surgeon' };
  expect(await free('2027-04-05', { ...surgeon, to: '2027-04-12' })).toEqual([
    ['Dr. Part Time', at('2027-04-05', '08:00'), at('2027-04-05', '12:00')],
    ['Dr. Part Time', at('2027-04-05', '15:00'), at('2027-04-06', '00:00')],
    ['Dr. Part Time', at('2027-04-06', '18:00'), at('2027-04-06', '20:00')],
  ]);
  const book = (date: string, from: string, to: string) => codeOf(bookVisit(clinic, { date, from, to, practitionerId: part.id, now }));
  expect(await book('2027-04-05', '11:30', '13:30')).toBe('OUTSIDE_WORKING_HOURS');
  expect(await book('2027-04-05', '13:00', '13:30')).toBe('OUTSIDE_WORKING_HOURS');
  expect(await book('2027-04-12', '09:00', '09:30')).toBe('OUTSIDE_WORKING_HOURS');
  expect(await book('2027-02-22', '09:00', '09:30')).toBe('TIME_PAST');
  expect(await book('2027-04-06', '19:30', '20:00')).toBe('done');
  await db.practitioner.update({ where: { id: part.id }, data: { active: false } });
  expect(await book('2027-04-05', '09:00', '09:30')).toBe('PRACTITIONER_INACTIVE');
  const elsewhere = await createClinic(db, { name: 'Elsewhere' });
  const theirs = { facilityId, patientId: elsewhere.patient.id, practitionerId: clinic.dentist.id };
  const time = { startsAt: at('2027-04-07', '09:00'), endsAt: at('2027-04-07', '09:30') };
  const stranger = (wish: object) =>
    codeOf(inTransaction(db, (tx) => bookAppointment(tx, { ...theirs, ...time, ...wish }, systemActor, now)));
  expect(await stranger({})).toBe('PATIENT_NOT_FOUND');
  expect(await stranger({ patientId: patient.id, practitionerId: elsewhere.dentist.id })).toBe('NOT_FOUND');
});

test('D-12: the hours of a day on which the clock changes are wall-clock hours', async () => {
  expect(await free('2027-03-28', { practitionerIds: [clinic.dentist.id] })).toEqual([
    ['Dr. Anna Lopez', '2027-03-28T07:00:00.000Z', '2027-03-28T15:00:00.000Z'],
  ]);
});

test('I-38: an appointment’s facts know of the patient’s other visits, booked ones only', async () => {
  const [first, second] = [await bookVisit(clinic, { date: '2027-05-03', now }), await bookVisit(clinic, { date: '2027-05-10', now })];
  expect((await loadAppointment(db, first.facts.id)).facts.otherVisitAt).toBe(second.facts.startsAt);
  await inTransaction(db, (tx) => cancelAppointment(tx, second.facts.id, 'ill', systemActor, now));
  expect((await loadAppointment(db, first.facts.id)).facts.otherVisitAt).not.toBe(second.facts.startsAt);
});
