/** Find Open Time: what others gave back, one's own holds, and the form that requests (C-26 to C-30, C-45). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { addDays, atLocal, formatDuration, formatRange, zoneDate, zoneTime } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { expiryOf } from '../../domain/hold.ts';
import { Interval, minutesOf } from '../../domain/interval.ts';
import { dateTime, day } from '../../emails/wording.ts';
import { policyOf } from '../../ledger/facility.ts';
import { requestHold } from '../../ledger/hold.ts';
import { findOpenTime, type OpenTime } from '../../ledger/open-time.ts';
import { inTransaction, lockRoomDays } from '../../ledger/transaction.ts';
import { hashOf } from '../auth/principal.ts';
import { actorOfVisitor, type Visitor, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Facts, Page, renderPage } from './page.tsx';

const Filter = z.object({
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  room: z.union([z.uuid(), z.literal('')]).optional(),
  minutes: z.coerce.number().int().min(15).max(1440).default(120),
});
const Slot = z.object({ roomId: z.uuid(), startsAt: z.iso.datetime(), endsAt: z.iso.datetime() });
const time = z.string().regex(/^\d\d:\d\d$/);
const Request = z.object({
  roomId: z.uuid(),
  date: z.iso.date(),
  providerId: z.uuid(),
  from: time,
  to: time,
  form: z.string().min(8).max(80),
  yes: z.string().optional(),
});

const mostDays = 92;
const mostSlots = 200;

export function registerFindOpenTime(app: FastifyInstance, deps: Deps): void {
  app.get('/open-time', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const filter = Filter.parse(request.query);
    const today = zoneDate(deps.now(), visitor.zone);
    const from = filter.from && filter.from > today ? filter.from : today;
    const latest = addDays(from, mostDays);
    const wanted = filter.to && filter.to >= from ? filter.to : addDays(from, 14);
    const to = wanted < latest ? wanted : latest;
    const { facilityId, zone } = visitor;
    const [slots, rooms, holds] = await Promise.all([
      findOpenTime(deps.reader, {
        facilityId,
        zone,
        from,
        to,
        now: deps.now(),
        minMinutes: filter.minutes,
        roomIds: filter.room ? [filter.room] : undefined,
        limit: mostSlots,
      }),
      deps.reader.room.findMany({ where: { facilityId }, orderBy: { name: 'asc' } }),
      deps.reader.hold.findMany({
        where: { requesterId: visitor.personId, endsAt: { gt: new Date(deps.now()) } },
        include: { room: true },
        orderBy: { startsAt: 'asc' },
        take: 50,
      }),
    ]);
    return renderPage(
      reply,
      <Page title="Find Open Time" tab="Find Open Time">
        <p className="muted">
          {visitor.facility}; times in {zone}. Signed in as {visitor.name}.
        </p>
        <form method="get" action="/open-time" className="row">
          <label>
            From <input type="date" name="from" defaultValue={from} />
          </label>
          <label>
            To <input type="date" name="to" defaultValue={to} />
          </label>
          <label>
            Room
            <select name="room" defaultValue={filter.room ?? ''}>
              <option value="">any</option>
              {rooms.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label>
            At least (minutes) <input type="number" name="minutes" min={15} max={1440} step={15} defaultValue={filter.minutes} />
          </label>
          <button type="submit">Show</button>
        </form>
        <h2>Open time</h2>
        <SlotList slots={slots} zone={zone} />
        {slots.length === mostSlots && <p>There is more: choose a later first day or a room.</p>}
        <h2>Your holds</h2>
        {holds.length === 0 && <p>You hold no time. Request some of the open time above.</p>}
        <ul className="plain">
          {holds.map((hold) => (
            <li key={hold.id} className="card">
              <a href={`/holds/${hold.id}`}>
                {hold.room.name}, {day(hold.startsAt.toISOString(), zone)}, {formatRange(iso(hold), zone)}
              </a>
              <br />
              <span className="muted">
                {hold.state}; hold expiration date {dateTime(hold.expiresAt.toISOString(), zone)}
              </span>
            </li>
          ))}
        </ul>
      </Page>,
    );
  });

  app.get('/open-time/request', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const slot = Slot.parse(request.query);
    return renderPage(reply, await requestPage(deps, visitor, slot));
  });

  app.post('/open-time/requests', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const form = Request.parse(request.body);
    if (!form.yes) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
    return reply.redirect(`/holds/${await requestOnce(deps, visitor, form)}`, 303);
  });
}

const iso = ({ startsAt, endsAt }: { startsAt: Date; endsAt: Date }): Interval => ({
  startsAt: startsAt.toISOString(),
  endsAt: endsAt.toISOString(),
});

function SlotList({ slots, zone }: { slots: OpenTime[]; zone: string }) {
  if (slots.length === 0)
    return <p>Nothing is open in these days. Try a longer range or a shorter length; time opens when somebody releases a block.</p>;
  const days = [...new Set(slots.map(({ startsAt }) => zoneDate(startsAt, zone)))];
  return days.map((date) => (
    <section key={date}>
      <h3>{day(atLocal(date, '12:00', zone), zone)}</h3>
      <ul>
        {slots
          .filter(({ startsAt }) => zoneDate(startsAt, zone) === date)
          .map(({ roomId, room, startsAt, endsAt }) => (
            <li key={`${roomId} ${startsAt}`}>
              {room}, {formatRange({ startsAt, endsAt }, zone)} ({formatDuration(minutesOf({ startsAt, endsAt }))}){' '}
              <a
                href={`/open-time/request?${new URLSearchParams({ roomId, startsAt, endsAt })}`}
                aria-label={`Request ${room} ${formatRange({ startsAt, endsAt }, zone)}`}
              >
                Request…
              </a>
            </li>
          ))}
      </ul>
    </section>
  ));
}

/** The request form: the whole slot is allowed (C-26); it says what the requester should know before pressing. */
async function requestPage(deps: Deps, visitor: Visitor, slot: z.infer<typeof Slot>) {
  const { facilityId, zone, groupIds, role } = visitor;
  const date = zoneDate(slot.startsAt, zone);
  const [room, providers, policy, own] = await Promise.all([
    deps.reader.room.findFirst({ where: { id: slot.roomId, facilityId } }),
    deps.reader.provider.findMany({
      where: { facilityId, ...(role === 'block contact' && { groupId: { in: groupIds } }) },
      orderBy: { name: 'asc' },
    }),
    policyOf(deps.reader, facilityId),
    deps.reader.block.count({
      where: { groupId: { in: groupIds }, date: new Date(date), state: 'active', endsAt: { gt: new Date(deps.now()) } },
    }),
  ]);
  if (!room) throw new DomainError('NOT_FOUND', { roomId: slot.roomId });
  const expiresAt = expiryOf(slot.startsAt, deps.now(), zone, policy);
  return (
    <Page title={`Request time in ${room.name}`} tab="Find Open Time">
      <Facts
        facts={[
          ['Open', `${day(slot.startsAt, zone)}, ${formatRange(slot, zone)} (${zone})`],
          ['Hold expiration date', dateTime(expiresAt, zone)],
        ]}
      />
      {own > 0 && (
        <p className="notice">Your group has block time of its own that day. Please fill it first; you may request all the same.</p>
      )}
      <p>
        The time is hidden from everybody else as soon as you request it. Wait for the Hold Confirmation before you promise it to a patient.
      </p>
      {providers.length === 0 ? (
        <p className="notice warning">No provider of yours is known here. Ask your facility scheduler to add one.</p>
      ) : (
        <form method="post" action="/open-time/requests">
          <input type="hidden" name="form" value={crypto.randomUUID()} />
          <input type="hidden" name="roomId" value={slot.roomId} />
          <input type="hidden" name="date" value={date} />
          <label>
            For
            <select name="providerId" required>
              {providers.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <div className="row">
            <label>
              From <input type="time" name="from" required defaultValue={zoneTime(slot.startsAt, zone)} />
            </label>
            <label>
              To <input type="time" name="to" required defaultValue={zoneTime(slot.endsAt, zone)} />
            </label>
          </div>
          <label>
            <input type="checkbox" name="yes" required /> Yes, request this time
          </label>
          <button type="submit">Request</button>
        </form>
      )}
    </Page>
  );
}

/** A form posted twice is one request: its id is kept with the hold it made, in the same transaction. */
function requestOnce(deps: Deps, visitor: Visitor, { form, date, from, to, roomId, providerId }: z.infer<typeof Request>): Promise<string> {
  const { facilityId, zone, personId } = visitor;
  const parsed = Interval.safeParse({
    startsAt: atLocal(date, from, zone),
    endsAt: atLocal(to > from ? date : addDays(date, 1), to, zone),
  });
  if (!parsed.success) throw new DomainError('INVALID_REQUEST', { from, to });
  const key = { principal: `session/${personId}`, key: form };
  return inTransaction(deps.db, async (tx) => {
    const requestHash = hashOf(JSON.stringify([roomId, providerId, parsed.data]));
    const { count } = await tx.idempotentAnswer.createMany({ data: [{ ...key, requestHash }], skipDuplicates: true });
    if (count === 0) {
      const kept = await tx.idempotentAnswer.findUniqueOrThrow({ where: { principal_key: key } });
      return (kept.body as { holdId: string }).holdId;
    }
    if (
      visitor.role === 'block contact' &&
      !(await tx.provider.findFirst({ where: { id: providerId, groupId: { in: visitor.groupIds } } }))
    ) {
      throw new DomainError('NOT_FOUND', { providerId });
    }
    await lockRoomDays(tx, [{ roomId, ...parsed.data }]);
    const hold = await requestHold(
      tx,
      { facilityId, roomId, providerId, requesterId: personId, ...parsed.data },
      actorOfVisitor(visitor),
      deps.now(),
    );
    await tx.idempotentAnswer.update({ where: { principal_key: key }, data: { status: 303, body: { holdId: hold.facts.id } } });
    return hold.facts.id;
  });
}
