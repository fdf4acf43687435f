import type { Actor, Receipt } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { advanceHold, filled, type HoldFacts, type HoldStep, planHold } from '../domain/hold.ts';
import { decideHold, HoldDecision, type HoldEffect } from '../domain/hold-decision.ts';
import { subtract } from '../domain/interval.ts';
import { announceOpenTime, type OpeningCause } from '../ledger/availability.ts';
import { giveBackWanted } from '../ledger/first-refusal.ts';
import { aboutHold, claim, freeClaims, type LoadedHold, loadHold, lockHoldDays, saveHold } from '../ledger/hold.ts';
import type { LifeChange } from '../ledger/life.ts';
import { distinct, facilitySchedulers, type OwedMessage, person, withdrawMessages } from '../ledger/message.ts';
import { mustBeOpen, openness } from '../ledger/open-time.ts';
import { noteRestriction } from '../ledger/restriction.ts';
import { standIns } from '../ledger/substitute.ts';
import type { Database, Tx } from '../prisma/client.ts';
import { lifeSteps } from './life.ts';

export type HoldActivities = ReturnType<typeof holdActivities>;

/** The hands of a hold's life. Each call is one transaction and returns what comes next. `now`: the workflow's clock. */
export function holdActivities({ db }: { db: Database }) {
  const { takeStep, decide } = lifeSteps<HoldFacts, HoldStep, LoadedHold, HoldDecision>(db, {
    kind: 'hold',
    Decision: HoldDecision,
    load: async (tx, id, _now, decision) => {
      await lockHoldDays(tx, id, decision?.action === 'change' ? decision : {});
      return loadHold(tx, id, 'update');
    },
    plan: planHold,
    advance: advanceHold,
    save: saveStep,
    afterStep: messagesOfStep,
    carryOut,
    named: ({ names }) => ({ facility: names.facility, what: `the hold in ${names.room}` }),
  });
  return { planHold: takeStep, remindFacility: takeStep, expireHold: takeStep, decideHold: decide };
}

/** A hold that ended by itself gives its minutes back and keeps what was used of them. */
async function saveStep(tx: Tx, hold: LoadedHold, after: HoldFacts, next: HoldStep, change: LifeChange): Promise<void> {
  const ended = after.state !== hold.facts.state;
  await saveHold(tx, hold, after, next, change, ended ? { endedAt: change.at, usedMinutes: filled(hold.facts).usedMinutes } : {});
  if (!ended) return;
  await freeClaims(tx, after.id, change.at);
  await tellOpenTime(tx, hold, 'hold expired', change.at);
}

/** C-46: the minutes of a hold that ended or moved; its requester has a mail of their own about it. */
async function tellOpenTime(tx: Tx, { facts, facilityId, policy }: LoadedHold, cause: HoldCause, at: string, actor?: Actor) {
  const { id, roomId, zone, shadow, requesterId, startsAt, endsAt } = facts;
  const knownTo = [requesterId, actor?.personId];
  await giveBackWanted(tx, { roomId, startsAt, endsAt }, at, `${inWords[cause]}.`);
  const opened = { intervals: [{ startsAt, endsAt }], openedAt: at, now: at, knownTo };
  await announceOpenTime(tx, { facilityId, roomId, zone, shadow, policy, subject: { kind: 'hold', id }, cause, ...opened });
}

async function messagesOfStep(tx: Tx, hold: LoadedHold, after: HoldFacts, { at: now }: HoldStep): Promise<OwedMessage[]> {
  const schedulers = await standIns(tx, await facilitySchedulers(tx, hold.facilityId), now);
  if (after.state === 'pending') {
    return [
      { key: `hold-reminder/${after.id}/${now}`, to: schedulers, content: { kind: 'hold requested', ...aboutHold(hold), reminder: true } },
    ];
  }
  await withdrawMessages(tx, 'hold', after.id, ['hold requested']);
  const restriction = await noteRestriction(tx, hold, now);
  if (after.state !== 'expired') return restriction;
  const freed = subtract([{ startsAt: after.startsAt, endsAt: after.endsAt }], [...hold.facts.ownCases, ...hold.facts.otherCases]);
  const to = distinct([...(await person(tx, after.requesterId)), ...schedulers]);
  const content = { kind: 'hold expired' as const, ...aboutHold(hold), pending: hold.facts.state === 'pending', freed };
  return [{ key: `hold-expired/${after.id}`, to, content, receipt: true }, ...restriction];
}

