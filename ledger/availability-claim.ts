/** C-46: alerts are judged again when they are claimed, by what is open then: nothing is sent about time that is gone. */
import { PolicySettings } from '../domain/policy.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import { daysAround, groupsOf, isoText, multirangeOf } from './availability.ts';
import { openRanges } from './open-time.ts';
import { providerFits, shortestCase } from './provider-fit.ts';

const kinds = new Set(['availability alert', 'availability digest']);
/** A daily mail tells what opened within so many days and was never told to that person. */
const newsDays = 7;
const defaultMinutes = PolicySettings.parse({}).availability.minRunMinutes;

/** Mails that may have reached their person: what they told is not told twice, and is told back when it is undone. */
export const toldStates = Prisma.sql`('claimed', 'sent', 'delivered', 'unknown')`;

/** C-28: what a restricted person does not see in Find Open Time, or cannot request, is not mailed to them either. */
const beyondLimits = (at: Prisma.Sql) => Prisma.sql`(n.utilization ->> 'restrictBelow' IS NOT NULL AND (
  n.utilization -> 'mayRequest' IS NOT DISTINCT FROM 'false'::jsonb
  OR coalesce((lower(n.run) AT TIME ZONE n.zone)::date > (${at} AT TIME ZONE n.zone)::date + (n.utilization ->> 'seeOnlyWithinDays')::int, false)))`;

type Due = { id: string; kind: string; content: unknown };

/**
 * The messages of a batch with their alerts as of `now`: each alert gets the open time that fits its person still, one
 * without any is withdrawn and left out. One statement for the whole batch; none when there is no alert in it.
 */
export async function refreshAlerts<Message extends Due>(tx: Tx, due: Message[], now: string): Promise<Message[]> {
  const ids = due.filter(({ kind }) => kinds.has(kind)).map(({ id }) => id);
  if (ids.length === 0) return due;
  const at = Prisma.sql`${now}::timestamptz`;
  const zone = Prisma.sql`n.zone`;
  const rows = await tx.$queryRaw<{ id: string; state: string; content: unknown }[]>`
    WITH wanted AS MATERIALIZED (
      SELECT m.id, m.kind = 'availability digest' AS digest, m."personId", m."subjectId", m."facilityId",
        p.active AND p."availabilityAlerts" <> 'off' AS willing, p."restrictedAt" IS NOT NULL AS restricted
      FROM "Message" m JOIN "Person" p ON p.id = m."personId" WHERE m.id = ANY (${ids}::uuid[])
    ),
    news AS (
      SELECT o.id, o."facilityId", o."roomId", o."knownTo", f.zone, r.name AS room, ${multirangeOf(Prisma.sql`o.intervals`)} AS parts,
        coalesce((y.settings #>> '{availability,minRunMinutes}')::int, ${defaultMinutes}::int) AS minimum,
        y.settings #> '{hold,utilization}' AS utilization
      FROM "Opening" o JOIN "Facility" f ON f.id = o."facilityId" JOIN "Room" r ON r.id = o."roomId"
      JOIN LATERAL (SELECT settings FROM "Policy" WHERE "facilityId" = f.id ORDER BY version DESC LIMIT 1) y ON true
      WHERE o."takenBackAt" IS NULL AND o."endsAt" > ${at} AND o."openedAt" <= ${at}
        AND (o.id IN (SELECT "subjectId" FROM wanted WHERE NOT digest)
          OR (o."facilityId" IN (SELECT "facilityId" FROM wanted WHERE digest) AND o."openedAt" > ${at} - make_interval(days => ${newsDays}::int)))
    ),
    runs AS MATERIALIZED (
      SELECT n.*, run FROM news n, ${daysAround(Prisma.sql`n.parts`, zone, at)} AS w,
        unnest(${openRanges(Prisma.sql`n."roomId"`, zone, at)}) AS run
      WHERE run && n.parts
    ),
    slots AS (
      SELECT w.id, n."roomId", n.room, n.run, jsonb_agg(DISTINCT v.name) AS providers, array_agg(DISTINCT n.id) AS openings
      FROM wanted w
      JOIN runs n ON n."facilityId" = w."facilityId" AND w."personId" <> ALL (n."knownTo") AND CASE WHEN NOT w.digest THEN n.id = w."subjectId"
        ELSE NOT EXISTS (SELECT FROM "Message" t WHERE t."personId" = w."personId" AND t.kind IN ('availability alert', 'availability digest')
          AND t.state IN ${toldStates} AND jsonb_exists(t.content -> 'openings', n.id::text)) END
      JOIN "Provider" v ON v."groupId" IN (${groupsOf(Prisma.sql`w."personId"`)}) AND ${providerFits(zone, shortestCase(Prisma.sql`n.minimum`))}
      WHERE w.willing AND NOT (w.restricted AND ${beyondLimits(at)}) GROUP BY 1, 2, 3, 4
    ),
    said AS (
      SELECT s.id, jsonb_agg(jsonb_build_object('roomId', s."roomId", 'room', s.room, 'startsAt', ${isoText(Prisma.sql`lower(s.run)`)},
          'endsAt', ${isoText(Prisma.sql`upper(s.run)`)}, 'providers', s.providers) ORDER BY lower(s.run), s.room) AS slots,
        (SELECT jsonb_agg(DISTINCT o) FROM slots x, unnest(x.openings) AS o WHERE x.id = s.id) AS openings
      FROM slots s GROUP BY s.id
    )
    UPDATE "Message" m SET state = CASE WHEN said.id IS NULL THEN 'withdrawn' ELSE m.state END,
      content = CASE WHEN said.id IS NULL THEN m.content ELSE m.content || jsonb_build_object('slots', said.slots, 'openings', said.openings) END
    FROM wanted LEFT JOIN said USING (id) WHERE m.id = wanted.id RETURNING m.id, m.state, m.content`;
  const fresh = new Map(rows.map((row) => [row.id, row]));
  return due.flatMap((message) => {
    const row = fresh.get(message.id);
    if (!row) return [message];
    return row.state === 'waiting' ? [{ ...message, content: row.content }] : [];
  });
}
