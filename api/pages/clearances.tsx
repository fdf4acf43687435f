/** Clearances: the patients who must be cleared before their visit, the next visit first (P-02). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { clearingRoles } from '../../domain/clearance-decision.ts';
import { dateTime } from '../../emails/wording.ts';
import { type LoadedClearance, loadClearances } from '../../ledger/clearance.ts';
import { recordAccess } from '../access-log.ts';
import { actorOfVisitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Page, renderPage } from './page.tsx';
import { atDesk } from './ticket-parts.tsx';

const folders = {
  open: {
    name: 'To be cleared',
    where: { state: 'open' },
    empty: 'Nobody waits for a clearance. A visit that is booked with a provider who has a care coordinator appears here by itself.',
  },
  settled: { name: 'Settled', where: { state: { not: 'open' } }, empty: 'No clearance is settled yet.' },
};
const Query = z.object({ folder: z.enum(['open', 'settled']).catch('open') });
const most = 100;

export function registerClearances(app: FastifyInstance, deps: Deps): void {
  app.get('/clearances', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await atDesk(deps, request, clearingRoles);
    const { facilityId, zone } = visitor;
    const { folder } = Query.parse(request.query);
    const rows = await deps.reader.clearance.findMany({
      where: { facilityId, ...folders[folder].where },
      orderBy: [{ appointment: { startsAt: folder === 'open' ? 'asc' : 'desc' } }, { id: 'asc' }],
      take: most,
      select: { id: true },
    });
    const byId = new Map(
      (
        await loadClearances(
          deps.reader,
          rows.map(({ id }) => id),
        )
      ).map((one) => [one.facts.id, one]),
    );
    const shown = rows.map(({ id }) => byId.get(id)!);
    const patients = shown.map(({ facts }) => facts.patientId);
    await recordAccess(deps, { facilityId, by: actorOfVisitor(visitor), what: 'clearances', at: deps.now() }, patients);
    return renderPage(
      reply,
      <Page title="Clearances" tab="Desk">
        <p className="muted">
          {visitor.facility}; times in {zone}.
        </p>
        <nav aria-label="Folders">
          <ul>
            {(['open', 'settled'] as const).map((one) => (
              <li key={one}>
                <a href={`/clearances?folder=${one}`} aria-current={one === folder ? 'page' : undefined}>
                  {folders[one].name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        {shown.length === 0 && <p>{folders[folder].empty}</p>}
        <ul className="plain">
          {shown.map((one) => (
            <Line key={one.facts.id} clearance={one} />
          ))}
        </ul>
        {rows.length === most && <p>There is more: it follows when these are settled.</p>}
      </Page>,
    );
  });
}

function Line({ clearance: { facts, names } }: { clearance: LoadedClearance }) {
  const { zone, state } = facts;
  return (
    <li className="card">
      <a href={`/clearances/${facts.id}`}>
        <strong>{names.patient}</strong>
      </a>
      , {names.provider}
      {state === 'open' && facts.urgedAt && <mark> urgent</mark>}
      {state === 'lapsed' && <mark> not cleared</mark>}
      <br />
      Visit {dateTime(facts.visitAt, zone)}
      <span className="muted"> · {standing(facts, zone)}</span>
    </li>
  );
}

/** One line of where it stands. */
export function standing({ state, registeredAt, linkSentAt, endedBy }: LoadedClearance['facts'], zone: string): string {
  if (state === 'cleared') return `cleared by ${endedBy}`;
  if (state === 'lapsed') return 'the visit began without a clearance';
  if (state === 'withdrawn') return 'there is no visit any more';
  if (registeredAt) return `registered ${dateTime(registeredAt, zone)}, to be cleared`;
  return linkSentAt ? `registration link sent ${dateTime(linkSentAt, zone)}` : 'no registration link sent yet';
}
