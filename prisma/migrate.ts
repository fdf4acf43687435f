/**
 * What `prisma migrate deploy` and `prisma migrate dev --create-only` do, without the native engine that they
 * download: that is not possible everywhere. Files and table are the ordinary ones, so both ways agree. Applying is
 * plain SQL, because the WebAssembly engine splits scripts at every semicolon, inside functions too.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import pg from 'pg';

const folder = join(import.meta.dirname, 'migrations');
const schemaPath = join(import.meta.dirname, 'schema.prisma');

type Migration = { name: string; sql: string };
type Engine = {
  diff(input: object): Promise<{ exitCode: number; stdout?: string }>;
};

/** Applies what the database has not seen, each in one transaction. Throws an Error when an applied one was changed afterwards. */
export async function deployMigrations(url: string): Promise<{ applied: string[] }> {
  const migrations = await onDisk();
  return withClient(url, async (client) => {
    if ((await pendingOf(client, migrations)).length === 0) return { applied: [] };
    await client.query('SELECT pg_advisory_lock($1)', [prismaLock]); // two processes may start at once
    await client.query(prismaTable);
    const pending = await pendingOf(client, migrations);
    for (const migration of pending) await apply(client, migration);
    return { applied: pending.map(({ name }) => name) };
  });
}

/** The names of the migrations that the database has not seen. */
export async function pendingMigrations(url: string): Promise<string[]> {
  const migrations = await onDisk();
  return withClient(url, async (client) => (await pendingOf(client, migrations)).map(({ name }) => name));
}

/** Writes a new migration: the difference between the schema as the last one left it and the schema now. Undefined: none. */
export async function createMigration(url: string, name: string): Promise<string | undefined> {
  const last = (await onDisk()).at(-1);
  const content = await readFile(schemaPath, 'utf8');
  const now = { path: 'prisma/schema.prisma', content };
  const before = last && { ...now, content: await readFile(join(folder, last.name, 'schema.prisma'), 'utf8') };
  const engine = await openEngine(url);
  const from = before ? { tag: 'schemaDatamodel', files: [before] } : { tag: 'empty' };
  const { exitCode, stdout } = await engine.diff({ from, to: { tag: 'schemaDatamodel', files: [now] }, script: true, exitCode: true, filters: noFilters });
  if (exitCode === 0) return undefined;
  const path = join(folder, `${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_${name}`);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'migration.sql'), stdout ?? '');
  await writeFile(join(path, 'schema.prisma'), content);
  return path;
}

const noFilters = { externalTables: [], externalEnums: [] };

async function onDisk(): Promise<Migration[]> {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
  return Promise.all(names.map(async (name) => ({ name, sql: await readFile(join(folder, name, 'migration.sql'), 'utf8') })));
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
  const { rows } = await client.query('SELECT migration_name AS name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL');
  const applied = new Map<string, string>(rows.map(({ name, checksum }) => [name, checksum]));
  const changed = migrations.find(({ name, sql }) => applied.has(name) && applied.get(name) !== checksumOf(sql));
  if (changed) throw new Error(`The migration ${changed.name} was changed after it was applied to this database. Restore it, and add a new one for the change.`);
  return migrations.filter(({ name }) => !applied.has(name));
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

async function openEngine(url: string): Promise<Engine> {
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const path = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/\.js$/, '.wasm');
  const { instance } = await WebAssembly.instantiate(await readFile(path), { './schema_engine_bg.js': glue as unknown as WebAssembly.ModuleImports });
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  const datamodels = [[schemaPath, await readFile(schemaPath, 'utf8')]];
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: url, max: 2 }));
  const Opened = glue.SchemaEngine as unknown as { new: (options: object, log: () => void, adapter: unknown) => Promise<Engine> };
  return Opened.new({ datamodels }, () => {}, adapter);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [command, name] = process.argv.slice(2);
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error('Set DATABASE_URL to a PostgreSQL to work with.');
  if (command === 'deploy') console.log((await deployMigrations(url)).applied);
  else if (command === 'create' && name) console.log((await createMigration(url, name)) ?? 'The schema has not changed.');
  else throw new Error('Usage: npm run migrate -- deploy | create <name>');
  process.exit(0); // the engine keeps its connections
}
