import { beforeAll, describe, expect, test } from 'vitest';

import { atLocal } from '../../domain/civil.ts';
import { testApi } from '../api/api.ts';
import { createPatient, createPractice, type Practice, report } from '../care-manager/practice.ts';
import { type Browser, signIn, signInStaff, untranslated } from './visitor.ts';

const api = testApi();
let practice: Practice;
let desk: Browser;
let ids: string[];

beforeAll(async () => {
  practice = await createPractice(api.db, 'Page practice');
  ids = [];
  for (const name of ['Adams', 'Brown', 'Clark']) {
    const { id: patientId } = await createPatient(api.db, practice.facilityId, 'Kim', name);
    ids.push((await report(practice, api.now, 10, { number: `COT-${name}`, patientId, nhs: true, udaValue: 3, payor: 'NHS' }))!);
  }
  desk = await signInStaff(api, practice.desk);
});
const list = (query = '') => desk.get(`/care-manager${query}`);
const act = (form: Record<string, string>) => desk.post('/care-manager', { form: crypto.randomUUID(), ...form });
const stateOf = (id: string) => api.db.opportunity.findUniqueOrThrow({ where: { id } });

describe('the Care Manager', () => {
  test('D-03, D-04, D-24, F-25: behind the desk, all columns with headings that sort, and the look is on record', async () => {
    expect((await desk.get('/desk')).text).toContain('Care Manager');
    const { text, html } = await list('?sort=patient');
    expect(text).toContain('Adams, Kim JP NHS COT-Adams');
    expect(text).toMatch(/£125\.00 3 \+44 7700 900123/);
    expect(html).toContain('aria-sort="ascending"');
    expect(html).toContain('sort=-patient');
    expect((await list('?sort=-patient')).text.indexOf('Clark, Kim')).toBeLessThan(
      (await list('?sort=-patient')).text.indexOf('Adams, Kim'),
    );
    expect(await api.db.accessEvent.count({ where: { facilityId: practice.facilityId, what: 'care manager' } })).toBeGreaterThanOrEqual(3);
  });

  test('D-24: only freshly signed in, and with the right to contact patients', async () => {
    expect((await (await signIn(api, practice.desk)).get('/care-manager')).status).toBe(401);
    expect((await (await signInStaff(api, practice.contact)).get('/care-manager')).status).toBe(403);
    expect((await (await signInStaff(api, practice.contact)).get('/desk')).text).not.toContain('Care Manager');
  });

  test('D-05: filtered by payor, number, value and who has it; an empty list says what to do', async () => {
    expect((await list('?number=COT-Brown')).text).toContain('Brown, Kim');
    expect((await list('?number=COT-Brown')).text).not.toContain('Adams, Kim');
    expect((await list('?payor=Denplan')).text).toContain('Change the filter');
    expect((await list('?from=200')).text).toContain('Nothing waits here');
    expect((await list('?payor=nhs')).text).toContain('Brown, Kim'); // in any case
    expect((await list('?sort=shoe')).status).toBe(400);
  });

  test('D-03, D-05: values are in the practice’s currency, listed and filtered with its own digits', async () => {
    const yen = await createPractice(api.db, 'Yen practice', { opportunity: { currency: 'JPY' } });
    await report(yen, api.now, 10, { number: 'COT-YEN', costMinor: 12_500 });
    const browser = await signInStaff(api, yen.desk);
    const { text, html } = await browser.get('/care-manager?from=12500&to=12500');
    expect(text).toContain('¥12,500');
    expect(html).toContain('step="1"');
    expect((await browser.get('/care-manager?from=12501')).text).toContain('Nothing waits here');
  });

  test('D-22, D-23: nobody chosen, or nothing: the page says what to choose', async () => {
    expect((await act({ action: 'snooze' })).text).toContain('Choose at least one in the list first.');
    expect((await act({ action: 'assign', item: ids[1]! })).text).toContain('Choose whom to assign it to, or nobody.');
  });

  test('D-06, D-07, D-22: assigned from a dropdown, the assignee’s lightbulb turns red in the frame of every page and leads to them', async () => {
    expect((await desk.get('/desk')).html).toContain('No treatment to book');
    expect((await act({ action: 'assign', item: ids[0]!, assignee: practice.desk.id })).status).toBe(303);
    const { html } = await desk.get('/desk');
    expect(html).toMatch(/href="\/care-manager\?assignee=me" class="lightbulb red"/);
    expect(html).toContain('1 treatment to book →');
    expect((await list('?assignee=me')).text).toContain('Rae Desk needs you');
    expect((await list('?assignee=me')).text).not.toContain('Brown, Kim');
    await act({ action: 'snooze', item: ids[0]!, until: '2027-02-01' });
    expect((await desk.get('/desk')).html).toContain('No treatment to book');
    await act({ action: 'reopen', item: ids[0]! });
    expect((await act({ action: 'assign', item: ids[0]! })).status).toBe(422);
  });

  test('D-13 to D-16, D-23: several are rejected after the question, hidden, and found by the filter', async () => {
    const both = new URLSearchParams([
      ['form', crypto.randomUUID()],
      ['action', 'reject'],
      ['item', ids[1]!],
      ['item', ids[2]!],
    ]);
    const asked = await desk.post('/care-manager', both as never);
    expect(asked.text).toContain('Reject these 2 opportunities?');
    expect(await stateOf(ids[1]!)).toMatchObject({ status: 'open' });
    await desk.post('/care-manager', new URLSearchParams([...both, ['yes', 'on'], ['reason', 'infeasible']]) as never);
    expect((await list()).text).not.toContain('Brown, Kim');
    expect((await list('?status=rejected')).text).toContain('Rejected: infeasible');
    expect((await list('?status=rejected&reason=infeasible')).text).toContain('Brown, Kim'); // D-14: what the dentist may de-activate
    expect((await list('?status=rejected&reason=not+interested')).text).not.toContain('Brown, Kim');
    const refused = await act({ action: 'snooze', item: ids[1]! });
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('0 done, 1 not')]);
    await act({ action: 'reopen', item: ids[1]! });
    expect((await act({ action: 'snooze' })).status).toBe(422);
  });

  test('D-19, D-20: the date field of a snooze stands at a week, another can be chosen, the past is refused', async () => {
    expect((await list()).html).toMatch(/type="date" name="until" value="2027-01-11"/);
    const form = crypto.randomUUID();
    for (let press = 0; press < 2; press++)
      await desk.post('/care-manager', { form, action: 'snooze', item: ids[1]!, until: '2027-01-20' });
    expect(await stateOf(ids[1]!)).toMatchObject({ status: 'snoozed', snoozedUntil: new Date('2027-01-20'), version: 4 });
    expect((await list('?status=snoozed')).text).toContain('Snoozed until Wednesday, 20 January 2027');
    expect((await act({ action: 'snooze', item: ids[1]!, until: '2027-01-04' })).status).toBe(409);
  });
});

