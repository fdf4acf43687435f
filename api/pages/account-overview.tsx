/** the overview of an account: who it is, the plan they have, what has been, and the way in as the patient. */
import type { AppointmentStatus } from '../../domain/appointment.ts';
import { ageAt } from '../../domain/patient.ts';
import { formatPhone } from '../../domain/phone.ts';
import type { TicketState } from '../../domain/ticket.ts';
import type { HistoryEntry } from '../../ledger/patient-account.ts';
import type { ContactOutcome } from '../../ledger/phone-contact.ts';
import { civil } from '../../ledger/special-hours.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import type { Words } from '../../words/index.ts';
import { Earlier, type Part, Request } from './account-parts.tsx';
import { Agree, Field, FoldedForm, Form } from './form-fields.tsx';
import { Facts, languageNames } from './page.tsx';
import { useSpeech } from './reader.ts';

export function AccountOverview({
  content: { approved, history, loginMinutes },
  patient,
  visitor: { zone },
  works,
  now,
}: Part<'overview'>) {
  const { words, plainDate } = useSpeech();
  const { birthDate: born } = patient;
  const present = approved.map((request) => ({
    ...request,
    plans: request.plans.filter(({ endedAt }) => !endedAt || endedAt.toISOString() > now),
  }));
  return (
    <>
      <h2>{words('account.personal')}</h2>
      <Facts
        facts={[
          [
            words('card.born'),
            born ? `${plainDate(born)} (${words('card.years', { count: ageAt(civil(born), now, zone) })})` : words('card.unknown'),
          ],
          [words('card.phone'), patient.phone ? formatPhone(patient.phone) : words('card.noPhone')],
          [words('desk.field.email'), patient.email ?? words('card.noPhone')],
          [words('card.language'), languageNames[patient.language as keyof typeof languageNames]],
        ]}
      />
      <h2>{words('account.plan')}</h2>
      {present.length === 0 && <p>{words('account.noPlan')}</p>}
      {present.map((request) => (
        <Request key={request.id} request={request} zone={zone} now={now} />
      ))}
      {works && <LogInForm patient={patient} minutes={loginMinutes} />}
      <h2>{words('account.history')}</h2>
      {history.items.length === 0 && <p>{words('account.noHistory')}</p>}
      <ul className="plain">
        {history.items.map((entry) => (
          <Past key={`${entry.kind} ${entry.id}`} entry={entry} zone={zone} />
        ))}
      </ul>
      <Earlier patient={patient} tab="overview" cursor={history.nextCursor} />
    </>
  );
}

function Past({ entry, zone }: { entry: HistoryEntry; zone: string }) {
  const { words, longTime, money } = useSpeech();
  const { kind, at, what, by, amountMinor, currency } = entry;
  const state = stateIn(entry, words);
  const paid = amountMinor !== null && currency && money(amountMinor, currency);
  return (
    <li className="slot">
      <span>
        <strong>{words(`account.kind.${kind}`)}</strong>: {[what, paid, state].filter(Boolean).join(' · ')}
      </span>
      <span className="muted">
        {longTime(at, zone)}
        {by && `, ${by}`}
      </span>
    </li>
  );
}

/** An order’s is in the own system’s word. */
function stateIn({ kind, state }: HistoryEntry, words: Words): string | null {
  if (state === null) return null;
  if (kind === 'visit') return words(`visit.status.${state as AppointmentStatus}`);
  if (kind === 'talk') return words(`card.outcome.${state as ContactOutcome}`);
  if (kind === 'ticket') return words(`account.ticketState.${state as TicketState}`);
  if (kind === 'treatment decided') return words(`account.requestStatus.${state as 'approved'}`);
  return kind === 'lab order' ? words(`account.status.${state as 'active'}`) : state;
}

/** with a reason; from then on all that is done there is done in the visitor's name, on the patient's behalf. */
function LogInForm({ patient, minutes }: { patient: Patient; minutes: number }) {
  const { words } = useSpeech();
  return (
    <FoldedForm className="card" summary={words('account.login.title')}>
      <Form action={`/accounts/${patient.id}/log-in`}>
        <p>{words('account.login.what', { minutes })}</p>
        <Field name="reason" label={words('account.login.reason')} required maxLength={2000} />
        <Agree label={words('account.login.yes', { patient: `${patient.givenName} ${patient.familyName}` })} />
        <button type="submit">{words('account.login.button')}</button>
      </Form>
    </FoldedForm>
  );
}
