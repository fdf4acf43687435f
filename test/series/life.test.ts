import { expect, test } from 'vitest';

import { addDays, atLocal, daysBetween, weekday, zoneDate, zoneTime } from '../../domain/civil.ts';
import { systemActor } from '../../domain/decision.ts';
import type { SeriesTerms } from '../../domain/series.ts';
import { loadSeries } from '../../ledger/series.ts';
import { changeSeries } from '../../ledger/series-change.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { prepareLives } from '../lives.ts';
import { createBlock, createSeriesIn, createWorld, type World } from '../world.ts';

const lives = prepareLives();
const settings = { series: { horizonDays: 14 }, mandatory: { windowDays: 7 } }; // so blocks are made 67 days ahead
const horizonDays = 67;

async function begin(world: World, terms: Partial<SeriesTerms>) {
  const { series } = await createSeriesIn(world, terms, await lives.now());
  return { id: series.facts.id, handle: await lives.begin(`series/${series.facts.id}`) };
}

const blocksOf = (seriesId: string) => lives.db.block.findMany({ where: { seriesId }, orderBy: [{ date: 'asc' }, { id: 'asc' }] });
const dateOf = ({ date }: { date: Date }) => date.toISOString().slice(0, 10);
const weekly = (day: number) => ({ kind: 'weekly' as const, weekdays: [day], everyWeeks: 1 });
const auditOf = (subjectId: string) => lives.db.auditEvent.findMany({ where: { subjectId }, orderBy: { seq: 'asc' } });

test.each(['America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe'])(
  'U-01, C-05: in %s each day is made when it comes within the horizon, at its wall-clock time, and the life ends with the last day',
  { timeout: 60_000 },
  async (zone) => {
    const world = await createWorld(lives.db, { name: zone, zone, settings });
    const today = zoneDate(await lives.now(), zone);
    const day = weekday(addDays(today, 3));
    const validUntil = addDays(today, 400); // the clocks change twice
    const holiday = addDays(today, 3 + 7 * 20);
    await lives.db.holiday.create({ data: { facilityId: world.facilityId, date: new Date(holiday), name: 'Day off' } });
    const { id, handle } = await begin(world, { recurrence: weekly(day), validUntil });
    const atFirst = await blocksOf(id);
    expect(atFirst.map(dateOf).at(-1)! <= addDays(today, horizonDays)).toBe(true);
    await handle.result();

    const all = Array.from({ length: 57 }, (_, week) => addDays(today, 3 + 7 * week)).filter((date) => date !== holiday);
    const blocks = await blocksOf(id);
    expect(blocks.map(dateOf)).toEqual(all);
    for (const block of blocks) {
      expect([zoneTime(block.startsAt.toISOString(), zone), zoneTime(block.endsAt.toISOString(), zone)]).toEqual(['07:00', '15:00']);
    }
    const events = (await auditOf(id)).filter(({ action }) => action === 'materialise');
    expect(events).toHaveLength(all.length - atFirst.length); // it woke once for each day, and never besides
    for (const { at, after } of events) {
      const [date] = (after as { added: string[] }).added;
      expect(daysBetween(zoneDate(at.toISOString(), zone), date!)).toBe(horizonDays);
      expect(zoneTime(at.toISOString(), zone)).toBe('00:00');
    }
    const starts = await lives.db.wakeUp.findMany({
      where: { kind: 'start', workflowId: { in: blocks.map((block) => `block/${block.id}`) } },
    });
    expect(starts).toHaveLength(blocks.length);
    expect(await lives.db.blockSeries.findUnique({ where: { id } })).toMatchObject({ state: 'ended' });
    expect((await auditOf(id)).at(-1)).toMatchObject({ action: 'close', actor: { name: 'Holdfast' } });
  },
);

