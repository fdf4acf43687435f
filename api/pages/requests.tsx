/** The facility scheduler's queue: requests that wait, the soonest first, each with its ways to decide (C-30, C-31, F-08). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { loadHolds } from '../../ledger/hold.ts';
import { isStaff, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { keyset, pageOf } from '../listing.ts';
import { ChangeForm, DecideForm, possibleNow, roomsOf } from './hold-forms.tsx';
import { Facts, Page, renderPage } from './page.tsx';
import { speechFor } from './reader.ts';

const Query = z.object({ cursor: z.string().max(500).optional() });
const perPage = 20;

export function registerRequests(app: FastifyInstance, deps: Deps): void {
  app.get('/requests', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    if (!isStaff(visitor)) throw new DomainError('NOT_ALLOWED', { role: visitor.role, needs: ['facility scheduler', 'support'] });
    const { facilityId, zone } = visitor;
    const now = deps.now();
    const { where, orderBy } = keyset('startsAt', Query.parse(request.query).cursor, 'instant');
    const [rows, rooms] = await Promise.all([
      deps.reader.hold.findMany({
        where: { AND: [{ facilityId, state: 'pending', endsAt: { gt: now } }, where] },
        orderBy,
        take: perPage + 1,
        select: { id: true, startsAt: true },
      }),
      roomsOf(deps, facilityId),
    ]);
    const { items, nextCursor } = pageOf(
      rows,
      perPage,
      ({ startsAt, id }) => [startsAt.toISOString(), id],
      ({ id }) => id,
    );
    const holds = (await loadHolds(deps.reader, items, 'none')).sort((a, b) => (a.facts.startsAt < b.facts.startsAt ? -1 : 1));
    const { words, day, dateTime, range } = speechFor(request);
    return renderPage(
      reply,
      <Page title={words('hold.requests.title')} tab="Desk">
        <p className="muted">{words('hold.requests.text', { facility: visitor.facility, zone })}</p>
        {holds.length === 0 && <p>{words('hold.requests.none')}</p>}
        {holds
          .map((hold) => ({ ...hold, possible: possibleNow(visitor, hold, now) }))
          .map(({ facts, names, possible }) => (
            <section key={facts.id}>
              <h2>
                <a href={`/holds/${facts.id}`}>
                  {names.room}, {day(facts.startsAt, zone)}, {range(facts, zone)}
                </a>
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
              <details>
                <summary>{words('hold.change')}</summary>
                <ChangeForm hold={facts} rooms={rooms} back="requests" />
              </details>
              <details>
                <summary>{words('hold.label.deny')}</summary>
                <DecideForm possible={possible.deny} hold={facts} back="requests" reason />
              </details>
            </section>
          ))}
        {nextCursor && (
          <p>
            <a href={`/requests?${new URLSearchParams({ cursor: nextCursor })}`}>{words('hold.requests.later')}</a>
          </p>
        )}
      </Page>,
    );
  });
}
