import { beforeAll, describe, expect, test } from 'vitest';

import { addDays } from '../../domain/civil.ts';
import { mustBeMergeable } from '../../domain/patient-merge.ts';
import { verifyAudit } from '../../ledger/audit-verify.ts';
import { holdings } from '../../ledger/patient-data.ts';
import { createTask } from '../../ledger/task.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { createWaitlistEntry } from '../../ledger/waitlist-entry.ts';
import { testApi } from '../api/api.ts';
import { bookVisit, type Clinic, createClinic, createTestPatient } from '../desk-world.ts';
import { type Browser, signInStaff } from '../pages/visitor.ts';

const api = testApi('2027-03-01T08:00:00.000Z');
let clinic: Clinic;
let desk: Browser;
let key: string;

beforeAll(async () => {
  clinic = await createClinic(api.db);
  desk = await signInStaff(api, clinic.receptionist);
  key = await api.keyFor('receptionist', [clinic.facilityId]);
});

const card = (familyName: string, more: object = {}) => createTestPatient(clinic, { familyName, ...more });
const merge = (keptId: string, duplicateId: string, query = '') =>
  api.call('POST', `/patients/${keptId}/merge${query}`, { as: key, body: { duplicateId } });

let day = '2027-09-10';

/** A patient whose visit, task, entry, course and credit stand on a second card, without a date of birth. */
async function twice(familyName: string) {
  const { db, facilityId, dentist, desk: actor } = clinic;
  const kept = await card(familyName);
  const other = await card(familyName, { birthDate: undefined, email: `${familyName.toLowerCase()}@patients.example` });
  day = addDays(day, 1);
  const { facts: visit } = await bookVisit(clinic, { date: day, patientId: other.id, now: api.now });
  const wish = { facilityId, patientId: other.id, practitionerId: dentist.id, profession: null, durationMinutes: 30, comment: 'Fridays' };
  const type = await db.taskType.findFirstOrThrow({ where: { facilityId, kind: 'scheduled' } });
  const [task, entry] = await inTransaction(db, async (tx) => [
    await createTask(tx, { ...wish, typeId: type.id, anotherProblem: true }, actor, api.now),
    await createWaitlistEntry(tx, { ...wish, origin: 'booking', anotherProblem: true }, actor, api.now),
  ]);
  await db.credit.create({
    data: { facilityId, patientId: other.id, amountMinor: 500, currency: 'EUR', reason: 'A late start.', by: actor, at: api.now },
  });
  return { kept, other, visit, task: task!.facts, entry: entry!.facts };
}

