import { ApplicationFailure } from '@temporalio/common';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { type DomainErrorCode, domainErrors, isDomainErrorCode } from '../domain/errors.ts';
import { isAway } from '../ledger/transaction.ts';

/** RFC 9457. `rule` is the id of the rule that says no; `facts` carries the value, the limit, the present state. */
export const Problem = z
  .object({
    type: z.string(),
    status: z.int(),
    code: z.string(),
    title: z.string(),
    rule: z.string(),
    facts: z.unknown().optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;

/** The failure responses a route may give, for its schema. */
export function problems<Status extends number>(...statuses: Status[]) {
  return Object.fromEntries(statuses.map((status) => [status, Problem])) as Record<Status, typeof Problem>;
}

/** Where the facts name a rule, such as that of a ticket's type, it is that one which says no. */
function problem(code: DomainErrorCode, facts?: unknown): Problem {
  const { rule } = (facts ?? {}) as { rule?: unknown };
  return { type: `/docs/errors#${code.toLowerCase()}`, code, ...domainErrors[code], ...(typeof rule === 'string' && { rule }), facts };
}

type Document = { paths?: object };
type Responses = Record<string, { content?: Record<string, unknown> }>;

/** The OpenAPI document with the media type that failures really have. */
export function withProblems<Described extends Document>(document: Described): Described {
  for (const operations of Object.values(document.paths ?? {}) as Record<string, { responses?: Responses }>[])
    for (const { responses = {} } of Object.values(operations))
      for (const [status, response] of Object.entries(responses))
        if (Number(status) >= 400 && response.content?.['application/json'])
          response.content = { 'application/problem+json': response.content['application/json'] };
  return document;
}

/** Whatever was thrown, as the one shape that clients know. Nothing of an unexpected error leaves the house. */
export function problemOf(error: unknown): Problem {
  const failure = error instanceof Error && error.name === 'WorkflowUpdateFailedError' ? error.cause : error;
  if (failure instanceof ApplicationFailure && isDomainErrorCode(failure.type)) return problem(failure.type, failure.details?.[0]);
  if (error instanceof z.ZodError) return problem('INVALID_REQUEST', { issues: error.issues });
  if ((error as { code?: string }).code === 'P2028') return problem('OVERLOADED'); // no connection came free in time
  if (isAway(error)) return problem('UNAVAILABLE');
  const { validation, validationContext, statusCode, message, code } = error as FastifyError;
  if (validation) {
    const issues = validation.map(({ instancePath, message: what }) => ({
      at: `${validationContext ?? 'body'}${instancePath}`,
      message: what,
    }));
    return problem('INVALID_REQUEST', { issues });
  }
  if (statusCode === 429) return problem('TOO_MANY_REQUESTS', { message });
  if (statusCode === 503) return problem('OVERLOADED');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return { ...problem('INVALID_REQUEST', { message, code }), status: statusCode };
  return problem('INTERNAL');
}

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const answer = problemOf(error);
  if (answer.status >= 500) request.log.error({ err: error }, 'unhandled error');
  if (answer.status === 503) reply.header('retry-after', '5');
  return reply.code(answer.status).type('application/problem+json').send(JSON.stringify(answer));
}
