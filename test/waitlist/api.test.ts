import { beforeAll, expect, test } from 'vitest';

import { testApi } from '../api/api.ts';
import { createFrontDesk } from '../waitlist-world.ts';

const api = testApi('2027-01-04T12:00:00.000Z');
let practice: Awaited<ReturnType<typeof createFrontDesk>>;
let key: string;

beforeAll(async () => {
  practice = await createFrontDesk(api.db);
  key = await api.keyFor('receptionist', [practice.facilityId]);
});

const post = (path: string, body: object) => api.call('POST', path, { as: key, body });
const get = (path: string) => api.call('GET', path, { as: key });
const wish = (more: object = {}) => ({
  facilityId: practice.facilityId,
  patientId: practice.patient.id,
  practitionerId: practice.dentist.id,
  durationMinutes: 30,
  comment: 'будни вечер, выходные любое время',
  ...more,
});

test('I-01, I-13: an entry is Scheduled unless said; other types are malformed; to come earlier a visit must lie ahead', async () => {
  expect((await post('/waitlist-entries', wish())).body).toMatchObject({
    type: 'scheduled',
    state: 'active',
    comment: 'будни вечер, выходные любое время',
  });
  expect((await post('/waitlist-entries', wish({ type: 'someday' }))).status).toBe(400);
  expect((await post('/waitlist-entries', wish({ type: 'wants earlier' }))).body).toMatchObject({ status: 422, rule: 'I-01' });
  const past = await practice.visit('2027-01-02', 'booked');
  expect((await post('/waitlist-entries', wish({ type: 'wants earlier', appointmentId: past.id }))).status).toBe(422);
  const visit = await practice.visit('2027-01-20', 'booked');
  const { body } = await post('/waitlist-entries', wish({ type: 'wants earlier' }));
  expect(body).toMatchObject({ appointmentId: visit.id, appointmentAt: '2027-01-20T09:00:00.000Z', next: { rule: 'I-44' } });
});

test('I-14, I-16, I-17: what must be said of the visit is asked for by its rule', async () => {
  expect((await post('/waitlist-entries', wish({ practitionerId: null }))).body).toMatchObject({ status: 422, rule: 'I-14' });
  expect((await post('/waitlist-entries', wish({ durationMinutes: null }))).body).toMatchObject({ status: 422, rule: 'I-16' });
  expect((await post('/waitlist-entries', wish({ durationMinutes: -5 }))).status).toBe(400);
  expect((await post('/waitlist-entries', wish({ comment: ' ' }))).body).toMatchObject({ status: 422, rule: 'I-17' });
});

test('I-15: by API a profession that the doctor does not have is taken, and the doctor rules', async () => {
  const { status, body } = await post('/waitlist-entries', wish({ profession: 'hygienist' }));
  expect([status, body.practitionerId, body.profession]).toEqual([201, practice.dentist.id, 'hygienist']);
});

test('I-19, I-20, I-21: six weeks, a period, or chosen days; none of them over already', async () => {
  expect((await post('/waitlist-entries', wish())).body).toMatchObject({ validFrom: '2027-01-04', validUntil: '2027-02-15', dates: [] });
  expect((await post('/waitlist-entries', wish({ validUntil: '2027-01-05' }))).body).toMatchObject({ validUntil: '2027-01-05' });
  expect((await post('/waitlist-entries', wish({ validUntil: '2027-01-03' }))).body).toMatchObject({ status: 422, rule: 'I-20' });
  expect((await post('/waitlist-entries', wish({ validFrom: '2027-01-10', validUntil: '2027-01-09' }))).status).toBe(422);
  const chosen = await post('/waitlist-entries', wish({ dates: ['2027-01-09', '2027-01-06'] }));
  expect(chosen.body).toMatchObject({ dates: ['2027-01-06', '2027-01-09'], validFrom: '2027-01-06', validUntil: '2027-01-09' });
  expect((await post('/waitlist-entries', wish({ dates: [] }))).body).toMatchObject({ status: 422, code: 'DATES_MISSING', rule: 'I-21' });
  expect((await post('/waitlist-entries', wish({ dates: ['2027-01-03', '2027-01-09'] }))).body).toMatchObject({
    facts: { past: ['2027-01-03'] },
  });
});

