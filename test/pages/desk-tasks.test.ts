import { beforeAll, expect, test } from 'vitest';
import { noteFreedTime } from '../../ledger/matching.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { testApi } from '../api/api.ts';
import { createFrontDesk } from '../waitlist-world.ts';
import { type Browser, formOf, signIn, signInStaff } from './visitor.ts';

const now = '2027-01-04T12:00:00.000Z';
const api = testApi(now);
let practice: Awaited<ReturnType<typeof createFrontDesk>>;
let browser: Browser;

beforeAll(async () => {
  practice = await createFrontDesk(api.db);
  browser = await signInStaff(api, practice.receptionist);
});

test('I-13, I-14, I-17, I-24: a task is created by its form, with Scheduled and tomorrow chosen already', async () => {
  const search = await browser.get('/tasks/new?q=Mos');
  expect(search.html).toContain(`/tasks/new?patientId=${practice.patient.id}`);
  const form = await browser.get(`/tasks/new?patientId=${practice.patient.id}&practitionerId=${practice.dentist.id}`);
  expect(form.html).toMatch(/<option value="[^"]+" selected="">Scheduled/);
  expect(form.html).toContain('name="actualFrom" value="2027-01-05"');
  expect(form.html).toContain(`<option value="${practice.dentist.id}" selected=""`);
  const typeId = /<option value="([^"]+)" selected="">Scheduled/.exec(form.html)![1]!;
  const said = {
    form: crypto.randomUUID(),
    patientId: practice.patient.id,
    typeId,
    practitionerId: practice.dentist.id,
    profession: '',
    durationMinutes: '45',
    comment: 'Second filling',
  };
  const made = await browser.post('/tasks/new', { ...said, actualFrom: '2027-01-05', inDays: '' });
  expect(made.status).toBe(303);
  const page = await browser.get(made.location);
  expect(page.text).toContain('Second filling');
  expect(page.text).toContain('become due');
  expect((await browser.post('/tasks/new', { ...said, comment: ' ', actualFrom: '2027-01-05' })).text).toContain('A comment is needed');
  const inTen = await browser.post('/tasks/new', { ...said, actualFrom: '2027-01-05', inDays: '10' });
  expect((await browser.get(inTen.location)).text).toContain('14 January 2027');
});

test('I-15: with a profession chosen, only its doctors are offered', async () => {
  const all = await browser.get(`/tasks/new?patientId=${practice.patient.id}`);
  expect(all.text).toContain('Ivo Novak');
  const some = await browser.get(`/tasks/new?patientId=${practice.patient.id}&profession=dentist`);
  expect(some.text).toContain('Dr. Anna Lopez');
  expect(some.text).not.toContain('Ivo Novak');
});

test('I-07, I-08, I-41, F-25: active tasks show everything due with its symbol in words, to whoever has the right, and write down the look', async () => {
  await practice.task({ inDays: 0, comment: 'Call about the crown' }, '2027-01-04T02:00:00.000Z');
  await practice.task({ inDays: 0, kind: 'check-up', comment: 'Half a year' }, '2027-01-04T02:00:00.000Z');
  await practice.entry({ comment: 'weekday evenings' }, now);
  const page = await browser.get('/active-tasks');
  for (const words of ['Scheduled task', 'Check-up task', 'Waitlist, scheduled', 'Call about the crown', 'weekday evenings'])
    expect(page.text).toContain(words);
  expect(page.html).toContain('<svg');
  const entriesAlone = await browser.get('/active-tasks?item=waitlist-entry');
  expect([entriesAlone.text.includes('weekday evenings'), entriesAlone.text.includes('Call about the crown')]).toEqual([true, false]);
  expect(await api.db.accessEvent.count({ where: { what: 'active tasks', patientId: practice.patient.id } })).toBeGreaterThan(0);
  const stranger = await signInStaff(api, practice.dentistPerson);
  expect((await stranger.get('/active-tasks')).status).toBe(403);
  expect((await (await signIn(api, practice.receptionist)).get('/active-tasks')).status).toBe(401); // not signed in afresh
});

