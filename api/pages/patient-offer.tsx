/** The offer of a free time, as its patient sees it: GET shows, only the POST of a form answers (F-01 to F-03). */
import { formatInstant } from '../../domain/civil.ts';
import type { Receipt } from '../../domain/decision.ts';
import { DomainError } from '../../domain/errors.ts';
import { type Language, localeOf } from '../../domain/language.ts';
import { visitOf } from '../../domain/offer-ladder.ts';
import { type LadderChoice, offerOf } from '../../domain/offer-ladder-decision.ts';
import { receiptOfLink } from '../../ledger/decision.ts';
import { decideLadderDirectly } from '../../ledger/offer-decision.ts';
import { loadLadders } from '../../ledger/offer-ladder.ts';
import { inTransaction } from '../../ledger/transaction.ts';
import { type Words, wordsIn } from '../../words/index.ts';
import type { PatientLink } from '../auth/patient-links.ts';
import { hashOf } from '../auth/principal.ts';
import type { Deps } from '../deps.ts';
import { Facts } from './page.tsx';
import { PatientPage } from './patient-page.tsx';

type Form = Record<string, string | undefined>;
type Shown = { page: ReturnType<typeof PatientPage>; status: number };

/** What is true now: the offer with its forms, what was answered, or that it is gone and what there is instead. */
export async function showOffer(deps: Deps, link: PatientLink, language: Language, unticked = false): Promise<Shown> {
  const receipt = link.linkId ? await receiptOfLink(deps.reader, link.linkId) : undefined;
  const [ladder] = await loadLadders(deps.reader, [link.subjectId], 'none', deps.now(), 0);
  if (!ladder) throw new DomainError('LINK_UNKNOWN');
  const { facts } = ladder;
  const offer = facts.offers.find(({ patientId }) => patientId === link.patientId);
  if (!offer) throw new DomainError('LINK_UNKNOWN');
  const about = aboutOf(link, ladder.names.practitioner, visitOf(facts, offer).startsAt, offer.expiresAt, language);
  if (receipt || offer.state === 'accepted' || offer.state === 'declined') {
    return {
      page: <Answered link={link} language={language} about={about} receipt={receipt} accepted={offer.state === 'accepted'} />,
      status: 200,
    };
  }
  try {
    offerOf(facts, link.patientId, deps.now());
  } catch (error) {
    const late = error instanceof DomainError && error.type === 'OFFER_EXPIRED';
    const next = await otherOffer(deps, link);
    return { page: <Gone link={link} language={language} about={about} late={late} next={next} />, status: late ? 410 : 409 };
  }
  return { page: <Ask link={link} language={language} about={about} unticked={unticked} />, status: unticked ? 422 : 200 };
}

/** Answers once; the same press on two devices is one decision (U-03). Returns false when nothing was ticked. */
export async function answerOffer(deps: Deps, link: PatientLink, form: Form): Promise<boolean> {
  const choice = choiceOf(link, form);
  if (!choice) return false;
  const id = hashOf(JSON.stringify([link.id, choice])).slice(0, 32);
  const decision = { ...choice, id, linkId: link.linkId, actor: link.by, decidedAt: deps.now() };
  await inTransaction(deps.db, (tx) => decideLadderDirectly(tx, link.subjectId, decision)); // a refusal shows on the page
  return true;
}

function choiceOf({ patientId, purpose }: PatientLink, form: Form): LadderChoice | undefined {
  if (form.answer === 'decline') return { action: 'decline', patientId, noMore: false };
  if (form.answer === 'no more') return { action: 'decline', patientId, noMore: true };
  return form.yes !== undefined && purpose === 'answer offer' ? { action: 'accept', patientId } : undefined;
}

type About = { facility: string; practitioner: string; date: string; time: string; until: string };