describe('F-20: two cards of one patient become one', () => {
  test('F-20: a preview says what moves and moves nothing; then all of it moves in one step, and the trail says so', async () => {
    const { kept, other, visit, task, entry } = await twice('Onceler');
    const looked = await merge(kept.id, other.id, '?preview=true');
    const moved = { Appointment: 1, Task: 1, WaitlistEntry: 1, Credit: 1 };
    expect(looked.body).toMatchObject({ preview: true, patientId: kept.id, filled: ['email'], moved });
    expect((await api.db.appointment.findUniqueOrThrow({ where: { id: visit.id } })).patientId).toBe(other.id);

    const { status, body } = await merge(kept.id, other.id);
    expect([status, body]).toEqual([200, { ...looked.body, preview: false }]);
    for (const row of [
      await api.db.appointment.findUniqueOrThrow({ where: { id: visit.id } }),
      await api.db.task.findUniqueOrThrow({ where: { id: task.id } }),
      await api.db.waitlistEntry.findUniqueOrThrow({ where: { id: entry.id } }),
    ])
      expect(row.patientId).toBe(kept.id);
    expect(await api.db.patient.findUniqueOrThrow({ where: { id: kept.id } })).toMatchObject({ email: 'onceler@patients.example' });
    const trail = await api.db.auditEvent.findMany({ where: { subjectId: { in: [kept.id, other.id] }, rule: 'F-20' } });
    expect(trail.map(({ action, after }) => [action, (after as { patientId: string }).patientId]).sort()).toEqual([
      ['merge away', kept.id],
      ['merge in', other.id],
    ]);
    expect((await verifyAudit(api.db)).broken).toEqual([]);
    await expect(api.db.credit.updateMany({ where: { patientId: kept.id }, data: { patientId: other.id } })).rejects.toThrow('append-only');
  });

  test('F-20: the old address leads to the card that stays: on pages, in the API, in FHIR, in a feed and in any table', async () => {
    const { kept, other } = await twice('Ledon');
    await api.db.patient.update({ where: { id: other.id }, data: { number: 'EHR-7' } });
    await api.db.patient.update({ where: { id: kept.id }, data: { number: 'EHR-8' } });
    await merge(kept.id, other.id);
    const page = await desk.get(`/patients/${other.id}?tab=card`);
    expect([page.status, page.location]).toEqual([308, `/patients/${kept.id}?tab=card`]);
    expect((await api.call('GET', `/patients/${other.id}`, { as: key })).body.id).toBe(kept.id);
    const edit = await api.call('PATCH', `/patients/${other.id}`, { as: key, body: { email: null }, ifMatch: 2 });
    expect([edit.status, edit.body.code, edit.body.facts.into]).toEqual([409, 'PATIENT_MERGED', kept.id]);
    const found = await api.call('GET', `/patients?name=ledon&facilityId=${clinic.facilityId}`, { as: key });
    expect(found.body.items.map(({ id }: { id: string }) => id)).toEqual([kept.id]);

    const { facilityId, dentist } = clinic;
    const visit = { facilityId, patientId: other.id, practitionerId: dentist.id };
    const time = { startsAt: '2027-11-20T08:00:00.000Z', endsAt: '2027-11-20T08:30:00.000Z' };
    const once = { as: key, key: 'to-the-old-card', body: { ...visit, ...time } };
    const booked = await api.call('POST', '/appointments', once);
    expect([booked.status, booked.body.patientId]).toEqual([201, kept.id]);
    expect((await api.call('POST', '/appointments', once)).body.id).toBe(booked.body.id);
    const contact = { facilityId, patientId: other.id, by: {}, at: api.now, outcome: 'reached', note: 'from a race' };
    expect((await api.db.phoneContact.create({ data: contact })).patientId).toBe(kept.id);

    const fhir = async (path: string) =>
      (await api.app.inject({ url: `/fhir/R4/${path}`, headers: { authorization: `Bearer ${key}` } })).json();
    expect(await fhir(`Patient/${other.id}`)).toMatchObject({
      active: false,
      link: [{ other: { reference: `Patient/${kept.id}` }, type: 'replaced-by' }],
    });
    expect((await fhir(`Appointment?patient=Patient/${other.id}`)).entry).toHaveLength(2);

    const siu = [
      'MSH|^~\\&|EHR|CLINIC|HOLDFAST|X|20270301080000||SIU^S12|merged-1|P|2.5',
      'SCH|S-merged|S-merged|||||Check-up||30|min',
      'PID|1||EHR-7^^^EHR||Ledon^Pat',
      'AIP|1||^Lopez^Anna|||20271127100000|||30|min',
    ].join('\r');
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'x-application/hl7-v2+er7' };
    const url = `/v1/hl7v2?facilityId=${facilityId}&kind=appointment`;
    const ack = await api.app.inject({ method: 'POST', url, headers, payload: siu });
    expect(ack.payload).toContain('MSA|AA|merged-1');
    expect(await api.db.appointment.count({ where: { patientId: kept.id } })).toBe(3);
    expect(await api.db.appointment.count({ where: { patientId: other.id } })).toBe(0);
    const event = { facilityId, patientId: other.id, by: {}, what: 'before the merge', at: new Date(api.now) };
    await api.db.accessEvent.create({ data: event });
    const manager = await api.keyFor('manager', [facilityId]);
    const looks = await api.call('GET', `/patients/${kept.id}/access-events`, { as: manager });
    expect(looks.body.items.map(({ what }: { what: string }) => what)).toContain('before the merge'); // F-25
  });

  test('F-20: refused, with the reason, where it would mix two people or two running matters; nothing moves then', async () => {
    const { kept, other } = await twice('Refusal');
    const refusal = async (keptId: string, duplicateId: string) => {
      const { status, body } = await merge(keptId, duplicateId);
      return [status, body.code, body.rule];
    };
    expect(await refusal(kept.id, kept.id)).toEqual([422, 'SAME_CARD', 'F-20']);
    const born = await card('Refusal', { birthDate: '1999-09-09' });
    expect(await refusal(kept.id, born.id)).toEqual([422, 'BIRTH_DATES_DIFFER', 'F-20']);
    const elsewhere = await createClinic(api.db, { name: 'Elsewhere' });
    expect((await merge(kept.id, elsewhere.patient.id)).status).toBe(404);
    const practitionerId = clinic.hygienist.id;
    const { facts } = await bookVisit(clinic, {
      date: day,
      patientId: kept.id,
      practitionerId,
      from: '10:15',
      to: '10:45',
      now: api.now,
    });
    expect(await refusal(kept.id, other.id)).toEqual([409, 'VISITS_OVERLAP', 'F-20']);
    expect(await api.db.appointment.count({ where: { patientId: other.id } })).toBe(1);
    await api.db.appointment.update({ where: { id: facts.id }, data: { status: 'cancelled' } });
    expect((await merge(kept.id, other.id)).status).toBe(200);
    const third = await card('Refusal');
    expect(await refusal(third.id, other.id)).toEqual([409, 'PATIENT_MERGED', 'F-20']);
    const agent = await api.keyFor('practitioner', [clinic.facilityId]);
    expect((await api.call('POST', `/patients/${third.id}/merge`, { as: agent, body: { duplicateId: kept.id } })).status).toBe(403);
  });

  test('F-20, F-01: a ladder that asks both is answered or stopped first', () => {
    const one = { id: 'a', birthDate: null, mergedIntoId: null };
    const facts = { kept: one, duplicate: { ...one, id: 'b' }, visits: [], laddersOfBoth: ['l'] };
    expect(() => mustBeMergeable(facts)).toThrow('The same free time is being offered to both');
    expect(() => mustBeMergeable({ ...facts, laddersOfBoth: [] })).not.toThrow();
  });

  test('F-20, D-02: the open course of the one leaves the list when the other has a visit soon', async () => {
    const { facilityId, dentist } = clinic;
    const [kept, other] = [await card('Course'), await card('Course', { birthDate: undefined })];
    await bookVisit(clinic, { date: '2027-03-20', patientId: kept.id, now: api.now });
    const course = { number: 'COT-M', practitionerId: dentist.id, payor: 'Private', nhs: false, costMinor: 100, openedOn: '2027-02-01' };
    const told = { facilityId, patientId: other.id, ...course, state: 'open', plannedVisits: [], lastUpdatedAt: api.now };
    const manager = await api.keyFor('manager', [facilityId]);
    expect((await api.call('POST', '/courses-of-treatment', { body: told, as: manager })).status).toBe(201);
    const listed = () => api.db.opportunity.count({ where: { patientId: { in: [kept.id, other.id] }, listed: true } });
    expect(await listed()).toBe(1);
    expect((await merge(kept.id, other.id)).status).toBe(200);
    expect(await listed()).toBe(0);
  });

  test('F-20: every table that names a patient by an id of its own leads writers on', async () => {
    const rows = await api.db.$queryRaw<{ name: string }[]>`
      SELECT event_object_table AS name FROM information_schema.triggers WHERE trigger_name = 'follow_merged_patient'`;
    const columns = await api.db.$queryRaw<{ name: string }[]>`
      SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'patientId'`;
    const led = rows.map(({ name }) => name);
    expect(columns.map(({ name }) => name).filter((name) => !led.includes(name))).toEqual(['AccessEvent']); // it says which card was shown
    expect(holdings.length).toBeGreaterThan(led.length);
  });

  test('F-20, U-02: on the page the desk finds the other card, sees what moves, may turn it round, and merges with one tick', async () => {
    const { kept, other } = await twice('Pager');
    const tab = await desk.get(`/patients/${kept.id}?tab=card`);
    expect(tab.html).toContain(`/patients/${kept.id}/merge`);
    const choose = await desk.get(`/patients/${kept.id}/merge`);
    expect(choose.html).toContain(other.id);
    const preview = await desk.post(`/patients/${kept.id}/merge`, { duplicateId: other.id });
    for (const said of ['Appointments', 'Waitlist entries', 'Taken from the other card, because this one does not say it: email.'])
      expect(preview.text).toContain(said);
    expect(preview.html).toContain(`action="/patients/${other.id}/merge"`);
    const without = await desk.submit(preview, `/patients/${kept.id}/merge`);
    expect([without.status, await api.db.appointment.count({ where: { patientId: kept.id } })]).toEqual([422, 0]);
    await createTask(api.db as never, { ...(await taskOf(other.id)) }, clinic.desk, api.now);
    const stale = await desk.submit(preview, `/patients/${kept.id}/merge`, { yes: 'on' });
    expect([stale.status, await api.db.appointment.count({ where: { patientId: kept.id } })]).toEqual([409, 0]);
    const done = await desk.submit(stale, `/patients/${kept.id}/merge`, { yes: 'on' });
    expect([done.status, done.location]).toEqual([303, `/patients/${kept.id}?tab=card`]);
    expect(await api.db.task.count({ where: { patientId: kept.id } })).toBe(2);
  });
});

