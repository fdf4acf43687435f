import { beforeAll, expect, test } from 'vitest';

import { noteFreedTime } from '../../ledger/matching.ts';
import { startLadder } from '../../ledger/offer-ladder.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { testApi } from '../api/api.ts';
import { createFrontDesk } from '../waitlist-world.ts';
import { type Browser, signInStaff, untranslated } from './visitor.ts';

const now = '2027-01-04T12:00:00.000Z';
const api = testApi(now);
let practice: Awaited<ReturnType<typeof createFrontDesk>>;
let browser: Browser;

beforeAll(async () => {
  practice = await createFrontDesk(api.db);
  await api.db.person.update({ where: { id: practice.receptionist.id }, data: { language: 'ru' } });
  browser = await signInStaff(api, practice.receptionist);
});

/** The Latin words of a page that nobody here has written as data: names, codes, addresses. */
async function latinOf(path: string): Promise<string[]> {
  const page = await browser.get(path);
  expect([path, page.status]).toEqual([path, 200]);
  const { patient, otherPatient, dentist, hygienist, receptionist } = practice;
  const people = [patient, otherPatient].flatMap(({ givenName, familyName }) => [givenName, familyName]);
  const data = [...people, dentist.name, hygienist.name, receptionist.name, ...dentist.professions, ...hygienist.professions];
  const given = [
    ...data,
    'Test Practice',
    'Europe/Berlin',
    'PATCH /v1/practitioners/…',
    'English',
    'Holdfast',
    'Second filling',
    'only Friday',
  ];
  return untranslated(page, given);
}

test('F-28: every page of the front desk speaks Russian, dates and symbols too', async () => {
  const { facilityId, patient, otherPatient, dentist } = practice;
  const task = await practice.task({ inDays: 0 }, '2027-01-04T02:00:00.000Z');
  const entry = await practice.entry({}, now);
  const visit = await practice.visit('2027-01-04', 'booked');
  const gone = await practice.visit('2027-01-06', 'cancelled', { at: '2027-01-03T10:00:00.000Z', patientId: otherPatient.id });
  const time = { practitionerId: dentist.id, startsAt: '2027-01-07T09:00:00.000Z', endsAt: '2027-01-07T10:00:00.000Z' };
  await inTransaction(api.db, (tx) => noteFreedTime(tx, { ...time, cause: 'cancelled' }, now));
  const by = { personId: practice.receptionist.id, name: 'Kim', role: 'receptionist' as const, channel: 'page' as const };
  await inTransaction(api.db, (tx) => startLadder(tx, { facilityId, ...time, mode: 'sequential' }, by, now));
  const asked = new URLSearchParams({ practitionerId: dentist.id, date: '2027-01-07', from: '10:00', to: '10:10' });
  const pages = [
    '/desk',
    '/day-book?date=2027-01-04',
    '/day-book?date=2027-01-10',
    '/patients',
    '/patients?q=%D0%AF%D1%8F',
    '/active-tasks',
    '/waitlist',
    `/waitlist?${asked}`,
    `/tasks/${task.facts.id}`,
    `/waitlist/${entry.facts.id}`,
    '/tasks/new',
    `/waitlist/new?patientId=${patient.id}`,
    `/tasks/new?patientId=${otherPatient.id}`,
    `/patients/${patient.id}`,
    `/patients/${patient.id}?tab=card`,
    '/offers',
    `/appointments/${visit.id}`,
    `/appointments/${gone.id}`,
    `/appointments/${visit.id}/cancel`,
    `/book?practitionerId=${dentist.id}&date=2027-01-07&from=12:00&minutes=30`,
  ];
  const latin: Record<string, string[]> = {};
  for (const path of pages) latin[path.replace(/[\w-]{36}/g, '…')] = await latinOf(path);
  expect(Object.fromEntries(Object.entries(latin).filter(([, words]) => words.length > 0))).toEqual({});
  expect((await browser.get('/day-book?date=2027-01-04')).text).toContain('Расписание, понедельник, 4 января 2027 г.');
  const card = await browser.get(`/patients/${patient.id}`);
  expect(card.text).toContain('Лист ожидания, запланированный приём');
  expect(card.text).toMatch(/29 февраля 1980 г\..* 15 февраля 2027 г\./);
  expect(card.text).not.toMatch(/\d{4}-\d\d-\d\d/);
});

test('F-28: what is refused at the desk is said in Russian', async () => {
  const refused = await browser.post('/tasks/new', {
    form: crypto.randomUUID(),
    patientId: practice.patient.id,
    comment: ' ',
    durationMinutes: '30',
  });
  expect([refused.status, untranslated(refused, [])]).toEqual([422, expect.not.arrayContaining(['comment', 'needed'])]);
  expect(refused.text).toContain('Нужен комментарий');
});
