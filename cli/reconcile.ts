import { Client, Connection } from '@temporalio/client';
import { Command } from 'commander';

import { connectionOptions, dataConverter } from '../dispatch/connection.ts';
import { type Difference, findDifferences, mend } from '../dispatch/reconcile.ts';
import { createProgress } from '../stack/progress.ts';
import { readRunning } from '../stack/running.ts';
import { withDatabase } from './connect.ts';
import { dataDirOption, jsonOption, type Place, settingsAt } from './options.ts';

export function reconcileCommand(): Command {
  return new Command('reconcile')
    .description('List where PostgreSQL and Temporal differ, after one of them was restored or a life was terminated; with --apply mend it')
    .option('--apply', 'do it: without it nothing is changed', false)
    .addOption(dataDirOption())
    .addOption(jsonOption('the differences'))
    .action(({ apply, json, ...place }: Place & { apply: boolean; json: boolean }) =>
      withDatabase(place, async (db) => {
        const { client, close } = await connectTemporal(place);
        try {
          const sources = { db, client };
          const differences = await createProgress().step('comparing every life', (say) => findDifferences(sources, say));
          if (apply) await mend(sources, differences, new Date().toISOString());
          if (json) console.log(JSON.stringify({ applied: apply, differences }));
          else print(differences, apply);
          if (differences.length > 0 && !apply) process.exitCode = 1;
        } finally {
          await close();
        }
      }),
    );
}

async function connectTemporal(place: Place): Promise<{ client: Client; close(): Promise<void> }> {
  const config = settingsAt(place);
  const running = await readRunning(config.HOLDFAST_DATA_DIR);
  const TEMPORAL_ADDRESS = config.TEMPORAL_ADDRESS ?? running?.temporalAddress;
  if (!TEMPORAL_ADDRESS)
    throw new Error('Temporal does not run here: both it and a worker must, to be compared. Run `npm start`, or set TEMPORAL_ADDRESS.');
  const { connection: options, namespace } = connectionOptions({ ...config, TEMPORAL_ADDRESS });
  const connection = await Connection.connect({ ...options, connectTimeout: '5 seconds' });
  return { client: new Client({ connection, namespace, dataConverter: dataConverter(config) }), close: () => connection.close() };
}

const saidOf = (one: Difference): string => {
  switch (one.found) {
    case 'missing':
      return `is not there${one.nextAt ? `; its next step is due ${one.nextAt}` : ''}`;
    case 'late':
      return `sleeps until ${one.sleepsUntil}; its next step is due ${one.nextAt}`;
    case 'stray':
      return 'is about nothing that PostgreSQL knows';
    case 'silent':
      return `does not say when it wakes (${one.why}): look at it in the Temporal UI`;
  }
};

const doneAbout: Record<Difference['found'], string> = {
  missing: 'It begins again.',
  late: 'It was woken.',
  stray: 'It was ended.',
  silent: 'Nothing was done about it.',
};

function print(differences: Difference[], applied: boolean): void {
  for (const one of differences) console.log(`${one.workflowId} ${saidOf(one)}.${applied ? ` ${doneAbout[one.found]}` : ''}`);
  if (differences.length === 0) console.log('PostgreSQL and Temporal agree about every life.');
  else if (applied) console.log(`${differences.length} differences. Workers carry this out as soon as they run.`);
  else console.log(`${differences.length} differences. Nothing was changed. Run it with --apply to mend them.`);
}
