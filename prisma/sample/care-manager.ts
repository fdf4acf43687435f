/**
 * What the sample clinic's Care Manager and Offers show: open treatments of patients who have no visit, templates to write to them, a
 * time that became free and waits for a call, and one that is being offered.
 */
import { addDays, addMinutes, atLocal, zoneDate } from '../../domain/civil.ts';
import type { Actor } from '../../domain/decision.ts';
import type { OpportunityChoice } from '../../domain/opportunity-decision.ts';
import { bookAppointment } from '../../ledger/appointment.ts';
import { decideAppointmentDirectly } from '../../ledger/appointment-decision.ts';
import { decideMany } from '../../ledger/bulk.ts';
import { reportCourse } from '../../ledger/course-of-treatment.ts';
import { startLadder } from '../../ledger/offer-ladder.ts';
import { manyOpportunities } from '../../ledger/opportunity-decision.ts';
import { noteCall } from '../../ledger/opportunity-note.ts';
import { createPatient } from '../../ledger/patient.ts';
import { createTemplate } from '../../ledger/template.ts';
import type { Tx } from '../client.ts';

export type SampleClinic = { facilityId: string; zone: string; now: string; actor: Actor; treating: string[]; treated: string[] };

const idle = ['Hana Novak', 'Peter Lowe', 'Aisha Karim', 'Lars Holm', 'Rosa Diaz'];
type Course = [
  patient: number,
  practitioner: number,
  payor: string,
  cost: number,
  uda: number | null,
  openedDaysAgo: number,
  visit: string,
];
const courses: Course[] = [
  [0, 0, 'Private', 124_000, null, 41, 'Crown, upper left'],
  [1, 1, 'NHS', 7_060, 3, 96, 'Two fillings'],
  [2, 0, 'Dental plan', 32_500, null, 17, 'Root canal, second visit'],
  [3, 1, 'NHS', 2_640, 1, 203, 'Scale and polish'],
  [4, 2, 'Private', 9_800, null, 8, 'Hygienist, three visits'],
];

const templates = [
  {
    name: 'Your treatment',
    channel: 'sms' as const,
    wordings: {
      en: { text: 'Dear {firstName}, your treatment at {practice} is not finished yet. Choose a time here: {bookingLink}' },
      ru: { text: '{firstName}, ваше лечение в «{practice}» ещё не закончено. Выберите время: {bookingLink}' },
    },
  },
  {
    name: 'Your treatment',
    channel: 'mail' as const,
    wordings: {
      en: { subject: 'Your next visit', text: 'Dear {firstName},\n\nplease call {practice}, or choose a time yourself: {bookingLink}' },
      ru: {
        subject: 'Ваш следующий приём',
        text: '{firstName}, позвоните, пожалуйста, в «{practice}» или выберите время сами: {bookingLink}',
      },
    },
  },
];

export async function plantCareManager(tx: Tx, clinic: SampleClinic): Promise<void> {
  const { facilityId, zone, now, actor, treating } = clinic;
  for (const template of templates) await createTemplate(tx, facilityId, template, { actor, at: now });
  const today = zoneDate(now, zone);
  const patients: string[] = [];
  for (const [index, name] of idle.entries()) {
    const [givenName = '', familyName = ''] = name.split(' ');
    const email = `${givenName}.${familyName}@patients.example`.toLowerCase();
    patients.push(
      (await createPatient(tx, facilityId, { givenName, familyName, phone: `+4474001235${10 + index}`, email }, { actor, at: now })).id,
    );
  }
  const opportunities: { id: string; patientId: string }[] = [];
  for (const [index, [patient, practitioner, payor, costMinor, udaValue, daysAgo, what]] of courses.entries()) {
    const report = {
      facilityId,
      number: `COT-${1042 + index}`,
      patientId: patients[patient]!,
      practitionerId: treating[practitioner]!,
      payor,
      nhs: payor === 'NHS',
      costMinor,
      udaValue,
      openedOn: addDays(today, -daysAgo),
      state: 'open' as const,
      plannedVisits: [{ reference: 'next', what, durationMinutes: 30 }],
      lastUpdatedAt: atLocal(addDays(today, -daysAgo), '11:00', zone),
    };
    const { course } = await reportCourse(tx, report, actor, now);
    opportunities.push(await tx.opportunity.findFirstOrThrow({ where: { courseId: course.id }, select: { id: true, patientId: true } }));
  }
  const [crown, fillings, , polish, hygiene] = opportunities.map(({ id }) => id) as [string, string, string, string, string];
  const decide = (ids: string[], choice: OpportunityChoice, reason?: string) =>
    decideMany(tx, manyOpportunities, ids, () => true, { ...choice, id: `sample/${choice.action}`, actor, decidedAt: now, reason });
  await decide([crown, fillings], { action: 'assign', assigneeId: actor.personId ?? null });
  await decide([hygiene], { action: 'snooze' });
  await decide([polish], { action: 'reject', confirm: true }, 'not interested');
  await noteCall(tx, opportunities[0]!, { outcome: 'will call back', text: 'At work until five.', by: actor, at: now });
  await freeATime(tx, clinic, { day: 3, practitioner: 1, from: '10:00', minutes: 30 });
  const offered = await freeATime(tx, clinic, { day: 2, practitioner: 0, from: '10:00', minutes: 60 });
  await startLadder(tx, { facilityId, ...offered, mode: 'sequential' }, actor, now);
}

/** A visit that is cancelled for good: its time is free again, and somebody on the waitlist may want it. */
async function freeATime(tx: Tx, clinic: SampleClinic, at: { day: number; practitioner: number; from: string; minutes: number }) {
  const { facilityId, zone, now, actor, treating, treated } = clinic;
  const startsAt = atLocal(addDays(zoneDate(now, zone), at.day), at.from, zone);
  const time = { practitionerId: treating[at.practitioner]!, startsAt, endsAt: addMinutes(startsAt, at.minutes) };
  const visit = { facilityId, patientId: treated[8]!, ...time, comment: '' };
  const { facts } = await bookAppointment(tx, visit, actor, now);
  const reason = 'Treatment not needed any more';
  await decideAppointmentDirectly(tx, facts.id, { id: `sample/${facts.id}/cancel`, actor, decidedAt: now, action: 'cancel', reason });
  return time;
}
