import type { Line } from '../../domain/absence.ts';
import { addDays, startOfDay, zoneDate } from '../../domain/civil.ts';
import type { CoverageDay } from '../../domain/coverage.ts';
import type { Interval } from '../../domain/interval.ts';
import type { Speech } from '../../words/speech.ts';
import { useSpeech } from './reader.ts';

export type LineWithDays = { line: Pick<Line, 'practitionerId' | 'provider'>; days: CoverageDay[] };

/** Day by day who looks after each line, and which hours are bare, in the reader's zone. */
export function LineDays({ lines, zone }: { lines: LineWithDays[]; zone: string }) {
  const { words, phrase, civilDay, ranges } = useSpeech();
  return lines.map(({ line, days }) => (
    <section key={line.practitionerId}>
      <h3>{line.provider}</h3>
      {days.length === 0 && <p>{words('coverage.noHours')}</p>}
      <ul className="plain">
        {days.map(({ date, covered, uncovered, because, rule }) => (
          <li key={date} className="card">
            <strong>{civilDay(date)}</strong>: {phrase(because)} <span className="muted">({rule})</span>
            {covered.length > 0 && <div>{words('coverage.lookedAfter', { ranges: ranges(covered, zone) })}</div>}
            {uncovered.length > 0 && <div className="warning">{words('coverage.bareHours', { ranges: ranges(uncovered, zone) })}</div>}
          </li>
        ))}
      </ul>
    </section>
  ));
}

/** `Tuesday, 8 December 2026 – Wednesday, 9 December 2026` where whole days of the zone are meant, else with their times. */
export function awayInWords({ startsAt, endsAt }: Interval, zone: string, { civilDay, dateTime }: Pick<Speech, 'civilDay' | 'dateTime'>) {
  const [first, after] = [zoneDate(startsAt, zone), zoneDate(endsAt, zone)];
  const whole = startOfDay(first, zone) === startsAt && startOfDay(after, zone) === endsAt;
  if (!whole) return `${dateTime(startsAt, zone)} – ${dateTime(endsAt, zone)}`;
  const last = addDays(after, -1);
  return first === last ? civilDay(first) : `${civilDay(first)} – ${civilDay(last)}`;
}
