import { expect, test } from 'vitest';

import { hashOf, newSecret } from '../../api/auth/principal.ts';
import { bookAppointment } from '../../ledger/appointment.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { testApi } from '../api/api.ts';
import { createPractice, report } from '../care-manager/practice.ts';
import { createOffers } from '../offer/offers.ts';
import { Browser } from './visitor.ts';

const api = testApi('2027-01-04T09:00:00.000Z');

test('D-10: by the link of a template the patient chooses a free time alone; the entry ends; pressed twice, one visit; off, no page', async () => {
  const practice = await createOffers(api.db, api.now, { name: 'Online', waiting: 1, settings: { booking: { online: true } } });
  const { facilityId, practitionerId } = practice;
  const [{ id: patientId, entryId } = { id: '', entryId: '' }] = practice.patients;
  const token = newSecret();
  const row = { tokenHash: hashOf(token), facilityId, patientId, purpose: 'book visit', subjectKind: 'waitlist-entry', subjectId: entryId };
  await api.db.actionLink.create({ data: { ...row, createdAt: api.now } });
  const browser = new Browser(api);
  const page = await browser.get(`/p/${token}`);
  expect(page.text).toContain('Choose a time for your visit');
  const [slot] = [...page.html.matchAll(/name="slot"[^>]*value="([^"]+)"/g)].map(([, value]) => value!);
  expect((await browser.post(`/p/${token}`, { slot: `${practitionerId} 2027-01-04T10:07:00.000Z` })).status).toBe(409); // none of those
  expect(await api.db.appointment.count({ where: { practitionerId } })).toBe(0);
  expect((await browser.post(`/p/${token}`, { slot: slot! })).status).toBe(303);
  await browser.post(`/p/${token}`, { slot: slot! });
  const done = await browser.get(`/p/${token}`);
  expect(done.text).toContain('Your visit is booked');
  expect(done.text).toMatch(/Date \w+, 5 January 2027 Time \d\d:\d\d With Dr\. .+ Place Online/); // when, with whom, where
  const receipts = await api.db.message.findMany({ where: { patientId, kind: 'visit booked' } });
  expect(receipts).toMatchObject([
    { priority: 0, content: { visit: { startsAt: slot!.split(' ')[1] }, facility: 'Online', moved: false } },
  ]);
  const visits = await api.db.appointment.findMany({ where: { practitionerId } });
  expect(visits).toMatchObject([{ patientId, status: 'booked', startsAt: new Date(slot!.split(' ')[1]!) }]);
  expect(await api.db.waitlistEntry.findUniqueOrThrow({ where: { id: entryId } })).toMatchObject({
    state: 'ended',
    bookedAppointmentId: visits[0]!.id,
  });

  const off = await createOffers(api.db, api.now, { name: 'Offline', waiting: 1 });
  const dead = newSecret();
  const other = { tokenHash: hashOf(dead), facilityId: off.facilityId, patientId: off.patients[0]!.id, purpose: 'book visit' };
  await api.db.actionLink.create({
    data: { ...other, subjectKind: 'waitlist-entry', subjectId: off.patients[0]!.entryId, createdAt: api.now },
  });
  expect((await browser.get(`/p/${dead}`)).status).toBe(422);
});

test('D-10, D-02: the link of an opportunity books one visit, whatever is pressed after it', async () => {
  const practice = await createPractice(api.db, 'Courses online', { booking: { online: true } });
  const { facilityId, patient } = practice;
  const opportunityId = (await report(practice, api.now, 10))!;
  const token = newSecret();
  const link = { tokenHash: hashOf(token), facilityId, patientId: patient.id, purpose: 'book visit', createdAt: api.now };
  await api.db.actionLink.create({ data: { ...link, subjectKind: 'opportunity', subjectId: opportunityId } });
  const browser = new Browser(api);
  const { html } = await browser.get(`/p/${token}`);
  const [first, second] = [...html.matchAll(/name="slot"[^>]*value="([^"]+)"/g)].map(([, value]) => value!);
  await browser.post(`/p/${token}`, { slot: first! });
  expect((await browser.get(`/p/${token}`)).text).toContain('Your visit is booked');
  await api.db.opportunity.update({ where: { id: opportunityId }, data: { status: 'snoozed', listed: true } }); // it asks no more until it wakes
  await browser.post(`/p/${token}`, { slot: second! });
  expect(await api.db.appointment.count({ where: { patientId: patient.id } })).toBe(1);
});

