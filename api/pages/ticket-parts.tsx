/** What the pages of tickets share: who may look, the clock, the fields of a type as a form. */
import type { FastifyRequest } from 'fastify';

import { type Role, roles } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import type { TicketFacts } from '../../domain/ticket.ts';
import { clockInWords, ticketClock } from '../../domain/ticket-clock.ts';
import type { TicketField } from '../../domain/ticket-field.ts';
import { dateTime } from '../../emails/wording.ts';
import type { LoadedTicket } from '../../ledger/ticket.ts';
import { recordAccess } from '../access-log.ts';
import { actorOfVisitor, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';

const desks: readonly Role[] = ['care coordinator', 'care team agent', 'practitioner', 'receptionist', 'team lead', 'manager', 'support'];
export const leads: readonly Role[] = ['team lead', 'manager'];

/** Somebody of a desk, freshly signed in. Throws STEP_UP_REQUIRED, NOT_ALLOWED. */
export async function atDesk(deps: Deps, request: FastifyRequest, needs: readonly Role[] = desks): Promise<Visitor> {
  const visitor = await staffOf(deps, request);
  if (!needs.includes(visitor.role)) throw new DomainError('NOT_ALLOWED', { role: visitor.role, needs });
  return visitor;
}

/** F-25: writes down whose tickets are shown, and gives the names of their patients. */
export async function patientNames(deps: Deps, visitor: Visitor, tickets: LoadedTicket[], what: string): Promise<Map<string, string>> {
  const ids = [...new Set(tickets.flatMap(({ patientId }) => patientId ?? []))];
  await recordAccess(deps, { facilityId: visitor.facilityId, by: actorOfVisitor(visitor), what, at: deps.now() }, ids);
  const rows = await deps.reader.patient.findMany({ where: { id: { in: ids } }, select: { id: true, givenName: true, familyName: true } });
  return new Map(rows.map(({ id, givenName, familyName }) => [id, `${givenName} ${familyName}`]));
}

/** The remaining time in words, and as a bar that says the same to whoever does not see it. */
export function Clock({ facts, now }: { facts: TicketFacts; now: string }) {
  const clock = ticketClock(facts, now);
  const words = clockInWords(clock);
  const { zone } = facts.team.calendar;
  return (
    <div className="clock">
      <span className={clock.state === 'overdue' ? 'overdue' : undefined}>
        {words}
        {clock.dueAt && `, due ${dateTime(clock.dueAt, zone)}`}
      </span>
      {clock.used !== null && <progress aria-label={`Time used: ${words}`} max={100} value={Math.round(clock.used * 100)} />}
    </div>
  );
}

/** The fields of a type as a form has them, each with its label; a field is called `field.<name>`. */
export function AnswerFields({ fields, idPrefix }: { fields: readonly TicketField[]; idPrefix: string }) {
  return fields.map((field) => <AnswerField key={field.name} field={field} id={`${idPrefix}-${field.name}`} />);
}

function AnswerField({ field: { name, label, kind, options = [], required }, id }: { field: TicketField; id: string }) {
  const common = { id, name: `field.${name}`, required };
  const words = required ? label : `${label} (may be left out)`;
  if (kind === 'tick')
    return (
      <label htmlFor={id}>
        <input type="checkbox" {...common} value="yes" /> {words}
      </label>
    );
  return (
    <label htmlFor={id}>
      {words}
      {kind === 'prose' && <textarea {...common} maxLength={2000} rows={3} />}
      {kind === 'line' && <input {...common} maxLength={200} />}
      {kind === 'instant' && <input type="datetime-local" {...common} />}
      {kind === 'choice' && (
        <select {...common} defaultValue="">
          <option value="">choose</option>
          {options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      )}
    </label>
  );
}

export const roleNames = roles.filter((role) => role !== 'system' && role !== 'administrator');
