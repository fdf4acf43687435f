/** The waitlist: who fits a free time of a practitioner, the best first, and why the others do not (I-02, I-43). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { atLocal, zoneDate, zoneTime } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { type Interval, subtract } from '../../domain/interval.ts';
import { LocalTime } from '../../domain/local-time.ts';
import type { Misfit } from '../../domain/matching.ts';
import { policyOf } from '../../ledger/facility.ts';
import { lookAt, openingOf } from '../../ledger/free-interval.ts';
import type { FreedCause } from '../../ledger/matching.ts';
import { laddersOn } from '../../ledger/offer-ladder.ts';
import type { LoadedEntry } from '../../ledger/waitlist-entry.ts';
import { loadEntries } from '../../ledger/waitlist-entry.ts';
import type { Speech } from '../../words/speech.ts';
import type { Deps } from '../deps.ts';
import { showPatients } from './front-desk.ts';
import { ItemSymbol } from './item-symbol.tsx';
import { OfferForm } from './offer-form.tsx';
import { Options, Page, renderPage } from './page.tsx';
import { Phone } from './phone.tsx';
import { speechFor, useSpeech } from './reader.ts';
import { type DeskVisitor, optional, workerOf } from './visit-wish-fields.tsx';

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
    const speech = speechFor(request);
    const { words } = speech;
    const fit = asked ? await Fit(deps, visitor, asked, speech) : null;
    const { waitlist } = await policyOf(deps.reader, visitor.facilityId);
    const freed = await Freed(deps, visitor, practitioners, speech);
    return renderPage(
      reply,
      <Page title={words('item.waitlist.title')} tab="Desk">
        <p>
          {words('item.waitlist.text')} <a href="/waitlist/new">{words('item.waitlist.add')}</a> ·{' '}
          <a href="/active-tasks?item=waitlist-entry">{words('item.waitlist.all')}</a>
        </p>
        <form method="get" action="/waitlist" className="row">
          <label>
            {words('desk.field.doctor')}
            <select name="practitionerId" required defaultValue={query.practitionerId ?? ''}>
              <option value="">{words('desk.choose')}</option>
              <Options of={practitioners} />
            </select>
          </label>
          <label>
            {words('desk.field.day')}{' '}
            <input type="date" name="date" required min={visitor.today} defaultValue={query.date ?? visitor.today} />
          </label>
          <label>
            {words('desk.field.from')} <input type="time" name="from" required defaultValue={query.from ?? '09:00'} />
          </label>
          <label>
            {words('desk.field.to')} <input type="time" name="to" required defaultValue={query.to ?? '10:00'} />
          </label>
          <button type="submit">{words('item.waitlist.ask')}</button>
        </form>
        {fit}
        {freed}
        {waitlist.selfService && (
          <p className="muted">
            {words('join.link')} <a href={`/join/${visitor.facilityId}`}>{`${deps.config.PUBLIC_URL ?? ''}/join/${visitor.facilityId}`}</a>
          </p>
        )}
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

async function Fit(
  deps: Deps,
  visitor: DeskVisitor,
  time: { practitionerId: string; startsAt: string; endsAt: string },
  { words, longDay, range }: Speech,
) {
  const opening = await openingOf(deps.reader, time);
  if (opening.facilityId !== visitor.facilityId) throw new DomainError('NOT_FOUND', { practitionerId: time.practitionerId });
  const { fitting, others } = await lookAt(deps.reader, opening, visitor.now, mostCandidates);
  const loaded = await loadEntries(deps.reader, [...fitting, ...others.map(({ id }) => id)]);
  const entries = new Map(loaded.map((entry) => [entry.facts.id, entry]));
  const patients = [...new Set(loaded.map(({ facts }) => facts.patientId))];
  await showPatients(deps, visitor, 'waitlist', patients);
  const cards = await deps.reader.patient.findMany({ where: { id: { in: patients } } });
  const cardOf = new Map(cards.map(({ id, givenName, familyName, phone }) => [id, { name: `${givenName} ${familyName}`, phone }]));
  const offered = (await laddersOn(deps.reader, time)).length > 0;
  const line = (id: string, misfit?: Misfit) => {
    const entry = entries.get(id)!;
    const { patientId, durationMinutes } = entry.facts;
    const { practitionerId, date, from } = fieldsOf(time.practitionerId, time, visitor.zone);
    const booking = new URLSearchParams({ practitionerId, date, from, minutes: String(durationMinutes), patientId, entryId: id });
    const book = misfit ? undefined : `/book?${booking}`;
    return <Waiting key={id} entry={entry} card={cardOf.get(patientId)!} misfit={misfit} book={book} zone={visitor.zone} />;
  };
  return (
    <section>
      <h2>
        {opening.practitioner}, {longDay(time.startsAt, visitor.zone)}, {range(time, visitor.zone)}
      </h2>
      {fitting.length > 0 && !offered && <OfferForm {...time} />}
      {offered && (
        <p>
          {words('item.waitlist.offered')} <a href="/offers">{words('desk.door.offers.name')}</a>
        </p>
      )}
      {fitting.length === 0 ? <p>{words('item.waitlist.nobody')}</p> : <ol className="plain">{fitting.map((id) => line(id))}</ol>}
      {others.length > 0 && (
        <details>
          <summary>{words('item.waitlist.others', { count: others.length })}</summary>
          <ul className="plain">{others.map(({ id, misfit }) => line(id, misfit))}</ul>
        </details>
      )}
    </section>
  );
}

type Line = {
  entry: LoadedEntry;
  card: { name: string; phone: string | null };
  misfit: Misfit | undefined;
  /** Where the time is booked for them. */
  book: string | undefined;
  zone: string;
};