test('I-31: from the card time must have been offered first', async () => {
  expect((await post('/waitlist-entries', wish({ origin: 'card' }))).body).toMatchObject({
    status: 422,
    code: 'TIME_NOT_OFFERED',
    rule: 'I-31',
  });
  expect((await post('/waitlist-entries', wish({ origin: 'card', slotsChecked: true }))).status).toBe(201);
  const refusedSlots = [{ startsAt: '2027-01-05T09:00:00.000Z', endsAt: '2027-01-05T09:30:00.000Z' }];
  expect((await post('/waitlist-entries', wish({ origin: 'card', refusedSlots }))).body.refusedSlots).toEqual(refusedSlots);
});

test('I-09, I-42, U-02: an entry is previewed, changed, extended and closed with receipts; closed twice, the first answer', async () => {
  const preview = await post('/waitlist-entries?preview=true', wish());
  expect([preview.status, preview.body.entry.type]).toEqual([200, 'scheduled']);
  expect((await post('/waitlist-entries', wish({ patientId: crypto.randomUUID() }))).status).toBe(404);
  const { body: entry } = await post('/waitlist-entries', wish());
  const path = `/waitlist-entries/${entry.id}`;
  expect((await post(`${path}/extend`, { validUntil: '2027-03-31' })).body).toMatchObject({
    effect: { validUntil: '2027-03-31' },
    version: 2,
  });
  expect((await post(`${path}/extend`, { validUntil: '2027-01-01' })).body).toMatchObject({ status: 422, rule: 'I-20' });
  const change = await api.call('PATCH', path, {
    as: key,
    body: { durationMinutes: 60 },
    ifMatch: 2,
    headers: { 'idempotency-key': crypto.randomUUID() },
  });
  expect(change.body).toMatchObject({ action: 'change', version: 3 });
  const closed = await post(`${path}/close`, { reason: 'found another dentist' });
  expect((await post(`${path}/close`, {})).body).toEqual(closed.body);
  expect((await post(`${path}/extend`, {})).body).toMatchObject({ status: 409, code: 'WAITLIST_ENTRY_ENDED' });
  expect((await get(path)).body).toMatchObject({ state: 'ended', endReason: 'found another dentist', durationMinutes: 60 });
  expect((await get(`${path}/history`)).body.items.map(({ action }: { action: string }) => action)).toEqual([
    'create',
    'extend',
    'change',
    'close',
  ]);
});

test('I-02, I-43, U-07: who fits a time is listed in order, and whoever does not is told apart with rule, value and limit', async () => {
  const { facilityId, patient, otherPatient, dentist } = await createFrontDesk(api.db, { name: 'Fitting' });
  const as = await api.keyFor('receptionist', [facilityId]);
  const add = async (more: object) =>
    (
      await api.call('POST', '/waitlist-entries', {
        as,
        body: { facilityId, patientId: patient.id, durationMinutes: 30, comment: 'x', practitionerId: dentist.id, ...more },
      })
    ).body.id;
  const byProfession = await add({ practitionerId: null, profession: 'dentist', patientId: otherPatient.id });
  const fits = await add({});
  const long = await add({ durationMinutes: 90 });
  const time = `practitionerId=${dentist.id}&startsAt=2027-01-06T09:00:00Z&endsAt=2027-01-06T10:00:00Z`;
  const { body } = await api.call('GET', `/waitlist-candidates?${time}`, { as });
  expect(body.items.map(({ id }: { id: string }) => id)).toEqual([fits, byProfession]);
  expect(body.others).toEqual([{ id: long, misfit: { rule: 'I-16', because: 'The visit needs 1 h 30 min.', value: 90, limit: 60 } }]);
  expect((await api.call('GET', `/waitlist-entries/${fits}/fit?${time}`, { as })).body).toEqual({ fits: true });
  expect((await api.call('GET', `/waitlist-entries/${long}/fit?${time}`, { as })).body).toMatchObject({
    fits: false,
    misfit: { rule: 'I-16' },
  });
  expect(await api.db.accessEvent.count({ where: { facilityId, what: 'candidates' } })).toBe(2); // F-25: both patients, once
});