test('I-41, I-42: many are assigned, snoozed and closed with plain checkboxes, and the page says how many', async () => {
  const one = await practice.task({ inDays: 0, comment: 'one' }, '2027-01-04T02:00:00.000Z');
  const row = () => api.db.task.findUniqueOrThrow({ where: { id: one.facts.id } });
  expect((await browser.post('/active-tasks', { action: 'close' })).status).toBe(422);
  const work = (form: Record<string, string>) => browser.post('/active-tasks', { task: one.facts.id, ...form });
  expect((await work({ action: 'assign', assigneeId: practice.receptionist.id })).location).toBe('/active-tasks?done=1&refused=0');
  expect((await browser.get('/active-tasks?done=1&refused=0')).text).toContain('yours');
  await work({ action: 'snooze', until: '2027-01-20', assigneeId: '' });
  expect(await row()).toMatchObject({ state: 'waiting', assigneeId: practice.receptionist.id });
  const unsure = await work({ action: 'close', reason: 'Moved away' });
  expect([unsure.status, unsure.text.includes('Tick the box to say that you mean it.')]).toEqual([422, true]);
  expect(unsure.html).toContain('value="Moved away"');
  expect(unsure.html).toMatch(/href="#yes"/);
  await work({ action: 'close', reason: 'Moved away', yes: 'on' });
  expect(await row()).toMatchObject({ state: 'closed', closeReason: 'Moved away' });
  expect((await work({ action: 'snooze', until: '2027-01-20' })).location).toBe('/active-tasks?done=0&refused=1');
});

test('I-42, I-45: from a task one books with patient, doctor or profession and length at hand, and the booking closes it', async () => {
  const clinic = await createFrontDesk(api.db, { name: 'From a task' });
  const desk = await signInStaff(api, clinic.receptionist);
  await api.db.patient.update({ where: { id: clinic.patient.id }, data: { phone: '+4915123456780' } });
  const { facts } = await clinic.task({ inDays: 0, comment: 'Crown', durationMinutes: 45 }, '2027-01-04T02:00:00.000Z');
  const list = await desk.get('/active-tasks');
  expect(list.text).not.toContain('+4915123456780'); // as it is written everywhere
  const address = /href="(\/day-book\?patientId[^"]+)"/.exec(list.html)![1]!.replaceAll('&amp;', '&');
  const day = await desk.get(`${address}&date=2027-01-06`);
  expect(day.text).toContain('(45 min)');
  const links = [...day.html.matchAll(/href="(\/book\?[^"]+)"/g)].map(([, link]) => link!.replaceAll('&amp;', '&'));
  expect(links.every((link) => link.includes(`practitionerId=${clinic.dentist.id}`))).toBe(true); // their doctor alone
  const form = formOf(await desk.get(links[0]!));
  expect(form).toMatchObject({ patientId: clinic.patient.id, minutes: '45', closeTaskId: facts.id });
  expect((await desk.post('/book', form)).status).toBe(303);
  expect(await api.db.task.findUniqueOrThrow({ where: { id: facts.id } })).toMatchObject({
    state: 'closed',
    closeReason: 'The visit is booked.',
  });
});

test('I-14, I-25, U-01: a task says its practitioner or its profession by that name, and when it is due in words, with a year that is not this one', async () => {
  const { facts } = await practice.task({ actualFrom: '2028-12-09', practitionerId: undefined, profession: 'hygienist' }, now);
  const { text } = await browser.get(`/tasks/${facts.id}`);
  expect(text).toMatch(/Profession ?:? hygienist/);
  expect(text).not.toContain('Doctor hygienist');
  expect(text).toContain('It is actual from Saturday, 9 December 2028.');
  expect(text).toMatch(/9 December 2028, \d\d:\d\d: /);
});

test('I-39, I-40: the form asks whether it follows from the cancelled visit, and links it', async () => {
  const patient = practice.otherPatient;
  const visit = await practice.visit('2027-01-20', 'cancelled', { at: '2027-01-02T10:00:00.000Z', patientId: patient.id });
  const form = await browser.get(`/tasks/new?patientId=${patient.id}`);
  expect(form.text).toContain('Does it follow from a cancelled visit?');
  expect(form.text).toContain('no mobile phone'); // I-11
  const typeId = /<option value="([^"]+)" selected="">Scheduled/.exec(form.html)![1]!;
  const said = {
    form: crypto.randomUUID(),
    patientId: patient.id,
    typeId,
    practitionerId: practice.dentist.id,
    durationMinutes: '30',
    comment: 'Crown',
    actualFrom: '2027-01-05',
  };
  expect((await browser.post('/tasks/new', said)).status).toBe(422);
  const made = await browser.post('/tasks/new', { ...said, follows: visit.id });
  expect((await browser.get(made.location)).text).toContain('Cancelled task');
});

