import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';

import { deployMigrations } from '../prisma/migrate.ts';
import { startPostgres } from '../stack/postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { adminUrl: string; template: string };
  }
}

/** One PostgreSQL for the whole run, and a migrated template that each file copies. */
export async function setup(project: TestProject) {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
  const postgres = await startPostgres({ dataDir, durable: false });
  const admin = new pg.Client({ connectionString: postgres.url });
  await admin.connect();
  await admin.query('CREATE DATABASE holdfast_template');
  await admin.end();
  const template = new URL(postgres.url);
  template.pathname = '/holdfast_template';
  await deployMigrations(template.href);
  project.provide('postgres', { adminUrl: postgres.url, template: 'holdfast_template' });
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
