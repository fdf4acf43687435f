import type { HoursException } from '../../domain/room-hours.ts';
import type { DayHours } from '../../ledger/facility.ts';
import type { RoomWithHours } from '../../ledger/room.ts';
import type { Holiday } from '../../ledger/special-hours.ts';
import { Field, Form } from './form-fields.tsx';
import { HolidayFields, HolidayList } from './holiday-list.tsx';
import { datesOf, hoursInWords } from './hours-touched.tsx';
import { Page } from './page.tsx';
import { useSpeech } from './reader.ts';
import { specialDayIn } from './special-day.ts';
import { WeekdayHours } from './weekday-hours.tsx';

function Saved({ saved }: { saved: boolean }) {
  const { words } = useSpeech();
  return saved ? <p className="notice">{words('room.saved')}</p> : null;
}

type Rooms = { rooms: { id: string; name: string; hours: DayHours[] }[]; holidays: Holiday[]; saved: boolean };

export function RoomsPage({ rooms, holidays, saved }: Rooms) {
  const speech = useSpeech();
  const { words } = speech;
  return (
    <Page title={words('room.title')} tab="Desk">
      <Saved saved={saved} />
      <h2>{words('room.rooms')}</h2>
      {rooms.length === 0 ? (
        <p>{words('room.none')}</p>
      ) : (
        <ul className="plain">
          {rooms.map(({ id, name, hours }) => (
            <li key={id} className="card">
              <a href={`/rooms/${id}`}>{name}</a>
              <br />
              <span className="muted">{hoursInWords(hours, speech)}</span>
            </li>
          ))}
        </ul>
      )}
      <h2 id="holidays">{words('room.holidays')}</h2>
      <p>{words('room.holidayText')}</p>
      <HolidayList holidays={holidays} to="/rooms/preview" hidden={{ name: 'kind', value: 'remove holiday' }} />
      <Form name="add holiday" action="/rooms/preview" className="card">
        <h3>{words('room.addHoliday')}</h3>
        <input type="hidden" name="kind" value="add holiday" />
        <HolidayFields />
        <button type="submit">{words('room.see')}</button>
      </Form>
    </Page>
  );
}

type RoomView = { room: RoomWithHours; exceptions: HoursException[]; zone: string; saved: boolean };

export function RoomHoursPage({ room, exceptions, zone, saved }: RoomView) {
  const speech = useSpeech();
  const { words } = speech;
  const ofRoom = (
    <>
      <input type="hidden" name="roomId" value={room.id} />
      <input type="hidden" name="version" value={room.version} />
    </>
  );
  return (
    <Page title={words('room.hoursOf', { room: room.name })} tab="Desk">
      <Saved saved={saved} />
      <p>
        {words('room.text', { zone })} <a href="/rooms">{words('room.all')}</a>
      </p>
      <Form name="weekdays" action="/rooms/preview" className="card">
        <h2>{words('room.weekdays')}</h2>
        <input type="hidden" name="kind" value="weekdays" />
        {ofRoom}
        <WeekdayHours hours={room.hours} opens={words('room.opens')} closes={words('room.closes')} />
        <p className="muted">{words('room.withoutTimes')}</p>
        <button type="submit">{words('room.see')}</button>
      </Form>
      <h2>{words('room.exceptions')}</h2>
      {exceptions.length === 0 ? (
        <p>{words('room.noException')}</p>
      ) : (
        <ul className="plain">
          {exceptions.map((exception) => (
            <li key={exception.firstDate}>
              <form method="post" action="/rooms/preview" className="row">
                <input type="hidden" name="kind" value="remove exception" />
                <input type="hidden" name="firstDate" value={exception.firstDate} />
                {ofRoom}
                <span>
                  {datesOf(exception, speech)}: {specialDayIn({ date: exception.firstDate, exception }, speech)}
                </span>
                <button type="submit" className="quiet" aria-label={words('room.removeException', { dates: datesOf(exception, speech) })}>
                  {words('room.remove')}
                </button>
              </form>
            </li>
          ))}
        </ul>
      )}
      <Form name="add exception" action="/rooms/preview" className="card">
        <h3>{words('room.addException')}</h3>
        <input type="hidden" name="kind" value="add exception" />
        {ofRoom}
        <div className="row">
          <Field type="date" name="firstDate" label={words('room.firstDay')} required />
          <Field type="date" name="lastDate" label={words('room.lastDay')} />
          <Field type="time" name="opensAt" label={words('room.opens')} />
          <Field type="time" name="closesAt" label={words('room.closes')} />
        </div>
        <Field name="reason" label={words('room.reason')} maxLength={200} />
        <p className="muted">{words('room.exceptionText')}</p>
        <button type="submit">{words('room.see')}</button>
      </Form>
    </Page>
  );
}
