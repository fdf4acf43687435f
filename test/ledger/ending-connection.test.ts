import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { WakeUpSender } from '../../dispatch/sender.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { openDatabase } from '../../prisma/client.ts';

/** One message of PostgreSQL's protocol. */
function message(kind: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(kind), length, body]);
}
const ended = ['SFATAL', 'VFATAL', 'C57P01', 'Mterminating connection due to administrator command', '']
  .map((field) => `${field}\0`)
  .join('');

/** Lets everybody in, is ready, and ends, all in one packet: as a PostgreSQL does that is stopped while somebody connects. */
const server = createServer((socket) => {
  socket.once('data', () =>
    socket.end(Buffer.concat([message('R', Buffer.alloc(4)), message('Z', Buffer.from('I')), message('E', Buffer.from(ended))])),
  );
  socket.on('error', () => {});
});
let url: string;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `postgresql://x@127.0.0.1:${(server.address() as AddressInfo).port}/x`;
});
afterAll(() => void server.close());

test('a PostgreSQL that ends in the moment in which it is ready ends no step’s process: the step is tried again', async () => {
  const db = openDatabase(url, 2);
  for (let n = 0; n < 5; n++) {
    const failed = await inTransaction(db, (tx) => tx.$queryRaw`SELECT 1`).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failed).toBeInstanceOf(Error);
  }
  await db.$disconnect();
});

test('nor does it end a sender’s', async () => {
  const warnings: object[] = [];
  const lives = { client: undefined as never, taskQueue: 'test', transports: { mail: 'mailbox', sms: 'text-mailbox' } };
  const sender = new WakeUpSender(url, lives, { warn: (facts) => void warnings.push(facts), info: () => {} });
  await sender.flush();
  await setTimeout(600); // it tries again
  await sender.stop();
  expect(warnings.length).toBeGreaterThan(1);
});
