/** The days of a block series as blocks: which stand, what a change does to them, and doing it. */
import { addDays, zoneDate } from '../domain/civil.ts';
import { DomainError } from '../domain/errors.ts';
import type { Interval } from '../domain/interval.ts';
import type { Policy } from '../domain/policy.ts';
import { daysOf, type SeriesFacts, timeOn, windowOf } from '../domain/series.ts';
import { changeOfSeries, reasonToKeep, type SeriesChange, type SeriesDay, type StandingDay } from '../domain/series-change.ts';
import type { Tx } from '../prisma/client.ts';
import { type LoadedBlock, loadBlocks } from './block.ts';
import { announceCancelled, cancelBlock } from './block-cancel.ts';
import { blockAlertRecipients, oweMessages } from './message.ts';
import { createBlocks } from './new-block.ts';
import { type By, type LoadedSeries, loadAllSeries } from './series.ts';
import { iso, lockRoomDays } from './transaction.ts';

/** The days that a series wants from tomorrow, or a later date, to the last that is a block by now. */
export function wantedDays(facts: SeriesFacts, policy: Policy, now: string, after = zoneDate(now, facts.zone)): SeriesDay[] {
  const { roomId, groupId, providerId } = facts;
  const windowDays = windowOf(facts, policy);
  return daysOf(facts, addDays(after, 1), facts.materialisedUntil).map((date) => ({
    date,
    roomId,
    groupId,
    providerId,
    windowDays,
    ...timeOn(facts, date)!,
  }));
}

/**
 * Compares what a series is to be with the blocks of its days that have not begun. Locks the days, then the blocks.
 * The caller has the series' row locked.
 */
export async function compareDays(
  tx: Tx,
  { facts, policy }: LoadedSeries,
  after: SeriesFacts,
  now: string,
  include: string[],
): Promise<{ change: SeriesChange; blocks: Map<string, LoadedBlock> }> {
  const wanted = wantedDays(after, policy, now);
  const rows = await tx.block.findMany({
    where: { seriesId: facts.id, date: { gt: new Date(zoneDate(now, facts.zone)) }, state: { in: ['active', 'inactive'] } },
    select: { id: true, roomId: true, startsAt: true, endsAt: true },
  });
  const standing = rows.map(({ roomId, startsAt, endsAt }) => ({ roomId, startsAt: iso(startsAt), endsAt: iso(endsAt) }));
  await lockRoomDays(tx, [...wanted, ...standing]);
  const ids = rows.map(({ id }) => id);
  const blocks = new Map((await loadBlocks(tx, ids, 'update')).map((block) => [block.facts.id, block]));
  const touched = await touchedByHand(tx, ids);
  const days = [...blocks.values()].map((block) => standingDay(block, touched.get(block.facts.id)!));
  return { change: changeOfSeries(wanted, days, new Set(include)), blocks };
}

/** The series that have a day on a coming date which is made by now, or would have one if it were no holiday. */
export async function seriesOn(tx: Tx, facilityId: string, date: string, now: string): Promise<LoadedSeries[]> {
  const rows = await tx.blockSeries.findMany({
    where: { facilityId, state: 'active', materialisedUntil: { gte: new Date(date) } },
    select: { id: true },
  });
  const all = await loadAllSeries(
    tx,
    rows.map(({ id }) => id),
  );
  return all.filter(({ facts }) => date > zoneDate(now, facts.zone) && daysOf({ ...facts, holidays: [] }, date, date).length > 0);
}

type ByHand = { id: string; decided: boolean; altered: boolean };

async function touchedByHand(tx: Tx, ids: string[]): Promise<Map<string, ByHand>> {
  const rows = await tx.$queryRaw<ByHand[]>`
    SELECT b.id::text AS id,
      EXISTS (SELECT 1 FROM "Decision" d WHERE d."subjectKind" = 'block' AND d."subjectId" = b.id AND d.accepted) AS decided,
      EXISTS (SELECT 1 FROM "AuditEvent" a WHERE a."subjectKind" = 'block' AND a."subjectId" = b.id AND a.action IN ('set window', 'change holder')) AS altered
    FROM unnest(${ids}::uuid[]) AS b (id)`;
  return new Map(rows.map((row) => [row.id, row]));
}

