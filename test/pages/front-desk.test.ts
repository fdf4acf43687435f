import { beforeAll, expect, test } from 'vitest';

import { addDays, atLocal, formatInstant } from '../../domain/civil.ts';
import { createTask } from '../../ledger/task.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { createWaitlistEntry } from '../../ledger/waitlist-entry.ts';
import { testApi } from '../api/api.ts';
import { bookVisit, type Clinic, createClinic, createTestPatient } from '../desk-world.ts';
import { type Browser, signInStaff } from './visitor.ts';

const api = testApi('2027-03-01T08:00:00.000Z');
let clinic: Clinic;
let desk: Browser;
let day = '2027-03-08';
const nextDay = () => (day = addDays(day, 1));
const form = () => ({ form: crypto.randomUUID() });

beforeAll(async () => {
  clinic = await createClinic(api.db);
  desk = await signInStaff(api, clinic.receptionist);
});

const visitFor = (patientId: string, date: string, comment = '') => bookVisit(clinic, { date, patientId, comment, now: api.now });
const statusOf = async (id: string) => (await api.db.appointment.findUniqueOrThrow({ where: { id } })).status;
/** Steps into another instant for a while, with a sign-in of that day. */
async function at(now: string, work: (desk: Browser) => Promise<unknown>): Promise<void> {
  const before = api.now;
  api.now = now;
  await work(await signInStaff(api, clinic.receptionist)).finally(() => {
    api.now = before;
  });
}

test('I-07, F-25: the day book shows visits and free time to staff who signed in afresh, writes that down, and gives buttons by right', async () => {
  const patient = await createTestPatient(clinic, { familyName: 'Daybook' });
  await visitFor(patient.id, nextDay(), 'By train');
  const page = await desk.get(`/day-book?date=${day}`);
  expect(page.text).toContain('Daybook, Pat');
  expect(page.text).toContain('By train');
  expect(page.text).toContain('09:00–10:00 free');
  expect(page.text).toContain('10:30–17:00 free');
  expect(await api.db.accessEvent.count({ where: { patientId: patient.id, what: 'day book' } })).toBe(1);
  const doctor = await signInStaff(api, clinic.dentistPerson);
  const looking = await doctor.get(`/day-book?date=${day}`);
  expect([looking.text.includes('Daybook, Pat'), looking.text.includes('Cancel…')]).toEqual([true, false]);
  const contact = await signInStaff(api, api.world.contact);
  expect((await contact.get('/day-book')).status).toBe(403);
  expect((await desk.get('/day-book?date=2027-12-25&practitionerId=')).status).toBe(200);
});

test('I-38: a no-show is struck through and says so in words; the desk marks arrived and done from the day book', async () => {
  const patient = await createTestPatient(clinic, { familyName: 'Absent' });
  const { facts } = await visitFor(patient.id, nextDay());
  await api.db.appointment.update({ where: { id: facts.id }, data: { status: 'noshow', noShowAt: facts.endsAt } });
  await at(facts.endsAt, async (desk) => {
    const struck = await desk.get(`/day-book?date=${day}`);
    expect(struck.html).toMatch(/<s><a[^>]*>Absent, Pat<\/a><\/s>/);
    expect(struck.text).toContain('no-show');
    expect((await desk.post(`/appointments/${facts.id}/arrive`, { ...form(), to: `/day-book?date=${day}` })).status).toBe(303);
    expect(await statusOf(facts.id)).toBe('arrived');
    expect((await desk.get(`/day-book?date=${day}`)).text).toContain('Not arrived after all');
    await desk.post(`/appointments/${facts.id}/undo-arrive`, { ...form(), to: `/day-book?date=${day}` }); // a mistake
    expect(await statusOf(facts.id)).toBe('booked');
    expect((await desk.post(`/appointments/${facts.id}/undo-arrive`, form())).status).toBe(303); // twice: the first answer
    await desk.post(`/appointments/${facts.id}/arrive`, form());
    expect(await statusOf(facts.id)).toBe('arrived');
    await desk.post(`/appointments/${facts.id}/fulfil`, form());
    expect((await desk.post(`/appointments/${facts.id}/undo-arrive`, form())).status).toBe(409);
    expect(await statusOf(facts.id)).toBe('fulfilled');
  });
});

