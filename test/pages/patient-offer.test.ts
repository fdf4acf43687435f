import { expect, test } from 'vitest';
import { offerLadderActivities } from '../../activities/offer-ladder.ts';
import { hashOf, newSecret } from '../../api/auth/principal.ts';
import { addMinutes } from '../../domain/civil.ts';
import { type PatientLinkPurpose, PatientMessage } from '../../domain/patient-message.ts';
import { renderPatientMail } from '../../emails/patient.tsx';
import { textToPatient } from '../../words/patient-message.ts';
import { testApi } from '../api/api.ts';
import { askedIn, createOffers, decideOffer } from '../offer/offers.ts';
import { Browser, footprint } from './visitor.ts';

const api = testApi('2027-01-04T09:00:00.000Z');
const startsAt = '2027-01-04T15:00:00.000Z';

async function offered(name: string, waiting = 2, settings: object = {}) {
  const practice = await createOffers(api.db, api.now, { name, waiting, settings });
  const { facts } = await practice.start(startsAt, 'all');
  await offerLadderActivities({ db: api.db }).makeOffers(facts.id, api.now);
  const link = async (patientId: string, purpose: PatientLinkPurpose = 'answer offer') => {
    const token = newSecret();
    const { facilityId } = practice;
    const row = { tokenHash: hashOf(token), facilityId, patientId, purpose, subjectKind: 'offer-ladder', subjectId: facts.id };
    await api.db.actionLink.create({ data: { ...row, createdAt: api.now } });
    return `/p/${token}`;
  };
  return { ...practice, ladderId: facts.id, link };
}

test('F-01, U-02: a patient’s link shows what is offered and writes nothing; only the ticked form takes it', async () => {
  const place = { address: '12 Harbour Street', telephone: '+44 20 7946 0123' };
  const { patients, link, ladderId, practitionerId } = await offered('Page', 2, { patient: { phoneCountry: 'DE', ...place } });
  const path = await link(patients[0]!.id);
  const browser = new Browser(api);
  const before = await footprint(api.db);
  const page = await browser.get(path);
  expect(page.status).toBe(200);
  expect(page.text).toContain('Monday, 4 January 2027');
  expect(page.text).toContain('15:00');
  expect(page.text).toMatch(/With:? Dr\. Mira Okafor/); // whom they would see stands here, not in the message
  expect(page.text).toContain('Page, 12 Harbour Street');
  expect(page.html).toContain('href="tel:+442079460123"');
  expect(page.text).not.toMatch(/Weber|Friday/); // F-19
  await browser.get(path);
  expect(await footprint(api.db)).toEqual(before);
  const unticked = await browser.post(path);
  expect([unticked.status, unticked.text]).toEqual([422, expect.stringContaining('nothing was done yet')]);
  const answer = await browser.post(path, { yes: 'on' });
  expect(answer.status).toBe(303);
  expect((await browser.get(path)).text).toContain('The time is yours');
  const { content } = await api.db.message.findFirstOrThrow({ where: { patientId: patients[0]!.id, kind: 'visit booked' } });
  const said = PatientMessage.parse(content);
  expect(textToPatient(said, {}, 'en')).toContain('is booked: Monday, 4 January 2027, 15:00.\n12 Harbour Street\n');
  const mail = await renderPatientMail(said, {}, 'en');
  expect(mail.text).toContain('Page · 12 Harbour Street · +44 20 7946 0123');
  expect(mail.text).not.toMatch(/Okafor|Weber|Friday/);
  await browser.post(path, { yes: 'on' }); // U-03: pressed again
  expect(await api.db.appointment.count({ where: { practitionerId } })).toBe(1);
  expect(await askedIn(api.db, ladderId)).toEqual(['A accepted 09:00', 'B withdrawn 09:00']);
});

test('F-03, U-04: whoever comes too late is told that the time is taken, and of another time that waits for them', async () => {
  const { patients, link, ladderId, start } = await offered('Too late');
  const path = await link(patients[1]!.id);
  await decideOffer(api.db, ladderId, { action: 'accept', patientId: patients[0]!.id }, api.now);
  const browser = new Browser(api);
  const page = await browser.get(path);
  expect([page.status, page.text]).toEqual([409, expect.stringContaining('This time is taken by now')]);
  expect(page.text).toContain('You stay on the waitlist');
  await browser.post(path, { yes: 'on' });
  expect((await browser.get(path)).status).toBe(409);
  const other = await start('2027-01-05T15:00:00.000Z', 'all');
  await offerLadderActivities({ db: api.db }).makeOffers(other.facts.id, api.now);
  expect((await browser.get(path)).text).toContain('There is another time for you now: Tuesday, 5 January 2027, 15:00');
});

test('F-01: after its minutes an offer is over (410)', async () => {
  const practice = await createOffers(api.db, api.now, { name: 'Expired page', waiting: 1 });
  const { facts } = await practice.start(startsAt, 'sequential');
  await offerLadderActivities({ db: api.db }).makeOffers(facts.id, api.now);
  const token = newSecret();
  const patientId = practice.patients[0]!.id;
  const row = { tokenHash: hashOf(token), facilityId: practice.facilityId, patientId, purpose: 'answer offer' };
  await api.db.actionLink.create({ data: { ...row, subjectKind: 'offer-ladder', subjectId: facts.id, createdAt: api.now } });
  const was = api.now;
  api.now = addMinutes(was, 31);
  const page = await new Browser(api).get(`/p/${token}`);
  api.now = was;
  expect([page.status, page.text]).toEqual([410, expect.stringContaining('The time to answer is over')]);
});

test('F-02: the decline button of a mail can only decline, and can end offers for this visit', async () => {
  const { patients, link, ladderId } = await offered('Decline page');
  const path = await link(patients[0]!.id, 'decline offer');
  const browser = new Browser(api);
  await browser.post(path, { yes: 'on' }); // what it is not for
  expect(await askedIn(api.db, ladderId)).toEqual(['A open 09:00', 'B open 09:00']);
  await browser.post(path, { answer: 'no more' });
  expect((await browser.get(path)).text).toContain('Thank you for your answer');
  expect(await api.db.waitlistEntry.findUniqueOrThrow({ where: { id: patients[0]!.entryId } })).toMatchObject({
    offersOff: true,
    state: 'active',
  });
});

test('F-28: the page is in the patient’s language, with a switch; a stranger’s link is unknown', async () => {
  const { patients, link } = await offered('Волна');
  await api.db.patient.update({ where: { id: patients[0]!.id }, data: { language: 'ru' } });
  const path = await link(patients[0]!.id);
  const browser = new Browser(api);
  const russian = await browser.get(path);
  expect(russian.html).toContain('<html lang="ru"');
  expect(russian.text).toContain('Подходит ли вам это время?');
  expect(russian.text).toContain('понедельник, 4 января 2027');
  const words = russian.text.replace(/English|Dr\. Mira Okafor/g, '').match(/[A-Za-z]{3,}/g) ?? [];
  expect(words.filter((word) => word !== 'UTC')).toEqual([]);
  expect((await browser.get(`${path}?language=en`)).text).toContain('Would you like this time?');
  expect((await browser.get(`/p/${newSecret()}`)).status).toBe(401);
});
