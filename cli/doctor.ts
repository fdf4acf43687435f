import { Connection as TemporalConnection } from '@temporalio/client';
import { Command } from 'commander';

import type { Config } from '../config.ts';
import { connectionOptions } from '../dispatch/connection.ts';
import { searchAttributes } from '../dispatch/lives.ts';
import { commandsFor } from '../dispatch/prepare.ts';
import { transportName } from '../dispatch/transport.ts';
import { atLocal } from '../domain/civil.ts';
import { openDatabase } from '../prisma/client.ts';
import { pendingMigrations } from '../prisma/migrate.ts';
import { type RunningNote, readRunning } from '../stack/running.ts';
import { dataDirOption, jsonOption, type Place, settingsAt } from './options.ts';

type Finding = { check: string; ok: boolean; found: string; wayOut?: string };

/** Looks at everything Holdfast stands on: one line each, with the way out where it is red. Exit code 1 if any is. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .addOption(dataDirOption())
    .addOption(jsonOption('the findings'))
    .action(async ({ json, ...place }: Place & { json: boolean }) => {
      const config = settingsAt(place);
      const running = await readRunning(config.HOLDFAST_DATA_DIR);
      const findings = (
        await Promise.all([
          checkNode(),
          checkDatabase(config, running, place),
          checkTemporal(config, running),
          checkMail(config),
          checkZones(),
        ])
      ).flat();
      if (json) console.log(JSON.stringify(findings));
      else
        for (const { check, ok, found, wayOut } of findings)
          console.log(`${ok ? '✔' : '✘'} ${check.padEnd(22)}${found}${ok || !wayOut ? '' : `\n  → ${wayOut}`}`);
      if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
    });
}

async function checkNode(): Promise<Finding[]> {
  return [{ check: 'Node', ok: true, found: process.versions.node }]; // an older one is refused before any command runs
}

/** With the folder that was looked in: what runs beside another one is not seen. */
const notRunning = ({ HOLDFAST_DATA_DIR }: Config) => `not running in ${HOLDFAST_DATA_DIR}`;
const wayOut = (setting: string) =>
  `Run \`npm start\` (it brings one up), name the folder of another start with --data-dir, or set ${setting}.`;

async function checkDatabase(config: Config, running: RunningNote | undefined, { dataDir }: Place): Promise<Finding[]> {
  const url = config.DATABASE_URL ?? running?.databaseUrl;
  if (!url) return [{ check: 'PostgreSQL', ok: false, found: notRunning(config), wayOut: wayOut('DATABASE_URL') }];
  const db = openDatabase(url, 1);
  try {
    const [row] = await db.$queryRaw<
      { version: string; now: Date }[]
    >`SELECT current_setting('server_version') AS version, clock_timestamp() AS now`;
    const driftSeconds = Math.abs(row!.now.getTime() - Date.now()) / 1000;
    const pending = await pendingMigrations(url);
    return [
      {
        check: 'PostgreSQL',
        ok: Number.parseInt(row!.version, 10) >= 18,
        found: row!.version,
        wayOut: 'Holdfast needs PostgreSQL 18 or newer.',
      },
      {
        check: 'Migrations',
        ok: pending.length === 0,
        found: pending.length ? `${pending.length} to apply` : 'up to date',
        wayOut: `npm run holdfast -- migrate${dataDir === undefined ? '' : ` --data-dir ${dataDir}`}`,
      },
      {
        check: 'Clock',
        ok: driftSeconds < 5,
        found: `${driftSeconds.toFixed(1)} s from the database’s`,
        wayOut: 'Let both machines follow a time server.',
      },
    ];
  } catch (error) {
    return [
      {
        check: 'PostgreSQL',
        ok: false,
        found: (error as Error).message.split('\n').at(-1)!,
        wayOut: 'Check DATABASE_URL and that the server runs.',
      },
    ];
  } finally {
    await db.$disconnect();
  }
}

async function checkTemporal(config: Config, running: RunningNote | undefined): Promise<Finding[]> {
  const address = config.TEMPORAL_ADDRESS ?? running?.temporalAddress;
  if (!address) return [{ check: 'Temporal', ok: false, found: notRunning(config), wayOut: wayOut('TEMPORAL_ADDRESS') }];
  const { connection: options, namespace } = connectionOptions({ ...config, TEMPORAL_ADDRESS: address });
  try {
    const connection = await TemporalConnection.connect({ ...options, connectTimeout: '3 seconds' });
    const info = await connection.workflowService.getSystemInfo({});
    const described = await connection.workflowService.describeNamespace({ namespace }).then(
      () => true,
      () => false,
    );
    const listed = await connection.operatorService.listSearchAttributes({ namespace }).then(
      ({ customAttributes }) => Object.keys(customAttributes ?? {}),
      () => undefined,
    );
    await connection.close();
    const missing = Object.values(searchAttributes)
      .map(({ name }) => name)
      .filter((name) => listed && !listed.includes(name));
    return [
      { check: 'Temporal', ok: true, found: `server ${info.serverVersion} at ${address}` },
      {
        check: 'Temporal UI',
        ok: true,
        found: config.TEMPORAL_UI_URL ?? running?.temporalUiUrl ?? 'TEMPORAL_UI_URL is not set; pages show no link to it',
      },
      { check: 'Namespace', ok: described, found: namespace, wayOut: 'Start a worker, which makes it where it may.' },
      {
        check: 'Search attributes',
        ok: missing.length === 0,
        found: listed ? (missing.length ? `missing: ${missing.join(', ')}` : 'present') : 'cannot be listed with these rights',
        wayOut: `Start a worker, which makes them where it may; else:\n${commandsFor(namespace)}`,
      },
    ];
  } catch (error) {
    return [
      {
        check: 'Temporal',
        ok: false,
        found: `${address}: ${(error as Error).message.split('\n')[0]}`,
        wayOut: 'Check TEMPORAL_ADDRESS, the API key or certificates, and that the server runs.',
      },
    ];
  }
}

async function checkMail(config: Config): Promise<Finding[]> {
  const transport = transportName(config);
  const found = { resend: 'Resend', smtp: 'SMTP', mailbox: 'the built-in mailbox: nothing leaves this machine' }[transport];
  const public_ = transport === 'mailbox' || config.PUBLIC_URL !== undefined;
  return [
    {
      check: 'Mail',
      ok: public_,
      found: public_ ? found : `${found}, but PUBLIC_URL is not set`,
      wayOut: 'Set PUBLIC_URL: links in mails begin with it.',
    },
  ];
}

/** A daylight-saving change that every time-zone database of the last years knows. */
async function checkZones(): Promise<Finding[]> {
  const ok = atLocal('2026-03-29', '12:00', 'Europe/Berlin') === '2026-03-29T10:00:00.000Z';
  return [
    {
      check: 'Time-zone data',
      ok,
      found: `${process.versions.tz ?? 'unknown version'}`,
      wayOut: 'Install a Node build with full ICU data.',
    },
  ];
}
