import fc from 'fast-check';
import { expect, test } from 'vitest';

import { type RoomDayFacts, roomDay, uses } from '../../domain/room-day.ts';

const at = (minute: number) => new Date(Date.UTC(2027, 0, 4, 7, minute)).toISOString();
const part = (from: number, to: number) => ({ startsAt: at(from), endsAt: at(to) });
const of = (from: number, to: number, more: object = {}) => ({
  id: `${from}-${to}`,
  holder: 'Orthopedics',
  groupId: 'A',
  since: at(-600),
  ...part(from, to),
  ...more,
});
const empty: RoomDayFacts = { hours: [part(0, 600)], blocks: [], releases: [], holds: [], cases: [] };
const inShort = (facts: RoomDayFacts, now = at(-60)) =>
  roomDay(facts, now).stretches.map(({ use, startsAt, endsAt }) => [use, startsAt, endsAt]);

test('U-11: block, release, hold and case follow each other as one chain, and the minutes add up to the day', () => {
  const facts: RoomDayFacts = {
    ...empty,
    blocks: [of(0, 480)],
    releases: [{ ...of(240, 480), visibleAt: at(-120) }],
    holds: [{ ...of(240, 360), state: 'confirmed' as const, holder: 'Dr. Sato', groupId: 'B' }],
    cases: [of(60, 120), of(240, 300, { groupId: 'B' })],
  };
  const day = roomDay(facts, at(-60));
  expect(inShort(facts)).toEqual([
    ['block', at(0), at(60)],
    ['case', at(60), at(120)],
    ['block', at(120), at(240)],
    ['case', at(240), at(300)],
    ['hold confirmed', at(300), at(360)],
    ['open', at(360), at(480)],
    ['open', at(480), at(600)],
  ]);
  expect(day.minutes).toEqual({ case: 120, 'hold confirmed': 60, 'hold pending': 0, released: 0, block: 180, open: 240 });
  expect([day.openingMinutes, day.recapturedMinutes]).toEqual([600, 60]);
});

test('U-11, F-21: time inside its undo window is released, and not yet open', () => {
  const facts = { ...empty, blocks: [of(0, 480)], releases: [{ ...of(0, 120), visibleAt: at(-50) }] };
  expect(inShort(facts)[0]).toEqual(['released', at(0), at(120)]);
  expect(inShort(facts, at(-40))[0]).toEqual(['open', at(0), at(120)]);
});

test('U-11, C-07: overlapping cases count a minute once; cases outside the hours are listed apart', () => {
  const day = roomDay({ ...empty, cases: [of(0, 90), of(60, 120), of(570, 630)] }, at(0));
  expect(day.minutes.case).toBe(150);
  expect(day.stretches.filter(({ overlapping }) => overlapping)).toMatchObject([part(60, 90)]);
  expect(day.outsideHours).toEqual([part(600, 630)]);
});

test('U-11: whatever lies on a day, each opening minute has one use, without a gap, and the sum is constant', () => {
  const span = fc
    .tuple(fc.integer({ min: -60, max: 640 }), fc.integer({ min: 1, max: 200 }))
    .map(([from, length]) => of(from, from + length));
  const facts = fc.record({
    blocks: fc.array(span, { maxLength: 2 }),
    releases: fc.array(
      fc.tuple(span, fc.boolean()).map(([one, open]) => ({ ...one, visibleAt: open ? at(-100) : at(700) })),
      { maxLength: 3 },
    ),
    holds: fc.array(
      fc.tuple(span, fc.constantFrom('pending' as const, 'confirmed' as const)).map(([one, state]) => ({ ...one, state })),
      { maxLength: 3 },
    ),
    cases: fc.array(span, { maxLength: 4 }),
  });
  fc.assert(
    fc.property(facts, (some) => {
      const day = roomDay({ hours: [part(0, 300), part(330, 600)], ...some }, at(0));
      expect(uses.reduce((sum, use) => sum + day.minutes[use], 0)).toBe(570);
      for (const [n, stretch] of day.stretches.entries()) {
        const before = day.stretches[n - 1];
        if (before && stretch.startsAt !== at(330)) expect(stretch.startsAt).toBe(before.endsAt);
      }
    }),
  );
});
