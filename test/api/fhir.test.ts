import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';

import { createKey } from '../../api/auth/keys.ts';
import { searchable } from '../../api/fhir/capability.ts';
import { appointmentStatuses } from '../../domain/appointment.ts';
import { book, createPractice, type Practice } from '../care-manager/practice.ts';
import { testApi } from './api.ts';

const api = testApi();
let practice: Practice;
let secret: string;
let visitId: string;

beforeAll(async () => {
  practice = await createPractice(api.db, 'Read practice');
  const { facilityId, patient, dentist } = practice;
  const key = { name: 'EHR', role: 'receptionist' as const, facilityIds: [facilityId] };
  secret = (await createKey(api.db, key)).secret;
  visitId = await book(practice, api.now, 1);
  await book(practice, api.now, 2);
  await book(practice, api.now, 3);
  const type = await api.db.taskType.create({ data: { facilityId, kind: 'custom', name: 'Send the X-ray', priority: 1 } });
  const rest = { next: {}, nextAt: api.now, createdAt: api.now };
  await api.db.task.create({
    data: {
      facilityId,
      patientId: patient.id,
      typeId: type.id,
      comment: 'to Dr. Lee',
      actualFrom: new Date('2027-01-05'),
      dueAt: api.now,
      ...rest,
    },
  });
  const entry = {
    facilityId,
    patientId: patient.id,
    type: 'scheduled',
    practitionerId: dentist.id,
    durationMinutes: 30,
    comment: 'Fridays',
  };
  await api.db.waitlistEntry.create({
    data: { ...entry, validFrom: new Date('2027-01-04'), validUntil: new Date('2027-02-15'), anyDays: true, ...rest },
  });
});

async function read(path: string, key = secret) {
  const url = path.replace(/^http:\/\/[^/]+\/fhir\/R4/, '');
  const answer = await api.app.inject({ method: 'GET', url: `/fhir/R4${url}`, headers: { authorization: `Bearer ${key}` } });
  expect(answer.headers['content-type']).toContain('application/fhir+json');
  return { status: answer.statusCode, body: JSON.parse(answer.body) };
}
const ids = (body: { entry?: { resource: { id: string } }[] }) => (body.entry ?? []).map(({ resource }) => resource.id);
const next = (body: { link: { relation: string; url: string }[] }) => body.link.find(({ relation }) => relation === 'next')?.url;

