import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';

import { formatDuration } from '../domain/civil.ts';
import { PolicyChanges } from '../domain/policy.ts';
import type { Outcome } from '../domain/simulation.ts';
import { type Simulation, sameSteps, simulatePolicy } from '../ledger/simulation.ts';
import type { Database } from '../prisma/client.ts';
import { createProgress } from '../stack/progress.ts';
import { withDatabase } from './connect.ts';
import { dataDirOption, jsonOption, type Place } from './options.ts';

type Wishes = Place & { facility?: string; from: string; until: string; set: object; json: boolean };

export function simulateCommand(): Command {
  return new Command('simulate')
    .description('Live past blocks again by another policy: what it would have asked and released, beside the policy that was in force')
    .requiredOption('--from <date>', 'the first day of blocks, such as 2026-08-01', civilDate)
    .requiredOption('--until <date>', 'the last day of blocks', civilDate)
    .option('--set <setting=value>', 'what is otherwise, such as mandatory.windowDays=10; may be repeated', withSetting, {})
    .option('--facility <name>', 'needed where there are several')
    .addOption(dataDirOption())
    .addOption(jsonOption('everything, block by block'))
    .action(({ facility, from, until, set, json, ...place }: Wishes) =>
      withDatabase(place, async (db) => {
        const changes = changesIn(set);
        const days = { ...(await facilityCalled(db, facility)), from, until, now: new Date().toISOString() };
        const simulation = await createProgress().step('living past blocks again', (say) =>
          simulatePolicy(db, days, changes, (done, of) => done % Math.ceil(of / 10) === 0 && say(`${done} of ${of} blocks`)),
        );
        if (json) console.log(JSON.stringify({ changes, ...simulation }));
        else print(simulation);
      }),
    );
}

function civilDate(date: string): string {
  if (!z.iso.date().safeParse(date).success) throw new InvalidArgumentError('Write a day as 2026-08-01.');
  return date;
}

/** `release.confidenceAbove=0.85` into the settings so far. */
function withSetting(said: string, settings: object): object {
  const [path, value] = [said.slice(0, said.indexOf('=')), said.slice(said.indexOf('=') + 1)];
  const names = path.split('.');
  if (!said.includes('=') || names.some((name) => !/^\w+$/.test(name)))
    throw new InvalidArgumentError('Write a setting as mandatory.windowDays=10.');
  return put(settings, names, valueIn(value));
}

function put(settings: object, [name, ...rest]: string[], value: unknown): object {
  const inner = Object.entries(settings).find(([known]) => known === name)?.[1] ?? {};
  return { ...settings, [name!]: rest.length === 0 ? value : put(inner as object, rest, value) };
}

function valueIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // a word needs no quotes
  }
}

function changesIn(set: object): PolicyChanges {
  const changes = PolicyChanges.safeParse(set);
  if (changes.success) return changes.data;
  throw new Error(changes.error.issues.map(({ path, message }) => `${path.join('.') || 'the policy'}: ${message}`).join('\n'));
}

async function facilityCalled(db: Database, name: string | undefined): Promise<{ facilityId: string; zone: string }> {
  const facilities = await db.facility.findMany({
    where: { ...(name && { name }), blocks: { some: {} } },
    select: { id: true, name: true, zone: true },
  });
  const [facility, ...others] = facilities;
  if (!facility) throw new Error(name ? `There is no facility called ${name} that has blocks.` : 'There is no facility with blocks.');
  if (others.length > 0) throw new Error(`Say which with --facility: ${facilities.map((one) => `"${one.name}"`).join(', ')}.`);
  return { facilityId: facility.id, zone: facility.zone };
}

const rows: [keyof Outcome, string, (value: number) => string][] = [
  ['alerts', 'questions to holders', String],
  ['blocksAsked', 'blocks whose holder was asked', String],
  ['releasedByItselfMinutes', 'released by itself', formatDuration],
  ['releasedByPeopleMinutes', 'released by people', formatDuration],
  ['minuteDays', 'released time × days ahead', (value) => `${Math.round(value / 60)} h × days`],
  ['unusedMinutes', 'neither booked nor released', formatDuration],
  ['lateMinutes', 'booked by the holder after its release', formatDuration],
  ['lostHolds', 'holds on time not yet released', String],
  ['mootDecisions', 'decisions that came too late', String],
];

function print({ blocks, leftOut, lived, reproduced, inForce, changed, people }: Simulation): void {
  const line = (...[what, one, other]: string[]) => console.log(`${what!.padEnd(40)}${one!.padStart(16)}${other!.padStart(16)}`);
  line(`${blocks.length} blocks`, 'policy in force', 'with changes');
  for (const [name, what, say] of rows) line(what, say(inForce[name]), say(changed[name]));
  for (const { name, inForce: now, changed: then } of people) line(`questions to ${name}`, String(now), String(then));
  console.log('');
  if (lived > 0)
    console.log(
      `${lived} of these blocks had their life here. The policy in force, simulated, does what was really done in ${reproduced} of them.`,
    );
  for (const { room, date, group, really, inForce: simulated } of blocks)
    if (really && !sameSteps(really, simulated)) console.log(`  not in ${room} on ${date}, ${group}`);
  if (lived < blocks.length)
    console.log(`${blocks.length - lived} were imported and had no life here: it is taken to have begun 90 days before them.`);
  if (leftOut > 0) console.log(`${leftOut} more were taken away before their day, or changed hands, and are left out.`);
}