test('U-11: a day that another block took has no block of the series; the facility learns it, and the life goes on', async () => {
  const world = await createWorld(lives.db, { name: 'Taken', settings });
  const now = await lives.now();
  const today = zoneDate(now, world.zone);
  const first = addDays(today, 3);
  const taken = addDays(first, 7 * 10);
  await createBlock(world, taken, now, { groupId: world.otherGroup.id });
  const { id, handle } = await begin(world, { recurrence: weekly(weekday(first)), validUntil: addDays(taken, 14) });
  await handle.result();
  const made = (await blocksOf(id)).map(dateOf);
  expect(made).not.toContain(taken);
  expect(made.at(-1)).toBe(addDays(taken, 14));
  const [message, ...others] = await lives.db.message.findMany({ where: { subjectId: id } });
  expect(others).toEqual([]);
  expect(message).toMatchObject({ kind: 'series day taken', personId: world.scheduler.id });
  expect(message!.content).toMatchObject({ days: [{ startsAt: atLocal(taken, '07:00', world.zone) }] });
});

test('U-02, U-13: a change wakes the life to its earlier step, and a block that goes ends its own life', async () => {
  const world = await createWorld(lives.db, { name: 'Changed', settings });
  const now = await lives.now();
  const today = zoneDate(now, world.zone);
  const first = addDays(today, 10);
  const terms = { recurrence: weekly(weekday(first)), validUntil: addDays(first, 7 * 12) };
  const { id, handle } = await begin(world, terms);
  const [block] = await blocksOf(id);
  const blockLife = await lives.begin(`block/${block!.id}`);
  await lives.db.wakeUp.deleteMany();

  const early = weekday(addDays(first, -2));
  await inTransaction(lives.db, async (tx) => {
    const series = await loadSeries(tx, id, 'update');
    await changeSeries(tx, series, { recurrence: weekly(early) }, {}, { actor: systemActor, now });
  });
  const woken = await lives.db.wakeUp.findMany({ where: { kind: 'update' } });
  const names = Object.fromEntries(woken.map(({ workflowId, payload }) => [workflowId, (payload as { name: string }).name]));
  expect(names).toMatchObject({ [`block/${block!.id}`]: 'replanBlock' });
  await blockLife.executeUpdate('replanBlock');
  await blockLife.result();
  expect(await lives.db.block.findUnique({ where: { id: block!.id } })).toMatchObject({ state: 'cancelled' });
  expect((await auditOf(block!.id)).map(({ action }) => action)).toEqual(['create', 'cancel']);

  if (names[`series/${id}`]) await handle.executeUpdate(names[`series/${id}`]!);
  await handle.result();
  const standing = (await blocksOf(id)).filter(({ state }) => state !== 'cancelled').map(dateOf);
  expect(standing.every((date) => weekday(date) === early)).toBe(true);
  expect(daysBetween(standing[0]!, standing.at(-1)!)).toBe(7 * (standing.length - 1));
});

test('F-23: while the facility is paused no day is made; afterwards those that came within the horizon are made at once', async () => {
  const world = await createWorld(lives.db, { name: 'Paused', settings });
  const today = zoneDate(await lives.now(), world.zone);
  const first = addDays(today, 3);
  const { id, handle } = await begin(world, { recurrence: weekly(weekday(first)), validUntil: addDays(first, 7 * 14) });
  const before = (await blocksOf(id)).length;
  await lives.db.facility.update({ where: { id: world.facilityId }, data: { paused: true } });
  await lives.env.sleep('22 days');
  expect((await blocksOf(id)).length).toBe(before);
  expect(await handle.query('readSeriesPlan')).toMatchObject({ kind: 'wait', rule: 'F-23' });
  await lives.db.facility.update({ where: { id: world.facilityId }, data: { paused: false } });
  await handle.executeUpdate('replanSeries');
  await lives.env.sleep('1 minute');
  expect((await blocksOf(id)).length).toBe(before + 3);
  await handle.result();
  expect((await blocksOf(id)).length).toBe(15);
});
