/** Who works at the front desk, and what all of its pages do: show names only to those who may see them, and write down that they did. */
import type { FastifyRequest } from 'fastify';

import { hasRight, mustSeePatients } from '../../domain/right.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Tx } from '../../prisma/client.ts';
import { recordAccess } from '../access-log.ts';
import { hashOf } from '../auth/principal.ts';
import { actorOfVisitor, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';

/** Throws STEP_UP_REQUIRED without a fresh sign-in, NOT_ALLOWED for who does not see patients. */
export async function deskOf(deps: Deps, request: FastifyRequest): Promise<Visitor> {
  const visitor = await staffOf(deps, request);
  mustSeePatients(visitor);
  return visitor;
}

/** I-07: whether the visitor books, moves and cancels, or only looks. */
export const mayManage = (visitor: Visitor): boolean => hasRight(visitor, 'manage appointments');

/** F-25: before the page shows them. */
export async function showPatients(deps: Deps, visitor: Visitor, what: string, patientIds: string[]): Promise<void> {
  await recordAccess(deps, { facilityId: visitor.facilityId, by: actorOfVisitor(visitor), what, at: deps.now() }, patientIds);
}

export const fullName = ({ givenName, familyName }: { givenName: string; familyName: string }) => `${familyName}, ${givenName}`;

/**
 * A form posted twice is one deed: what it says is kept with what it made, in the same transaction. Sent back with other words, by
 * the back button, it is another one.
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
