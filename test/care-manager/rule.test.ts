import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { addDays, atLocal, startOfDay, zoneDate } from '../../domain/civil.ts';
import { mustBePossible } from '../../domain/course-of-treatment.ts';
import {
  advanceOpportunity,
  listedAt,
  listedOn,
  needsAction,
  type OpportunityFacts,
  planOpportunity,
  settled,
} from '../../domain/opportunity.ts';
import { decideOpportunity } from '../../domain/opportunity-decision.ts';
import { PolicySettings } from '../../domain/policy.ts';
import { foretell } from '../../domain/timeline.ts';

const zone = 'Europe/London';
const policy = { ...PolicySettings.parse({}), version: 1 };
const now = '2027-01-10T12:00:00.000Z';
const today = '2027-01-10';
const at = (inDays: number) => atLocal(addDays(today, inDays), '10:00', zone);

function facts(change: Partial<OpportunityFacts> = {}): OpportunityFacts {
  const own = { id: 'o', version: 1, zone, paused: false, shadow: false, state: 'live' as const, status: 'open' as const, listed: true };
  const rest = { snoozedUntil: null, assigneeId: null, rejectedReason: null, openedOn: '2026-12-01', course: 'open' as const, visits: [] };
  return settled({ ...own, ...rest, ...change }, policy, now);
}
const timelineOf = (one: OpportunityFacts) =>
  foretell(one, now, {
    plan: (then, when) => planOpportunity(then, policy, when),
    advance: (then, step) => advanceOpportunity(then, step, policy),
  }).map(({ kind, at: when }) => [kind, when]);

describe('D-01, D-02: an open course of treatment without an appointment soon', () => {
  test('opened 365 days ago it is listed, 366 days ago it is not', () => {
    expect(facts({ openedOn: addDays(today, -365) }).listed).toBe(true);
    expect(facts({ openedOn: addDays(today, -366) }).listed).toBe(false);
  });

  test('an appointment on day 90 takes it off, one on day 91 leaves it, one later today counts, one of yesterday does not', () => {
    expect(facts({ visits: [at(90)] }).listed).toBe(false);
    expect(facts({ visits: [at(91)] }).listed).toBe(true);
    expect(facts({ visits: [at(0)] }).listed).toBe(false);
    expect(facts({ visits: [at(-1)] }).listed).toBe(true);
  });

  test('completed or inactive it is not listed', () => {
    expect(facts({ course: 'completed' }).listed).toBe(false);
    expect(facts({ course: 'inactive' }).listed).toBe(false);
  });

  test('a course opened in the future is refused, and a UDA value outside of the NHS (D-03)', () => {
    const course = { patientId: 'p', practitionerId: 'r', payor: 'x', costMinor: 1, state: 'open' as const, plannedVisits: [] };
    expect(() => mustBePossible({ ...course, nhs: false, udaValue: null, openedOn: '2027-01-11' }, now, zone)).toThrow('today or earlier');
    expect(() => mustBePossible({ ...course, nhs: false, udaValue: 3, openedOn: today }, now, zone)).toThrow('Only NHS');
    mustBePossible({ ...course, nhs: true, udaValue: 3, openedOn: today }, now, zone);
  });

  test('U-01: it sleeps until the next midnight at which the listing changes: the appointment comes near, is over, the year is over', () => {
    expect(timelineOf(facts({ visits: [at(100)] }))).toEqual([
      ['leave', startOfDay(addDays(today, 10), zone)],
      ['appear', startOfDay(addDays(today, 101), zone)],
      ['end', startOfDay('2027-12-02', zone)],
    ]);
  });

  test('F-23: a paused facility lists nothing anew and takes nothing off by itself', () => {
    expect(timelineOf(facts({ paused: true, visits: [at(100)] }))).toEqual([['wait', startOfDay('2027-12-02', zone)]]);
  });

  test('on whatever days the patient comes, what is foretold is what each day’s own look says', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 8 }), fc.integer({ min: 0, max: 365 }), (days, age) => {
        const begin = facts({ visits: days.map(at), openedOn: addDays(today, -age) });
        let listed = begin.listed;
        const steps = new Map(timelineOf(begin).map(([kind, when]) => [zoneDate(when!, zone), kind]));
        for (let day = 1; day <= 366 - age; day++) {
          const date = addDays(today, day);
          const step = steps.get(date);
          if (step) listed = step === 'appear';
          expect([date, listed]).toEqual([date, listedOn(begin, policy, date)]);
        }
        expect(steps.get(addDays(today, 366 - age))).toBe('end');
      }),
      { numRuns: 200 },
    );
  });
});

describe('what people decide', () => {
  test('D-19, D-20, D-21: a snooze lasts a week by default, ends in the morning, and asks D-01 again', () => {
    const snoozed = decideOpportunity(facts(), policy, { action: 'snooze' }, now);
    expect(snoozed).toMatchObject({ status: 'snoozed', snoozedUntil: '2027-01-17' });
    expect(planOpportunity(snoozed, policy, now)).toMatchObject({ kind: 'wake', at: atLocal('2027-01-17', '07:00', zone), rule: 'D-21' });
    const booked = { ...snoozed, visits: [at(30)] };
    const wake = planOpportunity(booked, policy, now);
    expect(advanceOpportunity(booked, wake, policy)).toMatchObject({ status: 'open', snoozedUntil: null, listed: false });
    expect(advanceOpportunity(snoozed, wake, policy)).toMatchObject({ status: 'open', listed: true });
  });

  test('D-19: today and the past are refused, and so is snoozing a rejected one', () => {
    expect(() => decideOpportunity(facts(), policy, { action: 'snooze', until: today }, now)).toThrow('after today');
    expect(() => decideOpportunity(facts({ status: 'rejected' }), policy, { action: 'snooze' }, now)).toThrow('is rejected');
  });

  test('D-13 to D-16: rejecting needs the confirmation, is only a status, and waits for nothing but the end', () => {
    expect(() => decideOpportunity(facts(), policy, { action: 'reject' }, now)).toThrow('"confirm": true');
    const rejected = decideOpportunity(facts(), policy, { action: 'reject', confirm: true }, now, 'infeasible');
    expect(rejected).toMatchObject({ status: 'rejected', rejectedReason: 'infeasible', course: 'open', listed: true });
    expect(planOpportunity({ ...rejected, visits: [at(95)] }, policy, now).kind).toBe('end');
    expect(decideOpportunity(rejected, policy, { action: 'reopen' }, now)).toMatchObject({ status: 'open', rejectedReason: null });
  });

  test('D-07: the lightbulb is red for a listed open one only', () => {
    expect(needsAction(facts())).toBe(true);
    expect(needsAction(facts({ status: 'snoozed', snoozedUntil: '2027-02-01' }))).toBe(false);
    expect(needsAction(facts({ status: 'rejected' }))).toBe(false);
    expect(needsAction(facts({ visits: [at(3)] }))).toBe(false);
  });

  test('one that has ended takes no decision', () => {
    const ended = facts({ state: 'ended' });
    expect(listedAt(ended, policy, now)).toBe(false);
    expect(() => decideOpportunity(ended, policy, { action: 'assign', assigneeId: null }, now)).toThrow('has ended');
  });
});
