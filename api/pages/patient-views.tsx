import { zoneDate } from '../../domain/civil.ts';
import { ageAt } from '../../domain/patient.ts';
import type { TaskKind } from '../../domain/task.ts';
import type { EntryState, EntryType } from '../../domain/waitlist-entry.ts';
import { type ContactOutcome, contactOutcomes } from '../../ledger/phone-contact.ts';
import { civil } from '../../ledger/special-hours.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import { AccessLog, type Looks } from './access-log.tsx';
import { AuditTrail, type Trail } from './audit-trail.tsx';
import { CardForm } from './card-form.tsx';
import { fullName } from './front-desk.ts';
import { ItemSymbol, taskTypeName } from './item-symbol.tsx';
import { Facts, Page } from './page.tsx';
import type { CardTab, PatientItems } from './patient.tsx';
import { Phone } from './phone.tsx';
import { useSpeech } from './reader.ts';
import { type Remembered, RememberedBar, RememberForm } from './remembered.tsx';
import { VisitStatus } from './visit-status.tsx';

type Props = PatientItems & {
  patient: Patient;
  tab: CardTab;
  zone: string;
  now: string;
  manages: boolean;
  /** Whether the visitor sees accounts of patients (R-20). */
  account: boolean;
  /** Whether they see who looked (F-25), and who did what (F-16). */
  answers: boolean;
  looks: Looks | undefined;
  trail: Trail | undefined;
  remembered: Remembered | undefined;
};

export function PatientPage(props: Props) {
  const { patient, tab, zone, now, remembered, looks, trail } = props;
  const { birthDate: born } = patient;
  const { words, plainDate } = useSpeech();
  return (
    <Page title={fullName(patient)} tab="Desk">
      <RememberedBar remembered={remembered} />
      <Facts
        facts={[
          [
            words('card.born'),
            born ? `${plainDate(born)} (${words('card.years', { count: ageAt(civil(born), now, zone) })})` : words('card.unknown'),
          ],
          [words('card.phone'), patient.phone ? <Phone key="phone" number={patient.phone} /> : words('card.noPhone')],
        ]}
      />
      {!patient.phone && <p className="notice warning">{words('desk.noPhone')}</p>}
      <nav aria-label={words('card.tab.card')}>
        <ul>
          {(['appointments', 'card', ...(props.answers ? (['access', 'audit'] as const) : [])] as const).map((name) => (
            <li key={name}>
              <a href={`/patients/${patient.id}?tab=${name}`} aria-current={name === tab ? 'page' : undefined}>
                {words(`card.tab.${name}`)}
              </a>
            </li>
          ))}
          {props.account && (
            <li>
              <a href={`/accounts/${patient.id}`}>{words('account.link')}</a>
            </li>
          )}
        </ul>
      </nav>
      {looks && <AccessLog patientId={patient.id} looks={looks} zone={zone} />}
      {trail && <AuditTrail patientId={patient.id} trail={trail} zone={zone} />}
      {tab === 'card' && <CardForm patient={patient} action={`/patients/${patient.id}`} editable={props.manages} />}
      {tab === 'card' && props.manages && (
        <p>
          <a href={`/patients/${patient.id}/merge`}>{words('merge.link')}</a>
        </p>
      )}
      {tab === 'appointments' && <Panel {...props} />}
    </Page>
  );
}

