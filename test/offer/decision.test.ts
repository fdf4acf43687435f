import { afterAll, beforeAll, expect, test } from 'vitest';

import { deliveryActivities } from '../../activities/delivery.ts';
import { offerLadderActivities } from '../../activities/offer-ladder.ts';
import { textMailbox } from '../../activities/text/mailbox.ts';
import { addMinutes } from '../../domain/civil.ts';
import { bookAppointment, cancelAppointment } from '../../ledger/appointment.ts';
import { changePractitioner, createPractitioner, type PractitionerWish } from '../../ledger/practitioner.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Database } from '../../prisma/client.ts';
import { testDatabase } from '../database.ts';
import { askedIn, createOffers, decideOffer } from './offers.ts';

let db: Database;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ db, close } = await testDatabase());
});
afterAll(() => close());

const now = '2027-01-04T09:00:00.000Z';
const startsAt = '2027-01-04T15:00:00.000Z';
const step = (id: string, at = now) => offerLadderActivities({ db }).makeOffers(id, at);
const waiting = (ladderId: string) => db.message.count({ where: { subjectId: ladderId, kind: 'visit offered', state: 'waiting' } });
const visits = (practitionerId: string) => db.appointment.findMany({ where: { practitionerId, status: 'booked' } });

test('F-01, F-03: an accept books the visit, ends the entry, withdraws the others’ offers and what waits to be sent, in one step', async () => {
  const { start, patients, practitionerId } = await createOffers(db, now, { name: 'Accept' });
  const { facts } = await start(startsAt, 'all');
  await step(facts.id);
  expect(await waiting(facts.id)).toBe(3);
  const receipt = await decideOffer(db, facts.id, { action: 'accept', patientId: patients[1]!.id }, addMinutes(now, 5), 'press-1');
  expect(receipt).toMatchObject({ state: 'filled', action: 'accept', by: 'Patient' });
  expect(await askedIn(db, facts.id)).toEqual(['A withdrawn 09:00', 'B accepted 09:00', 'C withdrawn 09:00']);
  const [visit] = await visits(practitionerId);
  expect(visit).toMatchObject({ patientId: patients[1]!.id, startsAt: new Date(startsAt), comment: 'only Friday' });
  expect(await db.waitlistEntry.findUniqueOrThrow({ where: { id: patients[1]!.entryId } })).toMatchObject({
    state: 'ended',
    bookedAppointmentId: visit!.id,
  });
  expect(await waiting(facts.id)).toBe(0);
  expect(await db.message.findFirstOrThrow({ where: { kind: 'visit booked', patientId: patients[1]!.id } })).toMatchObject({ priority: 0 });
  // U-03: the same press again
  expect(await decideOffer(db, facts.id, { action: 'accept', patientId: patients[1]!.id }, addMinutes(now, 6), 'press-1')).toEqual(receipt);
  expect(await decideOffer(db, facts.id, { action: 'accept', patientId: patients[0]!.id }, addMinutes(now, 6))).toBe('OFFER_WITHDRAWN');
  expect(await visits(practitionerId)).toHaveLength(1);
});

test('F-02: after a decline the next is asked at once; “no more offers for this visit” is heeded by every later ladder', async () => {
  const { start, patients } = await createOffers(db, now, { name: 'Decline' });
  const { facts } = await start(startsAt, 'sequential');
  await step(facts.id);
  await decideOffer(db, facts.id, { action: 'decline', patientId: patients[0]!.id, noMore: true }, addMinutes(now, 3));
  expect(await askedIn(db, facts.id)).toEqual(['A declined 09:00', 'B open 09:03']);
  expect(await decideOffer(db, facts.id, { action: 'decline', patientId: patients[0]!.id, noMore: false }, addMinutes(now, 4))).toBe(
    'OFFER_ANSWERED',
  );
  await decideOffer(db, facts.id, { action: 'stop' }, addMinutes(now, 5));
  const later = await start('2027-01-05T15:00:00.000Z', 'all');
  await step(later.facts.id, addMinutes(now, 6));
  expect((await askedIn(db, later.facts.id)).map(([letter]) => letter).sort()).toEqual(['B', 'C']);
});

