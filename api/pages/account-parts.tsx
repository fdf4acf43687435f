import type { Patient, TreatmentPlan, TreatmentRequest } from '../../prisma/generated/client.ts';
import type { Visitor } from '../auth/sessions.ts';
import type { AccountTab, TabContent } from './account-tabs.ts';
import { useSpeech } from './reader.ts';

export type About = {
  patient: Patient;
  visitor: Visitor;
  /** Whether the visitor acts here, or only looks. */
  works: boolean;
  now: string;
};
export type Part<Tab extends AccountTab> = About & { content: Extract<TabContent, { tab: Tab }> };

/** one treatment request with what was written for it. */
export function Request({ request, zone, now }: { request: TreatmentRequest & { plans: TreatmentPlan[] }; zone: string; now: string }) {
  const { words, longDay } = useSpeech();
  const { condition, number, status, requestedAt, plans } = request;
  return (
    <section className="card">
      <h3>{condition}</h3>
      <p className="muted">
        {words('account.request', { number, date: longDay(requestedAt.toISOString(), zone) })}{' '}
        <span className={`status ${status}`}>{words(`account.requestStatus.${status as 'active'}`)}</span>
        {request.decidedBy && `, ${request.decidedBy}`}
      </p>
      {status === 'approved' && plans.length === 0 && <p>{words('account.notWritten')}</p>}
      {plans.map(({ id, what, writtenBy, writtenAt, endedAt }) => (
        <div key={id} className="slot">
          <span className="text">{what}</span>
          <span className="muted">
            {words('account.written', { by: writtenBy, date: longDay(writtenAt.toISOString(), zone) })}
            {endedAt && endedAt.toISOString() <= now && ` · ${words('account.ended', { date: longDay(endedAt.toISOString(), zone) })}`}
          </span>
        </div>
      ))}
    </section>
  );
}

/** The next page of a tab’s list. */
export function Earlier({ patient, tab, cursor }: { patient: Patient; tab: AccountTab; cursor: string | null }) {
  const { words } = useSpeech();
  return (
    cursor && (
      <p>
        <a href={`/accounts/${patient.id}?${new URLSearchParams({ tab, cursor })}`}>{words('account.earlier')}</a>
      </p>
    )
  );
}
