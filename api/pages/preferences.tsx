import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { worksWithPatients } from '../../domain/every-day.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { CalendarFeed, Session } from '../../prisma/generated/client.ts';
import { closeFeed, openFeed } from '../auth/feeds.ts';
import { actorOfVisitor, closeSession, type Visitor, visitorOf } from '../auth/sessions.ts';
import { addressOf } from '../calendar.ts';
import type { Deps } from '../deps.ts';
import { AlertSection, type AlertSettings, readAlertSettings } from './alert-settings.tsx';
import { browserName } from './browser-name.ts';
import { CalendarSection, FreshAddress } from './calendar-section.tsx';
import { LanguageSection, registerLanguage } from './language-section.tsx';
import { Facts, Page, renderPage } from './page.tsx';
import { useSpeech } from './reader.ts';

const personOf = ({ personId: id, facilityId }: Visitor) => ({ id, facilityId });

/** Who you are here, and where you are signed in: every session can be ended. */
export function registerPreferences(app: FastifyInstance, deps: Deps): void {
  registerLanguage(app, deps);
  app.get<{ Querystring: { saved?: string } }>('/preferences', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    return renderPage(reply, await preferencesPage(deps, visitor, request.query.saved !== undefined));
  });

  app.post('/preferences/calendar', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const { token } = await inTransaction(deps.db, (tx) => openFeed(tx, personOf(visitor), actorOfVisitor(visitor), deps.now()));
    return renderPage(reply, <FreshAddress address={addressOf(deps.config, token)} />);
  });

  app.post('/preferences/calendar/end', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    await inTransaction(deps.db, (tx) => closeFeed(tx, personOf(visitor), actorOfVisitor(visitor), deps.now()));
    return reply.redirect('/preferences?saved', 303);
  });

  app.post<{ Params: { id: string } }>('/sessions/:id/end', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const id = z.uuid().safeParse(request.params.id).data;
    if (!id) throw new DomainError('NOT_FOUND', { session: request.params.id });
    await closeSession(deps, reply, visitor, id);
    return reply.redirect(id === visitor.sessionId ? '/' : '/preferences', 303);
  });
}

/** Everything that a person sets for themselves. */
export async function preferencesPage(deps: Deps, visitor: Visitor, saved = false) {
  const [sessions, feed, alerts] = await Promise.all([
    deps.reader.session.findMany({
      where: { personId: visitor.personId, revokedAt: null, expiresAt: { gt: deps.now() } },
      orderBy: { createdAt: 'desc' },
      take: 50,
    }),
    deps.reader.calendarFeed.findFirst({ where: { personId: visitor.personId, revokedAt: null } }),
    readAlertSettings(deps, visitor),
  ]);
  return <PreferencesPage {...{ visitor, sessions, feed, alerts, saved }} />;
}

type Shown = { visitor: Visitor; sessions: Session[]; feed: CalendarFeed | null; alerts: AlertSettings; saved: boolean };

function PreferencesPage({ visitor, sessions, feed, alerts, saved }: Shown) {
  const { words, dateTime } = useSpeech();
  return (
    <Page title={words('frame.tab.Preferences')} tab="Preferences">
      {saved && (
        <p className="notice" role="status">
          {words('preferences.saved')}
        </p>
      )}
      <Facts
        facts={[
          [words('preferences.name'), visitor.name],
          [words('preferences.email'), visitor.email],
          [words('preferences.facility'), `${visitor.facility} (${visitor.zone})`],
          [words('preferences.role'), words(`role.${visitor.role}`)],
        ]}
      />
      {!worksWithPatients(visitor.role) && (
        <>
          <p>{words('preferences.blockAlerts')}</p>
          <AlertSection settings={alerts} zone={visitor.zone} />
          <CalendarSection since={feed?.createdAt.toISOString()} zone={visitor.zone} />
        </>
      )}
      <LanguageSection chosen={visitor.language} />
      <h2>{words('preferences.sessions')}</h2>
      <ul className="plain">
        {sessions.map(({ id, userAgent, createdAt }) => (
          <li key={id} className="card">
            <p>
              {browserName(userAgent) ?? words('preferences.unknownBrowser')}
              <br />
              <span className="muted">
                {words(id === visitor.sessionId ? 'preferences.thisBrowser' : 'preferences.since', {
                  at: dateTime(createdAt.toISOString(), visitor.zone),
                })}
              </span>
            </p>
            <form method="post" action={`/sessions/${id}/end`}>
              <button type="submit">{words(id === visitor.sessionId ? 'preferences.signOut' : 'preferences.end')}</button>
            </form>
          </li>
        ))}
      </ul>
    </Page>
  );
}
