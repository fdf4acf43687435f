/** The form that enters days away: refused, it keeps what was typed and says by the field what is wrong (P-19). */
import type { Problem } from '../problems.ts';
import { Options } from './page.tsx';
import { useSpeech } from './reader.ts';
import type { Posted } from './ticket-parts.tsx';

const fields = ['from', 'to', 'fromTime', 'toTime'] as const;
type Field = (typeof fields)[number];
type RefusedField = Pick<Problem, 'status' | 'title' | 'code'> & { field: Field; unreadable: boolean };

export type EnteredAgain = { refused: RefusedField; posted: Posted };
export type Named = { id: string; name: string };

const fieldOfCode: Record<string, Field> = { ABSENCE_OVERLAPS: 'from', ABSENCE_PAST: 'to', ABSENCE_TOO_LONG: 'to' };

/** The field that a refusal is about; undefined: the form cannot mend it. */
export function refusedFieldOf({ status, title, code, facts }: Problem): RefusedField | undefined {
  const { issues, startsAt } = (facts ?? {}) as { issues?: { path: PropertyKey[] }[]; startsAt?: string };
  const unreadable = code === 'INVALID_REQUEST' ? fields.find((one) => issues?.[0]?.path?.[0] === one) : undefined;
  const endsFirst = code === 'INVALID_REQUEST' && startsAt ? 'to' : undefined;
  const field = fieldOfCode[code] ?? unreadable ?? endsFirst;
  return field && { status, title, code, field, unreadable: unreadable !== undefined };
}

export function EnterAbsence({ people, self, again }: { people: Named[]; self: string; again: EnteredAgain | undefined }) {
  const { words } = useSpeech();
  return (
    <>
      <h2>{words('coverage.enter.title')}</h2>
      <form method="post" action="/coverage">
        <label>
          {words('coverage.enter.who')}
          <select name="personId" defaultValue={again?.posted.personId ?? self}>
            <Options of={people} />
          </select>
        </label>
        <div className="grid">
          <When name="from" type="date" label={words('coverage.enter.first')} again={again} />
          <When name="to" type="date" label={words('coverage.enter.last')} again={again} />
        </div>
        <div className="grid">
          <When name="fromTime" type="time" label={words('coverage.enter.from')} again={again} />
          <When name="toTime" type="time" label={words('coverage.enter.until')} again={again} />
        </div>
        <button type="submit">{words('coverage.enter.button')}</button>
      </form>
    </>
  );
}

function When({ name, type, label, again }: { name: Field; type: 'date' | 'time'; label: string; again: EnteredAgain | undefined }) {
  const { words, phrase } = useSpeech();
  const refused = again?.refused.field === name ? again.refused : undefined;
  const wrong = refused && { 'aria-invalid': true, 'aria-describedby': `${name}-refused` };
  const why =
    refused?.code === 'INVALID_REQUEST'
      ? words(`coverage.enter.${refused.unreadable ? 'unreadable' : 'endsFirst'}`)
      : phrase(refused?.title ?? '');
  return (
    <div>
      <label>
        {label}
        <input type={type} name={name} required={name === 'from'} defaultValue={again?.posted[name]} {...wrong} />
      </label>
      {refused && (
        <p id={`${name}-refused`} className="warning" role="alert">
          {why}
        </p>
      )}
    </div>
  );
}
