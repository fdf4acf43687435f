/**
 * Outgoing webhooks in the Standard Webhooks form (F-15): signed, each object's events in order, tried again on the
 * published schedule, listed, and delivered again on demand.
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { recordChange } from '../../ledger/facility.ts';
import { patientsBehind } from '../../ledger/patient-data.ts';
import { startWebhook, wakeWebhooks } from '../../ledger/webhook.ts';
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

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
const bothSignMs = 24 * 3_600_000;
const Query = ListQuery.extend({ facilityId: z.uuid().optional() }).strict();
const EventQuery = ListQuery.extend({ state: EventState.optional() }).strict();
const EventParams = IdParam.extend({ eventId: z.uuid() });

export function webhookRoutes(app: Api, deps: Deps): void {
  const tags = ['webhooks'];
  const mine = async (db: Tx, principal: Principal, id: string): Promise<Row> => {
    allow(principal, 'facility scheduler');
    return yours(principal, await db.webhook.findUnique({ where: { id } }));
  };
  /** On the facility's chain; secrets stay out of it. */
  const record = async (tx: Tx, principal: Principal, row: Row, action: string) => {
    const { id: webhookId, facilityId, url, types, active } = row;
    const actor = await actorOf(tx, principal, facilityId);
    const after = { webhookId, url, types, active };
    await recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, { action, actor, at: deps.now(), rule: 'F-15', after });
  };

  const list = {
    tags,
    summary: 'List webhooks, without their secrets',
    querystring: Query,
    response: { 200: listOf(Webhook), ...problems(400, 401, 403) },
  };
  app.get('/webhooks', { schema: list }, async ({ query, principal }) => {
    allow(principal, 'facility scheduler');
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
    allow(principal, 'facility scheduler');
    reach(principal, body.facilityId);
    return once(deps, principal, request, reply, async (tx) => {
      const { facilityId } = body;
      if (!(await tx.facility.findUnique({ where: { id: facilityId } }))) throw new DomainError('NOT_FOUND', { facilityId });
      const secret = newSecret();
      const row = await tx.webhook.create({ data: { ...body, secret } });
      await startWebhook(tx, row, deps.now());
      await record(tx, principal, row, 'add webhook');
      return { status: 201, body: presentWebhook(row), shownOnce: { secret } };
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
      const { id } = await mine(tx, principal, params.id);
      const data = { ...body, ...(body.active && { goneAt: null }), version: { increment: 1 } };
      const { count } = await tx.webhook.updateMany({ where: { id, version }, data });
      const row = await tx.webhook.findUniqueOrThrow({ where: { id } });
      if (count === 0) throw new DomainError('VERSION_MISMATCH', { present: presentWebhook(row) });
      await record(tx, principal, row, 'change webhook');
      await wakeWebhooks(tx, [id]);
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
      const { id, secret: previousSecret } = await mine(tx, principal, params.id);
      const secret = newSecret();
      const previousUntil = new Date(Date.parse(deps.now()) + bothSignMs);
      const data = { secret, previousSecret, previousUntil, version: { increment: 1 } };
      const row = await tx.webhook.update({ where: { id }, data });
      await record(tx, principal, row, 'rotate webhook secret');
      return { status: 200, body: presentWebhook(row), shownOnce: { secret } };
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
      const { count } = await tx.webhookEvent.updateMany({
        where: { id: params.eventId, webhookId },
        data: { state: 'waiting', attempts: 0, nextAt: deps.now() },
      });
      if (count === 0) throw new DomainError('NOT_FOUND', { eventId: params.eventId });
      await wakeWebhooks(tx, [webhookId]);
      return { status: 200, body: presentEvent(await tx.webhookEvent.findUniqueOrThrow({ where: { id: params.eventId } })) };
    });
  });
}
