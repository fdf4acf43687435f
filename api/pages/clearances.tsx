/** Clearances: the patients who must be cleared before their visit, the next visit first (P-02). */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { clearingRoles } from '../../domain/clearance-decision.ts';
import { type LoadedClearance, loadClearances } from '../../ledger/clearance.ts';
import { recordAccess } from '../access-log.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Page, renderPage } from './page.tsx';
import { useSpeech } from './reader.ts';
import { atDesk } from './ticket-parts.tsx';

const folders = { open: { state: 'open' }, settled: { state: { not: 'open' } } };
type Folder = keyof typeof folders;
const Query = z.object({ folder: z.enum(['open', 'settled']).catch('open') });
const most = 100;

export function registerClearances(app: FastifyInstance, deps: Deps): void {
  app.get('/clearances', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await atDesk(deps, request, clearingRoles);
    const { facilityId } = visitor;
    const { folder } = Query.parse(request.query);
    const rows = await deps.reader.clearance.findMany({
      where: { facilityId, ...folders[folder] },
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
    return renderPage(reply, <Clearances {...{ visitor, folder, shown }} more={rows.length === most} />);
  });
}

type Props = { visitor: Visitor; folder: Folder; shown: LoadedClearance[]; more: boolean };

function Clearances({ visitor: { facility, zone }, folder, shown, more }: Props) {
  const { words } = useSpeech();
  return (
    <Page title={words('clearance.title')} tab="Desk">
      <p className="muted">{words('ticket.times', { facility, zone })}</p>
      <nav aria-label={words('conversation.folders')}>
        <ul>
          {(['open', 'settled'] as const).map((one) => (
            <li key={one}>
              <a href={`/clearances?folder=${one}`} aria-current={one === folder ? 'page' : undefined}>
                {words(`clearance.folder.${one}`)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {shown.length === 0 && <p>{words(`clearance.empty.${folder}`)}</p>}
      <ul className="plain">
        {shown.map((one) => (
          <Line key={one.facts.id} clearance={one} />
        ))}
      </ul>
      {more && <p>{words('clearance.more')}</p>}
    </Page>
  );
}

function Line({ clearance: { facts, names } }: { clearance: LoadedClearance }) {
  const { words, dateTime } = useSpeech();
  const { zone, state } = facts;
  return (
    <li className="card">
      <a href={`/clearances/${facts.id}`}>
        <strong>{names.patient}</strong>
      </a>
      , {names.provider}
      {state === 'open' && facts.urgedAt && <mark> {words('clearance.urgent')}</mark>}
      {state === 'lapsed' && <mark> {words('clearance.notCleared')}</mark>}
      <br />
      {words('clearance.visit', { at: dateTime(facts.visitAt, zone) })}
      <span className="muted">
        {' · '}
        <Standing facts={facts} />
      </span>
    </li>
  );
}

/** One line of where it stands. */
export function Standing({ facts }: { facts: LoadedClearance['facts'] }) {
  const { words, dateTime } = useSpeech();
  const { state, registeredAt, linkSentAt, endedBy, zone } = facts;
  if (state !== 'open') return words(`clearance.stands.${state}`, { name: endedBy ?? '' });
  if (registeredAt) return words('clearance.stands.registered', { at: dateTime(registeredAt, zone) });
  return linkSentAt ? words('clearance.stands.linkSent', { at: dateTime(linkSentAt, zone) }) : words('clearance.stands.noLink');
}
