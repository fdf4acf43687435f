import type { PastBlock, PastRelease } from '../domain/past-block.ts';
import { type PreparedHistory, prepareHistory } from '../domain/prediction.ts';
import type { Tx } from '../prisma/client.ts';
import { iso } from './transaction.ts';

type Row = {
  id: string;
  kin: 'holder' | 'group' | 'facility';
  startsAt: string;
  endsAt: string;
  bookings: PastBlock['bookings'];
  releases: PastRelease[];
};

/**
 * The past blocks that the prediction learns from, most recent first: at most 50 of the same holder, 100 more of
 * the group and 200 more of the facility, each with the cases its group booked into it. One statement.
 */
export async function bookingHistory(
  tx: Tx,
  block: { facilityId: string; groupId: string; providerId: string | null; before: string },
): Promise<PreparedHistory> {
  const rows = await tx.$queryRaw<Row[]>`
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
    SELECT r.id, r.kin, r."startsAt", r."endsAt",
      (SELECT coalesce(jsonb_agg(jsonb_build_object(
          'startsAt', greatest(c."startsAt", r."startsAt"), 'endsAt', least(c."endsAt", r."endsAt"),
          'bookedAt', c."bookedAt", 'cancelledAt', c."cancelledAt")), '[]')
       FROM "Case" c WHERE c."roomId" = r."roomId" AND c."groupId" = r."groupId"
         AND tstzrange(c."startsAt", c."endsAt") && tstzrange(r."startsAt", r."endsAt")) AS bookings,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('startsAt', x."startsAt", 'endsAt', x."endsAt", 'releasedAt', x."releasedAt")), '[]')
       FROM "Release" x WHERE x."blockId" = r.id AND x."undoneAt" IS NULL) AS releases
    FROM recent r WHERE n <= CASE kin WHEN 'holder' THEN 50 WHEN 'group' THEN 100 ELSE 200 END
    ORDER BY r.date DESC, r.id`;
  const kin = (name: Row['kin']) => rows.filter((row) => row.kin === name).map(pastBlock);
  return prepareHistory({ holder: kin('holder'), group: kin('group'), facility: kin('facility') });
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
