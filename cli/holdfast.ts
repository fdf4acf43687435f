/** The `holdfast` command. `--json` on each prints one JSON value; exit code 1 when something is wrong. */
import { Command } from 'commander';

/** Only the one that is asked for is loaded: the others bring libraries with them that take seconds. */
const commands: [name: string, what: string, load: () => Promise<Command>][] = [
  [
    'start',
    'Bring up everything that is not configured: PostgreSQL, Temporal with its UI, worker, API, mailbox',
    async () => (await import('./start.ts')).startCommand(),
  ],
  ['import', 'Import data from other systems', async () => (await import('./import/command.ts')).importCommand()],
  ['keys', 'API keys of staff tools', async () => (await import('./keys.ts')).keysCommand()],
  [
    'doctor',
    'Check Node, PostgreSQL, Temporal, mail, migrations, clock and time zones',
    async () => (await import('./doctor.ts')).doctorCommand(),
  ],
  ['migrate', 'Apply the migrations that the database has not seen', async () => (await import('./migrate.ts')).migrateCommand()],
  ['audit', 'The audit trail, append-only and chained by hash', async () => (await import('./audit.ts')).auditCommand()],
  [
    'reconcile',
    'Where PostgreSQL and Temporal differ, and how that is mended (F-26)',
    async () => (await import('./reconcile.ts')).reconcileCommand(),
  ],
  ['simulate', 'What another policy would have done over past days (U-05)', async () => (await import('./simulate.ts')).simulateCommand()],
  [
    'retention',
    'How long records are kept, by each facility’s policy (F-27)',
    async () => (await import('./retention.ts')).retentionCommand(),
  ],
];

/** The program, with the command that `args` ask for. */
export async function holdfast(args: string[]): Promise<Command> {
  const asked = args.find((arg) => !arg.startsWith('-') && arg !== 'help');
  const program = new Command('holdfast')
    .description('Gives unused time in operating rooms and clinics back to those who need it.')
    .addHelpText('after', '\nRun it as: npm run holdfast -- <command>');
  for (const [name, what, load] of commands) program.addCommand((name === asked ? await load() : new Command(name)).description(what));
  return program;
}
