import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { advanceBlock, askedAgainAt, type BlockFacts, mandatoryInstant, planBlock, unbooked } from '../../domain/block.ts';
import { applyBlockEffect, type BlockChoice, type BlockEffect, decideBlock, digest } from '../../domain/block-decision.ts';
import { returnWanted } from '../../domain/block-undo.ts';
import { addDays, addMinutes, atLocal } from '../../domain/civil.ts';
import type { Actor } from '../../domain/decision.ts';
import { type Interval, overlaps, subtract, totalMinutes } from '../../domain/interval.ts';
import type { PastBlock } from '../../domain/past-block.ts';
import { type Policy, PolicySettings } from '../../domain/policy.ts';
import { prepareHistory } from '../../domain/prediction.ts';

const zone = 'Europe/Berlin';
const date = '2027-02-25';
const at = (time: string, on = date) => atLocal(on, time, zone);
const policy: Policy = { ...PolicySettings.parse({ mail: { spreadSeconds: 0 } }), version: 1 };
const holder: Actor = { name: 'Dana Reyes', role: 'block contact', channel: 'mail' };
const support: Actor = { name: 'Sasha Support', role: 'support', channel: 'support' };
const part = (from: string, to: string): Interval => ({ startsAt: at(from), endsAt: at(to) });

function facts(more: Partial<BlockFacts> = {}): BlockFacts {
  const fixed = { id: 'b', zone, date, ...part('07:00', '15:00'), windowDays: 7, state: 'active' as const };
  const people = { silenced: false, alerts: 0, lastAskedAt: null, mandatoryOff: false, mandatoryAt: null, paused: false, shadow: false };
  return { ...fixed, ...people, releases: [], cases: [], claims: [], ...more };
}

const twoWeeksBefore = at('10:00', addDays(date, -14));
const decide = (now: BlockFacts, choice: BlockChoice, when = twoWeeksBefore, actor = holder, seen?: string) =>
  decideBlock(now, policy, choice, actor, when, seen);
const keep: BlockChoice = { action: 'keep', stopAlerts: false };

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as { type: string }).type;
  }
  return 'accepted';
}

function carriedOut(now: BlockFacts, choice: BlockChoice, when = twoWeeksBefore): BlockFacts {
  const next = applyBlockEffect(now, decide(now, choice, when), holder, when);
  return { ...next, releases: next.releases.map((one, index) => ({ ...one, id: `r${index}` })) };
}

/** Forty weeks in which the holder booked the first two hours a month ahead, and nothing more. */
const history = prepareHistory({
  holder: Array.from({ length: 40 }, (_, week): PastBlock => {
    const day = addDays(date, -7 * (week + 3));
    return {
      blockId: `${week}`,
      startsAt: at('07:00', day),
      endsAt: at('15:00', day),
      bookings: [{ startsAt: at('07:00', day), endsAt: at('09:00', day), bookedAt: at('07:00', addDays(day, -30)) }],
    };
  }),
  group: [],
  facility: [],
});

