import { beforeAll, expect, test } from 'vitest';

import { addDays } from '../../domain/civil.ts';
import { type Clinic, createClinic, createTestPatient } from '../desk-world.ts';
import { testApi } from './api.ts';

const api = testApi('2027-03-01T08:00:00.000Z');
let clinic: Clinic;
let desk: string;
let manager: string;

beforeAll(async () => {
  clinic = await createClinic(api.db);
  desk = await api.keyFor('receptionist', [clinic.facilityId]);
  manager = await api.keyFor('manager', [clinic.facilityId]);
});

const card = { givenName: 'Ana', familyName: 'Núñez Silva', birthDate: '1990-05-17', phone: '0151 23456789' };
const add = (fields: object, as = desk) => api.call('POST', '/patients', { as, body: { facilityId: clinic.facilityId, ...fields } });
async function search(query: string, as = desk): Promise<string[]> {
  const { body } = await api.call('GET', `/patients?facilityId=${clinic.facilityId}&${query}`, { as });
  return body.items.map(({ id }: { id: string }) => id);
}
const looks = (patientId: string) => api.db.accessEvent.count({ where: { patientId } });

test('I-10: a new card needs a mobile phone that can be reached; national numbers are read as of the policy’s country', async () => {
  const made = await add(card);
  expect([made.status, made.body.phone, made.body.warnings]).toEqual([201, '+4915123456789', []]);
  const { phone: _phone, ...silent } = card;
  const missing = await add(silent);
  expect([missing.status, missing.body.code, missing.body.rule]).toEqual([422, 'PHONE_MISSING', 'I-10']);
  for (const phone of ['030 123456', '+49 151', 'call me', '+1 212']) {
    const invalid = await add({ ...card, phone });
    expect([phone, invalid.status, invalid.body.code]).toEqual([phone, 422, 'PHONE_INVALID']);
  }
  expect(await api.db.patient.count({ where: { facilityId: clinic.facilityId, familyName: card.familyName } })).toBe(1);
});

test('I-11: a card made for a task may do without a phone, and both it and an old card without one are answered with a warning', async () => {
  const { phone: _phone, ...silent } = card;
  const made = await add({ ...silent, familyName: 'Taskman', purpose: 'task' });
  expect([made.status, made.body.phone, made.body.warnings]).toEqual([201, null, [expect.objectContaining({ code: 'PHONE_MISSING' })]]);
  const wrong = await add({ ...card, phone: 'none', purpose: 'task' });
  expect([wrong.status, wrong.body.code]).toEqual([422, 'PHONE_INVALID']);
  const read = await api.call('GET', `/patients/${made.body.id}`, { as: desk });
  expect(read.body.warnings).toEqual([expect.objectContaining({ rule: 'I-11' })]);
  const mended = await api.call('PATCH', `/patients/${made.body.id}`, { as: desk, ifMatch: 1, body: { phone: '0151 23450000' } });
  expect([mended.status, mended.body.phone, mended.body.warnings, mended.body.version]).toEqual([200, '+4915123450000', [], 2]);
  const stale = await api.call('PATCH', `/patients/${made.body.id}`, { as: desk, ifMatch: 1, body: { phone: null } });
  expect(stale.status).toBe(412);
});

test('I-09: a patient is found by the beginnings of their names, accents or not, by the last digits of their phone, by birth date', async () => {
  const one = await createTestPatient(clinic, {
    givenName: 'Zoë',
    familyName: 'Müller-Huber',
    phone: '015155512345',
    birthDate: '1970-01-02',
  });
  const two = await createTestPatient(clinic, { givenName: 'Артём', familyName: 'Соловьёв', birthDate: '1971-03-04' });
  expect(await search('name=zoe')).toEqual([one.id]);
  expect(await search('name=hub%20zo')).toEqual([one.id]);
  expect(await search('name=uber')).toEqual([]);
  expect(await search(`name=${encodeURIComponent('соловьев')}`)).toEqual([two.id]);
  expect(await search(`name=${encodeURIComponent('арт')}`)).toEqual([two.id]);
  expect(await search('name=%25')).toHaveLength((await search('')).length); // no word: no filter, and no wildcard either
  expect(await search('phone=0151%20555%2012345')).toEqual([one.id]);
  expect(await search('phone=12345')).toContain(one.id);
  expect(await search('birthDate=1970-01-02')).toEqual([one.id]);
  expect((await api.call('GET', '/patients?phone=1', { as: desk })).status).toBe(400);
});

test('F-25: each read of patients’ data is an event, whoever is shown; managers see them, the desk does not', async () => {
  const patient = await createTestPatient(clinic, { familyName: 'Watched' });
  await search('name=watched');
  await api.call('GET', `/patients/${patient.id}`, { as: desk });
  expect(await looks(patient.id)).toBe(2);
  await search('name=nobody');
  expect(await looks(patient.id)).toBe(2);
  const seen = await api.call('GET', `/patients/${patient.id}/access-events?limit=1`, { as: manager });
  expect(seen.body.items).toMatchObject([{ what: 'patient', by: { role: 'receptionist', channel: 'api' } }]);
  const rest = await api.call('GET', `/patients/${patient.id}/access-events?cursor=${seen.body.nextCursor}`, { as: manager });
  expect(rest.body.items).toMatchObject([{ what: 'patient list' }]);
  expect((await api.call('GET', `/patients/${patient.id}/access-events`, { as: desk })).status).toBe(403);
  const trail = await api.db.auditEvent.findMany({ where: { subjectKind: 'patient', subjectId: patient.id } });
  expect(JSON.stringify(trail)).not.toMatch(/Watched|\+49/);
});

