import { Command } from 'commander';

import { deployMigrations } from '../prisma/migrate.ts';
import { withDatabase } from './connect.ts';
import { dataDirOption, jsonOption, type Place } from './options.ts';

export function migrateCommand(): Command {
  return new Command('migrate')
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async ({ json, ...place }: Place & { json: boolean }) => {
      const { applied } = await withDatabase(place, (_db, url) => deployMigrations(url));
      if (json) console.log(JSON.stringify({ applied }));
      else console.log(applied.length ? `Applied: ${applied.join(', ')}` : 'Nothing to apply: the database is up to date.');
    });
}
