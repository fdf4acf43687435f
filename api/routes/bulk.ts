/** What all bulk calls share: the subjects they name, and a result for each, in the order asked. */
import { z } from 'zod';

import type { Actor } from '../../domain/decision.ts';
import { type ItemResult, mostAtOnce } from '../../ledger/bulk.ts';
import type { Tx } from '../../prisma/client.ts';
import { actorOf, type Principal } from '../auth/principal.ts';
import { Problem, problemOf } from '../problems.ts';
import { yours } from './plugin.ts';
import { Receipt } from './receipt.ts';

export const Ids = (limit = mostAtOnce) => z.array(z.uuid()).min(1).describe(`At most ${limit}; one that comes twice is answered once.`);

export const Results = z.object({
  results: z.array(z.object({ id: z.uuid(), receipt: Receipt.optional(), problem: Problem.optional() })).describe('In the order asked.'),
});

export function resultsOf(results: ItemResult[]): z.infer<typeof Results> {
  return { results: results.map((result) => ('receipt' in result ? result : { id: result.id, problem: problemOf(result.refused) })) };
}

/** Who decides: the key, or a person of a facility within its reach. */
export async function actorOfMany(tx: Tx, principal: Principal, onBehalfOf: string | undefined): Promise<Actor> {
  if (!onBehalfOf) return { name: principal.name, role: principal.role, channel: 'api' };
  const person = yours(principal, await tx.person.findUnique({ where: { id: onBehalfOf } }));
  return actorOf(tx, principal, person.facilityId, onBehalfOf);
}
