import { advanceAppointment, planAppointment } from '../../domain/appointment.ts';
import { addMinutes, formatRange, zoneDate, zoneTime } from '../../domain/civil.ts';
import { minutesOf } from '../../domain/interval.ts';
import { formatPhone } from '../../domain/phone.ts';
import { foretell } from '../../domain/timeline.ts';
import { day } from '../../emails/wording.ts';
import type { LoadedAppointment } from '../../ledger/appointment.ts';
import type { FreeTime } from '../../ledger/free-time.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import { Coming } from './coming.tsx';
import { fullName } from './front-desk.ts';
import { Facts, Page } from './page.tsx';
import { RememberForm } from './remembered.tsx';
import { VisitStatus } from './visit-status.tsx';

type Named = { id: string; name: string };
type Search = { from: string; practitionerId: string; free: FreeTime[] };
type Props = { appointment: LoadedAppointment; patient: Patient; practitioners: Named[]; now: string; manages: boolean; search: Search };

export function AppointmentPage({ appointment, patient, practitioners, now, manages, search }: Props) {
  const { facts, policy, names, comment } = appointment;
  const { id, zone, status } = facts;
  const steps = foretell(facts, now, { plan: (then, at) => planAppointment(then, policy, at), advance: advanceAppointment });
  return (
    <Page title={`Appointment with ${names.practitioner}`} tab="Desk">
      <VisitFacts appointment={appointment} patient={patient} />
      <p className="row days">
        <a href={`/day-book?date=${zoneDate(facts.startsAt, zone)}`}>Day book</a>
        <a href={`/patients/${patient.id}`}>Card</a>
        {manages && (status === 'booked' || status === 'arrived') && <a href={`/appointments/${id}/cancel`}>Cancel…</a>}
      </p>
      {status === 'fulfilled' && manages && (
        <div className="notice">
          <p>
            <strong>While settling the bill: does {fullName(patient)} need to come again?</strong> First try to find a time for the next
            visit; if they cannot say when, a task keeps them from being forgotten.
          </p>
          <ul className="menu">
            <li>
              <RememberForm patientId={patient.id} appointmentId={id} label="Find a time" />
            </li>
            <li>
              <a href={`/new/task?patientId=${patient.id}&practitionerId=${facts.practitionerId}`}>Create a task</a>
            </li>
          </ul>
        </div>
      )}
      {comment && <p className="card">{comment}</p>}
      {manages && status === 'booked' && (
        <>
          <h2 id="move">Move</h2>
          <form method="get" action={`/appointments/${id}`} className="row">
            <label>
              From <input type="date" name="from" required defaultValue={search.from} />
            </label>
            <label>
              Practitioner
              <select name="practitionerId" defaultValue={search.practitionerId}>
                {practitioners.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
              </select>
            </label>
            <button type="submit">Show free times</button>
          </form>
          <FreeTimes appointment={appointment} free={search.free} />
        </>
      )}
      {steps.length > 0 && (
        <>
          <h2>What comes next</h2>
          <Coming steps={steps} zone={zone} />
        </>
      )}
    </Page>
  );
}

export function VisitFacts({ appointment: { facts, names }, patient }: { appointment: LoadedAppointment; patient: Patient }) {
  const { zone, status } = facts;
  const facts_: [string, React.ReactNode][] = [
    [
      'Patient',
      <a key="patient" href={`/patients/${patient.id}`}>
        {fullName(patient)}
      </a>,
    ],
    ['Phone', patient.phone ? formatPhone(patient.phone) : 'none: ask for it'],
    ['When', `${day(facts.startsAt, zone)}, ${formatRange(facts, zone)} (${zone})`],
    ['With', names.practitioner],
    ['Status', <VisitStatus key="status" status={status} />],
  ];
  if (facts.cancelReason) facts_.push(['Cancelled because', facts.cancelReason]);
  return <Facts facts={facts_} />;
}

/** Free times as a list to move to: the earliest start of each, or another within it. */
export function FreeTimes({ appointment, free }: { appointment: LoadedAppointment; free: FreeTime[] }) {
  const { id, zone } = appointment.facts;
  const minutes = minutesOf(appointment.facts);
  if (free.length === 0)
    return <p className="notice">No free time of {minutes} min in these two weeks. Try another practitioner or a later day.</p>;
  return (
    <ul className="plain">
      {free.map((one) => {
        const date = zoneDate(one.startsAt, zone);
        const from = zoneTime(one.startsAt, zone);
        const last = zoneTime(addMinutes(one.endsAt, -minutes), zone);
        return (
          <li key={`${one.practitionerId} ${one.startsAt}`} className="slot free">
            <form method="post" action={`/appointments/${id}/move`} className="row">
              <input type="hidden" name="form" value={crypto.randomUUID()} />
              <input type="hidden" name="to" value={`/day-book?date=${date}`} />
              <input type="hidden" name="practitionerId" value={one.practitionerId} />
              <input type="hidden" name="date" value={date} />
              <label>
                {day(one.startsAt, zone)}, {one.practitioner}, free {formatRange(one, zone)}: move to
                <input type="time" name="from" required defaultValue={from} min={from} max={last} />
              </label>
              <button type="submit">Move</button>
            </form>
          </li>
        );
      })}
    </ul>
  );
}
