import { addMinutes, zoneDate } from '../../domain/civil.ts';
import type { CourseState, PlannedVisit } from '../../domain/course-of-treatment.ts';
import type { Actor } from '../../domain/decision.ts';
import type { Channel } from '../../domain/patient-message.ts';
import type { FreeTime } from '../../ledger/free-time.ts';
import type { OpportunityRow } from '../../ledger/opportunity-list.ts';
import { type CallOutcome, callKinds } from '../../ledger/opportunity-note.ts';
import type { MessageTemplate, OpportunityNote } from '../../prisma/generated/client.ts';
import { Status } from './care-manager-views.tsx';
import { Field, Form } from './form-fields.tsx';
import { Choice, Facts, Options, Page } from './page.tsx';
import { Phone } from './phone.tsx';
import { useSpeech, useWhen } from './reader.ts';

type Named = { id: string; name: string };
type Props = {
  row: OpportunityRow;
  notes: OpportunityNote[];
  people: Named[];
  practitioners: Named[];
  plannedVisits: PlannedVisit[];
  templates: MessageTemplate[];
  /** Whose free time from which date, and the instant that was picked of it. */
  book: { practitionerId: string; minutes: number; from: string; free: FreeTime[]; at: string | undefined };
  snoozeUntil: string;
  currency: string;
  zone: string;
};

export function OpportunityPage({ row, notes, people, practitioners, plannedVisits, templates, book, snoozeUntil, currency, zone }: Props) {
  const { id, givenName, familyName, number, payor, provider, costMinor, udaValue, openedOn, courseState, assignee, phone, email, next } =
    row;
  const { words, phrase, civilDay, money } = useSpeech();
  const when = useWhen();
  const none = words('desk.none');
  return (
    <Page title={`${givenName} ${familyName}, ${number}`} tab="Desk">
      {!row.listed && <p className="notice">{words('care.notListed', { because: phrase(row.next.because) })}</p>}
      <Facts
        facts={[
          [words('care.column.status'), <Status key="status" row={row} />],
          [words('care.column.assignee'), assignee ?? words('desk.nobody')],
          [
            words('care.course'),
            words('care.opened', { state: words(`care.courseState.${courseState as CourseState}`), date: civilDay(openedOn) }),
          ],
          [words('care.column.provider'), provider],
          [words('care.column.payor'), payor],
          [words('care.column.cost'), money(costMinor, currency) + (udaValue === null ? '' : `, ${udaValue} ${words('care.column.uda')}`)],
          [words('card.phone'), phone ? <Phone key="phone" number={phone} /> : none],
          [
            words('desk.field.email'),
            email ? (
              <a key="email" href={`mailto:${email}`}>
                {email}
              </a>
            ) : (
              none
            ),
          ],
          [
            words('care.planned'),
            plannedVisits
              .map(({ what, durationMinutes }) => `${what} (${words('desk.minutes', { minutes: durationMinutes })})`)
              .join(', ') || none,
          ],
          [words('care.step'), `${phrase(next.kind)}, ${when(next.at, zone)}: ${phrase(next.because)}`],
        ]}
      />
      <h2>{words('care.decide')}</h2>
      <form method="post" action="/care-manager" className="row">
        <Hidden id={id} />
        <label>
          {words('care.snoozeUntil')} <input type="date" name="until" required defaultValue={snoozeUntil} />
        </label>
        <button type="submit" name="action" value="snooze">
          {words('care.snooze')}
        </button>
      </form>
      <form method="post" action="/care-manager" className="row">
        <Hidden id={id} />
        <label>
          {words('care.assignTo')}
          <select name="assignee" required defaultValue={row.assigneeId ?? ''}>
            <option value="">{words('desk.choose')}</option>
            <option value="nobody">{words('desk.nobody')}</option>
            <Options of={people} />
          </select>
        </label>
        <button type="submit" name="action" value="assign">
          {words('care.assign')}
        </button>
      </form>
      <form method="post" action="/care-manager" className="row">
        <Hidden id={id} />
        {row.status === 'open' ? (
          <button type="submit" name="action" value="reject">
            {words('care.reject')}
          </button>
        ) : (
          <button type="submit" name="action" value="reopen">
            {words('care.reopen')}
          </button>
        )}
      </form>
      <h2>{words('care.contact')}</h2>
      {phone ? <CallForm id={id} phone={phone} /> : <p>{words('care.noPhone')}</p>}
      <MessageForm row={row} templates={templates} plannedVisits={plannedVisits} />
      <h2 id="book">{words('care.book')}</h2>
      <BookForm row={row} practitioners={practitioners} plannedVisits={plannedVisits} book={book} zone={zone} />
      <h2>{words('care.notes')}</h2>
      <form method="post" action={`/care-manager/${id}/notes`}>
        <label>
          {words('care.note')} <textarea name="text" required maxLength={2000} rows={3} />
        </label>
        <button type="submit">{words('care.keepNote')}</button>
      </form>
      {notes.length === 0 ? <p>{words('care.noNotes')}</p> : <Notes notes={notes} zone={zone} />}
      <p>
        <a href="/care-manager">{words('care.back')}</a>
      </p>
    </Page>
  );
}

