import { PrismaPg } from '@prisma/adapter-pg';
import type { Transaction } from '@prisma/driver-adapter-utils';
import type { PoolConfig } from 'pg';

/**
 * PrismaPg whose transactions send one statement after the other. A transaction has one connection, and both Prisma
 * (a read that includes several relations) and `Promise.all` ask it for several things at once; pg queues them so far,
 * warns, and will refuse from its version 9 on.
 *
 * A connection that breaks is told to whoever uses it next. PostgreSQL can end it in the very moment in which it is ready, before
 * anybody has it in hand: that must not end the process.
 */
export class OneAtATime extends PrismaPg {
  constructor(config: PoolConfig) {
    super({ ...config, onConnect: (connection) => void connection.on('error', () => {}) });
  }

  override async connect() {
    const adapter = await super.connect();
    const begin = adapter.startTransaction.bind(adapter);
    adapter.startTransaction = async (isolationLevel) => queued(await begin(isolationLevel));
    return adapter;
  }
}

function queued<T extends Transaction>(tx: T): T {
  let last: Promise<unknown> = Promise.resolve();
  const after = <A, R>(send: (query: A) => Promise<R>) => {
    return (query: A): Promise<R> => {
      const answer = last.then(() => send(query));
      last = answer.catch(() => {}); // who asked is told; who asks next is answered by PostgreSQL
      return answer;
    };
  };
  tx.queryRaw = after(tx.queryRaw.bind(tx));
  tx.executeRaw = after(tx.executeRaw.bind(tx));
  return tx;
}