describe('one opportunity', () => {
  test('D-08, D-11: a note and a phone call are kept with who, when and how it ended; a card without a number cannot be called', async () => {
    const at = `/care-manager/${ids[0]}`;
    expect((await desk.post(`${at}/notes`, { text: 'Asks for an evening.' })).status).toBe(303);
    expect((await desk.post(`${at}/notes`, { text: ' ' })).status).toBe(400);
    await desk.post(`${at}/calls`, { outcome: 'will call back', text: 'At work until five.' });
    const { text } = await desk.get(at);
    expect(text).toContain('Rae Desk: Asks for an evening.');
    expect(text).toContain('Rae Desk: phoned, will call back. At work until five.');
    const { patientId } = await stateOf(ids[0]!);
    await api.db.patient.update({ where: { id: patientId }, data: { phone: null } });
    expect((await desk.post(`${at}/calls`, { outcome: 'reached' })).status).toBe(422);
    expect((await desk.get(at)).text).toContain('no phone number on the card');
  });

  test('D-12: its visit is booked for that patient and takes it off the list; a time that is taken is refused', async () => {
    const visit = { practitioner: practice.dentist.id, date: '2027-01-12', from: '10:00', to: '10:30', comment: 'Crown fit' };
    expect((await desk.post(`/care-manager/${ids[0]}/book`, visit)).status).toBe(303);
    const { patientId, listed } = await stateOf(ids[0]!);
    expect(listed).toBe(false);
    expect(await api.db.appointment.findFirst({ where: { patientId } })).toMatchObject({
      startsAt: new Date(atLocal('2027-01-12', '10:00', practice.zone)),
      comment: 'Crown fit',
    });
    expect((await desk.get(`/care-manager/${ids[0]}`)).text).toContain('The list does not show it now');
    const taken = await desk.post(`/care-manager/${ids[2]}/book`, visit);
    expect([taken.status, taken.text]).toEqual([409, expect.stringContaining('another visit')]);
  });

  test('D-12: over the free time of the practitioner: what is taken is not offered, a pick fills the form, a refusal keeps what was typed', async () => {
    const page = await desk.get(`/care-manager/${ids[2]}?from=2027-01-12`);
    expect(page.text).toContain('Tuesday, 12 January 2027, 08:00–10:00');
    expect(page.text).toContain('Tuesday, 12 January 2027, 10:30–18:00');
    const at = atLocal('2027-01-12', '10:30', practice.zone);
    const picked = await desk.get(`/care-manager/${ids[2]}?${new URLSearchParams({ from: '2027-01-12', at })}`);
    for (const filled of ['value="2027-01-12"', 'value="10:30"', 'value="11:00"']) expect(picked.html).toContain(filled);
    const visit = { practitioner: practice.dentist.id, date: '2027-01-12', from: '10:15', to: '10:45', comment: 'Second crown' };
    const taken = await desk.post(`/care-manager/${ids[2]}/book`, visit);
    expect([taken.status, taken.html.includes('Second crown'), taken.html.includes('id="from-refused"')]).toEqual([409, true, true]);
    const backward = await desk.post(`/care-manager/${ids[2]}/book`, { ...visit, from: '12:00', to: '11:00' });
    expect([backward.status, backward.html.includes('id="to-refused"')]).toEqual([400, true]);
  });

  test('another facility’s is not there', async () => {
    const stranger = await signInStaff(api, (await createPractice(api.db, 'Elsewhere')).desk);
    expect((await stranger.get(`/care-manager/${ids[0]}`)).status).toBe(404);
    expect((await stranger.post('/care-manager', { form: 'a-form-of-theirs', action: 'snooze', item: ids[0]! })).text).toContain(
      '0 done, 1 not',
    );
  });

  test('F-28: the list, its questions and one opportunity speak Russian', async () => {
    await api.db.person.update({ where: { id: practice.desk.id }, data: { language: 'ru' } });
    const given = [
      'COT-',
      'Adams',
      'Brown',
      'Clark',
      'Kim',
      'NHS',
      'Rae Desk',
      'Dr. Jo Pike',
      'Private',
      'English',
      'Holdfast',
      'practice.example',
      'kim.',
      'patients.example',
      'adams',
      'brown',
      'clark',
    ];
    given.unshift(...(await api.db.opportunityNote.findMany()).map(({ text }) => text));
    for (const path of ['/care-manager', '/care-manager?status=any&assignee=none', ...ids.map((id) => `/care-manager/${id}`)])
      expect([path, untranslated(await desk.get(path), given)]).toEqual([path, []]);
    const asked = await act({ item: ids[1]!, action: 'reject' });
    expect(untranslated(asked, given)).toEqual([]);
    await api.db.person.update({ where: { id: practice.desk.id }, data: { language: null } });
  });
});
