/** The coverage calendar: who is away, who looks after whose line, and which hours are bare; days away are entered after a rehearsal (U-15). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { coverageOfLines } from '../../domain/absence.ts';
import { addDays, startOfDay, zoneDate } from '../../domain/civil.ts';
import { uncoveredMinutes } from '../../domain/coverage.ts';
import { DomainError } from '../../domain/errors.ts';
import { dateTime } from '../../emails/wording.ts';
import { enterAbsence, type LoadedAbsence, loadAbsences } from '../../ledger/absence.ts';
import { type Landing, rehearseAbsence } from '../../ledger/absence-rehearsal.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Tx } from '../../prisma/client.ts';
import { actorOfVisitor, type Visitor, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { rehearse } from '../rehearsal.ts';
import { timeOf } from '../routes/absences.ts';
import { CivilDate } from '../routes/plugin.ts';
import { LineDays } from './coverage-days.tsx';
import { Options, Page, renderPage } from './page.tsx';

const empty = (text: unknown) => (text === '' ? undefined : text);
const Entered = z
  .object({
    personId: z.uuid(),
    from: CivilDate,
    to: z.preprocess(empty, CivilDate.optional()),
    fromTime: z.preprocess(empty, z.string().optional()),
    toTime: z.preprocess(empty, z.string().optional()),
    yes: z.string().optional(),
  })
  .transform(({ to, ...rest }) => ({ ...rest, to: to ?? rest.from }));

const shownDays = 28;
const bosses = ['manager', 'team lead', 'support'];

export function registerCoverage(app: FastifyInstance, deps: Deps): void {
  app.get<{ Querystring: { from?: string } }>('/coverage', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await teamOf(deps, request);
    const { facilityId, zone } = visitor;
    const from = CivilDate.catch(zoneDate(deps.now(), zone)).parse(request.query.from);
    const until = addDays(from, shownDays);
    const rows = await deps.reader.absence.findMany({
      where: { facilityId, state: { not: 'cancelled' }, endsAt: { gt: startOfDay(from, zone) }, startsAt: { lt: startOfDay(until, zone) } },
      orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
      select: { id: true, startsAt: true },
    });
    const absences = (
      await loadAbsences(
        deps.reader,
        rows.map(({ id }) => id),
      )
    ).sort((a, b) => (a.facts.startsAt < b.facts.startsAt ? -1 : 1));
    const people = await peopleOf(deps, visitor);
    return renderPage(
      reply,
      <Page title="Coverage" tab="Desk">
        <p>
          <a href={`/coverage?from=${addDays(from, -shownDays)}`}>Earlier</a> · {from} – {addDays(until, -1)} ·{' '}
          <a href={`/coverage?from=${until}`}>Later</a>
        </p>
        {absences.length === 0 && <p>Nobody is away in these four weeks. Enter days away below: you see first what would land where.</p>}
        {absences.length > 0 && <h2>Who is away</h2>}
        {absences.map((absence) => (
          <AbsenceCard key={absence.facts.id} absence={absence} />
        ))}
        <h2>Enter days away</h2>
        <form method="post" action="/coverage">
          <label>
            Who is away
            <select name="personId" defaultValue={visitor.personId}>
              <Options of={people} />
            </select>
          </label>
          <div className="grid">
            <label>
              First day away
              <input type="date" name="from" required />
            </label>
            <label>
              Last day away
              <input type="date" name="to" />
            </label>
          </div>
          <div className="grid">
            <label>
              From that hour on (left empty: all day)
              <input type="time" name="fromTime" />
            </label>
            <label>
              Until that hour (left empty: all day)
              <input type="time" name="toTime" />
            </label>
          </div>
          <button type="submit">See what would land where</button>
        </form>
      </Page>,
    );
  });

  app.post('/coverage', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await teamOf(deps, request);
    const said = Entered.parse(request.body ?? {});
    if (said.personId !== visitor.personId && !bosses.includes(visitor.role))
      throw new DomainError('NOT_YOUR_ABSENCE', { personId: said.personId });
    const now = deps.now();
    const enter = async (tx: Tx) => {
      const who = await tx.person.findFirst({
        where: { id: said.personId, facilityId: visitor.facilityId },
        include: { coordinator: true },
      });
      if (!who) throw new DomainError('NOT_FOUND', { personId: said.personId });
      return enterAbsence(tx, { personId: who.id, ...timeOf(said, who.coordinator?.zone ?? visitor.zone) }, actorOfVisitor(visitor), now);
    };
    if (said.yes !== undefined) {
      const { facts } = await inTransaction(deps.db, enter);
      return reply.redirect(`/coverage?from=${zoneDate(facts.startsAt, visitor.zone)}`, 303);
    }
    const { absence, rehearsal } = await rehearse(deps.db, async (tx) => {
      const absence = await enter(tx);
      return { absence, rehearsal: await rehearseAbsence(tx, absence, now) };
    });
    const { facts } = absence;
    return renderPage(
      reply,
      <Page title={`${facts.name} would be away`} tab="Desk">
        <p>
          {dateTime(facts.startsAt, facts.week.zone)} – {dateTime(facts.endsAt, facts.week.zone)} ({facts.week.zone}). Nothing is saved yet.
        </p>
        <LineDays lines={coverageOfLines(facts)} zone={visitor.zone} />
        <Landings landings={rehearsal.landings} zone={visitor.zone} />
        <form method="post" action="/coverage">
          {(['personId', 'from', 'to', 'fromTime', 'toTime'] as const).map((name) => (
            <input key={name} type="hidden" name={name} value={said[name] ?? ''} />
          ))}
          <label>
            <input type="checkbox" name="yes" required /> Yes, {facts.name} is away then
          </label>
          <button type="submit">Save</button> <a href="/coverage">Back, without saving</a>
        </form>
      </Page>,
    );
  });
}

/** Patient data is not on this page: a scheduling session is enough. */
async function teamOf(deps: Deps, request: FastifyRequest): Promise<Visitor> {
  const visitor = await visitorOf(deps, request);
  const allowed = ['care coordinator', 'practitioner', 'care team agent', ...bosses];
  if (!allowed.includes(visitor.role)) throw new DomainError('NOT_ALLOWED', { role: visitor.role, needs: allowed });
  return visitor;
}

