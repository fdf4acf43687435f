import { addDays } from '../../domain/civil.ts';
import type { Language } from '../../domain/language.ts';
import { wordsIn } from '../../words/index.ts';
import type { PatientFacility } from '../auth/patient-links.ts';
import { Options } from './page.tsx';
import { PatientPage } from './patient-page.tsx';

type About = { facility: PatientFacility; language: Language };
type Said = {
  [Field in
    | 'givenName'
    | 'familyName'
    | 'birthDate'
    | 'phone'
    | 'email'
    | 'channel'
    | 'practitionerId'
    | 'profession'
    | 'comment'
    | 'validUntil']?: string | undefined;
};
type Props = About & {
  practitioners: { id: string; name: string; professions: string[] }[];
  today: string;
  validDays: number;
  refused?: string;
  said?: Said;
};

export function JoinPage({ facility, language, practitioners, today, validDays, refused, said = {} }: Props) {
  const words = wordsIn(language);
  const professions = [...new Set(practitioners.flatMap((one) => one.professions))].sort();
  return (
    <PatientPage title={words('join.title', { facility: facility.name })} link={{ facility }} language={language} open>
      <p>{words('join.text')}</p>
      {refused && (
        <p className="notice warning" role="alert">
          {refused}
        </p>
      )}
      <form method="post" className="card">
        <div className="row">
          <label>
            {words('join.givenName')}{' '}
            <input name="givenName" required maxLength={100} autoComplete="given-name" defaultValue={said.givenName} />
          </label>
          <label>
            {words('join.familyName')}{' '}
            <input name="familyName" required maxLength={100} autoComplete="family-name" defaultValue={said.familyName} />
          </label>
          <label>
            {words('join.birthDate')} <input type="date" name="birthDate" autoComplete="bday" defaultValue={said.birthDate} />
          </label>
        </div>
        <div className="row">
          <label>
            {words('join.phone')} <input type="tel" name="phone" required maxLength={40} autoComplete="tel" defaultValue={said.phone} />
          </label>
          <label>
            {words('join.email')} <input type="email" name="email" maxLength={254} autoComplete="email" defaultValue={said.email} />
          </label>
        </div>
        <div className="row">
          <label>
            {words('join.profession')}
            <select name="profession" required defaultValue={said.profession ?? (professions.length === 1 ? professions[0] : '')}>
              <option value="">{words('desk.choose')}</option>
              {professions.map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </select>
          </label>
          <label>
            {words('join.practitioner')}
            <select name="practitionerId" defaultValue={said.practitionerId ?? ''}>
              <option value="">{words('join.anybody')}</option>
              <Options of={practitioners} />
            </select>
          </label>
          <label>
            {words('join.until')}{' '}
            <input type="date" name="validUntil" min={today} defaultValue={said.validUntil ?? addDays(today, validDays)} />
          </label>
        </div>
        <label>
          {words('join.comment')}
          <textarea name="comment" required rows={2} maxLength={500} defaultValue={said.comment} />
        </label>
        <label className="hidden" aria-hidden="true">
          Website <input name="website" tabIndex={-1} autoComplete="off" />
        </label>
        <fieldset>
          <legend>{words('join.channel')}</legend>
          <label>
            <input type="radio" name="channel" value="sms" required defaultChecked={said.channel !== 'mail'} /> {words('join.byText')}
          </label>
          <label>
            <input type="radio" name="channel" value="mail" defaultChecked={said.channel === 'mail'} /> {words('join.byMail')}
          </label>
        </fieldset>
        <button type="submit">{words('join.button')}</button>
      </form>
    </PatientPage>
  );
}

/** The same for everybody: it says nothing of who is known here. */
export function SentPage({ facility, language }: About) {
  const words = wordsIn(language);
  return (
    <PatientPage title={words('join.sentTitle')} link={{ facility }} language={language} open>
      <p className="notice">{words('join.sent', { facility: facility.name })}</p>
    </PatientPage>
  );
}

export function ConfirmPage({ facility, language }: About) {
  const words = wordsIn(language);
  return (
    <PatientPage title={words('join.confirmTitle')} link={{ facility }} language={language}>
      <p>{words('join.confirmText', { facility: facility.name })}</p>
      <form method="post">
        <button type="submit">{words('join.confirm')}</button>
      </form>
    </PatientPage>
  );
}

export function DonePage({ facility, language }: About) {
  const words = wordsIn(language);
  return (
    <PatientPage title={words('join.doneTitle')} link={{ facility }} language={language}>
      <p className="notice">{words('join.done', { facility: facility.name })}</p>
    </PatientPage>
  );
}
