/** C-26: somebody asks for open time, and it is theirs to be confirmed. */
import type { Actor, Role } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { expiryOf, planHold } from '../domain/hold.ts';
import { refuseBeyondLimits } from '../domain/hold-utilization.ts';
import { mustEndAfterStart } from '../domain/interval.ts';
import type { Tx } from '../prisma/client.ts';
import { mustSpeakFor } from './decider.ts';
import { policyOf } from './facility.ts';
import { aboutHold, claim, type LoadedHold, loadHold } from './hold.ts';
import { readStanding } from './hold-utilization.ts';
import { auditLife, beginLife, type LifeAbout } from './life.ts';
import { facilitySchedulers, oweMessages } from './message.ts';
import { mustBeOpen, openness } from './open-time.ts';
import { standIns } from './substitute.ts';
import { lockRoomDays, mustBeShort } from './transaction.ts';

export type HoldRequest = { facilityId: string; roomId: string; providerId: string; requesterId: string; startsAt: string; endsAt: string };

/**
 * C-26, C-28, C-29: makes the time the requester's claim at once, hidden from everyone, and gives the hold its life. The
 * loser of a race gets TIME_NOT_OPEN, the same answer as if the time never was open, and costs Temporal nothing.
 */
export async function requestHold(tx: Tx, request: HoldRequest, actor: Actor, now: string): Promise<LoadedHold> {
  const { facilityId, roomId, providerId, requesterId, startsAt, endsAt } = request;
  mustEndAfterStart(request);
  const [place] = await tx.$queryRaw<{ groupId: string | null; zone: string; role: string; own: boolean }[]>`
    SELECT v."groupId", f.zone, q.role, EXISTS (SELECT 1 FROM "Block" b WHERE b."roomId" = r.id AND b.state NOT IN ('inactive', 'cancelled')
        AND (b."providerId" = v.id OR (b."providerId" IS NULL AND b."groupId" = v."groupId"))
        AND tstzrange(b."startsAt", b."endsAt") && tstzrange(${startsAt}::timestamptz, ${endsAt}::timestamptz)
        AND NOT EXISTS (SELECT 1 FROM "Release" x WHERE x."blockId" = b.id AND x."undoneAt" IS NULL
          AND tstzrange(x."startsAt", x."endsAt") @> tstzrange(${startsAt}::timestamptz, ${endsAt}::timestamptz))) AS own
    FROM "Room" r JOIN "Facility" f ON f.id = r."facilityId" JOIN "Provider" v ON v."facilityId" = f.id AND v.id = ${providerId}::uuid
      JOIN "Person" q ON q."facilityId" = f.id AND q.id = ${requesterId}::uuid
    WHERE r.id = ${roomId}::uuid AND f.id = ${facilityId}::uuid`;
  if (!place?.groupId) throw new DomainError('NOT_FOUND', { roomId, providerId, requesterId });
  const provider = { id: providerId, groupId: place.groupId };
  await mustSpeakFor(tx, provider, { personId: requesterId, role: place.role as Role });
  if (actor.personId !== requesterId) await mustSpeakFor(tx, provider, actor);
  mustBeShort(request);
  if (startsAt <= now) throw new DomainError('TIME_PAST', { startsAt, now });
  const wanted = { roomId, startsAt, endsAt };
  const lookNow = async () => mustBeOpen(await openness(tx, { ...wanted, zone: place.zone, now }), { startsAt, endsAt });
  if (!place.own) await lookNow(); // the loser of a race needs no lock to learn it
  const policy = await policyOf(tx, facilityId);
  if (policy.hold.utilization.restrictBelow !== null) {
    const standing = await readStanding(tx, { id: requesterId, role: place.role }, { policy, zone: place.zone, now });
    refuseBeyondLimits(standing, { startsAt, endsAt }, now, place.zone); // whoever carries the request
  }
  if (place.own) throw new DomainError('OWN_BLOCK', { startsAt, endsAt, waysOut: ['book the case in your own block'] });
  await lockRoomDays(tx, [wanted]);
  await lookNow();

  const expiresAt = expiryOf(startsAt, now, place.zone, policy);
  const row = await tx.hold.create({
    data: { ...request, groupId: place.groupId, requestedAt: now, expiresAt, next: {}, nextAt: now },
    select: { id: true },
  });
  await claim(tx, { facilityId, roomId, startsAt, endsAt, holdId: row.id, at: now });
  const hold = await loadHold(tx, row.id);
  const next = planHold(hold.facts, policy, now);
  const after = { state: 'pending', roomId, startsAt, endsAt, expiresAt, version: 1 };
  await auditLife(tx, 'hold', hold, { action: 'request', actor, at: now, rule: 'C-26' }, {}, after);
  await oweMessages(tx, { facilityId, kind: 'hold', id: row.id, shadow: hold.facts.shadow }, now, [
    {
      key: `hold-requested/${row.id}`,
      to: await standIns(tx, await facilitySchedulers(tx, facilityId), now),
      content: { kind: 'hold requested', ...aboutHold(hold), reminder: false },
      receipt: true,
    },
  ]);
  await beginLife(tx, 'hold', hold, next, holdLife(hold));
  return { ...hold, next };
}

export const holdLife = ({ facts, names }: LoadedHold): LifeAbout => ({
  summary: `Hold in ${names.room}, ${facts.startsAt} to ${facts.endsAt}, ${names.group}`,
  reference: names.room,
  dueAt: facts.startsAt,
});
