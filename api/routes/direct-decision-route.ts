/** Decisions that people take in PostgreSQL at once, all by one path: preview, else answer once, by the rule of the life. */
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';

import type { Receipt as Answer, DecisionEnvelope, SubjectKind } from '../../domain/decision.ts';
import type { DomainError } from '../../domain/errors.ts';
import { needRight, type Right } from '../../domain/right.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Tx } from '../../prisma/client.ts';
import { actorOf, type Principal } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { decisionIdOf } from '../idempotency.ts';
import { etag } from '../listing.ts';
import { problems } from '../problems.ts';
import { rehearse } from '../rehearsal.ts';
import { type Deciding, Preview, PreviewQuery } from './decision-route.ts';
import { type Api, IdParam } from './plugin.ts';
import { Receipt } from './receipt.ts';

export type DirectAnswer = { receipt: Answer } | { refused: DomainError };

type DirectRoute<Body, Choice> = {
  kind: SubjectKind;
  right: Right;
  method?: 'POST' | 'PATCH';
  /** Below `/v1/<kind>s/{id}`; empty for the noun itself. */
  path: string;
  summary: string;
  body: z.ZodType<Body>;
  /** Throws when the subject is unknown or not the principal's. */
  find: (id: string, principal: Principal) => Promise<{ facilityId: string }>;
  choose: (body: Body, request: FastifyRequest) => Choice;
  decide: (tx: Tx, id: string, decision: DecisionEnvelope & Choice) => Promise<DirectAnswer>;
  /** An edit: 412 and 428 are among its answers. */
  ifMatch?: true;
};

export function directDecisionRoute<Body extends Deciding, Choice extends { action: string }>(
  app: Api,
  deps: Deps,
  route: DirectRoute<Body, Choice>,
): void {
  const { kind, right, method = 'POST', path, summary, body: bodySchema, find, choose, decide } = route;
  const nouns = kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}s`;
  const refusals = [400, 401, 403, 404, 409, 422, ...(route.ifMatch ? ([412, 428] as const) : [])] as const;
  const schema = {
    tags: [nouns],
    summary,
    params: IdParam,
    querystring: PreviewQuery,
    body: bodySchema,
    response: { 200: Receipt.or(Preview), ...problems(...refusals) },
  };
  app.route({
    method,
    url: `/${nouns}/:id${path}`,
    schema,
    async preValidation(request: FastifyRequest) {
      request.body ??= {}; // most decisions need no words
    },
    async handler(request, reply) {
      const { params, principal, query } = request;
      const body = request.body as Body;
      needRight(principal, right);
      const { facilityId } = await find(params.id, principal);
      const actor = await actorOf(deps.reader, principal, facilityId, body.onBehalfOf);
      const said = { ...choose(body, request), actor, decidedAt: deps.now(), reason: body.reason, seen: body.seen };
      if (query.preview) {
        const receipt = await rehearse(deps.db, async (tx) => receiptIn(await decide(tx, params.id, { ...said, id: crypto.randomUUID() })));
        const { seen } = receipt.effect as { seen?: string };
        return reply.code(200).send({ preview: true as const, effect: receipt.effect, ...(seen && { seen }) });
      }
      const id = await decisionIdOf(deps, principal, request);
      const receipt = receiptIn(await inTransaction(deps.db, (tx) => decide(tx, params.id, { ...said, id })));
      return reply.code(200).header('etag', etag(receipt.version)).send(receipt);
    },
  });
}

/** The receipt; throws the refusal, which is stored by now. */
export function receiptIn(answer: DirectAnswer): Answer {
  if ('refused' in answer) throw answer.refused;
  return answer.receipt;
}