/** A form posted twice is one decision. */
function Hidden({ id }: { id: string }) {
  return (
    <>
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <input type="hidden" name="item" value={id} />
    </>
  );
}

/** D-08: who called, when and how it ended is a record. */
function CallForm({ id, phone }: { id: string; phone: string }) {
  const { words } = useSpeech();
  return (
    <form method="post" action={`/care-manager/${id}/calls`} className="row">
      <p>
        {words('care.call')} <Phone number={phone} />, {words('care.callThen')}
      </p>
      <label>
        {words('care.outcome')}
        <select name="outcome" required>
          {callKinds.map((outcome) => (
            <option key={outcome} value={outcome}>
              {words(`care.ended.${outcome}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words('care.said')} <input name="text" maxLength={2000} />
      </label>
      <button type="submit">{words('care.keepCall')}</button>
    </form>
  );
}

/** D-08 to D-10: by one of the practice's templates; the template says whether it is a mail or a text. */
function MessageForm({ row, templates, plannedVisits }: Pick<Props, 'row' | 'templates' | 'plannedVisits'>) {
  const { words } = useSpeech();
  const usable = templates.filter(({ channel }) => (channel === 'mail' ? row.email : row.phone));
  if (usable.length === 0) return <p>{words('care.noTemplate')}</p>;
  return (
    <form method="post" action={`/care-manager/${row.id}/messages`} className="row">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <label>
        {words('care.template')}
        <select name="template" required>
          {usable.map(({ id, name, channel }) => (
            <option key={id} value={id}>
              {words(`care.channel.${channel as Channel}`)}: {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words('care.about')}
        <select name="plannedVisit">
          <option value="">{words('care.treatment')}</option>
          {plannedVisits.map(({ reference, what }) => (
            <option key={reference} value={reference}>
              {what}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">{words('care.send')}</button>
    </form>
  );
}

/** D-12: over the free time of the practitioner; the visit is booked for this patient, and a time that is taken is refused. */
function BookForm({
  row,
  practitioners,
  plannedVisits,
  book,
  zone,
}: Pick<Props, 'row' | 'practitioners' | 'plannedVisits' | 'book' | 'zone'>) {
  const { words, longDay, range, time } = useSpeech();
  const { practitionerId, minutes, from, free, at } = book;
  const [address, chosen] = [`/care-manager/${row.id}`, { practitioner: practitionerId, from }];
  const end = at && addMinutes(at, minutes);
  const clock = (instant: string | undefined) => instant && time(instant, zone);
  return (
    <>
      <form method="get" action={`${address}#book`} className="row">
        <Choice label={words('desk.field.practitioner')} name="practitioner" options={practitioners} chosen={practitionerId} />
        <label>
          {words('desk.field.from')} <input type="date" name="from" required defaultValue={from} />
        </label>
        <button type="submit">{words('visit.page.show')}</button>
      </form>
      {free.length === 0 && <p>{words('care.noFree')}</p>}
      <ul>
        {free.map((one) => (
          <li key={one.startsAt}>
            <a href={`${address}?${new URLSearchParams({ ...chosen, at: one.startsAt })}#book`}>
              {longDay(one.startsAt, zone)}, {range(one, zone)}
            </a>
          </li>
        ))}
      </ul>
      <Form name="book" action={`${address}/book`}>
        <input type="hidden" name="practitioner" value={practitionerId} />
        <div className="row">
          <Field label={words('desk.field.day')} type="date" name="date" required value={at && zoneDate(at, zone)} />
          <Field label={words('desk.field.from')} type="time" name="from" required value={clock(at)} />
          <Field label={words('desk.field.to')} type="time" name="to" required value={clock(end)} />
        </div>
        <Field label={words('care.comment')} name="comment" maxLength={2000} value={plannedVisits[0]?.what} />
        <button type="submit">{words('care.bookVisit')}</button>
      </Form>
    </>
  );
}

function Notes({ notes, zone }: { notes: OpportunityNote[]; zone: string }) {
  const { words, dateTime } = useSpeech();
  return (
    <ul>
      {notes.map(({ id, at, by, text, channel, outcome }) => (
        <li key={id}>
          {dateTime(at.toISOString(), zone)}, {(by as Actor).name}:{' '}
          {channel === 'phone' && `${words('care.phoned', { outcome: words(`care.ended.${outcome as CallOutcome}`) })} `}
          {text}
        </li>
      ))}
    </ul>
  );
}
