/**
 * Outgoing webhooks in the Standard Webhooks form (F-15): signed, each object's events in order, tried again on the
 * published schedule, listed, and delivered again on demand.
 */
import { z } from 'zod';

import type { Role } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { patientsBehind } from '../../ledger/patient-data.ts';
import { addWebhook, changeWebhook, redeliver, rotateSecret } from '../../ledger/webhook-address.ts';
import type { Tx } from '../../prisma/client.ts';
import type { Webhook as Row } from '../../prisma/generated/client.ts';
import { recordLook } from '../access-log.ts';
import { actorOf, allow, type Principal, scopeOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { edit, once } from '../idempotency.ts';
import { etag, ifMatch, keyset, ListQuery, listOf, pageOf } from '../listing.ts';
import { problems } from '../problems.ts';
import { type Api, IdParam, reach, yours } from './plugin.ts';
import {
  EventState,
  FreshWebhook,
  NewWebhook,
  presentEvent,
  presentWebhook,
  Webhook,
  WebhookChange,
  WebhookEvent,
} from './webhook-shape.ts';

/** Who answers for where a facility's events go. */
export const webhookRoles: Role[] = ['facility scheduler', 'manager', 'support'];
const Query = ListQuery.extend({ facilityId: z.uuid().optional() }).strict();
const EventQuery = ListQuery.extend({ state: EventState.optional() }).strict();
const EventParams = IdParam.extend({ eventId: z.uuid() });

export function webhookRoutes(app: Api, deps: Deps): void {
  const tags = ['webhooks'];
  const mine = async (db: Tx, principal: Principal, id: string): Promise<Row> => {
    allow(principal, ...webhookRoles);
    return yours(principal, await db.webhook.findUnique({ where: { id } }));
  };
  const by = async (tx: Tx, principal: Principal, facilityId: string) => ({
    actor: await actorOf(tx, principal, facilityId),
    now: deps.now(),
  });

  const list = {
    tags,
    summary: 'List webhooks, without their secrets',
    querystring: Query,
    response: { 200: listOf(Webhook), ...problems(400, 401, 403) },
  };
  app.get('/webhooks', { schema: list }, async ({ query, principal }) => {
    allow(principal, ...webhookRoles);
    const { cursor, limit, ...filter } = query;
    const { where, orderBy } = keyset('createdAt', cursor, 'instant');
    const rows = await deps.reader.webhook.findMany({ where: { AND: [scopeOf(principal), filter, where] }, orderBy, take: limit + 1 });
    return pageOf(rows, limit, ({ createdAt, id }) => [createdAt.toISOString(), id], presentWebhook);
  });

  const one = { tags, summary: 'One webhook', params: IdParam, response: { 200: Webhook, ...problems(400, 401, 403, 404) } };
  app.get('/webhooks/:id', { schema: one }, async ({ params, principal }, reply) => {
    const row = await mine(deps.reader, principal, params.id);
    return reply.header('etag', etag(row.version)).send(presentWebhook(row));
  });

  const create = {
    tags,
    summary: 'Subscribe an address',
    body: NewWebhook,
    response: { 201: FreshWebhook, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/webhooks', { schema: create }, async (request, reply) => {
    const { principal, body } = request;
    allow(principal, ...webhookRoles);
    reach(principal, body.facilityId);
    return once(deps, principal, request, reply, async (tx) => {
      const { facilityId } = body;
      if (!(await tx.facility.findUnique({ where: { id: facilityId } }))) throw new DomainError('NOT_FOUND', { facilityId });
      const row = await addWebhook(tx, body, await by(tx, principal, facilityId));
      return { status: 201, body: presentWebhook(row), shownOnce: { secret: row.secret } };
    });
  });

  const change = {
    tags,
    summary: 'Change a webhook, or switch it off and on; events of the time in between are not kept',
    params: IdParam,
    body: WebhookChange,
    response: { 200: Webhook, ...problems(400, 401, 403, 404, 412, 428) },
  };
  app.patch('/webhooks/:id', { schema: change }, async (request, reply) => {
    const { principal, body, params } = request;
    const version = ifMatch(request.headers['if-match']);
    return edit(deps, request, reply, async (tx) => {
      const before = await mine(tx, principal, params.id);
      const row = await changeWebhook(tx, before.id, body, { version, ...(await by(tx, principal, before.facilityId)) });
      if (!row) throw new DomainError('VERSION_MISMATCH', { present: presentWebhook(await mine(tx, principal, params.id)) });
      return { status: 200, body: presentWebhook(row) };
    });
  });

  const rotate = {
    tags,
    summary: 'Give a webhook another secret; the one before signs too for 24 hours',
    params: IdParam,
    response: { 200: FreshWebhook, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/webhooks/:id/rotate-secret', { schema: rotate }, async (request, reply) => {
    const { principal, params } = request;
    await mine(deps.reader, principal, params.id);
    return once(deps, principal, request, reply, async (tx) => {
      const before = await mine(tx, principal, params.id);
      const row = await rotateSecret(tx, before, await by(tx, principal, before.facilityId));
      return { status: 200, body: presentWebhook(row), shownOnce: { secret: row.secret } };
    });
  });

  const events = {
    tags,
    summary: 'What was and will be posted, the latest first',
    params: IdParam,
    querystring: EventQuery,
    response: { 200: listOf(WebhookEvent), ...problems(400, 401, 403, 404) },
  };
  app.get('/webhooks/:id/events', { schema: events }, async ({ params, query, principal }) => {
    const { id: webhookId } = await mine(deps.reader, principal, params.id);
    const { cursor, limit, ...filter } = query;
    const { where, orderBy } = keyset('-createdAt', cursor, 'instant');
    const rows = await deps.reader.webhookEvent.findMany({ where: { AND: [{ webhookId }, filter, where] }, orderBy, take: limit + 1 });
    await recordLook(deps, principal, await patientsBehind(deps.reader, rows.slice(0, limit)), 'webhook events');
    return pageOf(rows, limit, ({ createdAt, id }) => [createdAt.toISOString(), id], presentEvent);
  });

  const again = {
    tags,
    summary: 'Post an event again, with the same webhook-id',
    params: EventParams,
    response: { 200: WebhookEvent, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post('/webhooks/:id/events/:eventId/redeliver', { schema: again }, async (request, reply) => {
    const { principal, params } = request;
    await mine(deps.reader, principal, params.id);
    return once(deps, principal, request, reply, async (tx) => {
      const { id: webhookId } = await mine(tx, principal, params.id);
      if (!(await redeliver(tx, webhookId, params.eventId, deps.now()))) throw new DomainError('NOT_FOUND', { eventId: params.eventId });
      return { status: 200, body: presentEvent(await tx.webhookEvent.findUniqueOrThrow({ where: { id: params.eventId } })) };
    });
  });
}
