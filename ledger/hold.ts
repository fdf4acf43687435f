import { DomainError } from '../domain/errors.ts';
import type { HoldFacts, HoldStep } from '../domain/hold.ts';
import { clip, type Interval, isTooLong } from '../domain/interval.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma } from '../prisma/generated/client.ts';
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
import { isClash, iso, lockRoomDays } from './transaction.ts';
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
