import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { Instant as AnyInstant } from '../../domain/interval.ts';
import { isClash } from '../../ledger/transaction.ts';
import { mayReach, type Principal, principalOf } from '../auth/principal.ts';
import { storable } from '../characters.ts';
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

export const IdParam = z.object({ id: z.uuid().meta({ example: '01890000-0000-7000-8000-000000000001' }) });
export const Version = z.int().describe('Also the ETag; edits need it in If-Match.');

// PostgreSQL and civil arithmetic both end somewhere; nobody reserves a room outside of these years.
const inReach = (text: string) => text >= '1970' && text < '2200';

/** Comes out in the one spelling `2026-01-31T07:00:00.000Z`, so that instants compare as strings. */
export const Instant = AnyInstant.refine(inReach, 'between the years 1970 and 2199').describe('UTC instant, such as 2026-01-31T07:00:00Z.');
/** What is no date ends the look at what it is part of: rules that count days between dates never see it. */
export const CivilDate = z.iso
  .date({ abort: true })
  .refine(inReach, 'between the years 1970 and 2199')
  .describe('Civil date at the facility.');

/** Control characters, among them those that turn the words after a name around. */
const unseen = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u;

/** One line of text. */
export const Line = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => storable(text) && !unseen.test(text), 'no control characters')
  .refine((text) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text), 'something that can be seen');
/** Words of at most so many characters: a limit that is added later can only narrow the one there is. */
export const proseUpTo = (characters: number) => z.string().trim().max(characters).refine(storable, 'no NUL and no half characters');
/** A few sentences. */
export const Prose = proseUpTo(2000);
export const Email = z.email().max(254).toLowerCase().meta({ example: 'dana.reyes@example.org' });

/** For objects with startsAt and endsAt: an empty or backward time is malformed (400), wherever it lies. */
export const inOrder = ({ startsAt, endsAt }: { startsAt: string; endsAt: string }) => startsAt < endsAt;
export const notInOrder = { path: ['endsAt'], error: 'endsAt must be after startsAt' };

/** Not yours looks like not there: the row, or undefined. */
export function reachable<Row extends { facilityId: string }>(principal: Principal, row: Row | null | undefined): Row | undefined {
  return row && mayReach(principal, row.facilityId) ? row : undefined;
}

/** The row, or NOT_FOUND: unknown and not yours give the same answer. */
export function yours<Row extends { facilityId: string }>(principal: Principal, row: Row | null | undefined): Row {
  const mine = reachable(principal, row);
  if (!mine) throw new DomainError('NOT_FOUND');
  return mine;
}

/** Throws NOT_FOUND unless the facility is within the key's reach. */
export function reach(principal: Principal, facilityId: string): void {
  if (!mayReach(principal, facilityId)) throw new DomainError('NOT_FOUND', { facilityId });
}

/** For a write that may meet a unique constraint: ALREADY_EXISTS with these facts. */
export const alreadyExists = (facts: object) => (error: unknown) => {
  throw isClash(error) ? new DomainError('ALREADY_EXISTS', facts) : error;
};
