import type { AppointmentStatus } from '../../domain/appointment.ts';
import { addDays, zoneDate, zoneTime } from '../../domain/civil.ts';
import { type Interval, minutesOf } from '../../domain/interval.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import type { Done, Wanted } from './day-book.tsx';
import { fullName } from './front-desk.ts';
import { Choice, Page } from './page.tsx';
import { useSpeech } from './reader.ts';
import { type Remembered, RememberedBar, RememberForm } from './remembered.tsx';
import { VisitStatus } from './visit-status.tsx';

export type Visit = Interval & {
  id: string;
  patientId: string;
  patient: { givenName: string; familyName: string };
  status: AppointmentStatus;
  comment: string;
};
export type Column = { id: string; name: string; professions: string[]; visits: Visit[]; works: boolean; free: Interval[] };

type Props = {
  date: string;
  now: string;
  zone: string;
  facility: string;
  /** I-07: who only looks gets no buttons. */
  manages: boolean;
  remembered: Remembered | undefined;
  /** What was just done, and stands so. */
  said: { done: Done; visit: Visit; practitioner: string } | undefined;
  /** For whom a time is looked for. */
  wanted: Wanted;
  seeker: Patient | null;
  columns: Column[];
  choices: { id: string; name: string }[];
  chosen: string | undefined;
};

