import { expect, test } from 'vitest';

import { advanceBlock, planBlock } from '../../domain/block.ts';
import { addDays, atLocal, daysBetween, zoneDate } from '../../domain/civil.ts';
import { foretell } from '../../domain/timeline.ts';
import { loadBlock } from '../../ledger/block.ts';
import { prepareLives } from '../lives.ts';
import { createBlock, createHistory, createWorld } from '../world.ts';

const lives = prepareLives();

/** The next two civil dates after `from` on which a day at this place does not have 24 hours: one change each way. */
function clockChanges(zone: string, from: string): string[] {
  const lengthHours = (date: string) =>
    (Date.parse(atLocal(addDays(date, 1), '12:00', zone)) - Date.parse(atLocal(date, '12:00', zone))) / 3_600_000;
  const dates = Array.from({ length: 400 }, (_, day) => addDays(from, day + 40));
  return dates.filter((date) => lengthHours(date) !== 24).slice(0, 2);
}

test.each(['America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe'])(
  'U-01, C-05, C-11: in %s what is foretold happens, to the second, across both changes of the clock',
  async (zone) => {
    const world = await createWorld(lives.db, { name: `Foretold ${zone}`, zone });
    const today = zoneDate(await lives.now(), zone);
    await createHistory(world, today, { leadDays: 14 });
    for (const change of clockChanges(zone, today)) {
      const now = await lives.now();
      const date = addDays(change, 10); // alerts run from 14 to 8 days before: the clock changes in their midst
      const blockId = await createBlock(world, date, now);
      const { facts, policy } = await loadBlock(lives.db, blockId, now);
      const foretold = foretell(facts, now, { plan: (then, at) => planBlock(then, policy, at), advance: advanceBlock });
      expect(foretold.filter(({ kind }) => kind === 'alert').length).toBeGreaterThanOrEqual(6);
      expect(foretold.slice(-2).map(({ kind }) => kind)).toEqual(['mandatory release', 'close']);
      expect(foretold.at(-2)!.at).toBe(atLocal(addDays(date, -7), '00:00', zone));

      await (await lives.begin(`block/${blockId}`)).result();

      const events = await lives.db.auditEvent.findMany({ where: { subjectId: blockId, seq: { gt: 1 } }, orderBy: { seq: 'asc' } });
      const happened = events.map(({ action, at }) => `${action} ${at.toISOString().slice(0, 19)}`);
      expect(happened).toEqual(foretold.map(({ kind, at }) => `${kind} ${at.slice(0, 19)}`));
      expect(daysBetween(zoneDate(events[0]!.at.toISOString(), zone), date)).toBeLessThanOrEqual(14); // C-02: not before the usual lead
    }
  },
);
