import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';

import { startServer } from '../../api/server.ts';
import { readConfig } from '../../config.ts';
import { testDatabase } from '../database.ts';

test('a server that stops answers whom it has heard, and does not wait for a body that never ends', { timeout: 60_000 }, async () => {
  const { url: DATABASE_URL, close } = await testDatabase();
  const config = readConfig({ LOG_LEVEL: 'silent', PORT: '0', TEMPORAL_ADDRESS: '127.0.0.1:1', OVERLOADED_AFTER_SECONDS: '600' });
  const server = await startServer({ ...config, PORT: 0, DATABASE_URL });
  const { port } = new URL(server.url);
  const slow = connect(Number(port), '127.0.0.1');
  slow.on('error', () => {}).resume();
  slow.write('POST /v1/blocks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{');
  const gone = once(slow, 'close');
  const answers = Promise.all(Array.from({ length: 20 }, async () => (await fetch(`${server.url}/sign-in`)).status));
  await fetch(`${server.url}/healthz`);

  await server.stop();
  await gone;
  for (const status of await answers) expect([200, 503]).toContain(status); // 503: it came on an open line after the end had begun
  await close();
});
