import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { addDays, atLocal, zoneDate } from '../../domain/civil.ts';
import type { Simulation } from '../../ledger/simulation.ts';
import { testDatabase } from '../database.ts';
import { createHistory, createWorld, type World } from '../world.ts';

const root = resolve(import.meta.dirname, '../..');
let database: Awaited<ReturnType<typeof testDatabase>>;
let world: World;
let today: string;

beforeAll(async () => {
  database = await testDatabase();
  world = await createWorld(database.db, { name: 'Imported' });
  today = zoneDate(new Date().toISOString(), world.zone);
  await createHistory(world, today, { weeks: 30, leadDays: 20 });
});
afterAll(() => database.close());

/** The command's words; what it refuses, it refuses with exit code 1. */
async function simulate(...more: string[]): Promise<string> {
  const args = [join(root, 'cli/main.mjs'), 'simulate', '--from', addDays(today, -50), '--until', today, ...more];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env: { ...process.env, DATABASE_URL: database.url } });
  return stdout;
}

test('U-05: the command lives an imported past again by any policy, block by block', async () => {
  const { db, facilityId, zone, room, group, otherGroup, otherProvider, other } = world;
  const date = addDays(today, -14);
  const [startsAt, endsAt, requestedAt] = [
    atLocal(date, '10:00', zone),
    atLocal(date, '12:00', zone),
    atLocal(addDays(date, -9), '12:00', zone),
  ];
  const held = { facilityId, roomId: room.id, startsAt, endsAt };
  const times = { requestedAt, expiresAt: startsAt, next: {}, nextAt: endsAt };
  const people = { groupId: otherGroup.id, providerId: otherProvider.id, requesterId: other.id };
  const hold = await db.hold.create({ data: { ...held, ...people, ...times, state: 'used' } });
  await db.claim.create({ data: { ...held, subjectKind: 'hold', subjectId: hold.id, claimedAt: requestedAt } });

  const { blocks, lived, inForce, changed } = JSON.parse(await simulate('--json', '--set', 'mandatory.windowDays=10')) as Simulation;
  expect([blocks.length, lived]).toEqual([7, 0]);
  for (const block of blocks) {
    const release = (days: number) => atLocal(addDays(block.date, -days), '00:00', zone);
    expect(block.group).toBe(group.name);
    expect([block.inForce, block.changed].map((steps) => steps.at(-1))).toMatchObject([
      {
        kind: 'mandatory release',
        at: release(7),
        parts: [{ startsAt: atLocal(block.date, '09:00', zone), endsAt: atLocal(block.date, '15:00', zone) }],
      },
      { kind: 'mandatory release', at: release(10) },
    ]);
  }
  expect(inForce).toMatchObject({ releasedByItselfMinutes: 7 * 6 * 60, unusedMinutes: 0, lostHolds: 1 }); // requested before its release …
  expect(changed.lostHolds).toBe(0); // … which would have come three days sooner
  expect(changed.minuteDays).toBeGreaterThan(inForce.minuteDays);

  const said = await simulate('--set', 'mandatory.windowDays=10');
  expect(said).toMatch(/^7 blocks +policy in force +with changes\n/);
  expect(said).toMatch(/released by itself +42 h +42 h\n/);
  expect(said).toContain('7 were imported and had no life here');
});

test('U-05: what is no setting, no value of one, no day or no facility is said, and nothing is simulated', async () => {
  await expect(simulate('--set', 'mandatory.windowDay=10')).rejects.toThrow('mandatory: Unrecognized key: "windowDay"');
  await expect(simulate('--set', 'release.confidenceAbove=2')).rejects.toThrow('release.confidenceAbove');
  await expect(simulate('--set', 'windowDays')).rejects.toThrow('Write a setting as mandatory.windowDays=10.');
  await expect(simulate('--until', '2026-02-30')).rejects.toThrow('Write a day as 2026-08-01.');
  await expect(simulate('--facility', 'Nowhere')).rejects.toThrow('There is no facility called Nowhere that has blocks.');
});
