/** People, for support: find somebody by name or address (C-21, C-25). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

import type { Role } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { addContact } from '../../ledger/group.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { actorOfVisitor, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { keyset, pageOf } from '../listing.ts';
import { Email, Line } from '../routes/plugin.ts';
import { Field, FoldedForm, Form, Pick } from './form-fields.tsx';
import { orAgain } from './or-again.tsx';
import { Page, renderPage } from './page.tsx';
import { speechFor } from './reader.ts';

const Query = z.object({ find: z.string().trim().max(100).optional(), cursor: z.string().max(500).optional() });
const Contact = z.object({ name: Line, email: Email, groupId: z.uuid() });
const perPage = 50;

/** Who looks after people: throws NOT_ALLOWED for anybody but support. */
export async function supportOf(deps: Deps, request: FastifyRequest): Promise<Visitor> {
  const visitor = await staffOf(deps, request);
  if (visitor.role !== 'support') throw new DomainError('NOT_ALLOWED', { role: visitor.role, needs: ['support'] });
  return visitor;
}

export function registerPeople(app: FastifyInstance, deps: Deps): void {
  app.get('/people', { schema: { hide: true } }, async (request, reply) => renderPage(reply, await page(request)));

  /** C-21: whose name and address somebody sent; a new address becomes a person of the facility. */
  app.post('/people', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await supportOf(deps, request);
    const signUp = async () => {
      const { groupId, ...contact } = Contact.parse(request.body);
      const added = await inTransaction(deps.db, async (tx) => {
        const group = await tx.group.findFirst({ where: { id: groupId, facilityId: visitor.facilityId } });
        if (!group) throw new DomainError('NOT_FOUND', { group: groupId });
        return addContact(tx, group.id, contact, actorOfVisitor(visitor), deps.now());
      });
      return reply.redirect(`/people/${added.id}`, 303);
    };
    return orAgain(reply, { form: 'sign-up', codes: { CONTACT_EXISTS: 'email', ALREADY_EXISTS: 'email' } }, signUp, () => page(request));
  });

  async function page(request: FastifyRequest) {
    const { facilityId, facility } = await supportOf(deps, request);
    const { find, cursor } = Query.parse(request.query);
    const { where, orderBy } = keyset('name', cursor, 'text');
    const like = find ? { contains: find, mode: 'insensitive' as const } : undefined;
    const rows = await deps.reader.person.findMany({
      where: { AND: [{ facilityId }, like ? { OR: [{ name: like }, { email: like }] } : {}, where] },
      orderBy,
      take: perPage + 1,
    });
    const { items, nextCursor } = pageOf(
      rows,
      perPage,
      ({ name, id }) => [name, id],
      (row) => row,
    );
    const groups = await deps.reader.group.findMany({
      where: { facilityId },
      orderBy: { name: 'asc' },
      select: { id: true, name: true },
    });
    const { words } = speechFor(request);
    return (
      <Page title={words('people.title')} tab="Desk">
        <p className="muted">{facility}</p>
        <form method="get" action="/people" className="row">
          <label>
            {words('people.find')} <input type="search" name="find" maxLength={100} defaultValue={find} />
          </label>
          <button type="submit">{words('people.button')}</button>
        </form>
        {items.length === 0 ? (
          <p>{words('people.nobody')}</p>
        ) : (
          <ul>
            {items.map(({ id, name, email, role, active }) => (
              <li key={id}>
                <a href={`/people/${id}`}>{name}</a>, {email}, {words(`role.${role as Role}`)}
                {!active && `, ${words('people.gone')}`}
              </li>
            ))}
          </ul>
        )}
        {nextCursor && (
          <p>
            <a href={`/people?${new URLSearchParams({ ...(find && { find }), cursor: nextCursor })}`}>{words('people.more')}</a>
          </p>
        )}
        {groups.length > 0 && (
          <FoldedForm name="sign-up" className="card" summary={words('people.signUpNew')}>
            <Form name="sign-up" action="/people">
              <p>{words('people.signUpText')}</p>
              <div className="row">
                <Field name="name" label={words('people.name')} required maxLength={200} />
                <Field name="email" type="email" label={words('preferences.email')} required maxLength={254} />
                <Pick name="groupId" label={words('people.group')} options={groups} />
              </div>
              <button type="submit">{words('people.signUp')}</button>
            </Form>
          </FoldedForm>
        )}
      </Page>
    );
  }
}
