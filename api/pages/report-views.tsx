import { formatInstant } from '../../domain/civil.ts';
import { columnsOf, type Figures, type Report, type ReportItem, type ReportName } from '../reports.ts';
import { type Bars, Plot } from './plot.tsx';

const dayMinutes = 1440;
const titles: Record<ReportName, string> = {
  'hold-utilization': 'Hold utilization',
  'release-lead-time': 'Release lead time',
  'release-fill-rate': 'Release fill rate',
  'recaptured-minutes': 'Recaptured time',
};

const monthOf = ({ month }: ReportItem) => formatInstant(`${month}-15T00:00:00Z`, 'UTC', 'shortMonth');
const monthly = (report: Report, value: (figures: Figures) => number | null): Bars['bars'] =>
  report.items.map((item) => ({ label: monthOf(item), value: value(item.figures) }));
const inDays = (minutes: number | null | undefined) => (minutes === null || minutes === undefined ? null : minutes / dayMinutes);

/** What each plot shows; its numbers are in the table beside it. */
export const plotsOf: Record<ReportName, (byMonth: Report) => Bars> = {
  'hold-utilization': (report) => ({
    says: 'Share of the held time that was used, month by month',
    axis: 'used of held time',
    share: true,
    bars: monthly(report, ({ utilization = null }) => utilization),
  }),
  'release-lead-time': (report) => ({
    says: 'Days between release and beginning of the middle released minute, month by month',
    axis: 'days ahead (median)',
    bars: monthly(report, ({ medianLeadMinutes }) => inDays(medianLeadMinutes)),
  }),
  'release-fill-rate': (report) => ({
    says: 'Share of the released time that was used again, month by month',
    axis: 'used again',
    share: true,
    bars: monthly(report, ({ fillRate = null }) => fillRate),
  }),
  'recaptured-minutes': ({ total }) => ({
    says: 'Hours that were released, open to others, requested, held, and in the end used for cases of others',
    axis: 'hours',
    lying: true,
    bars: [
      ['released', total.releasedMinutes],
      ['open to others', total.openMinutes],
      ['requested', total.requestedMinutes],
      ['held', total.heldMinutes],
      ['cases of others', total.recapturedMinutes],
    ].map(([label, minutes]) => ({ label: label as string, value: ((minutes ?? 0) as number) / 60 })),
  }),
};

type Section = { name: ReportName; report: Record<'month' | 'group', Report>; svg: string; csv: string };

export function ReportSection({ name, report: { month, group }, svg, csv }: Section) {
  return (
    <section>
      <h2 id={name}>{titles[name]}</h2>
      {month.items.length === 0 ? (
        <p>Nothing to count in this time.</p>
      ) : (
        <>
          <div className="beside">
            <Plot says={plotsOf[name](month).says} svg={svg} />
            <ReportTable name={name} caption={`${titles[name]} by month`} first="Month" report={month} named={monthOf} />
          </div>
          <details>
            <summary>By group</summary>
            <ReportTable name={name} caption={`${titles[name]} by group`} first="Group" report={group} named={(item) => item.group ?? ''} />
          </details>
          <details>
            <summary>What the columns mean</summary>
            <dl>
              {columnsOf(name).map((column) => [
                <dt key={column.name}>{headOf(column.name)}</dt>,
                <dd key={`${column.name} meaning`}>{column.meaning}</dd>,
              ])}
            </dl>
          </details>
          <p>
            <a href={csv}>{titles[name]} by group and month (CSV)</a>
          </p>
        </>
      )}
    </section>
  );
}

type Table = { name: ReportName; caption: string; first: string; report: Report; named: (item: ReportItem) => string };

function ReportTable({ name, caption, first, report: { items, total }, named }: Table) {
  const columns = columnsOf(name).map((column) => column.name);
  const cells = (figures: Figures) => columns.map((column) => <td key={column}>{inWords(column, figures[column] ?? null)}</td>);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls in its frame, and the keyboard must reach it
    <section className="wide" tabIndex={0} aria-label={caption}>
      <table className="figures">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{first}</th>
            {columns.map((column) => (
              <th key={column} scope="col">
                {headOf(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={`${item.month} ${item.groupId}`}>
              <th scope="row">{named(item)}</th>
              {cells(item.figures)}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">All</th>
            {cells(total)}
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

/** `medianLeadMinutes` → "Median lead". */
function headOf(column: string): string {
  const words = column.replace(/Minutes$/, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words[0]!.toUpperCase()}${words.slice(1)}`;
}

function inWords(column: string, value: number | null): string {
  if (value === null) return '–';
  if (column === 'utilization' || column === 'fillRate') return `${(value * 100).toFixed(1)} %`;
  if (column.endsWith('LeadMinutes')) return `${(value / dayMinutes).toFixed(1)} days`;
  return column.endsWith('Minutes') ? `${(value / 60).toFixed(1)} h` : String(value);
}
