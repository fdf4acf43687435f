import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createKey } from '../../api/auth/keys.ts';
import type { Database } from '../../prisma/client.ts';
import { testDatabase } from '../database.ts';
import { createWorld, type World } from '../world.ts';

const execute = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Database;
let world: World;

beforeAll(async () => {
  database = await testDatabase();
  db = database.db;
  world = await createWorld(db, { name: 'Kept' });
});
afterAll(() => database.close());

async function run(...more: string[]) {
  const args = [join(root, 'cli/main.mjs'), 'retention', 'run', '--json', '--facility', 'Kept', ...more];
  const { stdout } = await execute(process.execPath, args, { cwd: root, env: { ...process.env, DATABASE_URL: database.url } });
  const { items } = JSON.parse(stdout) as { items: { kind: string; rows: number }[] };
  return items.find(({ kind }) => kind === 'answers')!.rows;
}

test('F-27: the command says which kept answers name patients for too long, and with --apply empties them; their keys stay taken', async () => {
  const other = await createWorld(db, { name: 'Elsewhere' });
  const keyOf = async ({ facilityId }: World) => {
    await createKey(db, { name: 'A tool', role: 'support', facilityIds: [facilityId] });
    return (await db.apiKey.findFirstOrThrow({ where: { facilityIds: { has: facilityId } } })).id;
  };
  const [ours, theirs] = [await keyOf(world), await keyOf(other)];
  const old = new Date(Date.now() - 100 * 86_400_000);
  const answer = (principal: string, key: string, body: object, createdAt = old) =>
    db.idempotentAnswer.create({ data: { principal, key, requestHash: key, status: 201, body, createdAt } });
  await answer(ours, 'card', { facilityId: world.facilityId, givenName: 'Xylophonia' });
  await answer(ours, 'refusal', { code: 'PHONE_INVALID', facts: { phone: 'Xylophonia' } });
  await answer(ours, 'fresh', { givenName: 'Xylophonia' }, new Date());
  await answer(theirs, 'elsewhere', { givenName: 'Xylophonia' });

  expect(await run()).toBe(2);
  expect(await db.idempotentAnswer.count({ where: { body: { path: ['erased'], equals: true } } })).toBe(0);
  expect(await run('--apply')).toBe(2);
  const kept = await db.idempotentAnswer.findMany({ orderBy: { key: 'asc' } });
  expect(kept.map(({ key, body, status }) => [key, (body as { erased?: true }).erased ?? false, status])).toEqual([
    ['card', true, 201],
    ['elsewhere', false, 201],
    ['fresh', false, 201],
    ['refusal', true, 201],
  ]);
  expect(await run('--apply')).toBe(0);
});