describe('releasing', () => {
  test('C-04: full release keeps the case in the middle and lets the time on both sides go', () => {
    const effect = decide(facts({ cases: [part('09:00', '11:00')] }), { action: 'release all' });
    expect(effect.released).toEqual([part('07:00', '09:00'), part('11:00', '15:00')]);
    expect(effect.booked).toEqual([part('09:00', '11:00')]);
    expect(codeOf(() => decide(facts({ cases: [part('06:00', '16:00')] }), { action: 'release all' }))).toBe('NOTHING_TO_RELEASE');
  });

  test('C-03, C-23: a part must lie inside the block, off every case, not yet released and not past', () => {
    const now = carriedOut(facts({ cases: [part('09:00', '11:00')] }), { action: 'release part', intervals: [part('13:00', '14:00')] });
    const release = (from: string, to: string, when = twoWeeksBefore) =>
      codeOf(() => decide(now, { action: 'release part', intervals: [part(from, to)] }, when));
    expect(release('06:30', '08:00')).toBe('TIME_NOT_FREE');
    expect(release('08:00', '09:30')).toBe('TIME_NOT_FREE');
    expect(release('13:30', '14:30')).toBe('ALREADY_RELEASED');
    expect(release('07:00', '08:00', at('07:30'))).toBe('TIME_NOT_FREE');
    expect(release('11:00', '13:00')).toBe('accepted');
  });

  test('U-02: what a person agreed to is what is done, or nothing is', () => {
    const looked = facts();
    const seen = digest('release all', decide(looked, { action: 'release all' }));
    expect(codeOf(() => decide(facts({ cases: [part('09:00', '11:00')] }), { action: 'release all' }, twoWeeksBefore, holder, seen))).toBe(
      'PREVIEW_STALE',
    );
    expect(codeOf(() => decide(facts({ alerts: 3 }), { action: 'release all' }, twoWeeksBefore, holder, seen))).toBe('accepted');
  });

  test('U-02: of a part that was looked at, what somebody took meanwhile is a change: what is left is shown, and agreed to anew', () => {
    const wish: BlockChoice = { action: 'release part', intervals: [part('11:00', '15:00')] };
    const seen = digest('release part', decide(facts(), wish));
    const later = facts({ cases: [part('13:00', '14:00')] });
    const press = (now: BlockFacts, looked?: string) => codeOf(() => decide(now, wish, twoWeeksBefore, holder, looked));
    expect(press(facts(), seen)).toBe('accepted');
    expect(press(later, seen)).toBe('PREVIEW_STALE');
    expect(press(later)).toBe('TIME_NOT_FREE'); // who has not looked is told what is wrong
    const left = decide(later, { action: 'release part', intervals: [part('11:00', '13:00'), part('14:00', '15:00')] });
    expect(press(later, digest('release part', left))).toBe('accepted');
    expect(press(facts({ cases: [part('11:00', '15:00')] }), seen)).toBe('NOTHING_TO_RELEASE');
  });

  test('U-02: while the block runs, a minute between the look and the press is no change; a case is', () => {
    const looked = facts();
    const seen = digest('release all', decide(looked, { action: 'release all' }, at('09:00')));
    const press = (now: BlockFacts) => codeOf(() => decide(now, { action: 'release all' }, at('09:01'), holder, seen));
    expect(press(looked)).toBe('accepted');
    expect(press(facts({ cases: [part('09:00', '10:00')] }))).toBe('PREVIEW_STALE');
    expect(press(facts({ cases: [part('13:00', '14:00')] }))).toBe('PREVIEW_STALE');
  });

  test('U-11: whatever is released, kept and booked, each minute of the block is one of these, once', () => {
    const minute = fc.integer({ min: 0, max: 8 * 60 });
    const interval = fc
      .tuple(minute, minute)
      .filter(([a, b]) => a < b)
      .map(([a, b]): Interval => ({ startsAt: addMinutes(at('07:00'), a), endsAt: addMinutes(at('07:00'), b) }));
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 6 }), fc.array(interval, { maxLength: 6 }), (cases, wishes) => {
        let now = facts({ cases });
        for (const wish of wishes) {
          const free = subtract([wish], [...now.cases, ...now.releases]);
          if (free.length > 0) now = carriedOut(now, { action: 'release part', intervals: free });
        }
        const released = now.releases.map(({ startsAt, endsAt }) => ({ startsAt, endsAt }));
        expect(released.some((one, index) => released.some((other, second) => index !== second && overlaps(one, other)))).toBe(false);
        expect(released.some((one) => cases.some((booking) => overlaps(one, booking)))).toBe(false);
        expect(totalMinutes(unbooked(now, twoWeeksBefore)) + totalMinutes(released) + totalMinutes(cases)).toBe(8 * 60);
      }),
    );
  });
});

