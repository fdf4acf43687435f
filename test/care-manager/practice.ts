import { addDays, addMinutes, atLocal, zoneDate } from '../../domain/civil.ts';
import { type Actor, systemActor } from '../../domain/decision.ts';
import { bookAppointment } from '../../ledger/appointment.ts';
import { type CourseReport, reportCourse } from '../../ledger/course-of-treatment.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Database } from '../../prisma/client.ts';
import { createWorld } from '../world.ts';

export type Practice = Awaited<ReturnType<typeof createPractice>>;

/** A dental practice: a dentist, a patient, and somebody at the desk who may contact patients. */
export async function createPractice(db: Database, name: string, settings: object = {}) {
  const world = await createWorld(db, { name, zone: 'Europe/London', settings });
  const { facilityId } = world;
  const rights = ['manage appointments', 'contact patients'];
  const desk = await db.person.create({
    data: { facilityId, name: 'Rae Desk', role: 'receptionist', email: `rae@${name.toLowerCase().replace(/\W/g, '')}.example`, rights },
  });
  const dentist = await db.practitioner.create({ data: { facilityId, name: 'Dr. Jo Pike', initials: 'JP', professions: ['dentist'] } });
  const weekdays = [1, 2, 3, 4, 5, 6, 7];
  await db.practitionerHours.createMany({
    data: weekdays.map((weekday) => ({ practitionerId: dentist.id, weekday, from: '08:00', to: '18:00' })),
  });
  const patient = await createPatient(db, facilityId, 'Alma', 'Ray');
  const by: Actor = { personId: desk.id, name: desk.name, role: 'receptionist', channel: 'page' };
  return { ...world, desk, dentist, patient, by };
}

export function createPatient(db: Database, facilityId: string, givenName: string, familyName: string) {
  const email = `${givenName}.${familyName}@patients.example`.toLowerCase();
  return db.patient.create({ data: { facilityId, givenName, familyName, phone: '+447700900123', email } });
}

/** Reports a course of treatment that was opened so many days ago; gives the id of its opportunity, if it is one. */
export async function report(
  practice: Practice,
  now: string,
  daysAgo: number,
  more: Partial<CourseReport> = {},
): Promise<string | undefined> {
  const { db, facilityId, patient, dentist, zone } = practice;
  const course = {
    facilityId,
    number: 'COT-1',
    patientId: patient.id,
    practitionerId: dentist.id,
    payor: 'Private',
    nhs: false,
    costMinor: 12_500,
    udaValue: null,
    state: 'open' as const,
    plannedVisits: [],
    lastUpdatedAt: now,
    openedOn: addDays(zoneDate(now, zone), -daysAgo),
  };
  const effect = await inTransaction(db, (tx) => reportCourse(tx, { ...course, ...more }, systemActor, now));
  const found = await db.opportunity.findFirst({ where: { courseId: effect.course.id, state: 'live' } });
  return found?.id;
}

/** An appointment at ten in so many days; gives its id. */
export async function book(practice: Practice, now: string, inDays: number): Promise<string> {
  const { db, facilityId, dentist, patient, by, zone } = practice;
  const startsAt = atLocal(addDays(zoneDate(now, zone), inDays), '10:00', zone);
  const visit = { facilityId, patientId: patient.id, practitionerId: dentist.id, startsAt, endsAt: addMinutes(startsAt, 30) };
  const { facts } = await inTransaction(db, (tx) => bookAppointment(tx, visit, by, now));
  return facts.id;
}
