import { digitsOf } from '../../domain/account.ts';
import { opportunityStatuses } from '../../domain/opportunity.ts';
import { rejectReasons } from '../../domain/opportunity-decision.ts';
import type { OpportunityColumn, OpportunityRow } from '../../ledger/opportunity-list.ts';
import type { Words } from '../../words/index.ts';
import { Choice, Options, Page } from './page.tsx';
import { Phone } from './phone.tsx';
import { useSpeech } from './reader.ts';

type Named = { id: string; name: string };

/** What the address says about the list: it is kept in every link of it. */
export type ListState = {
  sort: string;
  status: string;
  assignee?: string | undefined;
  practitioner?: string | undefined;
  payor?: string | undefined;
  number?: string | undefined;
  reason?: string | undefined;
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

const headings = [
  'patient',
  'provider',
  'payor',
  'number',
  'lastUpdatedAt',
  'status',
  'assignee',
  'cost',
  'uda',
  'contact',
] satisfies OpportunityColumn[];

export function CareManagerPage({ rows, state, people, practitioners, snoozeUntil, currency, zone, me }: Props) {
  const { words } = useSpeech();
  return (
    <Page title={words('care.title')} tab="Desk" wide>
      <p>{words('care.text')}</p>
      <FilterForm state={state} people={people} practitioners={practitioners} currency={currency} />
      {rows.length === 0 ? (
        <p className="notice">{words('care.nothing')}</p>
      ) : (
        <form method="post" action="/care-manager">
          <input type="hidden" name="form" value={crypto.randomUUID()} />
          <Actions people={people} snoozeUntil={snoozeUntil} />
          <div className="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">{words('care.select')}</th>
                  {headings.map((column) => (
                    <Heading key={column} column={column} name={words(`care.column.${column}`)} state={state} />
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
          <a href={addressOf({ ...state, cursor: state.next })}>{words('care.next')}</a>
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
  const { words, day, money } = useSpeech();
  const { id, givenName, familyName, provider, payor, number, lastUpdatedAt, status, assignee, costMinor, udaValue, phone, email } = row;
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          name="item"
          value={id}
          aria-label={words('care.selectOne', { patient: `${givenName} ${familyName}`, number })}
        />
      </td>
      <td>
        <a href={`/care-manager/${id}`}>
          {familyName}, {givenName}
        </a>
      </td>
      <td>{provider}</td>
      <td>{payor}</td>
      <td>{number}</td>
      <td>{day(lastUpdatedAt.toISOString(), zone)}</td>
      <td>
        <Status row={row} />
      </td>
      <td>
        {assignee ?? '–'}
        {mine && status === 'open' && (
          <>
            <br />
            <strong className="red">{words('care.needsYou')}</strong>
          </>
        )}
      </td>
      <td className="number">{money(costMinor, currency)}</td>
      <td className="number">{udaValue ?? '–'}</td>
      <td>
        {phone && <Phone number={phone} />}
        {phone && email && <br />}
        {email && <a href={`mailto:${email}`}>{email}</a>}
        {!phone && !email && words('desk.none')}
      </td>
    </tr>
  );
}

export function Status({ row: { status, snoozedUntil, rejectedReason } }: { row: OpportunityRow }) {
  const { words, civilDay } = useSpeech();
  if (status === 'snoozed') return <>{words('care.snoozedUntil', { date: snoozedUntil ? civilDay(snoozedUntil) : '' })}</>;
  if (status === 'rejected')
    return (
      <>
        {words('care.status.rejected')}
        {rejectedReason && <>: {reasonSaid(rejectedReason, words)}</>}
      </>
    );
  return <>{words('care.status.open')}</>;
}

/** A usual reason in the reader's language; one that somebody wrote as it is. */
const reasonSaid = (reason: string, words: Words): string => (isRejectReason(reason) ? words(`care.rejectReason.${reason}`) : reason);
const isRejectReason = (reason: string): reason is (typeof rejectReasons)[number] => (rejectReasons as readonly string[]).includes(reason);

function FilterForm({ state, people, practitioners, currency }: Pick<Props, 'state' | 'people' | 'practitioners' | 'currency'>) {
  const { sort, status, assignee, practitioner, payor, number, reason, from, to } = state;
  const { words } = useSpeech();
  const step = 1 / 10 ** digitsOf(currency);
  const all = [{ id: 'me', name: words('care.me') }, { id: 'none', name: words('desk.nobody') }, ...people];
  return (
    <details open={Boolean(assignee || practitioner || payor || number || reason || from || to || status !== 'open')}>
      <summary>{words('care.filter')}</summary>
      <form method="get" action="/care-manager" className="row">
        <input type="hidden" name="sort" value={sort} />
        <label>
          {words('care.column.status')}
          <select name="status" defaultValue={status}>
            {([...opportunityStatuses, 'any'] as const).map((one) => (
              <option key={one} value={one}>
                {words(`care.status.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <Choice label={words('care.column.assignee')} name="assignee" options={all} chosen={assignee} />
        <Choice label={words('care.column.provider')} name="practitioner" options={practitioners} chosen={practitioner} />
        <label>
          {words('care.column.payor')} <input name="payor" defaultValue={payor} />
        </label>
        <label>
          {words('care.column.number')} <input name="number" defaultValue={number} />
        </label>
        <Choice
          label={words('care.rejectedBecause')}
          name="reason"
          options={rejectReasons.map((one) => ({ id: one, name: words(`care.rejectReason.${one}`) }))}
          chosen={reason}
        />
        <label>
          {words('care.valueFrom')} <input name="from" type="number" min="0" step={step} defaultValue={from} />
        </label>
        <label>
          {words('care.valueTo')} <input name="to" type="number" min="0" step={step} defaultValue={to} />
        </label>
        <button type="submit">{words('desk.show')}</button>
      </form>
    </details>
  );
}

function Actions({ people, snoozeUntil }: Pick<Props, 'people' | 'snoozeUntil'>) {
  const { words } = useSpeech();
  return (
    <fieldset>
      <legend>{words('care.withSelected')}</legend>
      <div className="row">
        <label>
          {words('care.snoozeUntil')} <input type="date" name="until" defaultValue={snoozeUntil} />
        </label>
        <button type="submit" name="action" value="snooze">
          {words('care.snooze')}
        </button>
        <label>
          {words('care.assignTo')}
          <select name="assignee">
            <option value="">{words('desk.choose')}</option>
            <option value="nobody">{words('desk.nobody')}</option>
            <Options of={people} />
          </select>
        </label>
        <button type="submit" name="action" value="assign">
          {words('care.assign')}
        </button>
        <button type="submit" name="action" value="reject">
          {words('care.reject')}
        </button>
        <button type="submit" name="action" value="reopen" className="quiet">
          {words('care.reopen')}
        </button>
      </div>
    </fieldset>
  );
}

function addressOf({ next: _next, ...state }: ListState): string {
  const given = Object.entries(state).filter(([, value]) => value !== undefined && value !== '');
  return `/care-manager?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
