import { beforeAll, expect, test } from 'vitest';

import { testApi } from '../api/api.ts';
import { createClinic } from '../desk-world.ts';
import { type Browser, signInStaff, untranslated } from './visitor.ts';

const api = testApi();
let clinic: Awaited<ReturnType<typeof createClinic>>;
let desk: Browser;

beforeAll(async () => {
  clinic = await createClinic(api.db, { name: 'Words clinic' });
  desk = await signInStaff(api, clinic.receptionist);
});
const form = (more: Record<string, string> = {}) => ({
  form: crypto.randomUUID(),
  do: 'save',
  name: 'Check-up',
  channel: 'sms',
  active: 'on',
  ...more,
});
const rows = () => api.db.messageTemplate.findMany({ where: { facilityId: clinic.facilityId } });

test('D-09: a template is written, looked at as a patient would read it, saved and changed, in the pages of the desk', async () => {
  expect((await desk.get('/desk')).html).toContain('href="/templates"');
  expect((await desk.get('/templates')).text).toContain('There is no template yet');
  const words = { 'text-en': 'Dear {firstName}, please call {practice}.', 'text-ru': '{firstName}, позвоните в {practice}.' };
  const look = await desk.post('/templates/new', form({ ...words, do: 'preview' }));
  expect(look.text).toContain('Dear Anna, please call Words clinic. Reply STOP');
  expect(look.text).toContain('Анна, позвоните в Words clinic.');
  expect(look.text).toMatch(/1 text of \d+ characters/);
  expect(look.html).toContain('Dear {firstName}, please call {practice}.'); // nothing has to be typed again
  expect(await rows()).toEqual([]);

  const sent = form(words);
  expect((await desk.post('/templates/new', sent)).location).toBe('/templates?saved=1');
  await desk.post('/templates/new', sent); // the same press again
  const [row, ...others] = await rows();
  expect([others.length, row!.wordings]).toEqual([0, { en: { text: words['text-en'] }, ru: { text: words['text-ru'] } }]);
  expect((await desk.get('/templates')).text).toContain('Check-up');

  const path = `/templates/${row!.id}`;
  const { text } = await desk.post(path, form({ version: '1', name: 'Yearly', 'text-en': words['text-en'], active: '', do: 'preview' }));
  expect(text).toContain('Template: Yearly');
  const { active: _, ...off } = form({ version: '1', name: 'Yearly', 'text-en': 'Come, {firstName}.' });
  expect((await desk.post(path, off)).status).toBe(303);
  expect(await rows()).toMatchObject([{ name: 'Yearly', active: false, version: 2, wordings: { en: { text: 'Come, {firstName}.' } } }]);
  expect((await desk.post(path, off)).status).toBe(412);
});

test('D-09, D-10: what could not be sent is refused beside the words, which stay', async () => {
  const refusals: [Record<string, string>, string, string][] = [
    [{ 'text-en': 'Dear {firstname}' }, 'text-en', 'There is no field {firstname}.'],
    [{ 'text-ru': 'Book: {bookingLink}' }, 'text-ru', 'The practice has no online booking: a booking link would lead nowhere.'],
    [{ 'text-en': 'Hi', channel: 'mail' }, 'subject-en', 'A mail needs a subject.'],
    [{ 'text-en': 'x'.repeat(3000) }, 'text-en', 'This is longer than a text can be.'],
    [{ 'text-en': 'x'.repeat(4500) }, 'text-en', 'At most 4000 characters.'],
    [{}, 'text-en', 'Write it in one language at least.'],
    [{ name: ' ', 'text-en': 'Hi' }, 'name', 'Fill this in.'],
  ];
  for (const [wrong, field, why] of refusals) {
    for (const what of ['preview', 'save']) {
      const { status, html } = await desk.post('/templates/new', form({ name: 'Refused', do: what, ...wrong }));
      expect([wrong, status >= 400, html.includes(`<p id="${field}-refused" class="warning refused">${why}</p>`)]).toEqual([
        wrong,
        true,
        true,
      ]);
      for (const [name, typed] of Object.entries(wrong))
        if (name.startsWith('text')) expect(html).toMatch(new RegExp(`name="${name}"[^>]*>${typed.replace(/[{}]/g, '\\$&')}</textarea>`));
      expect(html).toContain(`value="${wrong.name ?? 'Refused'}"`);
    }
  }
  expect((await rows()).filter(({ name }) => name === 'Refused')).toEqual([]);
});

test('D-09: only who writes templates, and only their own', async () => {
  expect((await (await signInStaff(api, clinic.dentistPerson)).get('/templates')).status).toBe(403);
  const elsewhere = await createClinic(api.db, { name: 'Other words' });
  const other = await signInStaff(api, elsewhere.receptionist);
  const [row] = await rows();
  expect((await other.get(`/templates/${row!.id}`)).status).toBe(404);
  expect((await other.post(`/templates/${row!.id}`, form({ 'text-en': 'Mine' }))).status).toBe(404);
});

test('F-28: templates are written in Russian too', async () => {
  await api.db.person.update({ where: { id: clinic.receptionist.id }, data: { language: 'ru' } });
  const [row] = await rows();
  const given = ['Yearly', 'Come, {firstName}.', 'English', 'firstName', 'practice', 'date', 'time', 'bookingLink'];
  for (const path of ['/templates', '/templates/new', `/templates/${row!.id}`])
    expect([path, untranslated(await desk.get(path), given)]).toEqual([path, []]);
});
