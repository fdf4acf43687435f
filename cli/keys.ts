import { userInfo } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';

import { createKey, keyRoles, recordKey } from '../api/auth/keys.ts';
import { Line } from '../api/routes/plugin.ts';
import type { Actor, Role } from '../domain/decision.ts';
import { inTransaction } from '../ledger/transaction.ts';
import type { Database, Tx } from '../prisma/client.ts';
import type { ApiKey } from '../prisma/generated/client.ts';
import { withDatabase } from './connect.ts';
import { dataDirOption, jsonOption, type Place } from './options.ts';

export function keysCommand(): Command {
  const keys = new Command('keys');
  keys
    .command('create')
    .argument('<name>', 'what uses it', keyName)
    .description('Create a key; its secret is shown once')
    .addOption(new Option('--role <role>', 'what it may do').choices(keyRoles).default('administrator'))
    .option('--facility <names...>', 'only these facilities (none: all, for administrators)')
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action((name: string, options: Place & { role: Role; facility?: string[]; json: boolean }) =>
      withDatabase(options, async (db) => {
        const facilityIds = await facilitiesNamed(db, options.facility ?? []);
        if (facilityIds.length === 0 && options.role !== 'administrator')
          throw new Error('Name at least one --facility: only an administrator’s key reaches all of them.');
        const { row, secret } = await inTransaction(db, async (tx) => {
          const key = await createKey(tx, { name, role: options.role, facilityIds });
          await record(tx, key.row, 'add key');
          return key;
        });
        if (options.json) console.log(JSON.stringify({ id: row.id, name, role: options.role, facilityIds, secret }));
        else console.log(`${secret}\n\nThis is the only time it is shown. Use it as:  Authorization: Bearer ${secret.slice(0, 6)}…`);
      }),
    );
  keys
    .command('list')
    .description('List keys')
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action((options: Place & { json: boolean }) =>
      withDatabase(options, async (db) => {
        const rows = await db.apiKey.findMany({ orderBy: { createdAt: 'asc' }, omit: { secretHash: true } });
        if (options.json) return console.log(JSON.stringify(rows));
        if (rows.length === 0) console.log('No keys yet: npm run holdfast -- keys create <name>');
        const facilities = new Map((await db.facility.findMany({ select: { id: true, name: true } })).map((one) => [one.id, one.name]));
        for (const { id, name, role, facilityIds, revokedAt } of rows) {
          const where = facilityIds.map((one) => facilities.get(one) ?? one).join(', ') || 'all facilities';
          console.log(`${id}  ${name}  ${role}, ${where}${revokedAt ? `  revoked ${revokedAt.toISOString()}` : ''}`);
        }
      }),
    );
  keys
    .command('revoke <id>')
    .description('Revoke a key; it stops working at once')
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action((id: string, options: Place & { json: boolean }) =>
      withDatabase(options, async (db) => {
        await inTransaction(db, async (tx) => {
          const live = /^[0-9a-f-]{36}$/i.test(id) && (await tx.apiKey.findFirst({ where: { id, revokedAt: null } }));
          if (!live) throw new Error(`There is no live key ${id}. See: npm run holdfast -- keys list`);
          await record(tx, await tx.apiKey.update({ where: { id }, data: { revokedAt: new Date() } }), 'revoke key');
        });
        console.log(options.json ? JSON.stringify({ id, revoked: true }) : `Revoked ${id}.`);
      }),
    );
  return keys;
}

/** Whoever may use the command is an administrator; the trail names their account on this machine. */
const record = (tx: Tx, key: ApiKey, action: 'add key' | 'revoke key') => {
  const actor: Actor = { name: `${userInfo().username} (command)`, role: 'administrator', channel: 'system' };
  return recordKey(tx, key, { action, at: new Date().toISOString(), actorAt: () => actor });
};

function keyName(value: string): string {
  const name = Line.safeParse(value);
  if (!name.success) throw new InvalidArgumentError('A key has a name of 1 to 200 characters on one line.');
  return name.data;
}

async function facilitiesNamed(db: Database, names: string[]): Promise<string[]> {
  const rows = await db.facility.findMany({ where: { name: { in: names } }, select: { id: true, name: true } });
  const missing = names.filter((name) => !rows.some((row) => row.name === name));
  if (missing.length > 0) throw new Error(`There is no facility named ${missing.map((name) => `“${name}”`).join(', ')}.`);
  return rows.map(({ id }) => id);
}
