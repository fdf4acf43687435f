/** F-14: the secret address of a person's calendar, made and revoked for them. It is shown once. */
import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import type { Tx } from '../../prisma/client.ts';
import { closeFeed, openFeed } from '../auth/feeds.ts';
import { actorOf, allow, type Principal } from '../auth/principal.ts';
import { addressOf } from '../calendar.ts';
import type { Deps } from '../deps.ts';
import { edit, once } from '../idempotency.ts';
import { problems } from '../problems.ts';
import { type Api, IdParam, Instant, yours } from './plugin.ts';

const Feed = z
  .object({
    id: z.uuid(),
    personId: z.uuid(),
    createdAt: Instant,
    url: z.url().optional().describe('Shown once: a repeat of the request does not carry it.'),
  })
  .meta({ id: 'CalendarFeed' });

const Ended = z.object({ personId: z.uuid(), revoked: z.boolean().describe('False: there was no address.') });

export function calendarFeedRoutes(app: Api, deps: Deps): void {
  const tags = ['people'];
  const url = '/people/:id/calendar-feeds';

  const create = {
    tags,
    summary: 'Make the secret address of a person’s calendar (F-14); the one before stops working',
    params: IdParam,
    response: { 201: Feed, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.post(url, { schema: create }, async (request, reply) => {
    const { principal, params } = request;
    allow(principal, 'facility scheduler', 'support');
    return once(deps, principal, request, reply, async (tx) => {
      const { person, actor } = await personOf(tx, principal, params.id);
      const at = deps.now();
      const { id, token } = await openFeed(tx, person, actor, at);
      return { status: 201, body: { id, personId: person.id, createdAt: at }, shownOnce: { url: addressOf(deps.config, token) } };
    });
  });

  const end = {
    tags,
    summary: 'Revoke the address of a person’s calendar: it stops working at once',
    params: IdParam,
    response: { 200: Ended, ...problems(400, 401, 403, 404, 409, 422) },
  };
  app.delete(url, { schema: end }, async (request, reply) => {
    const { principal, params } = request;
    allow(principal, 'facility scheduler', 'support');
    return edit(deps, request, reply, async (tx) => {
      const { person, actor } = await personOf(tx, principal, params.id);
      return { status: 200, body: { personId: person.id, revoked: await closeFeed(tx, person, actor, deps.now()) } };
    });
  });
}

async function personOf(tx: Tx, principal: Principal, id: string) {
  const person = yours(principal, await tx.person.findUnique({ where: { id } }));
  if (!person.active) throw new DomainError('NOT_FOUND');
  return { person, actor: await actorOf(tx, principal, person.facilityId) };
}
