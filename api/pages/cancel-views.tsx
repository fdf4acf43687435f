import { addDays, zoneDate } from '../../domain/civil.ts';
import { minutesOf } from '../../domain/interval.ts';
import type { CancelReason } from '../../domain/policy/front-desk.ts';
import type { LoadedAppointment } from '../../ledger/appointment.ts';
import type { FreeTime } from '../../ledger/free-time.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import { FreeTimes, VisitFacts } from './appointment-views.tsx';
import { Area, Field, Form, Pick, Tick } from './form-fields.tsx';
import { ItemSymbol } from './item-symbol.tsx';
import { Page } from './page.tsx';
import { useSpeech } from './reader.ts';
import { ValidityFields } from './validity-fields.tsx';

type Named = { id: string; name: string; professions: string[] };
type Props = {
  appointment: LoadedAppointment;
  patient: Patient;
  practitioners: Named[];
  chosen: CancelReason | undefined;
  free: FreeTime[];
  now: string;
};

/** I-32 to I-37: another time first; then the reason; then, for who needs treatment, what brings them back. */
export function CancelPage({ appointment, patient, chosen, free, ...rest }: Props) {
  const { facts, policy } = appointment;
  const { words, phrase } = useSpeech();
  return (
    <Page title={words('visit.cancel.title')} tab="Desk">
      <VisitFacts appointment={appointment} patient={patient} />
      <h2>{words('visit.cancel.first')}</h2>
      {chosen?.doctorAbsent && <p>{words('visit.cancel.others')}</p>}
      <FreeTimes appointment={appointment} free={free} />
      <h2>{words('visit.cancel.why')}</h2>
      <form method="get" action={`/appointments/${facts.id}/cancel`} className="row">
        <label>
          {words('visit.cancel.reason')}
          <select name="reason" required defaultValue={chosen?.name ?? ''}>
            <option value="">{words('desk.choose')}</option>
            {policy.cancel.reasons.map(({ name, needsTreatment }) => (
              <option key={name} value={name}>
                {phrase(name)} ({words(needsTreatment ? 'visit.cancel.needs' : 'visit.cancel.needsNot')})
              </option>
            ))}
          </select>
        </label>
        <button type="submit">{words('visit.cancel.goOn')}</button>
      </form>
      {chosen && <CancelForm appointment={appointment} chosen={chosen} {...rest} />}
    </Page>
  );
}

type FormProps = Omit<Props, 'patient' | 'free' | 'chosen'> & { chosen: CancelReason };

function CancelForm({ appointment, chosen, practitioners, now }: FormProps) {
  const { facts, policy, comment, names } = appointment;
  const { id, zone } = facts;
  const { words } = useSpeech();
  const today = zoneDate(now, zone);
  const own = practitioners.find((one) => one.id === facts.practitionerId);
  const professions = [...new Set(practitioners.flatMap((one) => one.professions))].sort();
  return (
    <Form action={`/appointments/${id}/cancel`} className="card">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <input type="hidden" name="to" value={`/patients/${facts.patientId}`} />
      <input type="hidden" name="reason" value={chosen.name} />
      <h2>{words('visit.cancel.actions')}</h2>
      <fieldset>
        <legend>{words(chosen.needsTreatment ? 'visit.cancel.needsVisit' : 'visit.cancel.needsNone')}</legend>
        <Tick
          type="radio"
          name="follows"
          value="task"
          required
          ticked={chosen.needsTreatment}
          label={
            <>
              <ItemSymbol kind="task" type="cancelled" />: {words('visit.cancel.task')}
            </>
          }
        />
        <Tick
          type="radio"
          name="follows"
          value="waitlist entry"
          label={
            <>
              <ItemSymbol kind="waitlist" type="cancelled" />: {words('visit.cancel.entry')}
            </>
          }
        />
        <Tick type="radio" name="follows" value="nothing" ticked={!chosen.needsTreatment} label={words('visit.cancel.nothing')} />
      </fieldset>
      {chosen.doctorAbsent && (
        <p className="notice warning" role="alert">
          {words('visit.cancel.absent', { practitioner: names.practitioner })}
        </p>
      )}
      <div className="row">
        <Pick
          name="practitionerId"
          label={words('desk.field.doctor')}
          none={words('desk.noOne')}
          options={practitioners.map((one) => ({
            id: one.id,
            name: chosen.doctorAbsent && one.id === facts.practitionerId ? `${one.name} ${words('visit.cancel.isAbsent')}` : one.name,
          }))}
          chosen={chosen.doctorAbsent ? '' : facts.practitionerId}
        />
        <Pick
          name="profession"
          label={words('desk.field.profession')}
          none={words('desk.none')}
          options={professions.map((one) => ({ id: one, name: one }))}
          chosen={chosen.doctorAbsent ? own?.professions[0] : ''}
        />
        <Field label={words('desk.field.minutes')} type="number" name="durationMinutes" min={1} max={1440} value={minutesOf(facts)} />
      </div>
      {comment && <Tick name="copy" ticked label={words('visit.cancel.copy', { comment })} />}
      <Area label={words(comment ? 'visit.cancel.add' : 'visit.cancel.comment')} name="comment" rows={2} />
      <div className="row">
        <Field
          label={words('visit.cancel.actualFrom')}
          type="date"
          name="actualFrom"
          min={today}
          value={addDays(today, policy.cancel.taskInDays)}
        />
        <ValidityFields until={words('visit.cancel.until')} days={words('visit.cancel.dates')} today={today} policy={policy} />
      </div>
      <button type="submit">{words('visit.cancel.ok')}</button>
    </Form>
  );
}
