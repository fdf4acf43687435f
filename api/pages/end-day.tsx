import { addDays, zoneDate, zoneTime } from '../../domain/civil.ts';
import type { Interval } from '../../domain/interval.ts';
import { useSpeech } from './reader.ts';

/** C-26: the day on which a time ends, for one that goes past midnight; open where the offered one does. Midnight itself ends the first day. */
export function EndDay({ interval: { startsAt, endsAt }, zone }: { interval: Interval; zone: string }) {
  const { words } = useSpeech();
  const [first, last] = [zoneDate(startsAt, zone), zoneDate(endsAt, zone)];
  const past = last > first && !(last === addDays(first, 1) && zoneTime(endsAt, zone) === '00:00');
  return (
    <details open={past}>
      <summary>{words('hold.pastMidnight')}</summary>
      <label>
        {words('hold.endDay')} <input type="date" name="endDate" defaultValue={past ? last : undefined} />
      </label>
    </details>
  );
}
