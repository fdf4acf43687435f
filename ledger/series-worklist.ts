/** F-22: a whole block series in the facility's own schedule: one line for all its days, made, changed or ended. */
import { addDays, startOfDay, zoneDate } from '../domain/civil.ts';
import { nextDay, timeOn } from '../domain/series.ts';
import { type KnownSeriesEntry, SeriesEntry, seriesEntryFor, seriesInSentence } from '../domain/worklist.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import type { By, LoadedSeries } from './series.ts';
import { addLines, supersede } from './worklist.ts';

/**
 * Brings the line of a series that was just made or changed up to date. `keptDates`: its days that stay as they were. In
 * shadow mode nothing is asked for. The caller has the series' row locked.
 */
export async function settleSeriesWorklist(tx: Tx, series: LoadedSeries, keptDates: string[], { actor, now }: By): Promise<void> {
  const { facts, facilityId, policy, names, version } = series;
  const { id, zone, shadow, roomId, validUntil } = facts;
  if (shadow) return;
  const holder = names.provider ?? names.group;
  const day = nextDay(facts, zoneDate(now, zone));
  const target = day || keptDates.length > 0 ? SeriesEntry.parse({ ...facts, holder, keptDates }) : null;
  const rows = await tx.worklistItem.findMany({ where: { subjectKind: 'series', subjectId: id }, orderBy: { id: 'asc' } });
  const known = rows.map(({ id, state, series }): KnownSeriesEntry => ({ id, state, series: series ? SeriesEntry.parse(series) : null }));
  const { kind, again, superseded } = seriesEntryFor(target, known, version === 1);
  const by = { actor, at: now };
  await supersede(tx, superseded, by);
  if (!kind) return;
  const startsAt = day ? timeOn(facts, day)!.startsAt : now;
  const endsAt = kind === 'series' && validUntil !== null && day ? startOfDay(addDays(validUntil, 1), zone) : null;
  const line = { kind, roomId, startsAt, endsAt, what: seriesInSentence(kind, holder, again), series: target ?? Prisma.DbNull };
  await addLines(tx, { facilityId, kind: 'series', id, zone, shadow, policy, holder, facility: names.facility }, [line], by);
}
