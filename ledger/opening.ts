import { withinHours } from '../domain/civil.ts';
import type { Interval } from '../domain/interval.ts';
import { mailHours, type Policy } from '../domain/policy.ts';
import type { Tx } from '../prisma/client.ts';
import { toldStates } from './availability-claim.ts';
import { wakeDelivery } from './wake-up.ts';

type TakenBack = {
  facilityId: string;
  zone: string;
  shadow: boolean;
  policy: Policy;
  blockId: string;
  names: { facility: string; room: string };
  returned: Interval[];
  by: string;
  now: string;
};

/**
 * U-10, U-13: open time of a block comes back. Alerts that wait are withdrawn; who was told already is told again. Two
 * statements, because the first waits for a claim that is under way and the second must see it.
 */
export async function takeBackOpenTime(tx: Tx, back: TakenBack): Promise<void> {
  const { facilityId, zone, shadow, policy, blockId, names, returned, by, now } = back;
  const gone = await tx.$queryRaw<{ id: string }[]>`
    WITH gone AS (
      UPDATE "Opening" o SET "takenBackAt" = ${now}::timestamptz
      WHERE o."subjectKind" = 'block' AND o."subjectId" = ${blockId}::uuid AND o."takenBackAt" IS NULL
        AND EXISTS (SELECT FROM jsonb_to_recordset(${JSON.stringify(returned)}::jsonb) AS r ("startsAt" timestamptz, "endsAt" timestamptz),
            jsonb_to_recordset(o.intervals) AS i ("startsAt" timestamptz, "endsAt" timestamptz)
          WHERE r."startsAt" < i."endsAt" AND i."startsAt" < r."endsAt")
      RETURNING o.id
    ), withdrawn AS (
      UPDATE "Message" m SET state = 'withdrawn' FROM gone
      WHERE m."subjectKind" = 'opening' AND m."subjectId" = gone.id AND m.state = 'waiting'
    ) SELECT id FROM gone`;
  if (gone.length === 0) return;
  const ids = gone.map(({ id }) => id);
  const content = { kind: 'open time taken back', facility: names.facility, zone, room: names.room, returned, by };
  const owed = await tx.$executeRaw`
    INSERT INTO "Message" ("facilityId", key, kind, "personId", address, "subjectKind", "subjectId", content, state, "sendAfter")
    SELECT ${facilityId}::uuid, 'open-time-taken-back/' || ${ids[0]} || '/' || p.id, ${content.kind}, p.id, p.email, 'block', ${blockId}::uuid,
      ${JSON.stringify(content)}::jsonb, ${shadow ? 'shadow' : 'waiting'}, ${withinHours(now, mailHours(policy), zone)}::timestamptz
    FROM "Person" p WHERE p.active AND p."availabilityAlerts" <> 'off' AND p.id IN (
      SELECT m."personId" FROM "Message" m JOIN "Opening" o ON o.id = ANY (${ids}::uuid[]) WHERE m.state IN ${toldStates} AND (
        (m."subjectKind" = 'opening' AND m."subjectId" = o.id) OR
        (m."facilityId" = o."facilityId" AND m."createdAt" > o."recordedAt" - interval '2 days' AND m.kind = 'availability digest'
          AND jsonb_exists(m.content -> 'openings', o.id::text))))
    ON CONFLICT (key) DO NOTHING`;
  if (owed > 0 && !shadow) await wakeDelivery(tx);
}
