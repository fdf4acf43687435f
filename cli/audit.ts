import { Command } from 'commander';

import { addCheckpoint, verifyAudit } from '../ledger/audit-verify.ts';
import { createProgress } from '../stack/progress.ts';
import { withDatabase } from './connect.ts';
import { dataDirOption, jsonOption, type Place } from './options.ts';

export function auditCommand(): Command {
  const audit = new Command('audit');
  audit
    .command('verify')
    .description('Prove that no audit event was changed or removed, and seal what is new with a checkpoint; exit code 1 when one was')
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(({ json, ...place }: Place & { json: boolean }) =>
      withDatabase(place, async (db) => {
        const report = await createProgress().step('reading the audit trail', (say) => verifyAudit(db, (read) => say(`${read} events`)));
        const whole = report.broken.length === 0 && report.brokenCheckpoints.length === 0;
        const checkpoint = whole ? await addCheckpoint(db, new Date().toISOString()) : undefined;
        if (json) console.log(JSON.stringify({ whole, ...report, checkpoint: checkpoint ?? null }));
        else print(whole, report, checkpoint);
        if (!whole) process.exitCode = 1;
      }),
    );
  return audit;
}

type Report = Awaited<ReturnType<typeof verifyAudit>>;
type Checkpoint = Awaited<ReturnType<typeof addCheckpoint>>;

function print(whole: boolean, { events, chains, broken, checkpoints, brokenCheckpoints }: Report, checkpoint: Checkpoint): void {
  console.log(`${events} events in ${chains} chains, ${checkpoints} checkpoints: ${whole ? 'all whole.' : 'NOT whole.'}`);
  for (const { subjectKind, subjectId, seq } of broken) console.log(`  ${subjectKind} ${subjectId}: event ${seq} does not fit`);
  for (const number of brokenCheckpoints) console.log(`  checkpoint ${number}: events are missing, or others are there`);
  if (checkpoint)
    console.log(
      `Sealed ${checkpoint.events} new events with checkpoint ${checkpoint.number}; those of the last five minutes wait for the next. Keep its hash elsewhere:\n${checkpoint.hash}`,
    );
}