export function DayBookPage(props: Props) {
  const { date, zone, facility, columns, choices, chosen, remembered, now, said, wanted, seeker } = props;
  const { words, civilDay, duration, longDay, range } = useSpeech();
  const kept = Object.entries(wanted).flatMap(([name, value]) => (value ? [[name, String(value)] as [string, string]] : []));
  const filter = [...kept, ...(chosen ? [['practitionerId', chosen]] : [])]
    .map(([name, value]) => `&${name}=${encodeURIComponent(value!)}`)
    .join('');
  const cancelled = columns.flatMap(({ name, visits }) =>
    visits.filter(({ status }) => status === 'cancelled').map((visit) => ({ name, visit })),
  );
  return (
    <Page title={words('visit.dayBook.title', { day: civilDay(date) })} tab="Desk">
      {said && (
        <p className="notice" role="status">
          {words(`visit.dayBook.done.${said.done}`, {
            patient: fullName(said.visit.patient),
            practitioner: said.practitioner,
            when: `${longDay(said.visit.startsAt, zone)}, ${range(said.visit, zone)}`,
          })}{' '}
          <a href={`/appointments/${said.visit.id}`}>{words('visit.dayBook.toVisit')}</a>
        </p>
      )}
      <RememberedBar remembered={remembered} />
      {seeker && (
        <p className="notice">
          {words('visit.dayBook.seek', { patient: fullName(seeker) })}
          {wanted.minutes && ` (${duration(wanted.minutes)})`}
        </p>
      )}
      <form method="get" action="/day-book" className="row">
        {kept.map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <label>
          {words('desk.field.day')} <input type="date" name="date" required defaultValue={date} />
        </label>
        <Choice label={words('desk.field.practitioner')} name="practitionerId" options={choices} chosen={chosen} />
        <button type="submit">{words('desk.show')}</button>
      </form>
      <p className="row days">
        <a href={`/day-book?date=${addDays(date, -1)}${filter}`}>{words('visit.dayBook.before')}</a>
        <a href={`/day-book?date=${zoneDate(now, zone)}${filter}`}>{words('visit.dayBook.today')}</a>
        <a href={`/day-book?date=${addDays(date, 1)}${filter}`}>{words('visit.dayBook.after')}</a>
        <a href="/patients">{words('card.patients')}</a>
      </p>
      {columns.length === 0 ? (
        <p className="notice">{words('visit.dayBook.nobody', { facility, route: 'PATCH /v1/practitioners/…' })}</p>
      ) : (
        <div className="columns">
          {columns.map((column) => (
            <ColumnView key={column.id} column={column} {...props} />
          ))}
        </div>
      )}
      {cancelled.length > 0 && (
        <details>
          <summary>{words('visit.dayBook.cancelled', { count: cancelled.length })}</summary>
          <ul>
            {cancelled.map(({ name, visit }) => (
              <li key={visit.id}>
                {range(visit, zone)}, {name}: <a href={`/patients/${visit.patientId}`}>{fullName(visit.patient)}</a>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Page>
  );
}

function ColumnView({ column, ...props }: Props & { column: Column }) {
  const { id, name, professions, visits, free } = column;
  const { words } = useSpeech();
  const shown = visits.filter(({ status }) => status !== 'cancelled');
  const items = [...shown.map((visit) => ({ visit, at: visit.startsAt })), ...free.map((time) => ({ time, at: time.startsAt }))];
  items.sort((a, b) => (a.at < b.at ? -1 : 1));
  return (
    <section aria-labelledby={`column-${id}`}>
      <h2 id={`column-${id}`}>
        {name} <small className="muted">{professions.join(', ')}</small>
      </h2>
      {items.length === 0 && <p className="muted">{words('visit.dayBook.full')}</p>}
      <ol className="plain">
        {items.map((item) =>
          'visit' in item ? (
            <VisitCard key={item.visit.id} visit={item.visit} {...props} />
          ) : (
            <FreeCard key={item.at} practitionerId={id} free={item.time} {...props} />
          ),
        )}
      </ol>
    </section>
  );
}

type FreeProps = Props & { practitionerId: string; free: Interval };

function FreeCard({ practitionerId, free, zone, date, manages, remembered, wanted }: FreeProps) {
  const { words, range } = useSpeech();
  const from = zoneTime(free.startsAt, zone);
  const { patientId = remembered?.patient.id, taskId, entryId, minutes = 30 } = wanted;
  const carried = Object.entries({ patientId, taskId, entryId }).filter((one): one is [string, string] => one[1] !== undefined);
  const slot = { practitionerId, date, from, minutes: String(Math.min(minutes, minutesOf(free))) };
  return (
    <li className="slot free">
      <span>
        {range(free, zone)} <em>{words('visit.dayBook.free')}</em>
      </span>
      {manages && (
        <a href={`/book?${new URLSearchParams([...Object.entries(slot), ...carried])}`}>
          {words('visit.action.book')} <span className="hidden">{words('visit.bookFrom', { time: from })}</span>
        </a>
      )}
    </li>
  );
}

function VisitCard({ visit, zone, date, now, manages }: Props & { visit: Visit }) {
  const { id, patientId, patient, status, comment } = visit;
  const { words, range } = useSpeech();
  const who = <a href={`/patients/${patientId}`}>{fullName(patient)}</a>;
  const begun = zoneDate(visit.startsAt, zone) <= zoneDate(now, zone);
  return (
    <li className={`slot ${status}`}>
      <span>
        <a href={`/appointments/${id}`}>{range(visit, zone)}</a> {status === 'noshow' ? <s>{who}</s> : who} <VisitStatus status={status} />
      </span>
      {comment && <span className="muted">{comment}</span>}
      {manages && (
        <ul className="menu">
          {begun && (status === 'booked' || status === 'noshow') && (
            <li>
              <VisitButton
                id={id}
                action="arrive"
                date={date}
                label={words(status === 'noshow' ? 'visit.action.came' : 'visit.action.arrived')}
              />
            </li>
          )}
          {begun && status === 'arrived' && (
            <li>
              <VisitButton id={id} action="fulfil" date={date} label={words('visit.action.done')} />
            </li>
          )}
          {status === 'arrived' && (
            <li>
              <VisitButton id={id} action="undo-arrive" date={date} label={words('visit.action.notArrived')} />
            </li>
          )}
          {status === 'booked' && (
            <li>
              <a href={`/appointments/${id}#move`}>
                {words('visit.action.move')} <span className="hidden">{fullName(patient)}</span>
              </a>
            </li>
          )}
          {(status === 'booked' || status === 'arrived') && (
            <li>
              <a href={`/appointments/${id}/cancel`}>
                {words('visit.action.cancel')} <span className="hidden">{fullName(patient)}</span>
              </a>
            </li>
          )}
          <li>
            <RememberForm patientId={patientId} appointmentId={id} to={`/day-book?date=${date}`} />
          </li>
          {status === 'fulfilled' && (
            <li>
              <a href={`/tasks/new?patientId=${patientId}`}>
                {words('item.new.task')} <span className="hidden">{fullName(patient)}</span>
              </a>
            </li>
          )}
        </ul>
      )}
    </li>
  );
}

function VisitButton({
  id,
  action,
  date,
  label,
}: {
  id: string;
  action: 'arrive' | 'undo-arrive' | 'fulfil';
  date: string;
  label: string;
}) {
  return (
    <form method="post" action={`/appointments/${id}/${action}`}>
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <input type="hidden" name="to" value={action === 'fulfil' ? `/appointments/${id}` : `/day-book?date=${date}`} />
      <button type="submit" className="link">
        {label}
      </button>
    </form>
  );
}
