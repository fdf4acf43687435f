import { addDays, zoneDate } from '../../domain/civil.ts';
import { minutesOf } from '../../domain/interval.ts';
import type { CancelReason } from '../../domain/policy.ts';
import type { LoadedAppointment } from '../../ledger/appointment.ts';
import type { FreeTime } from '../../ledger/free-time.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import { FreeTimes, VisitFacts } from './appointment-views.tsx';
import { ItemSymbol } from './item-symbol.tsx';
import { Page } from './page.tsx';

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
  return (
    <Page title="Cancel this appointment" tab="Desk">
      <VisitFacts appointment={appointment} patient={patient} />
      <h2>First: try to move it</h2>
      {chosen?.doctorAbsent && <p>Times of others, because the doctor is absent.</p>}
      <FreeTimes appointment={appointment} free={free} />
      <h2>If no time suits: why is it cancelled?</h2>
      <form method="get" action={`/appointments/${facts.id}/cancel`} className="row">
        <label>
          Reason
          <select name="reason" required defaultValue={chosen?.name ?? ''}>
            <option value="">choose one</option>
            {policy.cancel.reasons.map(({ name, needsTreatment }) => (
              <option key={name} value={name}>
                {name} ({needsTreatment ? 'needs a visit all the same' : 'no visit needed'})
              </option>
            ))}
          </select>
        </label>
        <button type="submit">Go on</button>
      </form>
      {chosen && <CancelForm appointment={appointment} chosen={chosen} {...rest} />}
    </Page>
  );
}

type FormProps = Omit<Props, 'patient' | 'free' | 'chosen'> & { chosen: CancelReason };

function CancelForm({ appointment, chosen, practitioners, now }: FormProps) {
  const { facts, policy, comment, names } = appointment;
  const { id, zone } = facts;
  const today = zoneDate(now, zone);
  const professions = [...new Set(practitioners.flatMap((one) => one.professions))].sort();
  return (
    <form method="post" action={`/appointments/${id}/cancel`} className="card">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <input type="hidden" name="to" value={`/patients/${facts.patientId}`} />
      <input type="hidden" name="reason" value={chosen.name} />
      <h2>Actions after cancelling</h2>
      <fieldset>
        <legend>{chosen.needsTreatment ? 'This patient needs a visit all the same' : 'No visit is needed at the moment'}</legend>
        <label>
          <input type="radio" name="follows" value="task" required defaultChecked={chosen.needsTreatment} />{' '}
          <ItemSymbol kind="task" type="cancelled" />: call them in a week
        </label>
        <label>
          <input type="radio" name="follows" value="waitlist entry" /> <ItemSymbol kind="waitlist" type="cancelled" />: they come as soon as
          a time is free
        </label>
        <label>
          <input type="radio" name="follows" value="nothing" defaultChecked={!chosen.needsTreatment} /> Nothing more
        </label>
      </fieldset>
      {chosen.doctorAbsent && (
        <p className="notice warning" role="alert">
          {names.practitioner} is absent: the doctor is not copied by itself. Choose another one, or only the profession, unless the patient
          wants to wait for this one.
        </p>
      )}
      <div className="row">
        <label>
          Doctor
          <select name="practitionerId" defaultValue={chosen.doctorAbsent ? '' : facts.practitionerId}>
            <option value="">no one in particular</option>
            {practitioners.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
                {chosen.doctorAbsent && one.id === facts.practitionerId ? ' (absent)' : ''}
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
          Duration, minutes <input type="number" name="durationMinutes" min={1} max={1440} defaultValue={minutesOf(facts)} />
        </label>
      </div>
      {comment && (
        <label>
          <input type="checkbox" name="copy" defaultChecked /> Copy the comment of the appointment: “{comment}”
        </label>
      )}
      <label>
        {comment ? 'Add to the comment' : 'Comment, needed for a task or a waitlist entry'}
        <textarea name="comment" rows={2} maxLength={2000} />
      </label>
      <div className="row">
        <label>
          Task: actual from
          <input type="date" name="actualFrom" min={today} defaultValue={addDays(today, policy.cancel.taskInDays)} />
        </label>
        <label>
          Waitlist: any day until
          <input type="date" name="validUntil" min={today} defaultValue={addDays(today, policy.waitlist.validDays)} />
        </label>
        <label>
          Waitlist: or only on these days <input name="dates" placeholder={`${today} ${addDays(today, 7)}`} />
        </label>
      </div>
      <button type="submit">OK, cancel it</button>
    </form>
  );
}
