/** P-11: the Support page: the latest information, announcements and answers to what is often asked. Linked from every page; support edits it. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import type { Role } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { recordChange } from '../../ledger/facility.ts';
import { facilitySchedulers } from '../../ledger/message.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Database } from '../../prisma/client.ts';
import type { SupportEntry } from '../../prisma/generated/client.ts';
import { actorOfVisitor, staffOf, visitorOf } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { oncePosted } from './form-once.ts';
import { Page, renderPage } from './page.tsx';
import { useSpeech } from './reader.ts';
import { worksTickets } from './ticket-parts.tsx';

const kindNames = ['announcement', 'information', 'question'] as const;
type Kind = (typeof kindNames)[number];

const NewEntry = z.object({
  form: z.uuid(),
  kind: z.enum(kindNames),
  title: z.string().trim().min(1).max(200),
  text: z.string().trim().min(1).max(5000),
});
const Removal = z.object({ entry: z.uuid() });

export function registerSupportPage(app: FastifyInstance, deps: Deps): void {
  app.get('/support', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await visitorOf(deps, request);
    const { facilityId, zone, facility, role } = visitor;
    const entries = await deps.reader.supportEntry.findMany({
      where: { facilityId, removedAt: null },
      orderBy: [{ writtenAt: 'desc' }, { id: 'desc' }],
    });
    const helpers = worksTickets(role) ? [] : await helpersOf(deps.reader, facilityId);
    const edits = role === 'support' && visitor.scope === 'staff';
    return renderPage(reply, <SupportPage {...{ facility, entries, zone, role, edits, helpers }} />);
  });

  app.post('/support', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, actor, at } = await editorOf(deps, request);
    const { form, ...entry } = NewEntry.parse(request.body);
    await oncePosted(deps, visitor, { ...entry, form }, async (tx) => {
      const { facilityId } = visitor;
      const row = await tx.supportEntry.create({ data: { ...entry, facilityId, writtenBy: actor.name, writtenAt: at } });
      const change = { action: 'publish on the support page', actor, at, rule: 'P-11', after: { entryId: row.id, ...entry } };
      await recordChange(tx, { facilityId, kind: 'facility', id: facilityId }, change);
      return row.id;
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

type Helper = { name: string; email: string };

/** Whom to write to (C-21, C-25): the support team, or the facility schedulers where a facility has nobody of it. */
async function helpersOf(db: Database, facilityId: string): Promise<Helper[]> {
  const where = { facilityId, role: 'support', active: true };
  const team = await db.person.findMany({ where, select: { name: true, email: true }, orderBy: { name: 'asc' }, take: 20 });
  return team.length > 0 ? team : facilitySchedulers(db, facilityId);
}

type Props = { facility: string; entries: SupportEntry[]; zone: string; role: Role; edits: boolean; helpers: Helper[] };

function SupportPage({ facility, entries, zone, role, edits, helpers }: Props) {
  const { words } = useSpeech();
  return (
    <Page title={words('supportPage.title')}>
      <p className="muted">{facility}</p>
      {helpers.length > 0 && (
        <section>
          <h2>{words('supportPage.write')}</h2>
          <p>{words('supportPage.writeText')}</p>
          <ul>
            {helpers.map(({ name, email }) => (
              <li key={email}>
                {name}, <a href={`mailto:${email}`}>{email}</a>
              </li>
            ))}
          </ul>
        </section>
      )}
      {entries.length === 0 && <p>{words('supportPage.empty')}</p>}
      {kindNames.map((kind) => (
        <Section key={kind} kind={kind} entries={entries.filter((one) => one.kind === kind)} zone={zone} edits={edits} />
      ))}
      {worksTickets(role) && (
        <p>
          {words('supportPage.else')} <a href="/tickets/new">{words('supportPage.ticket')}</a>
        </p>
      )}
      {role === 'support' && !edits && (
        <p>
          <a href="/sign-in?to=/support">{words('supportPage.signIn')}</a>
        </p>
      )}
      {edits && <NewEntryForm />}
    </Page>
  );
}

function NewEntryForm() {
  const { words } = useSpeech();
  return (
    <form method="post" action="/support" className="card">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <h2>{words('supportPage.add')}</h2>
      <label>
        {words('supportPage.kindOf')}
        <select name="kind">
          {kindNames.map((kind) => (
            <option key={kind} value={kind}>
              {words(`supportPage.kind.${kind}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words('supportPage.titleOf')} <input name="title" required maxLength={200} />
      </label>
      <label>
        {words('supportPage.text')} <textarea name="text" rows={4} required maxLength={5000} />
      </label>
      <button type="submit">{words('supportPage.publish')}</button>
    </form>
  );
}

function Section({ kind, entries, zone, edits }: { kind: Kind; entries: SupportEntry[]; zone: string; edits: boolean }) {
  const { words, longDay } = useSpeech();
  if (entries.length === 0) return null;
  return (
    <section>
      <h2>{words(`supportPage.kind.${kind}`)}</h2>
      {entries.map(({ id, title, text, writtenAt }) => (
        <details key={id} open={kind !== 'question'}>
          <summary>{title}</summary>
          <p className="said">{text}</p>
          <p className="muted">{longDay(writtenAt.toISOString(), zone)}</p>
          {edits && (
            <form method="post" action="/support/remove">
              <input type="hidden" name="entry" value={id} />
              <button type="submit" className="quiet">
                {words('supportPage.remove')}
              </button>
            </form>
          )}
        </details>
      ))}
    </section>
  );
}
