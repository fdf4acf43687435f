import { formatPhone } from '../../domain/phone.ts';
import type { Merge } from '../../ledger/patient-merge.ts';
import type { Patient } from '../../prisma/generated/client.ts';
import type { WordKey } from '../../words/index.ts';
import type { Problem } from '../problems.ts';
import { fullName } from './front-desk.ts';
import { Facts, Page } from './page.tsx';
import { PatientSearch } from './patient-search.tsx';
import { useSpeech } from './reader.ts';

type Props = { patient: Patient; others: Patient[]; q: string | undefined };

/** Which other card: those that look like the same person, or a search. */
export function MergePage({ patient, others, q }: Props) {
  const { words } = useSpeech();
  const address = `/patients/${patient.id}/merge`;
  return (
    <Page title={words('merge.title')} tab="Desk">
      <p>{words('merge.text')}</p>
      <h2>{words('merge.stays')}</h2>
      <CardFacts card={patient} />
      <h2>{words('merge.other')}</h2>
      {others.length === 0 && <p>{q ? words('desk.search.none', { q }) : words('merge.nobody')}</p>}
      {others.map((other) => (
        <form key={other.id} method="post" action={address} className="card">
          <input type="hidden" name="duplicateId" value={other.id} />
          <CardFacts card={other} />
          <button type="submit">
            {words('merge.look')} <span className="hidden">{fullName(other)}</span>
          </button>
        </form>
      ))}
      <PatientSearch action={address} q={q} />
      <p>
        <a href={`/patients/${patient.id}?tab=card`}>{words('merge.back')}</a>
      </p>
    </Page>
  );
}

type Outcome = { merge: Merge; seen: string } | { refused: Problem };
type Preview = { kept: Patient; duplicate: Patient; outcome: Outcome; problem: Problem | undefined };

/** U-02: what goes where, before anything does. */
export function MergePreview({ kept, duplicate, outcome, problem }: Preview) {
  const { words, phrase } = useSpeech();
  const refused = 'refused' in outcome ? outcome.refused : undefined;
  const shown = refused ?? problem;
  return (
    <Page title={words('merge.title')} tab="Desk">
      {shown && (
        <p className="notice warning" role="alert">
          {phrase(shown.title)} <span className="muted">{words('frame.rule', { rule: shown.rule, code: shown.code })}</span>
        </p>
      )}
      <h2>{words('merge.stays')}</h2>
      <CardFacts card={kept} />
      <h2>{words('merge.goes')}</h2>
      <CardFacts card={duplicate} />
      {'merge' in outcome && <Moves merge={outcome.merge} />}
      {'merge' in outcome && (
        <form method="post" action={`/patients/${kept.id}/merge`} className="card">
          <input type="hidden" name="duplicateId" value={duplicate.id} />
          <input type="hidden" name="seen" value={outcome.seen} />
          <label>
            <input type="checkbox" name="yes" required /> {words('merge.yes')}
          </label>
          <button type="submit">{words('merge.button')}</button>
        </form>
      )}
      <form method="post" action={`/patients/${duplicate.id}/merge`}>
        <input type="hidden" name="duplicateId" value={kept.id} />
        <button type="submit" className="quiet">
          {words('merge.swap')}
        </button>
      </form>
      <p>
        <a href={`/patients/${kept.id}?tab=card`}>{words('merge.back')}</a>
      </p>
    </Page>
  );
}

function Moves({ merge: { filled, moved } }: { merge: Merge }) {
  const { words } = useSpeech();
  const rows = Object.entries(moved).map(([table, ids]) => [words(`merge.table.${table}` as WordKey), ids.length] as [string, number]);
  return (
    <>
      <h2>{words('merge.moves')}</h2>
      {rows.length === 0 ? <p>{words('merge.nothing')}</p> : <Facts facts={rows} />}
      {filled.length > 0 && <p>{words('merge.filled', { fields: filled.map((field) => words(`merge.field.${field}`)).join(', ') })}</p>}
    </>
  );
}
function CardFacts({ card }: { card: Patient }) {
  const { words, plainDate } = useSpeech();
  const { birthDate, phone, email, number } = card;
  return (
    <Facts
      facts={[
        [words('desk.field.patient'), fullName(card)],
        [words('card.born'), birthDate ? plainDate(birthDate) : words('card.unknown')],
        [words('card.phone'), phone ? formatPhone(phone) : words('card.noPhone')],
        ...(email ? [[words('desk.field.email'), email] as [string, string]] : []),
        ...(number ? [[words('merge.field.number'), number] as [string, string]] : []),
      ]}
    />
  );
}
