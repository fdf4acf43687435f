/** Decisions of people about a life, all by one path: preview, refuse what is refused anyway, else put it to the life. */
import { ApplicationFailure } from '@temporalio/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { type Actor, type Role, sameFromAnybody } from '../../domain/decision.ts';
import { type DomainErrorCode, domainErrors, isDomainErrorCode } from '../../domain/errors.ts';
import { firstAnswer } from '../../ledger/decision.ts';
import { actorOf, allow, type Principal } from '../auth/principal.ts';
import { type DecidedKind, decide } from '../decide.ts';
import type { Deps } from '../deps.ts';
import { decisionIdOf } from '../idempotency.ts';
import { etag } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, IdParam, Line, Prose } from './plugin.ts';
import { Receipt, Recorded } from './receipt.ts';

/** What every decision may carry. */
export const Deciding = z.strictObject({
  onBehalfOf: z.uuid().optional().describe('The person who decides, when a staff tool calls for them.'),
  reason: Prose.optional(),
  seen: Line.max(10_000).optional().describe('From a preview (U-02).'),
});
export type Deciding = z.infer<typeof Deciding>;

export const PreviewQuery = z.object({ preview: z.stringbool().default(false).describe('Say what it would do, and do nothing (U-02).') });
export const Preview = z.object({
  preview: z.literal(true),
  effect: z.unknown(),
  seen: z.string().optional().describe('Send it with the decision: if the effect is another by then, nothing is done (409).'),
});

const again =
  'What was decided last, decided again by anybody who may, gets the first answer (C-30). Another decision that comes too late is a conflict: `facts.last` says what was decided, by whom and when.';

type Foreseen = { effect: object; seen?: string };

type DecisionRoute<Subject, Body, Choice> = {
  kind: DecidedKind;
  /** In the path; left out: the kind with an s. */
  nouns?: string;
  /** Who may ask at all; what of it is theirs is the rule's to say. */
  roles?: Role[];
  method?: 'POST' | 'PATCH';
  /** Below `/v1/<nouns>/{id}`; empty for the noun itself. */
  path: string;
  summary: string;
  body: z.ZodType<Body>;
  /** Throws when the subject is unknown or not the principal's. */
  find: (id: string, principal: Principal, now: string) => Promise<Subject>;
  choose: (body: Body, subject: Subject, request: FastifyRequest) => Choice;
  /** The pure rule: what the choice does, or its refusal. */
  foresee: (subject: Subject, choice: Choice, actor: Actor, now: string, body: Body) => Foreseen | Promise<Foreseen>;
  /** Writes what must not travel through Temporal, under the decision's id, before the decision is put to the life. */
  keep?: (decisionId: string, body: Body, subject: Subject, actor: Actor, now: string) => Promise<void>;
  /** Refusals that have an effect of their own: the life gives them, not the route. */
  leftToLife?: DomainErrorCode[];
  /** Looks at the request before a new decision, not before a repeat. */
  guard?: (request: FastifyRequest, subject: Subject) => void;
};

export function decisionRoute<Subject extends { facilityId: string }, Body extends Deciding, Choice extends { action: string }>(
  app: Api,
  deps: Deps,
  route: DecisionRoute<Subject, Body, Choice>,
): void {
  const {
    kind,
    nouns = `${kind}s`,
    roles = ['block contact', 'facility scheduler', 'support'],
    method = 'POST',
    path,
    summary,
    body: bodySchema,
    find,
    choose,
    foresee,
    guard,
    keep,
    leftToLife = [],
  } = route;
  const refusals = [400, 401, 403, 404, 409, 422, ...(guard ? ([412, 428] as const) : [])] as const;
  const schema = {
    tags: [nouns],
    summary,
    ...(sameFromAnybody(kind) && { description: again }),
    params: IdParam,
    querystring: PreviewQuery,
    body: bodySchema,
    response: { 200: z.union([Receipt, Preview]), 202: Recorded, ...problems(...refusals) },
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
      allow(principal, ...roles);
      const now = deps.now();
      const subject = await find(params.id, principal, now);
      const actor = await actorOf(deps.reader, principal, subject.facilityId, body.onBehalfOf);
      const choice = choose(body, subject, request);
      if (query.preview) return reply.code(200).send({ preview: true as const, ...(await foresee(subject, choice, actor, now, body)) });
      const id = await decisionIdOf(deps, principal, request);
      if (!(await firstAnswer(deps.db, id))) {
        await refuseAnyway(async () => foresee(subject, choice, actor, now, body), leftToLife);
        guard?.(request, subject);
        await keep?.(id, body, subject, actor, now);
      }
      const answer = await decide(deps, kind, params.id, { ...choice, id, actor, decidedAt: now, reason: body.reason, seen: body.seen });
      if ('recorded' in answer) return reply.code(202).send({ recorded: true as const, decisionId: id });
      return reply.code(200).header('etag', etag(answer.receipt.version)).send(answer.receipt);
    },
  });
}

/** What no state of the subject would allow costs Temporal nothing. Refusals that depend on the state are the life's to give. */
async function refuseAnyway(rule: () => Promise<unknown>, leftToLife: DomainErrorCode[]): Promise<void> {
  try {
    await rule();
  } catch (error) {
    const code = error instanceof ApplicationFailure ? error.type : undefined;
    if (isDomainErrorCode(code) && !leftToLife.includes(code) && (domainErrors[code].status === 403 || code === 'REASON_MISSING'))
      throw error;
  }
}
