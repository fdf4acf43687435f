import { Command } from 'commander';

import { type Retained, retain } from '../ledger/retention.ts';
import { inTransaction } from '../ledger/transaction.ts';
import { withDatabase } from './connect.ts';
import { dataDirOption, jsonOption, type Place } from './options.ts';

export function retentionCommand(): Command {
  const retention = new Command('retention');
  retention
    .command('run')
    .description('Say what is older than the policy keeps it; with --apply let it go')
    .option('--apply', 'do it: without it nothing is changed', false)
    .option('--facility <name>', 'one facility; left out: all')
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(({ apply, facility, json, ...place }: Place & { apply: boolean; facility?: string; json: boolean }) =>
      withDatabase(place, async (db) => {
        const facilities = await db.facility.findMany({ where: facility ? { name: facility } : {}, orderBy: { name: 'asc' } });
        if (facilities.length === 0) throw new Error(facility ? `There is no facility called ${facility}.` : 'There is no facility yet.');
        const now = new Date().toISOString();
        const rows: Retained[] = [];
        for (const one of facilities) rows.push(...(await inTransaction(db, (tx) => retain(tx, one, { now, apply }))));
        if (json) console.log(JSON.stringify({ applied: apply, items: rows }));
        else print(rows, apply);
      }),
    );
  return retention;
}

function print(rows: Retained[], applied: boolean): void {
  for (const { facility, kind, what, days, rows: count } of rows) {
    const kept = days === null ? 'kept for ever' : `kept ${days} days: ${count} ${applied ? 'went' : 'would go'}`;
    console.log(`${facility}: ${kind} (${what}), ${kept}`);
  }
  if (!applied) console.log('Nothing was changed. Run it with --apply to let them go.');
}
