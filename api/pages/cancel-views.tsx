import { addDays, zoneDate } from '../../domain/civil.ts';
import { minutesOf } from '../../domain/interval.ts';
import type { CancelReason } from '../../domain/policy/front-desk.ts';
import type { LoadedAppointment } from '../../ledger/appointment.ts';
import type { FreeTime } from '../../ledger/free-time.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import { FreeTimes, VisitFacts } from './appointment-views.tsx';
import { ItemSymbol } from './item-symbol.tsx';
import { Page } from './page.tsx';
import { useSpeech } from './reader.ts';

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
  const professions = [...new Set(practitioners.flatMap((one) => one.professions))].sort();
  return (
    <form method="post" action={`/appointments/${id}/cancel`} className="card">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <input type="hidden" name="to" value={`/patients/${facts.patientId}`} />
      <input type="hidden" name="reason" value={chosen.name} />
      <h2>{words('visit.cancel.actions')}</h2>
      <fieldset>
        <legend>{words(chosen.needsTreatment ? 'visit.cancel.needsVisit' : 'visit.cancel.needsNone')}</legend>
        <label>
          <input type="radio" name="follows" value="task" required defaultChecked={chosen.needsTreatment} />{' '}
          <ItemSymbol kind="task" type="cancelled" />: {words('visit.cancel.task')}
        </label>
        <label>
          <input type="radio" name="follows" value="waitlist entry" /> <ItemSymbol kind="waitlist" type="cancelled" />:{' '}
          {words('visit.cancel.entry')}
        </label>
        <label>
          <input type="radio" name="follows" value="nothing" defaultChecked={!chosen.needsTreatment} /> {words('visit.cancel.nothing')}
        </label>
      </fieldset>
      {chosen.doctorAbsent && (
        <p className="notice warning" role="alert">
          {words('visit.cancel.absent', { practitioner: names.practitioner })}
        </p>
      )}
      <div className="row">
        <label>
          {words('desk.field.doctor')}
          <select name="practitionerId" defaultValue={chosen.doctorAbsent ? '' : facts.practitionerId}>
            <option value="">{words('desk.noOne')}</option>
            {practitioners.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
                {chosen.doctorAbsent && one.id === facts.practitionerId ? ` ${words('visit.cancel.isAbsent')}` : ''}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words('desk.field.profession')}
          <select name="profession" defaultValue="">
            <option value="">{words('desk.none')}</option>
            {professions.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words('desk.field.minutes')} <input type="number" name="durationMinutes" min={1} max={1440} defaultValue={minutesOf(facts)} />
        </label>
      </div>
      {comment && (
        <label>
          <input type="checkbox" name="copy" defaultChecked /> {words('visit.cancel.copy', { comment })}
        </label>
      )}
      <label>
        {words(comment ? 'visit.cancel.add' : 'visit.cancel.comment')}
        <textarea name="comment" rows={2} maxLength={2000} />
      </label>
      <div className="row">
        <label>
          {words('visit.cancel.actualFrom')}
          <input type="date" name="actualFrom" min={today} defaultValue={addDays(today, policy.cancel.taskInDays)} />
        </label>
        <label>
          {words('visit.cancel.until')}
          <input type="date" name="validUntil" min={today} defaultValue={addDays(today, policy.waitlist.validDays)} />
        </label>
        <label>
          {words('visit.cancel.dates')} <input name="dates" placeholder={`${today} ${addDays(today, 7)}`} />
        </label>
      </div>
      <button type="submit">{words('visit.cancel.ok')}</button>
    </form>
  );
}
