/** The facility scheduler's queue: requests that wait, the soonest first, each with its ways to decide (C-30, C-31, F-08). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { formatRange } from '../../domain/civil.ts';
import { DomainError } from '../../domain/errors.ts';
import { dateTime, day } from '../../emails/wording.ts';
import { loadHolds } from '../../ledger/hold.ts';
import { isStaff, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { keyset, pageOf } from '../listing.ts';
import { ChangeForm, DecideForm, possibleNow, roomsOf } from './hold-forms.tsx';
import { Facts, Page, renderPage } from './page.tsx';

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
    return renderPage(
      reply,
      <Page title="Requests" tab="Desk">
        <p className="muted">
          {visitor.facility}; times in {zone}.
        </p>
        {holds.length === 0 && <p>No request waits: all are decided.</p>}
        {holds
          .map((hold) => ({ ...hold, possible: possibleNow(visitor, hold, now) }))
          .map(({ facts, names, possible }) => (
            <section key={facts.id}>
              <h2>
                <a href={`/holds/${facts.id}`}>
                  {names.room}, {day(facts.startsAt, zone)}, {formatRange(facts, zone)}
                </a>
              </h2>
              <Facts
                facts={[
                  ['For', `${names.provider}, ${names.group}`],
                  ['Requested', `by ${names.requester}, ${dateTime(facts.requestedAt, zone)}`],
                  ['Lapses', dateTime(facts.expiresAt, zone)],
                ]}
              />
              <DecideForm possible={possible.confirm} label="Confirm" hold={facts} back="requests" />
              <details>
                <summary>Change time, duration or room</summary>
                <ChangeForm hold={facts} rooms={rooms} back="requests" />
              </details>
              <details>
                <summary>Deny</summary>
                <DecideForm possible={possible.deny} label="Deny" hold={facts} back="requests" reason />
              </details>
            </section>
          ))}
        {nextCursor && (
          <p>
            <a href={`/requests?${new URLSearchParams({ cursor: nextCursor })}`}>Later requests</a>
          </p>
        )}
      </Page>,
    );
  });
}
