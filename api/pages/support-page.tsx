/** P-11: the Support page: the latest information, announcements and answers to what is often asked. Linked from every page; support edits it. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { longDay } from '../../emails/wording.ts';
import { recordChange } from '../../ledger/facility.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { SupportEntry } from '../../prisma/generated/client.ts';
import { actorOfVisitor, staffOf, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Page, renderPage } from './page.tsx';

const kinds = { announcement: 'Announcements', information: 'Latest information', question: 'Often asked' } as const;
type Kind = keyof typeof kinds;
const kindNames = Object.keys(kinds) as Kind[];

const NewEntry = z.object({ kind: z.enum(kindNames), title: z.string().trim().min(1).max(200), text: z.string().trim().min(1).max(5000) });
const Removal = z.object({ entry: z.uuid() });

export function registerSupportPage(app: FastifyInstance, deps: Deps): void {
  app.get('/support', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const { facilityId, zone, facility, role } = visitor;
    const entries = await deps.reader.supportEntry.findMany({
      where: { facilityId, removedAt: null },
      orderBy: [{ writtenAt: 'desc' }, { id: 'desc' }],
    });
    const edits = role === 'support' && visitor.scope === 'staff';
    return renderPage(
      reply,
      <Page title="Support">
        <p className="muted">{facility}</p>
        {entries.length === 0 && (
          <p>Nothing has been announced, and nothing is often asked yet. What a colleague cannot answer goes into a ticket.</p>
        )}
        {kindNames.map((kind) => (
          <Section key={kind} kind={kind} entries={entries.filter((one) => one.kind === kind)} zone={zone} edits={edits} />
        ))}
        {role === 'support' && !edits && (
          <p>
            <a href="/sign-in?to=/support">Sign in afresh</a> to edit this page.
          </p>
        )}
        {edits && (
          <form method="post" action="/support" className="card">
            <h2>Add</h2>
            <label>
              Kind
              <select name="kind">
                {kindNames.map((kind) => (
                  <option key={kind} value={kind}>
                    {kinds[kind]}
                  </option>
                ))}
              </select>
            </label>
            <label>
              Title or question <input name="title" required maxLength={200} />
            </label>
            <label>
              Text or answer <textarea name="text" rows={4} required maxLength={5000} />
            </label>
            <button type="submit">Publish</button>
          </form>
        )}
      </Page>,
    );
  });

  app.post('/support', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, actor, at } = await editorOf(deps, request);
    const entry = NewEntry.parse(request.body);
    await inTransaction(deps.db, async (tx) => {
      const { facilityId } = visitor;
      const row = await tx.supportEntry.create({ data: { ...entry, facilityId, writtenBy: actor.name, writtenAt: at } });
      const change = { action: 'publish on the support page', actor, at, rule: 'P-11', after: { entryId: row.id, ...entry } };
      await recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, change);
    });
    return reply.redirect('/support', 303);
  });

  app.post('/support/remove', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, actor, at } = await editorOf(deps, request);
    const { entry: id } = Removal.parse(request.body);
    await inTransaction(deps.db, async (tx) => {
      const { facilityId } = visitor;
      const { count } = await tx.supportEntry.updateMany({ where: { id, facilityId, removedAt: null }, data: { removedAt: at } });
      if (count === 0) throw new DomainError('NOT_FOUND', { entry: id });
      const change = { action: 'take off the support page', actor, at, rule: 'P-11', after: { entryId: id } };
      await recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, change);
    });
    return reply.redirect('/support', 303);
  });
}

async function editorOf(deps: Deps, request: FastifyRequest) {
  const visitor = await staffOf(deps, request);
  if (visitor.role !== 'support') throw new DomainError('NOT_ALLOWED', { role: visitor.role, needs: ['support'] });
  return { visitor, actor: actorOfVisitor(visitor), at: deps.now() };
}

function Section({ kind, entries, zone, edits }: { kind: Kind; entries: SupportEntry[]; zone: string; edits: boolean }) {
  if (entries.length === 0) return null;
  return (
    <section>
      <h2>{kinds[kind]}</h2>
      {entries.map(({ id, title, text, writtenAt }) => (
        <details key={id} open={kind !== 'question'}>
          <summary>{title}</summary>
          <p className="said">{text}</p>
          <p className="muted">{longDay(writtenAt.toISOString(), zone)}</p>
          {edits && (
            <form method="post" action="/support/remove">
              <input type="hidden" name="entry" value={id} />
              <button type="submit" className="quiet">
                Take it off
              </button>
            </form>
          )}
        </details>
      ))}
    </section>
  );
}
