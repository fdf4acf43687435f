import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { DomainError } from '../domain/errors.ts';
import { inTransaction } from '../ledger/transaction.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma } from '../prisma/generated/client.ts';
import type { Principal } from './auth/principal.ts';
import type { Deps } from './deps.ts';
import { etag } from './listing.ts';
import { type Problem, problemOf } from './problems.ts';

/** `shownOnce` goes out with the first answer and is not kept: a secret, which a repeat does not see again. */
type Answer = { status: number; body: unknown; shownOnce?: object };
declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it was sent, where what it names was put right since: a repeat is told by what was said. */
    asSaid?: unknown;
  }
}

type Kept = { requestHash: string; status: number | null; body: unknown };

/** The Idempotency-Key header. Throws IDEMPOTENCY_KEY_MISSING. */
function idempotencyKey(request: FastifyRequest): string {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || key.length === 0 || key.length > 255)
    throw new DomainError('IDEMPOTENCY_KEY_MISSING', { header: 'Idempotency-Key', maxLength: 255 });
  return key;
}

/** Throws INVALID_REQUEST for what only a machine would nest so deeply that it cannot be written down again. */
function hashOf({ method, url, body: meant = null, asSaid: body = meant }: FastifyRequest): string {
  try {
    return createHash('sha256')
      .update(JSON.stringify([method, url, body]))
      .digest('hex');
  } catch (error) {
    if (error instanceof RangeError) throw new DomainError('INVALID_REQUEST', { body: 'nested too deeply' });
    throw error;
  }
}

/**
 * Runs a write once per key: the answer is kept in the write's own transaction, so there is never one without the
 * other. A repeat waits for the first and gets its answer, refusals included. The same key with another request
 * is refused (422).
 */
export async function once(
  deps: Deps,
  principal: Principal,
  request: FastifyRequest,
  reply: FastifyReply,
  write: (tx: Tx) => Promise<Answer>,
) {
  const id = { principal: principal.id, key: idempotencyKey(request) };
  const requestHash = hashOf(request);
  try {
    const answer = await inTransaction(deps.db, async (tx): Promise<Answer> => {
      const kept = await take(tx, id, requestHash);
      if (kept) return first(kept, requestHash);
      const fresh = await write(tx);
      await tx.idempotentAnswer.update({
        where: { principal_key: id },
        data: { status: fresh.status, body: fresh.body as Prisma.InputJsonValue },
      });
      return fresh;
    });
    return send(reply, answer);
  } catch (error) {
    const refusal: Problem = problemOf(error);
    if (refusal.status >= 500 || refusal.code === 'IDEMPOTENCY_KEY_REUSED') throw error;
    const kept = { ...id, requestHash, status: refusal.status, body: refusal as Prisma.InputJsonObject };
    await deps.db.idempotentAnswer.createMany({ data: [kept], skipDuplicates: true });
    throw error;
  }
}

/** For edits, which If-Match makes safe to repeat: the key is welcome, but not needed. */
export async function edit(deps: Deps, request: FastifyRequest, reply: FastifyReply, write: (tx: Tx) => Promise<Answer>) {
  if (request.headers['idempotency-key'] !== undefined) return once(deps, request.principal, request, reply, write);
  return send(reply, await inTransaction(deps.db, write));
}

/** For decisions, whose answers the decision ledger keeps: the id that makes them happen once. Throws IDEMPOTENCY_KEY_REUSED. */
export async function decisionIdOf(deps: Deps, principal: Principal, request: FastifyRequest): Promise<string> {
  const id = { principal: principal.id, key: idempotencyKey(request) };
  const requestHash = hashOf(request);
  const kept = await take(deps.db, id, requestHash);
  if (kept && kept.requestHash !== requestHash) throw new DomainError('IDEMPOTENCY_KEY_REUSED', { key: id.key });
  return createHash('sha256').update(`${id.principal} ${id.key}`).digest('hex').slice(0, 32);
}

/** Claims the key, waiting for whoever is using it; gives what was kept when it is not ours. */
async function take(tx: Tx, id: { principal: string; key: string }, requestHash: string): Promise<Kept | undefined> {
  const { count } = await tx.idempotentAnswer.createMany({ data: [{ ...id, requestHash }], skipDuplicates: true });
  return count === 1 ? undefined : await tx.idempotentAnswer.findUniqueOrThrow({ where: { principal_key: id } });
}

function first(kept: Kept, requestHash: string): Answer {
  if (kept.requestHash !== requestHash) throw new DomainError('IDEMPOTENCY_KEY_REUSED', {});
  return { status: kept.status ?? 409, body: kept.body };
}

function send(reply: FastifyReply, { status, body, shownOnce }: Answer) {
  if (status >= 400) return reply.code(status).type('application/problem+json').send(JSON.stringify(body));
  const { version } = body as { version?: unknown };
  if (typeof version === 'number') reply.header('etag', etag(version));
  return reply.code(status as 201).send({ ...(body as object), ...shownOnce } as never);
}
