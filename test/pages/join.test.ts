import { beforeAll, beforeEach, expect, test } from 'vitest';

import { deliveryActivities } from '../../activities/delivery.ts';
import { mailboxTransport } from '../../activities/mail/mailbox.ts';
import { textMailbox } from '../../activities/text/mailbox.ts';
import { addMinutes } from '../../domain/civil.ts';
import { testApi } from '../api/api.ts';
import { createClinic, createTestPatient } from '../desk-world.ts';
import { Browser, signInStaff, visible } from './visitor.ts';

const now = '2027-01-04T12:00:00.000Z';
const api = testApi(now);
let clinic: Awaited<ReturnType<typeof createClinic>>;
let visitor: Browser;
let path: string;
let phones = 0;

beforeAll(async () => {
  clinic = await createClinic(api.db, { name: 'Open clinic', settings: { waitlist: { selfService: true } } });
  path = `/join/${clinic.facilityId}`;
});
beforeEach(() => {
  api.now = now;
  visitor = new Browser(api);
});

const wish = (more: Record<string, string> = {}) => ({
  givenName: 'Nora',
  familyName: 'New',
  phone: `0151 2345${1000 + phones++}`,
  channel: 'sms',
  profession: 'dentist',
  comment: 'weekday evenings',
  validUntil: '2027-02-01',
  ...more,
});
const requests = () => api.db.waitlistRequest.findMany({ where: { facilityId: clinic.facilityId }, orderBy: { id: 'asc' } });
const entries = () => api.db.waitlistEntry.findMany({ where: { facilityId: clinic.facilityId }, orderBy: { id: 'asc' } });

/** From another address of the internet. */
async function from(remoteAddress: string, more: Record<string, string>, url = path) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const payload = new URLSearchParams(wish(more)).toString();
  const answer = await api.app.inject({ method: 'POST', url, remoteAddress, headers, payload });
  return { status: answer.statusCode, text: visible(answer.body), html: answer.body };
}

test('F-20, I-20: “until today” is the clinic’s own today, whatever day it is in UTC', async () => {
  const west = await createClinic(api.db, { name: 'West', zone: 'America/Los_Angeles', settings: { waitlist: { selfService: true } } });
  const was = api.now;
  api.now = '2027-01-12T04:00:00.000Z'; // the evening of the 11th there
  const until = (validUntil: string) => from('203.0.113.8', { validUntil, phone: '+14155552671' }, `/join/${west.facilityId}`);
  expect([(await until('2027-01-11')).status, (await until('2027-01-10')).status]).toEqual([200, 422]);
  api.now = was;
});

/** The words that went out last, as their reader has them. */
async function sent(): Promise<string> {
  const transports = [textMailbox(api.db), mailboxTransport(api.db)];
  const { claimBatch, sendBatch } = deliveryActivities({ db: api.db, transports, from: 'x@y.example', publicUrl: 'https://h.example' });
  for (const { name } of transports) {
    const { batchId } = await claimBatch(name, api.now);
    if (batchId) await sendBatch(batchId, api.now);
  }
  const [last] = await api.db.mailboxEntry.findMany({
    orderBy: { sentAt: 'desc' },
    where: { messageId: { in: (await api.db.message.findMany({ orderBy: { id: 'desc' }, take: 1 })).map(({ id }) => id) } },
  });
  return last!.text;
}
const linkIn = (text: string) => /https:\/\/h\.example(\/w\/[\w-]+)/.exec(text)![1]!;

test('F-20: off by default: the page is not there, for anybody, and neither is its form', async () => {
  const closed = await createClinic(api.db, { name: 'Closed clinic' });
  expect((await visitor.get(`/join/${closed.facilityId}`)).status).toBe(404);
  expect((await visitor.post(`/join/${closed.facilityId}`, wish())).status).toBe(404);
  expect((await visitor.get(`/join/${crypto.randomUUID()}`)).status).toBe(404);
  expect((await visitor.get('/join/x')).status).toBe(404);
});