async function carryOut(tx: Tx, hold: LoadedHold, decision: HoldDecision) {
  const { facts, policy } = hold;
  const { actor, decidedAt, reason, seen } = decision;
  const effect = decideHold(facts, policy, decision, actor, decidedAt, { reason, seen });
  await moveClaim(tx, hold, effect, decision);
  const after = { ...facts, state: effect.state, roomId: effect.roomId, ...effect.interval, expiresAt: effect.expiresAt };
  const next = planHold(after, policy, decidedAt);
  await saveHold(tx, hold, after, next, { action: decision.action, actor, at: decidedAt, reason }, columnsOf(effect, decision, facts));
  if (decision.action !== 'confirm') await tellOpenTime(tx, hold, causes[decision.action], decidedAt, actor);
  await withdrawMessages(tx, 'hold', facts.id, ['hold requested']);
  const owed = await messagesOfDecision(tx, hold, decision);
  if (next.kind === 'closed') owed.push(...(await noteRestriction(tx, hold, decidedAt)));
  return { receipt: receiptOf(hold, effect, decision), next, owed };
}

function columnsOf(effect: HoldEffect, decision: HoldDecision, facts: HoldFacts) {
  if (effect.state === 'confirmed' && decision.action === 'confirm') return { confirmedAt: decision.decidedAt };
  if (decision.action === 'change') return {};
  return { endedAt: decision.decidedAt, reason: decision.reason ?? null, usedMinutes: filled(facts).usedMinutes };
}

/** Ended: the minutes are free. Changed (C-31): they move, if the new ones are open; a clash is refused with 409. */
async function moveClaim(tx: Tx, hold: LoadedHold, effect: HoldEffect, decision: HoldDecision): Promise<void> {
  if (decision.action === 'confirm') return;
  await freeClaims(tx, hold.facts.id, decision.decidedAt);
  if (decision.action !== 'change') return;
  const { roomId, interval } = effect;
  const room = await tx.room.findUnique({ where: { id: roomId, facilityId: hold.facilityId }, select: { id: true } });
  if (!room) throw new DomainError('NOT_FOUND', { roomId });
  const found = await openness(tx, { roomId, ...interval, zone: hold.facts.zone, now: decision.decidedAt });
  if (!found.insideHours || !found.open) {
    await tx.claim.updateMany({
      where: { subjectKind: 'hold', subjectId: hold.facts.id, freedAt: decision.decidedAt },
      data: { freedAt: null },
    });
    mustBeOpen(found, { roomId, ...interval });
  }
  await claim(tx, { facilityId: hold.facilityId, roomId, ...interval, holdId: hold.facts.id, at: decision.decidedAt });
}

type HoldCause = Extract<OpeningCause, `hold ${string}`>;

/** Why time comes back to who wanted it (U-10), naming nobody. */
const inWords: Record<HoldCause, string> = {
  'hold expired': 'The hold on it has expired',
  'hold deleted': 'The hold on it was deleted',
  'hold denied': 'The request for it was denied',
  'hold changed': 'The hold on it was moved',
};

const causes = { deny: 'hold denied', delete: 'hold deleted', change: 'hold changed' } as const;

const summaries = {
  confirm: 'The hold is confirmed.',
  deny: 'The request is denied.',
  delete: 'The hold is deleted.',
  change: 'The hold is changed.',
};

function receiptOf(hold: LoadedHold, effect: HoldEffect, decision: HoldDecision): Receipt {
  return {
    decisionId: decision.id,
    subject: { kind: 'hold', id: hold.facts.id },
    action: decision.action,
    summary: summaries[decision.action],
    by: decision.actor.name,
    decidedAt: decision.decidedAt,
    state: effect.state,
    version: hold.version + 1,
    effect,
  };
}

/** C-30, C-31, C-33, F-08: who is told what. */
async function messagesOfDecision(tx: Tx, hold: LoadedHold, decision: HoldDecision): Promise<OwedMessage[]> {
  const { actor, reason = '' } = decision;
  const requester = await person(tx, hold.facts.requesterId);
  const receipt = true;
  switch (decision.action) {
    case 'confirm':
      return [{ key: `hold-confirmed/${decision.id}`, to: requester, content: { kind: 'hold confirmed', ...aboutHold(hold) }, receipt }];
    case 'deny':
      return [
        {
          key: `hold-denied/${decision.id}`,
          to: requester,
          content: { kind: 'hold denied', ...aboutHold(hold), by: actor.name, reason },
          receipt,
        },
      ];
    case 'delete': {
      const to = distinct([...requester, ...(await facilitySchedulers(tx, hold.facilityId))]);
      return [
        { key: `hold-deleted/${decision.id}`, to, content: { kind: 'hold deleted', ...aboutHold(hold), by: actor.name, reason }, receipt },
      ];
    }
    case 'change': {
      const changed = await loadHold(tx, hold.facts.id);
      const before = { room: hold.names.room, hold: { startsAt: hold.facts.startsAt, endsAt: hold.facts.endsAt } };
      return [
        {
          key: `hold-changed/${decision.id}`,
          to: requester,
          content: { kind: 'hold changed', ...aboutHold(changed), by: actor.name, before },
          receipt,
        },
      ];
    }
  }
}
