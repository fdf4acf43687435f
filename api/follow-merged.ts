import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../domain/errors.ts';
import { livingPatients } from '../ledger/patient-merge.ts';
import type { Deps } from './deps.ts';

const Uuid = z.uuid();

/**
 * F-20: whoever names a card that became part of another means that one: in the path below /patients and /accounts, and as the
 * `patientId` of a query or a body. A browser is led to the other address; an edit is not followed, because it was made of another card.
 */
export const followMerged =
  ({ reader }: Deps) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const { routeOptions, method } = request;
    const ofCard = /\/(patients|accounts)\/:id/.test(routeOptions.url ?? '');
    const params = ofCard ? (request.params as Record<string, unknown>) : {};
    const named = [params, request.query, request.body].flatMap((from, index) => {
      const field = index === 0 ? 'id' : 'patientId';
      const where = from && typeof from === 'object' ? (from as Record<string, unknown>) : {};
      return Uuid.safeParse(where[field]).success ? [{ where, field, id: where[field] as string }] : [];
    });
    if (named.length === 0) return;
    const living = await livingPatients(
      reader,
      named.map(({ id }) => id),
    );
    for (const { where, field, id } of named) {
      const into = living.get(id);
      if (!into) continue;
      if (where === params && method === 'PATCH') throw new DomainError('PATIENT_MERGED', { patientId: id, into });
      if (where === params && method === 'GET' && !request.url.startsWith('/v1/'))
        return reply.redirect(request.url.replace(id, into), 308);
      if (where === request.body) request.asSaid ??= { ...where };
      where[field] = into;
    }
  };
