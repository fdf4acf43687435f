import { advanceAppointment, planAppointment } from '../../domain/appointment.ts';
import type { AppointmentWhy } from '../../domain/appointment-why.ts';
import { addMinutes, zoneDate, zoneTime } from '../../domain/civil.ts';
import { minutesOf } from '../../domain/interval.ts';
import { formatPhone } from '../../domain/phone.ts';
import { foretell } from '../../domain/timeline.ts';
import type { LoadedAppointment } from '../../ledger/appointment.ts';
import type { FreeTime } from '../../ledger/free-time.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import { Coming } from './coming.tsx';
import { fullName } from './front-desk.ts';
import { Facts, Options, Page } from './page.tsx';
import { useSpeech } from './reader.ts';
import { RememberForm } from './remembered.tsx';
import { VisitStatus } from './visit-status.tsx';
import { Whys } from './why.tsx';

type Named = { id: string; name: string };
type Search = { from: string; practitionerId: string; free: FreeTime[] };
type Props = {
  appointment: LoadedAppointment;
  patient: Patient;
  practitioners: Named[];
  now: string;
  manages: boolean;
  search: Search;
  whys: AppointmentWhy[];
};

export function AppointmentPage({ appointment, patient, practitioners, now, manages, search, whys }: Props) {
  const { facts, policy, names, comment } = appointment;
  const { id, zone, status } = facts;
  const { words } = useSpeech();
  const steps = foretell(facts, now, { plan: (then, at) => planAppointment(then, policy, at), advance: advanceAppointment });
  return (
    <Page title={words('visit.page.title', { practitioner: names.practitioner })} tab="Desk">
      <VisitFacts appointment={appointment} patient={patient} />
      <p className="row days">
        <a href={`/day-book?date=${zoneDate(facts.startsAt, zone)}`}>{words('desk.door.dayBook.name')}</a>
        <a href={`/patients/${patient.id}`}>{words('card.tab.card')}</a>
        {manages && (status === 'booked' || status === 'arrived') && (
          <a href={`/appointments/${id}/cancel`}>{words('visit.action.cancel')}</a>
        )}
      </p>
      {status === 'fulfilled' && manages && (
        <div className="notice">
          <p>
            <strong>{words('visit.page.bill', { patient: fullName(patient) })}</strong> {words('visit.page.billText')}
          </p>
          <ul className="menu">
            <li>
              <RememberForm patientId={patient.id} appointmentId={id} label={words('visit.page.find')} />
            </li>
            <li>
              <a href={`/tasks/new?patientId=${patient.id}&practitionerId=${facts.practitionerId}`}>{words('item.new.task')}</a>
            </li>
          </ul>
        </div>
      )}
      {comment && <p className="card">{comment}</p>}
      {manages && status === 'booked' && (
        <>
          <h2 id="move">{words('visit.action.move')}</h2>
          <form method="get" action={`/appointments/${id}`} className="row">
            <label>
              {words('desk.field.from')} <input type="date" name="from" required defaultValue={search.from} />
            </label>
            <label>
              {words('desk.field.practitioner')}
              <select name="practitionerId" defaultValue={search.practitionerId}>
                <Options of={practitioners} />
              </select>
            </label>
            <button type="submit">{words('visit.page.show')}</button>
          </form>
          <FreeTimes appointment={appointment} free={search.free} />
        </>
      )}
      {steps.length > 0 && (
        <>
          <h2>{words('desk.coming')}</h2>
          <Coming steps={steps} zone={zone} />
        </>
      )}
      <Whys whys={whys.map(({ question, ...why }) => [words(`visit.why.${question}`), why])} zone={zone} />
    </Page>
  );
}

export function VisitFacts({ appointment: { facts, names }, patient }: { appointment: LoadedAppointment; patient: Patient }) {
  const { zone, status } = facts;
  const { words, phrase, day, range } = useSpeech();
  const facts_: [string, React.ReactNode][] = [
    [
      words('visit.fact.patient'),
      <a key="patient" href={`/patients/${patient.id}`}>
        {fullName(patient)}
      </a>,
    ],
    [words('visit.fact.phone'), patient.phone ? formatPhone(patient.phone) : words('visit.fact.noPhone')],
    [words('visit.fact.when'), `${day(facts.startsAt, zone)}, ${range(facts, zone)} (${zone})`],
    [words('visit.fact.with'), names.practitioner],
    [words('visit.fact.status'), <VisitStatus key="status" status={status} />],
  ];
  if (facts.cancelReason) facts_.push([words('visit.fact.because'), phrase(facts.cancelReason)]);
  return <Facts facts={facts_} />;
}

/** Free times as a list to move to: the earliest start of each, or another within it. */
export function FreeTimes({ appointment, free }: { appointment: LoadedAppointment; free: FreeTime[] }) {
  const { id, zone } = appointment.facts;
  const { words, day, range } = useSpeech();
  const minutes = minutesOf(appointment.facts);
  if (free.length === 0) return <p className="notice">{words('visit.page.noTime', { minutes })}</p>;
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
                {words('visit.page.free', { day: day(one.startsAt, zone), practitioner: one.practitioner, range: range(one, zone) })}
                <input type="time" name="from" required defaultValue={from} min={from} max={last} />
              </label>
              <button type="submit">{words('visit.action.move')}</button>
            </form>
          </li>
        );
      })}
    </ul>
  );
}
