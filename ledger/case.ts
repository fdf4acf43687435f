import { mandatoryInstant } from '../domain/block.ts';
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { overlaps } from '../domain/interval.ts';
import type { Tx } from '../prisma/client.ts';
import { appendAudit } from './audit.ts';
import { announceOpenTime, type OpeningCause } from './availability.ts';
import type { LoadedBlock } from './block.ts';
import { settleNeighbours, touchedBlocks } from './case-neighbours.ts';
import { policyOf } from './facility.ts';
import { giveBackWanted } from './first-refusal.ts';
import { iso, lockRoomDays, type RoomTime } from './transaction.ts';

/** What the facility's own schedule says about one case, by its own number (C-07). */
export type CaseReport = {
  facilityId: string;
  number: string;
  roomId: string;
  groupId?: string | undefined;
  providerId?: string | undefined;
  startsAt: string;
  endsAt: string;
  /** When it was booked, if the facility says so. */
  bookedAt?: string | undefined;
};

/** What a case does to others: holds of other groups that it lands on, and cases it overlaps (which both stand). */
export type CaseEffect = {
  caseId: string;
  version: number;
  /** changed: the same time, of another group or provider. */
  kind: 'booked' | 'moved' | 'changed' | 'cancelled' | 'unchanged';
  credited: boolean | null;
  displacedHoldIds: string[];
  overlappingCaseNumbers: string[];
};

type CaseRow = {
  id: string;
  roomId: string;
  groupId: string | null;
  providerId: string | null;
  startsAt: Date;
  endsAt: Date;
  cancelledAt: Date | null;
  credited: boolean | null;
  version: number;
};

/**
 * Books or moves a case. Idempotent by the facility's number: the same report again changes nothing. A case stands
 * whatever it lands on; whom it displaces is marked and told in this transaction.
 */
export async function reportCase(tx: Tx, report: CaseReport, actor: Actor, now: string): Promise<CaseEffect> {
  const { facilityId, number, roomId, startsAt, endsAt } = report;
  const places = await lockPlaces(tx, facilityId, number, [{ roomId, startsAt, endsAt }]);
  const known = await caseByNumber(tx, facilityId, number);
  const inPlace =
    known && !known.cancelledAt && known.roomId === roomId && iso(known.startsAt) === startsAt && iso(known.endsAt) === endsAt;
  const sameHolder =
    (report.groupId ?? known?.groupId) === known?.groupId && (report.providerId ?? known?.providerId) === known?.providerId;
  if (inPlace && sameHolder)
    return {
      caseId: known.id,
      version: known.version,
      kind: 'unchanged',
      credited: known.credited,
      displacedHoldIds: [],
      overlappingCaseNumbers: [],
    };

  const groupId = report.groupId ?? (await groupOf(tx, report.providerId)) ?? known?.groupId ?? null;
  const blocks = await touchedBlocks(tx, places);
  const credited = creditOf(blocks, { groupId, roomId, startsAt, endsAt }, now);
  const fields = {
    roomId,
    startsAt,
    endsAt,
    groupId,
    providerId: report.providerId ?? known?.providerId ?? null,
    cancelledAt: null,
    credited,
  };
  const kind = inPlace ? 'changed' : known ? 'moved' : 'booked';
  const row = known
    ? await tx.case.update({ where: { id: known.id }, data: { ...fields, receivedAt: now, version: { increment: 1 } } })
    : await tx.case.create({ data: { ...fields, facilityId, number, bookedAt: report.bookedAt ?? now, receivedAt: now } });
  await tx.caseEvent.create({ data: { caseId: row.id, kind, roomId, startsAt, endsAt, at: report.bookedAt ?? now, recordedAt: now } });
  await auditCase(tx, facilityId, row, kind, actor, now, whatStoodThere(blocks, { groupId, roomId, startsAt, endsAt }));
  const displacedHoldIds = await settleNeighbours(tx, places, now);
  if (known && !known.cancelledAt) await tellOpenTime(tx, facilityId, row.id, places[0]!, 'case moved', now);
  const overlapping = await tx.case.findMany({
    where: { roomId, id: { not: row.id }, cancelledAt: null, startsAt: { lt: endsAt }, endsAt: { gt: startsAt } },
    select: { number: true },
    take: 50,
  });
  return {
    caseId: row.id,
    version: row.version,
    kind,
    credited,
    displacedHoldIds,
    overlappingCaseNumbers: overlapping.map((one) => one.number),
  };
}

