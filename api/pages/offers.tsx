/** Free time that is offered to those who wait, or could be (F-01): start, see who was asked, stop. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { formatRange } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { ladderModes } from '../../domain/offer-ladder.ts';
import { needRight } from '../../domain/right.ts';
import { dateTime, longDay } from '../../emails/wording.ts';
import { decideLadderDirectly } from '../../ledger/offer-decision.ts';
import { type LoadedLadder, loadLadders, startLadder } from '../../ledger/offer-ladder.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { recordAccess } from '../access-log.ts';
import { actorOfVisitor, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Page, renderPage } from './page.tsx';

const modeNames = { sequential: 'one by one', waves: 'in waves', all: 'all at once' };
const most = 30;

const Start = z.object({ freeIntervalId: z.uuid(), mode: z.enum(ladderModes) });
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
    const offered = (one: (typeof freed)[number]) =>
      ladders.some(({ facts }) => facts.practitionerId === one.practitionerId && facts.startsAt === one.startsAt.toISOString());
    const open = freed.filter((one) => !offered(one));
    return renderPage(
      reply,
      <Page title="Offers" tab="Desk">
        <p>Time that became free, and who was asked about it. The first who accepts has it; the visit is booked at once.</p>
        <h2>Offered</h2>
        {ladders.length === 0 && <p>Nothing ahead is or was offered. Start below, or let the policy offer freed time by itself.</p>}
        {ladders
          .sort((a, b) => (a.facts.startsAt < b.facts.startsAt ? -1 : 1))
          .map((ladder) => (
            <Ladder key={ladder.facts.id} ladder={ladder} zone={zone} names={names} />
          ))}
        <h2>Free and not offered</h2>
        {open.length === 0 && <p>No time became free that is not offered already. It appears here when a visit is cancelled or moved.</p>}
        <ul className="plain">
          {open.map(({ id, practitioner, startsAt, endsAt }) => (
            <li key={id} className="card">
              <strong>
                {practitioner.name}, {longDay(startsAt.toISOString(), zone)},{' '}
                {formatRange({ startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() }, zone)}
              </strong>
              <form method="post" action="/offers" className="row">
                <input type="hidden" name="freeIntervalId" value={id} />
                <label>
                  How
                  <select name="mode" required>
                    {ladderModes.map((mode) => (
                      <option key={mode} value={mode}>
                        {modeNames[mode]}
                      </option>
                    ))}
                  </select>
                </label>
                <button type="submit">Offer it</button>
              </form>
            </li>
          ))}
        </ul>
      </Page>,
    );
  });

  app.post('/offers', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await deskOf(deps, request);
    const { freeIntervalId, mode } = Start.parse(request.body ?? {});
    await inTransaction(deps.db, async (tx) => {
      const free = await tx.freeInterval.findFirst({ where: { id: freeIntervalId, facilityId: visitor.facilityId } });
      if (!free) throw new DomainError('NOT_FOUND', { freeIntervalId });
      const { facilityId, practitionerId, startsAt, endsAt } = free;
      const wish = { facilityId, practitionerId, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString(), mode };
      await startLadder(tx, wish, actorOfVisitor(visitor), deps.now());
    });
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
  return (
    <section className="card">
      <h3>
        {names.practitioner}, {longDay(facts.startsAt, zone)}, {formatRange(facts, zone)}
      </h3>
      <p>
        {modeNames[facts.mode]}: <strong>{facts.state}</strong>.{' '}
        {facts.state === 'offering' ? `Next: ${next.kind} at ${dateTime(next.at, zone)}. ` : ''}
        {next.because} <span className="muted">({next.rule})</span>
      </p>
      {facts.offers.length > 0 && (
        <ol>
          {facts.offers.map(({ patientId, state, offeredAt, expiresAt }) => (
            <li key={patientId}>
              {patients.get(patientId)}: <strong>{state}</strong>, asked {dateTime(offeredAt, zone)}
              {state === 'open' && `, can answer until ${dateTime(expiresAt, zone)}`}
            </li>
          ))}
        </ol>
      )}
      {facts.state === 'offering' && (
        <form method="post" action="/offers/stop">
          <input type="hidden" name="ladderId" value={facts.id} />
          <button type="submit" className="secondary">
            Ask nobody else
          </button>
        </form>
      )}
    </section>
  );
}