function standingDay({ facts, roomId, groupId, providerId }: LoadedBlock, { decided, altered }: ByHand): StandingDay {
  const { id, date, startsAt, endsAt, windowDays, cases, releases, claims } = facts;
  const history = { cases: cases.length > 0, releases: releases.length > 0, claims: claims.length > 0, decided, altered };
  const claimed = history.releases && history.claims;
  return { blockId: id, date, startsAt, endsAt, windowDays, roomId, groupId, providerId, because: reasonToKeep(history), claimed };
}

export type ClashingDay = Interval & { date: string; blockId: string };

/** The days on which other blocks hold the time. */
export async function clashesOf(tx: Tx, days: SeriesDay[], leaving: string[] = []): Promise<ClashingDay[]> {
  if (days.length === 0) return [];
  const rows = await tx.$queryRaw<{ date: string; blockId: string; startsAt: Date; endsAt: Date }[]>`
    SELECT d.date, b.id::text AS "blockId", b."startsAt", b."endsAt"
    FROM jsonb_to_recordset(${JSON.stringify(days)}::jsonb) AS d (date text, "roomId" uuid, "startsAt" timestamptz, "endsAt" timestamptz)
    JOIN "Block" b ON b."roomId" = d."roomId" AND b.state <> 'cancelled'
      AND tstzrange(b."startsAt", b."endsAt") && tstzrange(d."startsAt", d."endsAt") AND b.id <> ALL (${leaving}::uuid[])
    ORDER BY d.date, b."startsAt"`;
  return rows.map((row) => ({ ...row, startsAt: iso(row.startsAt), endsAt: iso(row.endsAt) }));
}

/** Takes away, moves and adds. Throws SERIES_CLASHES naming the days, with nothing done. */
export async function applyChange(
  tx: Tx,
  { facts, facilityId, policy }: LoadedSeries,
  { change, blocks }: { change: SeriesChange; blocks: Map<string, LoadedBlock> },
  by: By,
): Promise<void> {
  const leaving = [...change.removed, ...change.moved.map(({ before }) => before)].map(({ blockId }) => blockId);
  const coming = [...change.added, ...change.moved.map(({ after }) => after)];
  const days = await clashesOf(tx, coming, leaving);
  if (days.length > 0) throw new DomainError('SERIES_CLASHES', { days });
  const gone = leaving.map((id) => blocks.get(id)!);
  for (const block of gone) await cancelBlock(tx, block, by);
  await createDays(tx, { id: facts.id, facility: { id: facilityId, zone: facts.zone, policy } }, coming, by);
  await announceCancelled(tx, gone, by);
  await tellHolders(tx, gone, change, by);
}

/** Those who are asked about these blocks learn which of their days went or moved, in one mail a group. */
async function tellHolders(tx: Tx, gone: LoadedBlock[], { moved }: SeriesChange, { actor, now, reason }: By): Promise<void> {
  const [first] = gone;
  if (!first) return;
  const { facilityId, groupId, names, facts, seriesId } = first;
  const { facility, room, group, provider } = names;
  const to = new Map(moved.map(({ before, after }) => [before.blockId, after]));
  const days = gone.map(({ facts: { id, startsAt, endsAt } }) => {
    const after = to.get(id);
    return { before: { startsAt, endsAt }, ...(after && { after: { startsAt: after.startsAt, endsAt: after.endsAt } }) };
  });
  const content = { kind: 'series changed' as const, facility, zone: facts.zone, room, group, provider, days, by: actor.name, reason };
  const about = { facilityId, kind: 'series' as const, id: seriesId ?? facts.id, shadow: facts.shadow };
  await oweMessages(tx, about, now, [
    { key: `series-changed/${about.id}/${now}`, to: await blockAlertRecipients(tx, groupId), content, receipt: true },
  ]);
}

/** Each day gets its block, and the block its life. */
export async function createDays(
  tx: Tx,
  { id, facility }: { id: string; facility: { id: string; zone: string; policy: Policy } },
  days: SeriesDay[],
  { actor, now }: By,
): Promise<LoadedBlock[]> {
  const rows = days.map(({ date: _date, providerId, ...day }) => ({ ...day, providerId: providerId ?? undefined, seriesId: id }));
  return createBlocks(tx, facility, rows, actor, now);
}
