/**
 * What `prisma migrate deploy` and `prisma migrate dev --create-only` do, without the native engine that they
 * download: that is not possible everywhere. Files and table are the ordinary ones, so both ways agree. Applying is
 * plain SQL, because the WebAssembly engine splits scripts at every semicolon, inside functions too.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import pg from 'pg';

const folder = join(import.meta.dirname, 'migrations');
const schemaPath = join(import.meta.dirname, 'schema.prisma');

type Migration = { name: string; sql: string };
type SchemaFile = { path: string; content: string };
type Engine = { diff(input: object): Promise<{ exitCode: number; stdout?: string }>; free(): void };

/**
 * Applies what the database has not seen, each in one transaction, and returns the names. Throws an Error when one
 * cannot be applied, or was changed after it had been.
 */
export async function deployMigrations(url: string, { from = folder }: { from?: string } = {}): Promise<{ applied: string[] }> {
  const migrations = await onDisk(from);
  return withClient(url, async (client) => {
    if ((await pendingOf(client, migrations)).length === 0) return { applied: [] };
    await client.query('SELECT pg_advisory_lock($1)', [prismaLock]); // two processes may start at once
    await client.query(prismaTable);
    const pending = await pendingOf(client, migrations);
    for (const migration of pending) {
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
 * Writes a new migration: the difference between the schema as the last one left it (a copy lies beside them all) and the
 * schema now. Constraints, triggers and roles are added to its SQL by hand. Returns its folder; undefined: no change.
 */
export async function createMigration(name: string, { schema = schemaPath, to = folder } = {}): Promise<string | undefined> {
  if (!/^[a-z0-9_-]+$/.test(name)) throw new Error(`A migration's name has only small letters, digits, _ and -, not ${name}.`);
  const copy = join(to, 'schema.prisma');
  const now = { path: 'prisma/schema.prisma', content: await readFile(schema, 'utf8') };
  const before = existsSync(copy) ? { ...now, content: await readFile(copy, 'utf8') } : undefined;
  const sql = await schemaDiff(before, now);
  if (sql === undefined) return undefined;
  const path = join(to, `${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_${name}`);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'migration.sql'), sql);
  await writeFile(copy, now.content);
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
  if (changed)
    throw new Error(
      `The migration ${changed.name} was changed after it was applied to this database. Restore it, and add a new one for the change.`,
    );
  const halfDone = rows.find(({ finished }) => !finished);
  if (halfDone)
    throw new Error(`The migration ${halfDone.name} failed half-way in Prisma's own command. Repair it with \`prisma migrate resolve\`.`);
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

/**
 * The SQL that leads from one schema.prisma to another, undefined when nothing changes. Written by Prisma's own engine
 * on WebAssembly; no database is needed.
 */
async function schemaDiff(before: SchemaFile | undefined, now: SchemaFile): Promise<string | undefined> {
  const engine = await openEngine(now);
  try {
    const from = before ? { tag: 'schemaDatamodel', files: [before] } : { tag: 'empty' };
    const to = { tag: 'schemaDatamodel', files: [now] };
    const filters = { externalTables: [], externalEnums: [] };
    const { exitCode, stdout } = await engine.diff({ from, to, script: true, exitCode: true, filters });
    return exitCode === 0 ? undefined : stdout;
  } finally {
    engine.free();
  }
}

let loading: ReturnType<typeof loadGlue> | undefined; // once: the glue keeps one instance's memory

async function loadGlue() {
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const path = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm/schema_engine_bg')
    .replace(/\.js$/, '.wasm');
  const imports = { './schema_engine_bg.js': glue as unknown as WebAssembly.ModuleImports };
  const { instance } = await WebAssembly.instantiate(await readFile(path), imports);
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return glue.SchemaEngine as unknown as { new: (options: object, log: () => void, adapter: unknown) => Promise<Engine> };
}

async function openEngine(schema: SchemaFile): Promise<Engine> {
  loading ??= loadGlue();
  const Opened = await loading;
  return Opened.new({ datamodels: [[schema.path, schema.content]] }, () => {}, bindMigrationAwareSqlAdapterFactory(noDatabase()));
}

/** Comparing two files asks a database for nothing but its version: this is the answer, and no connection is left open. */
function noDatabase(): Parameters<typeof bindMigrationAwareSqlAdapterFactory>[0] {
  const none = async () => {
    throw new Error('Comparing two schemas must not touch a database.');
  };
  const connection = {
    provider: 'postgres',
    adapterName: 'none',
    queryRaw: async () => ({
      columnNames: ['exists', 'version', 'numeric_version'],
      columnTypes: [5, 7, 0],
      rows: [[true, 'PostgreSQL 18.0', 180_000]],
    }),
    executeRaw: none,
    executeScript: none,
    startTransaction: none,
    getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
    dispose: async () => {},
  } as const;
  const connect = async () => connection;
  return { provider: 'postgres', adapterName: 'none', connect, connectToShadowDb: connect } as never;
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
