/** The fields that creating and changing a task or a waitlist entry share, and what a form says in them. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { zoneDate } from '../../domain/civil.ts';
import { needRight } from '../../domain/right.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { deskOf, fullName } from './front-desk.ts';
import { Options } from './page.tsx';
import { useSpeech } from './reader.ts';

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

export type Wish = {
  practitionerId?: string | null | undefined;
  profession?: string | null | undefined;
  durationMinutes?: number | null | undefined;
  comment?: string | undefined;
};

type Fields = {
  lists: Lists;
  wish?: Wish /** Its label, where a form asks for more than a comment. */;
  comment?: string;
  commentNeeded?: boolean;
};

export function WishFields({ lists, wish = {}, comment, commentNeeded = true }: Fields) {
  const { words } = useSpeech();
  return (
    <>
      <div className="row">
        <label>
          {words('desk.field.profession')}
          <select name="profession" defaultValue={wish.profession ?? ''}>
            <option value="">{words('desk.none')}</option>
            {lists.professions.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          {words('desk.field.doctor')}
          <select name="practitionerId" defaultValue={wish.practitionerId ?? ''}>
            <option value="">{words('desk.noOne')}</option>
            <Options of={lists.practitioners} />
          </select>
        </label>
        <label>
          {words('desk.field.minutes')}
          <input type="number" name="durationMinutes" min={1} max={1440} defaultValue={wish.durationMinutes ?? 30} />
        </label>
      </div>
      <label>
        {comment ?? words('desk.field.comment')}
        <textarea name="comment" required={commentNeeded} rows={3} maxLength={2000} defaultValue={wish.comment ?? ''} />
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

export function CardLine({ card }: { card: Card }) {
  const { words } = useSpeech();
  return (
    <p>
      {words('item.page.for')} <a href={`/patients/${card.id}`}>{card.name}</a>
      {card.phone ? `, ${card.phone}` : '.'}
      {!card.phone && <strong> {words('desk.noPhone')}</strong>}
    </p>
  );
}
