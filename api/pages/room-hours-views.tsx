import { weekdayNames } from '../../domain/recurrence.ts';
import { type HoursException, specialDayInWords } from '../../domain/room-hours.ts';
import type { DayHours } from '../../ledger/facility.ts';
import type { RoomWithHours } from '../../ledger/room.ts';
import type { Holiday } from '../../ledger/special-hours.ts';
import { civilDay } from './dates.ts';
import { datesOf, hoursInWords } from './hours-touched.tsx';
import { Page } from './page.tsx';

const Saved = ({ saved }: { saved: boolean }) => (saved ? <p className="notice">Saved. Open time follows the new hours at once.</p> : null);

type Rooms = { rooms: { id: string; name: string; hours: DayHours[] }[]; holidays: Holiday[]; saved: boolean };

export function RoomsPage({ rooms, holidays, saved }: Rooms) {
  return (
    <Page title="Rooms and hours" tab="Desk">
      <Saved saved={saved} />
      <h2>Rooms</h2>
      {rooms.length === 0 ? (
        <p>No room is known yet. Rooms come with an import, or by the API.</p>
      ) : (
        <ul className="plain">
          {rooms.map(({ id, name, hours }) => (
            <li key={id} className="card">
              <a href={`/rooms/${id}`}>{name}</a>
              <br />
              <span className="muted">{hoursInWords(hours)}</span>
            </li>
          ))}
        </ul>
      )}
      <h2>Holidays</h2>
      <p>On a holiday all rooms are closed, but those that an exception opens, and block series have no block.</p>
      {holidays.length === 0 ? (
        <p>No holiday is entered for the days ahead.</p>
      ) : (
        <ul className="plain">
          {holidays.map(({ date, name }) => (
            <li key={date}>
              <form method="post" action="/rooms/preview" className="row">
                <input type="hidden" name="kind" value="remove holiday" />
                <input type="hidden" name="date" value={date} />
                <span>
                  {civilDay(date)}: {name}
                </span>
                <button type="submit" className="quiet" aria-label={`Remove ${name}`}>
                  Remove…
                </button>
              </form>
            </li>
          ))}
        </ul>
      )}
      <form method="post" action="/rooms/preview" className="card">
        <h3>Add a holiday</h3>
        <input type="hidden" name="kind" value="add holiday" />
        <div className="row">
          <label>
            Date <input type="date" name="date" required />
          </label>
          <label>
            Name <input name="name" required maxLength={200} />
          </label>
        </div>
        <button type="submit">See what it touches</button>
      </form>
    </Page>
  );
}

type RoomView = { room: RoomWithHours; exceptions: HoursException[]; zone: string; saved: boolean };

export function RoomHoursPage({ room, exceptions, zone, saved }: RoomView) {
  const ofRoom = (
    <>
      <input type="hidden" name="roomId" value={room.id} />
      <input type="hidden" name="version" value={room.version} />
    </>
  );
  return (
    <Page title={`Hours of ${room.name}`} tab="Desk">
      <Saved saved={saved} />
      <p>
        Times are wall-clock in {zone}. Nothing is saved before you have seen what lies in time that closes. <a href="/rooms">All rooms</a>
      </p>
      <form method="post" action="/rooms/preview" className="card">
        <h2>Weekdays</h2>
        <input type="hidden" name="kind" value="weekdays" />
        {ofRoom}
        {weekdayNames.map((name, n) => {
          const day = room.hours.find(({ weekday }) => weekday === n + 1);
          return (
            <fieldset key={name} className="row">
              <legend>{name}</legend>
              <label>
                Opens <input type="time" name={`opens-${n + 1}`} defaultValue={day?.opensAt} />
              </label>
              <label>
                Closes <input type="time" name={`closes-${n + 1}`} defaultValue={day?.closesAt === '24:00' ? '00:00' : day?.closesAt} />
              </label>
            </fieldset>
          );
        })}
        <p className="muted">Without times the room is closed on that day; 00:00 closes at midnight.</p>
        <button type="submit">See what it touches</button>
      </form>
      <h2>Exceptions</h2>
      {exceptions.length === 0 ? (
        <p>None ahead: the room keeps the hours of its weekdays, and is closed on holidays.</p>
      ) : (
        <ul className="plain">
          {exceptions.map((exception) => (
            <li key={exception.firstDate}>
              <form method="post" action="/rooms/preview" className="row">
                <input type="hidden" name="kind" value="remove exception" />
                <input type="hidden" name="firstDate" value={exception.firstDate} />
                {ofRoom}
                <span>
                  {datesOf(exception)}: {specialDayInWords({ date: exception.firstDate, exception })}
                </span>
                <button type="submit" className="quiet" aria-label={`Remove the exception of ${datesOf(exception)}`}>
                  Remove…
                </button>
              </form>
            </li>
          ))}
        </ul>
      )}
      <form method="post" action="/rooms/preview" className="card">
        <h3>Add an exception</h3>
        <input type="hidden" name="kind" value="add exception" />
        {ofRoom}
        <div className="row">
          <label>
            First day <input type="date" name="firstDate" required />
          </label>
          <label>
            Last day <input type="date" name="lastDate" />
          </label>
          <label>
            Opens <input type="time" name="opensAt" />
          </label>
          <label>
            Closes <input type="time" name="closesAt" />
          </label>
        </div>
        <label>
          Reason <input name="reason" maxLength={200} />
        </label>
        <p className="muted">Without times the room is closed. An exception also opens a room on a holiday.</p>
        <button type="submit">See what it touches</button>
      </form>
    </Page>
  );
}