describe('F-17: the FHIR R4 façade', () => {
  test('says what it can without a key, and nothing else', async () => {
    const { status, body } = await read('/metadata', 'none');
    expect(status).toBe(200);
    expect(body).toMatchObject({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1', kind: 'instance' });
    expect(body.rest[0].resource.map(({ type }: { type: string }) => type)).toEqual(['Patient', 'Appointment', 'Schedule', 'Slot', 'Task']);
    expect(await read('/Patient', 'none')).toMatchObject({
      status: 401,
      body: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'login' }] },
    });
    expect((await read('/Patient', api.keys.contact)).body.issue[0].code).toBe('forbidden');
  });

  test('Appointment: by date, patient, practitioner and status, page by page; every patient shown is on record (F-25)', async () => {
    const { patient, dentist } = practice;
    const one = await read(`/Appointment/${visitId}`);
    expect(one.body).toMatchObject({
      resourceType: 'Appointment',
      status: 'booked',
      start: '2027-01-05T10:00:00.000Z',
      end: '2027-01-05T10:30:00.000Z',
      minutesDuration: 30,
      participant: [
        { actor: { reference: `Patient/${patient.id}` }, status: 'accepted' },
        { actor: { reference: `Practitioner/${dentist.id}` } },
      ],
    });
    const all = await read(`/Appointment?patient=Patient/${patient.id}&practitioner=${dentist.id}&_count=2`);
    expect(all.body).toMatchObject({ resourceType: 'Bundle', type: 'searchset' });
    expect(all.body.entry).toHaveLength(2);
    const rest = await read(next(all.body)!);
    expect(rest.body.entry).toHaveLength(1);
    expect(next(rest.body)).toBeUndefined();
    expect(ids((await read('/Appointment?date=2027-01-05')).body)).toEqual([visitId]);
    expect(ids((await read('/Appointment?date=ge2027-01-06&date=lt2027-01-07')).body)).toHaveLength(1);
    expect(ids((await read('/Appointment?status=cancelled,noshow')).body)).toEqual([]);
    expect(await api.db.accessEvent.count({ where: { patientId: patient.id, what: 'FHIR Appointment' } })).toBeGreaterThanOrEqual(4);
  });

  test('Appointment?status=waitlist: who waits for a time', async () => {
    const { body } = await read('/Appointment?status=waitlist');
    expect(body.entry[0].resource).toMatchObject({
      status: 'waitlist',
      minutesDuration: 30,
      requestedPeriod: [{ start: '2027-01-04', end: '2027-02-15' }],
    });
    expect(await read(`/Appointment/${ids(body)[0]}`)).toMatchObject({ status: 200, body: { status: 'waitlist' } });
  });

  test('Patient: the fields that are kept, by family name, birth date, phone and identifier', async () => {
    const { patient, db } = practice;
    await db.patient.update({ where: { id: patient.id }, data: { number: 'P-1', birthDate: new Date('1980-02-03') } });
    const { body } = await read('/Patient?family=ra&birthdate=1980-02-03&identifier=P-1');
    expect(body.entry[0].resource).toMatchObject({
      id: patient.id,
      identifier: [{ value: 'P-1' }],
      name: [{ family: 'Ray', given: ['Alma'] }],
      birthDate: '1980-02-03',
      telecom: [{ system: 'phone', value: '+447700900123' }, { system: 'email' }],
    });
    expect((await read('/Patient?family=zz')).body).not.toHaveProperty('entry');
    expect((await read('/Patient?birthdate=gt1980-02-03')).body).not.toHaveProperty('entry');
  });

  test('Schedule and Slot: rooms and practitioners; free, busy, and busy-tentative for a hold that waits', async () => {
    const { dentist, room2, facilityId, otherProvider, otherGroup, other, db } = practice;
    const schedules = await read('/Schedule');
    expect(ids(schedules.body)).toEqual(expect.arrayContaining([`practitioner-${dentist.id}`, `room-${room2.id}`]));
    const day = `schedule=Schedule/practitioner-${dentist.id}&start=2027-01-05`;
    const visits = await read(`/Slot?${day}`);
    expect(
      visits.body.entry.map(({ resource }: { resource: { status: string; start: string } }) => [resource.status, resource.start]),
    ).toEqual([
      ['free', '2027-01-05T08:00:00.000Z'],
      ['busy', '2027-01-05T10:00:00.000Z'],
      ['free', '2027-01-05T10:30:00.000Z'],
    ]);
    for (const id of ids(visits.body)) expect([id, (await read(`/Slot/${id}`)).body.id]).toEqual([id, id]);
    expect(ids((await read(`/Slot?${day}&status=free&_count=1`)).body)).toHaveLength(1);
    const time = { startsAt: '2027-01-07T09:00:00Z', endsAt: '2027-01-07T11:00:00Z' };
    const hold = { facilityId, roomId: room2.id, groupId: otherGroup.id, providerId: otherProvider.id, requesterId: other.id, ...time };
    await db.hold.create({
      data: { ...hold, state: 'pending', requestedAt: api.now, expiresAt: time.startsAt, next: {}, nextAt: api.now },
    });
    const held = await read(`/Slot?schedule=room-${room2.id}&start=2027-01-07&status=busy-tentative`);
    expect(held.body.entry[0].resource).toMatchObject({ status: 'busy-tentative', start: '2027-01-07T09:00:00.000Z' });
  });

  test('Task: by patient and status', async () => {
    const { body } = await read(`/Task?patient=${practice.patient.id}&status=requested`);
    expect(body.entry[0].resource).toMatchObject({
      resourceType: 'Task',
      status: 'requested',
      intent: 'plan',
      code: { text: 'Send the X-ray' },
      description: 'to Dr. Lee',
    });
    expect((await read('/Task?status=completed')).body).not.toHaveProperty('entry');
  });

  test('what is not known is an OperationOutcome: a parameter, a date, a resource, another facility’s row', async () => {
    expect(await read('/Appointment?colour=red')).toMatchObject({ status: 400, body: { issue: [{ code: 'invalid' }] } });
    expect((await read('/Appointment?date=soon')).status).toBe(400);
    expect((await read('/Appointment?_count=0')).status).toBe(400);
    expect(await read('/Medication')).toMatchObject({ status: 404, body: { resourceType: 'OperationOutcome' } });
    expect((await read('/Slot')).status).toBe(400);
    const stranger = await api.keyFor('administrator', [api.world.facilityId]);
    for (const path of [
      `/Appointment/${visitId}`,
      `/Patient/${practice.patient.id}`,
      `/Schedule/practitioner-${practice.dentist.id}`,
      `/Slot/appointment-${visitId}`,
      '/Patient/nobody',
    ])
      expect([path, await read(path, stranger)]).toMatchObject([
        path,
        { status: 404, body: { resourceType: 'OperationOutcome', issue: [{ code: 'not-found' }] } },
      ]);
    expect((await read('/Appointment', stranger)).body).not.toHaveProperty('entry');
    expect((await read('/Patient', stranger)).body).not.toHaveProperty('entry');
    expect(await api.db.accessEvent.count({ where: { what: 'FHIR Patient', by: { path: ['role'], equals: 'administrator' } } })).toBe(0);
  });

  test('docs/fhir.md: its examples work, its parameters are those there are, and every status has its line', async () => {
    const page = readFileSync(new URL('../../docs/fhir.md', import.meta.url), 'utf8');
    const examples = [...page.matchAll(/^GET \/fhir\/R4(.+)$/gm)].map(([, path]) => path!);
    expect(examples.length).toBeGreaterThan(5);
    for (const example of examples) {
      const path = example.replaceAll('{patient}', practice.patient.id).replaceAll('{practitioner}', practice.dentist.id);
      const { status, body } = await read(path);
      expect([path, status, ['Bundle', 'Patient', 'CapabilityStatement'].includes(body.resourceType)]).toEqual([path, 200, true]);
    }
    const lines = (heading: string) =>
      [
        ...page
          .split(`## ${heading}`)[1]!
          .split('\n## ')[0]!
          .matchAll(/^\| (\w+) +\| (`[^|]+`) /gm),
      ].map(([, type, said]) => ({
        type: type!,
        said: [...said!.matchAll(/`([\w-]+)`/g)].map(([, name]) => name!),
      }));
    expect(Object.fromEntries(lines('Searching').map(({ type, said }) => [type, said]))).toEqual(
      Object.fromEntries(Object.entries(searchable).map(([type, parameters]) => [type, Object.keys(parameters)])),
    );
    const statuses = lines('Status').flatMap(({ type, said }) => said.map((status) => `${type} ${status}`));
    expect(statuses).toEqual([
      ...[...appointmentStatuses, 'waitlist'].map((status) => `Appointment ${status}`),
      ...['free', 'busy', 'busy-tentative'].map((status) => `Slot ${status}`),
      ...['requested', 'ready', 'completed'].map((status) => `Task ${status}`),
    ]);
  });
});
