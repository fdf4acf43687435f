/** The editor of ticket types: adding one is filling in a form, no code. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import type { Role } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import type { TicketField } from '../../domain/ticket-field.ts';
import { type TicketType, TicketTypeTerms } from '../../domain/ticket-type.ts';
import { moveTickets } from '../../ledger/ticket.ts';
import { changeTicketType, createTicketType, plantTicketTypes, ticketType, ticketTypesOf } from '../../ledger/ticket-type.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { orAgain } from './or-again.tsx';
import { Page, renderPage } from './page.tsx';
import { useSpeech } from './reader.ts';
import type { Naming, Posted } from './refused.tsx';
import { atDesk, leads } from './ticket-parts.tsx';
import { rowsIn, TicketTypeForm } from './ticket-type-form.tsx';

const editors: readonly Role[] = [...leads, 'support'];
const Queue = z.object({ teamId: z.uuid(), takeoverTeamId: z.uuid().nullable() });
const Params = z.object({ id: z.union([z.uuid(), z.literal('new')]) });

export function registerTicketTypes(app: FastifyInstance, deps: Deps): void {
  app.get('/ticket-types', { schema: { hide: true } }, async (request, reply) => {
    const { facilityId } = await atDesk(deps, request, editors);
    const [types, teams] = [await ticketTypesOf(deps.reader, facilityId), await teamsOf(facilityId)];
    return renderPage(reply, <TicketTypeList types={types} teams={teams} />);
  });

  app.post('/ticket-types/starting-set', { schema: { hide: true } }, async (request, reply) => {
    const { facilityId } = await atDesk(deps, request, editors);
    await inTransaction(deps.db, (tx) => plantTicketTypes(tx, facilityId));
    return reply.redirect('/ticket-types', 303);
  });

  app.get<{ Querystring: { saved?: string } }>('/ticket-types/:id', { schema: { hide: true } }, async (request, reply) => {
    const { facilityId } = await atDesk(deps, request, editors);
    const { id } = Params.parse(request.params);
    return renderPage(reply, await page(facilityId, id, request.query.saved !== undefined));
  });

  app.post('/ticket-types/:id', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await atDesk(deps, request, editors);
    const { id } = Params.parse(request.params);
    const body = (request.body ?? {}) as Posted;
    const act = async () => reply.redirect(`/ticket-types/${await save(visitor, id, body)}?saved`, 303);
    return orAgain(reply, namingOf(body), act, () => page(visitor.facilityId, id));
  });

  async function page(facilityId: string, id: string, saved = false) {
    const type = id === 'new' ? undefined : ticketType(await find(facilityId, id));
    return <TicketTypeForm {...{ type, saved }} teams={await teamsOf(facilityId)} />;
  }

  async function save(visitor: Visitor, id: string, body: Posted): Promise<string> {
    const { facilityId } = visitor;
    const by = { actor: actorOfVisitor(visitor), now: deps.now() };
    const after = await inTransaction(deps.db, async (tx) => {
      const before = id === 'new' ? undefined : await find(facilityId, id);
      const { teamId, takeoverTeamId, ...entered } = enteredIn(body);
      const terms = TicketTypeTerms.parse({ ...(before && ticketType(before)), ...entered, key: before?.key ?? entered.key });
      const queue = Queue.parse({ teamId, takeoverTeamId });
      if (!before) return createTicketType(tx, facilityId, { ...terms, ...queue }, by);
      const version = z.coerce.number().int().parse(body.version);
      const changed = await changeTicketType(tx, before, { ...terms, ...queue }, { version, ...by });
      if (!changed) throw new DomainError('VERSION_MISMATCH', { present: { version: before.version } });
      await moveTickets(tx, { typeId: before.id }, by.now);
      return changed;
    });
    return after.id;
  }

  const teamsOf = (facilityId: string) =>
    deps.reader.team.findMany({ where: { facilityId }, orderBy: { name: 'asc' }, select: { id: true, name: true } });

  async function find(facilityId: string, id: string) {
    const row = await deps.reader.ticketType.findFirst({ where: { id, facilityId } });
    if (!row) throw new DomainError('NOT_FOUND', { id });
    return row;
  }
}

type ListProps = { types: TicketType[]; teams: { id: string; name: string }[] };

function TicketTypeList({ types, teams }: ListProps) {
  const { words, duration } = useSpeech();
  return (
    <Page title={words('ticketType.title')} tab="Desk">
      <p>
        <a href="/ticket-types/new">{words('ticketType.add')}</a> · <a href="/desk">{words('ticket.toDesk')}</a>
      </p>
      {types.length === 0 && (
        <form method="post" action="/ticket-types/starting-set">
          <p>{words('ticketType.none')}</p>
          <button type="submit">{words('ticketType.begin')}</button>
        </form>
      )}
      {teams
        .filter((team) => types.some(({ teamId }) => teamId === team.id))
        .map((team) => (
          <section key={team.id}>
            <h2>{team.name}</h2>
            <ul>
              {types
                .filter(({ teamId }) => teamId === team.id)
                .map(({ id, name, slaMinutes, active }) => (
                  <li key={id}>
                    <a href={`/ticket-types/${id}`}>{name}</a>
                    {slaMinutes !== null && <span className="muted"> {words('ticketType.within', { time: duration(slaMinutes) })}</span>}
                    {!active && <span className="muted"> {words('ticketType.inactive')}</span>}
                  </li>
                ))}
            </ul>
          </section>
        ))}
    </Page>
  );
}

/** The form as it was filled in, to be judged as terms; what it has no field for is not in it. */
function enteredIn(body: Posted) {
  const text = (name: string) => (typeof body[name] === 'string' ? (body[name] as string).trim() : '');
  const minutes = (name: string) => (text(name) === '' ? null : Number(text(name)));
  return {
    key: text('key'),
    name: text('name'),
    area: text('area'),
    teamId: text('teamId'),
    takeoverTeamId: text('takeoverTeamId') || null,
    roles: [body.roles ?? []].flat(),
    scope: body.designated ? 'designated' : 'all',
    growth: Boolean(body.growth),
    matters: listIn(text('matters')),
    slaMinutes: minutes('slaMinutes'),
    warnMinutes: minutes('warnMinutes') ?? 0,
    returnMinutes: minutes('returnMinutes'),
    returnTo: text('returnTo') || 'next',
    active: Boolean(body.active),
    fields: fieldsIn(body, 'fields', text),
    closing: fieldsIn(body, 'closing', text),
  };
}

