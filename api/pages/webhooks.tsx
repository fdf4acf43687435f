/** Webhooks (F-15): where a facility's events are posted, what became of each, and how one is posted again. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { addWebhook, changeWebhook, redeliver, rotateSecret } from '../../ledger/webhook-address.ts';
import { actorOfVisitor, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { keyset, pageOf } from '../listing.ts';
import { Prose } from '../routes/plugin.ts';
import { EventState, Types, Url } from '../routes/webhook-shape.ts';
import { webhookRoles } from '../routes/webhooks.ts';
import { oncePosted } from './form-once.ts';
import { orAgain } from './or-again.tsx';
import { renderPage } from './page.tsx';
import { WebhookPage, WebhooksPage } from './webhooks-views.tsx';

const Params = z.object({ id: z.uuid() });
const EventParams = Params.extend({ eventId: z.uuid() });
const Query = z.object({ state: EventState.optional().catch(undefined), cursor: z.string().max(500).optional() });
const Added = z.object({
  form: z.uuid(),
  url: z.string().trim().pipe(Url),
  description: Prose.default(''),
  types: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .pipe(Types),
});
const Switched = z.object({ version: z.coerce.number().int(), active: z.enum(['on', 'off']) });
const [most, perPage] = [200, 50];

export function registerWebhooks(app: FastifyInstance, deps: Deps): void {
  app.get('/webhooks', { schema: { hide: true } }, async (request, reply) => renderPage(reply, await all(await reach(request))));

  app.post('/webhooks', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await reach(request);
    const add = async () => {
      const { form, ...terms } = Added.parse(request.body);
      let secret: string | undefined; // of one sent twice nobody sees it twice
      const id = await oncePosted(deps, visitor, { form, ...terms }, async (tx) => {
        const row = await addWebhook(tx, { ...terms, facilityId: visitor.facilityId }, by(visitor));
        secret = row.secret;
        return row.id;
      });
      return renderPage(reply, await one(visitor, id, {}, secret));
    };
    return orAgain(reply, { nameOf: ([name]) => String(name) }, add, () => all(visitor));
  });

  app.get('/webhooks/:id', { schema: { hide: true } }, async (request, reply) =>
    renderPage(reply, await one(await reach(request), Params.parse(request.params).id, Query.parse(request.query))),
  );

  app.post('/webhooks/:id/switch', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await reach(request);
    const { id } = Params.parse(request.params);
    const { version, active } = Switched.parse(request.body);
    await inTransaction(deps.db, async (tx) => {
      await mine(tx, visitor, id);
      const row = await changeWebhook(tx, id, { active: active === 'on' }, { version, ...by(visitor) });
      if (!row) throw new DomainError('VERSION_MISMATCH', { seen: version });
    });
    return reply.redirect(`/webhooks/${id}`, 303);
  });

  app.post('/webhooks/:id/rotate-secret', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await reach(request);
    const { id } = Params.parse(request.params);
    const { secret } = await inTransaction(deps.db, async (tx) => rotateSecret(tx, await mine(tx, visitor, id), by(visitor)));
    return renderPage(reply, await one(visitor, id, {}, secret));
  });

  app.post('/webhooks/:id/events/:eventId/redeliver', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await reach(request);
    const { id, eventId } = EventParams.parse(request.params);
    await inTransaction(deps.db, async (tx) => {
      await mine(tx, visitor, id);
      if (!(await redeliver(tx, id, eventId, deps.now()))) throw new DomainError('NOT_FOUND', { eventId });
    });
    return reply.redirect(`/webhooks/${id}`, 303);
  });

  const by = (visitor: Visitor) => ({ actor: actorOfVisitor(visitor), now: deps.now() });

  /** Throws STEP_UP_REQUIRED, NOT_ALLOWED. */
  async function reach(request: FastifyRequest): Promise<Visitor> {
    const visitor = await staffOf(deps, request);
    if (!webhookRoles.includes(visitor.role)) throw new DomainError('NOT_ALLOWED', { role: visitor.role, needs: webhookRoles });
    return visitor;
  }

  async function all({ facilityId }: Visitor) {
    const webhooks = await deps.reader.webhook.findMany({
      where: { facilityId },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      take: most,
    });
    const counted = await deps.reader.webhookEvent.groupBy({
      by: ['webhookId', 'state'],
      where: { webhookId: { in: webhooks.map(({ id }) => id) }, state: { not: 'delivered' } },
      _count: true,
    });
    const count = (id: string, state: string) => counted.find((one) => one.webhookId === id && one.state === state)?._count ?? 0;
    const shown = webhooks.map((row) => ({ ...row, waiting: count(row.id, 'waiting'), failed: count(row.id, 'failed') }));
    return <WebhooksPage webhooks={shown} />;
  }

  async function one(visitor: Visitor, id: string, { state, cursor }: z.infer<typeof Query>, secret?: string) {
    const webhook = await mine(deps.reader, visitor, id);
    const { where, orderBy } = keyset('-createdAt', cursor, 'instant');
    const which = { webhookId: id, ...(state && { state }) };
    const rows = await deps.reader.webhookEvent.findMany({ where: { AND: [which, where] }, orderBy, take: perPage + 1 });
    const events = pageOf(
      rows,
      perPage,
      (row) => [row.createdAt.toISOString(), row.id],
      (row) => row,
    );
    return <WebhookPage {...{ webhook, events, state, secret, zone: visitor.zone }} />;
  }
}

/** Throws NOT_FOUND: unknown and not theirs give the same answer. */
async function mine(tx: Pick<Deps['reader'], 'webhook'>, { facilityId }: Visitor, id: string) {
  const row = await tx.webhook.findFirst({ where: { id, facilityId } });
  if (!row) throw new DomainError('NOT_FOUND', { webhook: id });
  return row;
}
