import { formatInstant } from '../../domain/civil.ts';
import { opportunityStatuses } from '../../domain/opportunity.ts';
import { rejectReasons } from '../../domain/opportunity-decision.ts';
import { longDay } from '../../emails/wording.ts';
import type { ItemResult } from '../../ledger/opportunity-bulk.ts';
import type { OpportunityColumn, OpportunityRow } from '../../ledger/opportunity-list.ts';
import { Choice, Page } from './page.tsx';

type Named = { id: string; name: string };

/** What the address says about the list: it is kept in every link of it. */
export type ListState = {
  sort: string;
  status: string;
  assignee?: string | undefined;
  practitioner?: string | undefined;
  payor?: string | undefined;
  number?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
  cursor?: string | undefined;
  next?: string | undefined;
};

type Props = {
  rows: OpportunityRow[];
  state: ListState;
  people: Named[];
  practitioners: Named[];
  snoozeUntil: string;
  currency: string;
  zone: string;
  me: string;
};

const headings: [OpportunityColumn, string][] = [
  ['patient', 'Patient'],
  ['provider', 'Provider'],
  ['payor', 'Payor'],
  ['number', 'COT number'],
  ['lastUpdatedAt', 'Last updated'],
  ['status', 'Status'],
  ['assignee', 'Assigned to'],
  ['cost', 'Value'],
  ['uda', 'UDA'],
  ['contact', 'Contact'],
];

export function CareManagerPage({ rows, state, people, practitioners, snoozeUntil, currency, zone, me }: Props) {
  return (
    <Page title="Care Manager" tab="Desk" wide>
      <p>Open courses of treatment whose patients have no appointment soon.</p>
      <FilterForm state={state} people={people} practitioners={practitioners} />
      {rows.length === 0 ? (
        <p className="notice">Nothing waits here. Change the filter above, or come back when a course of treatment is opened.</p>
      ) : (
        <form method="post" action="/care-manager">
          <input type="hidden" name="form" value={crypto.randomUUID()} />
          <Actions people={people} snoozeUntil={snoozeUntil} />
          <div className="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">Select</th>
                  {headings.map(([column, name]) => (
                    <Heading key={column} column={column} name={name} state={state} />
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <Line key={row.id} row={row} currency={currency} zone={zone} mine={row.assigneeId === me} />
                ))}
              </tbody>
            </table>
          </div>
        </form>
      )}
      {state.next && (
        <p>
          <a href={addressOf({ ...state, cursor: state.next })}>Next page</a>
        </p>
      )}
    </Page>
  );
}

/** D-04: a press sorts by the column, another turns the order. */
function Heading({ column, name, state }: { column: OpportunityColumn; name: string; state: ListState }) {
  const sorted = state.sort.replace('-', '') === column;
  const descending = state.sort.startsWith('-');
  const sort = sorted && !descending ? `-${column}` : column;
  return (
    <th scope="col" aria-sort={sorted ? (descending ? 'descending' : 'ascending') : 'none'}>
      <a href={addressOf({ ...state, sort, cursor: undefined })}>
        {name}
        {sorted && <span aria-hidden="true">{descending ? ' ↓' : ' ↑'}</span>}
      </a>
    </th>
  );
}

function Line({ row, currency, zone, mine }: { row: OpportunityRow; currency: string; zone: string; mine: boolean }) {
  const { id, givenName, familyName, provider, payor, number, lastUpdatedAt, status, assignee, costMinor, udaValue, phone, email } = row;
  return (
    <tr>
      <td>
        <input type="checkbox" name="item" value={id} aria-label={`Select ${givenName} ${familyName}, ${number}`} />
      </td>
      <td>
        <a href={`/care-manager/${id}`}>
          {familyName}, {givenName}
        </a>
      </td>
      <td>{provider}</td>
      <td>{payor}</td>
      <td>{number}</td>
      <td>{formatInstant(lastUpdatedAt.toISOString(), zone, 'date')}</td>
      <td>
        <Status row={row} />
      </td>
      <td>
        {assignee ?? '–'}
        {mine && status === 'open' && <strong className="red"> needs you</strong>}
      </td>
      <td className="number">{money(costMinor, currency)}</td>
      <td className="number">{udaValue ?? '–'}</td>
      <td>
        {phone && <a href={`tel:${phone}`}>{phone}</a>} {email && <a href={`mailto:${email}`}>{email}</a>}
        {!phone && !email && 'none'}
      </td>
    </tr>
  );
}

