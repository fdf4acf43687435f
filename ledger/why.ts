/** U-07: what a subject's own history answers. */
import { alertSlot } from '../domain/block.ts';
import { type Happened, type Why, whyAlert, whyMandatoryRelease } from '../domain/block-why.ts';
import { zoneDate } from '../domain/civil.ts';
import { type HoldEvent, type HoldWhy, whyHold } from '../domain/hold-why.ts';
import { type TransferWhy, whyTransfer } from '../domain/transfer-why.ts';
import type { Tx } from '../prisma/client.ts';
import type { LoadedBlock } from './block.ts';
import { blockAsOf } from './block-past.ts';
import type { LoadedHold } from './hold.ts';
import { readStanding } from './hold-utilization.ts';
import type { LoadedTransfer } from './transfer.ts';

/** Why the holder of a block was asked on a day, or not: on a past day by what was known then. And the same of its mandatory release. */
export async function whyBlock(tx: Tx, block: LoadedBlock, date: string, now: string): Promise<{ alert: Why; mandatoryRelease: Why }> {
  const { facts, policy } = block;
  const events = await tx.auditEvent.findMany({
    where: { subjectKind: 'block', subjectId: facts.id, action: { in: ['create', 'alert', 'mandatory release', 'undo'] } },
    orderBy: { seq: 'asc' },
  });
  const happened = (action: string, on?: string): Happened | undefined => {
    const event = events.findLast((one) => one.action === action && (!on || zoneDate(one.at.toISOString(), facts.zone) === on));
    const { confidence, predictor } = (event?.after ?? {}) as Partial<Happened>;
    return event && { at: event.at.toISOString(), because: event.reason ?? '', confidence, predictor };
  };
  const at = alertSlot(facts, policy, date);
  const created = happened('create');
  const then = at < now ? await blockAsOf(tx, block, at) : block;
  const asked = happened('alert', date);
  const alert = whyAlert(then.facts, then.policy, at, asked);
  return {
    alert:
      created && at < created.at && !asked
        ? { happened: false, at, because: 'The block was entered only later.', rule: 'U-07', value: at, limit: created.at }
        : at < now && alert.happened && !asked
          ? { ...alert, happened: false, because: `By what was known then a question was due, and none was recorded. ${alert.because}` }
          : alert,
    mandatoryRelease: whyMandatoryRelease(facts, now, happened('mandatory release'), happened('undo')),
  };
}

/** Why the block of a proposal did, or did not, change hands (F-07). */
export async function whyTransferNow(tx: Tx, { facts, policy }: LoadedTransfer, now: string): Promise<TransferWhy[]> {
  return whyTransfer(facts, policy, now, await eventsOf(tx, 'transfer', facts.id));
}

export async function whyHoldNow(tx: Tx, { facts, policy }: LoadedHold, now: string): Promise<HoldWhy[]> {
  const [events, requester] = await Promise.all([
    eventsOf(tx, 'hold', facts.id),
    tx.person.findUniqueOrThrow({ where: { id: facts.requesterId }, select: { id: true, role: true } }),
  ]);
  return whyHold(facts, policy, now, events, await readStanding(tx, requester, { policy, zone: facts.zone, now }));
}

async function eventsOf(tx: Tx, subjectKind: 'hold' | 'transfer', subjectId: string): Promise<HoldEvent[]> {
  const rows = await tx.auditEvent.findMany({ where: { subjectKind, subjectId }, orderBy: { seq: 'asc' }, take: 500 });
  return rows.map(({ action, at, actor, reason }) => ({ action, at: at.toISOString(), by: (actor as { name: string }).name, reason }));
}