function aboutOf({ facility }: PatientLink, practitioner: string, startsAt: string, expiresAt: string, language: Language): About {
  const at = (instant: string, style: 'longDate' | 'time' | 'dateTime') => formatInstant(instant, facility.zone, style, localeOf[language]);
  const when = { date: at(startsAt, 'longDate'), time: at(startsAt, 'time'), until: at(expiresAt, 'dateTime') };
  return { facility: facility.name, practitioner, ...when };
}

/** Another time that this patient is offered now; its own link came with its own message. */
async function otherOffer({ reader, now }: Deps, link: PatientLink): Promise<string | undefined> {
  const other = await reader.offer.findFirst({
    where: { patientId: link.patientId, state: 'open', expiresAt: { gt: now() }, ladderId: { not: link.subjectId } },
    orderBy: { startsAt: 'asc' },
  });
  return other?.startsAt.toISOString();
}

const visitFacts = ({ facility }: PatientLink, { date, time, practitioner }: About, words: Words): [string, string][] => [
  [words('patientPage.fact.date'), date],
  [words('patientPage.fact.time'), time],
  [words('patientPage.fact.with'), practitioner],
  [words('patientPage.fact.place'), [facility.name, facility.address].filter(Boolean).join(', ')],
];

type Part = { link: PatientLink; language: Language; about: About };

function Ask({ link, language, about, unticked }: Part & { unticked: boolean }) {
  const words = wordsIn(language);
  const accepting = link.purpose === 'answer offer';
  return (
    <PatientPage title={words('patientPage.offer.title')} link={link} language={language}>
      {unticked && (
        <p className="notice warning" role="alert">
          {words('patientPage.offer.choose')}
        </p>
      )}
      <p>
        {words('patientPage.offer.hello', { givenName: link.givenName })} {words('patientPage.offer.first')}
      </p>
      <Facts facts={[...visitFacts(link, about, words), [words('patientPage.fact.until'), about.until]]} />
      {accepting && (
        <form method="post">
          <label>
            <input type="checkbox" name="yes" required /> {words('patientPage.offer.yes', about)}
          </label>
          <button type="submit">{words('patientPage.offer.take')}</button>
        </form>
      )}
      <form method="post">
        <fieldset>
          <legend>{words('patientPage.offer.declineTitle')}</legend>
          <label>
            <input type="radio" name="answer" value="decline" required /> {words('patientPage.offer.notThis')}
          </label>
          <label>
            <input type="radio" name="answer" value="no more" required /> {words('patientPage.offer.noMore')}
          </label>
        </fieldset>
        <button type="submit" className="quiet">
          {words('patientPage.offer.decline')}
        </button>
      </form>
    </PatientPage>
  );
}

function Answered({ link, language, about, receipt, accepted }: Part & { receipt: Receipt | undefined; accepted: boolean }) {
  const words = wordsIn(language);
  const said = receipt ? receipt.action === 'accept' : accepted;
  return (
    <PatientPage title={words(said ? 'patientPage.done.acceptTitle' : 'patientPage.done.declineTitle')} link={link} language={language}>
      <p className="notice">{words(said ? 'patientPage.done.accept' : 'patientPage.done.decline', about)}</p>
      {said && <Facts facts={visitFacts(link, about, words)} />}
    </PatientPage>
  );
}

function Gone({ link, language, about, late, next }: Part & { late: boolean; next: string | undefined }) {
  const words = wordsIn(language);
  const other = next && aboutOf(link, '', next, next, language);
  return (
    <PatientPage title={words(late ? 'patientPage.gone.lateTitle' : 'patientPage.gone.takenTitle')} link={link} language={language}>
      <p className="notice">{words(late ? 'patientPage.gone.late' : 'patientPage.gone.taken', about)}</p>
      {other ? (
        <p>
          {words('patientPage.gone.next')} <strong>{`${other.date}, ${other.time}`}</strong>. {words('patientPage.gone.look')}.
        </p>
      ) : (
        <p>{words('patientPage.gone.waiting')}</p>
      )}
    </PatientPage>
  );
}