test('I-26, I-09, I-10, I-18: booking finds or makes the patient, offers the waitlist beside the time, closes the task and copies its words', async () => {
  const patient = await createTestPatient(clinic, { familyName: 'Bookman' });
  const by = { facilityId: clinic.facilityId, patientId: patient.id, practitionerId: clinic.dentist.id, durationMinutes: 30 };
  const task = await inTransaction(api.db, (tx) => createTask(tx, { ...by, comment: 'Crown' }, clinic.desk, api.now));
  const slot = { practitionerId: clinic.dentist.id, date: nextDay(), from: '11:00', minutes: '30' };
  const query = new URLSearchParams(slot).toString();
  const search = await desk.get(`/book?${query}&q=bookm`);
  expect(search.html).toContain(`patientId=${patient.id}`);
  expect(search.html).toContain('href="/waitlist/new"'); // I-26: while choosing a time
  const chosen = await desk.get(`/book?${query}&patientId=${patient.id}`);
  expect(chosen.text).toContain('A task can be closed');
  expect(chosen.text).toContain('Crown');
  const sent = { ...form(), ...slot, patientId: patient.id, closeTaskId: task.facts.id, copy: 'on', comment: 'Upper left' };
  const done = await desk.post('/book', sent);
  const said = (await desk.get(done.location!)).text;
  expect(said).toContain(
    `Booked: ${formatInstant(atLocal(day, '11:00', clinic.zone), clinic.zone, 'longDate')}, 11:00–11:30, Bookman, Pat with`,
  );
  expect(said).toContain('To the visit');
  expect((await desk.post('/book', sent)).status).toBe(303); // posted twice, booked once
  const rows = await api.db.appointment.findMany({ where: { patientId: patient.id } });
  expect(rows).toMatchObject([{ comment: 'Crown\nUpper left' }]);
  expect(await api.db.task.findUniqueOrThrow({ where: { id: task.facts.id } })).toMatchObject({
    state: 'closed',
    bookedAppointmentId: rows[0]!.id,
  });
  const taken = await desk.post('/book', { ...sent, ...form(), closeTaskId: '' });
  expect([taken.status, taken.text]).toEqual([409, expect.stringContaining('another visit in this time')]);
  const card = { ...form(), ...slot, from: '12:00', givenName: 'Nina', familyName: 'Neu' };
  expect((await desk.post('/book', card)).status).toBe(422); // I-10
  expect((await desk.post('/book', { ...card, phone: '0151 23456780' })).status).toBe(303);
  expect(await api.db.patient.count({ where: { familyName: 'Neu' } })).toBe(1);
});

test('I-27, I-28, I-31: a patient is remembered with status, name and age, carried to waitlist, task and cancelling, and can be cleared', async () => {
  const patient = await createTestPatient(clinic, { familyName: 'Buffer', birthDate: '1980-03-02' });
  const { facts } = await visitFor(patient.id, nextDay());
  await desk.post('/remembered', { patientId: patient.id, appointmentId: facts.id, to: '/day-book' });
  const page = await desk.get('/day-book');
  expect(page.text).toMatch(/Buffer, Pat ?, 46 years ?, has a visit ahead/);
  for (const link of ['/waitlist/new', '/tasks/new']) expect(page.html).toContain(`href="${link}?patientId=${patient.id}"`);
  expect(page.html).toContain(`href="/appointments/${facts.id}/cancel"`);
  expect((await desk.get('/tasks/new')).text).toContain('Buffer, Pat'); // nothing retyped
  const card = await desk.get(`/patients/${patient.id}`);
  expect([card.html.includes('/waitlist/new'), card.text.includes('look for one first')]).toEqual([true, true]);
  const colleague = await signInStaff(api, clinic.manager);
  expect((await colleague.get('/day-book')).text).not.toContain('46 years'); // of one session
  await desk.post('/remembered/clear');
  expect((await desk.get('/day-book')).text).not.toContain('46 years');
  const elsewhere = await createClinic(api.db, { name: 'Another clinic' });
  expect((await desk.post('/remembered', { patientId: elsewhere.patient.id })).status).toBe(404);
  expect((await desk.post('/remembered', { patientId: patient.id, to: 'https://evil.example/' })).status).toBe(400);
});