function Waiting({ entry: { facts, createdAt, lastAskedAt, origin }, card, misfit, book, zone }: Line) {
  const { words, phrase, duration, day, dateTime, civilDay } = useSpeech();
  const days =
    facts.dates.length > 0
      ? words('item.waitlist.onDays', { days: facts.dates.map(civilDay).join('; ') })
      : words('item.waitlist.anyDay', { date: civilDay(facts.validUntil) });
  return (
    <li className="card">
      <p>
        <a href={`/waitlist/${facts.id}`}>{card.name}</a> {card.phone && <Phone number={card.phone} />}
      </p>
      {misfit && (
        <p className="notice warning">
          {phrase(misfit.because)} <span className="muted">({misfit.rule})</span>
        </p>
      )}
      <p>
        <ItemSymbol kind="waitlist" type={facts.type} /> · {duration(facts.durationMinutes!)} · {days} ·{' '}
        {words('item.waitlist.since', { date: day(createdAt, zone) })} · {origin === 'patient' && `${words('item.origin.patient')} · `}
        {lastAskedAt ? words('item.waitlist.asked', { at: dateTime(lastAskedAt, zone) }) : words('item.waitlist.neverAsked')}
      </p>
      <p className="comment">{facts.comment}</p>
      {book && (
        <p>
          <a href={book}>
            {words('visit.action.book')} <span className="hidden">{card.name}</span>
          </a>
        </p>
      )}
    </li>
  );
}

/** What became free, lies ahead and is free still; each leads to who fits it now. */
async function Freed({ reader }: Deps, { facilityId, zone, now }: DeskVisitor, practitioners: Named[], { words, longDay, range }: Speech) {
  const rows = await reader.freeInterval.findMany({
    where: { facilityId, startsAt: { gt: now } },
    orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
    take: mostFreed,
  });
  const taken = await reader.appointment.findMany({
    where: {
      facilityId,
      status: { in: ['booked', 'arrived'] },
      startsAt: { gt: now },
      practitionerId: { in: rows.map((row) => row.practitionerId) },
    },
    select: { practitionerId: true, startsAt: true, endsAt: true },
  });
  const still = rows.flatMap((row) => {
    const visits = taken.filter(({ practitionerId }) => practitionerId === row.practitionerId).map(intervalOf);
    return subtract([intervalOf(row)], visits).map((time) => ({ ...row, time }));
  });
  const nameOf = new Map(practitioners.map(({ id, name }) => [id, name]));
  return (
    <section>
      <h2>{words('item.waitlist.freed')}</h2>
      {still.length === 0 ? (
        <p>{words('item.waitlist.noneFreed')}</p>
      ) : (
        <p>
          <a href="/offers">{words('desk.door.offers.name')}</a>: {words('desk.door.offers.what')}
        </p>
      )}
      {still.length > 0 && (
        <ul>
          {still.map(({ id, practitionerId, time, cause, bestEntryId }) => {
            const why = words(`item.cause.${cause as FreedCause}`);
            return (
              <li key={`${id} ${time.startsAt}`}>
                <a href={`/waitlist?${new URLSearchParams(fieldsOf(practitionerId, time, zone))}`}>
                  {nameOf.get(practitionerId)}, {longDay(time.startsAt, zone)}, {range(time, zone)}
                </a>{' '}
                ({bestEntryId ? words('item.waitlist.fits', { cause: why }) : why})
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

const intervalOf = ({ startsAt, endsAt }: { startsAt: Date; endsAt: Date }): Interval => ({
  startsAt: startsAt.toISOString(),
  endsAt: endsAt.toISOString(),
});

function fieldsOf(practitionerId: string, { startsAt, endsAt }: { startsAt: string; endsAt: string }, zone: string) {
  const time = (instant: string) => zoneTime(instant, zone);
  return { practitionerId, date: zoneDate(startsAt, zone), from: time(startsAt), to: time(endsAt) };
}
