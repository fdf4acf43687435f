import { expect, test } from 'vitest';

import { offerLadderActivities } from '../../activities/offer-ladder.ts';
import { hashOf, newSecret } from '../../api/auth/principal.ts';
import { testApi } from '../api/api.ts';
import { createOffers } from '../offer/offers.ts';
import { signInStaff } from '../pages/visitor.ts';

const api = testApi('2027-01-04T09:00:00.000Z');
const settings = { booking: { online: true }, waitlist: { selfService: true } };

/** A practice in which the first patient was offered a time, and an agent of it who is logged in as them. */
async function onBehalf(name: string) {
  const practice = await createOffers(api.db, api.now, { name, waiting: 2, settings });
  const { facilityId, patients } = practice;
  const { facts } = await practice.start('2027-01-04T15:00:00.000Z', 'all');
  await offerLadderActivities({ db: api.db }).makeOffers(facts.id, api.now);
  const person = { facilityId, name: 'Ada Agent', email: `ada@${facilityId}.example`, role: 'care team agent' };
  const agent = await api.db.person.create({ data: person });
  const browser = await signInStaff(api, agent);
  const [first, second] = patients as [(typeof patients)[number], (typeof patients)[number]];
  await browser.post(`/accounts/${first.id}/log-in`, { reason: 'On the phone.', yes: 'on' });
  return { ...practice, ladderId: facts.id, browser, first, second };
}
const actorOf = (subjectKind: string, subjectId: string, action: string) =>
  api.db.auditEvent.findFirstOrThrow({ where: { subjectKind, subjectId, action } }).then(({ actor }) => actor);

test('R-20: an offer is taken as the patient, once, by the agent on the patient’s behalf', async () => {
  const { browser, ladderId, first, second } = await onBehalf('Taken');
  const home = await browser.get('/as-patient');
  expect(home.text).toContain('Would you like the time on Monday, 4 January 2027 at 15:00?');
  const path = `/as-patient/offer-ladder/${ladderId}`;
  expect(home.html).toContain(path);
  expect((await browser.get(path)).text).not.toContain('a link that is yours alone');
  expect((await browser.post(path)).status).toBe(422); // unticked
  for (const press of [1, 2]) expect([press, (await browser.post(path, { yes: 'on' })).status]).toEqual([press, 303]);
  expect((await browser.get(path)).text).toContain('The time is yours');
  expect(await api.db.appointment.count({ where: { patientId: first.id } })).toBe(1);
  const actor = { name: 'Ada Agent', role: 'care team agent', onBehalfOfPatientId: first.id };
  expect(await actorOf('offer-ladder', ladderId, 'accept')).toMatchObject(actor);
  // another patient's matter is not there
  expect((await browser.get(`/as-patient/waitlist-entry/${second.entryId}`)).status).toBe(404);
  expect((await browser.post(`/as-patient/waitlist-entry/${second.entryId}`, { join: 'yes', comment: 'x' })).status).toBe(404);
});

test('R-20: whoever is logged in as the patient is not the patient behind the patient’s own link either', async () => {
  const { browser, ladderId, first, second, facilityId } = await onBehalf('Own link');
  const link = async (patientId: string) => {
    const token = newSecret();
    const about = { purpose: 'answer offer', subjectKind: 'offer-ladder', subjectId: ladderId };
    await api.db.actionLink.create({ data: { ...about, tokenHash: hashOf(token), facilityId, patientId, createdAt: api.now } });
    return `/p/${token}`;
  };
  expect((await browser.post(await link(second.id), { answer: 'decline' })).status).toBe(303); // as whom they are not logged in
  expect(await actorOf('offer-ladder', ladderId, 'decline')).toEqual({ name: 'Patient', role: 'patient', channel: 'mail' });
  expect((await browser.post(await link(first.id), { yes: 'on' })).status).toBe(303);
  expect(await actorOf('offer-ladder', ladderId, 'accept')).toMatchObject({ name: 'Ada Agent', onBehalfOfPatientId: first.id });
});

test('R-20: a wait that the agent enters as the patient is not one that came from the patient alone', async () => {
  const practice = await onBehalf('Waits');
  const { browser, first } = practice;
  await api.db.waitlistEntry.updateMany({ where: { patientId: first.id }, data: { state: 'ended' } });
  const { facts: task } = await practice.task({ patientId: first.id, practitionerId: practice.practitionerId }, api.now);
  const joined = await browser.post(`/as-patient/task/${task.id}`, { join: 'yes', comment: 'Any morning.' });
  expect([joined.status, joined.text.includes('waitlist')]).toEqual([200, true]);
  const entry = await api.db.waitlistEntry.findFirstOrThrow({ where: { patientId: first.id, state: 'active' } });
  expect([entry.origin, entry.comment]).toEqual(['booking', 'Any morning.']);
  expect(await actorOf('waitlist-entry', entry.id, 'create')).toMatchObject({ name: 'Ada Agent', onBehalfOfPatientId: first.id });
});

test('R-20: one session is logged in as one patient: the next login ends the one before', async () => {
  const { browser, first, second } = await onBehalf('Next');
  await browser.post(`/accounts/${second.id}/log-in`, { reason: 'The other line.', yes: 'on' });
  expect((await browser.get('/as-patient')).text).toContain('Hello B,');
  expect(await api.db.patientLogin.count({ where: { patientId: first.id, endedAt: null } })).toBe(0);
  expect(await actorOf('patient', first.id, 'end login as patient')).toMatchObject({ name: 'Ada Agent' });
  const elsewhere = await api.db.patient.create({ data: { facilityId: api.world.facilityId, givenName: 'Not', familyName: 'Here' } });
  expect((await browser.post(`/accounts/${elsewhere.id}/log-in`, { reason: 'x', yes: 'on' })).status).toBe(404);
});
