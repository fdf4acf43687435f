import { addMinutes, atLocal } from '../../domain/civil.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import type { OpenItems, Slot } from './book.tsx';
import { ItemSymbol } from './item-symbol.tsx';
import { Facts, Page } from './page.tsx';
import { PatientHits, PatientLine, PatientSearch } from './patient-search.tsx';
import { useSpeech } from './reader.ts';
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
  /** The waitlist entry that the time was looked up for. */
  entryId: string | undefined;
};

export function BookPage(props: Props) {
  const { slot, zone, practitioner, remembered, patient, found, q, entryId } = props;
  const { words, longDay, range } = useSpeech();
  const startsAt = atLocal(slot.date, slot.from, zone);
  const time = { startsAt, endsAt: addMinutes(startsAt, slot.minutes) };
  const kept: Record<string, string> = {
    practitionerId: slot.practitionerId,
    date: slot.date,
    from: slot.from,
    minutes: String(slot.minutes),
    ...(entryId && { entryId }),
  };
  const address = (patientId: string) => `/book?${new URLSearchParams({ ...kept, patientId })}`;
  return (
    <Page title={words('visit.book.title')} tab="Desk">
      <RememberedBar remembered={remembered} />
      <Facts
        facts={[
          [words('visit.fact.when'), `${longDay(startsAt, zone)}, ${range(time, zone)} (${zone})`],
          [words('visit.fact.with'), practitioner.name],
        ]}
      />
      <p className="notice">
        {words('visit.book.none')} <a href={`/waitlist/new${patient ? `?patientId=${patient.id}` : ''}`}>{words('visit.book.wait')}</a>:{' '}
        {words('visit.book.sees')}
      </p>
      <h2>{words('desk.field.patient')}</h2>
      <PatientSearch action="/book" q={q} hidden={kept} />
      {q && found.length === 0 && <p>{words('desk.search.none', { q })}</p>}
      {found.length > 0 && <PatientHits found={found} to={address} />}
      <BookForm {...props} />
    </Page>
  );
}

function BookForm({ slot, patient, items, entryId }: Props) {
  const { tasks, entries } = items;
  const { words } = useSpeech();
  return (
    <form method="post" action="/book" className="card">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <input type="hidden" name="practitionerId" value={slot.practitionerId} />
      {patient ? (
        <>
          <input type="hidden" name="patientId" value={patient.id} />
          <p>
            <PatientLine patient={patient} />
          </p>
          {!patient.phone && <p className="notice warning">{words('desk.noPhone')}</p>}
        </>
      ) : (
        <fieldset>
          <legend>{words('desk.newCard')}</legend>
          <div className="row">
            <label>
              {words('desk.field.familyName')} <input name="familyName" required maxLength={200} autoComplete="off" />
            </label>
            <label>
              {words('desk.field.givenName')} <input name="givenName" required maxLength={200} autoComplete="off" />
            </label>
          </div>
          <div className="row">
            <label>
              {words('desk.field.phone')} <input type="tel" name="phone" required maxLength={40} autoComplete="off" />
            </label>
            <label>
              {words('desk.field.birthDate')} <input type="date" name="birthDate" autoComplete="off" />
            </label>
          </div>
        </fieldset>
      )}
      <div className="row">
        <label>
          {words('desk.field.day')} <input type="date" name="date" required defaultValue={slot.date} />
        </label>
        <label>
          {words('desk.field.from')} <input type="time" name="from" required defaultValue={slot.from} />
        </label>
        <label>
          {words('desk.field.minutes')} <input type="number" name="minutes" required min={5} max={600} defaultValue={slot.minutes} />
        </label>
      </div>
      {(tasks.length > 0 || entries.length > 0) && (
        <fieldset>
          <legend>{words('item.new.close')}</legend>
          {tasks.map(({ id, type, comment }) => (
            <label key={id}>
              <input type="radio" name="closeTaskId" value={id} />{' '}
              <ItemSymbol kind="task" type={type.kind as 'scheduled'} name={type.name} />: {comment}
            </label>
          ))}
          <label>
            <input type="radio" name="closeTaskId" value="" defaultChecked /> {words('item.new.noTask')}
          </label>
          {entries.map(({ id, type, comment }) => (
            <label key={id}>
              <input type="checkbox" name="closeWaitlistEntryId" value={id} defaultChecked={id === entryId} />{' '}
              <ItemSymbol kind="waitlist" type={type as 'scheduled'} />: {comment}
              {type === 'wants earlier' && <em> {words('visit.book.moves')}</em>}
            </label>
          ))}
          <label>
            <input type="checkbox" name="copy" defaultChecked /> {words('visit.book.copy')}
          </label>
        </fieldset>
      )}
      <label>
        {words('visit.book.comment')} <textarea name="comment" rows={2} maxLength={2000} />
      </label>
      <button type="submit">{words('visit.action.book')}</button>
    </form>
  );
}
