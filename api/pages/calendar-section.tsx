import { Page } from './page.tsx';
import { useSpeech } from './reader.ts';

/** F-14: the preferences about one's calendar. `since`: when the present address was made, if there is one. */
export function CalendarSection({ since, zone }: { since: string | undefined; zone: string }) {
  const { words, dateTime } = useSpeech();
  return (
    <>
      <h2>{words('preferences.calendar.title')}</h2>
      <p>{words('preferences.calendar.text')}</p>
      <div className="card">
        <p>{since ? words('preferences.calendar.since', { at: dateTime(since, zone) }) : words('preferences.calendar.none')}</p>
        <form method="post" action="/preferences/calendar">
          <button type="submit">{words(since ? 'preferences.calendar.again' : 'preferences.calendar.make')}</button>
        </form>
        {since && (
          <form method="post" action="/preferences/calendar/end">
            <button type="submit">{words('preferences.calendar.end')}</button>
          </form>
        )}
      </div>
    </>
  );
}

export function FreshAddress({ address }: { address: string }) {
  const { words } = useSpeech();
  return (
    <Page title={words('preferences.calendar.fresh')} tab="Preferences">
      <p className="notice">{words('preferences.calendar.copy')}</p>
      <label>
        {words('preferences.calendar.address')}
        <input type="text" readOnly value={address} />
      </label>
      <p>
        {words('preferences.calendar.stop')} <a href="/preferences">{words('frame.tab.Preferences')}</a>
      </p>
    </Page>
  );
}