export function Status({ row: { status, snoozedUntil, rejectedReason } }: { row: OpportunityRow }) {
  if (status === 'snoozed') return <>Snoozed until {snoozedUntil}</>;
  if (status === 'rejected')
    return (
      <>
        Rejected
        {rejectedReason && <>: {rejectedReason}</>}
      </>
    );
  return <>Open</>;
}

/** Minor units as people write them. */
export const money = (minor: number, currency: string): string =>
  new Intl.NumberFormat('en-GB', { style: 'currency', currency }).format(minor / 100);

function FilterForm({ state, people, practitioners }: Pick<Props, 'state' | 'people' | 'practitioners'>) {
  const { sort, status, assignee, practitioner, payor, number, from, to } = state;
  const all = [{ id: 'me', name: 'me' }, { id: 'none', name: 'nobody' }, ...people];
  return (
    <details open={Boolean(assignee || practitioner || payor || number || from || to || status !== 'open')}>
      <summary>Filter</summary>
      <form method="get" action="/care-manager" className="row">
        <input type="hidden" name="sort" value={sort} />
        <label>
          Status
          <select name="status" defaultValue={status}>
            {[...opportunityStatuses, 'any'].map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <Choice label="Assigned to" name="assignee" options={all} chosen={assignee} />
        <Choice label="Provider" name="practitioner" options={practitioners} chosen={practitioner} />
        <label>
          Payor <input name="payor" defaultValue={payor} />
        </label>
        <label>
          COT number <input name="number" defaultValue={number} />
        </label>
        <label>
          Value from <input name="from" type="number" min="0" step="0.01" defaultValue={from} />
        </label>
        <label>
          to <input name="to" type="number" min="0" step="0.01" defaultValue={to} />
        </label>
        <button type="submit">Show</button>
      </form>
    </details>
  );
}

function Actions({ people, snoozeUntil }: Pick<Props, 'people' | 'snoozeUntil'>) {
  return (
    <fieldset>
      <legend>With the selected</legend>
      <div className="row">
        <label>
          Snooze until <input type="date" name="until" defaultValue={snoozeUntil} />
        </label>
        <button type="submit" name="action" value="snooze">
          Snooze
        </button>
        <label>
          Assign to
          <select name="assignee">
            <option value="">choose</option>
            <option value="nobody">nobody</option>
            {people.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" name="action" value="assign">
          Assign
        </button>
        <button type="submit" name="action" value="reject">
          Reject…
        </button>
        <button type="submit" name="action" value="reopen" className="quiet">
          Reopen
        </button>
      </div>
    </fieldset>
  );
}

/** D-13: asked before anything is rejected, works without scripts. */
export function RejectPage({ ids }: { ids: string[] }) {
  const what = ids.length === 1 ? 'this opportunity' : `these ${ids.length} opportunities`;
  return (
    <Page title={`Reject ${what}?`} tab="Desk">
      <p>They leave the list; the filter still finds them. Their courses of treatment stay as they are.</p>
      <form method="post" action="/care-manager" className="card">
        <input type="hidden" name="form" value={crypto.randomUUID()} />
        <input type="hidden" name="action" value="reject" />
        {ids.map((id) => (
          <input key={id} type="hidden" name="item" value={id} />
        ))}
        <ReasonField />
        <label>
          <input type="checkbox" name="yes" required /> Yes, reject {what}
        </label>
        <button type="submit">Reject</button>
      </form>
      <p>
        <a href="/care-manager">Back to the Care Manager</a>
      </p>
    </Page>
  );
}

/** D-14: one of the usual reasons or the practice's own. */
function ReasonField() {
  return (
    <label>
      Reason, if you like
      <input name="reason" maxLength={2000} list="reasons" />
      <datalist id="reasons">
        {rejectReasons.map((reason) => (
          <option key={reason} value={reason} />
        ))}
      </datalist>
    </label>
  );
}

/** What became of each, when some were refused. */
export function ResultsPage({ results }: { results: ItemResult[] }) {
  const refused = results.filter((result) => 'refused' in result);
  return (
    <Page title={`${results.length - refused.length} done, ${refused.length} not`} tab="Desk">
      <ul>
        {refused.map(({ id, refused: { message } }) => (
          <li key={id}>
            <a href={`/care-manager/${id}`}>This one</a>: {message}
          </li>
        ))}
      </ul>
      <p>
        <a href="/care-manager">Back to the Care Manager</a>
      </p>
    </Page>
  );
}

function addressOf({ next: _next, ...state }: ListState): string {
  const given = Object.entries(state).filter(([, value]) => value !== undefined && value !== '');
  return `/care-manager?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}

export const dayOf = (date: string) => longDay(`${date}T12:00:00Z`, 'UTC');
