/** The fields that creating and changing a task or a waitlist entry share, and what a form says in them. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { formatInstant, zoneDate } from '../../domain/civil.ts';
import { needRight } from '../../domain/right.ts';
import type { CancelledVisit } from '../../domain/visit-wish.ts';
import { longDay } from '../../emails/wording.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { deskOf, fullName, showPatients } from './front-desk.ts';
import { findPatients, mostFound, PatientSearch } from './patient-search.tsx';

/** `today`: the civil date at the facility. */
export type DeskVisitor = Visitor & { today: string; now: string };

/** Who works tasks and the waitlist: at the desk, with the one right for all of it (I-07). */
export async function workerOf(deps: Deps, request: FastifyRequest): Promise<DeskVisitor> {
  const visitor = await deskOf(deps, request);
  needRight(visitor, 'manage appointments');
  const now = deps.now();
  return { ...visitor, now, today: zoneDate(now, visitor.zone) };
}

const empty = (text: unknown) => (text === '' ? undefined : text);
export const optional = <Field extends z.ZodType>(field: Field) => z.preprocess(empty, field.optional());

/** What every such form says. An empty field is one that was left out. */
export const wishForm = {
  practitionerId: optional(z.uuid()),
  profession: optional(z.string().trim().max(100)),
  durationMinutes: optional(z.coerce.number().int().min(1).max(1440)),
  comment: z.string().trim().max(2000).default(''),
};

/** What a link to such a form may carry along, so that nothing is typed twice (I-26 to I-29). */
export const NewQuery = z.object({
  patientId: optional(z.uuid()),
  q: optional(z.string().max(100)),
  practitionerId: optional(z.uuid()),
  profession: optional(z.string().max(100)),
  durationMinutes: optional(z.coerce.number().int().min(1).max(1440)),
  comment: optional(z.string().max(2000)),
});

export type Lists = { practitioners: { id: string; name: string; professions: string[] }[]; professions: string[] };

/** I-15: with a profession chosen, only its doctors. */
export async function wishLists({ reader }: Deps, facilityId: string, profession?: string): Promise<Lists> {
  const practitioners = await reader.practitioner.findMany({
    where: { facilityId, active: true },
    select: { id: true, name: true, professions: true },
    orderBy: { name: 'asc' },
  });
  const professions = [...new Set(practitioners.flatMap((one) => one.professions))].sort();
  return { professions, practitioners: practitioners.filter((one) => !profession || one.professions.includes(profession)) };
}

type Wish = { practitionerId?: string | null; profession?: string | null; durationMinutes?: number | null; comment?: string };

export function WishFields({ lists, wish = {} }: { lists: Lists; wish?: Wish }) {
  return (
    <>
      <div className="row">
        <label>
          Profession
          <select name="profession" defaultValue={wish.profession ?? ''}>
            <option value="">none</option>
            {lists.professions.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          Doctor
          <select name="practitionerId" defaultValue={wish.practitionerId ?? ''}>
            <option value="">anybody of the profession</option>
            {lists.practitioners.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          Minutes
          <input type="number" name="durationMinutes" min={1} max={1440} defaultValue={wish.durationMinutes ?? 30} />
        </label>
      </div>
      <label>
        Comment
        <textarea name="comment" required rows={3} maxLength={2000} defaultValue={wish.comment ?? ''} />
      </label>
    </>
  );
}

export type Card = { id: string; name: string; phone: string | null };

/** The patient that a form is about. */
export async function cardOf({ reader }: Deps, facilityId: string, id: string): Promise<Card | undefined> {
  const row = await reader.patient.findFirst({ where: { id, facilityId } });
  return row ? { id, name: fullName(row), phone: row.phone } : undefined;
}

/** Chooses the patient first: the same search as for booking (I-09). */
export async function PatientChoice(deps: Deps, visitor: DeskVisitor, { action, q }: { action: string; q: string | undefined }) {
  const found = q ? await findPatients(deps, visitor, q) : [];
  await showPatients(
    deps,
    visitor,
    'patient search',
    found.map(({ id }) => id),
  );
  return (
    <>
      <PatientSearch action={action} q={q} />
      {q && found.length === 0 && <p>Nobody is found. Try fewer letters.</p>}
      {found.length === mostFound && <p>There may be more: write more of the name.</p>}
      <ul>
        {found.map((one) => (
          <li key={one.id}>
            <a href={`${action}?patientId=${one.id}`}>{fullName(one)}</a> {one.phone ?? '(no phone)'}
          </li>
        ))}
      </ul>
    </>
  );
}

export function CardLine({ card }: { card: Card }) {
  return (
    <p>
      For <a href={`/patients/${card.id}`}>{card.name}</a>
      {card.phone ? `, ${card.phone}` : '.'}
      {!card.phone && <strong> The card has no mobile phone: ask for it, or nobody can call this patient at short notice.</strong>}
    </p>
  );
}

type Visit = CancelledVisit & { practitioner: string };

/** I-39, I-40: the cancelled visits that nothing followed from; the choice that the page asks for. */
export function ChainChoice({ visits, zone, chosen }: { visits: Visit[]; zone: string; chosen?: string | undefined }) {
  if (visits.length === 0) return null;
  return (
    <fieldset>
      <legend>Does it follow from a cancelled visit? One to the same doctor about the same problem must be linked.</legend>
      {visits.map(({ appointmentId, practitioner, startsAt, cancelledOn }) => (
        <label key={appointmentId}>
          <input type="radio" name="chain" value={appointmentId} required defaultChecked={chosen === appointmentId} /> {practitioner},{' '}
          {longDay(startsAt, zone)} (cancelled on {formatInstant(`${cancelledOn}T12:00:00Z`, 'UTC', 'date')})
        </label>
      ))}
      <label>
        <input type="radio" name="chain" value="another" required /> No, it is about another problem
      </label>
    </fieldset>
  );
}

/** What `chain` says. */
export const chainForm = optional(z.union([z.uuid(), z.literal('another')]));
export const chainOf = (chain: string | undefined) =>
  chain === 'another' ? { anotherProblem: true } : chain ? { appointmentId: chain } : {};
