import type { FastifyInstance } from 'fastify';

import { domainErrors } from '../../domain/errors.ts';
import { Page, renderPage } from './page.tsx';
import { speechFor } from './reader.ts';

/** Where the `type` of every problem leads (RFC 9457): each refusal with its status and the rule that says no. */
export function registerErrors(app: FastifyInstance): void {
  app.get('/docs/errors', { schema: { hide: true } }, (request, reply) => {
    const { words, phrase } = speechFor(request);
    return renderPage(
      reply,
      <Page title={words('frame.errors.title')}>
        <p>{words('frame.errors.text')}</p>
        {Object.entries(domainErrors).map(([code, { status, rule, title }]) => (
          <section key={code} id={code.toLowerCase()}>
            <h2>{code}</h2>
            <p>
              {words('frame.errors.line', { status, rule })} {phrase(title)}
            </p>
          </section>
        ))}
      </Page>,
    );
  });
}
