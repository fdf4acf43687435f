import type { PastBlock, PastRelease } from '../domain/past-block.ts';
import { type PreparedHistory, prepareHistory } from '../domain/prediction.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import { iso } from './transaction.ts';

type Row = { id: string; startsAt: string; endsAt: string; bookings: PastBlock['bookings']; releases: PastRelease[] };
type Kin = 'holder' | 'group' | 'facility';

/** So many past days of the holder, more of the group and more of the facility are learned from, the most recent ones. */
const mostOf: Record<Kin, number> = { holder: 50, group: 100, facility: 200 };

/** For a block called r: the cases that its group booked into it, and what of it was given back. */
const pastColumns = Prisma.sql`r.id, r."startsAt", r."endsAt",
      (SELECT coalesce(jsonb_agg(jsonb_build_object(
          'startsAt', greatest(c."startsAt", r."startsAt"), 'endsAt', least(c."endsAt", r."endsAt"),
          'bookedAt', c."bookedAt", 'cancelledAt', c."cancelledAt")), '[]')
       FROM "Case" c WHERE c."roomId" = r."roomId" AND c."groupId" = r."groupId"
         AND tstzrange(c."startsAt", c."endsAt") && tstzrange(r."startsAt", r."endsAt")) AS bookings,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('startsAt', x."startsAt", 'endsAt', x."endsAt", 'releasedAt', x."releasedAt")), '[]')
       FROM "Release" x WHERE x."blockId" = r.id AND x."undoneAt" IS NULL) AS releases`;

/** The past blocks that the prediction learns from, most recent first, each with the cases its group booked into it. One statement. */
export async function bookingHistory(
  tx: Tx,
  block: { facilityId: string; groupId: string; providerId: string | null; before: string },
): Promise<PreparedHistory> {
  const rows = await tx.$queryRaw<(Row & { kin: Kin })[]>`
    WITH kin AS (
      SELECT b.*, CASE
          WHEN b."groupId" = ${block.groupId}::uuid AND b."providerId" IS NOT DISTINCT FROM ${block.providerId}::uuid THEN 'holder'
          WHEN b."groupId" = ${block.groupId}::uuid THEN 'group'
          ELSE 'facility' END AS kin
      FROM "Block" b WHERE b."facilityId" = ${block.facilityId}::uuid AND b.date < ${block.before}::date AND b."endsAt" <= ${block.before}::timestamptz
        AND b.state <> 'cancelled'
    ), recent AS (
      SELECT *, row_number() OVER (PARTITION BY kin ORDER BY date DESC, id) AS n FROM kin
    )
    SELECT r.kin, ${pastColumns} FROM recent r
    WHERE n <= CASE kin WHEN 'holder' THEN ${mostOf.holder}::int WHEN 'group' THEN ${mostOf.group}::int ELSE ${mostOf.facility}::int END
    ORDER BY r.date DESC, r.id`;
  const kin = (name: Kin) => rows.filter((row) => row.kin === name).map(pastBlock);
  return prepareHistory({ holder: kin('holder'), group: kin('group'), facility: kin('facility') });
}

type Holder = { groupId: string; providerId: string | null };
type HeldRow = Row & Holder & { date: string };

/** U-05: the history of any holder as `bookingHistory` would have given it at any instant up to `until`. One statement for a facility. */
export async function historiesUntil(
  tx: Tx,
  facilityId: string,
  until: string,
): Promise<(holder: Holder, before: string) => PreparedHistory> {
  const rows = await tx.$queryRaw<HeldRow[]>`
    SELECT r."groupId", r."providerId", r.date::text AS date, ${pastColumns} FROM "Block" r
    WHERE r."facilityId" = ${facilityId}::uuid AND r."endsAt" <= ${until}::timestamptz AND r.state <> 'cancelled'
    ORDER BY r.date DESC, r.id`;
  const all = rows.map((row) => ({ ...row, past: pastBlock(row) }));
  const ends = all.map(({ past }) => past.endsAt).sort();
  const prepared = new Map<string, PreparedHistory>();
  const prepare = ({ groupId, providerId }: Holder, before: string): PreparedHistory => {
    const known = all.filter(({ date, past }) => date < before.slice(0, 10) && past.endsAt <= before);
    const kinOf = (one: Holder): Kin => (one.groupId !== groupId ? 'facility' : one.providerId === providerId ? 'holder' : 'group');
    const recent = (kin: Kin) =>
      known
        .filter((one) => kinOf(one) === kin)
        .slice(0, mostOf[kin])
        .map(({ past }) => past);
    return prepareHistory({ holder: recent('holder'), group: recent('group'), facility: recent('facility') });
  };
  return (holder, before) => {
    const key = `${holder.groupId} ${holder.providerId} ${before.slice(0, 10)} ${countUntil(ends, before)}`; // the same days, the same history
    const history = prepared.get(key) ?? prepare(holder, before);
    prepared.set(key, history);
    return history;
  };
}

/** How many of the sorted instants are not after `at`. */
function countUntil(sorted: string[], at: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

const orNull = (instant: string | null | undefined) => (instant ? iso(instant) : null);

function pastBlock({ id, startsAt, endsAt, bookings, releases }: Row): PastBlock {
  return {
    blockId: id,
    startsAt: iso(startsAt),
    endsAt: iso(endsAt),
    bookings: bookings.map((one) => ({
      startsAt: iso(one.startsAt),
      endsAt: iso(one.endsAt),
      bookedAt: orNull(one.bookedAt),
      cancelledAt: orNull(one.cancelledAt),
    })),
    releases: releases.map((one) => ({ startsAt: iso(one.startsAt), endsAt: iso(one.endsAt), releasedAt: iso(one.releasedAt) })),
  };
}
