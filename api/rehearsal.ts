import { inTransaction } from '../ledger/transaction.ts';
import type { Database, Tx } from '../prisma/client.ts';

class Rehearsed extends Error {
  constructor(readonly result: unknown) {
    super('a preview is never committed');
  }
}

/** Runs a write for its answer and rolls all of it back: the preview cannot differ from the deed (U-02). Refusals come through. */
export async function rehearse<Result>(db: Database, write: (tx: Tx) => Promise<Result>): Promise<Result> {
  try {
    return await inTransaction(db, async (tx): Promise<never> => {
      throw new Rehearsed(await write(tx));
    });
  } catch (error) {
    if (error instanceof Rehearsed) return error.result as Result;
    throw error;
  }
}
