import { type AppointmentFacts, advanceAppointment, planAppointment } from '../../domain/appointment.ts';
import type { AppointmentWhy } from '../../domain/appointment-why.ts';
import { addMinutes, zoneDate, zoneTime } from '../../domain/civil.ts';
import { minutesOf } from '../../domain/interval.ts';
import { foretell } from '../../domain/timeline.ts';
import type { LoadedAppointment } from '../../ledger/appointment.ts';
import type { FreeTime } from '../../ledger/free-time.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import { Coming } from './coming.tsx';
import { Field, Form, Pick } from './form-fields.tsx';
import { fullName } from './front-desk.ts';
import { Facts, Options, Page } from './page.tsx';
import { Phone } from './phone.tsx';
import { useSpeech } from './reader.ts';
import { RememberForm } from './remembered.tsx';
import { VisitStatus } from './visit-status.tsx';
import { Whys } from './why.tsx';

type Named = { id: string; name: string };
/** Free times, of whom and how long. */
type Search = { from: string; practitionerId: string; minutes: number; free: FreeTime[] };
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
          <MoveForm facts={facts} practitioners={practitioners} />
          <h3>{words('visit.page.orFree')}</h3>
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
            <label>
              {words('desk.field.minutes')} <input type="number" name="minutes" required min={1} defaultValue={search.minutes} />
            </label>
            <button type="submit">{words('visit.page.show')}</button>
          </form>
          <FreeTimes appointment={appointment} free={search.free} minutes={search.minutes} />
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
    [words('visit.fact.phone'), patient.phone ? <Phone key="phone" number={patient.phone} /> : words('visit.fact.noPhone')],
    [words('visit.fact.when'), `${day(facts.startsAt, zone)}, ${range(facts, zone)} (${zone})`],
    [words('visit.fact.with'), names.practitioner],
    [words('visit.fact.status'), <VisitStatus key="status" status={status} />],
  ];
  if (facts.cancelReason) facts_.push([words('visit.fact.because'), phrase(facts.cancelReason)]);
  return <Facts facts={facts_} />;
}

/** Another day, time, length or practitioner, from how it is now: shifted by some minutes, made longer or shorter. */
function MoveForm({ facts, practitioners }: { facts: AppointmentFacts; practitioners: Named[] }) {
  const { id, zone, practitionerId, startsAt } = facts;
  const { words } = useSpeech();
  return (
    <Form action={`/appointments/${id}/move`} className="row">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <Field label={words('desk.field.day')} type="date" name="date" required value={zoneDate(startsAt, zone)} />
      <Field label={words('desk.field.from')} type="time" name="from" required value={zoneTime(startsAt, zone)} />
      <Field label={words('desk.field.minutes')} type="number" name="minutes" required min={1} value={minutesOf(facts)} />
      <Pick label={words('desk.field.practitioner')} name="practitionerId" options={practitioners} chosen={practitionerId} />
      <button type="submit">{words('visit.action.move')}</button>
    </Form>
  );
}

type FreeProps = { appointment: LoadedAppointment; free: FreeTime[]; minutes?: number };

/** Free times as a list to move to: the earliest start of each, or another within it. */
export function FreeTimes({ appointment, free, minutes = minutesOf(appointment.facts) }: FreeProps) {
  const { id, zone } = appointment.facts;
  const { words, day, range } = useSpeech();
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
              <input type="hidden" name="practitionerId" value={one.practitionerId} />
              <input type="hidden" name="date" value={date} />
              <input type="hidden" name="minutes" value={minutes} />
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
