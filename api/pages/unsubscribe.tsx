/**
 * RFC 8058: turns availability alerts off, from the mail program's own button (a POST without a session) or from the
 * page behind the mail's link. It never touches block alerts or anything that is to be decided (C-43).
 */
import type { FastifyInstance } from 'fastify';

import { DomainError } from '../../domain/errors.ts';
import { changePreferences } from '../../ledger/preferences.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { type Link, linkOf } from '../auth/links.ts';
import type { Deps } from '../deps.ts';
import { Page, renderPage } from './page.tsx';

type Params = { Params: { token: string } };
const url = '/unsubscribe/:token';

export function registerUnsubscribe(app: FastifyInstance, deps: Deps): void {
  app.register(async (scope) => {
    // mail programs post multipart as well; it carries one field, and that is all that is looked for
    scope.addContentTypeParser('multipart/form-data', { parseAs: 'string', bodyLimit: 10_000 }, (_request, body, done) =>
      done(null, oneClick.test(String(body)) ? { 'List-Unsubscribe': 'One-Click' } : {}),
    );

    scope.get<Params>(url, { schema: { hide: true } }, async ({ params }, reply) => {
      const { person } = await unsubscribeLink(deps, params.token);
      const { availabilityAlerts } = await deps.reader.person.findUniqueOrThrow({ where: { id: person.id } });
      return renderPage(reply, availabilityAlerts === 'off' ? <Off /> : <Ask name={person.name} />);
    });

    scope.post<Params>(url, { schema: { hide: true } }, async ({ params, body }, reply) => {
      const { person } = await unsubscribeLink(deps, params.token);
      const form = (body ?? {}) as Record<string, string | undefined>;
      if (form['List-Unsubscribe'] !== 'One-Click' && !form.yes) throw new DomainError('CHOICE_MISSING', { field: 'yes' });
      const actor = { personId: person.id, name: person.name, role: person.role, channel: 'mail' as const };
      await inTransaction(deps.db, (tx) => changePreferences(tx, person.id, { availabilityAlerts: 'off' }, { actor, at: deps.now() }));
      return renderPage(reply, <Off />);
    });
  });
}

const oneClick = /name="?List-Unsubscribe"?\r?\n[\s\S]*?\r?\n?One-Click/;

/** The token of another button is no token here. */
async function unsubscribeLink(deps: Deps, token: string): Promise<Link> {
  const link = await linkOf(deps.reader, token);
  if (link.purpose !== 'unsubscribe') throw new DomainError('LINK_UNKNOWN');
  return link;
}

function Ask({ name }: { name: string }) {
  return (
    <Page title="Stop Availability Alerts">
      <p>
        This stops all mails to {name} about time that becomes open. Block Alerts, and all that you are asked to decide, come as before;
        Find Open Time shows what is open at any time.
      </p>
      <form method="post">
        <label>
          <input type="checkbox" name="yes" required /> Yes, stop Availability Alerts
        </label>
        <button type="submit">Stop them</button>
      </form>
      <p>
        Would once a day be enough? <a href="/preferences">Change your communication preferences</a>.
      </p>
    </Page>
  );
}

function Off() {
  return (
    <Page title="Availability Alerts are off">
      <p className="notice">No more mails about open time will come. Block Alerts, and all that you are asked to decide, come as before.</p>
      <p>
        You can turn them on again in your <a href="/preferences">preferences</a>.
      </p>
    </Page>
  );
}
