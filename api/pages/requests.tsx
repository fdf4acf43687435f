/** The facility scheduler's queue: requests that wait, the soonest first, each with its ways to decide (C-30, C-31, F-08). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import type { Receipt } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { latestReceipt } from '../../ledger/decision.ts';
import { type LoadedHold, loadHolds } from '../../ledger/hold.ts';
import { isStaff, type Visitor, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { keyset, pageOf } from '../listing.ts';
import { FoldedForm } from './form-fields.tsx';
import { ChangeForm, DecideForm, formOf, type Possibles, possibleNow, type RoomChoice, roomsOf } from './hold-forms.tsx';
import { Facts, Page, renderPage } from './page.tsx';
import { useSpeech } from './reader.ts';

const Query = z.object({ cursor: z.string().max(500).optional(), done: z.uuid().optional().catch(undefined) });
const perPage = 20;

export function registerRequests(app: FastifyInstance, deps: Deps): void {
  app.get('/requests', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    return renderPage(reply, await requestsPage(deps, visitor, Query.parse(request.query)));
  });
}

type Asked = z.infer<typeof Query> & { also?: string };

/**
 * `also`: a request that stands on the page wherever it is in the queue. `done`: the one that the visitor has just decided.
 * Throws NOT_ALLOWED.
 */
export async function requestsPage(deps: Deps, visitor: Visitor, { cursor, also, done }: Asked) {
  if (!isStaff(visitor)) throw new DomainError('NOT_ALLOWED', { role: visitor.role, needs: ['facility scheduler', 'support'] });
  const { facilityId } = visitor;
  const now = deps.now();
  const { where, orderBy } = keyset('startsAt', cursor, 'instant');
  const waiting = { facilityId, state: 'pending', endsAt: { gt: now } };
  const [rows, rooms] = await Promise.all([
    deps.reader.hold.findMany({ where: { AND: [waiting, where] }, orderBy, take: perPage + 1, select: { id: true, startsAt: true } }),
    roomsOf(deps, facilityId),
  ]);
  const { items, nextCursor } = pageOf(
    rows,
    perPage,
    ({ startsAt, id }) => [startsAt.toISOString(), id],
    ({ id }) => id,
  );
  const ids = [...new Set([...items, ...(also ? [also] : [])])];
  const holds = (await loadHolds(deps.reader, ids, 'none')).sort((a, b) => (a.facts.startsAt < b.facts.startsAt ? -1 : 1));
  const decidable = holds.map((hold) => ({ hold, possible: possibleNow(visitor, hold, now) }));
  const [decided] = done ? await loadHolds(deps.reader, [done], 'none') : [];
  const last = decided?.facilityId === facilityId ? await latestReceipt(deps.reader, 'hold', decided.facts.id) : undefined;
  return <RequestsPage {...{ visitor, decidable, rooms, nextCursor }} done={decided && last && { hold: decided, last }} />;
}

type Decidable = { hold: LoadedHold; possible: Possibles };
type Done = { hold: LoadedHold; last: Receipt };
type Queue = { visitor: Visitor; decidable: Decidable[]; rooms: RoomChoice[]; nextCursor: string | null; done: Done | undefined };

function RequestsPage({ visitor: { facility, zone }, decidable, rooms, nextCursor, done }: Queue) {
  const { words, phrase } = useSpeech();
  return (
    <Page title={words('hold.requests.title')} tab="Desk">
      {done && (
        <p className="notice" role="status">
          <Which hold={done.hold} />: {phrase(done.last.summary)} {words('hold.requests.told', { requester: done.hold.names.requester })}
        </p>
      )}
      <p className="muted">{words('hold.requests.text', { facility, zone })}</p>
      {decidable.length === 0 && <p>{words('hold.requests.none')}</p>}
      {decidable.map((one) => (
        <Waiting key={one.hold.facts.id} {...one} rooms={rooms} />
      ))}
      {nextCursor && (
        <p>
          <a href={`/requests?${new URLSearchParams({ cursor: nextCursor })}`}>{words('hold.requests.later')}</a>
        </p>
      )}
    </Page>
  );
}

function Which({ hold: { facts, names } }: { hold: LoadedHold }) {
  const { day, range } = useSpeech();
  return (
    <a href={`/holds/${facts.id}`}>
      {names.room}, {day(facts.startsAt, facts.zone)}, {range(facts, facts.zone)}
    </a>
  );
}

function Waiting({ hold, possible, rooms }: Decidable & { rooms: RoomChoice[] }) {
  const { words, dateTime } = useSpeech();
  const { facts, names } = hold;
  const { id, zone } = facts;
  return (
    <section>
      <h2>
        <Which hold={hold} />
      </h2>
      <Facts
        facts={[
          [words('hold.for'), `${names.provider}, ${names.group}`],
          [
            words('hold.requests.requested'),
            words('hold.requests.by', { requester: names.requester, at: dateTime(facts.requestedAt, zone) }),
          ],
          [words('hold.requests.lapses'), dateTime(facts.expiresAt, zone)],
        ]}
      />
      <DecideForm possible={possible.confirm} hold={facts} back="requests" />
      <FoldedForm name={formOf(id, 'change')} summary={words('hold.change')}>
        <ChangeForm hold={facts} rooms={rooms} back="requests" />
      </FoldedForm>
      <FoldedForm name={formOf(id, 'deny')} summary={words('hold.label.deny')}>
        <DecideForm possible={possible.deny} hold={facts} back="requests" reason />
      </FoldedForm>
    </section>
  );
}
