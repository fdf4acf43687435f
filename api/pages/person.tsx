/**
 * One person, for support: what they are here, which alerts they get, what was mailed to them and what became of it,
 * and where they are signed in.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ReactNode } from 'react';
import { z } from 'zod';

import { DomainError } from '../../domain/errors.ts';
import { dateTime } from '../../emails/wording.ts';
import { addContact, removeContact } from '../../ledger/group.ts';
import { changePerson } from '../../ledger/person.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Message, Session } from '../../prisma/generated/client.ts';
import { actorOfVisitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Choice, Facts, Page, renderPage } from './page.tsx';
import { supportOf } from './people.tsx';

const Form = z.object({ group: z.uuid().optional(), session: z.uuid().optional(), version: z.coerce.number().int().optional() });
const mostMessages = 20;

export function registerPerson(app: FastifyInstance, deps: Deps): void {
  app.get('/people/:id', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, person } = await reach(deps, request);
    const { zone } = visitor;
    const here = { facilityId: visitor.facilityId };
    const [mainOf, memberships, groups, messages, sessions] = await Promise.all([
      deps.reader.group.findMany({ where: { mainContactId: person.id }, orderBy: { name: 'asc' } }),
      deps.reader.membership.findMany({ where: { personId: person.id }, include: { group: true }, orderBy: { group: { name: 'asc' } } }),
      deps.reader.group.findMany({ where: here, orderBy: { name: 'asc' }, select: { id: true, name: true } }),
      deps.reader.message.findMany({ where: { personId: person.id }, orderBy: { id: 'desc' }, take: mostMessages }),
      deps.reader.session.findMany({
        where: { personId: person.id, revokedAt: null, expiresAt: { gt: deps.now() } },
        orderBy: { createdAt: 'desc' },
        take: 50,
      }),
    ]);
    const signedUp = memberships.filter(({ blockAlerts }) => blockAlerts);
    const gets = new Set([...mainOf.map(({ id }) => id), ...signedUp.map(({ groupId }) => groupId)]);
    return renderPage(
      reply,
      <Page title={person.name} tab="Desk">
        <Facts
          facts={[
            ['Email', person.email],
            ['Role', person.role],
            ['State', person.active ? 'active' : 'no longer here: is not mailed and cannot sign in'],
            ['Schedules for', memberships.map(({ group }) => group.name).join(', ') || 'no group'],
            ['Main contact of', mainOf.map(({ name }) => name).join(', ') || 'no group'],
          ]}
        />
        {unreached(messages) && (
          <p className="notice warning">
            Mail does not reach this address: the last one came back for good. Correct the address, or name somebody who stands in.
          </p>
        )}
        <h2>Block alerts</h2>
        <p>The main contact of a group gets its Block Alerts; others get them when they are signed up here.</p>
        <ul className="plain">
          {signedUp.map(({ group }) => (
            <li key={group.id}>
              <Press id={person.id} what="sign-off" fields={{ group: group.id }}>
                Sign off {group.name}
              </Press>
            </li>
          ))}
        </ul>
        {person.active && (
          <form method="post" action={`/people/${person.id}/sign-up`} className="row">
            <Choice label="Group" name="group" options={groups.filter(({ id }) => !gets.has(id))} chosen={undefined} />
            <button type="submit">Sign up</button>
          </form>
        )}
        <h2>Mails</h2>
        <Mails messages={messages} zone={zone} />
        <h2>Signed in</h2>
        <Sessions sessions={sessions} zone={zone} id={person.id} />
        <h2>{person.active ? 'No longer here' : 'Back again'}</h2>
        <p>
          {person.active
            ? 'Ends every session; nothing is mailed any more. What was decided keeps the name.'
            : 'Is mailed and can sign in again.'}
        </p>
        <Press id={person.id} what={person.active ? 'deactivate' : 'activate'} fields={{ version: String(person.version) }}>
          {person.active ? `${person.name} is no longer here` : `${person.name} is back`}
        </Press>
      </Page>,
    );
  });

  app.post('/people/:id/:what', { schema: { hide: true } }, async (request, reply) => {
    const { visitor, person } = await reach(deps, request);
    const { what } = request.params as { what: string };
    const { group: groupId, session, version } = Form.parse(request.body);
    const [actor, at] = [actorOfVisitor(visitor), deps.now()];
    await inTransaction(deps.db, async (tx) => {
      if (what === 'sign-up' || what === 'sign-off') {
        const group = groupId && (await tx.group.findFirst({ where: { id: groupId, facilityId: visitor.facilityId } }));
        if (!group) throw new DomainError('NOT_FOUND', { group: groupId });
        if (what === 'sign-off') await removeContact(tx, group, person.id, actor, at);
        else await addContact(tx, group.id, person, actor, at);
      } else if (what === 'end-session' && session) {
        await tx.session.updateMany({ where: { id: session, personId: person.id, revokedAt: null }, data: { revokedAt: at } });
      } else if ((what === 'deactivate' || what === 'activate') && version) {
        if (!(await changePerson(tx, person, { active: what === 'activate' }, { version, actor, at })))
          throw new DomainError('VERSION_MISMATCH');
      } else throw new DomainError('NOT_FOUND', { what });
    });
    return reply.redirect(`/people/${person.id}`, 303);
  });
}

async function reach(deps: Deps, request: FastifyRequest) {
  const visitor = await supportOf(deps, request);
  const id = z.uuid().safeParse((request.params as { id: string }).id).data;
  const person = id && (await deps.reader.person.findFirst({ where: { id, facilityId: visitor.facilityId } }));
  if (!person) throw new DomainError('NOT_FOUND', { person: id });
  return { visitor, person };
}

/** One press, one change. */
function Press({ id, what, fields, children }: { id: string; what: string; fields: Record<string, string>; children: ReactNode }) {
  return (
    <form method="post" action={`/people/${id}/${what}`}>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button type="submit">{children}</button>
    </form>
  );
}

/** The last mail that went out came back for good. */
function unreached(messages: Message[]): boolean {
  const last = messages.find(({ state }) => ['sent', 'delivered', 'bounced', 'undeliverable'].includes(state));
  return last?.state === 'bounced' || last?.state === 'undeliverable';
}

function Mails({ messages, zone }: { messages: Message[]; zone: string }) {
  if (messages.length === 0) return <p>Nothing was mailed yet.</p>;
  return (
    <ul>
      {messages.map(({ id, kind, state, sendAfter, sentAt, error }) => (
        <li key={id}>
          {dateTime((sentAt ?? sendAfter).toISOString(), zone)}: {kind}, {state}
          {error && ` (${error})`}
        </li>
      ))}
    </ul>
  );
}

function Sessions({ sessions, zone, id }: { sessions: Session[]; zone: string; id: string }) {
  if (sessions.length === 0) return <p>Nowhere.</p>;
  return (
    <ul className="plain">
      {sessions.map((session) => (
        <li key={session.id} className="card">
          <p>
            {session.userAgent ?? 'Unknown browser'}, {session.scope}, since {dateTime(session.createdAt.toISOString(), zone)}
          </p>
          <Press id={id} what="end-session" fields={{ session: session.id }}>
            End this session
          </Press>
        </li>
      ))}
    </ul>
  );
}
