import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { addDays, atLocal } from '../../domain/civil.ts';
import { type Away, type Cover, coverageOf, type Line, needsCover, uncoveredMinutes } from '../../domain/coverage.ts';
import { totalMinutes } from '../../domain/interval.ts';
import { mustNotCircle, presentOf, type Substitution } from '../../domain/substitute.ts';
import { hoursOn } from '../../domain/working-time.ts';

const zone = 'America/New_York';
const hours = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '09:00', to: '17:00' }));
const monday = '2027-03-08';

function away(over: Partial<Away> & { from?: string; to?: string; until?: string } = {}): Away {
  const { from = '00:00', to, until = monday, ...rest } = over;
  const endsAt = to ? atLocal(until, to, zone) : atLocal(addDays(until, 1), '00:00', zone);
  return { kind: 'remote', notice: 'known', week: { zone, hours }, holidays: [], startsAt: atLocal(monday, from, zone), endsAt, ...rest };
}
const kim: Cover = { personId: 'kim', name: 'Kim', zone: 'America/Chicago', hours, away: [] };
const asks: Line = { choice: 'ask', cover: null };
const covered: Line = { choice: 'ask', cover: kim };
const day = (who: Away, line: Line) => {
  const [only] = coverageOf(who, line, who.startsAt);
  return only && [only.by, only.rule, uncoveredMinutes([only])];
};

