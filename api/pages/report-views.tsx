import { formatInstant } from '../../domain/civil.ts';
import { localeOf } from '../../domain/language.ts';
import type { en } from '../../words/en/index.ts';
import type { Speech } from '../../words/speech.ts';
import { columnsOf, type Figures, type Report, type ReportItem, type ReportName } from '../reports.ts';
import { type Bars, Plot } from './plot.tsx';
import { useSpeech } from './reader.ts';

const dayMinutes = 1440;
const shortMonth = ({ month }: ReportItem, locale: string) => formatInstant(`${month}-15T00:00:00Z`, 'UTC', 'shortMonth', locale);
const inDays = (minutes: number | null | undefined) => (minutes === null || minutes === undefined ? null : minutes / dayMinutes);
const inHours = (minutes: number | null | undefined) => (minutes ?? 0) / 60;

/** What each plot shows; its numbers are in the table beside it. */
export const plotsOf: Record<ReportName, (byMonth: Report, speech: Speech) => Bars> = {
  'hold-utilization': (report, speech) => ({
    ...monthly('hold-utilization', report, speech, ({ utilization = null }) => utilization),
    share: true,
  }),
  'release-lead-time': (report, speech) =>
    monthly('release-lead-time', report, speech, ({ medianLeadMinutes }) => inDays(medianLeadMinutes)),
  'release-fill-rate': (report, speech) => ({
    ...monthly('release-fill-rate', report, speech, ({ fillRate = null }) => fillRate),
    share: true,
  }),
  'recaptured-minutes': ({ total }, { words }) => ({
    says: words('report.says.recaptured-minutes'),
    axis: words('report.axis.recaptured-minutes'),
    lying: true,
    bars: [
      { label: words('report.bar.released'), value: inHours(total.releasedMinutes) },
      { label: words('report.bar.open'), value: inHours(total.openMinutes) },
      { label: words('report.bar.requested'), value: inHours(total.requestedMinutes) },
      { label: words('report.bar.held'), value: inHours(total.heldMinutes) },
      { label: words('report.bar.recaptured'), value: inHours(total.recapturedMinutes) },
    ],
  }),
};

function monthly(name: ReportName, report: Report, { words, language }: Speech, value: (figures: Figures) => number | null): Bars {
  const bars = report.items.map((item) => ({ label: shortMonth(item, localeOf[language]), value: value(item.figures) }));
  return { says: words(`report.says.${name}`), axis: words(`report.axis.${name}`), bars };
}

type Section = { name: ReportName; report: Record<'month' | 'group', Report>; svg: string; csv: string };

export function ReportSection({ name, report: { month, group }, svg, csv }: Section) {
  const speech = useSpeech();
  const { words, phrase, language } = speech;
  const title = words(`report.name.${name}`);
  const head = (column: string) => words(`report.column.${column as Column}`);
  return (
    <section>
      <h2 id={name}>{title}</h2>
      {month.items.length === 0 ? (
        <p>{words('report.none')}</p>
      ) : (
        <>
          <div className="beside">
            <Plot says={words(`report.says.${name}`)} svg={svg} />
            <ReportTable
              name={name}
              caption={words('report.byMonth', { name: title })}
              first={words('report.month')}
              report={month}
              named={(item) => shortMonth(item, localeOf[language])}
            />
          </div>
          <details>
            <summary>{words('report.openGroup')}</summary>
            <ReportTable
              name={name}
              caption={words('report.byGroup', { name: title })}
              first={words('report.group')}
              report={group}
              named={(item) => item.group ?? ''}
            />
          </details>
          <details>
            <summary>{words('report.columns')}</summary>
            <dl>
              {columnsOf(name).map((column) => [
                <dt key={column.name}>{head(column.name)}</dt>,
                <dd key={`${column.name} meaning`}>{phrase(column.meaning)}</dd>,
              ])}
            </dl>
          </details>
          <p>
            <a href={csv}>{words('report.csv', { name: title })}</a>
          </p>
        </>
      )}
    </section>
  );
}

type Table = { name: ReportName; caption: string; first: string; report: Report; named: (item: ReportItem) => string };

function ReportTable({ name, caption, first, report: { items, total }, named }: Table) {
  const speech = useSpeech();
  const { words } = speech;
  const columns = columnsOf(name).map((column) => column.name);
  const cells = (figures: Figures) => columns.map((column) => <td key={column}>{inWords(column, figures[column] ?? null, speech)}</td>);
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
                {words(`report.column.${column as Column}`)}
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
            <th scope="row">{words('report.all')}</th>
            {cells(total)}
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

type Column = keyof typeof en.report.column;

function inWords(column: string, value: number | null, { words }: Speech): string {
  if (value === null) return '–';
  if (column === 'utilization' || column === 'fillRate') return `${(value * 100).toFixed(1)} %`;
  if (column.endsWith('LeadMinutes')) return words('report.days', { count: (value / dayMinutes).toFixed(1) });
  return column.endsWith('Minutes') ? words('report.hours', { count: (value / 60).toFixed(1) }) : String(value);
}
