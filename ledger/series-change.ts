/** Making, changing and ending a block series. Each says what it does to which day, and does it whole or not at all. */
import { createHash } from 'node:crypto';

import { addDays } from '../domain/civil.ts';
import { DomainError } from '../domain/errors.ts';
import { horizonAt, isInsideWindow, type SeriesFacts, type SeriesTerms } from '../domain/series.ts';
import type { SeriesChange } from '../domain/series-change.ts';
import type { Tx } from '../prisma/client.ts';
import { auditLife, beginLife, wakeToReplan } from './life.ts';
import { audited, type By, insertSeries, type LoadedSeries, loadSeries, nextOf, saveSeries, seriesLife } from './series.ts';
import { applyChange, compareDays } from './series-days.ts';
import { settleSeriesWorklist } from './series-worklist.ts';

/** `include`: kept days to change all the same. `seen`: what a preview gave; another change by now is refused. */
export type ChangeWish = { include?: string[] | undefined; seen?: string | undefined };
export type SeriesOutcome = { series: LoadedSeries; change: SeriesChange; insideWindow: string[]; seen: string };

/** Makes a series with all its days within the horizon, and its life. Throws SERIES_CLASHES. */
export async function createSeries(tx: Tx, facility: { id: string; zone: string }, terms: SeriesTerms, by: By): Promise<SeriesOutcome> {
  const series = await insertSeries(tx, facility, terms, by.now);
  const after = { ...series.facts, materialisedUntil: horizonAt(series.facts, series.policy, by.now) };
  const compared = await compareDays(tx, series, after, by.now, []);
  await applyChange(tx, { ...series, facts: after }, compared, by);
  const next = nextOf(series, after, by.now);
  await tx.blockSeries.update({
    where: { id: after.id },
    data: { materialisedUntil: new Date(after.materialisedUntil) },
    select: { id: true },
  });
  const days = compared.change.added.map(({ date }) => date);
  await auditLife(tx, 'series', series, { action: 'create', actor: by.actor, at: by.now }, {}, { ...audited(after, 1), added: days });
  await beginLife(tx, 'series', series, next, seriesLife(series, next));
  return told(tx, after.id, compared.change, by);
}

/**
 * Changes the terms, and with them the days that have not begun. The caller has the row locked and its version
 * checked. Throws SERIES_ENDED, SERIES_CLASHES, PREVIEW_STALE with the change as it would be now.
 */
export function changeSeries(tx: Tx, series: LoadedSeries, terms: Partial<SeriesTerms>, wish: ChangeWish, by: By): Promise<SeriesOutcome> {
  return change(tx, series, terms, wish, by, 'change');
}

/** Its days from that date on go, as far as nothing has happened to them; the life ends with its last day. */
export function endSeries(tx: Tx, series: LoadedSeries, from: string, wish: ChangeWish, by: By): Promise<SeriesOutcome> {
  const last = addDays(from, -1);
  const { validUntil } = series.facts;
  return change(tx, series, { validUntil: validUntil !== null && validUntil < last ? validUntil : last }, wish, by, 'end');
}

async function change(
  tx: Tx,
  series: LoadedSeries,
  terms: Partial<SeriesTerms>,
  { include = [], seen }: ChangeWish,
  by: By,
  action: string,
): Promise<SeriesOutcome> {
  const { actor, now, reason } = by;
  const { facts, policy } = series;
  if (facts.state === 'ended') throw new DomainError('SERIES_ENDED', { validUntil: facts.validUntil });
  const changed: SeriesFacts = { ...facts, ...terms };
  const [, materialisedUntil] = [facts.materialisedUntil, horizonAt(changed, policy, now)].sort() as [string, string];
  const after = { ...changed, materialisedUntil };
  const compared = await compareDays(tx, series, after, now, include);
  const digest = digestOf(compared.change);
  if (seen !== undefined && seen !== digest) throw new DomainError('PREVIEW_STALE', { seen: digest, change: compared.change });
  await applyChange(tx, { ...series, facts: after }, compared, by);
  const next = nextOf(series, after, now);
  await saveSeries(tx, series, after, next, { action, actor, at: now, reason, rule: 'U-02' }, datesOf(compared.change));
  if (next.at < series.next.at) await wakeToReplan(tx, 'series', facts.id);
  return told(tx, facts.id, compared.change, by);
}

async function told(tx: Tx, id: string, change: SeriesChange, by: By): Promise<SeriesOutcome> {
  const series = await loadSeries(tx, id);
  const keptDates = change.kept.map(({ date }) => date).sort();
  await settleSeriesWorklist(tx, series, keptDates, by);
  return outcomeOf(series, change, by.now);
}

function outcomeOf(series: LoadedSeries, change: SeriesChange, now: string): SeriesOutcome {
  const coming = [...change.added, ...change.moved.map(({ after }) => after)].map(({ date }) => date);
  const insideWindow = coming.filter((date) => isInsideWindow(series.facts, series.policy, date, now));
  return { series, change, insideWindow, seen: digestOf(change) };
}

/** U-02: equal digests, equal changes: each day, its block and what becomes of it. */
function digestOf({ added, removed, moved, kept }: SeriesChange): string {
  const text = JSON.stringify([added, removed, moved, kept]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

const datesOf = ({ added, removed, moved, kept }: SeriesChange) => ({
  added: added.map(({ date }) => date),
  removed: removed.map(({ date }) => date),
  moved: moved.map(({ after }) => after.date),
  kept: kept.map(({ date }) => date),
});