test('F-03: filled by the desk, the offers are withdrawn in the booking’s own transaction, and a late press says so', async () => {
  const { facilityId, start, patients, practitionerId, desk, otherPatient } = await createOffers(db, now, { name: 'Filled by hand' });
  const { facts } = await start(startsAt, 'sequential');
  await step(facts.id);
  const visit = { facilityId, patientId: otherPatient.id, practitionerId, startsAt, endsAt: addMinutes(startsAt, 30) };
  await inTransaction(db, (tx) => bookAppointment(tx, visit, desk, addMinutes(now, 2)));
  expect(await db.offerLadder.findUniqueOrThrow({ where: { id: facts.id } })).toMatchObject({ state: 'filled' });
  expect(await waiting(facts.id)).toBe(0);
  expect(await decideOffer(db, facts.id, { action: 'accept', patientId: patients[0]!.id }, addMinutes(now, 3))).toBe('OFFER_WITHDRAWN');
  expect(await step(facts.id, addMinutes(now, 40))).toMatchObject({ kind: 'closed' });
  expect(await askedIn(db, facts.id)).toEqual(['A withdrawn 09:00']);
});

test('F-03, U-12: the taker cancels: it goes on from there, with those who have not answered yet, as it was begun', async () => {
  const { start, patients, practitionerId, desk } = await createOffers(db, now, { name: 'Taker cancels', waiting: 4 });
  const { facts } = await start(startsAt, 'sequential');
  await step(facts.id);
  await decideOffer(db, facts.id, { action: 'decline', patientId: patients[0]!.id, noMore: false }, addMinutes(now, 1));
  await decideOffer(db, facts.id, { action: 'accept', patientId: patients[1]!.id }, addMinutes(now, 2));
  const [visit] = await visits(practitionerId);
  await inTransaction(db, (tx) => cancelAppointment(tx, visit!.id, 'Patient is ill', desk, addMinutes(now, 30)));
  const again = await db.offerLadder.findFirstOrThrow({ where: { practitionerId, state: 'offering' } });
  expect(again).toMatchObject({ mode: 'sequential', startsAt: new Date(startsAt) });
  await step(again.id, addMinutes(now, 30));
  await decideOffer(db, again.id, { action: 'decline', patientId: patients[2]!.id, noMore: false }, addMinutes(now, 31));
  expect(await askedIn(db, again.id)).toEqual(['C declined 09:30', 'D open 09:31']);
});

test('F-01: time that a cancellation frees is offered by the policy; manual asks nobody', async () => {
  for (const mode of ['manual', 'sequential'] as const) {
    const { facilityId, practitionerId, desk, otherPatient } = await createOffers(db, now, {
      name: `Policy ${mode}`,
      settings: { offers: { mode } },
    });
    const visit = { facilityId, patientId: otherPatient.id, practitionerId, startsAt, endsAt: addMinutes(startsAt, 60) };
    const booked = await inTransaction(db, (tx) => bookAppointment(tx, visit, desk, now));
    await inTransaction(db, (tx) => cancelAppointment(tx, booked.facts.id, 'Patient is ill', desk, now));
    expect(await db.freeInterval.count({ where: { practitionerId } })).toBe(1);
    expect(await db.offerLadder.count({ where: { practitionerId } })).toBe(mode === 'manual' ? 0 : 1);
  }
});

