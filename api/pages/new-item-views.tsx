import { addDays } from '../../domain/civil.ts';
import { formatPhone } from '../../domain/phone.ts';
import type { Policy } from '../../domain/policy.ts';
import type { TaskKind } from '../../domain/task.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import { Field, Form, Given, Pick, Tick } from './form-fields.tsx';
import { fullName } from './front-desk.ts';
import { ItemSymbol, taskTypeName } from './item-symbol.tsx';
import type { ItemHistory, NewItem } from './new-item.tsx';
import { Page } from './page.tsx';
import { PatientHits, PatientSearch } from './patient-search.tsx';
import { useSpeech } from './reader.ts';
import { type Remembered, RememberedBar } from './remembered.tsx';
import { ValidityFields } from './validity-fields.tsx';
import { type Lists, type Wish, WishFields } from './visit-wish-fields.tsx';

type Props = ItemHistory & {
  kind: NewItem;
  address: string;
  patient: Patient | null;
  found: Patient[];
  q: string | undefined;
  remembered: Remembered | undefined;
  lists: Lists;
  wish: Wish;
  types: { id: string; name: string; kind: TaskKind }[];
  policy: Policy;
  zone: string;
  today: string;
};

export function NewItemPage(props: Props) {
  const { kind, address, patient, found, q, remembered, lists, wish, tasks } = props;
  const { words } = useSpeech();
  const isTask = kind === 'task';
  return (
    <Page title={words(isTask ? 'item.new.task' : 'item.new.entry')} tab="Desk">
      <RememberedBar remembered={remembered} />
      <p>{words(isTask ? 'item.new.taskText' : 'item.new.entryText')}</p>
      <h2>{words('desk.field.patient')}</h2>
      <PatientSearch action={address} q={q} />
      {q && found.length === 0 && <p>{words('desk.search.none', { q })}</p>}
      {found.length > 0 && <PatientHits found={found} to={(id) => `${address}?patientId=${id}`} />}
      <Form action={address} className="card">
        <input type="hidden" name="form" value={crypto.randomUUID()} />
        <Given name="another" />
        <WhoFields patient={patient} kind={kind} />
        <ChainFields {...props} />
        {isTask ? <TaskFields {...props} /> : <EntryFields {...props} />}
        <WishFields
          lists={lists}
          wish={wish}
          comment={words(isTask ? 'item.new.taskComment' : 'item.new.entryComment')}
          commentNeeded={isTask || tasks.length === 0}
        />
        <button type="submit">{words(isTask ? 'item.new.taskButton' : 'item.new.entryButton')}</button>
      </Form>
    </Page>
  );
}

function WhoFields({ patient, kind }: Pick<Props, 'patient' | 'kind'>) {
  const { words } = useSpeech();
  if (patient)
    return (
      <>
        <input type="hidden" name="patientId" value={patient.id} />
        <p>
          <strong>{fullName(patient)}</strong>
          {patient.phone && `, ${formatPhone(patient.phone)}`}
        </p>
        {!patient.phone && <p className="notice warning">{words('desk.noPhone')}</p>}
      </>
    );
  return (
    <fieldset>
      <legend>{words('desk.newCard')}</legend>
      <div className="row">
        <Field label={words('desk.field.familyName')} name="familyName" required maxLength={200} autoComplete="off" />
        <Field label={words('desk.field.givenName')} name="givenName" required maxLength={200} autoComplete="off" />
        <Field
          label={words(kind === 'task' ? 'item.new.phoneKey' : 'desk.field.phone')}
          type="tel"
          name="phone"
          required={kind === 'waitlist'}
          maxLength={40}
          autoComplete="off"
        />
      </div>
    </fieldset>
  );
}

/** I-39, I-40: asked before anything is refused. */
function ChainFields({ cancelled, zone, kind }: Props) {
  const { words, longDay, day } = useSpeech();
  if (cancelled.length === 0) return null;
  return (
    <fieldset>
      <legend>{words('item.new.chain')}</legend>
      {cancelled.map(({ appointmentId, startsAt, cancelledOn, practitioner, comment }) => (
        <Tick
          key={appointmentId}
          type="radio"
          name="follows"
          value={appointmentId}
          required
          label={
            <>
              <ItemSymbol kind={kind} type="cancelled" />: {practitioner}, {longDay(startsAt, zone)} ({words('visit.status.cancelled')}:{' '}
              {day(`${cancelledOn}T12:00:00Z`, 'UTC')}) {comment && `(${comment})`}
            </>
          }
        />
      ))}
      <Tick type="radio" name="follows" value="another problem" required label={words('item.new.another')} />
    </fieldset>
  );
}

function TaskFields({ types, today, policy }: Props) {
  const { words } = useSpeech();
  return (
    <div className="row">
      <Pick
        name="typeId"
        label={words('desk.field.type')}
        options={types.map(({ id, name, kind }) => ({
          id,
          name: kind === 'custom' ? words('item.type.own', { name }) : taskTypeName({ kind, name }, words),
        }))}
        chosen={types.find(({ kind }) => kind === 'scheduled')?.id}
      />
      <Field
        label={words('desk.field.actualFrom')}
        type="date"
        name="actualFrom"
        required
        min={today}
        value={addDays(today, policy.task.actualInDays)}
      />
      <Field label={words('item.new.inDays')} type="number" name="inDays" min={0} max={3650} placeholder="7" />
    </div>
  );
}

function EntryFields({ tasks, ahead, today, policy }: Props) {
  const { words } = useSpeech();
  return (
    <>
      <Tick name="slotsChecked" required label={words('item.new.checked')} />
      {tasks.length > 0 && (
        <fieldset>
          <legend>{words('item.new.close')}</legend>
          {tasks.map(({ id, type, comment }) => (
            <label key={id}>
              <input type="radio" name="closeTaskId" value={id} /> <ItemSymbol kind="task" type={type.kind as TaskKind} name={type.name} />:{' '}
              {comment}
            </label>
          ))}
          <label>
            <input type="radio" name="closeTaskId" value="" defaultChecked /> {words('item.new.noTask')}
          </label>
          <label>
            <input type="checkbox" name="copy" defaultChecked /> {words('item.new.copy')}
          </label>
        </fieldset>
      )}
      {ahead && (
        <label>
          <input type="checkbox" name="wantsEarlier" /> <ItemSymbol kind="waitlist" type="wants earlier" />: {words('item.new.earlier')}
        </label>
      )}
      <div className="row">
        <ValidityFields until={words('item.new.anyDay')} days={words('item.new.onDays')} today={today} policy={policy} />
      </div>
      <p className="muted">{words('item.new.urgent')}</p>
    </>
  );
}
