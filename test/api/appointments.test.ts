import { beforeAll, expect, test } from 'vitest';

import { addDays, addMinutes, atLocal } from '../../domain/civil.ts';
import { startLadder } from '../../ledger/offer-ladder.ts';
import { createTask } from '../../ledger/task.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { createWaitlistEntry } from '../../ledger/waitlist-entry.ts';
import { bookVisit, type Clinic, createClinic, createTestPatient } from '../desk-world.ts';
import { testApi } from './api.ts';

const api = testApi('2027-03-01T08:00:00.000Z');
let clinic: Clinic;
let desk: string;
let day = '2027-03-08';
const nextDay = () => (day = addDays(day, 1));

beforeAll(async () => {
  clinic = await createClinic(api.db);
  desk = await api.keyFor('receptionist', [clinic.facilityId]);
});

const time = (date: string, from: string, to: string) => ({
  startsAt: atLocal(date, from, clinic.zone),
  endsAt: atLocal(date, to, clinic.zone),
});
const post = (path: string, body: object = {}, wishes: object = {}) =>
  api.call('POST', `/appointments${path}`, { as: desk, body, ...wishes });
const booking = (fields: object = {}) => {
  const { facilityId, patient, dentist } = clinic;
  return { facilityId, patientId: patient.id, practitionerId: dentist.id, ...time(nextDay(), '10:00', '10:30'), ...fields };
};
const book = async (fields: object = {}) => (await post('', booking(fields))).body;
const rowOf = (id: string) => api.db.appointment.findUniqueOrThrow({ where: { id } });

test('D-12, I-10: a visit is booked for a patient or a new card, which needs its phone; whoever is second gets 409', async () => {
  const wish = booking({ comment: 'First visit' });
  const preview = await post('?preview=true', wish);
  expect([preview.status, preview.body.appointment.status]).toEqual([200, 'booked']);
  const made = await post('', wish);
  expect([made.status, made.body.patient.familyName, made.body.comment, made.body.warnings]).toEqual([201, 'Moser', 'First visit', []]);
  const second = await post('', wish);
  expect([second.status, second.body.code]).toEqual([409, 'SLOT_TAKEN']);
  const { patientId: _patient, ...rest } = booking();
  const card = { givenName: 'Eva', familyName: 'Neu' };
  const refused = await post('', { ...rest, newPatient: card });
  expect([refused.status, refused.body.rule]).toEqual([422, 'I-10']);
  expect(await api.db.appointment.count({ where: { startsAt: rest.startsAt } })).toBe(0);
  const fresh = await post('', { ...rest, newPatient: { ...card, phone: '0151 23456789' } });
  expect([fresh.status, fresh.body.patient.familyName]).toEqual([201, 'Neu']);
  expect(await api.db.accessEvent.count({ where: { patientId: clinic.patient.id } })).toBe(1); // F-25: the preview
  await api.call('GET', `/appointments/${made.body.id}`, { as: desk });
  expect(await api.db.accessEvent.count({ where: { patientId: clinic.patient.id } })).toBe(2); // F-25
});

