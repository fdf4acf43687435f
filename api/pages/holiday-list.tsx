import type { Holiday } from '../../ledger/special-hours.ts';
import { Field } from './form-fields.tsx';
import { useSpeech } from './reader.ts';

/** The holidays ahead, each with the button that takes it back (C-26, P-18). `to`: where it is sent; `hidden`: what travels unseen. */
export function HolidayList({ holidays, to, hidden }: { holidays: Holiday[]; to: string; hidden?: { name: string; value: string } }) {
  const { words, civilDay } = useSpeech();
  if (holidays.length === 0) return <p>{words('room.noHoliday')}</p>;
  return (
    <ul className="plain">
      {holidays.map(({ date, name }) => (
        <li key={date}>
          <form method="post" action={to} className="row">
            {hidden && <input type="hidden" {...hidden} />}
            <input type="hidden" name="date" value={date} />
            <span>
              {civilDay(date)}: {name}
            </span>
            <button type="submit" className="quiet" aria-label={words('room.removeNamed', { name })}>
              {words('room.remove')}
            </button>
          </form>
        </li>
      ))}
    </ul>
  );
}

/** Of the form that adds one. */
export function HolidayFields() {
  const { words } = useSpeech();
  return (
    <div className="row">
      <Field name="date" type="date" label={words('room.date')} required />
      <Field name="name" label={words('room.name')} required maxLength={200} />
    </div>
  );
}
