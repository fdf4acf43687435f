/** The forms that decide about a hold: on its own page, and for the facility scheduler in the queue of requests. */
import { zoneDate, zoneTime } from '../../domain/civil.ts';
import type { HoldFacts } from '../../domain/hold.ts';
import type { Deps } from '../deps.ts';

/** `back`: the page that lists them, to come back to. */
type Deciding = { hold: HoldFacts; back?: 'requests' | undefined };

export function DecideForm({ action, label, hold, back, reason = false }: Deciding & { action: string; label: string; reason?: boolean }) {
  return (
    <form method="post" action={`/holds/${hold.id}/${action}`} className="card">
      <Hidden back={back} />
      {reason && (
        <label>
          Reason to {action}
          <input name="reason" required maxLength={2000} />
        </label>
      )}
      <label>
        <input type="checkbox" name="yes" required /> Yes, {action} this hold
      </label>
      <button type="submit">{label}</button>
    </form>
  );
}

type RoomChoice = { id: string; name: string };

export function roomsOf({ reader }: Deps, facilityId: string): Promise<RoomChoice[]> {
  return reader.room.findMany({ where: { facilityId }, orderBy: { name: 'asc' }, select: { id: true, name: true } });
}

/** C-31: time, duration and room, before or after confirming. */
export function ChangeForm({ hold, rooms, back }: Deciding & { rooms: RoomChoice[] }) {
  const { id, zone, startsAt, endsAt, roomId } = hold;
  return (
    <form method="post" action={`/holds/${id}/change`} className="card">
      <Hidden back={back} />
      <div className="row">
        <label>
          Room
          <select name="roomId" defaultValue={roomId}>
            {rooms.map((room) => (
              <option key={room.id} value={room.id}>
                {room.name}
              </option>
            ))}
          </select>
        </label>
        <label>
          Day <input type="date" name="date" required defaultValue={zoneDate(startsAt, zone)} />
        </label>
        <label>
          From <input type="time" name="from" required defaultValue={zoneTime(startsAt, zone)} />
        </label>
        <label>
          To <input type="time" name="to" required defaultValue={zoneTime(endsAt, zone)} />
        </label>
      </div>
      <label>
        <input type="checkbox" name="yes" required /> Yes, change this hold; the requester is told
      </label>
      <button type="submit">Change</button>
    </form>
  );
}

/** A form posted twice is one decision. */
function Hidden({ back }: { back: string | undefined }) {
  return (
    <>
      <input type="hidden" name="form" value={crypto.randomUUID()} />
      {back && <input type="hidden" name="back" value={back} />}
    </>
  );
}
