import type { Candidate, LadderFacts } from '../domain/offer-ladder.ts';
import type { Tx } from '../prisma/client.ts';
import { rankCandidates } from './matching.ts';

const atATime = 50;

/**
 * F-01 to F-04: who could be asked next, the best first. Left out: whoever has no address for an offer, wants no more
 * offers for this visit (F-02), has an open offer of another time, or was asked about these minutes already and did not
 * take them. One look reads fifty, whatever the number of entries.
 */
export async function findCandidates(
  tx: Tx,
  { id, practitionerId, startsAt, endsAt, offers }: LadderFacts,
  now: string,
  wanted: number,
): Promise<Candidate[]> {
  const found = new Map<string, Candidate>();
  const asked = new Set(offers.map(({ patientId }) => patientId));
  let except: string[] = [];
  for (;;) {
    const ranked = await rankCandidates(tx, { practitionerId, startsAt, endsAt }, now, { limit: atATime, except });
    for (const one of await whoCanBeAsked(tx, ranked, { ladderId: id, practitionerId, startsAt, endsAt })) {
      if (asked.has(one.patientId) || found.has(one.patientId)) continue; // one patient, one offer
      found.set(one.patientId, one);
      if (found.size === wanted) return [...found.values()];
    }
    if (ranked.length < atATime) return [...found.values()];
    except = [...except, ...ranked];
  }
}

type Time = { ladderId: string; practitionerId: string; startsAt: string; endsAt: string };

/** Those of them who can be asked about this time, in the order given. */
function whoCanBeAsked(tx: Tx, entryIds: string[], { ladderId, practitionerId, startsAt, endsAt }: Time): Promise<Candidate[]> {
  return tx.$queryRaw<Candidate[]>`
    SELECT e.id AS "entryId", e."patientId", e."durationMinutes" AS minutes
    FROM unnest(${entryIds}::uuid[]) WITH ORDINALITY AS r (id, place)
    JOIN "WaitlistEntry" e ON e.id = r.id JOIN "Patient" p ON p.id = e."patientId"
    WHERE NOT e."offersOff" AND (p.email IS NOT NULL OR (p.phone IS NOT NULL AND p."textsStoppedAt" IS NULL))
      AND NOT EXISTS (SELECT 1 FROM "Offer" o JOIN "OfferLadder" l ON l.id = o."ladderId" WHERE o."patientId" = e."patientId" AND l.id <> ${ladderId}::uuid
        AND (o.state = 'open' OR (o.state IN ('accepted', 'declined', 'expired') AND l."practitionerId" = ${practitionerId}::uuid
          AND l."startsAt" < ${endsAt}::timestamptz AND l."endsAt" > ${startsAt}::timestamptz)))
    ORDER BY r.place`;
}
