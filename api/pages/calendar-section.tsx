import { dateTime } from '../../emails/wording.ts';
import { Page } from './page.tsx';

/** F-14: the preferences about one's calendar. `since`: when the present address was made, if there is one. */
export function CalendarSection({ since, zone }: { since: string | undefined; zone: string }) {
  return (
    <>
      <h2>Your calendar</h2>
      <p>
        A calendar program can subscribe to your holds, the blocks of your groups, and what will be decided about them and when. The address
        is secret: whoever has it can read this calendar, and do nothing else.
      </p>
      <div className="card">
        <p>{since ? `There is an address, made on ${dateTime(since, zone)}.` : 'There is no address yet.'}</p>
        <form method="post" action="/preferences/calendar">
          <button type="submit">{since ? 'Make a new address; the present one stops working' : 'Make an address'}</button>
        </form>
        {since && (
          <form method="post" action="/preferences/calendar/end">
            <button type="submit">End this address</button>
          </form>
        )}
      </div>
    </>
  );
}

export function FreshAddress({ address }: { address: string }) {
  return (
    <Page title="The address of your calendar" tab="Preferences">
      <p className="notice">It is shown only now. Copy it into your calendar program, where it is called “subscribe” or “from URL”.</p>
      <label>
        Address
        <input type="text" readOnly value={address} />
      </label>
      <p>
        If somebody else gets to know it, end it or make a new one in your <a href="/preferences">preferences</a>: it stops working at once.
      </p>
    </Page>
  );
}
