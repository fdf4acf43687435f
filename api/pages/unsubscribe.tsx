/**
 * RFC 8058: turns availability alerts off, from the mail program's own button (a POST without a session) or from the
 * page behind the mail's link. It never touches block alerts or anything that is to be decided (C-43).
 */
import type { FastifyInstance } from 'fastify';

import { DomainError } from '../../domain/errors.ts';
import { Language } from '../../domain/language.ts';
import { changePreferences } from '../../ledger/preferences.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { type Link, linkOf } from '../auth/links.ts';
import type { Deps } from '../deps.ts';
import { Page, renderPage } from './page.tsx';
import { speakTo, useSpeech } from './reader.ts';

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
      speakTo(reply.request, Language.safeParse(person.language).data ?? null);
      const { availabilityAlerts } = await deps.reader.person.findUniqueOrThrow({ where: { id: person.id } });
      return renderPage(reply, availabilityAlerts === 'off' ? <Off /> : <Ask name={person.name} />);
    });

    scope.post<Params>(url, { schema: { hide: true } }, async ({ params, body }, reply) => {
      const { person } = await unsubscribeLink(deps, params.token);
      speakTo(reply.request, Language.safeParse(person.language).data ?? null);
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
  const { words } = useSpeech();
  return (
    <Page title={words('preferences.unsubscribe.title')}>
      <p>{words('preferences.unsubscribe.text', { name })}</p>
      <form method="post">
        <label>
          <input type="checkbox" name="yes" required /> {words('preferences.unsubscribe.yes')}
        </label>
        <button type="submit">{words('preferences.unsubscribe.button')}</button>
      </form>
      <p>
        {words('preferences.unsubscribe.daily')} <a href="/preferences">{words('preferences.unsubscribe.change')}</a>
      </p>
    </Page>
  );
}

function Off() {
  const { words } = useSpeech();
  return (
    <Page title={words('preferences.unsubscribe.off')}>
      <p className="notice">{words('preferences.unsubscribe.done')}</p>
      <p>
        {words('preferences.unsubscribe.again')} <a href="/preferences">{words('frame.tab.Preferences')}</a>
      </p>
    </Page>
  );
}
