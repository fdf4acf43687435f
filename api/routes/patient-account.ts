/** A patient's account as a whole: the present plans, the credit given, the history. Its facts have routes of their own. */
import { z } from 'zod';

import { Currency, mustReadAccounts, mustWorkOnAccounts } from '../../domain/account.ts';
import { addCredit, approvedRequests, creditOf, historyKinds, patientHistory } from '../../ledger/patient-account.ts';
import type { Credit as Row } from '../../prisma/generated/client.ts';
import { recordLook } from '../access-log.ts';
import { actorOf, type Principal } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { keyset, ListQuery, listOf, pageOf, positionOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, IdParam, Instant, Prose, yours } from './plugin.ts';

const Minor = z.int().describe('In the smallest unit of the currency: 1250 is 12.50 USD.');
const NewCredit = z
  .strictObject({
    amountMinor: z.number().describe('In the smallest unit of the currency, above zero: 1250 is 12.50 USD.'),
    currency: Currency,
    reason: Prose.min(1),
    onBehalfOf: z.uuid().optional().describe('The person who gives it, when a staff tool calls for them.'),
  })
  .meta({ example: { amountMinor: 1250, currency: 'USD', reason: 'The last parcel came broken.' } });
const Credit = z
  .object({
    id: z.uuid(),
    patientId: z.uuid(),
    amountMinor: Minor,
    currency: Currency,
    reason: z.string(),
    at: Instant,
    by: z.unknown().describe('The actor who gave it.'),
  })
  .meta({ id: 'Credit' });

const Account = z
  .object({
    patientId: z.uuid(),
    approved: z
      .array(
        z.object({
          requestId: z.uuid(),
          number: z.string(),
          condition: z.string(),
          plans: z.array(
            z.object({ planId: z.uuid(), what: z.string(), writtenBy: z.string(), writtenAt: Instant, endedAt: Instant.nullable() }),
          ),
        }),
      )
      .describe('Every treatment request that is approved now, with what was written for it.'),
    subscriptions: z.array(z.object({ subscriptionId: z.uuid(), programme: z.string(), status: z.string() })),
    credit: z.array(z.object({ currency: Currency, amountMinor: Minor })).describe('All that was given, a currency a line.'),
  })
  .meta({ id: 'PatientAccount' });

const Entry = z
  .object({
    id: z.uuid(),
    kind: z.enum(historyKinds),
    at: Instant,
    what: z.string(),
    state: z.string().nullable(),
    by: z.string().nullable(),
    amountMinor: Minor.nullable(),
    currency: z.string().nullable(),
  })
  .meta({ id: 'PatientHistoryEntry' });

export function patientAccountRoutes(app: Api, deps: Deps): void {
  const tags = ['patients'];
  const find = async (id: string, principal: Principal) => yours(principal, await deps.reader.patient.findUnique({ where: { id } }));
  /** Whose it is, written down as a look (F-25). */
  const look = async (id: string, principal: Principal, what: string) => {
    mustReadAccounts(principal);
    const { facilityId } = await find(id, principal);
    await recordLook(deps, principal, [{ facilityId, patientId: id }], what);
  };

  const overview = {
    tags,
    summary: 'A patient’s account: plans of approved treatment requests, subscriptions, credit (R-20)',
    params: IdParam,
    response: { 200: Account, ...problems(400, 401, 403, 404) },
  };
  app.get('/patients/:id/account', { schema: overview }, async ({ params: { id }, principal }) => {
    await look(id, principal, 'account');
    const [approved, subscriptions, credit] = await Promise.all([
      approvedRequests(deps.reader, id),
      deps.reader.subscription.findMany({ where: { patientId: id }, orderBy: { startedAt: 'desc' }, take: 100 }),
      creditOf(deps.reader, id),
    ]);
    return {
      patientId: id,
      credit,
      subscriptions: subscriptions.map(({ id: subscriptionId, programme, status }) => ({ subscriptionId, programme, status })),
      approved: approved.map(({ id: requestId, number, condition, plans }) => ({
        requestId,
        number,
        condition,
        plans: plans.map(({ id: planId, what, writtenBy, writtenAt, endedAt }) => ({
          planId,
          what,
          writtenBy,
          writtenAt: writtenAt.toISOString(),
          endedAt: endedAt?.toISOString() ?? null,
        })),
      })),
    };
  });

  const past = {
    tags,
    summary: 'What has been with a patient, whatever it was, the latest first (R-20)',
    params: IdParam,
    querystring: ListQuery.strict(),
    response: { 200: listOf(Entry), ...problems(400, 401, 403, 404) },
  };
  app.get('/patients/:id/history', { schema: past }, async ({ params: { id }, query: { cursor, limit }, principal }) => {
    await look(id, principal, 'history');
    const rows = await patientHistory(deps.reader, id, { now: deps.now(), after: positionOf(cursor), take: limit + 1 });
    return pageOf(
      rows,
      limit,
      (row) => [row.at, row.id],
      (row) => row,
    );
  });

  const list = {
    tags,
    summary: 'Credit that was given to a patient, the latest first (R-20)',
    params: IdParam,
    querystring: ListQuery.strict(),
    response: { 200: listOf(Credit), ...problems(400, 401, 403, 404) },
  };
  app.get('/patients/:id/credits', { schema: list }, async ({ params: { id: patientId }, query, principal }) => {
    await look(patientId, principal, 'credits');
    const { where, orderBy } = keyset('-at', query.cursor, 'instant');
    const rows = await deps.reader.credit.findMany({ where: { AND: [{ patientId }, where] }, orderBy, take: query.limit + 1 });
    return pageOf(rows, query.limit, ({ at, id }) => [at.toISOString(), id], present);
  });

  const give = {
    tags,
    summary: 'Give a patient credit (R-20)',
    params: IdParam,
    body: NewCredit,
    response: { 201: Credit, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/patients/:id/credits', { schema: give }, async (request, reply) => {
    const { principal, params, body } = request;
    mustWorkOnAccounts(principal);
    const { id: patientId, facilityId } = await find(params.id, principal);
    const { onBehalfOf, ...credit } = body;
    return once(deps, principal, request, reply, async (tx) => {
      const by = { actor: await actorOf(tx, principal, facilityId, onBehalfOf), now: deps.now() };
      return { status: 201, body: present(await addCredit(tx, { facilityId, patientId }, credit, by)) };
    });
  });
}

const present = ({ id, patientId, amountMinor, currency, reason, by, at }: Row): z.infer<typeof Credit> => ({
  id,
  patientId,
  amountMinor,
  currency,
  reason,
  by,
  at: at.toISOString(),
});
