import { type Actor, workflowIdOf } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { expiryOf, type HoldFacts, type HoldStep, planHold } from '../domain/hold.ts';
import { refuseBeyondLimits } from '../domain/hold-utilization.ts';
import { clip, type Interval, isTooLong } from '../domain/interval.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma } from '../prisma/generated/client.ts';
import { policyOf } from './facility.ts';
import { readStanding } from './hold-utilization.ts';
import {
  auditLife,
  type LifeChange,
  type LifeRow,
  type Loaded,
  lifeColumns,
  lifeJoins,
  lockRow,
  policyOfRow,
  type RowLock,
} from './life.ts';
import { facilitySchedulers, oweMessages } from './message.ts';
import { mustBeOpen, openness } from './open-time.ts';
import { standIns } from './substitute.ts';
import { isClash, iso, lockRoomDays, mustBeShort } from './transaction.ts';
import { type LifeStart, wakeUp } from './wake-up.ts';
import { settleWorklist } from './worklist.ts';

export type LoadedHold = Loaded<HoldFacts, HoldStep> & {
  names: { facility: string; room: string; group: string; provider: string; requester: string };
};

type Row = LifeRow & {
  hold: Record<string, string | number | boolean | null>;
  room: string;
  group: string;
  provider: string;
  requester: string;
  cases: { startsAt: string; endsAt: string; own: boolean }[];
};

/** Loads holds with all facts in one statement. A case of the same group or provider fills a hold, any other displaces it. */
export async function loadHolds(tx: Tx, ids: string[], lock: RowLock): Promise<LoadedHold[]> {
  if (ids.length === 0) return [];
  const rows = await tx.$queryRaw<Row[]>`
    SELECT to_jsonb(s) AS hold, ${lifeColumns}, r.name AS room, g.name AS group, v.name AS provider, q.name AS requester,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('startsAt', c."startsAt", 'endsAt', c."endsAt",
            'own', c."groupId" = s."groupId" OR c."providerId" = s."providerId") ORDER BY c."startsAt"), '[]')
        FROM "Case" c WHERE c."roomId" = s."roomId" AND c."cancelledAt" IS NULL AND tstzrange(c."startsAt", c."endsAt") && tstzrange(s."startsAt", s."endsAt")) AS cases
    FROM "Hold" s ${lifeJoins}
    JOIN "Room" r ON r.id = s."roomId"
    JOIN "Group" g ON g.id = s."groupId"
    JOIN "Provider" v ON v.id = s."providerId"
    JOIN "Person" q ON q.id = s."requesterId"
    WHERE s.id = ANY (${ids}::uuid[]) ORDER BY s.id ${lockRow[lock]}`;
  return rows.map(loaded);
}

/** Throws HOLD_NOT_FOUND. */
export async function loadHold(tx: Tx, id: string, lock: RowLock = 'none'): Promise<LoadedHold> {
  const [hold] = await loadHolds(tx, [id], lock);
  if (!hold) throw new DomainError('HOLD_NOT_FOUND', { id });
  return hold;
}

function loaded(row: Row): LoadedHold {
  const hold = row.hold as unknown as Record<string, string> & {
    version: number;
    inConflict: boolean;
    next: HoldStep;
    state: HoldFacts['state'];
  };
  const interval = (one: { startsAt: string; endsAt: string }) => ({ startsAt: iso(one.startsAt), endsAt: iso(one.endsAt) });
  return {
    facts: {
      id: hold.id!,
      version: hold.version,
      zone: row.zone,
      paused: row.paused,
      shadow: row.shadow,
      state: hold.state,
      roomId: hold.roomId!,
      requesterId: hold.requesterId!,
      startsAt: iso(hold.startsAt!),
      endsAt: iso(hold.endsAt!),
      requestedAt: iso(hold.requestedAt!),
      expiresAt: iso(hold.expiresAt!),
      remindedAt: hold.remindedAt ? iso(hold.remindedAt) : null,
      inConflict: hold.inConflict,
      ownCases: row.cases.filter(({ own }) => own).map(interval),
      otherCases: row.cases.filter(({ own }) => !own).map(interval),
    },
    policy: policyOfRow(row),
    version: hold.version,
    next: hold.next,
    facilityId: hold.facilityId!,
    names: { facility: row.facility, room: row.room, group: row.group, provider: row.provider, requester: row.requester },
  };
}

export type HoldRequest = { facilityId: string; roomId: string; providerId: string; requesterId: string; startsAt: string; endsAt: string };

/**
 * C-26, C-28, C-29: makes the time the requester's claim at once, hidden from everyone, and gives the hold its life. The
 * loser of a race gets TIME_NOT_OPEN, the same answer as if the time never was open, and costs Temporal nothing.
 */