test('I-09, I-12, I-18 to I-21, I-31: the waitlist form asks for offered time, copies the comment, and takes a period or days', async () => {
  const { patient, dentist } = practice;
  const task = await practice.task({ comment: 'Night shifts until the 20th' }, now);
  const form = await browser.get(`/waitlist/new?patientId=${patient.id}&comment=Only+mornings`);
  expect(form.text).toContain('Only mornings');
  expect(form.html).toContain('name="validUntil"');
  expect(form.html).toContain('value="2027-02-15"');
  expect(form.text).toContain('will probably wait no more than one day'); // I-20
  expect(form.html).toContain(`name="closeTaskId" value="${task.facts.id}"`);
  const said = {
    form: crypto.randomUUID(),
    patientId: patient.id,
    practitionerId: dentist.id,
    durationMinutes: '30',
    comment: 'Only Friday',
  };
  expect((await browser.post('/waitlist/new', { ...said, dates: '2027-01-08' })).text).toContain('Offer free time first');
  expect((await browser.post('/waitlist/new', { ...said, slotsChecked: 'on', dates: '2026-12-31' })).status).toBe(422);
  const made = await browser.post('/waitlist/new', {
    ...said,
    slotsChecked: 'on',
    dates: '2027-01-08, 2027-01-15',
    closeTaskId: task.facts.id,
  });
  expect((await browser.get(made.location)).text).toContain('Friday, 8 January 2027; Friday, 15 January 2027');
  expect(await api.db.task.findUniqueOrThrow({ where: { id: task.facts.id } })).toMatchObject({ state: 'closed' });
});

test('I-22, I-42: an entry is extended and closed on its page', async () => {
  const { facts } = await practice.entry({ patientId: practice.otherPatient.id, anotherProblem: true }, now);
  const path = `/waitlist/${facts.id}`;
  expect((await browser.post(path, { action: 'close' })).status).toBe(422); // the box is not ticked
  await browser.post(path, { action: 'extend', validUntil: '2027-03-01' });
  expect((await browser.get(path)).text).toContain('to Monday, 1 March 2027');
  await browser.post(path, { action: 'close', yes: 'on', reason: 'moved away' });
  expect((await browser.get(path)).text).toContain('ended: moved away');
});

test('I-02, I-43, U-07, F-01: the waitlist page says who fits a freed time, and why the others do not, shows the comment, and offers it', async () => {
  const clinic = await createFrontDesk(api.db, { name: 'Freed' });
  const desk = await signInStaff(api, clinic.receptionist);
  await clinic.entry({ comment: 'mornings only' }, now);
  await clinic.entry({ patientId: clinic.otherPatient.id, durationMinutes: 120 }, now);
  const time = { practitionerId: clinic.dentist.id, startsAt: '2027-01-06T09:00:00.000Z', endsAt: '2027-01-06T10:00:00.000Z' };
  await inTransaction(api.db, (tx) => noteFreedTime(tx, { ...time, cause: 'cancelled' }, now));
  const list = await desk.get('/waitlist');
  expect(list.text).toContain('10:00–11:00 (cancelled, somebody fits)');
  const link = /href="(\/waitlist\?practitionerId[^"]+)"/.exec(list.html)![1]!.replaceAll('&amp;', '&');
  const fits = await desk.get(link);
  const { text } = fits;
  expect(text).toContain('mornings only');
  expect(text).toContain('1 who waits for this doctor or profession does not fit');
  expect(text).toContain('The visit needs 2 h.');
  const links = [...fits.html.matchAll(/href="(\/book\?[^"]+)"/g)].map(([, address]) => address!.replaceAll('&amp;', '&'));
  expect(links).toHaveLength(1); // whoever does not fit is not booked from here
  const form = formOf(await desk.get(links[0]!));
  expect(form).toMatchObject({
    patientId: clinic.patient.id,
    practitionerId: clinic.dentist.id,
    date: '2027-01-06',
    from: '10:00',
    minutes: '30',
  });
  const offer = /<form[^>]*action="\/offers"[\s\S]*?<\/form>/.exec(fits.html)![0];
  for (const mode of ['sequential', 'waves', 'all']) expect(offer).toContain(`<option value="${mode}"`);
  expect((await desk.post('/offers', { ...time, mode: 'all', startsAt: '2027-01-03T09:00:00.000Z' })).status).toBe(422); // not free
  expect((await desk.post('/offers', { ...time, mode: 'all' })).status).toBe(303);
  const ladder = await api.db.offerLadder.findFirstOrThrow({ where: { practitionerId: clinic.dentist.id } });
  expect(ladder).toMatchObject({ mode: 'all', startsAt: new Date(time.startsAt), endsAt: new Date(time.endsAt) });
  expect((await desk.get(link)).text).toContain('It is being offered already: Offers');
  expect((await desk.post('/book', form)).status).toBe(303);
  expect(await api.db.waitlistEntry.findFirstOrThrow({ where: { patientId: clinic.patient.id } })).toMatchObject({ state: 'ended' });
});