test('F-20: a wish counts when its link is pressed, not before: then there is a card, an entry with its source, and nothing left of the wish', async () => {
  const page = await visitor.get(path);
  expect(page.text).toContain('Join the waitlist of Open clinic');
  const said = wish({ email: 'nora@x.example' });
  const answer = await visitor.post(path, said);
  expect([answer.status, answer.text.includes('nothing counts')]).toEqual([200, false]);
  expect(answer.text).toContain('a link is on its way');
  expect([await entries(), await api.db.patient.count({ where: { familyName: 'New' } })]).toEqual([[], 0]);

  const text = await sent();
  expect(text).toContain('Nora, do you want to be on the waitlist of Open clinic?');
  expect(text).not.toMatch(/New|dentist|evenings/); // F-19
  const link = linkIn(text);
  expect((await visitor.get(link)).text).toContain('Do you want to be on the waitlist?');
  expect(await entries()).toEqual([]); // a look does nothing
  expect((await visitor.post(link)).location).toBe(link);
  await visitor.post(link); // a second press
  expect((await visitor.get(link)).text).toContain('You are on the waitlist');
  const [entry, ...others] = await entries();
  expect(others).toEqual([]);
  expect(entry).toMatchObject({
    origin: 'patient',
    profession: 'dentist',
    durationMinutes: 30,
    comment: 'weekday evenings',
    state: 'active',
  });
  expect(await api.db.patient.findFirstOrThrow({ where: { familyName: 'New' } })).toMatchObject({
    id: entry!.patientId,
    email: 'nora@x.example',
  });
  expect(await requests()).toMatchObject([{ givenName: '', phone: '', email: null, comment: '', waitlistEntryId: entry!.id }]);
  const created = await api.db.auditEvent.findFirstOrThrow({ where: { subjectKind: 'waitlist-entry', subjectId: entry!.id } });
  expect(created.actor).toMatchObject({ name: 'Patient', role: 'patient' });
});

test('F-20, I-42: the desk sees through the API and on its pages who came alone, and can drop it', async () => {
  const key = await api.keyFor('receptionist', [clinic.facilityId]);
  const listed = await api.call('GET', `/waitlist-entries?facilityId=${clinic.facilityId}`, { as: key });
  expect(listed.body.items).toMatchObject([{ origin: 'patient', comment: 'weekday evenings' }]);
  const desk = await signInStaff(api, clinic.receptionist);
  const { id } = (await entries())[0]!;
  expect((await desk.get(`/waitlist/${id}`)).text).toContain('Comes from the patient alone, by the public page');
  expect((await desk.get('/waitlist')).html).toContain(`href="${path}"`);
  await desk.post(`/waitlist/${id}`, { action: 'close', yes: 'on', reason: 'not our patient' });
  expect(await entries()).toMatchObject([{ state: 'ended', endReason: 'not our patient' }]);
});

test('F-20: nothing says who is known: a patient of ours gets the same answers, and the card that they have', async () => {
  const known = await createTestPatient(clinic, { givenName: 'Kai', familyName: 'Known' });
  const said = { givenName: 'Kai', familyName: 'Known', phone: known.phone!, birthDate: '1980-02-29' };
  const [ours, stranger] = [
    await visitor.post(path, wish(said)),
    await visitor.post(path, wish({ givenName: 'Sam', familyName: 'Stranger' })),
  ];
  expect([ours.status, ours.text]).toEqual([stranger.status, stranger.text]);
  const cards = await api.db.patient.count();
  await visitor.post(path, wish({ ...said, comment: 'mornings', profession: 'hygienist' }));
  const pressed = linkIn(await sent());
  expect((await visitor.get(pressed)).text).not.toContain('Known');
  await visitor.post(pressed);
  expect(await api.db.patient.count()).toBe(cards);
  expect(await api.db.waitlistEntry.findFirstOrThrow({ where: { patientId: known.id } })).toMatchObject({ profession: 'hygienist' });
  const father = await createTestPatient(clinic, { givenName: 'Jan', familyName: 'Senior', birthDate: '1960-05-01' });
  for (const [birthDate, more] of [
    ['1990-05-01', 1],
    ['', 1], // nobody knows whose: a card of their own
    ['1960-05-01', 0],
  ] as const) {
    const before = await api.db.patient.count();
    await api.db.waitlistRequest.deleteMany({ where: { phone: father.phone! } });
    await visitor.post(path, wish({ givenName: 'Jan', familyName: 'Senior', phone: father.phone!, birthDate }));
    await visitor.post(linkIn(await sent()));
    expect([birthDate, (await api.db.patient.count()) - before]).toEqual([birthDate, more]);
  }
  const family = await api.db.patient.count();
  const namesake = wish({ givenName: 'Eva', familyName: 'Other', phone: known.phone! }); // the family's phone
  await api.db.waitlistRequest.deleteMany({ where: { phone: known.phone! } });
  await visitor.post(path, namesake);
  await visitor.post(linkIn(await sent()));
  expect(await api.db.patient.count()).toBe(family + 1);
});

