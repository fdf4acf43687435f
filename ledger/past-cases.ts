/** U-05: where each case was, and since when that was known. */
import type { Tx } from '../prisma/client.ts';
import { iso, type RoomTime } from './transaction.ts';

/** `place` null: it was cancelled, or moved to another room, from `at` on. In the order of `at`. */
export type CaseLife = { groupId: string | null; places: { at: string; place: RoomTime | null }[] };

type Row = {
  groupId: string | null;
  roomId: string;
  startsAt: string;
  endsAt: string;
  bookedAt: string | null;
  cancelledAt: string | null;
  events: { kind: string; roomId: string; startsAt: string; endsAt: string; at: string | null; recordedAt: string }[];
};

const longAgo = '1970-01-01T00:00:00.000Z';

/** The cases of these civil days, a day on either side for zones, by each room in which they ever were. */
export async function caseLives(tx: Tx, days: { facilityId: string; from: string; until: string }): Promise<Map<string, CaseLife[]>> {
  const rows = await tx.$queryRaw<Row[]>`
    WITH days AS (SELECT ${days.from}::date - 1 AS first, ${days.until}::date + 2 AS last)
    SELECT c."groupId", c."roomId", c."startsAt", c."endsAt", c."bookedAt", c."cancelledAt",
      (SELECT coalesce(jsonb_agg(to_jsonb(e) ORDER BY e."recordedAt", e.id), '[]') FROM "CaseEvent" e WHERE e."caseId" = c.id) AS events
    FROM "Case" c, days WHERE c."facilityId" = ${days.facilityId}::uuid AND (c."startsAt" BETWEEN first AND last
      OR EXISTS (SELECT FROM "CaseEvent" e WHERE e."caseId" = c.id AND e."startsAt" BETWEEN first AND last))`;
  const byRoom = new Map<string, CaseLife[]>();
  for (const row of rows) {
    const moves = movesOf(row);
    for (const roomId of new Set(moves.flatMap(({ place }) => place?.roomId ?? []))) {
      const places = moves.map(({ at, place }) => ({ at, place: place?.roomId === roomId ? place : null }));
      const there = byRoom.get(roomId) ?? [];
      there.push({ groupId: row.groupId, places });
      byRoom.set(roomId, there);
    }
  }
  return byRoom;
}

/** As the facility reported it; what it reported when all was over, as it says that it was. An imported case has no reports. */
function movesOf({ roomId, startsAt, endsAt, bookedAt, cancelledAt, events }: Row): CaseLife['places'] {
  const place = { roomId, startsAt: iso(startsAt), endsAt: iso(endsAt) };
  if (events.length === 0)
    return [{ at: bookedAt ? iso(bookedAt) : longAgo, place }, ...(cancelledAt ? [{ at: iso(cancelledAt), place: null }] : [])];
  return events.map((event) => {
    const inTime = iso(event.recordedAt) < iso(event.endsAt);
    const at = inTime || !event.at ? event.recordedAt : event.at;
    const there = { roomId: event.roomId, startsAt: iso(event.startsAt), endsAt: iso(event.endsAt) };
    return { at: iso(at), place: event.kind === 'cancelled' ? null : there };
  });
}