function Panel({ patient, visits, tasks, entries, contacts, zone, now, manages }: Props) {
  const { words, plainDate, phrase, dateTime } = useSpeech();
  const ahead = visits
    .filter(({ status, endsAt }) => (status === 'booked' || status === 'arrived') && endsAt.toISOString() > now)
    .reverse();
  const past = visits.filter((visit) => !ahead.includes(visit));
  const open = tasks.filter(({ state }) => state !== 'closed');
  const active = entries.filter(({ state }) => state === 'active');
  const ended = [
    ...tasks
      .filter((task) => !open.includes(task))
      .map(({ id, type, closeReason }) => ({
        id,
        said: `${words('item.task.named', { name: taskTypeName({ kind: type.kind as TaskKind, name: type.name }, words) })}: ${words('item.state.closed')}. ${closeReason ?? ''}`,
      })),
    ...entries
      .filter((entry) => !active.includes(entry))
      .map(({ id, type, state, endReason }) => ({
        id,
        said: `${words(`item.entry.${type as EntryType}`)}: ${words(`item.state.${state as EntryState}`)}. ${phrase(endReason ?? '')}`,
      })),
  ];
  return (
    <>
      {manages && (
        <div className="card">
          <ul className="menu">
            <li>
              <RememberForm patientId={patient.id} label={words('card.find')} />
            </li>
            <li>
              <a href={`/tasks/new?patientId=${patient.id}`}>{words('item.new.task')}</a>
            </li>
          </ul>
          <p className="muted">{words('card.firstLook')}</p>
        </div>
      )}
      <h2>{words('card.ahead')}</h2>
      {ahead.length === 0 ? <p>{words('card.none')}</p> : <Visits visits={ahead} zone={zone} manages={manages} />}
      <h2>{words('card.items')}</h2>
      {open.length + active.length === 0 && <p>{words('card.noItems')}</p>}
      <ul className="plain">
        {active.map(({ id, type, comment, practitioner, profession, durationMinutes, validUntil, anyDays, dates }) => (
          <li key={id} className="slot">
            <ItemSymbol kind="waitlist" type={type as 'scheduled'} />
            <span>
              {practitioner?.name ?? profession}, {words('desk.minutes', { minutes: durationMinutes })},{' '}
              {anyDays
                ? words('card.until', { date: plainDate(validUntil) })
                : words('card.on', { dates: dates.map(plainDate).join(', ') })}
            </span>
            <span>{comment}</span>
            {manages && <ItemMenu patientId={patient.id} item="waitlist-entries" id={id} />}
          </li>
        ))}
        {open.map(({ id, type, comment, practitioner, profession, actualFrom, state }) => (
          <li key={id} className="slot">
            <ItemSymbol kind="task" type={type.kind as 'scheduled'} name={type.name} />
            <span>
              {practitioner?.name ?? profession ?? ''}{' '}
              {state === 'due' ? words('card.actualNow') : words('card.actualFrom', { date: plainDate(actualFrom) })}
            </span>
            <span>{comment}</span>
            {manages && <ItemMenu patientId={patient.id} item="tasks" id={id} />}
          </li>
        ))}
      </ul>
      <h2>{words('card.past')}</h2>
      {past.length === 0 ? <p>{words('card.none')}</p> : <Visits visits={past} zone={zone} manages={manages} />}
      <h2>{words('card.talks')}</h2>
      {contacts.length === 0 && <p>{words('card.noTalks')}</p>}
      <ul>
        {contacts.map(({ id, at, outcome, note, by }) => (
          <li key={id}>
            {dateTime(at.toISOString(), zone)}, {words(`card.outcome.${outcome as ContactOutcome}`)}: {note}{' '}
            <span className="muted">({words('card.by', { name: (by as { name: string }).name })})</span>
          </li>
        ))}
      </ul>
      {manages && <TalkForm patientId={patient.id} />}
      {ended.length > 0 && (
        <details>
          <summary>{words('card.closed', { count: ended.length })}</summary>
          <ul>
            {ended.map(({ id, said }) => (
              <li key={id}>{said}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Visits({ visits, zone, manages }: { visits: Props['visits']; zone: string; manages: boolean }) {
  const { words, phrase, longDay, range } = useSpeech();
  return (
    <ul className="plain">
      {visits.map(({ id, patientId, startsAt, endsAt, practitioner, status, comment, cancelReason }) => {
        const time = { startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
        const when = `${longDay(time.startsAt, zone)}, ${range(time, zone)}`;
        return (
          <li key={id} className={`slot ${status}`}>
            <span>
              <a href={`/appointments/${id}`}>{status === 'noshow' ? <s>{when}</s> : when}</a>, {practitioner.name}{' '}
              <VisitStatus status={status as 'booked'} />
              {cancelReason && ` (${phrase(cancelReason)})`}
            </span>
            {comment && <span className="muted">{comment}</span>}
            {manages && (
              <ul className="menu">
                {status === 'booked' && (
                  <li>
                    <a href={`/appointments/${id}#move`}>
                      {words('visit.action.move')} <span className="hidden">{when}</span>
                    </a>
                  </li>
                )}
                {status === 'booked' && (
                  <li>
                    <a href={`/appointments/${id}/cancel`}>
                      {words('visit.action.cancel')} <span className="hidden">{when}</span>
                    </a>
                  </li>
                )}
                <li>
                  <a href={`/day-book?date=${zoneDate(time.startsAt, zone)}`}>
                    {words('desk.door.dayBook.name')} <span className="hidden">{words('card.of', { when })}</span>
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
  const { words } = useSpeech();
  return (
    <form method="post" action={`/patients/${patientId}/contacts`} className="card">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <div className="row">
        <label>
          {words('card.how')}
          <select name="outcome">
            {contactOutcomes.map((one) => (
              <option key={one} value={one}>
                {words(`card.outcome.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words('card.talk')} <input name="note" required maxLength={2000} />
        </label>
      </div>
      <button type="submit" name="go" value="card">
        {words('desk.save')}
      </button>{' '}
      <button type="submit" name="go" value="book">
        {words('card.saveAndBook')}
      </button>
    </form>
  );
}

type ItemProps = { patientId: string; item: 'tasks' | 'waitlist-entries'; id: string };

/** I-42: to booking, changed, or closed. */
function ItemMenu({ patientId, item, id }: ItemProps) {
  const { words } = useSpeech();
  return (
    <>
      <a href={item === 'tasks' ? `/tasks/${id}` : `/waitlist/${id}`}>{words('item.page.change')}</a>
      <RememberForm patientId={patientId} label={words('card.findAndClose')} />
      <form method="post" action={`/patients/${patientId}/${item}/${id}/close`} className="row">
        <input type="hidden" name="form" value={crypto.randomUUID()} />
        <label>
          {words('card.reason')} <input name="reason" maxLength={2000} />
        </label>
        <button type="submit">{words('card.close')}</button>
      </form>
    </>
  );
}
