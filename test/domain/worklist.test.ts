import fc from 'fast-check';
import { expect, test } from 'vitest';

import { type Interval, merge, subtract } from '../../domain/interval.ts';
import { entriesFor, type KnownEntry } from '../../domain/worklist.ts';

const at = (hour: number) => new Date(Date.UTC(2027, 0, 4, hour)).toISOString();
const part = (from: number, to: number): Interval => ({ startsAt: at(from), endsAt: at(to) });
const place = (from: number, to: number, roomId = 'A') => ({ roomId, ...part(from, to) });
const known = (kind: KnownEntry['kind'], from: number, to: number, state: KnownEntry['state'], roomId = 'A'): KnownEntry => ({
  id: `${kind} ${from}`,
  kind,
  state,
  ...place(from, to, roomId),
});

test('F-22: what is released is to be entered; undone before anybody entered it, both are gone', () => {
  const released = entriesFor('release', [place(8, 12)], []);
  expect(released).toEqual({ added: [{ kind: 'release', ...place(8, 12) }], superseded: [] });
  expect(entriesFor('release', [], [known('release', 8, 12, 'open')])).toEqual({ added: [], superseded: ['release 8'] });
});

test('F-22: undone after it was entered, it is to be given back; in part, only that part', () => {
  expect(entriesFor('release', [], [known('release', 8, 12, 'acknowledged')]).added).toEqual([{ kind: 'return', ...place(8, 12) }]);
  expect(entriesFor('release', [place(8, 10)], [known('release', 8, 12, 'acknowledged')]).added).toEqual([
    { kind: 'return', ...place(10, 12) },
  ]);
});

test('F-22: a hold that moved is freed here and reserved there; what is right already stays', () => {
  const moved = entriesFor('reserve', [place(14, 16, 'B')], [known('reserve', 8, 12, 'acknowledged')]);
  expect(moved.added).toEqual([
    { kind: 'reserve', ...place(14, 16, 'B') },
    { kind: 'free', ...place(8, 12) },
  ]);
  expect(entriesFor('reserve', [place(8, 12)], [known('reserve', 8, 12, 'open')])).toEqual({ added: [], superseded: [] });
});

test('F-22: whatever happens and whenever it is entered, the facility’s schedule ends as it should stand', () => {
  const step = fc.record({
    from: fc.integer({ min: 0, max: 20 }),
    length: fc.integer({ min: 1, max: 4 }),
    give: fc.boolean(),
    enter: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let target: Interval[] = [];
      const entries: KnownEntry[] = [];
      let schedule: Interval[] = [];
      const enterAll = () => {
        for (const entry of entries.filter(({ state }) => state === 'open')) {
          entry.state = 'acknowledged';
          schedule = entry.kind === 'release' ? merge([...schedule, entry]) : subtract(schedule, [entry]);
        }
      };
      for (const { from, length, give, enter } of steps) {
        const one = part(from, from + length);
        target = give ? merge([...target, one]) : subtract(target, [one]);
        const { added, superseded } = entriesFor(
          'release',
          target.map((interval) => ({ roomId: 'A', ...interval })),
          entries,
        );
        for (const id of superseded)
          entries.splice(
            entries.findIndex((entry) => entry.id === id),
            1,
          );
        entries.push(...added.map((entry, n) => ({ ...entry, id: `${entries.length}.${n}.${Math.random()}`, state: 'open' as const })));
        if (enter) enterAll();
      }
      enterAll();
      expect(merge(schedule)).toEqual(merge(target));
    }),
  );
});