describe('the cover decision table, first match wins', () => {
  test.each([
    ['P-18: a company holiday beats everything', away({ holidays: [monday] }), covered, ['provider', 'P-18', 0]],
    ['P-24: a provider who chose to cover', away(), { ...covered, choice: 'provider covers' }, ['provider', 'P-24', 0]],
    ['P-15: a designated coordinator, full day', away({ kind: 'designated' }), asks, ['provider', 'P-15', 0]],
    ['P-15: a designated coordinator, part of a day', away({ kind: 'designated', from: '12:00' }), asks, ['provider', 'P-15', 0]],
    [
      'P-31: designated on the day itself, bare until the provider says that they know',
      away({ kind: 'designated', notice: 'same-day' }),
      asks,
      ['provider', 'P-31', 480],
    ],
    [
      'P-31: designated on the day itself, acknowledged',
      away({ kind: 'designated', notice: 'same-day' }),
      { ...asks, acknowledgedAt: '2027-03-08T12:00:00.000Z' },
      ['provider', 'P-15', 0],
    ],
    ['P-16: a line left alone', away({ kind: 'designated' }), { ...asks, choice: 'unmonitored' }, ['unmonitored', 'P-16', 480]],
    ['P-13: a remote coordinator, part of a known day', away({ from: '12:00' }), asks, ['provider', 'P-13', 0]],
    ['P-31: the same on the day itself', away({ from: '12:00', notice: 'same-day' }), asks, ['nobody yet', 'P-31', 300]],
    ['P-12: a full day and nobody yet', away(), asks, ['nobody yet', 'P-12', 480]],
    ['P-14: a cover in another zone leaves the first hour bare', away(), covered, ['cover', 'P-14', 60]],
    ['P-12: a cover of the same hours', away(), { choice: 'ask', cover: { ...kim, zone } }, ['cover', 'P-12', 0]],
  ] as [string, Away, Line, unknown][])('%s', (_title, who, line, expected) => {
    expect(day(who, line)).toEqual(expected);
  });

  test('P-12, P-13: of several days each is judged by itself: the last morning is the provider’s', () => {
    const days = coverageOf(away({ until: addDays(monday, 2), to: '12:00' }), covered, away().startsAt);
    expect(days.map(({ by }) => by)).toEqual(['cover', 'cover', 'provider']);
  });

  test('P-14: who covers and is away for an hour leaves that hour bare', () => {
    const line = {
      ...covered,
      cover: { ...kim, zone, away: [{ startsAt: atLocal(monday, '10:00', zone), endsAt: atLocal(monday, '11:00', zone) }] },
    };
    expect(day(away(), line)).toEqual(['cover', 'P-14', 60]);
    expect(coverageOf(away(), line, away().startsAt)[0]?.because).toBe('Kim was to cover and is away too: nobody does in that time.');
    expect(coverageOf(away(), covered, away().startsAt)[0]?.because).toBe('Kim covers; outside of their own hours nobody does.');
  });

  test('P-12, P-24: nobody is looked for where the provider covers, on holidays and on days off', () => {
    expect(needsCover(away(), asks, away().startsAt)).toBe(true);
    expect(needsCover(away(), { ...asks, choice: 'provider covers' }, away().startsAt)).toBe(false);
    expect(needsCover(away({ holidays: [monday] }), asks, away().startsAt)).toBe(false);
    const saturday = addDays(monday, 5);
    const weekend = { ...away(), startsAt: atLocal(saturday, '00:00', zone), endsAt: atLocal(addDays(saturday, 2), '00:00', zone) };
    expect(coverageOf(weekend, asks, weekend.startsAt)).toEqual([]);
  });

  test('P-31: hours that are gone are nobody’s: they are not covered, not bare, and nobody is looked for', () => {
    const sick = away({ notice: 'same-day' });
    const at = (time: string) => atLocal(monday, time, zone);
    expect(coverageOf(sick, asks, at('15:30')).map(({ uncovered }) => uncovered)).toEqual([
      [{ startsAt: at('15:30'), endsAt: at('17:00') }],
    ]);
    expect(needsCover(sick, asks, at('16:59'))).toBe(true);
    expect(coverageOf(sick, asks, at('17:00'))).toEqual([]);
    expect(needsCover(sick, asks, at('17:00'))).toBe(false);
    expect(coverageOf(sick, asks, `${addDays(monday, 9)}T00:00:00.000Z`)).toEqual([]);
  });

  test('P-14, P-27: whatever the zones and the clocks, covered and bare hours together are the hours of the line', () => {
    const zones = ['America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Pacific/Auckland'];
    const anyZone = fc.constantFrom(...zones);
    fc.assert(
      fc.property(anyZone, anyZone, fc.integer({ min: 0, max: 360 }), fc.integer({ min: 1, max: 10 }), (one, other, start, length) => {
        const from = addDays('2027-01-01', start);
        const who = {
          ...away(),
          week: { zone: one, hours },
          startsAt: atLocal(from, '00:00', one),
          endsAt: atLocal(addDays(from, length), '00:00', one),
        };
        for (const found of coverageOf(who, { choice: 'ask', cover: { ...kim, zone: other } }, who.startsAt)) {
          expect(totalMinutes([...found.covered, ...found.uncovered])).toBe(totalMinutes(found.hours));
          expect(totalMinutes(found.covered) + totalMinutes(found.uncovered)).toBe(totalMinutes(found.hours));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('P-27: a night that loses an hour has one hour less of work', () => {
    const night = { zone, hours: [{ weekday: 7, from: '00:00', to: '06:00' }] };
    expect(totalMinutes(hoursOn(night, '2027-03-14'))).toBe(300);
  });
});

describe('substitutes', () => {
  const stand = (personId: string, substituteId: string, topic: string | null = null): Substitution => ({ personId, substituteId, topic });
  const isAway =
    (...ids: string[]) =>
    (id: string) =>
      ids.includes(id);

  test('F-12: the chain is followed until somebody is there; one for a topic goes first', () => {
    const all = [stand('a', 'b'), stand('b', 'c'), stand('a', 'd', 'billing')];
    expect(presentOf('a', null, all, isAway())).toBe('a');
    expect(presentOf('a', null, all, isAway('a'))).toBe('b');
    expect(presentOf('a', null, all, isAway('a', 'b'))).toBe('c');
    expect(presentOf('a', 'billing', all, isAway('a'))).toBe('d');
    expect(presentOf('a', null, all, isAway('a', 'b', 'c'))).toBeUndefined();
  });

  test('F-12: a circle is refused with its chain, also one over two topics', () => {
    expect(() => mustNotCircle(stand('c', 'a'), [stand('a', 'b'), stand('b', 'c')])).toThrow('in a circle');
    expect(() => mustNotCircle(stand('a', 'a'), [])).toThrow('in a circle');
    expect(() => mustNotCircle(stand('b', 'a', 'billing'), [stand('a', 'b')])).toThrow('in a circle');
    expect(() => mustNotCircle(stand('a', 'b'), [stand('b', 'a', 'billing')])).toThrow('in a circle');
    expect(() => mustNotCircle(stand('a', 'c'), [stand('a', 'b'), stand('b', 'a')])).not.toThrow();
  });

  test('F-12: whatever is accepted, a chain never turns in a circle', () => {
    const person = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const topic = fc.constantFrom(null, 'x', 'y');
    fc.assert(
      fc.property(fc.array(fc.record({ personId: person, substituteId: person, topic }), { maxLength: 12 }), (wishes) => {
        const kept: Substitution[] = [];
        for (const wish of wishes) {
          try {
            mustNotCircle(wish, kept);
          } catch {
            continue;
          }
          kept.splice(0, kept.length, ...kept.filter((one) => one.personId !== wish.personId || one.topic !== wish.topic), wish);
        }
        for (const about of [null, 'x', 'y'])
          for (const one of 'abcde') {
            const visited: string[] = [];
            presentOf(one, about, kept, (id) => visited.push(id) > 0);
            expect(new Set(visited).size).toBe(visited.length);
            const end = visited.at(-1)!;
            const next =
              kept.find((s) => s.personId === end && s.topic === about && about !== null) ??
              kept.find((s) => s.personId === end && s.topic === null);
            expect(next).toBeUndefined(); // the chain ended because nobody follows, not because it came back
          }
      }),
    );
  });
});
