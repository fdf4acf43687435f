import type { FastifyRequest } from 'fastify';

import { DomainError } from '../domain/errors.ts';

const unstorable = /[\0\p{Cs}]/u;

/** True unless there is a NUL or half a character in it: neither PostgreSQL nor a mail can carry these. */
export const storable = (text: string): boolean => !unstorable.test(text);

/**
 * Whatever a client sends, in whichever field or name of one: what cannot be written down is refused here, before a life takes it
 * in hand and fails at it. Throws INVALID_REQUEST.
 */
export async function refuseUnstorable({ body, query }: FastifyRequest): Promise<void> {
  for (const [part, sent] of Object.entries({ body, query })) {
    const left = [sent];
    while (left.length > 0) {
      const next = left.pop();
      if (typeof next === 'string' && !storable(next))
        throw new DomainError('INVALID_REQUEST', { [part]: 'no NUL and no half characters' });
      if (typeof next === 'object' && next !== null && !Buffer.isBuffer(next)) left.push(...Object.keys(next), ...Object.values(next));
    }
  }
}
