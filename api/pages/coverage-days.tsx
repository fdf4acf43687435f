import type { Line } from '../../domain/absence.ts';
import type { CoverageDay } from '../../domain/coverage.ts';
import { longDay, ranges } from '../../emails/wording.ts';

export type LineWithDays = { line: Pick<Line, 'practitionerId' | 'provider'>; days: CoverageDay[] };

/** Day by day who looks after each line, and which hours are bare, in the reader's zone. */
export function LineDays({ lines, zone }: { lines: LineWithDays[]; zone: string }) {
  return lines.map(({ line, days }) => (
    <section key={line.practitionerId}>
      <h3>{line.provider}</h3>
      {days.length === 0 && <p>No working hours fall into this time.</p>}
      <ul className="plain">
        {days.map(({ date, covered, uncovered, because, rule }) => (
          <li key={date} className="card">
            <strong>{longDay(`${date}T12:00:00Z`, 'UTC')}</strong>: {because} <span className="muted">({rule})</span>
            {covered.length > 0 && <div>Looked after: {ranges(covered, zone)}</div>}
            {uncovered.length > 0 && <div className="warning">Nobody: {ranges(uncovered, zone)}</div>}
          </li>
        ))}
      </ul>
    </section>
  ));
}
