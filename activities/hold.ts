import { type Receipt, systemActor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { advanceHold, decideHold, filled, HoldDecision, type HoldEffect, type HoldFacts, type HoldStep, planHold } from '../domain/hold.ts';
import { subtract } from '../domain/interval.ts';
import { asOf } from '../domain/timeline.ts';
import { answerOnce } from '../ledger/decision.ts';
import { aboutHold, claim, freeClaims, type LoadedHold, loadHold, lockHoldDays, saveHold } from '../ledger/hold.ts';
import { distinct, facilitySchedulers, type OwedMessage, oweMessages, person, withdrawMessages } from '../ledger/message.ts';
import { openness } from '../ledger/open-time.ts';
import { inTransaction } from '../ledger/transaction.ts';
import type { Database, Tx } from '../prisma/client.ts';

export type HoldActivities = ReturnType<typeof holdActivities>;

/** The hands of a hold's life. Each call is one transaction and returns what comes next. `now`: the workflow's clock. */
export function holdActivities({ db }: { db: Database }) {
  const takeStep = (holdId: string, now: string): Promise<HoldStep> => inTransaction(db, (tx) => takeDueStep(tx, holdId, now));

  return {
    planHold: takeStep,
    remindFacility: takeStep,
    expireHold: takeStep,

    /** Judges a decision and carries it out, once (U-03). Throws the refusal after storing it: that is an answer too. */
    async decideHold(holdId: string, decision: unknown): Promise<{ receipt: Receipt; next: HoldStep }> {
      const parsed = HoldDecision.safeParse(decision);
      if (!parsed.success) throw new DomainError('INVALID_REQUEST', { issues: parsed.error.issues });
      const answer = await inTransaction(db, (tx) => takeDecision(tx, holdId, parsed.data));
      if ('refused' in answer) throw answer.refused;
      return answer;
    },
  };
}

const messagesAbout = ({ facilityId, facts }: LoadedHold) => ({ facilityId, kind: 'hold' as const, id: facts.id, shadow: facts.shadow });

/** Does what the rules say is due, if anything is. Repeated after a crash it finds the step done and does nothing. */
async function takeDueStep(tx: Tx, holdId: string, clock: string): Promise<HoldStep> {
  await lockHoldDays(tx, holdId);
  const hold = await loadHold(tx, holdId, 'update');
  const now = asOf(hold.next.at, clock);
  const due = planHold(hold.facts, hold.policy, now);
  if (due.at > now || due.kind === 'closed') {
    if (due.at !== hold.next.at || due.kind !== hold.next.kind)
      await tx.hold.update({ where: { id: holdId }, data: { next: due, nextAt: due.at } });
    return due;
  }
  const step = { ...due, at: now };
  const after = advanceHold(hold.facts, step);
  const next = planHold(after, hold.policy, now);
  const ended = after.state !== hold.facts.state;
  const more = ended ? { endedAt: now, usedMinutes: filled(hold.facts).usedMinutes } : {};
  await saveHold(tx, hold, after, next, { action: step.kind, actor: systemActor, at: now, rule: step.rule, reason: step.because }, more);
  if (ended) await freeClaims(tx, holdId, now);
  await oweMessages(tx, messagesAbout(hold), now, await messagesOfStep(tx, hold, after, now));
  return next;
}

async function messagesOfStep(tx: Tx, hold: LoadedHold, after: HoldFacts, now: string): Promise<OwedMessage[]> {
  const schedulers = await facilitySchedulers(tx, hold.facilityId);
  if (after.state === 'pending') {
    return [
      { key: `hold-reminder/${after.id}/${now}`, to: schedulers, content: { kind: 'hold requested', ...aboutHold(hold), reminder: true } },
    ];
  }
  await withdrawMessages(tx, 'hold', after.id, ['hold requested']);
  if (after.state !== 'expired') return [];
  const freed = subtract([{ startsAt: after.startsAt, endsAt: after.endsAt }], [...hold.facts.ownCases, ...hold.facts.otherCases]);
  const to = distinct([...(await person(tx, after.requesterId)), ...schedulers]);
  const content = { kind: 'hold expired' as const, ...aboutHold(hold), pending: hold.facts.state === 'pending', freed };
  return [{ key: `hold-expired/${after.id}`, to, content, receipt: true }];
}

async function takeDecision(tx: Tx, holdId: string, decision: HoldDecision) {
  const wanted =
    decision.action === 'change' && decision.roomId && decision.interval ? [{ roomId: decision.roomId, ...decision.interval }] : [];
  await lockHoldDays(tx, holdId, wanted);
  const hold = await loadHold(tx, holdId, 'update');
  const subject = { facilityId: hold.facilityId, kind: 'hold' as const, id: holdId, next: hold.next };
  return answerOnce(tx, decision, subject, {
    judge: () => carryOut(tx, hold, decision),
    mailRefusal: (refusal) => oweRefusal(tx, hold, decision, refusal),
  });
}

async function carryOut(tx: Tx, hold: LoadedHold, decision: HoldDecision) {
  const { facts, policy } = hold;
  const { actor, decidedAt, reason } = decision;
  const effect = decideHold(facts, policy, decision, actor, decidedAt, reason);
  await moveClaim(tx, hold, effect, decision);
  const after = { ...facts, state: effect.state, roomId: effect.roomId, ...effect.interval, expiresAt: effect.expiresAt };
  const next = planHold(after, policy, decidedAt);
  await saveHold(tx, hold, after, next, { action: decision.action, actor, at: decidedAt, reason }, columnsOf(effect, decision, facts));
  await withdrawMessages(tx, 'hold', facts.id, ['hold requested']);
  await oweMessages(tx, messagesAbout(hold), decidedAt, await messagesOfDecision(tx, hold, decision));
  return { receipt: receiptOf(hold, effect, decision), next };
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
  const { insideHours, open } = await openness(tx, { roomId, ...interval, zone: hold.facts.zone, now: decision.decidedAt });
  if (!insideHours || !open) {
    await tx.claim.updateMany({
      where: { subjectKind: 'hold', subjectId: hold.facts.id, freedAt: decision.decidedAt },
      data: { freedAt: null },
    });
    throw new DomainError(insideHours ? 'TIME_NOT_OPEN' : 'OUTSIDE_HOURS', { roomId, ...interval });
  }
  await claim(tx, { facilityId: hold.facilityId, roomId, ...interval, holdId: hold.facts.id, at: decision.decidedAt });
}

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

async function oweRefusal(tx: Tx, hold: LoadedHold, decision: HoldDecision, error: DomainError): Promise<void> {
  const content = {
    kind: 'decision refused' as const,
    facility: hold.names.facility,
    zone: hold.facts.zone,
    what: `${decision.action} the hold in ${hold.names.room}`,
    why: error.message,
  };
  await oweMessages(tx, messagesAbout(hold), decision.decidedAt, [
    { key: `refused/${decision.id}`, to: await person(tx, decision.actor.personId), content, receipt: true },
  ]);
}