test('I-26, I-32, I-33, I-36: the cancel window first offers other times, then asks why, then what follows; the absent doctor is not copied', async () => {
  const patient = await createTestPatient(clinic, { familyName: 'Cancel' });
  const { facts } = await visitFor(patient.id, nextDay(), 'Root canal');
  const window = `/appointments/${facts.id}/cancel`;
  const first = await desk.get(window);
  expect(first.text.indexOf('First: try to move it')).toBeLessThan(first.text.indexOf('why is it cancelled?'));
  expect(first.text).toContain('Dr. Anna Lopez, free');
  expect(first.text).not.toContain('Actions after cancelling');
  const absent = await desk.get(`${window}?reason=${encodeURIComponent('Doctor is absent')}`);
  expect(absent.text).toContain('Dr. Anna Lopez is absent: the doctor is not copied by itself');
  expect(absent.text).toContain('Ivo Novak, free');
  expect(absent.html).toMatch(/<option value="" selected="">no one in particular/);
  const ill = await desk.get(`${window}?reason=${encodeURIComponent('Patient is ill')}`);
  expect(ill.html).toMatch(/<input[^>]*(checked=""[^>]*value="task"|value="task"[^>]*checked="")/);
  expect(ill.text).toContain('Copy the comment of the appointment: “Root canal”');
  const sent = {
    ...form(),
    reason: 'Patient is ill',
    follows: 'task',
    practitionerId: clinic.dentist.id,
    durationMinutes: '45',
    copy: 'on',
    comment: 'Call',
  };
  expect((await desk.post(window, { ...sent, actualFrom: '2027-01-01' })).status).toBe(422);
  expect(await statusOf(facts.id)).toBe('booked');
  const done = await desk.post(window, { ...sent, ...form(), actualFrom: '2027-03-20', to: `/patients/${patient.id}` });
  expect(done.location).toBe(`/patients/${patient.id}`);
  const task = await api.db.task.findFirstOrThrow({ where: { appointmentId: facts.id } });
  expect(task).toMatchObject({ comment: 'Root canal\nCall', durationMinutes: 45, origin: 'cancellation' });
});

test('I-21, I-32, I-34: a refused cancelling keeps what was typed and says by the field what is wrong; the absent doctor’s profession is chosen', async () => {
  const patient = await createTestPatient(clinic, { familyName: 'Keeps' });
  const { facts } = await visitFor(patient.id, nextDay(), 'Inlay');
  const window = `/appointments/${facts.id}/cancel`;
  const colleague = await clinic.practitioner({ name: 'Dr. Zed Second', professions: ['dentist'] });
  const absent = await desk.get(`${window}?reason=${encodeURIComponent('Doctor is absent')}`);
  expect(absent.html).toMatch(/<option value="dentist" selected="">/);
  expect(absent.text.indexOf('Dr. Zed Second, free')).toBeGreaterThan(0);
  expect(absent.text.indexOf('Ivo Novak, free')).toBe(-1); // six colleagues' times come first
  await api.db.practitioner.update({ where: { id: colleague.id }, data: { active: false } });
  const sent = { ...form(), reason: 'Patient is ill', follows: 'waitlist entry', practitionerId: clinic.dentist.id, durationMinutes: '25' };
  const unread = await desk.post(window, { ...sent, dates: 'next Friday', comment: 'By train' });
  expect([unread.status, unread.text.includes('Write each day as')]).toEqual([400, true]);
  expect(unread.html).toMatch(/name="dates"[^>]*value="next Friday"/);
  expect(unread.html).toContain('By train');
  expect(unread.html).toMatch(/<input type="radio" name="follows"[^>]*checked=""[^>]*value="waitlist entry"/);
  const past = await desk.post(window, { ...sent, ...form(), dates: '01.01.2027', comment: 'By train' });
  expect([past.status, past.text.includes('The chosen days must not be over already.')]).toEqual([422, true]);
  const done = await desk.post(window, { ...sent, ...form(), dates: '10.09.2027 2027-09-17', comment: 'By train', to: '/day-book' });
  expect(done.status).toBe(303);
  const entry = await api.db.waitlistEntry.findFirstOrThrow({ where: { appointmentId: facts.id } });
  expect(entry.dates.map((date) => date.toISOString().slice(0, 10))).toEqual(['2027-09-10', '2027-09-17']);
});

