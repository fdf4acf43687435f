/** The reports there are (F-18): what each is called, what its figures mean, and how it is read. For the API and the page alike. */
import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';

import {
  type CountedRelease,
  type Cut,
  countRelease,
  type HeldFact,
  holdUtilization,
  recapturedMinutes,
  releaseFillRate,
  releaseLeadTime,
  reportBy,
} from '../domain/report.ts';
import { type ReportPeriod, readHeld, readReleased } from '../ledger/report.ts';
import type { Tx } from '../prisma/client.ts';

const Minutes = z.int();
const Part = z.number().min(0).max(1).nullable();
const released = Minutes.describe('Released minutes whose time is over.');

/** Each figure with its meaning, in the order of the columns; the shape of the JSON and the heads of the tables come from here. */
const figures = {
  'hold-utilization': {
    holds: z.int().describe('Holds that count (C-28): confirmed, not displaced, not deleted in time for others.'),
    heldMinutes: Minutes.describe('Minutes of these holds.'),
    usedMinutes: Minutes.describe('Of them, minutes filled with cases of the requester’s group when the hold ended.'),
    utilization: Part.describe('Used ÷ held minutes.'),
  },
  'release-lead-time': {
    releases: z.int().describe('Releases, the parts of one counted once.'),
    releasedMinutes: released,
    medianLeadMinutes: Minutes.nullable().describe('Half of the released minutes were released at least so long before they began.'),
    meanLeadMinutes: Minutes.nullable().describe('The mean over all released minutes.'),
  },
  'release-fill-rate': {
    releasedMinutes: released,
    usedAgainMinutes: Minutes.describe('Of them, minutes in which a case stands, whoever’s, or whose hold ended full of cases.'),
    fillRate: Part.describe('Used again ÷ released minutes.'),
  },
  'recaptured-minutes': {
    releasedMinutes: released,
    openMinutes: Minutes.describe('Of them, minutes that others could see before they were over (F-21).'),
    requestedMinutes: Minutes.describe('Minutes that somebody asked for after the release.'),
    heldMinutes: Minutes.describe('Minutes that were confirmed for somebody after the release.'),
    recapturedMinutes: Minutes.describe('Minutes in which a case of another group stands (U-11).'),
    throughHoldMinutes: Minutes.describe('Of these, minutes that the case’s own group had held.'),
  },
};
export type ReportName = keyof typeof figures;
export const reportNames = Object.keys(figures) as ReportName[];

/** The response of a report; nobody's figure is hidden in an average: `total` is measured over everything, not summed. */
export function reportShape(name: ReportName) {
  const shape = figures[name];
  const Item = z.object({ groupId: z.uuid().nullable(), group: z.string().nullable(), month: z.string().nullable(), ...shape });
  return z.object({
    facilityId: z.uuid(),
    from: z.string(),
    to: z.string(),
    rule: z.literal('F-18'),
    items: z.array(Item),
    total: z.object(shape),
  });
}

/** Name and meaning of each figure of a report. */
export const columnsOf = (name: ReportName): { name: string; meaning: string }[] =>
  Object.entries(figures[name]).map(([column, schema]) => ({ name: column, meaning: schema.description ?? '' }));

export type Figures = Record<string, number | null>;
export type ReportItem = { groupId: string | null; group: string | null; month: string | null; figures: Figures };
export type Report = { items: ReportItem[]; total: Figures };

type Facts = { held: readonly HeldFact[]; released: readonly CountedRelease[] };

const measured: Record<ReportName, (facts: Facts, by: Cut) => Report> = {
  'hold-utilization': ({ held }, by) => cut(held, by, holdUtilization),
  'release-lead-time': ({ released }, by) => cut(released, by, releaseLeadTime),
  'release-fill-rate': ({ released }, by) => cut(released, by, releaseFillRate),
  'recaptured-minutes': ({ released }, by) => cut(released, by, recapturedMinutes),
};

function cut<Fact extends HeldFact | CountedRelease>(
  facts: readonly Fact[],
  by: Cut,
  measure: (facts: readonly Fact[]) => Figures,
): Report {
  const items = reportBy(facts, by, (part) => ({ figures: measure(part) }));
  return { items, total: measure(facts) };
}

/** One report from one statement. */
export async function readReport(tx: Tx, name: ReportName, period: ReportPeriod, by: Cut): Promise<Report> {
  if (name === 'hold-utilization') return measured[name]({ held: await readHeld(tx, period), released: [] }, by);
  const released = await readReleased(tx, period, { uses: name !== 'release-lead-time' });
  return measured[name]({ held: [], released: released.map(countRelease) }, by);
}

/** All reports, each cut by these ways, from two statements. */
export async function readReports<By extends Cut>(
  tx: Tx,
  period: ReportPeriod,
  bys: readonly By[],
): Promise<Record<ReportName, Record<By, Report>>> {
  const [held, facts] = await Promise.all([readHeld(tx, period), readReleased(tx, period, { uses: true })]);
  const released = facts.map(countRelease);
  const all = (name: ReportName) => Object.fromEntries(bys.map((by) => [by, measured[name]({ held, released }, by)]));
  return Object.fromEntries(reportNames.map((name) => [name, all(name)])) as Record<ReportName, Record<By, Report>>;
}

/** RFC 4180, with the names of the JSON; a text that a spreadsheet would take for a formula is defused. */
export function csvOf(name: ReportName, { items }: Report): string {
  const columns = columnsOf(name).map((column) => column.name);
  const rows = items.map(({ figures, ...place }) => ({ ...place, ...figures }));
  const options = { header: true, columns: ['month', 'group', 'groupId', ...columns], escape_formulas: true, record_delimiter: '\r\n' };
  return stringify(rows, options);
}
