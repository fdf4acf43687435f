import { addMinutes, atLocal, formatRange } from '../../domain/civil.ts';
import { phoneWarnings } from '../../domain/patient.ts';
import { formatPhone } from '../../domain/phone.ts';
import { longDay } from '../../emails/wording.ts';
import { civil } from '../../ledger/special-hours.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import type { OpenItems, Slot } from './book.tsx';
import { fullName } from './front-desk.ts';
import { ItemSymbol } from './item-symbol.tsx';
import { Facts, Page } from './page.tsx';
import { PatientSearch } from './patient-search.tsx';
import { type Remembered, RememberedBar } from './remembered.tsx';

type Props = {
  slot: Slot;
  zone: string;
  practitioner: { id: string; name: string };
  remembered: Remembered | undefined;
  patient: Patient | null;
  found: Patient[];
  q: string | undefined;
  items: OpenItems;
  chosen: { taskId: string | undefined; entryId: string | undefined };
};

export function BookPage(props: Props) {
  const { slot, zone, practitioner, remembered, patient, found, q, chosen } = props;
  const startsAt = atLocal(slot.date, slot.from, zone);
  const time = { startsAt, endsAt: addMinutes(startsAt, slot.minutes) };
  const kept: Record<string, string> = {
    ...{ practitionerId: slot.practitionerId, date: slot.date, from: slot.from, minutes: String(slot.minutes) },
    ...(chosen.taskId && { taskId: chosen.taskId }),
    ...(chosen.entryId && { entryId: chosen.entryId }),
  };
  const address = (patientId: string) => `/book?${new URLSearchParams({ ...kept, patientId })}`;
  return (
    <Page title="Book an appointment" tab="Desk">
      <RememberedBar remembered={remembered} />
      <Facts
        facts={[
          ['When', `${longDay(startsAt, zone)}, ${formatRange(time, zone)} (${zone})`],
          ['With', practitioner.name],
        ]}
      />
      <p className="notice">
        No time that suits? <a href={`/new/waitlist-entry${patient ? `?patientId=${patient.id}` : ''}`}>Add to the waitlist</a>: the desk
        sees at once when one becomes free.
      </p>
      <h2>Patient</h2>
      <PatientSearch action="/book" q={q} hidden={kept} />
      {q && found.length === 0 && <p>Nobody is found by “{q}”. Fill in a new card below.</p>}
      {found.length > 0 && (
        <ul>
          {found.map((one) => (
            <li key={one.id}>
              <a href={address(one.id)}>{fullName(one)}</a>
              {one.birthDate && `, born ${civil(one.birthDate)}`}
              {one.phone && `, ${formatPhone(one.phone)}`}
            </li>
          ))}
        </ul>
      )}
      <BookForm {...props} />
    </Page>
  );
}

function BookForm({ slot, patient, items, chosen }: Props) {
  const { tasks, entries } = items;
  return (
    <form method="post" action="/book" className="card">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <input type="hidden" name="practitionerId" value={slot.practitionerId} />
      {patient ? (
        <>
          <input type="hidden" name="patientId" value={patient.id} />
          <p>
            <strong>{fullName(patient)}</strong>
            {patient.birthDate && `, born ${civil(patient.birthDate)}`}
            {patient.phone && `, ${formatPhone(patient.phone)}`}
          </p>
          {phoneWarnings(patient).map(({ code, message }) => (
            <p key={code} className="notice warning">
              {message}
            </p>
          ))}
        </>
      ) : (
        <fieldset>
          <legend>A new card</legend>
          <div className="row">
            <label>
              Family name <input name="familyName" required maxLength={200} autoComplete="off" />
            </label>
            <label>
              Given name <input name="givenName" required maxLength={200} autoComplete="off" />
            </label>
          </div>
          <div className="row">
            <label>
              Mobile phone <input type="tel" name="phone" required maxLength={40} autoComplete="off" />
            </label>
            <label>
              Date of birth <input type="date" name="birthDate" autoComplete="off" />
            </label>
          </div>
        </fieldset>
      )}
      <div className="row">
        <label>
          Day <input type="date" name="date" required defaultValue={slot.date} />
        </label>
        <label>
          From <input type="time" name="from" required defaultValue={slot.from} />
        </label>
        <label>
          Minutes <input type="number" name="minutes" required min={5} max={600} defaultValue={slot.minutes} />
        </label>
      </div>
      {(tasks.length > 0 || entries.length > 0) && (
        <fieldset>
          <legend>A task can be closed</legend>
          {tasks.map(({ id, type, comment }) => (
            <label key={id}>
              <input type="radio" name="closeTaskId" value={id} defaultChecked={id === chosen.taskId} />{' '}
              <ItemSymbol kind="task" type={type.kind as 'scheduled'} name={type.name} />: {comment}
            </label>
          ))}
          <label>
            <input type="radio" name="closeTaskId" value="" defaultChecked={!chosen.taskId} /> No task
          </label>
          {entries.map(({ id, type, comment }) => (
            <label key={id}>
              <input type="checkbox" name="closeWaitlistEntryId" value={id} defaultChecked={id === chosen.entryId} />{' '}
              <ItemSymbol kind="waitlist" type={type as 'scheduled'} />: {comment}
            </label>
          ))}
          <label>
            <input type="checkbox" name="copy" defaultChecked /> Copy its comment for the doctor
          </label>
        </fieldset>
      )}
      <label>
        Comment for the doctor <textarea name="comment" rows={2} maxLength={2000} />
      </label>
      <button type="submit">Book</button>
    </form>
  );
}