test('I-09, I-10: a refused booking or task keeps what was typed; a date of birth is found as people write it', async () => {
  const slot = { practitionerId: clinic.dentist.id, date: nextDay(), from: '09:00', minutes: '30' };
  const typed = { ...form(), ...slot, givenName: 'Quirin', familyName: 'Typed', phone: '12', comment: 'Upper left' };
  const refused = await desk.post('/book', typed);
  expect([refused.status, refused.text.includes('This is not a mobile number that can be reached.')]).toEqual([422, true]);
  for (const kept of ['Quirin', 'Typed', 'value="12"', 'Upper left']) expect(refused.html).toContain(kept);
  const early = await desk.post('/book', { ...typed, ...form(), phone: '+4915112340007', from: '03:00' });
  expect([early.status, early.html.includes('Quirin')]).toEqual([422, true]);
  const task = await desk.post('/tasks/new', { ...form(), givenName: 'Quirin', familyName: 'Typed', comment: ' ', durationMinutes: '0' });
  expect([task.status, task.html.includes('Quirin')]).toEqual([400, true]);
  await createTestPatient(clinic, { familyName: 'Birthday', birthDate: '1991-03-07' });
  expect((await desk.get('/patients?q=7.3.1991')).text).toContain('Birthday, Pat');
});

test('I-44: booked from the day book for who wants to come earlier, the page says that their visit moves, and it does', async () => {
  const patient = await createTestPatient(clinic, { familyName: 'Sooner' });
  const early = nextDay();
  const { facts } = await visitFor(patient.id, nextDay(), 'Crown');
  const by = { facilityId: clinic.facilityId, patientId: patient.id, practitionerId: clinic.dentist.id, durationMinutes: 30 };
  const wish = { ...by, type: 'wants earlier' as const, comment: 'Any morning' };
  const entry = await inTransaction(api.db, (tx) => createWaitlistEntry(tx, wish, clinic.desk, api.now));
  const slot = { practitionerId: clinic.dentist.id, date: early, from: '10:00', minutes: '30', patientId: patient.id };
  const page = await desk.get(`/book?${new URLSearchParams({ ...slot, entryId: entry.facts.id })}`);
  expect(page.text).toContain('Any morning The visit that they have moves here.');
  expect((await desk.post('/book', { ...form(), ...slot, closeWaitlistEntryId: entry.facts.id })).status).toBe(303);
  const visits = await api.db.appointment.findMany({ where: { patientId: patient.id } });
  expect(visits).toMatchObject([{ id: facts.id, startsAt: new Date(atLocal(early, '10:00', clinic.zone)), comment: 'Crown' }]);
});

test('I-32: a free time of the cancel window moves the visit instead', async () => {
  const patient = await createTestPatient(clinic, { familyName: 'Mover' });
  const { facts } = await visitFor(patient.id, nextDay());
  const moved = await desk.post(`/appointments/${facts.id}/move`, {
    ...form(),
    practitionerId: clinic.hygienist.id,
    date: day,
    from: '15:00',
  });
  expect(moved.status).toBe(303);
  const row = await api.db.appointment.findUniqueOrThrow({ where: { id: facts.id } });
  expect([row.practitionerId, row.startsAt.toISOString()]).toEqual([clinic.hygienist.id, atLocal(day, '15:00', clinic.zone)]);
  expect(
    (await desk.post(`/appointments/${facts.id}/move`, { ...form(), practitionerId: clinic.dentist.id, date: day, from: '22:00' })).status,
  ).toBe(422);
});

