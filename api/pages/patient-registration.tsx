/** P-03: where the registration link leads: the practice's own form, and a way to say that it is filled in. Only the POST acts. */
import { mustBeThePatient } from '../../domain/account.ts';
import { formatInstant } from '../../domain/civil.ts';
import { type Language, localeOf } from '../../domain/language.ts';
import { loadClearance } from '../../ledger/clearance.ts';
import { wordsIn } from '../../words/index.ts';
import type { PatientLink } from '../auth/patient-links.ts';
import { decide } from '../decide.ts';
import type { Deps } from '../deps.ts';
import { Facts } from './page.tsx';
import { PatientPage } from './patient-page.tsx';

type Shown = { page: ReturnType<typeof PatientPage>; status: number };

export async function showRegistration(deps: Deps, link: PatientLink, language: Language, unticked = false): Promise<Shown> {
  const words = wordsIn(language);
  const { facts, policy } = await loadClearance(deps.reader, link.subjectId);
  const { facility, givenName } = link;
  const over = facts.state !== 'open' || facts.visitAt <= deps.now();
  const end = facts.registeredAt ? 'thanks' : over ? 'over' : undefined;
  if (end) {
    const page = (
      <PatientPage title={words(`patientPage.registration.${end}Title`)} link={link} language={language}>
        <p className="notice">{words(`patientPage.registration.${end}`, { facility: facility.name })}</p>
      </PatientPage>
    );
    return { page, status: 200 };
  }
  const at = (style: 'longDate' | 'time') => formatInstant(facts.visitAt, facility.zone, style, localeOf[language]);
  const page = (
    <PatientPage title={words('patientPage.registration.title')} link={link} language={language}>
      {unticked && (
        <p className="notice warning" role="alert">
          {words('patientPage.registration.choose')}
        </p>
      )}
      <p>{words('patientPage.registration.hello', { givenName, facility: facility.name })}</p>
      <Facts
        facts={[
          [words('patientPage.fact.date'), at('longDate')],
          [words('patientPage.fact.time'), at('time')],
        ]}
      />
      <p>
        <a href={policy.pcc.registrationUrl} rel="noreferrer">
          {words('patientPage.registration.open')}
        </a>
      </p>
      {link.by.onBehalfOfPatientId ? (
        <p className="notice">{words('patientPage.registration.theirs')}</p>
      ) : (
        <>
          <p>{words('patientPage.registration.done')}</p>
          <form method="post">
            <label>
              <input type="checkbox" name="yes" required /> {words('patientPage.registration.yes')}
            </label>
            <button type="submit">{words('patientPage.registration.tell')}</button>
          </form>
        </>
      )}
    </PatientPage>
  );
  return { page, status: unticked ? 400 : 200 };
}

/** False when the box was not ticked. Said twice, or too late, the page says how things stand. */
export async function registerByLink(deps: Deps, link: PatientLink, form: Record<string, string | undefined>): Promise<boolean> {
  mustBeThePatient(link.by, 'that the registration form is filled in');
  if (form.yes === undefined) return false;
  const { facts } = await loadClearance(deps.reader, link.subjectId);
  if (facts.state !== 'open' || facts.registeredAt || facts.visitAt <= deps.now()) return true;
  await decide(deps, 'clearance', facts.id, {
    id: `register/${link.id}`,
    action: 'register',
    actor: link.by,
    decidedAt: deps.now(),
    linkId: link.linkId,
  });
  return true;
}
