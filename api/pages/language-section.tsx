/** F-28: which language the visitor reads. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { Language, languages } from '../../domain/language.ts';
import { changePerson } from '../../ledger/person.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { actorOfVisitor, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { languageNames } from './page.tsx';
import { forgetChoice, useSpeech } from './reader.ts';

const Form = z.object({ language: Language.or(z.literal('').transform(() => null)) });

export function registerLanguage(app: FastifyInstance, deps: Deps): void {
  app.post('/preferences/language', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const change = Form.parse(request.body);
    await inTransaction(deps.db, async (tx) => {
      const person = await tx.person.findUniqueOrThrow({ where: { id: visitor.personId } });
      if (person.language === change.language) return;
      const by = { version: person.version, actor: actorOfVisitor(visitor), at: deps.now() };
      if (!(await changePerson(tx, person, change, by))) throw new DomainError('VERSION_MISMATCH');
    });
    return forgetChoice(reply).redirect('/preferences', 303);
  });
}

export function LanguageSection({ chosen }: { chosen: Language | null }) {
  const { words } = useSpeech();
  return (
    <form method="post" action="/preferences/language" className="row">
      <label>
        {words('preferences.language')}
        <select name="language" defaultValue={chosen ?? ''}>
          <option value="">{words('preferences.browser')}</option>
          {languages.map((one) => (
            <option key={one} value={one} lang={one}>
              {languageNames[one]}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">{words('preferences.save')}</button>
    </form>
  );
}
