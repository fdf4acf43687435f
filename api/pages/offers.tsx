/** Free time that is offered to those who wait, or could be (F-01): start, see who was asked, stop. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { type Interval, overlaps } from '../../domain/interval.ts';
import { ladderModes } from '../../domain/offer-ladder.ts';
import { needRight } from '../../domain/right.ts';
import { decideLadderDirectly } from '../../ledger/offer-decision.ts';
import { type LoadedLadder, loadLadders } from '../../ledger/offer-ladder.ts';
import { offerByHand } from '../../ledger/offered-time.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { recordAccess } from '../access-log.ts';
import { actorOfVisitor, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { PageInterval } from './dates.ts';
import { OfferForm } from './offer-form.tsx';
import { Page, renderPage } from './page.tsx';
import { speechFor, useSpeech, useWhen } from './reader.ts';

const most = 30;

const Start = z.intersection(PageInterval, z.object({ practitionerId: z.uuid(), mode: z.enum(ladderModes) }));
const Stop = z.object({ ladderId: z.uuid() });

export function registerOffers(app: FastifyInstance, deps: Deps): void {
  app.get('/offers', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await deskOf(deps, request);
    const { facilityId, zone } = visitor;
    const ahead = { facilityId, startsAt: { gt: new Date(deps.now()) } };
    const [rows, freed] = await Promise.all([
      deps.reader.offerLadder.findMany({ where: ahead, orderBy: { startsAt: 'asc' }, take: most, select: { id: true } }),
      deps.reader.freeInterval.findMany({ where: ahead, orderBy: { startsAt: 'asc' }, take: most, include: { practitioner: true } }),
    ]);
    const ids = rows.map(({ id }) => id);
    const ladders = await loadLadders(deps.reader, ids, 'none', deps.now(), 0);
    const patientIds = ladders.flatMap(({ facts }) => facts.offers.map(({ patientId }) => patientId));
    await recordAccess(deps, { facilityId, by: actorOfVisitor(visitor), what: 'offers', at: deps.now() }, patientIds);
    const patients = await deps.reader.patient.findMany({ where: { id: { in: patientIds } } });
    const names = new Map(patients.map(({ id, givenName, familyName }) => [id, `${givenName} ${familyName}`]));
    const running = ladders.filter(({ facts }) => facts.state === 'offering').map(({ facts }) => facts);
    const open = await stillFree(deps, freed, running);
    const { words, longDay, range } = speechFor(request);
    return renderPage(
      reply,
      <Page title={words('offer.title')} tab="Desk">
        <p>{words('offer.text')}</p>
        <h2>{words('offer.offered')}</h2>
        {ladders.length === 0 && <p>{words('offer.noneOffered')}</p>}
        {ladders
          .sort((a, b) => (a.facts.startsAt < b.facts.startsAt ? -1 : 1))
          .map((ladder) => (
            <Ladder key={ladder.facts.id} ladder={ladder} zone={zone} names={names} />
          ))}
        <h2>{words('offer.free')}</h2>
        {open.length === 0 && <p>{words('offer.noneFree')}</p>}
        <ul className="plain">
          {open.map(({ id, practitionerId, practitioner, startsAt, endsAt }) => (
            <li key={id} className="card">
              <strong>
                {practitioner.name}, {longDay(startsAt, zone)}, {range({ startsAt, endsAt }, zone)}
              </strong>
              <OfferForm {...{ practitionerId, startsAt, endsAt }} />
            </li>
          ))}
        </ul>
      </Page>,
    );
  });

  app.post('/offers', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await deskOf(deps, request);
    const wish = { ...Start.parse(request.body ?? {}), facilityId: visitor.facilityId };
    await inTransaction(deps.db, (tx) => offerByHand(tx, wish, actorOfVisitor(visitor), deps.now()));
    return reply.redirect('/offers', 303);
  });

  app.post('/offers/stop', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await deskOf(deps, request);
    const { ladderId } = Stop.parse(request.body ?? {});
    const answer = await inTransaction(deps.db, async (tx) => {
      const ladder = await tx.offerLadder.findFirst({ where: { id: ladderId, facilityId: visitor.facilityId }, select: { id: true } });
      if (!ladder) throw new DomainError('NOT_FOUND', { ladderId });
      const decision = { id: crypto.randomUUID(), action: 'stop' as const, actor: actorOfVisitor(visitor), decidedAt: deps.now() };
      return decideLadderDirectly(tx, ladderId, decision);
    });
    if ('refused' in answer) throw answer.refused;
    return reply.redirect('/offers', 303);
  });
}

type Freed = Interval & { id: string; practitionerId: string; practitioner: { name: string } };

/** F-01: freed time that is free yet and not being offered now, each once; what was stopped, or nobody took, can be offered again. */
async function stillFree(
  { reader }: Deps,
  rows: (Omit<Freed, 'startsAt' | 'endsAt'> & { startsAt: Date; endsAt: Date })[],
  running: (Interval & { practitionerId: string })[],
): Promise<Freed[]> {
  const freed = rows.map((row) => ({ ...row, startsAt: row.startsAt.toISOString(), endsAt: row.endsAt.toISOString() }));
  const [first, last] = [
    freed.map(({ startsAt }) => startsAt).sort()[0],
    freed
      .map(({ endsAt }) => endsAt)
      .sort()
      .at(-1),
  ];
  if (!first || !last) return [];
  const practitionerId = { in: freed.map((one) => one.practitionerId) };
  const visits = await reader.appointment.findMany({
    where: { practitionerId, status: { in: ['booked', 'arrived'] }, startsAt: { lt: new Date(last) }, endsAt: { gt: new Date(first) } },
    select: { practitionerId: true, startsAt: true, endsAt: true },
  });
  const taken = visits.map((visit) => ({ ...visit, startsAt: visit.startsAt.toISOString(), endsAt: visit.endsAt.toISOString() }));
  const busy = (one: Freed) => [...taken, ...running].some((other) => other.practitionerId === one.practitionerId && overlaps(one, other));
  const same = (one: Freed) => (other: Freed) =>
    other.practitionerId === one.practitionerId && other.startsAt === one.startsAt && other.endsAt === one.endsAt;
  return freed.filter((one, at) => !busy(one) && freed.findIndex(same(one)) === at);
}

