import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';

type SchemaFile = { path: string; content: string };
type Engine = { diff(input: object): Promise<{ exitCode: number; stdout?: string }>; free(): void };

/**
 * The SQL that leads from one schema.prisma to another, undefined when nothing changes. Written by Prisma's own engine
 * on WebAssembly; no database is needed.
 */
export async function schemaDiff(before: SchemaFile | undefined, now: SchemaFile): Promise<string | undefined> {
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

async function openEngine(schema: SchemaFile): Promise<Engine> {
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const path = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/\.js$/, '.wasm');
  const imports = { './schema_engine_bg.js': glue as unknown as WebAssembly.ModuleImports };
  const { instance } = await WebAssembly.instantiate(await readFile(path), imports);
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  const Opened = glue.SchemaEngine as unknown as { new: (options: object, log: () => void, adapter: unknown) => Promise<Engine> };
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
    queryRaw: async () => ({ columnNames: ['exists', 'version', 'numeric_version'], columnTypes: [5, 7, 0], rows: [[true, 'PostgreSQL 18.0', 180_000]] }),
    executeRaw: none,
    executeScript: none,
    startTransaction: none,
    getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
    dispose: async () => {},
  } as const;
  const connect = async () => connection;
  return { provider: 'postgres', adapterName: 'none', connect, connectToShadowDb: connect } as never;
}
