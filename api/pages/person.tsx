/**
 * One person, for support: what they are here, which alerts they get, what was mailed to them and what became of it,
 * and where they are signed in.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ReactNode } from 'react';
import { z } from 'zod';

import type { Role } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { addContact, removeContact } from '../../ledger/group.ts';
import { changePerson } from '../../ledger/person.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import type { Message, Session } from '../../prisma/generated/client.ts';
import type { en } from '../../words/en/index.ts';
import { actorOfVisitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Email, Line } from '../routes/plugin.ts';
import { browserName } from './browser-name.ts';
import { OptionalId } from './dates.ts';
import { Field, FoldedForm, Form, Pick } from './form-fields.tsx';
import { orAgain } from './or-again.tsx';
import { Facts, Page, renderPage } from './page.tsx';
import { supportOf } from './people.tsx';
import { speechFor, useSpeech } from './reader.ts';

const Pressed = z.object({ group: OptionalId, session: z.uuid().optional(), version: z.coerce.number().int().optional() });
const Details = z.object({ name: Line, email: Email });
const mostMessages = 20;

export function registerPerson(app: FastifyInstance, deps: Deps): void {
  app.get('/people/:id', { schema: { hide: true } }, async (request, reply) => renderPage(reply, await page(request)));

  async function page(request: FastifyRequest) {
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
    const { words } = speechFor(request);
    return (
      <Page title={person.name} tab="Desk">
        <Facts
          facts={[
            [words('preferences.email'), person.email],
            [words('preferences.role'), words(`role.${person.role as Role}`)],
            [words('people.state'), words(person.active ? 'people.active' : 'people.inactive')],
            [words('people.schedulesFor'), memberships.map(({ group }) => group.name).join(', ') || words('people.noGroup')],
            [words('people.mainOf'), mainOf.map(({ name }) => name).join(', ') || words('people.noGroup')],
          ]}
        />
        {unreached(messages) && <p className="notice warning">{words('people.unreached')}</p>}
        <FoldedForm name="details" className="card" summary={words('people.correct')}>
          <Form name="details" action={`/people/${person.id}/details`}>
            <input type="hidden" name="version" value={person.version} />
            <div className="row">
              <Field name="name" label={words('people.name')} required maxLength={200} value={person.name} />
              <Field name="email" type="email" label={words('preferences.email')} required maxLength={254} value={person.email} />
            </div>
            <button type="submit">{words('people.save')}</button>
          </Form>
        </FoldedForm>
        <h2>{words('people.alerts')}</h2>
        <p>{words('people.alertText')}</p>
        <ul className="plain">
          {signedUp.map(({ group }) => (
            <li key={group.id}>
              <Press id={person.id} what="sign-off" fields={{ group: group.id }}>
                {words('people.signOff', { group: group.name })}
              </Press>
            </li>
          ))}
        </ul>
        {person.active && (
          <Form name="sign-up" action={`/people/${person.id}/sign-up`} className="row">
            <Pick
              label={words('people.group')}
              name="group"
              options={groups.filter(({ id }) => !gets.has(id))}
              none={words('desk.choose')}
              required
            />
            <button type="submit">{words('people.signUp')}</button>
          </Form>
        )}
        <h2>{words('people.mails')}</h2>
        <Mails messages={messages} zone={zone} />
        <h2>{words('people.signedIn')}</h2>
        <Sessions sessions={sessions} zone={zone} id={person.id} />
        <h2>{words(person.active ? 'people.noLonger' : 'people.backAgain')}</h2>
        <p>{words(person.active ? 'people.leaves' : 'people.returns')}</p>
        <Press id={person.id} what={person.active ? 'deactivate' : 'activate'} fields={{ version: String(person.version) }}>
          {words(person.active ? 'people.left' : 'people.back', { name: person.name })}
        </Press>
      </Page>
    );
  }

  app.post<{ Params: { what: string } }>('/people/:id/:what', { schema: { hide: true } }, async (request, reply) => {
    const { what } = request.params;
    const act = async () => {
      await change(request, what);
      return reply.redirect(`/people/${(request.params as { id?: string }).id}`, 303);
    };
    return orAgain(reply, { form: what, codes: { ALREADY_EXISTS: 'email' } }, act, () => page(request));
  });

  async function change(request: FastifyRequest, what: string): Promise<void> {
    const { visitor, person } = await reach(deps, request);
    const [actor, at] = [actorOfVisitor(visitor), deps.now()];
    const said = what === 'details' ? Details.parse(request.body) : what === 'deactivate' ? { active: false } : { active: true };
    const { group: groupId, session, version } = Pressed.parse(request.body);
    await inTransaction(deps.db, async (tx) => {
      if (what === 'sign-up' || what === 'sign-off') {
        const group = groupId && (await tx.group.findFirst({ where: { id: groupId, facilityId: visitor.facilityId } }));
        if (!group) throw new DomainError('NOT_FOUND', { group: groupId });
        if (what === 'sign-off') await removeContact(tx, group, person.id, actor, at);
        else await addContact(tx, group.id, person, actor, at);
      } else if (what === 'end-session' && session) {
        await tx.session.updateMany({ where: { id: session, personId: person.id, revokedAt: null }, data: { revokedAt: at } });
      } else if (['details', 'deactivate', 'activate'].includes(what) && version) {
        if (!(await changePerson(tx, person, said, { version, actor, at }))) throw new DomainError('VERSION_MISMATCH');
      } else throw new DomainError('NOT_FOUND', { what });
    });
  }
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
  const { words, phrase, dateTime } = useSpeech();
  if (messages.length === 0) return <p>{words('people.nothing')}</p>;
  return (
    <ul>
      {messages.map(({ id, kind, state, sendAfter, sentAt, error }) => (
        <li key={id}>
          {dateTime((sentAt ?? sendAfter).toISOString(), zone)}: {phrase(kind)},{' '}
          {words(`people.mailState.${state as keyof typeof en.people.mailState}`)}
          {error && ` (${error})`}
        </li>
      ))}
    </ul>
  );
}

function Sessions({ sessions, zone, id }: { sessions: Session[]; zone: string; id: string }) {
  const { words, dateTime } = useSpeech();
  if (sessions.length === 0) return <p>{words('people.nowhere')}</p>;
  return (
    <ul className="plain">
      {sessions.map((session) => (
        <li key={session.id} className="card">
          <p>
            {words('people.since', {
              browser: browserName(session.userAgent) ?? words('preferences.unknownBrowser'),
              scope: words(`people.scope.${session.scope as keyof typeof en.people.scope}`),
              at: dateTime(session.createdAt.toISOString(), zone),
            })}
          </p>
          <Press id={id} what="end-session" fields={{ session: session.id }}>
            {words('preferences.end')}
          </Press>
        </li>
      ))}
    </ul>
  );
}
