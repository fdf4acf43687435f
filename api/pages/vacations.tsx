/** Vacations: enter the days a surgeon is away, after seeing which block time goes (C-17). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { partsInDigest } from '../../domain/block-decision.ts';
import { zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { mustLieAhead } from '../../domain/vacation.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { cancelVacation, enterVacation, type VacationEffect, vacationEffect } from '../../ledger/vacation.ts';
import { hashOf } from '../auth/principal.ts';
import { actorOfVisitor, type Visitor, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { PageDate } from './dates.ts';
import { oncePosted } from './form-once.ts';
import { orAgain, orSeeAgain } from './or-again.tsx';
import { renderPage } from './page.tsx';
import { surgeonsOf } from './surgeons.ts';
import { VacationPreview, VacationsPage } from './vacation-views.tsx';

const Days = z
  .object({ providerId: z.uuid(), from: PageDate, to: PageDate })
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'The last day is before the first.' });
const Save = z.object({ seen: z.string().max(100), form: z.string().min(8).max(80), yes: z.string().optional() });
const Query = z.object({ done: z.enum(['entered', 'cancelled']).optional().catch(undefined) });

export function registerVacations(app: FastifyInstance, deps: Deps): void {
  app.get('/vacations', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    return renderPage(reply, await page(deps, visitor, Query.parse(request.query).done));
  });

  app.post('/vacations/preview', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    return orEnterAgain(deps, visitor, reply, async () => renderPage(reply, await preview(deps, visitor, request)));
  });

  app.post('/vacations', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const save = async () => {
      const days = Days.parse(request.body);
      const { yes, seen, form } = Save.parse(request.body);
      if (!yes) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
      const provider = await surgeon(deps, visitor, days.providerId);
      await oncePosted(deps, visitor, { ...days, form }, async (tx) => {
        const now = deps.now();
        const { vacation, effect } = await enterVacation(tx, provider, { ...days, zone: visitor.zone }, actorOfVisitor(visitor), now);
        if (digestOf(effect, now) !== seen) throw new DomainError('PREVIEW_STALE', { seen, now: digestOf(effect, now) });
        return vacation.id;
      });
      return reply.redirect('/vacations?done=entered', 303);
    };
    return orEnterAgain(deps, visitor, reply, () => orSeeAgain(reply, save, () => preview(deps, visitor, request)));
  });

  app.post<{ Params: { id: string } }>('/vacations/:id/cancel', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const id = z.uuid().safeParse(request.params.id).data;
    const found = id && (await deps.reader.vacation.findUnique({ where: { id } }));
    if (!found) throw new DomainError('NOT_FOUND', { vacation: request.params.id });
    await surgeon(deps, visitor, found.providerId);
    await inTransaction(deps.db, (tx) => cancelVacation(tx, found.id, actorOfVisitor(visitor), deps.now()));
    return reply.redirect('/vacations?done=cancelled', 303);
  });
}

async function surgeon({ reader }: Deps, visitor: Visitor, id: string) {
  const found = await reader.provider.findFirst({ where: { id, ...surgeonsOf(visitor) } });
  if (!found) throw new DomainError('NOT_FOUND', { providerId: id });
  return found;
}

const orEnterAgain = (deps: Deps, visitor: Visitor, reply: FastifyReply, act: () => Promise<unknown>) =>
  orAgain(reply, { codes: { VACATION_PAST: 'from' } }, act, () => page(deps, visitor));

/** The surgeons a visitor speaks for, and when they are away. */
async function page({ reader, now }: Deps, visitor: Visitor, done?: 'entered' | 'cancelled') {
  const providers = await reader.provider.findMany({ where: surgeonsOf(visitor), orderBy: { name: 'asc' } });
  const today = zoneDate(now(), visitor.zone);
  const ahead = await reader.vacation.findMany({
    where: { providerId: { in: providers.map(({ id }) => id) }, cancelledAt: null, to: { gte: new Date(today) } },
    orderBy: [{ from: 'asc' }, { id: 'asc' }],
    take: 100,
  });
  return <VacationsPage {...{ providers, ahead, today, done }} />;
}

/** What would go. Writes nothing. Throws VACATION_PAST. */
async function preview(deps: Deps, visitor: Visitor, { body }: FastifyRequest) {
  const { providerId, ...away } = Days.parse(body);
  const provider = await surgeon(deps, visitor, providerId);
  const now = deps.now();
  mustLieAhead(away, now, visitor.zone);
  const effect = await vacationEffect(deps.reader, provider, away, now);
  return <VacationPreview {...{ provider, away, effect }} zone={visitor.zone} seen={digestOf(effect, now)} />;
}

/** Equal digests, the same blocks and minutes. */
const digestOf = ({ released }: VacationEffect, at: string) =>
  hashOf(released.map(({ id, unbooked }) => [id, ...partsInDigest(unbooked, at)].join(' ')).join(' '));