test('I-30: a visit is shifted by some minutes into its own time and made longer on its page; a refusal says why by the field', async () => {
  const patient = await createTestPatient(clinic, { familyName: 'Shift' });
  const { facts } = await visitFor(patient.id, nextDay());
  const path = `/appointments/${facts.id}`;
  const page = await desk.get(`${path}?minutes=45`);
  expect(page.text).toContain('free 09:00–17:00'); // its own half hour is free to it
  expect(page.html).toContain('<input type="hidden" name="minutes" value="45"/>');
  const slot = { practitionerId: clinic.dentist.id, date: day, from: '10:15', minutes: '45' };
  const done = await desk.post(`${path}/move`, { ...form(), ...slot });
  expect((await desk.get(done.location!)).text).toMatch(/Moved: .*, 10:15–11:00, Shift, Pat with/);
  const row = await api.db.appointment.findUniqueOrThrow({ where: { id: facts.id } });
  const [startsAt, endsAt] = ['10:15', '11:00'].map((time) => new Date(atLocal(day, time, clinic.zone)));
  expect([row.startsAt, row.endsAt]).toEqual([startsAt, endsAt]);
  const refused = await desk.post(`${path}/move`, { ...form(), ...slot, from: '16:45' });
  expect([refused.status, refused.html.includes('id="from-refused"')]).toEqual([422, true]);
  expect(refused.html).toMatch(/name="from"[^>]*value="16:45"/);
});

test('I-26: at settling the bill the page asks for the next visit: a time first, else a task', async () => {
  const patient = await createTestPatient(clinic, { familyName: 'Billing' });
  const { facts } = await visitFor(patient.id, nextDay());
  await at(facts.endsAt, (desk) => desk.post(`/appointments/${facts.id}/fulfil`, form()));
  const page = await desk.get(`/appointments/${facts.id}`);
  expect(page.text).toContain('While settling the bill: does Billing, Pat need to come again?');
  expect(page.html).toContain(`/tasks/new?patientId=${patient.id}`);
  expect(page.text.indexOf('Find a time')).toBeLessThan(page.text.indexOf('Create a task'));
});

test('I-30, I-42, I-08: the card is the control panel: visits, waitlist entries and tasks with symbols in words and colours, closed from there once', async () => {
  const patient = await createTestPatient(clinic, { familyName: 'Panel' });
  const by = { facilityId: clinic.facilityId, patientId: patient.id, practitionerId: clinic.dentist.id, durationMinutes: 30 };
  await visitFor(patient.id, nextDay(), 'Ahead');
  const task = await inTransaction(api.db, (tx) => createTask(tx, { ...by, kind: 'check-up', comment: 'Yearly' }, clinic.desk, api.now));
  const entry = await inTransaction(api.db, (tx) => createWaitlistEntry(tx, { ...by, comment: 'Evenings' }, clinic.desk, api.now));
  const days = { ...by, dates: ['2027-10-06', '2027-10-09'], comment: 'Wednesdays and Saturdays', anotherProblem: true };
  await inTransaction(api.db, (tx) => createWaitlistEntry(tx, days, clinic.desk, api.now));
  const page = await desk.get(`/patients/${patient.id}`);
  expect(page.text).toContain('only 6 October 2027, 9 October 2027'); // I-21
  for (const words of ['Ahead', 'Yearly', 'Evenings', 'Check-up task', 'Waitlist, scheduled']) expect(page.text).toContain(words);
  expect(page.html).toMatch(/item-symbol blue[^>]*><svg[\s\S]*?aria-hidden="true"/);
  for (const path of [`/tasks/${task.facts.id}`, `/waitlist/${entry.facts.id}`]) {
    expect(page.html).toContain(`href="${path}"`); // where it is changed
    expect((await desk.get(path)).html).toContain('value="change"');
  }
  const close = { ...form(), reason: 'came by' };
  expect((await desk.post(`/patients/${patient.id}/tasks/${task.facts.id}/close`, close)).status).toBe(303);
  expect((await desk.post(`/patients/${patient.id}/tasks/${task.facts.id}/close`, { ...close, ...form() })).status).toBe(303); // first answer
  await desk.post(`/patients/${patient.id}/waitlist-entries/${entry.facts.id}/close`, { ...form(), reason: 'no need' });
  expect(await api.db.task.findUniqueOrThrow({ where: { id: task.facts.id } })).toMatchObject({ state: 'closed', closeReason: 'came by' });
  expect(await api.db.waitlistEntry.findUniqueOrThrow({ where: { id: entry.facts.id } })).toMatchObject({ state: 'ended' });
  const other = await createTestPatient(clinic);
  expect((await desk.post(`/patients/${other.id}/tasks/${task.facts.id}/close`, form())).status).toBe(404);
});