describe('keeping', () => {
  test('C-12: keep releases nothing, the next question comes tomorrow; after the mandatory date it is refused', () => {
    const now = facts({ history });
    expect(planBlock(now, policy, twoWeeksBefore).kind).toBe('alert');
    const kept = carriedOut(now, keep);
    expect(kept.releases).toEqual([]);
    expect(planBlock(kept, policy, twoWeeksBefore)).toMatchObject({ kind: 'alert', at: at('07:00', addDays(date, -13)) });
    expect(codeOf(() => decide(now, keep, mandatoryInstant(now)))).toBe('BLOCK_SETTLED');
    expect(codeOf(() => decide(carriedOut(now, { action: 'release all' }), keep))).toBe('BLOCK_SETTLED');
  });

  test('C-13: no more alerts about this block, and the mandatory release comes all the same', () => {
    const silenced = carriedOut(facts({ history }), { action: 'keep', stopAlerts: true });
    expect(planBlock(silenced, policy, twoWeeksBefore)).toMatchObject({
      kind: 'mandatory release',
      at: mandatoryInstant(silenced),
      rule: 'C-05',
    });
  });
});

describe('what comes next', () => {
  test('C-05: the mandatory release is at midnight of the facility, in civil days across the change of the clock', () => {
    expect(mandatoryInstant({ date: '2027-04-01', windowDays: 7, zone })).toBe('2027-03-24T23:00:00.000Z'); // winter time, seven days before a summer date
    expect(mandatoryInstant({ date: '2027-03-25', windowDays: 0, zone })).toBe('2027-03-24T23:00:00.000Z');
  });

  test('C-01, C-08: no alert without two unbooked hours in a row, and none below the policy’s confidence', () => {
    const scattered = [part('07:00', '08:00'), part('09:59', '12:00'), part('13:59', '15:00')]; // 119 and 119 minutes are left
    expect(planBlock(facts({ history, cases: scattered }), policy, twoWeeksBefore).kind).toBe('mandatory release');
    expect(planBlock(facts({ history }), { ...policy, release: { ...policy.release, confidenceAbove: 1 } }, twoWeeksBefore).kind).toBe(
      'mandatory release',
    );
  });

  test('C-02: nobody is asked earlier than the holder usually books', () => {
    const early = at('10:00', addDays(date, -60));
    expect(planBlock(facts({ history }), policy, early)).toMatchObject({ kind: 'alert', at: at('07:00', addDays(date, -30)) });
  });

  test('F-23: paused, nothing fires; in shadow, nothing is released though the step is taken', () => {
    expect(planBlock(facts({ history, paused: true }), policy, twoWeeksBefore)).toMatchObject({ kind: 'wait', rule: 'F-23' });
    const due = planBlock(facts({ shadow: true }), policy, mandatoryInstant(facts()));
    const shadowed = advanceBlock(facts({ shadow: true }), { ...due, at: mandatoryInstant(facts()) });
    expect(due.kind).toBe('mandatory release');
    expect(shadowed.releases).toEqual([]);
    expect(planBlock(shadowed, policy, mandatoryInstant(facts())).kind).toBe('close');
  });
});

test('C-11: another question is only promised where the block is not settled before it', () => {
  const mandatory = addDays(date, -7);
  const mailHour = policy.mail.fromLocalTime;
  expect(askedAgainAt(facts(), policy, at('07:00', addDays(date, -10)))).toBe(at(mailHour, addDays(date, -9)));
  expect(askedAgainAt(facts(), policy, at('18:46', addDays(mandatory, -1)))).toBeUndefined();
  expect(askedAgainAt(facts({ mandatoryOff: true }), policy, at('18:46', addDays(mandatory, -1)))).toBe(at(mailHour, mandatory));
  expect(askedAgainAt(facts({ mandatoryOff: true }), policy, at('18:46', addDays(date, -1)))).toBeUndefined();
  expect(askedAgainAt(facts({ silenced: true }), policy, at('07:00', addDays(date, -10)))).toBeUndefined();
});

