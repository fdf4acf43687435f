/**
 * What `prisma migrate deploy` and `prisma migrate dev --create-only` do, without the native engine that they
 * download: that is not possible everywhere. Files and table are the ordinary ones, so both ways agree. Applying is
 * plain SQL, because the WebAssembly engine splits scripts at every semicolon, inside functions too.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';

import { schemaDiff } from './diff.ts';

const folder = join(import.meta.dirname, 'migrations');
const schemaPath = join(import.meta.dirname, 'schema.prisma');

type Migration = { name: string; sql: string };

/**
 * Applies what the database has not seen, each in one transaction, and returns the names. Throws an Error when one
 * cannot be applied, or was changed or lost after it had been.
 */
export async function deployMigrations(
  url: string,
  { onProgress = () => {}, from = folder }: { onProgress?: (what: string) => void; from?: string } = {},
): Promise<{ applied: string[] }> {
  const migrations = await onDisk(from);
  return withClient(url, async (client) => {
    if ((await pendingOf(client, migrations)).length === 0) return { applied: [] };
    onProgress('waiting for others that migrate');
    await client.query('SELECT pg_advisory_lock($1)', [prismaLock]); // two processes may start at once
    await client.query(prismaTable);
    const pending = await pendingOf(client, migrations);
    for (const migration of pending) {
      onProgress(`applying ${migration.name}`);
      await apply(client, migration);
    }
    return { applied: pending.map(({ name }) => name) };
  });
}

/** The names of the migrations that the database has not seen. */
export async function pendingMigrations(url: string): Promise<string[]> {
  const migrations = await onDisk(folder);
  return withClient(url, async (client) => (await pendingOf(client, migrations)).map(({ name }) => name));
}

/**
 * Writes a new migration: the difference between the schema as the last one left it (a copy lies beside it) and the
 * schema now. Constraints, triggers and roles are added to its SQL by hand. Returns its folder; undefined: no change.
 */
export async function createMigration(name: string, { schema = schemaPath, to = folder } = {}): Promise<string | undefined> {
  if (!/^[a-z0-9_]+$/.test(name)) throw new Error(`A migration's name has only small letters, digits and _, not ${name}.`);
  const last = (await onDisk(to)).at(-1);
  const now = { path: 'prisma/schema.prisma', content: await readFile(schema, 'utf8') };
  const before = last && { ...now, content: await readFile(join(to, last.name, 'schema.prisma'), 'utf8') };
  const sql = await schemaDiff(before, now);
  if (sql === undefined) return undefined;
  const path = join(to, `${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_${name}`);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'migration.sql'), sql);
  await writeFile(join(path, 'schema.prisma'), now.content);
  return path;
}

async function onDisk(migrations: string): Promise<Migration[]> {
  const entries = await readdir(migrations, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(names.sort().map(async (name) => ({ name, sql: await readFile(join(migrations, name, 'migration.sql'), 'utf8') })));
}

const prismaLock = 72_707_369; // the lock that Prisma itself takes
const prismaTable = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL,
  logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

async function withClient<T>(url: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}

async function pendingOf(client: pg.Client, migrations: Migration[]): Promise<Migration[]> {
  const { rows: tables } = await client.query(`SELECT to_regclass('_prisma_migrations') AS name`);
  if (!tables[0].name) return migrations;
  const { rows } = await client.query<{ name: string; checksum: string; finished: boolean }>(
    'SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  const seen = new Map(rows.map((row) => [row.name, row]));
  const changed = migrations.find(({ name, sql }) => seen.has(name) && seen.get(name)!.checksum !== checksumOf(sql));
  if (changed) throw new Error(`The migration ${changed.name} was changed after it was applied to this database. Restore it, and add a new one for the change.`);
  const halfDone = rows.find(({ finished }) => !finished);
  if (halfDone) throw new Error(`The migration ${halfDone.name} failed half-way in Prisma's own command. Repair it with \`prisma migrate resolve\`.`);
  const lost = rows.find(({ name }) => !migrations.some((migration) => migration.name === name));
  if (lost) throw new Error(`This database has seen the migration ${lost.name}, which is not here: it belongs to a newer Holdfast. Start that one.`);
  return migrations.filter(({ name }) => !seen.has(name));
}

const checksumOf = (sql: string) => createHash('sha256').update(sql).digest('hex');

async function apply(client: pg.Client, { name, sql }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query(
      'INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), now(), 1)',
      [randomUUID(), checksumOf(sql), name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Error(`The migration ${name} cannot be applied: ${(error as Error).message}`);
  }
}

async function main([command, name]: string[]): Promise<void> {
  if (command === 'create' && name) {
    console.log((await createMigration(name)) ?? 'The schema has not changed.');
    return;
  }
  if (command !== 'deploy') throw new Error('Usage: npm run migrate -- deploy | create <name>');
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error('Set DATABASE_URL to the PostgreSQL to migrate.');
  const { applied } = await deployMigrations(url);
  console.log(applied.length ? `Applied: ${applied.join(', ')}` : 'Nothing to apply: the database is up to date.');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(process.argv.slice(2)).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
