import type { FastifyInstance } from 'fastify';

import type { Deps } from '../deps.ts';
import { AskForm } from './ask-form.tsx';
import { hasMailbox } from './mailbox-door.ts';
import { Page, renderPage } from './page.tsx';

/** The start page: what this is, how to get in, and where the other doors of this installation are. */
export function registerStart(app: FastifyInstance, { config }: Deps): void {
  const doors: [string, string, string][] = [
    ...(hasMailbox(config) ? [['Mailbox', '/mailbox', 'every mail as its reader sees it; begin here'] as [string, string, string]] : []),
    ['Find Open Time', '/open-time', 'see and request time that others gave back'],
    ['Block Schedule', '/block-schedule', 'keep or release block time'],
    ['API docs', '/docs', 'for staff tools'],
    ['Health', '/readyz', 'whether the database and Temporal answer'],
    ...(config.TEMPORAL_UI_URL
      ? [['Temporal UI', config.TEMPORAL_UI_URL, 'for support: every life, where it is and why'] as [string, string, string]]
      : []),
  ];
  app.get('/', { schema: { hide: true } }, (_request, reply) =>
    renderPage(
      reply,
      <Page title="Time nobody uses, given back">
        <p>
          Holdfast asks the right person at the right moment whether reserved operating-room time will be used, gives back what will not be,
          and lets others request it. It always says what comes next, and why.
        </p>
        <h2>Doors</h2>
        <ul>
          {doors.map(([name, href, what]) => (
            <li key={name}>
              <a href={href}>{name}</a>: {what}
            </li>
          ))}
        </ul>
        <h2>Come in</h2>
        <p>
          There is no password. The pages behind the tabs above open after you have come in: use a link from any mail, or let us mail you a
          fresh one.
        </p>
        <AskForm />
      </Page>,
    ),
  );
}
