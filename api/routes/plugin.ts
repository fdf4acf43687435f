import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { mayReach, type Principal, principalOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication hook of /v1 before any handler runs. */
    principal: Principal;
  }
}

/** A Fastify instance whose routes know their zod schemas. */
export type Api = ReturnType<typeof typed>;
export const typed = (app: FastifyInstance) => app.withTypeProvider<ZodTypeProvider>();

/** Every route behind this hook needs a key: whoever registers a route cannot forget it. */
export function requireKey(app: FastifyInstance, { db }: Deps): void {
  app.decorateRequest('principal', null as never);
  app.addHook('onRequest', async (request: FastifyRequest) => {
    request.principal = await principalOf(db, request);
  });
}

export const IdParam = z.object({ id: z.uuid() });
export const Instant = z.iso.datetime().describe('UTC instant, such as 2026-01-31T07:00:00Z.');
export const CivilDate = z.iso.date().describe('Civil date at the facility.');
export const Version = z.int().describe('Also the ETag; edits need it in If-Match.');

/** Not yours looks like not there: the row, or undefined. */
export function reachable<Row extends { facilityId: string }>(principal: Principal, row: Row | null | undefined): Row | undefined {
  return row && mayReach(principal, row.facilityId) ? row : undefined;
}
