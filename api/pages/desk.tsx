/** The desk: every door that somebody's role opens, beyond the tabs that all have. */
import type { FastifyInstance } from 'fastify';

import { visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { openDoors } from './doors.ts';
import { Page, renderPage } from './page.tsx';
import { speechFor } from './reader.ts';

export function registerDesk(app: FastifyInstance, deps: Deps): void {
  app.get('/desk', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const { role, name, facility } = visitor;
    const open = openDoors(visitor);
    const { words } = speechFor(request);
    return renderPage(
      reply,
      <Page title={words('desk.title')} tab="Desk">
        <p>{words('desk.signedIn', { name, role: words(`role.${role}`), facility })}</p>
        {open.length === 0 ? (
          <p>
            {words('desk.nothing')} <a href="/open-time">{words('frame.tab.Find Open Time')}</a>,{' '}
            <a href="/block-schedule">{words('frame.tab.Block Schedule')}</a>.
          </p>
        ) : (
          <ul>
            {open.map(({ name, href }) => (
              <li key={href}>
                <a href={href}>{words(`desk.door.${name}.name`)}</a>: {words(`desk.door.${name}.what`)}
              </li>
            ))}
          </ul>
        )}
      </Page>,
    );
  });
}
