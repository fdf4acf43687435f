/** The waitlist: who fits a free time of a practitioner, the best first, and why the others do not (I-02, I-43). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { atLocal, formatDuration, formatInstant, formatRange, zoneDate } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Misfit } from '../../domain/matching.ts';
import { longDay } from '../../emails/wording.ts';
import { lookAt, openingOf } from '../../ledger/free-interval.ts';
import type { LoadedEntry } from '../../ledger/waitlist-entry.ts';
import { loadEntries } from '../../ledger/waitlist-entry.ts';
import type { Deps } from '../deps.ts';
import { showPatients } from './front-desk.ts';
import { ItemSymbol } from './item-symbol.tsx';
import { Page, renderPage } from './page.tsx';
import { type DeskVisitor, optional, workerOf } from './visit-wish-fields.tsx';

const LocalTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const Query = z.object({
  practitionerId: optional(z.uuid()),
  date: optional(z.iso.date()),
  from: optional(LocalTime),
  to: optional(LocalTime),
});
const mostFreed = 30;
const mostCandidates = 50;

type Named = { id: string; name: string };

export function registerWaitlist(app: FastifyInstance, deps: Deps): void {
  app.get('/waitlist', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await workerOf(deps, request);
    const query = Query.parse(request.query);
    const practitioners = await deps.reader.practitioner.findMany({
      where: { facilityId: visitor.facilityId, active: true },
      select: { id: true, name: true },
      orderBy: { name: 'asc' },
    });
    const asked = timeOf(query, visitor);
    const fit = asked ? await Fit(deps, visitor, asked) : null;
    const freed = await Freed(deps, visitor, practitioners);
    return renderPage(
      reply,
      <Page title="Waitlist" tab="Desk">
        <p>
          Who waits for a free time fits here, or does not, with the reason. <a href="/waitlist/new">Add a patient</a> ·{' '}
          <a href="/active-tasks?item=waitlist-entry">All who wait</a>
        </p>
        <form method="get" action="/waitlist" className="row">
          <label>
            Doctor
            <select name="practitionerId" required defaultValue={query.practitionerId ?? ''}>
              <option value="">choose</option>
              {practitioners.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label>
            Day <input type="date" name="date" required min={visitor.today} defaultValue={query.date ?? visitor.today} />
          </label>
          <label>
            From <input type="time" name="from" required defaultValue={query.from ?? '09:00'} />
          </label>
          <label>
            To <input type="time" name="to" required defaultValue={query.to ?? '10:00'} />
          </label>
          <button type="submit">Who fits?</button>
        </form>
        {fit}
        {freed}
      </Page>,
    );
  });
}

/** The time that the form asks about, if it asks. Throws INVALID_REQUEST for one that ends before it begins. */
function timeOf({ practitionerId, date, from, to }: z.infer<typeof Query>, { zone }: DeskVisitor) {
  if (!practitionerId || !date || !from || !to) return undefined;
  if (from >= to) throw new DomainError('INVALID_REQUEST', { from, to });
  return { practitionerId, startsAt: atLocal(date, from, zone), endsAt: atLocal(date, to, zone) };
}

async function Fit(deps: Deps, visitor: DeskVisitor, time: { practitionerId: string; startsAt: string; endsAt: string }) {
  const opening = await openingOf(deps.reader, time);
  if (opening.facilityId !== visitor.facilityId) throw new DomainError('NOT_FOUND', { practitionerId: time.practitionerId });
  const { fitting, others } = await lookAt(deps.reader, opening, visitor.now, mostCandidates);
  const loaded = await loadEntries(deps.reader, [...fitting, ...others.map(({ id }) => id)]);
  const entries = new Map(loaded.map((entry) => [entry.facts.id, entry]));
  const patients = [...new Set(loaded.map(({ facts }) => facts.patientId))];
  await showPatients(deps, visitor, 'waitlist', patients);
  const cards = await deps.reader.patient.findMany({ where: { id: { in: patients } } });
  const cardOf = new Map(cards.map(({ id, givenName, familyName, phone }) => [id, { name: `${givenName} ${familyName}`, phone }]));
  const line = (id: string, misfit?: Misfit) => {
    const entry = entries.get(id)!;
    return <Waiting key={id} entry={entry} card={cardOf.get(entry.facts.patientId)!} misfit={misfit} zone={visitor.zone} />;
  };
  return (
    <section>
      <h2>
        {opening.practitioner}, {longDay(time.startsAt, visitor.zone)}, {formatRange(time, visitor.zone)}
      </h2>
      {fitting.length === 0 ? <p>Nobody on the waitlist fits this time.</p> : <ol className="plain">{fitting.map((id) => line(id))}</ol>}
      {others.length > 0 && (
        <details>
          <summary>{others.length} who wait for this doctor or profession do not fit</summary>
          <ul className="plain">{others.map(({ id, misfit }) => line(id, misfit))}</ul>
        </details>
      )}
    </section>
  );
}

type Line = { entry: LoadedEntry; card: { name: string; phone: string | null }; misfit: Misfit | undefined; zone: string };

function Waiting({ entry: { facts, createdAt, lastAskedAt }, card, misfit, zone }: Line) {
  const days = facts.dates.length > 0 ? `on ${facts.dates.join(', ')}` : `any day until ${facts.validUntil}`;
  return (
    <li className="card">
      <p>
        <a href={`/waitlist/${facts.id}`}>{card.name}</a> {card.phone && <a href={`tel:${card.phone}`}>{card.phone}</a>}
      </p>
      {misfit && (
        <p className="notice warning">
          {misfit.because} <span className="muted">({misfit.rule})</span>
        </p>
      )}
      <p>
        <ItemSymbol kind="waitlist" type={facts.type} /> · {formatDuration(facts.durationMinutes!)} · {days} · waits since{' '}
        {formatInstant(createdAt, zone, 'date')}
        {lastAskedAt ? ` · asked ${formatInstant(lastAskedAt, zone, 'dateTime')}` : ' · never asked'}
      </p>
      <p className="comment">{facts.comment}</p>
    </li>
  );
}

/** What became free and lies ahead; each leads to who fits it now. */
async function Freed({ reader }: Deps, { facilityId, zone, now }: DeskVisitor, practitioners: Named[]) {
  const rows = await reader.freeInterval.findMany({
    where: { facilityId, startsAt: { gt: now } },
    orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
    take: mostFreed,
  });
  const nameOf = new Map(practitioners.map(({ id, name }) => [id, name]));
  return (
    <section>
      <h2>Time that became free</h2>
      {rows.length === 0 ? (
        <p>None lies ahead. When a visit is cancelled or moved, its time appears here with whoever fits it.</p>
      ) : (
        <ul>
          {rows.map(({ id, practitionerId, startsAt, endsAt, cause, bestEntryId }) => {
            const time = { startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
            return (
              <li key={id}>
                <a href={`/waitlist?${new URLSearchParams(fieldsOf(practitionerId, time, zone))}`}>
                  {nameOf.get(practitionerId)}, {longDay(time.startsAt, zone)}, {formatRange(time, zone)}
                </a>{' '}
                ({cause}
                {bestEntryId ? ', somebody fits' : ''})
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

function fieldsOf(practitionerId: string, { startsAt, endsAt }: { startsAt: string; endsAt: string }, zone: string) {
  const time = (instant: string) => formatInstant(instant, zone, 'time');
  return { practitionerId, date: zoneDate(startsAt, zone), from: time(startsAt), to: time(endsAt) };
}