test('I-44: who wants to come earlier is moved there in one step, and the time they leave is free', async () => {
  const { facilityId, start, practitionerId, desk, otherPatient, entry } = await createOffers(db, now, { name: 'Earlier', waiting: 0 });
  const compromise = {
    facilityId,
    patientId: otherPatient.id,
    practitionerId,
    startsAt: addMinutes(startsAt, 3000),
    endsAt: addMinutes(startsAt, 3030),
  };
  const visit = await inTransaction(db, (tx) => bookAppointment(tx, compromise, desk, now));
  await db.patient.update({ where: { id: otherPatient.id }, data: { phone: '+4915199' } });
  await entry({ type: 'wants earlier', patientId: otherPatient.id, practitionerId }, now);
  const { facts } = await start(startsAt, 'sequential');
  await step(facts.id);
  expect(await decideOffer(db, facts.id, { action: 'accept', patientId: otherPatient.id }, addMinutes(now, 1))).toMatchObject({
    state: 'filled',
  });
  expect(await visits(practitionerId)).toMatchObject([{ id: visit.facts.id, startsAt: new Date(startsAt) }]);
  expect(await db.freeInterval.findFirstOrThrow({ where: { practitionerId } })).toMatchObject({
    cause: 'moved',
    startsAt: new Date(compromise.startsAt),
  });
});

test('U-14: forty accepts at once: one visit, one winner, and every other is told that the time is taken', async () => {
  const { start, patients, practitionerId } = await createOffers(db, now, { name: 'Race', waiting: 20 });
  const { facts } = await start(startsAt, 'all');
  await step(facts.id);
  const presses = [...patients, ...patients].map(({ id }) =>
    decideOffer(db, facts.id, { action: 'accept', patientId: id }, addMinutes(now, 1), `press ${id}`),
  );
  const answers = await Promise.all(presses);
  const won = answers.filter((answer) => typeof answer !== 'string');
  expect(won).toHaveLength(2); // the winner pressed twice and has one receipt
  expect(won[0]).toEqual(won[1]);
  expect(new Set(answers.filter((answer) => typeof answer === 'string'))).toEqual(new Set(['OFFER_WITHDRAWN']));
  expect(await visits(practitionerId)).toHaveLength(1);
});

test('U-12: a worker killed after each step repeats it: nobody is skipped and nobody is asked twice', async () => {
  const { start } = await createOffers(db, now, { name: 'Killed', waiting: 5 });
  const { facts } = await start(startsAt, 'sequential');
  for (let round = 0; round < 6; round++) {
    const at = addMinutes(now, round * 30);
    for (let again = 0; again < 3; again++) await step(facts.id, at); // committed, but never recorded: done again
  }
  expect(await askedIn(db, facts.id)).toEqual([
    'A expired 09:00',
    'B expired 09:30',
    'C expired 10:00',
    'D expired 10:30',
    'E expired 11:00',
  ]);
  expect(await db.message.count({ where: { subjectId: facts.id } })).toBe(5);
});

test('F-19, F-28: an offer is a text in the patient’s language with one link; nothing says what the visit is about', async () => {
  const { start, patients } = await createOffers(db, now, { name: 'Клиника «Волна»', waiting: 1 });
  await db.patient.update({ where: { id: patients[0]!.id }, data: { language: 'ru', givenName: 'Анна' } });
  const { facts } = await start(startsAt, 'sequential');
  await step(facts.id);
  const { claimBatch, sendBatch } = deliveryActivities({ db, transports: [textMailbox(db)], from: 'x', publicUrl: 'https://h.example' });
  for (;;) {
    const { batchId } = await claimBatch('text-mailbox', now);
    if (!batchId) break;
    await sendBatch(batchId, now);
  }
  const { id } = await db.message.findFirstOrThrow({ where: { subjectId: facts.id } });
  const { text } = await db.mailboxEntry.findUniqueOrThrow({ where: { messageId: id } });
  expect(text).toMatch(/^Анна, в «Клиника «Волна»» освободилось время: понедельник, 4 января 2027 г\., 15:00\. Хотите прийти\?\n/);
  expect(text).toContain('https://h.example/p/');
  expect(text).not.toMatch(/Okafor|Weber|Friday/);
});

