/**
 * Facts about patients that the customer's own system reports: treatment requests and their plans, subscriptions, lab
 * orders, orders.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { Currency, mostMinor, mustReadAccounts, mustWorkOnAccounts } from '../../domain/account.ts';
import {
  cancelSubscription,
  labOrderStatuses,
  reportLabOrder,
  reportOrder,
  reportPlan,
  reportRequest,
  reportSubscription,
  requestStatuses,
  subscriptionStatuses,
} from '../../ledger/patient-facts.ts';
import type { Tx } from '../../prisma/client.ts';
import { recordLook } from '../access-log.ts';
import { actorOf, allow, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { once } from '../idempotency.ts';
import { keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, IdParam, Instant, Line, Prose, reach, Version, yours } from './plugin.ts';

const reported = { facilityId: z.uuid(), patientId: z.uuid(), number: Line.describe('The number that the own system gave it.') };
const kept = { id: z.uuid(), reportedAt: Instant, version: Version };

const NewSubscription = z.strictObject({
  ...reported,
  programme: Line,
  status: z.enum(subscriptionStatuses),
  startedAt: Instant,
  cancelledAt: Instant.optional(),
});
const Subscription = z
  .object({ ...NewSubscription.shape, ...kept, cancelledAt: Instant.nullable(), cancelledBy: z.string().nullable() })
  .meta({ id: 'Subscription' });

const NewLabOrder = z.strictObject({
  ...reported,
  what: Line,
  status: z.enum(labOrderStatuses),
  orderedAt: Instant,
  replaces: Line.optional().describe('The number of the order in whose place it was requested.'),
});
const LabOrder = z
  .object({ ...NewLabOrder.shape, ...kept, replaces: z.never().optional(), replacesId: z.uuid().nullable() })
  .omit({ replaces: true })
  .meta({ id: 'LabOrder' });

const price = z.int().min(0).max(mostMinor).describe('In the smallest unit of its currency.');
const orderOf = { ...reported, what: Line, status: Line.describe('In the own system’s word.'), orderedAt: Instant };
const NewOrder = z
  .strictObject({ ...orderOf, priceMinor: price.optional(), currency: Currency.optional() })
  .refine(({ priceMinor, currency }) => (priceMinor === undefined) === (currency === undefined), 'a price has its currency');
const Order = z.object({ ...orderOf, ...kept, priceMinor: price.nullable(), currency: Currency.nullable() }).meta({ id: 'Order' });

const NewRequest = z.strictObject({
  ...reported,
  condition: Line,
  status: z.enum(requestStatuses).describe('active: a clinician looks at it.'),
  requestedAt: Instant,
  decidedAt: Instant.optional(),
  decidedBy: Line.optional(),
});
const Request = z
  .object({ ...NewRequest.shape, ...kept, decidedAt: Instant.nullable(), decidedBy: z.string().nullable() })
  .meta({ id: 'TreatmentRequest' });

const NewPlan = z.strictObject({
  ...reported,
  request: Line.describe('The number of the approved treatment request that it was written for.'),
  what: Prose.min(1).describe('What the patient is to take or do.'),
  writtenBy: Line,
  writtenAt: Instant,
  endedAt: Instant.optional(),
});
const Plan = z
  .object({ ...NewPlan.shape, ...kept, requestId: z.uuid(), endedAt: Instant.nullable() })
  .omit({ request: true })
  .meta({ id: 'TreatmentPlan' });

const Query = ListQuery.extend({ facilityId: z.uuid().optional(), patientId: z.uuid().optional() }).strict();
const StatusQuery = Query.extend({ status: Line.optional() }).strict();
const example = {
  facilityId: '01890000-0000-7000-8000-000000000001',
  patientId: '01890000-0000-7000-8000-000000000004',
};

type Row = { id: string; facilityId: string; patientId: string; version: number };
type Fact<Report, Kept> = {
  nouns: string;
  what: string;
  Report: z.ZodType<Report>;
  Kept: z.ZodType<Kept>;
  report: (tx: Tx, report: Report, by: { actor: Awaited<ReturnType<typeof actorOf>>; now: string }) => Promise<Row>;
  /** A page of rows by the instant that the noun is listed by. */
  list: (db: Tx, where: object, orderBy: object[], take: number) => Promise<Row[]>;
  listedBy: string;
  hasStatus?: boolean;
};

