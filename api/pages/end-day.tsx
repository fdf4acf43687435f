import { addDays, zoneDate, zoneTime } from '../../domain/civil.ts';
import type { Interval } from '../../domain/interval.ts';
import { Field, useTyped } from './form-fields.tsx';
import { useSpeech } from './reader.ts';

/** C-26: the day on which a time ends, for one that goes past midnight; open where the offered one does. Midnight itself ends the first day. */
export function EndDay({ interval: { startsAt, endsAt }, zone }: { interval: Interval; zone: string }) {
  const { words } = useSpeech();
  const [first, last] = [zoneDate(startsAt, zone), zoneDate(endsAt, zone)];
  const typed = Boolean(useTyped('endDate'));
  const past = last > first && !(last === addDays(first, 1) && zoneTime(endsAt, zone) === '00:00');
  return (
    <details open={past || typed}>
      <summary>{words('hold.pastMidnight')}</summary>
      <Field type="date" name="endDate" label={words('hold.endDay')} value={past ? last : undefined} />
    </details>
  );
}
