import { addDays } from '../../domain/civil.ts';
import type { Language } from '../../domain/language.ts';
import { wordsIn } from '../../words/index.ts';
import type { PatientFacility } from '../auth/patient-links.ts';
import { Area, Field, Form, Pick, Tick } from './form-fields.tsx';
import { PatientPage } from './patient-page.tsx';

type About = { facility: PatientFacility; language: Language };
type Props = About & {
  practitioners: { id: string; name: string; professions: string[] }[];
  today: string;
  validDays: number;
};

export function JoinPage({ facility, language, practitioners, today, validDays }: Props) {
  const words = wordsIn(language);
  const professions = [...new Set(practitioners.flatMap((one) => one.professions))].sort();
  return (
    <PatientPage title={words('join.title', { facility: facility.name })} link={{ facility }} language={language} open>
      <p>{words('join.text')}</p>
      <Form action={`/join/${facility.id}`} className="card">
        <div className="row">
          <Field name="givenName" label={words('join.givenName')} required maxLength={100} autoComplete="given-name" />
          <Field name="familyName" label={words('join.familyName')} required maxLength={100} autoComplete="family-name" />
          <Field name="birthDate" type="date" label={words('join.birthDate')} autoComplete="bday" />
        </div>
        <div className="row">
          <Field name="phone" type="tel" label={words('join.phone')} required maxLength={40} autoComplete="tel" />
          <Field name="email" type="email" label={words('join.email')} maxLength={254} autoComplete="email" />
        </div>
        <div className="row">
          <Pick
            name="profession"
            label={words('join.profession')}
            options={professions.map((one) => ({ id: one, name: one }))}
            chosen={professions.length === 1 ? professions[0] : ''}
            none={words('desk.choose')}
            required
          />
          <Pick name="practitionerId" label={words('join.practitioner')} options={practitioners} none={words('join.anybody')} />
          <Field name="validUntil" type="date" label={words('join.until')} min={today} value={addDays(today, validDays)} />
        </div>
        <Area name="comment" label={words('join.comment')} required rows={2} maxLength={500} />
        <label className="hidden" aria-hidden="true">
          Website <input name="website" tabIndex={-1} autoComplete="off" />
        </label>
        <fieldset>
          <legend>{words('join.channel')}</legend>
          <Tick type="radio" name="channel" value="sms" required ticked label={words('join.byText')} />
          <Tick type="radio" name="channel" value="mail" label={words('join.byMail')} />
        </fieldset>
        <button type="submit">{words('join.button')}</button>
      </Form>
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