const listIn = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

/** The rows that have a label: the others are none. */
const filledRows = (body: Posted, list: 'fields' | 'closing'): string[] =>
  Array.from({ length: rowsIn(body, list) }, (_, index) => `${list}.${index}`).filter((row) => String(body[`${row}.label`] ?? '').trim());

function fieldsIn(body: Posted, list: 'fields' | 'closing', text: (name: string) => string): TicketField[] {
  const taken = new Set<string>();
  return filledRows(body, list).map((row) => {
    const label = text(`${row}.label`);
    const kind = text(`${row}.kind`) as TicketField['kind'];
    const number = Number(row.split('.')[1]) + 1;
    const name = [text(`${row}.name`), nameOf(label)].find((one) => one && !taken.has(one)) ?? `question${number}`;
    taken.add(name);
    const field = { name, label, kind, required: text(`${row}.required`) !== '' };
    return { ...field, ...(kind === 'choice' && { options: listIn(text(`${row}.options`)) }) };
  });
}

/** Which field a refusal is about: of `closing.1.options` the row is the second that has a label. */
const namingOf = (body: Posted): Naming => ({
  codes: { TICKET_TYPE_EXISTS: 'key', WARNING_TOO_EARLY: 'warnMinutes', UNKNOWN_TEAM: 'teamId' },
  nameOf: ([list, index = 0, part = 'options']) =>
    list === 'fields' || list === 'closing' ? `${filledRows(body, list)[Number(index)]}.${String(part)}` : undefined,
});

/** `What was ordered` → `whatWasOrdered`; undefined for words that no name can be made of, such as those in other letters. */
function nameOf(label: string): string | undefined {
  const words = label
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9 ]/g, '')
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .slice(0, 5);
  const name = words.map((word, index) => (index === 0 ? word : word.slice(0, 1).toUpperCase() + word.slice(1))).join('');
  return /^[a-z]/.test(name) ? name.slice(0, 40) : undefined;
}
