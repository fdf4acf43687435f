import { type Role, systemActor } from '../domain/decision.ts';
import type { HoldState } from '../domain/hold.ts';
import {
  type EndedHold,
  limitsInWords,
  type Standing,
  standingOf,
  type Utilization,
  utilizationOf,
  windowStart,
} from '../domain/hold-utilization.ts';
import type { Policy } from '../domain/policy.ts';
import type { Tx } from '../prisma/client.ts';
import { Prisma } from '../prisma/generated/client.ts';
import { recordChange } from './facility.ts';
import type { LoadedHold } from './hold.ts';
import type { OwedMessage } from './message.ts';
import { iso } from './transaction.ts';

export type Holder = { requesterId: string } | { providerId: string };
export type Place = { policy: Policy; zone: string; now: string };

const mostHolds = 1000;

/** C-28: the figure of a requester or a provider, from one statement over an index of ends. */
export async function readUtilization(tx: Tx, holder: Holder, place: Place): Promise<Utilization> {
  const since = windowStart(place.now, place.zone, place.policy);
  return utilizationOf(await endedHolds(tx, holder, since), since);
}

async function endedHolds(tx: Tx, holder: Holder, since: string): Promise<EndedHold[]> {
  const whose =
    'requesterId' in holder
      ? Prisma.sql`h."requesterId" = ${holder.requesterId}::uuid`
      : Prisma.sql`h."providerId" = ${holder.providerId}::uuid`;
  const rows = await tx.$queryRaw<
    (Omit<EndedHold, 'startsAt' | 'endsAt' | 'endedAt' | 'expiresAt' | 'confirmedAt'> &
      Record<'startsAt' | 'endsAt' | 'endedAt' | 'expiresAt', Date> & {
        confirmedAt: Date | null;
        state: HoldState;
      })[]
  >`
    SELECT h.id, r.name AS room, h.state, h."startsAt", h."endsAt", h."confirmedAt", h."endedAt", h."expiresAt", h."inConflict",
      coalesce(h."usedMinutes", 0) AS "usedMinutes"
    FROM "Hold" h JOIN "Room" r ON r.id = h."roomId"
    WHERE ${whose} AND h."endedAt" >= ${since}::timestamptz ORDER BY h."endedAt" DESC, h.id LIMIT ${mostHolds}`;
  return rows.map((row) => ({
    ...row,
    startsAt: iso(row.startsAt),
    endsAt: iso(row.endsAt),
    endedAt: iso(row.endedAt),
    expiresAt: iso(row.expiresAt),
    confirmedAt: row.confirmedAt && iso(row.confirmedAt),
  }));
}

/** Where a requester stands, and why. */
export async function readStanding(tx: Tx, { id, role }: { id: string; role: string }, place: Place): Promise<Standing> {
  return standingOf(await readUtilization(tx, { requesterId: id }, place), place.policy, role as Role, place.zone);
}

/**
 * C-28: after a hold has ended, in that step's transaction. A restriction that begins with it is recorded on the
 * person and owed to them by mail, once; one that ends with it is recorded too. The person's row is locked, so that
 * two holds that end at once tell them once.
 */
export async function noteRestriction(tx: Tx, hold: LoadedHold, now: string): Promise<OwedMessage[]> {
  const { facts, policy, facilityId, names } = hold;
  if (policy.hold.utilization.restrictBelow === null) return [];
  const [person] = await tx.$queryRaw<
    { id: string; name: string; email: string; role: Role; active: boolean; restrictedAt: Date | null }[]
  >`
    SELECT id, name, email, role, active, "restrictedAt" FROM "Person" WHERE id = ${facts.requesterId}::uuid FOR NO KEY UPDATE`;
  if (!person?.active) return [];
  const { zone } = facts;
  const since = windowStart(now, zone, policy);
  const ended = await endedHolds(tx, { requesterId: person.id }, since);
  const standingWith = (holds: EndedHold[]) => standingOf(utilizationOf(holds, since), policy, person.role, zone);
  const standing = standingWith(ended);
  const told = person.restrictedAt !== null;
  if (!standing.restricted) {
    if (told)
      await record(tx, facilityId, person.id, { action: 'lift restriction', at: now, reason: standing.because, restrictedAt: null });
    return [];
  }
  const was = standingWith(ended.filter(({ id }) => id !== facts.id)).restricted;
  if (told && was) return [];
  await record(tx, facilityId, person.id, { action: 'restrict requests', at: now, reason: standing.because, restrictedAt: now });
  const content = {
    kind: 'hold use restricted' as const,
    facility: names.facility,
    zone,
    because: standing.because,
    limits: limitsInWords(standing.limits!),
  };
  return [{ key: `hold-use-restricted/${facts.id}`, to: [person], content, receipt: true }];
}

async function record(
  tx: Tx,
  facilityId: string,
  id: string,
  { action, at, reason, restrictedAt }: { action: string; at: string; reason: string; restrictedAt: string | null },
): Promise<void> {
  await tx.person.update({ where: { id }, data: { restrictedAt }, select: { id: true } });
  const after = { restrictedAt };
  await recordChange(tx, { facilityId, kind: 'person', id }, { action, actor: systemActor, at, rule: 'C-28', reason, after });
}