export function patientFactRoutes(app: Api, deps: Deps): void {
  factRoutes<z.infer<typeof NewRequest>, z.infer<typeof Request>>({
    nouns: 'treatment-requests',
    what: 'requests of patients to be treated',
    Report: NewRequest.meta({
      example: {
        ...example,
        number: 'TR-12',
        condition: 'Weight',
        status: 'approved',
        requestedAt: '2027-01-04T12:00:00Z',
        decidedBy: 'Dr. Vale',
      },
    }),
    Kept: Request,
    report: reportRequest,
    list: (db, where, orderBy, take) => db.treatmentRequest.findMany({ where, orderBy, take }),
    listedBy: 'requestedAt',
  });
  factRoutes<z.infer<typeof NewPlan>, z.infer<typeof Plan>>({
    nouns: 'treatment-plans',
    what: 'plans that were written for approved treatment requests',
    Report: NewPlan.meta({
      example: {
        ...example,
        number: 'P-12',
        request: 'TR-12',
        what: 'One tablet in the morning.',
        writtenBy: 'Dr. Vale',
        writtenAt: '2027-01-05T12:00:00Z',
      },
    }),
    Kept: Plan,
    report: reportPlan,
    list: (db, where, orderBy, take) => db.treatmentPlan.findMany({ where, orderBy, take }),
    listedBy: 'writtenAt',
    hasStatus: false,
  });
  factRoutes<z.infer<typeof NewSubscription>, z.infer<typeof Subscription>>({
    nouns: 'subscriptions',
    what: 'subscriptions of patients to programmes',
    Report: NewSubscription.meta({
      example: { ...example, number: 'S-104', programme: 'Body', status: 'active', startedAt: '2027-01-04T12:00:00Z' },
    }),
    Kept: Subscription,
    report: reportSubscription,
    list: (db, where, orderBy, take) => db.subscription.findMany({ where, orderBy, take }),
    listedBy: 'startedAt',
  });
  factRoutes<z.infer<typeof NewLabOrder>, z.infer<typeof LabOrder>>({
    nouns: 'lab-orders',
    what: 'lab orders',
    Report: NewLabOrder.meta({
      example: { ...example, number: 'L-2041', what: 'Metabolic panel', status: 'active', orderedAt: '2027-01-04T12:00:00Z' },
    }),
    Kept: LabOrder,
    report: reportLabOrder,
    list: (db, where, orderBy, take) => db.labOrder.findMany({ where, orderBy, take }),
    listedBy: 'orderedAt',
  });
  factRoutes<z.infer<typeof NewOrder>, z.infer<typeof Order>>({
    nouns: 'orders',
    what: 'orders, whatever their status',
    Report: NewOrder.meta({
      example: {
        ...example,
        number: 'O-77',
        what: 'Refill',
        status: 'shipped',
        orderedAt: '2027-01-04T12:00:00Z',
        priceMinor: 2900,
        currency: 'USD',
      },
    }),
    Kept: Order,
    report: reportOrder,
    list: (db, where, orderBy, take) => db.order.findMany({ where, orderBy, take }),
    listedBy: 'orderedAt',
  });

  const cancel = {
    tags: ['subscriptions'],
    summary: 'Cancel a subscription (R-20); cancelled twice, the first answer stands',
    params: IdParam,
    response: { 200: Subscription, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/subscriptions/:id/cancel', { schema: cancel }, async (request, reply) => {
    const { principal, params } = request;
    mustWorkOnAccounts(principal);
    return once(deps, principal, request, reply, async (tx) => {
      const { id, facilityId } = yours(principal, await tx.subscription.findUnique({ where: { id: params.id } }));
      const by = { actor: await actorOf(tx, principal, facilityId), now: deps.now() };
      return { status: 200, body: present(await cancelSubscription(tx, id, by)) };
    });
  });

  function factRoutes<Report extends { facilityId: string }, Kept>({
    nouns,
    what,
    Report,
    Kept,
    report,
    list,
    listedBy,
    hasStatus = true,
  }: Fact<Report, Kept>) {
    const tags = [nouns];
    const all = {
      tags,
      summary: `List ${what}`,
      querystring: hasStatus ? StatusQuery : Query,
      response: { 200: listOf(Kept), ...problems(400, 401, 403) },
    };
    app.get(`/${nouns}`, { schema: all }, async ({ query, principal }) => {
      mustReadAccounts(principal);
      const { cursor, limit, ...filter } = query;
      const { where, orderBy } = keyset(`-${listedBy}`, cursor, 'instant');
      const rows = await list(deps.reader, { AND: [scopeOf(principal), filter, where] }, orderBy, limit + 1);
      await recordLook(deps, principal, rows.slice(0, limit), nouns);
      const instant = (row: Row) => (row as unknown as Record<string, Date>)[listedBy]!.toISOString();
      return pageOf(rows, limit, (row) => [instant(row), row.id], present);
    });

    const tell = {
      tags,
      summary: `Report ${what}: what is known by its number is replaced`,
      body: Report,
      response: { 201: Kept, ...problems(400, 401, 403, 404, 409, 422) },
    };
    const handler = async (request: FastifyRequest, reply: FastifyReply) => {
      const { principal } = request;
      const body = request.body as Report;
      allow(principal, 'manager', 'team lead', 'facility scheduler', 'support');
      reach(principal, body.facilityId);
      return once(deps, principal, request, reply, async (tx) => {
        const by = { actor: await actorOf(tx, principal, body.facilityId), now: deps.now() };
        return { status: 201, body: present(await report(tx, body, by)) };
      });
    };
    app.route({ method: 'POST', url: `/${nouns}`, schema: tell, handler: handler as never });
  }
}

/** Instants as ISO strings. */
function present(row: Row): never {
  const entries = Object.entries(row as Record<string, unknown>);
  return Object.fromEntries(entries.map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value])) as never;
}