export async function requestHold(tx: Tx, request: HoldRequest, actor: Actor, now: string): Promise<LoadedHold> {
  const { facilityId, roomId, providerId, requesterId, startsAt, endsAt } = request;
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
  await tx.hold.update({ where: { id: row.id }, data: { next: next as Prisma.InputJsonObject, nextAt: next.at } });
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
  await wakeUp(tx, [{ workflowId: workflowIdOf('hold', row.id), kind: 'start', payload: startOfHold(hold, next) }]);
  return { ...hold, next };
}

function startOfHold({ facts, facilityId, names }: LoadedHold, next: HoldStep): LifeStart {
  return {
    type: 'holdRequest',
    input: { holdId: facts.id, next, zone: facts.zone },
    startAt: next.at,
    summary: `Hold in ${names.room}, ${facts.startsAt} to ${facts.endsAt}, ${names.group}`,
    searchAttributes: { facility: facilityId, subjectKind: 'hold', reference: names.room, dueAt: facts.startsAt },
  };
}

/** Takes minutes for a hold. The exclusion constraint is the backstop behind the locks: TIME_NOT_OPEN either way. */
export async function claim(
  tx: Tx,
  at: { facilityId: string; roomId: string; startsAt: string; endsAt: string; holdId: string; at: string },
): Promise<void> {
  const { facilityId, roomId, startsAt, endsAt, holdId } = at;
  try {
    await tx.claim.create({ data: { facilityId, roomId, startsAt, endsAt, subjectKind: 'hold', subjectId: holdId, claimedAt: at.at } });
  } catch (error) {
    if (isClash(error)) throw new DomainError('TIME_NOT_OPEN', { startsAt, endsAt });
    throw error;
  }
}

/** Frees a hold's minutes: its claim stands no more. */
export async function freeClaims(tx: Tx, holdId: string, at: string): Promise<void> {
  await tx.claim.updateMany({ where: { subjectKind: 'hold', subjectId: holdId, freedAt: null }, data: { freedAt: at } });
}

/** Locks the days of a hold, and of the minutes that a change asks for; what it leaves out stays as it is. */
export async function lockHoldDays(tx: Tx, id: string, wanted: { roomId?: string; interval?: Interval } = {}): Promise<void> {
  const hold = await tx.hold.findUnique({ where: { id }, select: { roomId: true, startsAt: true, endsAt: true } });
  if (!hold) throw new DomainError('HOLD_NOT_FOUND', { id });
  const has = { roomId: hold.roomId, startsAt: iso(hold.startsAt), endsAt: iso(hold.endsAt) };
  const asked = { ...has, ...(wanted.roomId && { roomId: wanted.roomId }), ...wanted.interval };
  await lockRoomDays(tx, isTooLong(asked) ? [has] : [has, asked]); // the rule refuses it, after asking who asks
}

/** Writes what a step or a decision changed: the row with version + 1 and one audit event. */
export async function saveHold(
  tx: Tx,
  hold: LoadedHold,
  after: HoldFacts,
  next: HoldStep,
  change: LifeChange,
  more: Prisma.HoldUncheckedUpdateInput = {},
): Promise<void> {
  const { state, roomId, startsAt, endsAt, expiresAt, remindedAt, inConflict } = after;
  const fields = { state, roomId, startsAt, endsAt, expiresAt, remindedAt, inConflict };
  await tx.hold.update({
    where: { id: after.id },
    data: { ...fields, ...more, next: next as Prisma.InputJsonObject, nextAt: next.at, version: hold.version + 1 },
    select: { id: true },
  });
  const { id: _id, ownCases: _own, otherCases: _other, zone: _zone, ...before } = hold.facts;
  await auditLife(tx, 'hold', hold, change, before, { ...fields, version: hold.version + 1 });
  await tellFacility(tx, hold, after, change);
}

/** F-22: a confirmed hold is reserved in the facility's own schedule; what of it ends without a case is freed there. */
async function tellFacility(tx: Tx, hold: LoadedHold, after: HoldFacts, change: LifeChange): Promise<void> {
  const { facts: before, facilityId, policy, names } = hold;
  if (before.state === 'pending' && after.state !== 'confirmed') return;
  const place = { roomId: after.roomId, startsAt: after.startsAt, endsAt: after.endsAt };
  const kept =
    after.state === 'confirmed'
      ? [place]
      : clip([...before.ownCases, ...before.otherCases], place).map((one) => ({ ...one, roomId: after.roomId }));
  const subject = { facilityId, kind: 'hold' as const, id: after.id, zone: before.zone, shadow: before.shadow, policy };
  const people = { holder: `${names.provider} (${names.group})`, facility: names.facility };
  await settleWorklist(tx, { ...subject, ...people }, 'reserve', kept, change);
}

/** A hold's mails begin with this. */
export function aboutHold({ facts, names }: LoadedHold) {
  const { facility, room, group, provider, requester } = names;
  return {
    facility,
    zone: facts.zone,
    room,
    group,
    provider,
    requester,
    hold: { startsAt: facts.startsAt, endsAt: facts.endsAt },
    expiresAt: facts.expiresAt,
  };
}
