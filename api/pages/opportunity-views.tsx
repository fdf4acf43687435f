import { zoneDate } from '../../domain/civil.ts';
import type { PlannedVisit } from '../../domain/course-of-treatment.ts';
import type { Actor } from '../../domain/decision.ts';
import { dateTime } from '../../emails/wording.ts';
import type { OpportunityRow } from '../../ledger/opportunity-list.ts';
import { callKinds } from '../../ledger/opportunity-note.ts';
import type { MessageTemplate, OpportunityNote } from '../../prisma/generated/client.ts';
import { dayOf, money, Status } from './care-manager-views.tsx';
import { Choice, Facts, Page } from './page.tsx';

type Named = { id: string; name: string };
type Props = {
  row: OpportunityRow;
  notes: OpportunityNote[];
  people: Named[];
  practitioners: Named[];
  plannedVisits: PlannedVisit[];
  templates: MessageTemplate[];
  snoozeUntil: string;
  currency: string;
  zone: string;
};

export function OpportunityPage({ row, notes, people, practitioners, plannedVisits, templates, snoozeUntil, currency, zone }: Props) {
  const { id, givenName, familyName, number, payor, provider, costMinor, udaValue, openedOn, courseState, assignee, phone, email, next } =
    row;
  return (
    <Page title={`${givenName} ${familyName}, ${number}`} tab="Desk">
      {!row.listed && <p className="notice">The list does not show it now: {row.next.because}</p>}
      <Facts
        facts={[
          ['Status', <Status key="status" row={row} />],
          ['Assigned to', assignee ?? 'nobody'],
          ['Course of treatment', `${courseState}, opened ${dayOf(openedOn)}`],
          ['Provider', provider],
          ['Payor', payor],
          ['Value', money(costMinor, currency) + (udaValue === null ? '' : `, ${udaValue} UDA`)],
          [
            'Phone',
            phone ? (
              <a key="phone" href={`tel:${phone}`}>
                {phone}
              </a>
            ) : (
              'none'
            ),
          ],
          [
            'Email',
            email ? (
              <a key="email" href={`mailto:${email}`}>
                {email}
              </a>
            ) : (
              'none'
            ),
          ],
          ['Planned visits', plannedVisits.map(({ what, durationMinutes }) => `${what} (${durationMinutes} min)`).join(', ') || 'none'],
          ['Next', `${next.kind}, ${dateTime(next.at, zone)}: ${next.because}`],
        ]}
      />
      <h2>Decide</h2>
      <form method="post" action="/care-manager" className="row">
        <Hidden id={id} />
        <label>
          Snooze until <input type="date" name="until" required defaultValue={snoozeUntil} />
        </label>
        <button type="submit" name="action" value="snooze">
          Snooze
        </button>
      </form>
      <form method="post" action="/care-manager" className="row">
        <Hidden id={id} />
        <label>
          Assign to
          <select name="assignee" required defaultValue={row.assigneeId ?? ''}>
            <option value="">choose</option>
            <option value="nobody">nobody</option>
            {people.map((person) => (
              <option key={person.id} value={person.id}>
                {person.name}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" name="action" value="assign">
          Assign
        </button>
      </form>
      <form method="post" action="/care-manager" className="row">
        <Hidden id={id} />
        {row.status === 'open' ? (
          <button type="submit" name="action" value="reject">
            Reject…
          </button>
        ) : (
          <button type="submit" name="action" value="reopen">
            Reopen
          </button>
        )}
      </form>
      <h2>Contact</h2>
      {phone ? <CallForm id={id} phone={phone} /> : <p>There is no phone number on the card.</p>}
      <MessageForm row={row} templates={templates} plannedVisits={plannedVisits} />
      <h2>Book</h2>
      <BookForm row={row} practitioners={practitioners} plannedVisits={plannedVisits} zone={zone} />
      <h2>Notes</h2>
      <form method="post" action={`/care-manager/${id}/notes`}>
        <label>
          Note <textarea name="text" required maxLength={2000} rows={3} />
        </label>
        <button type="submit">Keep the note</button>
      </form>
      {notes.length === 0 ? <p>Nothing was noted yet.</p> : <Notes notes={notes} zone={zone} />}
      <p>
        <a href="/care-manager">Back to the Care Manager</a>
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
  return (
    <form method="post" action={`/care-manager/${id}/calls`} className="row">
      <p>
        Call <a href={`tel:${phone}`}>{phone}</a>, then say how it ended.
      </p>
      <label>
        Outcome
        <select name="outcome" required>
          {callKinds.map((outcome) => (
            <option key={outcome}>{outcome}</option>
          ))}
        </select>
      </label>
      <label>
        What was said <input name="text" maxLength={2000} />
      </label>
      <button type="submit">Keep the call</button>
    </form>
  );
}

/** D-08 to D-10: by one of the practice's templates; the template says whether it is a mail or a text. */
function MessageForm({ row, templates, plannedVisits }: Pick<Props, 'row' | 'templates' | 'plannedVisits'>) {
  const usable = templates.filter(({ channel }) => (channel === 'mail' ? row.email : row.phone));
  if (usable.length === 0) return <p>No template can be sent: the practice has none for an address on this card.</p>;
  return (
    <form method="post" action={`/care-manager/${row.id}/messages`} className="row">
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      <label>
        Template
        <select name="template" required>
          {usable.map(({ id, name, channel }) => (
            <option key={id} value={id}>
              {channel === 'mail' ? 'Mail' : 'Text'}: {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        About
        <select name="plannedVisit">
          <option value="">the treatment</option>
          {plannedVisits.map(({ reference, what }) => (
            <option key={reference} value={reference}>
              {what}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">Send</button>
    </form>
  );
}

/** D-12: the visit is booked for this patient; a time that is taken is refused. */
function BookForm({ row, practitioners, plannedVisits, zone }: Pick<Props, 'row' | 'practitioners' | 'plannedVisits' | 'zone'>) {
  return (
    <form method="post" action={`/care-manager/${row.id}/book`}>
      <div className="row">
        <Choice label="Practitioner" name="practitioner" options={practitioners} chosen={row.practitionerId} />
        <label>
          Day <input type="date" name="date" required min={zoneDate(new Date().toISOString(), zone)} />
        </label>
        <label>
          From <input type="time" name="from" required />
        </label>
        <label>
          To <input type="time" name="to" required />
        </label>
      </div>
      <label>
        Comment for the practitioner <input name="comment" maxLength={2000} defaultValue={plannedVisits[0]?.what} />
      </label>
      <button type="submit">Book the visit</button>
    </form>
  );
}

function Notes({ notes, zone }: { notes: OpportunityNote[]; zone: string }) {
  return (
    <ul>
      {notes.map(({ id, at, by, text, channel, outcome }) => (
        <li key={id}>
          {dateTime(at.toISOString(), zone)}, {(by as Actor).name}: {channel === 'phone' && `phoned, ${outcome}. `}
          {text}
        </li>
      ))}
    </ul>
  );
}