test('I-45, I-18, I-12: booking from a task or entry closes it in the same step and copies its comment; closed meanwhile: 409, nothing booked', async () => {
  const patient = await createTestPatient(clinic);
  const by = { facilityId: clinic.facilityId, patientId: patient.id, practitionerId: clinic.dentist.id, durationMinutes: 30 };
  const task = await inTransaction(api.db, (tx) => createTask(tx, { ...by, comment: 'Crown, upper left' }, clinic.desk, api.now));
  const entry = await inTransaction(api.db, (tx) => createWaitlistEntry(tx, { ...by, comment: 'Only Fridays' }, clinic.desk, api.now));
  const wish = booking({ patientId: patient.id, closeTaskId: task.facts.id });
  const made = await post('', wish);
  expect([made.status, made.body.comment]).toEqual([201, 'Crown, upper left']);
  expect(await api.db.task.findUniqueOrThrow({ where: { id: task.facts.id } })).toMatchObject({
    state: 'closed',
    bookedAppointmentId: made.body.id,
  });
  const again = booking({ patientId: patient.id, closeTaskId: task.facts.id });
  expect((await post('', again)).status).toBe(409);
  expect(await api.db.appointment.count({ where: { startsAt: again.startsAt } })).toBe(0);
  const foreign = await post('', booking({ closeWaitlistEntryId: entry.facts.id }));
  expect(foreign.status).toBe(422);
  const from = await post('', booking({ patientId: patient.id, closeWaitlistEntryId: entry.facts.id, comment: 'Own words' }));
  expect([from.status, from.body.comment]).toEqual([201, 'Own words']);
  expect(await api.db.waitlistEntry.findUniqueOrThrow({ where: { id: entry.facts.id } })).toMatchObject({ state: 'ended' });
});

test('I-44, I-45: booked at the desk, the visit of who wants to come earlier moves there in one step; a later time is refused', async () => {
  const patient = await createTestPatient(clinic);
  const wish = { facilityId: clinic.facilityId, patientId: patient.id, practitionerId: clinic.dentist.id, durationMinutes: 30 };
  const earlier = booking({ patientId: patient.id });
  const visit = await book({ patientId: patient.id, comment: 'Crown' });
  const by = { ...wish, type: 'wants earlier' as const, comment: 'Any morning', appointmentId: visit.id };
  const { facts: entry } = await inTransaction(api.db, (tx) => createWaitlistEntry(tx, by, clinic.desk, api.now));
  const later = await post('', booking({ patientId: patient.id, closeWaitlistEntryId: entry.id }));
  expect(later.body).toMatchObject({ status: 422, code: 'TIME_NOT_EARLIER', rule: 'I-44', facts: { limit: visit.startsAt } });
  const moved = await post('', { ...earlier, closeWaitlistEntryId: entry.id, comment: 'Phoned' });
  expect([moved.status, moved.body.id, moved.body.startsAt, moved.body.comment]).toEqual([
    201,
    visit.id,
    earlier.startsAt,
    'Crown\nPhoned',
  ]);
  expect(await api.db.appointment.count({ where: { patientId: patient.id } })).toBe(1);
  const freed = await api.db.freeInterval.findFirst({ where: { startsAt: visit.startsAt, practitionerId: clinic.dentist.id } });
  expect(freed).toMatchObject({ cause: 'moved' });
  const ended = await api.db.waitlistEntry.findUniqueOrThrow({ where: { id: entry.id } });
  expect(ended).toMatchObject({ state: 'ended', bookedAppointmentId: visit.id });
  const twice = await post('', booking({ patientId: patient.id, closeWaitlistEntryId: entry.id }));
  expect([twice.status, await api.db.appointment.count({ where: { patientId: patient.id } })]).toEqual([409, 1]);
});

test('U-02, U-03: moving shows what it frees, goes by If-Match, and is refused where the time is taken', async () => {
  const one = await book();
  const other = await book();
  const path = `/appointments/${one.id}`;
  const move = (body: object, wishes: object = { ifMatch: 1 }) =>
    api.call('PATCH', path, { as: desk, body, headers: { 'idempotency-key': crypto.randomUUID() }, ...wishes });
  const later = time(day, '14:00', '14:30');
  const preview = await api.call('PATCH', `${path}?preview=true`, { as: desk, body: later, ifMatch: 1 });
  expect(preview.body.effect).toMatchObject({ interval: later, freed: [{ startsAt: one.startsAt, endsAt: one.endsAt }] });
  expect((await move({ startsAt: other.startsAt, endsAt: other.endsAt })).body.code).toBe('SLOT_TAKEN');
  const moved = await move({ ...later, comment: 'By phone', seen: preview.body.seen });
  expect([moved.status, moved.body.version]).toEqual([200, 2]);
  expect(await rowOf(one.id)).toMatchObject({ comment: 'By phone', startsAt: new Date(later.startsAt) });
  expect((await move(later)).status).toBe(412);
  expect((await move(later, {})).status).toBe(428);
});

