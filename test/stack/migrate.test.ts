import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { createMigration, deployMigrations, pendingMigrations } from '../../prisma/migrate.ts';

const execute = promisify(execFile);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-migrate-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function query(url: string, sql: string): Promise<pg.QueryResultRow[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function emptyDatabase(): Promise<string> {
  const { adminUrl } = inject('postgres');
  const name = `empty_${randomBytes(6).toString('hex')}`;
  await query(adminUrl, `CREATE DATABASE ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function migration(to: string, name: string, sql: string): Promise<void> {
  await mkdir(join(to, name), { recursive: true });
  await writeFile(join(to, name, 'migration.sql'), sql);
}

describe('deploying migrations', () => {
  it('applies all of them once, also when two processes start together', async () => {
    const url = await emptyDatabase();
    const pending = await pendingMigrations(url);
    const both = await Promise.all([deployMigrations(url), deployMigrations(url)]);
    expect(both.flatMap(({ applied }) => applied)).toEqual(pending);
    expect(pending.length).toBeGreaterThan(0);
    const startedAt = performance.now();
    expect(await deployMigrations(url)).toEqual({ applied: [] });
    expect(performance.now() - startedAt).toBeLessThan(1000);
    const rows = await query(
      url,
      'SELECT migration_name AS name, applied_steps_count AS steps FROM _prisma_migrations WHERE finished_at IS NOT NULL',
    );
    expect(rows).toEqual(pending.map((name) => ({ name, steps: 1 })));
  });

  it('runs functions and triggers as they are written, and nothing of a migration that fails', async () => {
    const url = await emptyDatabase();
    const from = join(folder, 'by-hand');
    await migration(
      from,
      '1_function',
      `CREATE FUNCTION three() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; RETURN 3; END $$;\nCREATE TABLE "T" (id int);`,
    );
    expect(await deployMigrations(url, { from })).toEqual({ applied: ['1_function'] });
    expect(await query(url, 'SELECT three()')).toEqual([{ three: 3 }]);
    await migration(from, '2_broken', 'CREATE TABLE "U" (id int); SELECT nonsense;');
    await expect(deployMigrations(url, { from })).rejects.toThrow(
      'The migration 2_broken cannot be applied: column "nonsense" does not exist',
    );
    expect(await query(url, `SELECT to_regclass('"U"') AS made`)).toEqual([{ made: null }]);
    await migration(from, '2_broken', 'CREATE TABLE "U" (id int);');
    expect(await deployMigrations(url, { from })).toEqual({ applied: ['2_broken'] });
    await appendFile(join(from, '1_function', 'migration.sql'), '-- changed');
    await expect(deployMigrations(url, { from })).rejects.toThrow(
      'The migration 1_function was changed after it was applied to this database.',
    );
  });

  it('ends by itself as a command, and says what is missing', async () => {
    const url = await emptyDatabase();
    const run = (env: object) =>
      execute(process.execPath, ['--import', 'tsx', 'prisma/migrate.ts', 'deploy'], {
        cwd: join(import.meta.dirname, '..', '..'),
        timeout: 20_000,
        env: { ...process.env, ...env },
      });
    expect((await run({ DATABASE_URL: url })).stdout).toMatch(/^Applied: \d{14}_/);
    await expect(run({ DATABASE_URL: '' })).rejects.toMatchObject({ code: 1, stderr: 'Set DATABASE_URL to the PostgreSQL to migrate.\n' });
  });
});

describe('creating migrations', () => {
  it('has nothing left to write: the last migration leaves the schema as it is', async () => {
    const to = join(folder, 'last');
    const prisma = join(import.meta.dirname, '..', '..', 'prisma');
    await cp(join(prisma, 'migrations', 'schema.prisma'), join(to, 'schema.prisma'), { recursive: true });
    expect(await createMigration('left', { schema: join(prisma, 'schema.prisma'), to })).toBeUndefined();
  });

  it('writes the difference between two schemas, without any database, and what it writes can be deployed', async () => {
    const to = join(folder, 'created');
    await mkdir(to);
    const schema = join(folder, 'schema.prisma');
    const head =
      'generator client {\n  provider = "prisma-client"\n  output = "./generated"\n}\ndatasource db {\n  provider = "postgresql"\n}\n';
    await writeFile(schema, `${head}model Bed {\n  id Int @id\n}\n`);
    const first = await createMigration('beds', { schema, to });
    expect(await readFile(join(first!, 'migration.sql'), 'utf8')).toContain('CREATE TABLE "Bed"');
    expect(await createMigration('nothing', { schema, to })).toBeUndefined();
    await writeFile(schema, `${head}model Bed {\n  id Int @id\n  ward String\n}\n`);
    await new Promise((resolve) => setTimeout(resolve, 1000)); // names are made of seconds
    const second = await createMigration('wards', { schema, to });
    expect(await readFile(join(second!, 'migration.sql'), 'utf8')).toContain('ALTER TABLE "Bed" ADD COLUMN     "ward" TEXT NOT NULL');
    const url = await emptyDatabase();
    expect((await deployMigrations(url, { from: to })).applied).toEqual([first, second].map((path) => basename(path!)));
    await expect(createMigration('../escape', { schema, to })).rejects.toThrow("A migration's name has only small letters");
  });
});
