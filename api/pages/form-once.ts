import { inTransaction } from '../../ledger/transaction.ts';
import type { Tx } from '../../prisma/client.ts';
import { hashOf } from '../auth/principal.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';

/**
 * A form posted twice is one deed: what it says is kept with the id of what it made, in the same transaction. Sent back with
 * other words, by the back button, it is another one.
 */
export function oncePosted(deps: Deps, { personId }: Visitor, said: object, write: (tx: Tx) => Promise<string>): Promise<string> {
  const requestHash = hashOf(JSON.stringify(said));
  const key = { principal: `session/${personId}`, key: requestHash };
  return inTransaction(deps.db, async (tx) => {
    const { count } = await tx.idempotentAnswer.createMany({ data: [{ ...key, requestHash }], skipDuplicates: true });
    if (count === 0) {
      const kept = await tx.idempotentAnswer.findUniqueOrThrow({ where: { principal_key: key } });
      return (kept.body as { id: string }).id;
    }
    const id = await write(tx);
    await tx.idempotentAnswer.update({ where: { principal_key: key }, data: { status: 303, body: { id } } });
    return id;
  });
}