test('I-30: a visit moves by some minutes into its own time and changes its length; free time leaves its own minutes out if asked', async () => {
  const one = await book();
  const date = one.startsAt.slice(0, 10);
  const free = (more = '') =>
    api.call('GET', `/free-time?facilityId=${clinic.facilityId}&practitionerId=${clinic.dentist.id}&from=${date}&to=${date}${more}`, {
      as: desk,
    });
  const covers = ({ body }: { body: { items: { startsAt: string; endsAt: string }[] } }) =>
    body.items.some((it) => it.startsAt <= one.startsAt && it.endsAt >= one.endsAt);
  expect([covers(await free()), covers(await free(`&appointmentId=${one.id}`))]).toEqual([false, true]);
  const shifted = { startsAt: addMinutes(one.startsAt, 10), endsAt: addMinutes(one.endsAt, 25) };
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const moved = await api.call('PATCH', `/appointments/${one.id}`, { as: desk, body: shifted, headers, ifMatch: 1 });
  expect([moved.status, moved.body.effect.freed]).toEqual([200, [{ startsAt: one.startsAt, endsAt: shifted.startsAt }]]);
});

test('I-33, I-34, I-35, I-36: a reason is needed; the task is Cancelled, with doctor, duration and comment of the visit, in a week', async () => {
  const { id } = await book({ comment: 'Root canal' });
  const cancel = (body: object) => post(`/${id}/cancel`, body);
  expect([(await cancel({})).body.code, (await cancel({ reason: 'just so' })).body.code]).toEqual([
    'REASON_MISSING',
    'CANCEL_REASON_UNKNOWN',
  ]);
  const typed = await cancel({ reason: 'Patient is ill', followUp: { kind: 'task', type: 'scheduled' } });
  expect(typed.status).toBe(400); // I-34
  const past = await cancel({ reason: 'Patient is ill', followUp: { kind: 'task', actualFrom: '2027-02-01' } });
  expect([past.status, (await rowOf(id)).status]).toEqual([422, 'booked']); // I-36: neither happens
  const preview = await post(`/${id}/cancel?preview=true`, { reason: 'Patient is ill' });
  expect(preview.body.effect).toMatchObject({ needsTreatment: true, followUp: null, warnings: [{ code: 'NOTHING_FOLLOWS' }] });
  const done = await cancel({ reason: 'Patient is ill', followUp: { kind: 'task' } });
  expect(done.body).toMatchObject({ state: 'cancelled', effect: { followed: { kind: 'task' } } });
  const task = await api.db.task.findUniqueOrThrow({ where: { id: done.body.effect.followed.id }, include: { type: true } });
  expect(task).toMatchObject({
    appointmentId: id,
    practitionerId: clinic.dentist.id,
    durationMinutes: 30,
    comment: 'Root canal',
    origin: 'cancellation',
  });
  expect([task.type.kind, task.actualFrom.toISOString().slice(0, 10)]).toEqual(['cancelled', '2027-03-08']);
  const repeat = await cancel({ reason: 'Patient is away' });
  expect([repeat.status, repeat.body.decisionId]).toEqual([200, done.body.decisionId]); // the first answer stands
});

