/** The `holdfast` command: start, import, keys, doctor, migrate, audit, retention. `--json` on each prints one JSON value. */
import { Command } from 'commander';

import { auditCommand } from './audit.ts';
import { doctorCommand } from './doctor.ts';
import { importCommand } from './import/command.ts';
import { keysCommand } from './keys.ts';
import { migrateCommand } from './migrate.ts';
import { retentionCommand } from './retention.ts';
import { startCommand } from './start.ts';

const oldestNode = [20, 20];

export function holdfast(): Command {
  return new Command('holdfast')
    .description('Gives unused time in operating rooms and clinics back to those who need it.')
    .addCommand(startCommand())
    .addCommand(importCommand())
    .addCommand(keysCommand())
    .addCommand(doctorCommand())
    .addCommand(migrateCommand())
    .addCommand(auditCommand())
    .addCommand(retentionCommand());
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < oldestNode[0]! || (major === oldestNode[0] && minor < oldestNode[1]!)) {
  console.error(
    `Holdfast needs Node ${oldestNode.join('.')} or newer; this is ${process.versions.node}. Install a current LTS release from nodejs.org.`,
  );
  process.exit(1);
}

try {
  await holdfast().parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
