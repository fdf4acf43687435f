/** What people decide about opportunities: snooze, reject, assign, reopen; one, or many with a result for each (D-13, D-22, D-23). */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';

import { roles } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { effectOf, type OpportunityChoice, opportunityDigest, rejectReasons } from '../../domain/opportunity-decision.ts';
import { needRight } from '../../domain/right.ts';
import { decideMany, fewEnough } from '../../ledger/bulk.ts';
import type { LoadedOpportunity } from '../../ledger/opportunity.ts';
import { judge, manyOpportunities } from '../../ledger/opportunity-decision.ts';
import { mayReach } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { problems } from '../problems.ts';
import { actorOfMany, Ids, Results, resultsOf } from './bulk.ts';
import { Deciding, decisionRoute } from './decision-route.ts';
import { findOpportunity } from './opportunities.ts';
import { type Api, CivilDate, Prose } from './plugin.ts';

const until = CivilDate.optional().describe('It comes back on the morning of this day; left out, in a week (D-20).');
const confirm = z.boolean().optional().describe('true: “Yes” to the question whether you mean it (D-13).');
const why = Prose.optional().describe(`${rejectReasons.join(', ')}, or the practice’s own (D-14).`);

const Snooze = Deciding.extend({ until }).meta({ example: { until: '2027-02-01', reason: 'The patient is abroad.' } });
const Reject = Deciding.extend({ confirm, reason: why }).meta({ example: { confirm: true, reason: 'not interested' } });
const assigneeId = z.uuid().nullable().describe('null: nobody.');
const Assign = Deciding.extend({ assigneeId }).meta({ example: { assigneeId: '01890000-0000-7000-8000-000000000004' } });
const Reopen = Deciding.meta({ example: { reason: 'The patient called and wants it after all.' } });

const many = { ids: Ids(), reason: why, onBehalfOf: Deciding.shape.onBehalfOf };
const Bulk = z
  .discriminatedUnion('action', [
    z.strictObject({ action: z.literal('snooze'), until, ...many }),
    z.strictObject({ action: z.literal('reject'), confirm, ...many }),
    z.strictObject({ action: z.literal('assign'), assigneeId, ...many }),
    z.strictObject({ action: z.literal('reopen'), ...many }),
  ])
  .meta({ example: { action: 'reject', confirm: true, ids: ['01890000-0000-7000-8000-000000000001'] } });

export function opportunityDecisionRoutes(app: Api, deps: Deps): void {
  const decision = <Body extends Deciding>(
    path: string,
    summary: string,
    body: z.ZodType<Body>,
    choose: (body: Body) => OpportunityChoice,
  ) =>
    decisionRoute<LoadedOpportunity, Body, OpportunityChoice>(app, deps, {
      kind: 'opportunity',
      nouns: 'opportunities',
      roles: [...roles], // the right decides (D-24)
      path,
      summary,
      body,
      find: (id, principal) => findOpportunity(deps, id, principal),
      choose,
      foresee: (subject, choice, actor, at, { reason }) => {
        const effect = effectOf(subject.facts, judge(subject, choice, { actor, decidedAt: at, reason }).after);
        return { effect, seen: opportunityDigest(choice, effect) };
      },
    });

  decision('/snooze', 'Hide it until a chosen date (D-19, D-20)', Snooze, ({ until }) => ({ action: 'snooze', until }));
  decision('/reject', 'Reject it; its course of treatment stays as it is (D-13 to D-16)', Reject, ({ confirm }) => ({
    action: 'reject',
    confirm,
  }));
  decision('/assign', 'Assign it to somebody, or to nobody (D-22)', Assign, ({ assigneeId }) => ({ action: 'assign', assigneeId }));
  decision('/reopen', 'Take a snooze or a rejection back', Reopen, () => ({ action: 'reopen' }));

  const bulk = {
    tags: ['opportunities'],
    summary: 'Snooze, reject, assign or reopen many, with a result for each (D-13, D-22, D-23)',
    body: Bulk,
    response: { 200: Results, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/opportunities/bulk', { schema: bulk }, async (request, reply) => {
    const { principal, body } = request;
    needRight(principal, 'contact patients');
    const { ids: asked, reason, onBehalfOf, ...choice } = body;
    const ids = fewEnough(asked);
    if (choice.action === 'reject' && !choice.confirm) throw new DomainError('CONFIRMATION_MISSING', { confirm: choice.confirm ?? null });
    const id = randomUUID(); // `once` makes it happen once
    return once(deps, principal, request, reply, async (tx) => {
      const actor = await actorOfMany(tx, principal, onBehalfOf);
      const decision = { ...choice, id, actor, decidedAt: deps.now(), reason };
      const results = await decideMany(tx, manyOpportunities, ids, (facilityId) => mayReach(principal, facilityId), decision);
      return { status: 200, body: resultsOf(results) };
    });
  });
}
