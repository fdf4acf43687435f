/** The list to catch up on after an absence (P-16, U-15): it shows patients' matters, so it takes a fresh sign-in. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { loadAbsences } from '../../ledger/absence.ts';
import { type CatchUp, loadCatchUp, mostToCatchUp } from '../../ledger/catch-up.ts';
import { recordAccess } from '../access-log.ts';
import { actorOfVisitor, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { arrangers } from './doors.ts';
import { Page, renderPage } from './page.tsx';
import { useSpeech } from './reader.ts';

const Params = z.object({ id: z.uuid() });

/** Theirs to catch up on, and for whoever arranges to see. */
export const readsCatchUp = ({ personId, role }: Pick<Visitor, 'personId' | 'role'>, absentId: string): boolean =>
  personId === absentId || arrangers.includes(role);

export function registerCatchUp(app: FastifyInstance, deps: Deps): void {
  app.get('/coverage/:id/catch-up', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await staffOf(deps, request);
    const id = Params.safeParse(request.params).data?.id;
    const [absence] = id ? await loadAbsences(deps.reader, [id]) : [];
    if (!absence || absence.facilityId !== visitor.facilityId) throw new DomainError('NOT_FOUND', { absence: id });
    const { personId, name } = absence.facts;
    if (!readsCatchUp(visitor, personId)) throw new DomainError('NOT_YOUR_ABSENCE', { personId });
    const list = await loadCatchUp(deps.reader, absence);
    const patientIds = [...list.conversations, ...list.tickets].flatMap(({ patientId }) => patientId ?? []);
    const { facilityId, zone } = visitor;
    await recordAccess(deps, { facilityId, by: actorOfVisitor(visitor), what: 'catch up', at: deps.now() }, [...new Set(patientIds)]);
    return renderPage(reply, <CatchUpPage {...{ id: absence.facts.id, name, list, zone }} />);
  });
}

function CatchUpPage({ id, name, list, zone }: { id: string; name: string; list: CatchUp; zone: string }) {
  const { words, dateTime } = useSpeech();
  const { conversations, tickets, more } = list;
  return (
    <Page title={words('coverage.catchUp.title', { name })} tab="Desk">
      <p>
        <a href={`/coverage/${id}`}>{words('coverage.absence.title', { name })}</a>
      </p>
      <p>{words('coverage.catchUp.text', { name })}</p>
      <h2>{words('coverage.catchUp.conversations')}</h2>
      {conversations.length === 0 && <p>{words('coverage.catchUp.noConversation')}</p>}
      <ul className="plain">
        {conversations.map((one) => (
          <li key={one.id} className="card">
            <a href={`/conversations/${one.id}`}>
              <strong>{one.who}</strong>
            </a>
            <br />
            {words('coverage.catchUp.line', { provider: one.provider ?? '', since: dateTime(one.waitingSince, zone) })}
          </li>
        ))}
      </ul>
      <h2>{words('coverage.catchUp.tickets')}</h2>
      {tickets.length === 0 && <p>{words('coverage.catchUp.noTicket')}</p>}
      <ul className="plain">
        {tickets.map((one) => (
          <li key={one.id} className="card">
            <a href={`/tickets/${one.id}`}>
              <strong>{one.subject}</strong>
            </a>
            <br />
            {words('coverage.catchUp.opened', { type: one.type, at: dateTime(one.openedAt, zone) })}
          </li>
        ))}
      </ul>
      {more && <p>{words('coverage.catchUp.more', { count: String(mostToCatchUp) })}</p>}
    </Page>
  );
}