/** Cancels a case: its minutes are its block's, its hold's, or open time again. Cancelled twice: the first answer. */
export async function cancelCase(
  tx: Tx,
  { facilityId, number }: { facilityId: string; number: string },
  actor: Actor,
  now: string,
): Promise<CaseEffect> {
  const places = await lockPlaces(tx, facilityId, number, []);
  const known = await caseByNumber(tx, facilityId, number);
  if (!known) throw new DomainError('NOT_FOUND', { number });
  const effect = { caseId: known.id, credited: known.credited, displacedHoldIds: [], overlappingCaseNumbers: [] };
  if (known.cancelledAt) return { ...effect, version: known.version, kind: 'unchanged' };
  const row = await tx.case.update({ where: { id: known.id }, data: { cancelledAt: now, version: { increment: 1 } } });
  await tx.caseEvent.create({
    data: { caseId: row.id, kind: 'cancelled', roomId: row.roomId, startsAt: row.startsAt, endsAt: row.endsAt, at: now, recordedAt: now },
  });
  await auditCase(tx, facilityId, row, 'cancelled', actor, now);
  await settleNeighbours(tx, places, now);
  await tellOpenTime(tx, facilityId, row.id, places[0]!, 'case cancelled', now);
  return { ...effect, version: row.version, kind: 'cancelled' };
}

function caseByNumber(tx: Tx, facilityId: string, number: string): Promise<CaseRow | null> {
  return tx.case.findUnique({ where: { facilityId_number: { facilityId, number } } });
}

async function groupOf(tx: Tx, providerId: string | undefined): Promise<string | undefined> {
  if (!providerId) return undefined;
  return (await tx.provider.findUnique({ where: { id: providerId }, select: { groupId: true } }))?.groupId ?? undefined;
}

/** Locks the days of the place the case had and of the one it gets, and gives both. */
async function lockPlaces(tx: Tx, facilityId: string, number: string, wanted: RoomTime[]): Promise<RoomTime[]> {
  const old = await caseByNumber(tx, facilityId, number);
  const had = old ? [{ roomId: old.roomId, startsAt: old.startsAt.toISOString(), endsAt: old.endsAt.toISOString() }] : [];
  const places = [...had, ...wanted];
  await lockRoomDays(tx, places);
  return places;
}

type Landing = RoomTime & { groupId: string | null };

const ownBlock = (blocks: LoadedBlock[], place: Landing) =>
  blocks.find((block) => block.roomId === place.roomId && block.groupId === place.groupId && overlaps(block.facts, place));

/** C-06: credit for the block when the booking reached us before its mandatory release. null: no block of the group there. */
function creditOf(blocks: LoadedBlock[], place: Landing, receivedAt: string): boolean | null {
  const own = ownBlock(blocks, place);
  return own ? receivedAt < mandatoryInstant(own.facts) : null;
}

/** U-14: which came first, the case or a release of its time, in words for its history. */
function whatStoodThere(blocks: LoadedBlock[], place: Landing): string | undefined {
  const own = ownBlock(blocks, place);
  const gone = own?.facts.releases.find((release) => overlaps(release, place));
  if (gone) return `Its block had this time released by then: ${gone.kind}, by ${gone.releasedBy}, ${gone.releasedAt}.`;
  return own && 'It came before any release of this time in its block.';
}

/** C-46: what a case leaves is open time where nothing else stands on it. */
async function tellOpenTime(
  tx: Tx,
  facilityId: string,
  caseId: string,
  { roomId, startsAt, endsAt }: RoomTime,
  cause: OpeningCause,
  now: string,
) {
  if (endsAt <= now) return;
  await giveBackWanted(
    tx,
    { roomId, startsAt, endsAt },
    now,
    `The ${cause === 'case moved' ? 'case on it has moved' : 'case on it was cancelled'}.`,
  );
  const { zone, shadow } = await tx.facility.findUniqueOrThrow({ where: { id: facilityId }, select: { zone: true, shadow: true } });
  const subject = { kind: 'case' as const, id: caseId };
  const opened = { subject, cause, intervals: [{ startsAt, endsAt }], openedAt: now, now, knownTo: [] };
  await announceOpenTime(tx, { facilityId, roomId, zone, shadow, policy: await policyOf(tx, facilityId), ...opened });
}

async function auditCase(
  tx: Tx,
  facilityId: string,
  row: CaseRow,
  action: string,
  actor: Actor,
  at: string,
  reason?: string,
): Promise<void> {
  const { id, roomId, startsAt, endsAt, credited, version } = row;
  const after = { roomId, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString(), credited, version };
  await appendAudit(tx, {
    facilityId,
    subjectKind: 'case',
    subjectId: id,
    at,
    action,
    actor,
    reason,
    rule: 'C-07',
    policyVersion: 0,
    before: {},
    after,
  });
}