test('I-37, I-34: an entry instead, its doctor left out for the profession, its days chosen; both or neither', async () => {
  const { id } = await book({ comment: 'Braces' });
  const wish = { kind: 'waitlist entry', practitionerId: null, profession: 'dentist', durationMinutes: 45, comment: 'Only mornings' };
  const none = await post(`/${id}/cancel`, { reason: 'Patient is away', followUp: { ...wish, dates: [] } });
  expect([none.status, (await rowOf(id)).status]).toEqual([422, 'booked']);
  const done = await post(`/${id}/cancel`, { reason: 'Patient is away', followUp: { ...wish, dates: ['2027-03-31'] } });
  const entry = await api.db.waitlistEntry.findUniqueOrThrow({ where: { id: done.body.effect.followed.id } });
  expect(entry).toMatchObject({
    type: 'cancelled',
    practitionerId: null,
    profession: 'dentist',
    durationMinutes: 45,
    comment: 'Only mornings',
    appointmentId: id,
  });
});

test('I-32: where the doctor is absent, copying that doctor is warned of, another one is not', async () => {
  const { id } = await book({ comment: 'Filling' });
  const warn = async (followUp: object) => {
    const { body } = await post(`/${id}/cancel?preview=true`, { reason: 'Doctor is absent', followUp });
    return body.effect.warnings.map(({ code }: { code: string }) => code);
  };
  expect(await warn({ kind: 'task' })).toEqual(['DOCTOR_ABSENT']);
  expect(await warn({ kind: 'task', practitionerId: clinic.hygienist.id })).toEqual([]);
  expect(await warn({ kind: 'task', practitionerId: null, profession: 'dentist' })).toEqual([]);
});

test('I-39: a visit cancelled without a further action can have one linked for 30 days, once', async () => {
  const patient = await createTestPatient(clinic);
  const { id } = await book({ patientId: patient.id });
  await post(`/${id}/cancel`, { reason: 'Patient is ill' });
  const link = (now: string) =>
    inTransaction(api.db, (tx) => {
      const by = { facilityId: clinic.facilityId, patientId: patient.id, practitionerId: clinic.dentist.id, durationMinutes: 30 };
      return createTask(tx, { ...by, comment: 'Call', appointmentId: id }, clinic.desk, now);
    }).then(
      ({ names }) => names.type,
      (error: { type?: string }) => error.type,
    );
  expect(await link('2027-04-01T08:00:00.000Z')).toBe('LINK_TOO_OLD'); // day 31
  expect(await link('2027-03-31T08:00:00.000Z')).toBe('Cancelled'); // day 30
  expect(await link('2027-03-31T09:00:00.000Z')).toBe('LINK_TAKEN');
});

test('I-38, I-07: nobody arrives the day before; without the right nobody decides; timeline and history tell what and why', async () => {
  const { id } = await book();
  expect((await post(`/${id}/arrive`)).body.code).toBe('APPOINTMENT_NOT_BEGUN');
  const practitioner = await api.keyFor('practitioner', [clinic.facilityId]);
  expect((await post(`/${id}/cancel`, { reason: 'Patient is ill' }, { as: practitioner })).body.code).toBe('RIGHT_MISSING');
  const timeline = await api.call('GET', `/appointments/${id}/timeline`, { as: practitioner });
  expect(timeline.body.items.map(({ kind, rule }: { kind: string; rule: string }) => [kind, rule])).toEqual([
    ['mark no-show', 'I-38'],
    ['wait', 'I-38'],
  ]);
  const before = api.now;
  api.now = (await rowOf(id)).startsAt.toISOString();
  const arrived = await post(`/${id}/arrive`);
  const twice = await post(`/${id}/arrive`);
  expect([arrived.body.state, twice.body.decisionId]).toEqual(['arrived', arrived.body.decisionId]);
  expect((await post(`/${id}/fulfil`)).body.state).toBe('fulfilled');
  const late = await post(`/${id}/cancel`, { reason: 'Patient is ill' });
  expect([late.status, late.body.facts.present.status]).toEqual([409, 'fulfilled']);
  api.now = before;
  const history = await api.call('GET', `/appointments/${id}/history`, { as: desk });
  expect(history.body.items.map(({ action }: { action: string }) => action)).toEqual(['book', 'arrive', 'fulfil']);
});

