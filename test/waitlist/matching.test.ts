import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { addDays, atLocal } from '../../domain/civil.ts';
import { compareCandidates, misfitOf, type Opening } from '../../domain/matching.ts';
import { entryTypes } from '../../domain/waitlist-entry.ts';
import { loadWaiting, markAsked, noteFreedTime, rankCandidates } from '../../ledger/matching.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Database } from '../../prisma/client.ts';
import { testDatabase } from '../database.ts';
import { createFrontDesk } from '../waitlist-world.ts';

const now = '2027-01-04T12:00:00.000Z';
const today = '2027-01-04';
let db: Database;
let close: () => Promise<void>;
let practice: Awaited<ReturnType<typeof createFrontDesk>>;

beforeAll(async () => {
  ({ db, close } = await testDatabase());
  practice = await createFrontDesk(db);
});
afterAll(() => close());

const opening = (date: string, from: string, to: string): Opening => ({
  practitionerId: practice.dentist.id,
  professions: ['dentist'],
  zone: practice.zone,
  startsAt: atLocal(date, from, practice.zone),
  endsAt: atLocal(date, to, practice.zone),
});

test('I-02, I-43, F-04: for any waitlist and any freed time, PostgreSQL lists whom the rule lets in, in the rule’s order', {
  timeout: 120_000,
}, async () => {
  const { facilityId, patient, otherPatient, dentist, hygienist } = practice;
  const visit = await practice.visit('2027-01-08', 'booked');
  const day = fc.integer({ min: 0, max: 9 }).map((days) => addDays(today, days));
  const entry = fc.record({
    type: fc.constantFrom(...entryTypes),
    practitionerId: fc.constantFrom(dentist.id, dentist.id, hygienist.id, null),
    profession: fc.constantFrom('dentist', 'dentist', 'hygienist'),
    durationMinutes: fc.constantFrom(15, 30, 45, 60, 90),
    days: fc.oneof(fc.array(day, { minLength: 1, maxLength: 3 }), fc.constant([])),
    period: fc.tuple(day, day),
    state: fc.constantFrom('active', 'active', 'active', 'lapsed', 'ended'),
    patientId: fc.constantFrom(patient.id, otherPatient.id),
    lastAskedAt: fc.constantFrom(null, '2027-01-02T10:00:00.000Z', '2027-01-03T10:00:00.000Z'),
    createdAt: fc.constantFrom('2026-12-01T10:00:00.000Z', '2026-12-20T10:00:00.000Z'),
  });
  const asked = fc.tuple(day, fc.constantFrom('08:00', '09:45', '10:00', '10:15', '14:00'), fc.constantFrom(20, 30, 60, 120));
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 25 }), asked, async (entries, [date, from, minutes]) => {
      await db.waitlistEntry.deleteMany({ where: { facilityId } });
      await db.waitlistEntry.createMany({
        data: entries.map(({ days, period, type, ...one }) => {
          const [first, last] = (days.length > 0 ? [...days] : [...period]).sort();
          const dates = [...new Set(days)].sort();
          return {
            ...one,
            type,
            facilityId,
            comment: 'x',
            next: {},
            nextAt: now,
            anyDays: dates.length === 0,
            appointmentId: type === 'wants earlier' ? visit.id : null,
            dates: dates.map((one) => new Date(one)),
            validFrom: new Date(first!),
            validUntil: new Date(days.length > 0 ? dates.at(-1)! : last!),
          };
        }),
      });
      const startsAt = atLocal(date, from, practice.zone);
      const freed = {
        ...opening(date, '00:00', '01:00'),
        startsAt,
        endsAt: new Date(Date.parse(startsAt) + minutes * 60_000).toISOString(),
      };
      const ids = (await db.waitlistEntry.findMany({ where: { facilityId }, select: { id: true } })).map(({ id }) => id);
      const waiting = await loadWaiting(db, ids, '2027-01-01T00:00:00.000Z');
      const byRule = waiting.filter((one) => !misfitOf(one, freed, now)).sort(compareCandidates);
      expect(await rankCandidates(db, freed, now, { limit: 100 })).toEqual(byRule.map(({ id }) => id));
      expect(await rankCandidates(db, freed, now, { limit: 2 })).toEqual(byRule.slice(0, 2).map(({ id }) => id));
    }),
    { numRuns: 60 },
  );
  await db.waitlistEntry.deleteMany({ where: { facilityId } });
});

test('I-02: freed time is looked at once and leaves one row; no life is woken and nobody is told; who was asked comes last', async () => {
  const first = await practice.entry({}, '2027-01-01T10:00:00.000Z');
  const second = await practice.entry({ patientId: practice.otherPatient.id }, '2027-01-02T10:00:00.000Z');
  const before = [await db.wakeUp.count(), await db.message.count()];
  const freed = opening('2027-01-06', '10:00', '10:30');
  const { practitionerId, startsAt, endsAt } = freed;
  const look = () => inTransaction(db, (tx) => noteFreedTime(tx, { practitionerId, startsAt, endsAt, cause: 'cancelled' }, now));
  const { freeIntervalId, candidates } = await look();
  expect(candidates).toEqual([first.facts.id, second.facts.id]);
  expect(await db.freeInterval.findUniqueOrThrow({ where: { id: freeIntervalId } })).toMatchObject({
    bestEntryId: first.facts.id,
    cause: 'cancelled',
  });
  expect([await db.wakeUp.count(), await db.message.count()]).toEqual(before);
  await markAsked(db, [first.facts.id], now);
  expect((await look()).candidates).toEqual([second.facts.id, first.facts.id]);
  expect(await rankCandidates(db, freed, now, { except: [second.facts.id] })).toEqual([first.facts.id]);
});

test('I-43, I-44: who does not fit is told apart by the rule, the value and the limit', async () => {
  await practice.visit('2027-01-11', 'booked');
  const { facts } = await practice.entry({ type: 'wants earlier', patientId: practice.patient.id }, now);
  const [waiting] = await loadWaiting(db, [facts.id], now);
  const why = (date: string, from: string, to: string) => misfitOf(waiting!, opening(date, from, to), now);
  expect(waiting!.appointmentAt).toBe(atLocal('2027-01-08', '10:00', practice.zone)); // the next visit
  expect(why('2027-01-07', '10:00', '10:30')).toBeUndefined();
  expect(why('2027-01-09', '10:00', '10:30')).toMatchObject({ rule: 'I-44' });
  expect(why('2027-01-07', '10:00', '10:20')).toMatchObject({ rule: 'I-16', value: 30, limit: 20 });
  expect(why('2027-03-07', '10:00', '10:30')).toMatchObject({ rule: 'I-20' });
});
