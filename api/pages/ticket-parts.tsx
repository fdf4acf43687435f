/** What the pages of tickets share: who may look, the clock, the fields of a type as a form. */
import type { FastifyRequest } from 'fastify';

import type { ClosingRuleName } from '../../domain/closing/index.ts';
import { type Role, roles } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import type { TicketFacts } from '../../domain/ticket.ts';
import { ticketClock } from '../../domain/ticket-clock.ts';
import type { TicketField } from '../../domain/ticket-field.ts';
import type { LoadedTicket } from '../../ledger/ticket.ts';
import { recordAccess } from '../access-log.ts';
import { actorOfVisitor, staffOf, type Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { useSpeech } from './reader.ts';

const desks: readonly Role[] = ['care coordinator', 'care team agent', 'practitioner', 'receptionist', 'team lead', 'manager', 'support'];
export const leads: readonly Role[] = ['team lead', 'manager'];
export const worksTickets = (role: Role): boolean => desks.includes(role);

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

/** The remaining time in words, and as a bar that says the same to whoever does not see it. `zone`: the reader's. */
export function Clock({ facts, now, zone }: { facts: TicketFacts; now: string; zone: string }) {
  const { words, duration, dateTime } = useSpeech();
  const { state, minutesLeft, dueAt, used } = ticketClock(facts, now);
  const due = dueAt ? dateTime(dueAt, zone) : '';
  const key = state === 'overdue' && minutesLeft === 0 ? 'dueNow' : state;
  const clock = words(`ticket.clock.${key}`, { time: duration(Math.abs(minutesLeft ?? 0)), due });
  return (
    <div className="clock">
      <span className={state === 'overdue' ? 'overdue' : undefined}>{clock}</span>
      {used !== null && <progress aria-label={words('ticket.clock.used', { clock })} max={100} value={Math.round(used * 100)} />}
    </div>
  );
}

export type Posted = Record<string, string | undefined>;

/** By a field's name, what it may be answered with: numbers that the customer's own system has reported. */
export type Known = Partial<Record<string, { value: string; name: string }[]>>;
type FieldsProps = { fields: readonly TicketField[]; idPrefix: string; given?: Posted; rule?: ClosingRuleName | null; known?: Known };

/**
 * The fields of a type as a form has them, each with its label; a field is called `field.<name>`. `given`: as they were
 * posted before. `rule`: which may ask for more than the fields do.
 */
export function AnswerFields({ fields, idPrefix, given = {}, rule, known = {} }: FieldsProps) {
  const optional =
    rule === 'voicemail' ? ('oneOfThem' as const) : rule === 'id-verification' ? ('onAnIssue' as const) : ('optional' as const);
  return fields.map((field) => (
    <AnswerField
      key={field.name}
      {...{ field, optional }}
      id={`${idPrefix}-${field.name}`}
      given={given[`field.${field.name}`]}
      known={known[field.name]}
    />
  ));
}

type FieldProps = {
  field: TicketField;
  id: string;
  given: string | undefined;
  optional: 'optional' | 'oneOfThem' | 'onAnIssue';
  known: Known[string];
};

function AnswerField({ field: { name, label, kind, options = [], required }, id, given, optional, known = [] }: FieldProps) {
  const speech = useSpeech();
  const common = { id, name: `field.${name}`, required };
  const words = required ? label : speech.words(`ticket.${optional}`, { label });
  if (kind === 'tick')
    return (
      <label htmlFor={id}>
        <input type="checkbox" {...common} value="yes" defaultChecked={given === 'yes'} /> {words}
      </label>
    );
  return (
    <label htmlFor={id}>
      {words}
      {kind === 'prose' && <textarea {...common} maxLength={2000} rows={3} defaultValue={given} />}
      {kind === 'line' && <input {...common} maxLength={200} defaultValue={given} list={known.length > 0 ? `${id}-known` : undefined} />}
      {known.length > 0 && (
        <datalist id={`${id}-known`}>
          {known.map(({ value, name: what }) => (
            <option key={value} value={value}>
              {what}
            </option>
          ))}
        </datalist>
      )}
      {kind === 'instant' && <input type="datetime-local" {...common} defaultValue={given} />}
      {kind === 'choice' && (
        <select {...common} defaultValue={given ?? ''}>
          <option value="">{speech.words('ticket.choose')}</option>
          {options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      )}
    </label>
  );
}

/** Who can work tickets at all. */
export const roleNames = roles.filter((role) => role !== 'system' && role !== 'administrator' && role !== 'patient');
