/** The fields that creating and changing a task or a waitlist entry share, and what a form says in them. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { zoneDate } from '../../domain/civil.ts';
import { needRight } from '../../domain/right.ts';
import type { Words } from '../../words/index.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { Deps } from '../deps.ts';
import { Area, Field, Pick } from './form-fields.tsx';
import { deskOf, fullName } from './front-desk.ts';
import { Phone } from './phone.tsx';
import { useSpeech } from './reader.ts';
import type { Naming } from './refused.tsx';

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

/** I-14: with whom it is to be, who may be no doctor; else of which profession. */
export function whoFact({ practitionerId, profession }: Wish, { practitioners }: Lists, words: Words): [name: string, value: string] {
  const practitioner = practitioners.find(({ id }) => id === practitionerId);
  if (!practitioner && profession) return [words('desk.field.profession'), profession];
  return [words('desk.field.practitioner'), practitioner?.name ?? words('desk.none')];
}

/** Where a form of these fields has what a refusal is about. */
export const wishNaming: Naming = {
  codes: {
    COMMENT_MISSING: 'comment',
    DOCTOR_OR_PROFESSION_MISSING: 'practitionerId',
    DURATION_MISSING: 'durationMinutes',
    ACTUAL_FROM_PAST: 'actualFrom',
    ACTUAL_FROM_UNEQUAL: 'inDays',
    VALIDITY_PAST: 'validUntil',
    DATES_MISSING: 'dates',
    DATES_PAST: 'dates',
    PHONE_MISSING: 'phone',
    PHONE_INVALID: 'phone',
  },
  nameOf: ([field]) => (field === undefined ? undefined : String(field)),
};

/** The same of a form that chooses a time of a practitioner. */
export const slotNaming = {
  codes: {
    SLOT_TAKEN: 'from',
    OUTSIDE_WORKING_HOURS: 'from',
    TIME_PAST: 'from',
    TIME_NOT_EARLIER: 'from',
    PRACTITIONER_INACTIVE: 'practitionerId',
  },
} satisfies Naming;

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

/** I-15: whoever chooses a profession sees whose doctors are of it. */
const ofProfession = ({ id, name, professions }: { id: string; name: string; professions: string[] }) => ({
  id,
  name: `${name} (${professions.join(', ')})`,
});

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
        <Pick
          name="profession"
          label={words('desk.field.profession')}
          none={words('desk.none')}
          options={lists.professions.map((name) => ({ id: name, name }))}
          chosen={wish.profession ?? ''}
        />
        <Pick
          name="practitionerId"
          label={words('desk.field.doctor')}
          none={words('desk.noOne')}
          options={lists.practitioners.map(ofProfession)}
          chosen={wish.practitionerId ?? ''}
        />
        <Field
          label={words('desk.field.minutes')}
          type="number"
          name="durationMinutes"
          min={1}
          max={1440}
          value={wish.durationMinutes ?? 30}
        />
      </div>
      <Area label={comment ?? words('desk.field.comment')} name="comment" required={commentNeeded} rows={3} value={wish.comment ?? ''} />
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
      {card.phone ? (
        <>
          , <Phone number={card.phone} />
        </>
      ) : (
        <>
          . <strong>{words('desk.noPhone')}</strong>
        </>
      )}
    </p>
  );
}
