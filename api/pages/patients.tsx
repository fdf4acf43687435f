/** Finding a patient, for whoever looks for a card and not for a time. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import type { Deps } from '../deps.ts';
import { deskOf, showPatients } from './front-desk.ts';
import { Page, renderPage } from './page.tsx';
import { findPatients, PatientHits, PatientSearch } from './patient-search.tsx';
import { speechFor } from './reader.ts';
import { RememberedBar, rememberedBy } from './remembered.tsx';

const Query = z.object({ q: z.string().max(100).optional() });

export function registerPatients(app: FastifyInstance, deps: Deps): void {
  app.get('/patients', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await deskOf(deps, request);
    const { q } = Query.parse(request.query);
    const found = q?.trim() ? await findPatients(deps, visitor, q) : [];
    const remembered = await rememberedBy(deps, visitor);
    await showPatients(
      deps,
      visitor,
      'patient search',
      found.map(({ id }) => id),
    );
    const { words } = speechFor(request);
    return renderPage(
      reply,
      <Page title={words('card.patients')} tab="Desk">
        <RememberedBar remembered={remembered} />
        <PatientSearch action="/patients" q={q} />
        {q && found.length === 0 && (
          <p className="notice">
            {words('card.nobody', { q })} <a href="/day-book">{words('desk.door.dayBook.name')}</a>
          </p>
        )}
        <PatientHits found={found} to={(id) => `/patients/${id}`} />
        <p>
          <a href="/day-book">{words('desk.door.dayBook.name')}</a>
        </p>
      </Page>,
    );
  });
}