test('D-10, I-44: by the link of who wants to come earlier the visit that they have moves, and only earlier times are offered', async () => {
  const practice = await createOffers(api.db, api.now, { name: 'Earlier online', waiting: 0, settings: { booking: { online: true } } });
  const { facilityId, practitionerId, otherPatient, desk, entry } = practice;
  const time = { startsAt: '2027-01-05T02:00:00.000Z', endsAt: '2027-01-05T02:30:00.000Z' };
  const visit = await inTransaction(api.db, (tx) =>
    bookAppointment(tx, { facilityId, patientId: otherPatient.id, practitionerId, ...time, comment: 'Crown' }, desk, api.now),
  );
  const { facts } = await entry({ type: 'wants earlier', patientId: otherPatient.id, practitionerId }, api.now);
  const token = newSecret();
  const link = { tokenHash: hashOf(token), facilityId, patientId: otherPatient.id, purpose: 'book visit', createdAt: api.now };
  await api.db.actionLink.create({ data: { ...link, subjectKind: 'waitlist-entry', subjectId: facts.id } });
  const browser = new Browser(api);
  const { html } = await browser.get(`/p/${token}`);
  const slots = [...html.matchAll(/name="slot"[^>]*value="[^ ]+ ([^"]+)"/g)].map(([, startsAt]) => startsAt!);
  expect(slots).toEqual(['00:00', '00:30', '01:00', '01:30'].map((from) => `2027-01-05T${from}:00.000Z`));
  expect((await browser.post(`/p/${token}`, { slot: `${practitionerId} ${slots[0]}` })).status).toBe(303);
  const visits = await api.db.appointment.findMany({ where: { patientId: otherPatient.id } });
  expect(visits).toMatchObject([{ id: visit.facts.id, startsAt: new Date(slots[0]!), comment: 'Crown', status: 'booked' }]);
});

test('D-10: free times stand day by day, and later days follow; a time of a later page is booked as any other; what is settled says so', async () => {
  const practice = await createPractice(api.db, 'Later online', { booking: { online: true } });
  const { facilityId, patient } = practice;
  const opportunityId = (await report(practice, api.now, 10))!;
  const token = newSecret();
  const link = { tokenHash: hashOf(token), facilityId, patientId: patient.id, purpose: 'book visit', createdAt: api.now };
  await api.db.actionLink.create({ data: { ...link, subjectKind: 'opportunity', subjectId: opportunityId } });
  const browser = new Browser(api);
  const first = await browser.get(`/p/${token}`);
  expect(first.text).toContain('With Dr. Jo Pike');
  expect(first.html).toContain('<legend>Tuesday, 5 January 2027</legend>');
  const later = /href="\?(from=[^"]+)"/.exec(first.html)![1]!.replaceAll('&amp;', '&');
  const second = await browser.get(`/p/${token}?${later}`);
  const slotsOn = (html: string) => [...html.matchAll(/name="slot"[^>]*value="([^"]+)"/g)].map(([, value]) => value!);
  expect(slotsOn(second.html).filter((slot) => slotsOn(first.html).includes(slot))).toEqual([]);
  expect((await browser.post(`/p/${token}`, { slot: slotsOn(second.html)[0]! })).status).toBe(303);
  const visit = await api.db.appointment.findFirstOrThrow({ where: { patientId: patient.id } });
  expect(visit.startsAt.toISOString()).toBe(slotsOn(second.html)[0]!.split(' ')[1]);
  await api.db.appointment.update({ where: { id: visit.id }, data: { status: 'cancelled' } });
  await api.db.opportunity.update({ where: { id: opportunityId }, data: { state: 'ended' } });
  expect((await browser.get(`/p/${token}`)).text).toContain('There is nothing to book'); // and not that it is booked
});

test('F-20, D-10: when no time suits, the patient of a booking link joins the waitlist at once; where it is off, nothing is offered', async () => {
  for (const selfService of [true, false]) {
    const settings = { booking: { online: true }, waitlist: { selfService } };
    const practice = await createOffers(api.db, api.now, { name: `Joining ${selfService}`, waiting: 0, settings });
    const { facilityId, practitionerId, otherPatient, task } = practice;
    const { facts } = await task({ patientId: otherPatient.id, practitionerId, durationMinutes: 45 }, api.now);
    const token = newSecret();
    const row = {
      tokenHash: hashOf(token),
      facilityId,
      patientId: otherPatient.id,
      purpose: 'book visit',
      subjectKind: 'task',
      subjectId: facts.id,
    };
    await api.db.actionLink.create({ data: { ...row, createdAt: api.now } });
    const browser = new Browser(api);
    expect((await browser.get(`/p/${token}`)).text.includes('No time suits you?')).toBe(selfService);
    const answers = [
      await browser.post(`/p/${token}`, { join: 'yes', comment: 'only Fridays' }),
      await browser.post(`/p/${token}`, { join: 'yes', comment: 'again' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(selfService ? [200, 200] : [404, 404]);
    const entries = await api.db.waitlistEntry.findMany({ where: { patientId: otherPatient.id } });
    const entry = { origin: 'patient', practitionerId, durationMinutes: 45, comment: 'only Fridays' };
    expect(entries).toMatchObject(selfService ? [entry] : []);
  }
});
