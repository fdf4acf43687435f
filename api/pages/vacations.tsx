/** Vacations: enter the days a surgeon is away, after seeing which block time goes (C-17). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { atLocal, zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { mustLieAhead } from '../../domain/vacation.ts';
import { longDay, ranges } from '../../emails/wording.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { cancelVacation, civil, enterVacation, type VacationEffect, vacationEffect } from '../../ledger/vacation.ts';
import { actorOfVisitor, type Visitor, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { PageDate } from './dates.ts';
import { Options, Page, renderPage } from './page.tsx';
import { surgeonsOf } from './surgeons.ts';

const Days = z
  .object({ providerId: z.uuid(), from: PageDate, to: PageDate })
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'the last day must not be before the first' });

export function registerVacations(app: FastifyInstance, deps: Deps): void {
  app.get('/vacations', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const providers = await deps.reader.provider.findMany({ where: surgeonsOf(visitor), orderBy: { name: 'asc' } });
    const today = zoneDate(deps.now(), visitor.zone);
    const ids = providers.map(({ id }) => id);
    const ahead = await deps.reader.vacation.findMany({
      where: { providerId: { in: ids }, cancelledAt: null, to: { gte: new Date(today) } },
      orderBy: [{ from: 'asc' }, { id: 'asc' }],
      take: 100,
    });
    const nameOf = new Map(providers.map(({ id, name }) => [id, name]));
    const dayOf = (date: Date) => longDay(atLocal(civil(date), '12:00', visitor.zone), visitor.zone);
    return renderPage(
      reply,
      <Page title="Vacations" tab="Block Schedule">
        <p>
          Tell us when a surgeon is away: what is unbooked in blocks of that surgeon alone is released at once, cases stay, and alerts about
          open time on those days are not sent for them.
        </p>
        <h2>Ahead</h2>
        {ahead.length === 0 ? (
          <p>No vacation is entered.</p>
        ) : (
          <ul className="plain">
            {ahead.map(({ id, providerId, from, to }) => (
              <li key={id} className="card">
                <p>
                  {nameOf.get(providerId)}: {dayOf(from)} to {dayOf(to)}
                </p>
                <form method="post" action={`/vacations/${id}/cancel`}>
                  <button type="submit">Not away after all</button>
                </form>
              </li>
            ))}
          </ul>
        )}
        <h2>Enter days</h2>
        {providers.length === 0 ? (
          <p>No surgeon of yours is known here. Ask your facility scheduler to add one.</p>
        ) : (
          <form method="post" action="/vacations/preview">
            <label>
              Surgeon
              <select name="providerId" required>
                <Options of={providers} />
              </select>
            </label>
            <div className="row">
              <label>
                First day <input type="date" name="from" required min={today} />
              </label>
              <label>
                Last day <input type="date" name="to" required min={today} />
              </label>
            </div>
            <button type="submit">See what would be released</button>
          </form>
        )}
      </Page>,
    );
  });

  app.post('/vacations/preview', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const { providerId, ...away } = Days.parse(request.body);
    const provider = await surgeon(deps, visitor, providerId);
    mustLieAhead(away, deps.now(), visitor.zone);
    const effect = await vacationEffect(deps.reader, provider, away, deps.now());
    return renderPage(
      reply,
      <Page title={`${provider.name} away from ${away.from} to ${away.to}`} tab="Block Schedule">
        <Effect effect={effect} zone={visitor.zone} />
        <form method="post" action="/vacations">
          <input type="hidden" name="providerId" value={providerId} />
          <input type="hidden" name="from" value={away.from} />
          <input type="hidden" name="to" value={away.to} />
          <label>
            <input type="checkbox" name="yes" required /> Yes, {provider.name} is away
          </label>
          <button type="submit">Enter these days</button>
        </form>
        <p>
          <a href="/vacations">Back without a change</a>
        </p>
      </Page>,
    );
  });

  app.post('/vacations', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const { providerId, ...away } = Days.parse(request.body);
    if (!(request.body as { yes?: string }).yes) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
    const provider = await surgeon(deps, visitor, providerId);
    const { zone } = visitor;
    await inTransaction(deps.db, (tx) => enterVacation(tx, provider, { ...away, zone }, actorOfVisitor(visitor), deps.now()));
    return reply.redirect('/vacations', 303);
  });

  app.post<{ Params: { id: string } }>('/vacations/:id/cancel', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const id = z.uuid().safeParse(request.params.id).data;
    const found = id && (await deps.reader.vacation.findUnique({ where: { id } }));
    if (!found) throw new DomainError('NOT_FOUND', { vacation: request.params.id });
    await surgeon(deps, visitor, found.providerId);
    await inTransaction(deps.db, (tx) => cancelVacation(tx, found.id, actorOfVisitor(visitor), deps.now()));
    return reply.redirect('/vacations', 303);
  });
}

async function surgeon({ reader }: Deps, visitor: Visitor, id: string) {
  const found = await reader.provider.findFirst({ where: { id, ...surgeonsOf(visitor) } });
  if (!found) throw new DomainError('NOT_FOUND', { providerId: id });
  return found;
}

function Effect({ effect: { summary, released }, zone }: { effect: VacationEffect; zone: string }) {
  return (
    <>
      <p className="notice">{summary}</p>
      <ul>
        {released.map(({ id, room, unbooked, booked }) => (
          <li key={id}>
            {room}, {longDay(unbooked[0]!.startsAt, zone)}: {ranges(unbooked, zone)} go
            {booked.length > 0 && `, ${ranges(booked, zone)} stay`}
          </li>
        ))}
      </ul>
    </>
  );
}
