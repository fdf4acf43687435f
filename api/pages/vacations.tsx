/** Vacations: enter the days a surgeon is away, after seeing which block time goes (C-17). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { partsInDigest } from '../../domain/block-decision.ts';
import { atLocal, zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { mustLieAhead } from '../../domain/vacation.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { cancelVacation, civil, enterVacation, type VacationEffect, vacationEffect } from '../../ledger/vacation.ts';
import type { Speech } from '../../words/speech.ts';
import { hashOf } from '../auth/principal.ts';
import { actorOfVisitor, type Visitor, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { PageDate } from './dates.ts';
import { oncePosted } from './form-once.ts';
import { Options, Page, renderPage } from './page.tsx';
import { speechFor, useSpeech } from './reader.ts';
import { orShownAnew, StaleNotice } from './seen.tsx';
import { surgeonsOf } from './surgeons.ts';

const Days = z
  .object({ providerId: z.uuid(), from: PageDate, to: PageDate })
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'the last day must not be before the first' });

const Save = z.object({ seen: z.string().max(100), form: z.string().min(8).max(80), yes: z.string().optional() });

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
    const { words, longDay } = speechFor(request);
    const dayOf = (date: Date) => longDay(atLocal(civil(date), '12:00', visitor.zone), visitor.zone);
    return renderPage(
      reply,
      <Page title={words('vacation.title')} tab="Block Schedule">
        <p>{words('vacation.text')}</p>
        <h2>{words('vacation.ahead')}</h2>
        {ahead.length === 0 ? (
          <p>{words('vacation.none')}</p>
        ) : (
          <ul className="plain">
            {ahead.map(({ id, providerId, from, to }) => (
              <li key={id} className="card">
                <p>{words('vacation.span', { name: nameOf.get(providerId)!, from: dayOf(from), to: dayOf(to) })}</p>
                <form method="post" action={`/vacations/${id}/cancel`}>
                  <button type="submit">{words('vacation.notAway')}</button>
                </form>
              </li>
            ))}
          </ul>
        )}
        <h2>{words('vacation.enter')}</h2>
        {providers.length === 0 ? (
          <p>{words('vacation.noSurgeon')}</p>
        ) : (
          <form method="post" action="/vacations/preview">
            <label>
              {words('vacation.surgeon')}
              <select name="providerId" required>
                <Options of={providers} />
              </select>
            </label>
            <div className="row">
              <label>
                {words('vacation.first')} <input type="date" name="from" required min={today} />
              </label>
              <label>
                {words('vacation.last')} <input type="date" name="to" required min={today} />
              </label>
            </div>
            <button type="submit">{words('vacation.see')}</button>
          </form>
        )}
      </Page>,
    );
  });

  app.post('/vacations/preview', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    return renderPage(reply, await preview(deps, visitor, Days.parse(request.body), speechFor(request)));
  });

  app.post('/vacations', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const days = Days.parse(request.body);
    const { yes, seen, form } = Save.parse(request.body);
    if (!yes) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
    const provider = await surgeon(deps, visitor, days.providerId);
    const save = async () => {
      const entered = { ...days, form };
      await oncePosted(deps, visitor, entered, async (tx) => {
        const now = deps.now();
        const { vacation, effect } = await enterVacation(tx, provider, { ...days, zone: visitor.zone }, actorOfVisitor(visitor), now);
        if (digestOf(effect, now) !== seen) throw new DomainError('PREVIEW_STALE', { seen, now: digestOf(effect, now) });
        return vacation.id;
      });
      return reply.redirect('/vacations', 303);
    };
    return orShownAnew(save, async (status) => renderPage(reply, await preview(deps, visitor, days, speechFor(request), true), status));
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

/** What would go, and the tick that agrees to it (U-02). */
async function preview(deps: Deps, visitor: Visitor, { providerId, ...away }: z.infer<typeof Days>, speech: Speech, stale = false) {
  const { words, civilDay } = speech;
  const provider = await surgeon(deps, visitor, providerId);
  const now = deps.now();
  mustLieAhead(away, now, visitor.zone);
  const effect = await vacationEffect(deps.reader, provider, away, now);
  const carried = { providerId, ...away, seen: digestOf(effect, now), form: crypto.randomUUID() };
  return (
    <Page
      title={words('vacation.awayTitle', { name: provider.name, from: civilDay(away.from), to: civilDay(away.to) })}
      tab="Block Schedule"
    >
      <StaleNotice stale={stale} />
      <Effect effect={effect} zone={visitor.zone} />
      <form method="post" action="/vacations">
        {Object.entries(carried).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <label>
          <input type="checkbox" name="yes" required /> {words('vacation.yes', { name: provider.name })}
        </label>
        <button type="submit">{words('vacation.save')}</button>
      </form>
      <p>
        <a href="/vacations">{words('vacation.back')}</a>
      </p>
    </Page>
  );
}

/** Equal digests, the same blocks and minutes. */
const digestOf = ({ released }: VacationEffect, at: string) =>
  hashOf(released.map(({ id, unbooked }) => [id, ...partsInDigest(unbooked, at)].join(' ')).join(' '));

function Effect({ effect: { summary, released }, zone }: { effect: VacationEffect; zone: string }) {
  const { words, phrase, longDay, ranges } = useSpeech();
  return (
    <>
      <p className="notice">{phrase(summary)}</p>
      <ul>
        {released.map(({ id, room, unbooked, booked }) => (
          <li key={id}>
            {words(booked.length > 0 ? 'vacation.stays' : 'vacation.goes', {
              block: `${room}, ${longDay(unbooked[0]!.startsAt, zone)}`,
              released: ranges(unbooked, zone),
              booked: ranges(booked, zone),
            })}
          </li>
        ))}
      </ul>
    </>
  );
}