test('I-31, I-39, I-40: a new task or entry asks which cancelled visit it follows from, and makes the patient with it', async () => {
  const patient = await createTestPatient(clinic, { familyName: 'Chain' });
  const { facts } = await visitFor(patient.id, nextDay(), 'Crown');
  await desk.post(`/appointments/${facts.id}/cancel`, { ...form(), reason: 'Patient is ill' });
  const window = await desk.get(`/tasks/new?patientId=${patient.id}`);
  expect(window.text).toContain('Same doctor and same problem must be linked.');
  expect(window.text).toContain('Cancelled task');
  const wish = {
    ...form(),
    patientId: patient.id,
    practitionerId: clinic.dentist.id,
    durationMinutes: '30',
    comment: 'Call',
    actualFrom: '2027-03-20',
  };
  expect((await desk.post('/tasks/new', wish)).status).toBe(422); // I-40
  expect((await desk.post('/tasks/new', { ...wish, follows: facts.id })).location).toMatch(/^\/tasks\/[\w-]{36}$/);
  expect(await api.db.task.findFirstOrThrow({ where: { patientId: patient.id }, include: { type: true } })).toMatchObject({
    appointmentId: facts.id,
    type: { kind: 'cancelled' },
  });
  const card = {
    ...form(),
    givenName: 'Wanda',
    familyName: 'Wait',
    profession: 'dentist',
    durationMinutes: '30',
    comment: 'Fridays',
    dates: '2027-03-19 2027-03-26',
    slotsChecked: 'on',
  };
  expect((await desk.post('/waitlist/new', card)).status).toBe(422); // I-10
  expect((await desk.post('/waitlist/new', { ...card, phone: '0151 23456781' })).status).toBe(303);
  expect(await api.db.waitlistEntry.findFirstOrThrow({ where: { comment: 'Fridays' } })).toMatchObject({
    profession: 'dentist',
    anyDays: false,
  });
});

test('I-29: a talk is written down, saved and taken along to the day book as "Call at", with its words', async () => {
  const patient = await createTestPatient(clinic, { familyName: 'Caller' });
  const talk = { outcome: 'called us', note: 'Wants a Friday' };
  const path = `/patients/${patient.id}/contacts`;
  expect((await desk.post(path, { ...form(), ...talk, go: 'book' })).location).toBe('/day-book');
  const page = await desk.get('/day-book');
  expect(page.text).toMatch(/Caller, Pat.*Call at 09:00.*called us: Wants a Friday/);
  expect((await desk.post(path, { ...form(), ...talk, note: ' ' })).status).toBe(400);
  expect((await desk.post(path, { ...form(), ...talk })).location).toBe(`/patients/${patient.id}`);
  expect((await desk.get(`/patients/${patient.id}`)).text.match(/Wants a Friday/g)!.length).toBeGreaterThanOrEqual(2);
  const trail = await api.db.auditEvent.findMany({ where: { subjectId: patient.id } });
  expect(JSON.stringify(trail)).not.toContain('Friday');
});
