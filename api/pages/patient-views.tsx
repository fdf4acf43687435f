import { formatRange, zoneDate } from '../../domain/civil.ts';
import { ageAt, languages, phoneWarnings } from '../../domain/patient.ts';
import { formatPhone } from '../../domain/phone.ts';
import { dateTime, longDay } from '../../emails/wording.ts';
import { contactOutcomes } from '../../ledger/phone-contact.ts';
import { civil } from '../../ledger/special-hours.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import { fullName } from './front-desk.ts';
import { ItemSymbol } from './item-symbol.tsx';
import { Facts, Page } from './page.tsx';
import type { PatientItems } from './patient.tsx';
import { type Remembered, RememberedBar, RememberForm } from './remembered.tsx';
import { VisitStatus } from './visit-status.tsx';

type Props = PatientItems & {
  patient: Patient;
  tab: 'appointments' | 'card';
  zone: string;
  now: string;
  manages: boolean;
  remembered: Remembered | undefined;
};

export function PatientPage(props: Props) {
  const { patient, tab, zone, now, remembered } = props;
  const born = patient.birthDate && civil(patient.birthDate);
  const tabs = [
    ['appointments', 'Appointments'],
    ['card', 'Card'],
  ] as const;
  return (
    <Page title={fullName(patient)} tab="Desk">
      <RememberedBar remembered={remembered} />
      <Facts
        facts={[
          ['Born', born ? `${born} (${ageAt(born, now, zone)} years)` : 'unknown'],
          ['Phone', patient.phone ? formatPhone(patient.phone) : 'none'],
        ]}
      />
      {phoneWarnings(patient).map(({ code, message }) => (
        <p key={code} className="notice warning">
          {message}
        </p>
      ))}
      <nav aria-label="Card">
        <ul>
          {tabs.map(([name, label]) => (
            <li key={name}>
              <a href={`/patients/${patient.id}?tab=${name}`} aria-current={name === tab ? 'page' : undefined}>
                {label}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {tab === 'card' ? <CardForm {...props} /> : <Panel {...props} />}
    </Page>
  );
}

function Panel({ patient, visits, tasks, entries, contacts, zone, now, manages }: Props) {
  const ahead = visits
    .filter(({ status, endsAt }) => (status === 'booked' || status === 'arrived') && endsAt.toISOString() > now)
    .reverse();
  const past = visits.filter((visit) => !ahead.includes(visit));
  const open = tasks.filter(({ state }) => state !== 'closed');
  const active = entries.filter(({ state }) => state === 'active');
  const ended = [
    ...tasks
      .filter((task) => !open.includes(task))
      .map(({ id, type, closeReason }) => ({ id, words: `Task, ${type.name}: closed. ${closeReason ?? ''}` })),
    ...entries
      .filter((entry) => !active.includes(entry))
      .map(({ id, type, state, endReason }) => ({ id, words: `Waitlist, ${type}: ${state}. ${endReason ?? ''}` })),
  ];
  return (
    <>
      {manages && (
        <div className="card">
          <ul className="menu">
            <li>
              <RememberForm patientId={patient.id} label="Book: look for a time" />
            </li>
            <li>
              <a href={`/new/task?patientId=${patient.id}`}>Create a task</a>
            </li>
          </ul>
          <p className="muted">The waitlist is for whom no free time suits: look for one first, and add them from there.</p>
        </div>
      )}
      <h2>Appointments ahead</h2>
      {ahead.length === 0 ? <p>None.</p> : <Visits visits={ahead} zone={zone} manages={manages} />}
      <h2>Waitlist and tasks</h2>
      {open.length + active.length === 0 && <p>Nothing waits for this patient.</p>}
      <ul className="plain">
        {active.map(({ id, type, comment, practitioner, profession, durationMinutes, validUntil }) => (
          <li key={id} className="slot">
            <ItemSymbol kind="waitlist" type={type as 'scheduled'} />
            <span>
              {practitioner?.name ?? profession}, {durationMinutes} min, until {civil(validUntil)}
            </span>
            <span>{comment}</span>
            {manages && <ItemMenu patientId={patient.id} item="waitlist-entries" id={id} />}
          </li>
        ))}
        {open.map(({ id, type, comment, practitioner, profession, actualFrom, state }) => (
          <li key={id} className="slot">
            <ItemSymbol kind="task" type={type.kind as 'scheduled'} name={type.name} />
            <span>
              {practitioner?.name ?? profession ?? ''} {state === 'due' ? 'actual now' : `actual from ${civil(actualFrom)}`}
            </span>
            <span>{comment}</span>
            {manages && <ItemMenu patientId={patient.id} item="tasks" id={id} />}
          </li>
        ))}
      </ul>
      <h2>Past appointments</h2>
      {past.length === 0 ? <p>None.</p> : <Visits visits={past} zone={zone} manages={manages} />}
      <h2>Calls and talks</h2>
      {contacts.length === 0 && <p>None is written down.</p>}
      <ul>
        {contacts.map(({ id, at, outcome, note }) => (
          <li key={id}>
            {dateTime(at.toISOString(), zone)}, {outcome}: {note}
          </li>
        ))}
      </ul>
      {manages && <TalkForm patientId={patient.id} />}
      {ended.length > 0 && (
        <details>
          <summary>Closed tasks and waitlist entries: {ended.length}</summary>
          <ul>
            {ended.map(({ id, words }) => (
              <li key={id}>{words}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Visits({ visits, zone, manages }: { visits: Props['visits']; zone: string; manages: boolean }) {
  return (
    <ul className="plain">
      {visits.map(({ id, patientId, startsAt, endsAt, practitioner, status, comment, cancelReason }) => {
        const time = { startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
        const when = `${longDay(time.startsAt, zone)}, ${formatRange(time, zone)}`;
        return (
          <li key={id} className={`slot ${status}`}>
            <span>
              <a href={`/appointments/${id}`}>{status === 'noshow' ? <s>{when}</s> : when}</a>, {practitioner.name}{' '}
              <VisitStatus status={status as 'booked'} />
              {cancelReason && ` (${cancelReason})`}
            </span>
            {comment && <span className="muted">{comment}</span>}
            {manages && (
              <ul className="menu">
                {status === 'booked' && (
                  <li>
                    <a href={`/appointments/${id}#move`}>
                      Move <span className="hidden">{when}</span>
                    </a>
                  </li>
                )}
                {status === 'booked' && (
                  <li>
                    <a href={`/appointments/${id}/cancel`}>
                      Cancel… <span className="hidden">{when}</span>
                    </a>
                  </li>
                )}
                <li>
                  <a href={`/day-book?date=${zoneDate(time.startsAt, zone)}`}>
                    Day book <span className="hidden">of {when}</span>
                  </a>
                </li>
                {status !== 'booked' && (
                  <li>
                    <RememberForm patientId={patientId} appointmentId={id} />
                  </li>
                )}
              </ul>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** I-29: a comment on the talk, and on to booking with the patient at hand. */
function TalkForm({ patientId }: { patientId: string }) {
  return (
    <form method="post" action={`/patients/${patientId}/contacts`} className="card">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <div className="row">
        <label>
          How it went
          <select name="outcome">
            {contactOutcomes.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <label>
          Comment on the talk <input name="note" required maxLength={2000} />
        </label>
      </div>
      <button type="submit" name="go" value="card">
        Save
      </button>{' '}
      <button type="submit" name="go" value="book">
        Save and book
      </button>
    </form>
  );
}

type ItemProps = { patientId: string; item: 'tasks' | 'waitlist-entries'; id: string };

/** I-42: to booking, or closed. */
function ItemMenu({ patientId, item, id }: ItemProps) {
  return (
    <>
      <RememberForm patientId={patientId} label="Book: look for a time, and close this with it" />
      <form method="post" action={`/patients/${patientId}/${item}/${id}/close`} className="row">
        <input type="hidden" name="form" value={crypto.randomUUID()} />
        <label>
          Reason to close <input name="reason" maxLength={2000} />
        </label>
        <button type="submit">Close</button>
      </form>
    </>
  );
}

function CardForm({ patient, manages }: Props) {
  const { id, version, givenName, familyName, birthDate, phone, email, language } = patient;
  return (
    <form method="post" action={`/patients/${id}`}>
      <input type="hidden" name="version" value={version} />
      <fieldset disabled={!manages}>
        <legend className="hidden">Card</legend>
        <label>
          Family name <input name="familyName" required maxLength={200} defaultValue={familyName} />
        </label>
        <label>
          Given name <input name="givenName" required maxLength={200} defaultValue={givenName} />
        </label>
        <label>
          Date of birth <input type="date" name="birthDate" defaultValue={birthDate ? civil(birthDate) : ''} />
        </label>
        <label>
          Mobile phone <input type="tel" name="phone" maxLength={40} defaultValue={phone ?? ''} />
        </label>
        <label>
          Email <input type="email" name="email" maxLength={254} defaultValue={email ?? ''} />
        </label>
        <label>
          Language
          <select name="language" defaultValue={language}>
            {languages.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <button type="submit">Save</button>
      </fieldset>
    </form>
  );
}