async function peopleOf(deps: Deps, { facilityId, personId, role }: Visitor) {
  const where = bosses.includes(role) ? { facilityId, active: true } : { id: personId };
  return deps.reader.person.findMany({ where, select: { id: true, name: true }, orderBy: { name: 'asc' }, take: 500 });
}

function AbsenceCard({ absence: { facts } }: { absence: LoadedAbsence }) {
  const lines = coverageOfLines(facts);
  const bare = lines.reduce((sum, { days }) => sum + uncoveredMinutes(days), 0);
  return (
    <details className="card" open={bare > 0}>
      <summary>
        <strong>{facts.name}</strong>: {dateTime(facts.startsAt, facts.zone)} – {dateTime(facts.endsAt, facts.zone)}, {facts.state}
        {bare > 0 && <strong> · {Math.round(bare / 6) / 10} hours nobody looks after</strong>}
      </summary>
      {lines.length === 0 ? <p>No provider’s line depends on them.</p> : <LineDays lines={lines} zone={facts.zone} />}
    </details>
  );
}

function Landings({ landings, zone }: { landings: Landing[]; zone: string }) {
  if (landings.length === 0) return <p>No alert, request or task would come to them in this time.</p>;
  return (
    <table>
      <caption>What would have come to them</caption>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">What</th>
          <th scope="col">Goes to</th>
        </tr>
      </thead>
      <tbody>
        {landings.map(({ id, at, what, goesTo }) => (
          <tr key={`${id} ${at}`}>
            <td>{dateTime(at, zone)}</td>
            <td>{what}</td>
            <td>{goesTo.join(', ') || 'waits for them'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