test('I-07: without the right nobody makes a card, and block contacts do not see patients', async () => {
  const practitioner = await api.keyFor('practitioner', [clinic.facilityId]);
  const refused = await add(card, practitioner);
  expect([refused.status, refused.body.code]).toEqual([403, 'RIGHT_MISSING']);
  expect(await search('name=ana', practitioner)).not.toEqual([]);
  const contact = await api.keyFor('block contact', [clinic.facilityId]);
  expect((await api.call('GET', '/patients', { as: contact })).status).toBe(403);
});

test('pages of patients have no gaps and no repeats', async () => {
  const all = await search('limit=200');
  const paged: string[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await api.call('GET', `/patients?facilityId=${clinic.facilityId}&limit=2${cursor}`, { as: desk });
    paged.push(...body.items.map(({ id }: { id: string }) => id));
    if (!body.nextCursor) break;
    cursor = `&cursor=${body.nextCursor}`;
  }
  expect(paged).toEqual(all);
  expect(new Set(paged).size).toBe(paged.length);
});

test('D-12: working hours of a practitioner are set, replaced and added to, and free time follows at once', async () => {
  const { facilityId } = clinic;
  const hours = [{ weekday: 1, from: '08:00', to: '10:00' }];
  const made = await api.call('POST', '/practitioners', {
    as: desk,
    body: { facilityId, name: 'Dr. Bo Yu', professions: ['orthodontist'], hours },
  });
  expect([made.status, made.body.initials, made.body.hours]).toEqual([201, 'BY', hours]);
  const free = async () => {
    const range = `from=2027-03-08&to=${addDays('2027-03-08', 6)}&profession=orthodontist`;
    const { body } = await api.call('GET', `/free-time?facilityId=${facilityId}&${range}`, { as: desk });
    return body.items.map((one: { startsAt: string; endsAt: string }) => [one.startsAt, one.endsAt]);
  };
  expect(await free()).toEqual([['2027-03-08T07:00:00.000Z', '2027-03-08T09:00:00.000Z']]);
  const added = { kind: 'added', startsAt: '2027-03-09T16:00:00Z', endsAt: '2027-03-09T18:00:00Z' };
  const away = { kind: 'away', startsAt: '2027-03-08T07:30:00Z', endsAt: '2027-03-08T08:00:00Z', reason: 'Training' };
  const path = `/practitioners/${made.body.id}`;
  const changed = await api.call('PATCH', path, { as: desk, ifMatch: 1, body: { exceptions: [added, away] } });
  expect([changed.status, changed.body.version, changed.body.exceptions.length, changed.body.hours]).toEqual([200, 2, 2, hours]);
  expect(await free()).toEqual([
    ['2027-03-08T07:00:00.000Z', '2027-03-08T07:30:00.000Z'],
    ['2027-03-08T08:00:00.000Z', '2027-03-08T09:00:00.000Z'],
    ['2027-03-09T16:00:00.000Z', '2027-03-09T18:00:00.000Z'],
  ]);
  const twice = [...hours, { weekday: 1, from: '09:00', to: '11:00' }];
  expect((await api.call('PATCH', path, { as: desk, ifMatch: 2, body: { hours: twice } })).status).toBe(400);
  expect((await api.call('PATCH', path, { as: desk, ifMatch: 1, body: { active: false } })).status).toBe(412);
  const again = await api.call('POST', '/practitioners', { as: desk, body: { facilityId, name: 'Dr. Bo Yu' } });
  expect([again.status, again.body.code]).toEqual([409, 'ALREADY_EXISTS']);
  const practitioner = await api.keyFor('practitioner', [facilityId]);
  expect((await api.call('PATCH', path, { as: practitioner, ifMatch: 2, body: { active: false } })).status).toBe(403);
});

test('I-29, D-11, F-25: a talk is written down and read again: who, when, how it ended, what was said; who cannot book may not', async () => {
  const { id } = await createTestPatient(clinic, { familyName: 'Talk' });
  const path = `/patients/${id}/phone-contacts`;
  const key = crypto.randomUUID();
  const body = { outcome: 'not reached', note: 'Voicemail' };
  const [first, again] = [await api.call('POST', path, { as: desk, body, key }), await api.call('POST', path, { as: desk, body, key })];
  expect([first.status, again.body]).toEqual([201, first.body]);
  await api.call('POST', path, { as: desk, body: { outcome: 'reached', note: 'Wants a Friday', onBehalfOf: clinic.receptionist.id } });
  const { body: list } = await api.call('GET', `${path}?limit=1`, { as: desk });
  expect(list).toMatchObject({ items: [{ outcome: 'reached', by: 'Rae Desk', at: api.now, patientId: id }] });
  const rest = await api.call('GET', `${path}?limit=1&cursor=${encodeURIComponent(list.nextCursor)}`, { as: desk });
  expect(rest.body).toMatchObject({ items: [{ outcome: 'not reached', note: 'Voicemail' }], nextCursor: null });
  expect(await looks(id)).toBe(2);
  expect((await api.call('POST', path, { as: desk, body: { outcome: 'reached', note: ' ' } })).body.code).toBe('NOTE_MISSING');
  expect((await api.call('POST', path, { as: desk, body: { outcome: 'shouted', note: 'x' } })).status).toBe(400);
  const agent = await api.keyFor('care team agent', [clinic.facilityId]);
  expect((await api.call('POST', path, { as: agent, body })).status).toBe(403);
  const elsewhere = await createClinic(api.db, { name: 'Elsewhere talks' });
  expect((await api.call('GET', `/patients/${elsewhere.patient.id}/phone-contacts`, { as: desk })).status).toBe(404);
});