test('F-03: what the taker leaves of the time is offered on, as it was begun; so is what the desk leaves behind its visit', async () => {
  const { facilityId, start, patients, practitionerId, desk, otherPatient } = await createOffers(db, now, { name: 'The rest' });
  const { facts } = await start(startsAt, 'sequential', 90); // each visit needs 30 min
  await step(facts.id);
  await decideOffer(db, facts.id, { action: 'accept', patientId: patients[0]!.id }, addMinutes(now, 1));
  const rest = await db.offerLadder.findFirstOrThrow({ where: { practitionerId, state: 'offering' } });
  expect(rest).toMatchObject({
    mode: 'sequential',
    startsAt: new Date(addMinutes(startsAt, 30)),
    endsAt: new Date(addMinutes(startsAt, 90)),
  });
  expect(await db.freeInterval.findFirstOrThrow({ where: { practitionerId } })).toMatchObject({ cause: 'rest', startsAt: rest.startsAt });
  await step(rest.id, addMinutes(now, 1));
  expect(await askedIn(db, rest.id)).toEqual(['B open 09:01']);
  const middle = { startsAt: addMinutes(startsAt, 30), endsAt: addMinutes(startsAt, 60) };
  const visit = { facilityId, patientId: otherPatient.id, practitionerId, ...middle };
  await inTransaction(db, (tx) => bookAppointment(tx, visit, desk, addMinutes(now, 2)));
  expect(await db.offerLadder.findUniqueOrThrow({ where: { id: rest.id } })).toMatchObject({ state: 'filled' });
  const last = await db.offerLadder.findFirstOrThrow({ where: { practitionerId, state: 'offering' } });
  expect(last).toMatchObject({ mode: 'sequential', startsAt: new Date(addMinutes(startsAt, 60)) });
});

test('I-02, F-01: hours added to a practitioner are offered where somebody waits for them, and only there', async () => {
  const { practitionerId, desk } = await createOffers(db, now, { name: 'More hours', settings: { offers: { mode: 'sequential' } } });
  const practitioner = () => db.practitioner.findUniqueOrThrow({ where: { id: practitionerId } });
  const change = async (wish: PractitionerWish) =>
    inTransaction(db, async (tx) =>
      changePractitioner(tx, await practitioner(), wish, { version: (await practitioner()).version, actor: desk, at: now }),
    );
  await change({ hours: [] });
  expect(await db.freeInterval.count({ where: { practitionerId } })).toBe(0);
  await change({ exceptions: [{ kind: 'added', startsAt, endsAt: addMinutes(startsAt, 60), reason: 'Saturday clinic' }] });
  expect(await db.freeInterval.findMany({ where: { practitionerId } })).toMatchObject([
    { cause: 'hours added', startsAt: new Date(startsAt) },
  ]);
  const [ladder] = await db.offerLadder.findMany({ where: { practitionerId } });
  await step(ladder!.id);
  expect(await askedIn(db, ladder!.id)).toEqual(['A open 09:00']);
  const { facilityId } = await practitioner();
  await db.waitlistEntry.updateMany({ where: { practitionerId }, data: { practitionerId: null, profession: 'surgeon' } });
  const newcomer = {
    name: 'Dr. Noa New',
    professions: ['surgeon'],
    exceptions: [{ kind: 'added' as const, startsAt, endsAt: addMinutes(startsAt, 30), reason: null }],
  };
  const { id: newId } = await inTransaction(db, (tx) => createPractitioner(tx, facilityId, newcomer, { actor: desk, at: now }));
  expect(await db.offerLadder.findMany({ where: { practitionerId: newId } })).toMatchObject([{ mode: 'sequential', state: 'offering' }]);
  await db.waitlistEntry.updateMany({ where: { facilityId }, data: { practitionerId, profession: null } });
  await db.waitlistEntry.updateMany({ where: { practitionerId }, data: { validUntil: new Date('2027-01-05') } });
  await change({ hours: [{ weekday: 3, from: '09:00', to: '12:00' }] }); // nobody waits for a Wednesday any more
  expect(await db.freeInterval.count({ where: { practitionerId } })).toBe(1);
});
