import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';

import { deployMigrations } from '../prisma/migrate.ts';
import { startPostgres } from '../stack/postgres.ts';
import { obtainTemporal } from '../stack/temporal-program.ts';
import { timeSkippingServer } from '../stack/time-skipping.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { adminUrl: string; template: string };
    /** A folder of this run alone. */
    scratch: string;
  }
}

/**
 * One PostgreSQL for the whole run, and a migrated template that each file copies. The Temporal servers are obtained
 * before the first file, since that takes minutes on a machine that has none.
 */
export async function setup(project: TestProject) {
  const say = (news: string) => console.log(`temporal: ${news}`);
  await timeSkippingServer({ onProgress: say });
  await obtainTemporal({ onProgress: say });
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
  const postgres = await startPostgres({ dataDir, durable: false });
  const admin = new pg.Client({ connectionString: postgres.url });
  await admin.connect();
  await admin.query('CREATE DATABASE holdfast_template');
  await admin.end();
  const template = new URL(postgres.url);
  template.pathname = '/holdfast_template';
  await deployMigrations(template.href);
  const scratch = await mkdtemp(join(tmpdir(), 'holdfast-run-'));
  project.provide('scratch', scratch);
  project.provide('postgres', { adminUrl: postgres.url, template: 'holdfast_template' });
  return async () => {
    await postgres.stop();
    for (const folder of [dataDir, scratch]) await rm(folder, { recursive: true, force: true });
  };
}
