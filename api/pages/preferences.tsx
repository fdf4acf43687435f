import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { dateTime } from '../../emails/wording.ts';
import { closeSession, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Facts, Page, renderPage } from './page.tsx';

/** Who you are here, and where you are signed in: every session can be ended. */
export function registerPreferences(app: FastifyInstance, deps: Deps): void {
  app.get('/preferences', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const sessions = await deps.reader.session.findMany({
      where: { personId: visitor.personId, revokedAt: null, expiresAt: { gt: deps.now() } },
      orderBy: { createdAt: 'desc' },
      take: 50,
    });
    return renderPage(
      reply,
      <Page title="Preferences" tab="Preferences">
        <Facts
          facts={[
            ['Name', visitor.name],
            ['Email', visitor.email],
            ['Facility', `${visitor.facility} (${visitor.zone})`],
            ['Role', visitor.role],
          ]}
        />
        <p>
          Block Alerts go to the main contact of a group. To have more people receive them, send their names and addresses to your support
          team.
        </p>
        <h2>Where you are signed in</h2>
        <ul className="plain">
          {sessions.map(({ id, userAgent, createdAt }) => (
            <li key={id} className="card">
              <p>
                {userAgent ?? 'Unknown browser'}
                <br />
                <span className="muted">
                  since {dateTime(createdAt.toISOString(), visitor.zone)}
                  {id === visitor.sessionId && ', this browser'}
                </span>
              </p>
              <form method="post" action={`/sessions/${id}/end`}>
                <button type="submit">{id === visitor.sessionId ? 'Sign out here' : 'End this session'}</button>
              </form>
            </li>
          ))}
        </ul>
      </Page>,
    );
  });

  app.post<{ Params: { id: string } }>('/sessions/:id/end', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const id = z.uuid().safeParse(request.params.id).data;
    if (!id) throw new DomainError('NOT_FOUND', { session: request.params.id });
    await closeSession(deps, reply, visitor, id);
    return reply.redirect(id === visitor.sessionId ? '/' : '/preferences', 303);
  });
}