test('appointments are listed by day, practitioner, patient and status', async () => {
  const { facts } = await bookVisit(clinic, { date: nextDay(), practitionerId: clinic.hygienist.id, now: api.now });
  const ask = async (query: string) => {
    const { body } = await api.call('GET', `/appointments?${query}`, { as: desk });
    return body.items.map(({ id }: { id: string }) => id);
  };
  expect(await ask(`practitionerId=${clinic.hygienist.id}`)).toEqual([facts.id]);
  expect(await ask(`from=${atLocal(day, '00:00', clinic.zone)}&to=${atLocal(addDays(day, 1), '00:00', clinic.zone)}`)).toEqual([facts.id]);
  expect(await ask(`practitionerId=${clinic.hygienist.id}&status=cancelled`)).toEqual([]);
});

test('U-07, I-38, F-01: why no task appeared by itself, and why nobody was offered the time, with the rule, the value and the limit', async () => {
  const why = async (id: string) => (await api.call('GET', `/appointments/${id}/why-not`, { as: desk })).body.items;
  const patient = await createTestPatient(clinic, { familyName: 'Asked' });
  const { id } = await book({ patientId: patient.id });
  const row = await rowOf(id);
  const at = (minutes: number) => addMinutes(row.endsAt.toISOString(), minutes);
  expect(await why(id)).toMatchObject([
    {
      question: 'task',
      happened: false,
      rule: 'I-38',
      because: 'It comes if nobody marks the patient arrived until then.',
      value: api.now,
    },
    { question: 'offer', happened: false, rule: 'I-02', because: 'Its time is not free: the visit was not cancelled.' },
  ]);
  const [{ limit }] = await why(id);
  expect(limit > at(0) && limit <= at(15)).toBe(true);

  const again = await book({ patientId: patient.id });
  expect((await why(id))[0]).toMatchObject({ because: 'None is needed: the patient has another visit.', limit });
  await post(`/${again.id}/cancel`, { reason: 'Treatment not needed any more' });
  expect(await why(again.id)).toMatchObject([
    { question: 'task', happened: false, rule: 'I-33', because: 'It was cancelled: whoever cancelled it chose what follows.' },
    { question: 'offer', happened: false, rule: 'F-01', value: 'manual' },
  ]);
  const taken = { practitionerId: again.practitionerId, startsAt: again.startsAt, endsAt: again.endsAt };
  const by = { name: 'Kim', role: 'receptionist', channel: 'page' } as const;
  const ladder = await inTransaction(api.db, (tx) =>
    startLadder(tx, { facilityId: clinic.facilityId, ...taken, mode: 'sequential' }, by, api.now),
  );
  expect((await why(again.id))[1]).toMatchObject({ happened: false, because: 'Nobody was asked yet.', value: 'offering' });
  await api.db.offerLadder.update({ where: { id: ladder.facts.id }, data: { state: 'exhausted' } });
  expect((await why(again.id))[1]).toMatchObject({ happened: false, because: 'Nobody who waits could be asked about it.' });

  const { patientId, practitionerId } = row;
  const came = { status: 'noshow', noShowAt: new Date(at(14)) };
  await api.db.appointment.update({ where: { id }, data: came });
  expect((await why(id))[0]).toMatchObject({ happened: false, because: 'None was needed then: they came again or waited for a time.' });
  const task = {
    facilityId: clinic.facilityId,
    patientId,
    practitionerId,
    durationMinutes: 30,
    comment: 'No-show',
    origin: 'no-show' as const,
  };
  await inTransaction(api.db, (tx) => createTask(tx, { ...task, appointmentId: id }, by, at(14)));
  expect((await why(id))[0]).toMatchObject({ happened: true, rule: 'I-38', value: at(14), limit: at(0) });
  expect((await api.call('GET', `/appointments/${crypto.randomUUID()}/why-not`, { as: desk })).status).toBe(404);
});
