import { addMinutes, atLocal } from '../../domain/civil.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import type { OpenItems, Slot } from './book.tsx';
import { Area, Field, Form, Given, Tick } from './form-fields.tsx';
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
  /** The waitlist entry or the task that the time was looked up for. */
  entryId: string | undefined;
  taskId: string | undefined;
};

export function BookPage(props: Props) {
  const { slot, zone, practitioner, remembered, patient, found, q, entryId, taskId } = props;
  const { words, longDay, range } = useSpeech();
  const startsAt = atLocal(slot.date, slot.from, zone);
  const time = { startsAt, endsAt: addMinutes(startsAt, slot.minutes) };
  const kept: Record<string, string> = {
    practitionerId: slot.practitionerId,
    date: slot.date,
    from: slot.from,
    minutes: String(slot.minutes),
    ...(entryId && { entryId }),
    ...(taskId && { taskId }),
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

function BookForm({ slot, patient, items, entryId, taskId }: Props) {
  const { tasks, entries } = items;
  const settled = tasks.some(({ id }) => id === taskId) ? taskId : '';
  const { words } = useSpeech();
  return (
    <Form action="/book" className="card">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <input type="hidden" name="practitionerId" value={slot.practitionerId} />
      <Given name="another" />
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
            <Field label={words('desk.field.familyName')} name="familyName" required maxLength={200} autoComplete="off" />
            <Field label={words('desk.field.givenName')} name="givenName" required maxLength={200} autoComplete="off" />
          </div>
          <div className="row">
            <Field label={words('desk.field.phone')} type="tel" name="phone" required maxLength={40} autoComplete="off" />
            <Field label={words('desk.field.birthDate')} type="date" name="birthDate" autoComplete="off" />
          </div>
        </fieldset>
      )}
      <div className="row">
        <Field label={words('desk.field.day')} type="date" name="date" required value={slot.date} />
        <Field label={words('desk.field.from')} type="time" name="from" required value={slot.from} />
        <Field label={words('desk.field.minutes')} type="number" name="minutes" required min={5} max={600} value={slot.minutes} />
      </div>
      {(tasks.length > 0 || entries.length > 0) && (
        <fieldset>
          <legend>{words('item.new.close')}</legend>
          {tasks.map(({ id, type, comment }) => (
            <Tick
              key={id}
              type="radio"
              name="closeTaskId"
              value={id}
              ticked={id === settled}
              label={
                <>
                  <ItemSymbol kind="task" type={type.kind as 'scheduled'} name={type.name} />: {comment}
                </>
              }
            />
          ))}
          <Tick type="radio" name="closeTaskId" value="" ticked={settled === ''} label={words('item.new.noTask')} />
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
      <Area label={words('visit.book.comment')} name="comment" rows={2} />
      <button type="submit">{words('visit.action.book')}</button>
    </Form>
  );
}