async function taskOf(patientId: string) {
  const { facilityId, dentist } = clinic;
  const type = await api.db.taskType.findFirstOrThrow({ where: { facilityId, kind: 'scheduled' } });
  const about = { practitionerId: dentist.id, profession: null, durationMinutes: 30, comment: 'Another' };
  return { facilityId, patientId, typeId: type.id, ...about, anotherProblem: true };
}

describe('I-09: one card a patient', () => {
  test('I-09: a form that would make a second card asks first, and loses nothing of what was written', async () => {
    const known = await card('Twofold');
    const slot = { practitionerId: clinic.dentist.id, date: '2027-11-14', from: '09:00', minutes: '30' };
    const said = { form: crypto.randomUUID(), ...slot, givenName: 'pat', familyName: 'Twofold', phone: '+4915112345999', birthDate: '' };
    const asked = await desk.post('/book', { ...said, comment: 'Left side' });
    expect([asked.status, asked.text.includes('Is it the same person?')]).toEqual([409, true]);
    expect(asked.html).toContain('Left side');
    expect(await api.db.patient.count({ where: { familyName: 'Twofold' } })).toBe(1);
    const again = { ...said, comment: 'Left side', patientId: known.id };
    expect((await desk.post('/book', again)).status).toBe(303);
    expect(await api.db.appointment.count({ where: { patientId: known.id, comment: 'Left side' } })).toBe(1);
    const slip = await desk.post('/book', { ...said, form: crypto.randomUUID(), phone: '12', another: 'yes' });
    expect([slip.status, slip.html.includes('name="another" value="yes"')]).toEqual([422, true]); // asked once
    const other = { ...said, form: crypto.randomUUID(), from: '10:00', another: 'yes' };
    expect((await desk.post('/book', other)).status).toBe(303);
    expect(await api.db.patient.count({ where: { familyName: 'Twofold' } })).toBe(2);
    const item = await desk.post('/tasks/new', { form: crypto.randomUUID(), givenName: 'Pat', familyName: 'Twofold', comment: 'Call' });
    expect(item.status).toBe(409);
  });

  test('I-09: the API makes the card and warns of the others', async () => {
    const known = await card('Warner');
    const body = { facilityId: clinic.facilityId, givenName: 'Pat', familyName: 'Warner', phone: '+4915112345998' };
    const made = await api.call('POST', '/patients', { as: key, body });
    expect([made.status, made.body.warnings]).toMatchObject([201, [{ code: 'CARD_MAY_EXIST', facts: { patientIds: [known.id] } }]]);
  });

  test('I-09, F-17: a patient whom a feed of visits brought is found by name', async () => {
    const siu = [
      'MSH|^~\\&|EHR|CLINIC|HOLDFAST|X|20270301080000||SIU^S12|found-1|P|2.5',
      'SCH|S-found|S-found|||||Check-up||30|min',
      'PID|1||EHR-77^^^EHR||Šťastná^Jana',
      'AIP|1||^Lopez^Anna|||20271128100000|||30|min',
    ].join('\r');
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'x-application/hl7-v2+er7' };
    const url = `/v1/hl7v2?facilityId=${clinic.facilityId}&kind=appointment`;
    await api.app.inject({ method: 'POST', url, headers, payload: siu });
    expect((await desk.get('/patients?q=stastna')).text).toContain('Šťastná, Jana');
  });
});
