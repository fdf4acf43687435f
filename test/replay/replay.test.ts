import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';

import { prepareLives } from '../lives.ts';
import { scenarios } from './scenarios.ts';

const { History } = proto.temporal.api.history.v1;
const folder = join(import.meta.dirname, 'histories');
const lives = prepareLives();

type Events = { eventType?: unknown }[];
const kinds: Record<number, string> = { 1: 'start', 17: 'timer', 26: 'signal', 41: 'update', 25: 'step' };

/**
 * What a life costs in Temporal actions, read off its history: its start, each timer, each signal, each accepted
 * update, and each workflow task that ran steps (local activities leave one marker each).
 */
function actionsOf(events: Events): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { eventType } of events) {
    const kind = kinds[eventType as number];
    if (kind) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** The floor of each: the start, one per message received, one per step, one per timer. Events: with their workflow tasks. */
const costs: Record<string, { actions: Record<string, number>; events: number }> = {
  // steps: two alerts, the release, the end; timers: until each alert, until the third that never came, until the end
  'block-alerted-twice-and-released': { actions: { start: 1, update: 1, step: 4, timer: 4 }, events: 31 },
  // steps: the confirmation, the end; timers: until the facility would be reminded, until the hold expires
  'hold-confirmed-and-used': { actions: { start: 1, update: 1, step: 2, timer: 2 }, events: 19 },
  // steps: struck through with its task, arrived after all, completed; timers: until the visit was over, its week, the next day
  'appointment-nobody-came-then-arrived': { actions: { start: 1, update: 1, step: 3, timer: 3 }, events: 25 },
  // steps: the snooze, the wake, the look at the booking, it leaves, it comes back, the end; timers: until the end that the snooze
  // and the booking came before, and until each of the other four
  'opportunity-snoozed-booked-and-over': { actions: { start: 1, update: 2, step: 6, timer: 6 }, events: 48 },
  // steps: due, the snooze, due again, the close; timers: until each of the two days
  'task-due-snoozed-and-closed': { actions: { start: 1, update: 2, step: 4, timer: 2 }, events: 29 },
  // steps: extended, lapsed; timers: until the day it would have lapsed, until the day it did
  'waitlist-entry-extended-until-it-lapses': { actions: { start: 1, update: 1, step: 2, timer: 2 }, events: 22 },
  // steps: two days made, the end by support, the close; timers: until each of the three days, until the last one is over
  'series-made-ahead-until-support-ends-it': { actions: { start: 1, update: 1, step: 4, timer: 4 }, events: 31 },
  // steps: the warning, the escalation, the close; timers: until each of the two; escalated it waits for people without one
  'ticket-warned-escalated-and-closed': { actions: { start: 1, update: 1, step: 3, timer: 2 }, events: 23 },
  // steps: reminded, answered, done by itself, closed; timers: until the reminder, the next that never came, done, closed
  'conversation-reminded-answered-and-closed': { actions: { start: 1, update: 1, step: 4, timer: 4 }, events: 31 },
  // steps: the others are asked, one opts in, the providers are told, it begins, it is handed back; timers: until the manager would
  // be told, until a provider would be missed, until it begins, until its end
  'absence-covered-and-handed-back': { actions: { start: 1, update: 2, step: 5, timer: 4 }, events: 34 },
  // steps: two reminders, the urgent ticket, the escalation, the clearing; timers: until each of the four, until the visit
  'clearance-urgent-escalated-and-given': { actions: { start: 1, update: 1, step: 5, timer: 5 }, events: 37 },
  // k = 4 offers, a step and a timer each, and the step that finds nobody: 2 + 2k, whatever the number of entries
  'offers-to-four-who-do-not-answer': { actions: { start: 1, step: 5, timer: 4 }, events: 30 },
};

test.each(Object.keys(scenarios))(
  'U-16: %s runs to its end, costs its floor, and is recorded if it never was',
  { timeout: 60_000 },
  async (name) => {
    const handle = await scenarios[name]!(lives);
    const history = await handle.fetchHistory();
    const path = join(folder, `${name}.json`);
    const recorded = await access(path).then(
      () => true,
      () => false,
    );
    const readable = History.toObject(History.fromObject(history), { bytes: String, longs: String, enums: String });
    if (!recorded) await writeFile(path, `${JSON.stringify(readable)}\n`); // never overwritten
    const cost = costs[name];
    if (cost) expect({ actions: actionsOf(history.events ?? []), events: history.events?.length }).toEqual(cost);
  },
);

test('U-16: every history ever recorded replays on the present code', async () => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  expect(names.length).toBeGreaterThanOrEqual(6);
  for (const name of names) {
    const history = History.fromObject(JSON.parse(await readFile(join(folder, name), 'utf8')));
    await Worker.runReplayHistory({ workflowBundle: lives.bundle }, history, name);
  }
});
