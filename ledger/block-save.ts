import { type BlockFacts, type BlockStep, booked } from '../domain/block.ts';
import { subtract } from '../domain/interval.ts';
import type { Tx } from '../prisma/client.ts';
import type { Prisma } from '../prisma/generated/client.ts';
import { announceOpenTime } from './availability.ts';
import type { LoadedBlock } from './block.ts';
import { auditLife, type LifeChange } from './life.ts';
import { takeBackOpenTime } from './opening.ts';
import { replanTransfers } from './transfer.ts';
import { settleWorklist } from './worklist.ts';

/** Writes what a step or a decision changed: releases, the row with version + 1, one audit event, and who is told of open time (C-46). */
export async function saveBlock(tx: Tx, block: LoadedBlock, after: BlockFacts, next: BlockStep, change: LifeChange): Promise<void> {
  const before = block.facts;
  const gone = before.releases.filter((one) => !after.releases.includes(one)).map(({ id }) => id);
  if (gone.length > 0) await tx.release.updateMany({ where: { id: { in: gone } }, data: { undoneAt: change.at } });
  const added = after.releases.filter(({ id }) => id === '');
  if (added.length > 0) {
    await tx.release.createMany({
      data: added.map(({ id: _unset, ...one }) => ({
        ...one,
        blockId: before.id,
        roomId: block.roomId,
        decisionId: change.decisionId ?? null,
      })),
    });
  }
  const { state, silenced, alerts, lastAskedAt, mandatoryOff, mandatoryAt } = after;
  await tx.block.update({
    where: { id: before.id },
    data: {
      state,
      silenced,
      alerts,
      lastAskedAt,
      mandatoryOff,
      mandatoryAt,
      next: next as Prisma.InputJsonObject,
      nextAt: next.at,
      version: block.version + 1,
    },
    select: { id: true },
  });
  await auditLife(tx, 'block', block, change, audited(before, block.version), audited(after, block.version + 1));
  await tellOpenTime(tx, block, after, change);
  await tellFacility(tx, block, after, change);
  if (gone.length + added.length > 0 || after.state !== before.state) await replanTransfers(tx, [before.id], change.at);
}

/** F-22: released time has to leave the block in the facility's own schedule too, and to come back when it is undone. */
async function tellFacility(tx: Tx, block: LoadedBlock, after: BlockFacts, change: LifeChange): Promise<void> {
  const { facts: before, facilityId, roomId, policy, names } = block;
  if (after.releases.length === before.releases.length && after.releases.every((one) => before.releases.includes(one))) return;
  const subject = { facilityId, kind: 'block' as const, id: before.id, zone: before.zone, shadow: before.shadow, policy };
  const people = { holder: names.provider ?? names.group, facility: names.facility };
  const target = after.releases.map(({ startsAt, endsAt }) => ({ roomId, startsAt, endsAt }));
  await settleWorklist(tx, { ...subject, ...people }, 'release', target, change);
}

async function tellOpenTime(tx: Tx, block: LoadedBlock, { releases }: BlockFacts, { actor, at }: LifeChange): Promise<void> {
  const { facts: before, facilityId, roomId, policy, names } = block;
  const added = releases.filter(({ id }) => id === '');
  const gone = before.releases.filter((one) => !releases.includes(one));
  const place = { facilityId, zone: before.zone, shadow: before.shadow, policy, now: at };
  const returned = subtract(gone, added);
  if (returned.length > 0) await takeBackOpenTime(tx, { ...place, blockId: before.id, names, returned, by: actor.name });
  const intervals = subtract(added, gone);
  if (intervals.length === 0) return;
  const { kind, visibleAt } = added[0]!;
  const cause = kind === 'mandatory' ? ('mandatory release' as const) : ('release' as const);
  const subject = { kind: 'block' as const, id: before.id };
  await announceOpenTime(tx, { ...place, roomId, subject, cause, intervals, openedAt: visibleAt, knownTo: [actor.personId] });
}

function audited(facts: BlockFacts, version: number): object {
  const { state, silenced, alerts, lastAskedAt, mandatoryOff } = facts;
  const releases = facts.releases.map(({ startsAt, endsAt, kind }) => ({ startsAt, endsAt, kind }));
  return { state, silenced, alerts, lastAskedAt, mandatoryOff, releases, booked: booked(facts), version };
}
