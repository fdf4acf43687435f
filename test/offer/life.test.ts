import { expect, test } from 'vitest';

import { addDays, addMinutes, atLocal, zoneDate } from '../../domain/civil.ts';
import { advanceLadder, planLadder } from '../../domain/offer-ladder.ts';
import { foretell } from '../../domain/timeline.ts';
import { loadLadder } from '../../ledger/offer-ladder.ts';
import { prepareLives } from '../lives.ts';
import { askedIn, createOffers, decideOffer } from './offers.ts';

const lives = prepareLives();
const timeout = 90_000;

/** Nine in the morning of a coming day, for the test's own practice in UTC. */
async function nextNine(): Promise<string> {
  const nine = atLocal(addDays(zoneDate(await lives.now(), 'UTC'), 1), '09:00', 'UTC');
  await lives.env.sleep(Date.parse(nine) - Date.parse(await lives.now()));
  return lives.now();
}
const ladderOf = (id: string) => lives.db.offerLadder.findUniqueOrThrow({ where: { id } });

test('F-01, F-04, U-01: one by one, thirty minutes each, the least recently asked first, until nobody is left; as foretold', {
  timeout,
}, async () => {
  const now = await nextNine();
  const practice = await createOffers(lives.db, now, { name: 'One by one' });
  await lives.db.waitlistEntry.update({ where: { id: practice.patients[0]!.entryId }, data: { lastAskedAt: addMinutes(now, -20) } });
  const { facts } = await practice.start(addMinutes(now, 600), 'sequential');
  const { facts: before, policy } = await loadLadder(lives.db, facts.id, 'none', now);
  const foretold = foretell(before, now, {
    plan: (then, at) => planLadder(then, policy, at),
    advance: (then, step) => advanceLadder(then, step, policy),
  });
  const handle = await lives.begin(`offer-ladder/${facts.id}`);
  await handle.result();
  expect(await askedIn(lives.db, facts.id)).toEqual(['B expired 09:00', 'C expired 09:30', 'A expired 10:00']);
  expect(await ladderOf(facts.id)).toMatchObject({ state: 'exhausted', endedAt: new Date(addMinutes(now, 90)) });
  expect(foretold.map(({ kind, at }) => [kind, at.slice(11, 16)])).toEqual([
    ['offer', '09:00'],
    ['offer', '09:30'],
    ['offer', '10:00'],
    ['offer', '10:30'], // finds nobody
  ]);
  const messages = await lives.db.message.findMany({ where: { subjectId: facts.id } });
  expect(messages.map(({ kind, state }) => `${kind} ${state}`)).toEqual(Array(3).fill('visit offered withdrawn')); // never sent, and expired by now
});

test('F-04: nobody is asked at night: who was asked in the evening has until the morning; an hour before, it ends', {
  timeout,
}, async () => {
  const nine = await nextNine();
  await lives.env.sleep(Date.parse(addMinutes(nine, 590)) - Date.parse(nine)); // 18:50
  const now = await lives.now();
  const practice = await createOffers(lives.db, now, { name: 'Quiet hours' });
  const { facts } = await practice.start(addMinutes(now, 15 * 60), 'sequential'); // 09:50 of the next day
  const handle = await lives.begin(`offer-ladder/${facts.id}`);
  await handle.result();
  expect(await askedIn(lives.db, facts.id)).toEqual(['A expired 18:50', 'B expired 08:00', 'C expired 08:30']);
  expect(await ladderOf(facts.id)).toMatchObject({ state: 'over', endedAt: new Date(addMinutes(now, 14 * 60)) });
});

test('F-01: in waves so many at a time, all at once everybody, and the first valid accept wins', { timeout }, async () => {
  const now = await nextNine();
  const practice = await createOffers(lives.db, now, { name: 'Waves', waiting: 5, settings: { offers: { waveSize: 2 } } });
  const { facts } = await practice.start(addMinutes(now, 600), 'waves');
  const handle = await lives.begin(`offer-ladder/${facts.id}`);
  await lives.env.sleep('31 minutes');
  expect(await askedIn(lives.db, facts.id)).toEqual(['A expired 09:00', 'B expired 09:00', 'C open 09:30', 'D open 09:30']);
  const at = await lives.now();
  const [, , third, fourth] = practice.patients;
  expect(await decideOffer(lives.db, facts.id, { action: 'accept', patientId: practice.patients[0]!.id }, at)).toBe('OFFER_EXPIRED');
  const answers = await Promise.all(
    [third!, fourth!].map(({ id }) => decideOffer(lives.db, facts.id, { action: 'accept', patientId: id }, at)),
  );
  expect(answers.filter((one) => one === 'OFFER_WITHDRAWN')).toHaveLength(1);
  expect(await lives.db.appointment.count({ where: { practitionerId: practice.practitionerId, status: 'booked' } })).toBe(1);
  await handle.result(); // finds it filled when it wakes
  expect(await ladderOf(facts.id)).toMatchObject({ state: 'filled' });
  expect((await askedIn(lives.db, facts.id)).sort()).toContainEqual(expect.stringMatching(/accepted/));

  const all = await practice.start(addMinutes(now, 900), 'all');
  const other = await lives.begin(`offer-ladder/${all.facts.id}`);
  await lives.env.sleep('1 minute');
  expect((await askedIn(lives.db, all.facts.id)).length).toBe(4); // all but the one who has a visit now
  await decideOffer(lives.db, all.facts.id, { action: 'stop' }, await lives.now());
  await other.result();
});
