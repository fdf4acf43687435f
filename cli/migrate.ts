import { Command } from 'commander';

import { deployMigrations } from '../prisma/migrate.ts';
import { withDatabase } from './connect.ts';

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('Apply the migrations that the database has not seen')
    .option('--json', 'print the result as JSON', false)
    .action(async ({ json }: { json: boolean }) => {
      const { applied } = await withDatabase((_db, url) => deployMigrations(url));
      if (json) console.log(JSON.stringify({ applied }));
      else console.log(applied.length ? `Applied: ${applied.join(', ')}` : 'Nothing to apply: the database is up to date.');
    });
}