test('F-20: nobody is flooded: three a day to one number, none to who stopped texts, none for machines, and always the same answer', async () => {
  const phone = '0151 77777777';
  const before = await api.db.message.count();
  const answers = [];
  for (let press = 0; press < 5; press++) answers.push((await from('203.0.113.7', { phone })).text);
  expect([new Set(answers).size, (await api.db.message.count()) - before]).toEqual([1, 3]);
  const silent = await createTestPatient(clinic, { familyName: 'Silent' });
  await api.db.patient.update({ where: { id: silent.id }, data: { textsStoppedAt: now } });
  await from('203.0.113.7', { phone: silent.phone! });
  await from('203.0.113.7', { website: 'https://buy.example' });
  expect((await api.db.message.count()) - before).toBe(3);
});

test('F-20: from one address of the internet ten tries a minute', async () => {
  const tries: number[] = [];
  for (let nth = 0; nth < 12; nth++) tries.push((await from('203.0.113.9', { phone: '1' })).status);
  expect(tries).toEqual([...Array(10).fill(422), 429, 429]);
});

test('F-20, F-28: what cannot be reached is said beside the words, which stay; a link lives a day; Russian is spoken', async () => {
  await new Promise((resolve) => setTimeout(resolve, 0));
  const russian = { 'accept-language': 'ru' };
  const clinicPage = await visitor.get(path, russian);
  expect(clinicPage.text).toContain('Лист ожидания «Open clinic»');
  const typed = (more: Record<string, string>) => from('203.0.113.11', more);
  const unreachable = await typed({ phone: '12', comment: 'mornings, please' });
  expect([unreachable.status, unreachable.text.match(/This is not a mobile number/g)?.length]).toEqual([422, 2]);
  expect(unreachable.html).toMatch(/id="phone" aria-invalid="true"[^>]*name="phone" value="12"/);
  for (const part of ['mornings, please</textarea>', 'href="#phone"']) expect(unreachable.html).toContain(part);
  expect(unreachable.text).not.toContain('PHONE_INVALID');
  const nameless = await typed({ givenName: ' ', channel: 'mail' });
  expect([nameless.status, nameless.text.includes('Fill this in.')]).toEqual([400, true]);
  expect(nameless.html).toMatch(/name="channel" checked="" value="mail"/);
  expect((await typed({ channel: 'mail' })).html).toMatch(/id="email" aria-invalid="true"[^>]*name="email"/);
  api.now = '2027-02-01T23:30:00.000Z'; // already the next day at the clinic
  expect((await typed({ validUntil: '2027-02-01' })).status).toBe(422);
  api.now = now;
  const late = await api.app.inject({ method: 'GET', url: `/w/${'x'.repeat(43)}` });
  expect(late.statusCode).toBe(401);
  const id = crypto.randomUUID();
  const row = { givenName: 'Old', familyName: 'Wish', phone: '+4915100000001', language: 'en', comment: 'x', profession: 'dentist' };
  await api.db.waitlistRequest.create({
    data: { id, facilityId: clinic.facilityId, ...row, createdAt: addMinutes(now, -2000), expiresAt: addMinutes(now, -560) },
  });
  const token = 'y'.repeat(43);
  const tokenHash = (await import('../../api/auth/principal.ts')).hashOf(token);
  await api.db.actionLink.create({
    data: {
      tokenHash,
      facilityId: clinic.facilityId,
      purpose: 'confirm wish',
      subjectKind: 'waitlist-request',
      subjectId: id,
      createdAt: now,
    },
  });
  for (const answer of [await visitor.get(`/w/${token}`), await visitor.post(`/w/${token}`)]) expect(answer.status).toBe(410);
});
