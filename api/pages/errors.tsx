import type { FastifyInstance } from 'fastify';

import { domainErrors } from '../../domain/errors.ts';
import { Page, renderPage } from './page.tsx';

/** Where the `type` of every problem leads (RFC 9457): each refusal with its status and the rule that says no. */
export function registerErrors(app: FastifyInstance): void {
  app.get('/docs/errors', { schema: { hide: true } }, (_request, reply) =>
    renderPage(
      reply,
      <Page title="Errors">
        <p>
          Every refusal is a problem (RFC 9457): its code and status, the rule that says no, and in its facts the value, the limit and the
          present state.
        </p>
        {Object.entries(domainErrors).map(([code, { status, rule, title }]) => (
          <section key={code} id={code.toLowerCase()}>
            <h2>{code}</h2>
            <p>
              {status}, rule {rule}. {title}
            </p>
          </section>
        ))}
      </Page>,
    ),
  );
}