async function deskOf(deps: Deps, request: FastifyRequest): Promise<Visitor> {
  const visitor = await staffOf(deps, request);
  needRight(visitor, 'manage appointments');
  return visitor;
}

function Ladder({
  ladder: { facts, next, names },
  zone,
  names: patients,
}: {
  ladder: LoadedLadder;
  zone: string;
  names: Map<string, string>;
}) {
  const { words, phrase, longDay, dateTime, range } = useSpeech();
  const when = useWhen();
  return (
    <section className="card">
      <h3>
        {names.practitioner}, {longDay(facts.startsAt, zone)}, {range(facts, zone)}
      </h3>
      <p>
        {words(`offer.mode.${facts.mode}`)}: <strong>{words(`offer.state.${facts.state}`)}</strong>.{' '}
        {facts.state === 'offering' && `${words('offer.next', { step: phrase(next.kind), at: when(next.at, zone) })} `}
        {phrase(next.because)} <span className="muted">({next.rule})</span>
      </p>
      {facts.offers.length > 0 && (
        <ol>
          {facts.offers.map(({ patientId, state, offeredAt, expiresAt }) => (
            <li key={patientId}>
              {patients.get(patientId)}: <strong>{words(`offer.answer.${state}`)}</strong>,{' '}
              {words('offer.asked', { at: dateTime(offeredAt, zone) })}
              {state === 'open' && `, ${words('offer.until', { at: dateTime(expiresAt, zone) })}`}
            </li>
          ))}
        </ol>
      )}
      {facts.state === 'offering' && (
        <form method="post" action="/offers/stop">
          <input type="hidden" name="ladderId" value={facts.id} />
          <button type="submit" className="quiet">
            {words('offer.stop')}
          </button>
        </form>
      )}
    </section>
  );
}
