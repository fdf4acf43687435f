/** on every page, for as long as a visitor is logged in as a patient: as whom, until when, and the way out. */
import { useReader, useSpeech } from './reader.ts';

export function LoginBanner() {
  const { visitor } = useReader();
  const { words, time, language } = useSpeech();
  if (!visitor?.loggedInAs) return null;
  const { givenName, familyName, expiresAt } = visitor.loggedInAs;
  return (
    <aside className="login-banner" aria-label={words('account.login.label')} lang={language}>
      <span>
        {words('account.login.banner', { patient: `${givenName} ${familyName}`, time: time(expiresAt, visitor.zone) })}{' '}
        <a href="/as-patient">{words('account.login.pages')}</a>
      </span>
      <form method="post" action="/as-patient/end">
        <button type="submit">{words('account.login.end')}</button>
      </form>
    </aside>
  );
}
