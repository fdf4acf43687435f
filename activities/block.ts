import {
  advanceBlock,
  askedAgainAt,
  type BlockFacts,
  type BlockStep,
  booked,
  mandatoryInstant,
  planBlock,
  type ReleaseKind,
  unbooked,
} from '../domain/block.ts';
import { applyBlockEffect, BlockDecision, type BlockEffect, decideBlock } from '../domain/block-decision.ts';
import { mustSayWhy } from '../domain/block-undo.ts';
import { zoneDate } from '../domain/civil.ts';
import { type Actor, type Receipt, systemActor } from '../domain/decision.ts';
import type { Interval } from '../domain/interval.ts';
import { aboutBlock, type LoadedBlock, loadBlock, lockBlockDays } from '../ledger/block.ts';
import { saveBlock } from '../ledger/block-save.ts';
import { mustDecideFor } from '../ledger/decider.ts';
import { toldOfReleases } from '../ledger/first-refusal.ts';
import { blockAlertRecipients, distinct, facilitySchedulers, type OwedMessage, person, withdrawMessages } from '../ledger/message.ts';
import { standIns } from '../ledger/substitute.ts';
import type { Database, Tx } from '../prisma/client.ts';
import { lifeSteps } from './life.ts';

export type BlockActivities = ReturnType<typeof blockActivities>;

/** The hands of a block's life. Each call is one transaction and returns what comes next. `now`: the workflow's clock. */
export function blockActivities({ db }: { db: Database }) {
  const { takeStep, decide } = lifeSteps<BlockFacts, BlockStep, LoadedBlock, BlockDecision>(db, {
    kind: 'block',
    Decision: BlockDecision,
    load: async (tx, id, now) => {
      await lockBlockDays(tx, [id]);
      return loadBlock(tx, id, now, 'update');
    },
    plan: planBlock,
    advance: advanceBlock,
    save: saveBlock,
    afterStep: (tx, block, _after, step) => messagesOfStep(tx, block, step),
    carryOut,
    named: ({ names }) => ({ facility: names.facility, what: `in ${names.room}` }),
  });
  return { planBlock: takeStep, alertHolder: takeStep, releaseUnbooked: takeStep, closeBlock: takeStep, decideBlock: decide };
}

async function messagesOfStep(tx: Tx, block: LoadedBlock, step: BlockStep): Promise<OwedMessage[]> {
  const { facts } = block;
  if (step.kind === 'alert') {
    const content = {
      kind: 'block alert' as const,
      ...aboutBlock(block),
      proposal: step.proposal!,
      unbooked: unbooked(facts, step.at),
      booked: booked(facts),
      confidence: step.confidence!,
      because: step.because,
      predictor: step.predictor,
      mandatoryAt: facts.mandatoryOff ? undefined : mandatoryInstant(facts),
      askedAgainAt: askedAgainAt(facts, block.policy, step.at),
    };
    return [
      {
        key: `block-alert/${facts.id}/${zoneDate(step.at, facts.zone)}`,
        to: await standIns(tx, await blockAlertRecipients(tx, block.groupId), step.at),
        content,
      },
    ];
  }
  if (step.kind === 'mandatory release') {
    await withdrawMessages(tx, 'block', facts.id, ['block alert']);
    const released = unbooked(facts, step.at);
    const content = releaseNotification(block, 'mandatory', released, systemActor, step.at);
    const to = distinct([...(await blockAlertRecipients(tx, block.groupId)), ...(await facilitySchedulers(tx, block.facilityId))]);
    return [{ key: `mandatory-release/${facts.id}/${step.at}`, to, content, receipt: true }];
  }
  return [];
}

async function carryOut(tx: Tx, block: LoadedBlock, decision: BlockDecision) {
  const { facts, policy } = block;
  const { actor, decidedAt, reason, seen } = decision;
  await mustDecideFor(tx, block.groupId, actor);
  mustSayWhy(decision.action, actor, reason);
  const effect = decideBlock(facts, policy, decision, actor, decidedAt, seen);
  const after = applyBlockEffect(facts, effect, actor, decidedAt);
  const next = planBlock(after, policy, decidedAt);
  await saveBlock(tx, block, after, next, { action: decision.action, actor, at: decidedAt, reason, decisionId: decision.id });
  await withdrawMessages(tx, 'block', facts.id, ['block alert']);
  const owed = await messagesOfDecision(tx, block, decision, effect);
  return { receipt: receiptOf(block, after, decision, effect), next, owed };
}

function receiptOf(block: LoadedBlock, after: BlockFacts, decision: BlockDecision, effect: BlockEffect): Receipt {
  return {
    decisionId: decision.id,
    subject: { kind: 'block', id: after.id },
    action: decision.action,
    summary: summaryOf(effect),
    by: decision.actor.name,
    decidedAt: decision.decidedAt,
    state: after.state,
    version: block.version + 1,
    effect,
  };
}

function summaryOf(effect: BlockEffect): string {
  if (effect.kept) return effect.silenced ? 'The block time is kept, and no more alerts come about it.' : 'The block time is kept.';
  if (effect.release) return effect.release === 'full' ? 'All unbooked time is released.' : 'Part of the block is released.';
  if (effect.wantedBack.length === 0) return 'The release is undone.';
  const first = 'what is taken comes back first when that ends.';
  return effect.returned.length > 0 ? `What nobody has taken came back; ${first}` : `All of it is taken by now; ${first}`;
}

function releaseNotification(block: LoadedBlock, release: ReleaseKind, released: Interval[], actor: Actor, at: string, undoUntil?: string) {
  return {
    kind: 'release notification' as const,
    ...aboutBlock(block),
    release,
    released,
    booked: booked(block.facts),
    by: actor.name,
    at,
    undoUntil,
  };
}

/** C-24: releaser and facility get the same; C-22: whoever else was asked learns what was done and by whom. */
async function messagesOfDecision(tx: Tx, block: LoadedBlock, decision: BlockDecision, effect: BlockEffect): Promise<OwedMessage[]> {
  const { actor, decidedAt, reason } = decision;
  const others = (await blockAlertRecipients(tx, block.groupId)).filter(({ id }) => id !== actor.personId);
  const owed: OwedMessage[] = [];
  const undone = !effect.kept && !effect.release;
  if (!undone && block.facts.alerts > 0) {
    const answer = effect.kept ? ('kept' as const) : ('released' as const);
    const content = { kind: 'alert answered' as const, ...aboutBlock(block), by: actor.name, answer, released: effect.released };
    owed.push({ key: `answered/${decision.id}`, to: others, content, receipt: true });
  }
  if (effect.kept) return owed;
  const told = distinct([...(await person(tx, actor.personId)), ...(await facilitySchedulers(tx, block.facilityId))]);
  if (effect.release) {
    const undoUntil = effect.visibleAt! > decidedAt ? effect.visibleAt : undefined;
    const content = releaseNotification(block, effect.release, effect.released, actor, decidedAt, undoUntil);
    owed.push({ key: `release/${decision.id}`, to: told, content, receipt: true });
  } else {
    const { returned, wantedBack: later } = effect;
    const content = { kind: 'release undone' as const, ...aboutBlock(block), returned, later, by: actor.name, reason };
    const to = distinct([...told, ...others, ...(await toldOfReleases(tx, block.facts.id))]);
    owed.push({ key: `undo/${decision.id}`, to, content, receipt: true });
  }
  return owed;
}
