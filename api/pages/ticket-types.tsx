/** The editor of ticket types: adding one is filling in a form, no code. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import type { Role } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import type { TicketField } from '../../domain/ticket-field.ts';
import { TicketTypeTerms } from '../../domain/ticket-type.ts';
import { moveTickets } from '../../ledger/ticket.ts';
import { changeTicketType, createTicketType, plantTicketTypes, ticketType, ticketTypesOf } from '../../ledger/ticket-type.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { actorOfVisitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Page, renderPage } from './page.tsx';
import { atDesk, leads } from './ticket-parts.tsx';
import { fieldRows, TicketTypeForm } from './ticket-type-form.tsx';

const editors: readonly Role[] = [...leads, 'support'];
type Form = Record<string, string | string[] | undefined>;
const Params = z.object({ id: z.union([z.uuid(), z.literal('new')]) });

export function registerTicketTypes(app: FastifyInstance, deps: Deps): void {
  app.get('/ticket-types', { schema: { hide: true } }, async (request, reply) => {
    const { facilityId } = await atDesk(deps, request, editors);
    const types = await ticketTypesOf(deps.reader, facilityId);
    const teams = await teamsOf(facilityId);
    return renderPage(
      reply,
      <Page title="Ticket types" tab="Desk">
        <p>
          <a href="/ticket-types/new">Add a type</a> · <a href="/desk">Back to the desk</a>
        </p>
        {types.length === 0 && (
          <form method="post" action="/ticket-types/starting-set">
            <p>There are none yet. Begin with the usual ones, then change what is different here.</p>
            <button type="submit">Begin with the usual types</button>
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
                      {slaMinutes !== null && <span className="muted"> within {slaMinutes / 60} working hours</span>}
                      {!active && <span className="muted"> (not offered any more)</span>}
                    </li>
                  ))}
              </ul>
            </section>
          ))}
      </Page>,
    );
  });

  app.post('/ticket-types/starting-set', { schema: { hide: true } }, async (request, reply) => {
    const { facilityId } = await atDesk(deps, request, editors);
    await inTransaction(deps.db, (tx) => plantTicketTypes(tx, facilityId));
    return reply.redirect('/ticket-types', 303);
  });

  app.get<{ Querystring: { saved?: string } }>('/ticket-types/:id', { schema: { hide: true } }, async (request, reply) => {
    const { facilityId } = await atDesk(deps, request, editors);
    const { id } = Params.parse(request.params);
    const type = id === 'new' ? undefined : ticketType(await find(facilityId, id));
    const page = <TicketTypeForm type={type} teams={await teamsOf(facilityId)} saved={request.query.saved !== undefined} />;
    return renderPage(reply, page);
  });

  app.post('/ticket-types/:id', { schema: { hide: true } }, async (request, reply) => {
    const visitor = await atDesk(deps, request, editors);
    const { facilityId } = visitor;
    const { id } = Params.parse(request.params);
    const body = (request.body ?? {}) as Form;
    const by = { actor: actorOfVisitor(visitor), now: deps.now() };
    const saved = await inTransaction(deps.db, async (tx) => {
      const before = id === 'new' ? undefined : await find(facilityId, id);
      const terms = termsIn(body, before && ticketType(before));
      const queue = {
        teamId: z.uuid().parse(body.teamId),
        takeoverTeamId: body.takeoverTeamId ? z.uuid().parse(body.takeoverTeamId) : null,
      };
      if (!before) return createTicketType(tx, facilityId, { ...terms, ...queue }, by);
      const version = z.coerce.number().int().parse(body.version);
      const after = await changeTicketType(tx, before, { ...terms, ...queue }, { version, ...by });
      if (!after) throw new DomainError('VERSION_MISMATCH', { present: { version: before.version } });
      await moveTickets(tx, { typeId: before.id }, by.now);
      return after;
    });
    return reply.redirect(`/ticket-types/${saved.id}?saved`, 303);
  });

  const teamsOf = (facilityId: string) =>
    deps.reader.team.findMany({ where: { facilityId }, orderBy: { name: 'asc' }, select: { id: true, name: true } });

  async function find(facilityId: string, id: string) {
    const row = await deps.reader.ticketType.findFirst({ where: { id, facilityId } });
    if (!row) throw new DomainError('NOT_FOUND', { id });
    return row;
  }
}

/** The form as terms; what it has no field for stays as it was. Throws INVALID_REQUEST by the schema of the terms. */
function termsIn(body: Form, before: TicketTypeTerms | undefined): TicketTypeTerms {
  const text = (name: string) => (typeof body[name] === 'string' ? (body[name] as string).trim() : '');
  const minutes = (name: string) => (text(name) === '' ? null : Number(text(name)));
  return TicketTypeTerms.parse({
    ...before,
    key: before?.key ?? text('key'),
    name: text('name'),
    area: text('area'),
    roles: [body.roles ?? []].flat(),
    scope: body.designated ? 'designated' : 'all',
    growth: Boolean(body.growth),
    matters: text('matters')
      .split(',')
      .map((word) => word.trim())
      .filter(Boolean),
    slaMinutes: minutes('slaMinutes'),
    warnMinutes: minutes('warnMinutes') ?? 0,
    returnMinutes: minutes('returnMinutes'),
    returnTo: text('returnTo') || 'next',
    active: Boolean(body.active),
    fields: fieldsIn('fields', text),
    closing: fieldsIn('closing', text),
  });
}

/** Rows without a label are none. */
function fieldsIn(list: 'fields' | 'closing', text: (name: string) => string): Partial<TicketField>[] {
  return Array.from({ length: fieldRows }, (_, index) => `${list}.${index}`).flatMap((row) => {
    const label = text(`${row}.label`);
    if (!label) return [];
    const kind = text(`${row}.kind`) as TicketField['kind'];
    const options = text(`${row}.options`)
      .split(',')
      .map((option) => option.trim())
      .filter(Boolean);
    return [
      {
        name: text(`${row}.name`) || nameOf(label),
        label,
        kind,
        required: text(`${row}.required`) === 'yes',
        ...(kind === 'choice' && { options }),
      },
    ];
  });
}

/** `What was ordered` → `whatWasOrdered`. */
function nameOf(label: string): string {
  const words = label
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9 ]/g, '')
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .slice(0, 5);
  return words.map((word, index) => (index === 0 ? word : word[0]!.toUpperCase() + word.slice(1))).join('');
}