describe('undoing', () => {
  const undo: BlockChoice = { action: 'undo', acceptPart: false };
  const released = carriedOut(facts(), { action: 'release all' });

  test('F-21: the releaser may undo within the window, support until the block ends', () => {
    expect(decide(released, undo, addMinutes(twoWeeksBefore, 10)).returned).toEqual([part('07:00', '15:00')]);
    expect(codeOf(() => decide(released, undo, addMinutes(twoWeeksBefore, 11)))).toBe('UNDO_TOO_LATE');
    expect(decide(released, undo, addMinutes(twoWeeksBefore, 5000), support).returned).toEqual([part('07:00', '15:00')]);
    expect(codeOf(() => decide(facts(), undo))).toBe('NOTHING_TO_UNDO');
  });

  test('C-25: partly taken, only the rest can come back, and only if that is accepted', () => {
    const taken = { ...released, claims: [part('08:00', '10:00')] };
    expect(codeOf(() => decide(taken, undo, twoWeeksBefore, support))).toBe('UNDO_PARTLY_TAKEN');
    const effect: BlockEffect = decide(taken, { action: 'undo', acceptPart: true }, twoWeeksBefore, support);
    expect(effect.returned).toEqual([part('07:00', '08:00'), part('10:00', '15:00')]);
    expect(effect.stillReleased).toEqual([part('08:00', '10:00')]);
    expect(effect.wantedBack).toEqual([part('08:00', '10:00')]);
  });

  test('U-10: what is taken is the holder’s first when that ends, whole or in part, and nothing comes back twice', () => {
    const taken = { ...released, claims: [part('08:00', '10:00')] };
    const effect = decide(taken, { action: 'undo', acceptPart: true }, twoWeeksBefore, support);
    const waiting = applyBlockEffect(taken, effect, support, twoWeeksBefore);
    expect(waiting.releases).toMatchObject([{ ...part('08:00', '10:00'), wantedBackAt: twoWeeksBefore }]);
    expect(codeOf(() => decide(waiting, { action: 'undo', acceptPart: true }, twoWeeksBefore, support))).toBe('NOTHING_TO_UNDO');
    expect(returnWanted(waiting, twoWeeksBefore)).toBeUndefined();
    const partly = returnWanted({ ...waiting, claims: [part('09:00', '10:00')] }, twoWeeksBefore)!;
    expect(partly.returned).toEqual([part('08:00', '09:00')]);
    expect(partly.after.releases).toMatchObject([{ ...part('09:00', '10:00'), wantedBackAt: twoWeeksBefore }]);
    const whole = returnWanted({ ...partly.after, claims: [] }, at('12:00', addDays(date, -2)))!;
    expect([whole.returned, whole.after.releases, whole.after.mandatoryOff]).toEqual([[part('09:00', '10:00')], [], true]);
    expect(returnWanted({ ...waiting, claims: [], state: 'closed' }, twoWeeksBefore)).toBeUndefined();
  });

  test('U-10: with all of it taken, an undo that accepts parts means first refusal; what has passed cannot come back', () => {
    const taken = { ...released, claims: [part('07:00', '15:00')] };
    const effect = decide(taken, { action: 'undo', acceptPart: true }, twoWeeksBefore, support);
    expect([effect.returned, effect.wantedBack]).toEqual([[], [part('07:00', '15:00')]]);
    const during = decide(released, undo, at('11:00'), support);
    expect([during.returned, during.stillReleased, during.wantedBack]).toEqual([[part('11:00', '15:00')], [part('07:00', '11:00')], []]);
  });

  test('C-25: undone after the mandatory date, the block stays with its holder', () => {
    const late = at('09:00', addDays(date, -2));
    const back = applyBlockEffect(released, decide(released, undo, late, support), support, late);
    expect(back.mandatoryOff).toBe(true);
    expect(planBlock(back, policy, late).kind).toBe('close');
  });
});
