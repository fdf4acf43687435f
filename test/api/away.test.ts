import { Client, Connection } from '@temporalio/client';
import { afterAll, expect, test } from 'vitest';

import { buildApp } from '../../api/app.ts';
import { readConfig } from '../../config.ts';
import { inTransaction, isAway } from '../../ledger/transaction.ts';
import { openDatabase } from '../../prisma/client.ts';
import { testDatabase } from '../database.ts';

const gone = openDatabase('postgresql://holdfast:holdfast@127.0.0.1:1/holdfast', 2);
const client = new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) });
afterAll(async () => {
  await Promise.all([gone.$disconnect(), client.connection.close()]);
});

test('while PostgreSQL is away the API and the pages say so with 503, and that nothing was changed', async () => {
  const config = readConfig({ LOG_LEVEL: 'silent', OVERLOADED_AFTER_SECONDS: '600' });
  const now = () => new Date().toISOString();
  const app = await buildApp({ db: gone, reader: gone, accessLog: gone, client, config, flush: async () => {}, now });
  const ask = (url: string, accept: string) => app.inject({ url, headers: { authorization: 'Bearer some-key', accept } });
  const answer = await ask('/v1/facilities', 'application/json');
  expect(answer.statusCode).toBe(503);
  expect(answer.headers['retry-after']).toBe('5');
  expect(answer.json()).toMatchObject({ code: 'UNAVAILABLE', title: 'The database does not answer right now: nothing was changed.' });
  const page = await ask('/a/some-token-of-a-mail', 'text/html');
  expect(page.statusCode).toBe(503);
  expect(page.body).toContain('The database does not answer right now');
  await app.close();
});

test('a connection that ends in the middle counts as away, a refusal of the database does not', async () => {
  const { db, close } = await testDatabase();
  const killed = inTransaction(db, (tx) => tx.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())`).catch((error) => error);
  expect(isAway(await killed)).toBe(true);
  expect(isAway(await db.$queryRaw`SELECT 1 / 0`.catch((error) => error))).toBe(false);
  await close();
});
