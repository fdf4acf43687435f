import { zoneDate } from '../domain/civil.ts';
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { planSeries, type SeriesFacts, type SeriesStep, type SeriesTerms } from '../domain/series.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma } from '../prisma/generated/client.ts';
import {
  auditLife,
  type LifeAbout,
  type LifeChange,
  type LifeRow,
  type Loaded,
  lifeColumns,
  lifeJoins,
  lockRow,
  policyOfRow,
  type RowLock,
} from './life.ts';

/** A series as a step finds it: its terms, the facility's holidays, the policy in force, and names for people. */
export type LoadedSeries = Loaded<SeriesFacts, SeriesStep> & {
  createdAt: string;
  names: { facility: string; room: string; group: string; provider: string | null };
};

type Row = LifeRow & {
  series: Omit<SeriesFacts, 'holidays' | 'zone' | 'paused' | 'shadow'> & {
    facilityId: string;
    version: number;
    next: SeriesStep;
    createdAt: string;
  };
  room: string;
  group: string;
  provider: string | null;
  holidays: string[];
};

/** Loads series with all facts in one statement. Unknown ids are left out. */
export async function loadAllSeries(tx: Tx, ids: string[], lock: RowLock = 'none'): Promise<LoadedSeries[]> {
  if (ids.length === 0) return [];
  const rows = await tx.$queryRaw<Row[]>`
    SELECT to_jsonb(s) AS series, ${lifeColumns}, r.name AS room, g.name AS group, v.name AS provider,
      (SELECT coalesce(jsonb_agg(y.date ORDER BY y.date), '[]') FROM "Holiday" y WHERE y."facilityId" = s."facilityId" AND y.date >= s."validFrom") AS holidays
    FROM "BlockSeries" s ${lifeJoins}
    JOIN "Room" r ON r.id = s."roomId"
    JOIN "Group" g ON g.id = s."groupId"
    LEFT JOIN "Provider" v ON v.id = s."providerId"
    WHERE s.id = ANY (${ids}::uuid[]) ORDER BY s.id ${lockRow[lock]}`;
  return rows.map(({ series, room, group, provider, facility, holidays, ...row }) => {
    const { facilityId, version, next, createdAt, ...facts } = series;
    const { zone, paused, shadow } = row;
    return {
      facts: { ...facts, zone, paused, shadow, holidays },
      policy: policyOfRow({ ...row, facility }),
      names: { facility, room, group, provider },
      version,
      next,
      facilityId,
      createdAt,
    };
  });
}

/** Throws NOT_FOUND. */
export async function loadSeries(tx: Tx, id: string, lock: RowLock = 'none'): Promise<LoadedSeries> {
  const [series] = await loadAllSeries(tx, [id], lock);
  if (!series) throw new DomainError('NOT_FOUND', { id });
  return series;
}

const dateOrNull = (date: string | null) => (date === null ? null : new Date(date));

function columnsOf({ recurrence, validFrom, validUntil, skippedDates, roomId, groupId, providerId, from, to, windowDays }: SeriesTerms) {
  return {
    roomId,
    groupId,
    providerId,
    from,
    to,
    windowDays,
    recurrence,
    validFrom: new Date(validFrom),
    validUntil: dateOrNull(validUntil),
    skippedDates: skippedDates.map((date) => new Date(date)),
  };
}

/** Writes the row of a series that has no days yet, and the wake-up that starts its life. */
export async function insertSeries(tx: Tx, facility: { id: string; zone: string }, terms: SeriesTerms, now: string): Promise<LoadedSeries> {
  const materialisedUntil = new Date(zoneDate(now, facility.zone));
  const data = { ...columnsOf(terms), facilityId: facility.id, materialisedUntil, next: {}, nextAt: now };
  const { id } = await tx.blockSeries.create({ data, select: { id: true } });
  return loadSeries(tx, id);
}

export const seriesLife = ({ names }: LoadedSeries, next: SeriesStep): LifeAbout => ({
  summary: `Block series in ${names.room}, ${names.provider ?? names.group}`,
  reference: names.room,
  dueAt: next.at,
});

/** Writes what a step or a change made of it: the row with version + 1 and one audit event with the days it touched. */
export async function saveSeries(
  tx: Tx,
  series: LoadedSeries,
  after: SeriesFacts,
  next: SeriesStep,
  change: LifeChange,
  days: object = {},
): Promise<void> {
  const { id, state, materialisedUntil } = after;
  const version = series.version + 1;
  const stored = { next: next as Prisma.InputJsonObject, nextAt: next.at, version };
  await tx.blockSeries.update({
    where: { id },
    data: { ...columnsOf(after), state, materialisedUntil: new Date(materialisedUntil), ...stored },
    select: { id: true },
  });
  await auditLife(tx, 'series', series, change, audited(series.facts, series.version), { ...audited(after, version), ...days });
}

export function audited(
  { id: _id, zone: _zone, paused: _paused, shadow: _shadow, holidays: _holidays, ...terms }: SeriesFacts,
  version: number,
) {
  return { ...terms, version };
}

/** What comes next for a series as it is to be. */
export const nextOf = ({ policy }: LoadedSeries, after: SeriesFacts, now: string): SeriesStep => planSeries(after, policy, now);

export type By = { actor: Actor; now: string; reason?: string | undefined };
