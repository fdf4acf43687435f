import { expect, test } from 'vitest';

import { testApi } from '../api/api.ts';
import { bookVisit, createClinic, createTestPatient } from '../desk-world.ts';
import { signInStaff } from './visitor.ts';

const api = testApi('2027-03-01T08:00:00.000Z');

test('F-16: a manager reads on the card what was done in a patient’s matters, by whom and what it changed; nobody else does', async () => {
  const clinic = await createClinic(api.db);
  const patient = await createTestPatient(clinic, { familyName: 'Trail' });
  const other = await createTestPatient(clinic, { familyName: 'Elsewhere' });
  const { facts: visit } = await bookVisit(clinic, { date: '2027-03-08', patientId: patient.id, now: api.now });
  const { facts: foreign } = await bookVisit(clinic, { date: '2027-03-09', patientId: other.id, now: api.now });
  const path = `/patients/${patient.id}?tab=audit`;
  const manager = await signInStaff(api, clinic.manager);
  const page = await manager.get(path);
  expect(page.text).toMatch(/Appointment : booked .*Rae Desk \(receptionist, on a page\)/);
  expect(page.text).toMatch(/Card : added .*2 January 2026/);
  expect(page.text).toContain('practitionerId : Dr. Anna Lopez');
  expect(page.html).toContain(`href="/appointments/${visit.id}"`);
  expect(page.html).not.toContain(foreign.id);
  expect(await api.db.accessEvent.count({ where: { patientId: patient.id, what: 'audit trail' } })).toBe(1);
  for (const someone of [clinic.receptionist, clinic.dentistPerson]) {
    const visitor = await signInStaff(api, someone);
    expect((await visitor.get(path)).status).toBe(403);
    expect((await visitor.get(`/patients/${patient.id}`)).html).not.toContain('tab=audit');
  }
  const { html } = await manager.get(path, { 'accept-language': 'ru' });
  expect(html).toContain('записано');
});
