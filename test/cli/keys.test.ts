import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { testDatabase } from '../database.ts';
import { createWorld } from '../world.ts';

const execute = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
let database: Awaited<ReturnType<typeof testDatabase>>;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

async function keys(...words: string[]) {
  const args = [join(root, 'cli/main.mjs'), 'keys', ...words, '--json'];
  return JSON.parse((await execute(process.execPath, args, { cwd: root, env: { ...process.env, DATABASE_URL: database.url } })).stdout);
}

test('F-25: a key that the command makes or revokes is in the trail of every facility it reaches, with who did it', async () => {
  const { db } = database;
  const [east, west] = [await createWorld(db, { name: 'East' }), await createWorld(db, { name: 'West' })];
  const trail = async (facilityId: string) => {
    const where = { facilityId, action: { in: ['add key', 'revoke key'] } };
    const events = await db.auditEvent.findMany({ where, orderBy: { seq: 'asc' } });
    return events.map(({ action, actor, after }) => [action, (actor as { role: string }).role, (after as { name: string }).name]);
  };
  const desk = await keys('create', 'Desk', '--role', 'receptionist', '--facility', 'East');
  await keys('create', 'Everything');
  await keys('revoke', desk.id);
  expect(await trail(east.facilityId)).toEqual([
    ['add key', 'administrator', 'Desk'],
    ['add key', 'administrator', 'Everything'],
    ['revoke key', 'administrator', 'Desk'],
  ]);
  expect(await trail(west.facilityId)).toEqual([['add key', 'administrator', 'Everything']]);
  await expect(keys('revoke', desk.id)).rejects.toThrow('There is no live key');
}, 120_000); // five starts of the command, on a machine that may be busy
