import { addDays, formatRange } from '../../domain/civil.ts';
import { phoneWarnings } from '../../domain/patient.ts';
import { formatPhone } from '../../domain/phone.ts';
import type { Policy } from '../../domain/policy.ts';
import type { TaskKind } from '../../domain/task.ts';
import { longDay } from '../../emails/wording.ts';
import { civil } from '../../ledger/special-hours.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import { fullName } from './front-desk.ts';
import { ItemSymbol } from './item-symbol.tsx';
import type { ItemHistory, NewItem } from './new-item.tsx';
import { Page } from './page.tsx';
import { PatientSearch } from './patient-search.tsx';
import { type Remembered, RememberedBar } from './remembered.tsx';

type Props = ItemHistory & {
  kind: NewItem;
  address: string;
  patient: Patient | null;
  found: Patient[];
  q: string | undefined;
  remembered: Remembered | undefined;
  practitioners: { id: string; name: string; professions: string[] }[];
  practitionerId: string | undefined;
  types: { id: string; name: string; kind: TaskKind }[];
  policy: Policy;
  zone: string;
  today: string;
};

export function NewItemPage(props: Props) {
  const { kind, address, patient, found, q, remembered } = props;
  return (
    <Page title={kind === 'task' ? 'Create a task' : 'Add to the waitlist'} tab="Desk">
      <RememberedBar remembered={remembered} />
      <p>
        {kind === 'task'
          ? 'For a patient who is not ready to book: the desk calls them when the day comes.'
          : 'For a patient whom no free time suits: the desk sees at once when one becomes free.'}
      </p>
      <h2>Patient</h2>
      <PatientSearch action={address} q={q} />
      {q && found.length === 0 && <p>Nobody is found by “{q}”. Fill in a new card below.</p>}
      {found.length > 0 && (
        <ul>
          {found.map((one) => (
            <li key={one.id}>
              <a href={`${address}?patientId=${one.id}`}>{fullName(one)}</a>
              {one.birthDate && `, born ${civil(one.birthDate)}`}
              {one.phone && `, ${formatPhone(one.phone)}`}
            </li>
          ))}
        </ul>
      )}
      <form method="post" action={address} className="card">
        <input type="hidden" name="form" value={crypto.randomUUID()} />
        <WhoFields patient={patient} kind={kind} />
        <ChainFields {...props} />
        {kind === 'task' ? <TaskFields {...props} /> : <EntryFields {...props} />}
        <VisitFields {...props} />
        <label>
          {kind === 'task'
            ? 'Comment: what to talk about'
            : 'Comment: wishes for day and time, such as “weekday evenings, weekends any time”'}
          <textarea name="comment" rows={2} maxLength={2000} />
        </label>
        <button type="submit">{kind === 'task' ? 'Create task' : 'Add to waitlist'}</button>
      </form>
    </Page>
  );
}

function WhoFields({ patient, kind }: Pick<Props, 'patient' | 'kind'>) {
  if (patient)
    return (
      <>
        <input type="hidden" name="patientId" value={patient.id} />
        <p>
          <strong>{fullName(patient)}</strong>
          {patient.phone && `, ${formatPhone(patient.phone)}`}
        </p>
        {phoneWarnings(patient).map(({ code, message }) => (
          <p key={code} className="notice warning">
            {message}
          </p>
        ))}
      </>
    );
  return (
    <fieldset>
      <legend>A new card</legend>
      <div className="row">
        <label>
          Family name <input name="familyName" required maxLength={200} autoComplete="off" />
        </label>
        <label>
          Given name <input name="givenName" required maxLength={200} autoComplete="off" />
        </label>
        <label>
          Mobile phone{kind === 'task' && ' (of key importance)'}
          <input type="tel" name="phone" required={kind === 'waitlist'} maxLength={40} autoComplete="off" />
        </label>
      </div>
    </fieldset>
  );
}

/** I-39, I-40: asked before anything is refused. */
function ChainFields({ cancelled, zone, kind }: Props) {
  if (cancelled.length === 0) return null;
  return (
    <fieldset>
      <legend>Does it follow from a cancelled visit? Same doctor and same problem must be linked.</legend>
      {cancelled.map(({ id, startsAt, endsAt, practitioner, comment }) => {
        const time = { startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
        return (
          <label key={id}>
            <input type="radio" name="follows" value={id} required /> <ItemSymbol kind={kind} type="cancelled" />:{' '}
            {longDay(time.startsAt, zone)}, {formatRange(time, zone)}, {practitioner.name} {comment && `(${comment})`}
          </label>
        );
      })}
      <label>
        <input type="radio" name="follows" value="another problem" required /> No, it is another problem
      </label>
    </fieldset>
  );
}

function TaskFields({ types, today, policy }: Props) {
  return (
    <div className="row">
      <label>
        Type
        <select name="typeId" defaultValue={types.find(({ kind }) => kind === 'scheduled')?.id}>
          {types.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        Actual from
        <input type="date" name="actualFrom" required min={today} defaultValue={addDays(today, policy.task.actualInDays)} />
      </label>
    </div>
  );
}

function EntryFields({ tasks, ahead, today, policy }: Props) {
  return (
    <>
      {tasks.length > 0 && (
        <fieldset>
          <legend>A task can be closed</legend>
          {tasks.map(({ id, type, comment }) => (
            <label key={id}>
              <input type="radio" name="closeTaskId" value={id} /> <ItemSymbol kind="task" type={type.kind as TaskKind} name={type.name} />:{' '}
              {comment}
            </label>
          ))}
          <label>
            <input type="radio" name="closeTaskId" value="" defaultChecked /> No task
          </label>
          <label>
            <input type="checkbox" name="copy" defaultChecked /> Copy its comment
          </label>
        </fieldset>
      )}
      {ahead && (
        <label>
          <input type="checkbox" name="wantsEarlier" /> <ItemSymbol kind="waitlist" type="wants earlier" />: they are booked and want to
          come earlier
        </label>
      )}
      <div className="row">
        <label>
          Any day until
          <input type="date" name="validUntil" min={today} defaultValue={addDays(today, policy.waitlist.validDays)} />
        </label>
        <label>
          Or only on these days <input name="dates" placeholder={`${today} ${addDays(today, 7)}`} />
        </label>
      </div>
      <p className="muted">A first visit that is urgent will probably wait no more than one day: choose the end accordingly.</p>
    </>
  );
}

function VisitFields({ practitioners, practitionerId }: Props) {
  const professions = [...new Set(practitioners.flatMap((one) => one.professions))].sort();
  return (
    <div className="row">
      <label>
        Doctor
        <select name="practitionerId" defaultValue={practitionerId ?? ''}>
          <option value="">no one in particular</option>
          {practitioners.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        Profession
        <select name="profession" defaultValue="">
          <option value="">none</option>
          {professions.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
      <label>
        Duration, minutes <input type="number" name="durationMinutes" min={1} max={1440} defaultValue={30} />
      </label>
    </div>
  );
}
