/** What the Care Manager asks before several are rejected, and says after. */
import { rejectReasons } from '../../domain/opportunity-decision.ts';
import type { ItemResult } from '../../ledger/bulk.ts';
import { Page } from './page.tsx';
import { useSpeech } from './reader.ts';

/** D-13: asked before anything is rejected, works without scripts. */
export function RejectPage({ ids }: { ids: string[] }) {
  const { words } = useSpeech();
  const count = ids.length;
  return (
    <Page title={words('care.rejecting.title', { count })} tab="Desk">
      <p>{words('care.rejecting.text')}</p>
      <form method="post" action="/care-manager" className="card">
        <input type="hidden" name="form" value={crypto.randomUUID()} />
        <input type="hidden" name="action" value="reject" />
        {ids.map((id) => (
          <input key={id} type="hidden" name="item" value={id} />
        ))}
        <ReasonField />
        <label>
          <input type="checkbox" name="yes" required /> {words('care.rejecting.yes', { count })}
        </label>
        <button type="submit">{words('care.rejecting.button')}</button>
      </form>
      <p>
        <a href="/care-manager">{words('care.back')}</a>
      </p>
    </Page>
  );
}

/** D-14: one of the usual reasons or the practice's own. */
function ReasonField() {
  const { words } = useSpeech();
  return (
    <label>
      {words('care.rejecting.reason')}
      <input name="reason" maxLength={2000} list="reasons" />
      <datalist id="reasons">
        {rejectReasons.map((reason) => (
          <option key={reason} value={reason}>
            {words(`care.rejectReason.${reason}`)}
          </option>
        ))}
      </datalist>
    </label>
  );
}

/** What became of each, when some were refused. */
export function ResultsPage({ results }: { results: ItemResult[] }) {
  const { words, phrase } = useSpeech();
  const refused = results.filter((result) => 'refused' in result);
  const counts = { done: results.length - refused.length, refused: refused.length };
  return (
    <Page title={words('care.results', counts)} tab="Desk">
      <ul>
        {refused.map(({ id, refused: { message } }) => (
          <li key={id}>
            <a href={`/care-manager/${id}`}>{words('care.thisOne')}</a>: {phrase(message)}
          </li>
        ))}
      </ul>
      <p>
        <a href="/care-manager">{words('care.back')}</a>
      </p>
    </Page>
  );
}
