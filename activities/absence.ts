import {
  type AbsenceFacts,
  type AbsenceStep,
  advanceAbsence,
  bareLines,
  type Line,
  openLines,
  planAbsence,
  untold,
} from '../domain/absence.ts';
import { type AbsenceChoice, AbsenceDecision, decideAbsence } from '../domain/absence-decision.ts';
import { laterOf } from '../domain/civil.ts';
import type { Receipt } from '../domain/decision.ts';
import { type LoadedAbsence, loadAbsence, saveAbsence } from '../ledger/absence.ts';
import { coverWanted, tellOfCoverBack } from '../ledger/bare-lines.ts';
import { eligibleCovers, heldCandidateFor, managers, settleAccess } from '../ledger/cover.ts';
import { aboutAbsence, coverageNotices, endedEarlyNotices, linesByCover } from '../ledger/coverage-notice.ts';
import { distinct, type OwedMessage, person, withdrawMessages } from '../ledger/message.ts';
import type { Database, Tx } from '../prisma/client.ts';
import { lifeSteps } from './life.ts';

export type AbsenceActivities = ReturnType<typeof absenceActivities>;

/** The hands of an absence's life. Each call is one transaction and returns what comes next. `now`: the workflow's clock. */
export function absenceActivities({ db }: { db: Database }) {
  const { takeStep, decide } = lifeSteps<AbsenceFacts, AbsenceStep, LoadedAbsence, AbsenceDecision>(db, {
    kind: 'absence',
    Decision: AbsenceDecision,
    load: (tx, id) => loadAbsence(tx, id, 'update'),
    plan: planAbsence,
    advance: advanceAbsence,
    save: async (tx, absence, after, next, change) => {
      await saveAbsence(tx, absence, after, next, change);
      await settleAccess(tx, absence.facilityId, after, change.at);
    },
    afterStep: messagesOfStep,
    carryOut,
    named: ({ facility, facts }) => ({ facility, what: `the absence of ${facts.name}` }),
  });
  return {
    planAbsence: takeStep,
    askForCover: takeStep,
    tellManager: takeStep,
    tellProvider: takeStep,
    escalateAbsence: takeStep,
    beginAbsence: takeStep,
    handBack: takeStep,
    decideAbsence: decide,
  };
}

const providersOf = (lines: Line[]) => lines.map(({ provider }) => provider);

async function messagesOfStep(tx: Tx, absence: LoadedAbsence, after: AbsenceFacts, { kind, at }: AbsenceStep): Promise<OwedMessage[]> {
  const { facts, facilityId } = absence;
  switch (kind) {
    case 'ask for cover':
      return askEligible(tx, absence, at);
    case 'tell manager': {
      const providers = providersOf(openLines(facts, at));
      const content = { kind: 'nobody covers' as const, ...aboutAbsence(absence), providers };
      const told: OwedMessage = { key: `nobody-covers/${facts.id}`, to: await managers(tx, facilityId), content };
      return facts.notice === 'same-day' ? [told, ...(await coverageNotices(tx, absence, openLines(facts, at), at))] : [told];
    }
    case 'tell provider':
      return coverageNotices(tx, { ...absence, facts: after }, untold(facts), at);
    case 'escalate': {
      const content = { kind: 'provider not told' as const, ...aboutAbsence(absence), providers: providersOf(untold(facts)) };
      return [{ key: `provider-not-told/${facts.id}`, to: await managers(tx, facilityId), content }];
    }
    case 'begin':
      return accessMails(tx, absence, after, true, at);
    case 'wait':
    case 'hand back':
      if (after.state !== 'over') return [];
      await withdrawMessages(tx, 'absence', facts.id, [
        'cover wanted',
        'coverage notice',
        'coverage choice',
        'nobody covers',
        'provider not told',
      ]);
      return [...(await accessMails(tx, absence, facts, false, at)), ...(await welcome(tx, absence))];
    case 'closed':
      return [];
  }
}

async function askEligible(tx: Tx, absence: LoadedAbsence, at: string): Promise<OwedMessage[]> {
  const open = openLines(absence.facts, at);
  return (await eligibleCovers(tx, absence)).map((one) => coverWanted(absence, open, one, absence.facts.id));
}

/** P-23: one mail to each who covers, naming all their lines. */
async function accessMails(tx: Tx, absence: LoadedAbsence, facts: AbsenceFacts, granted: boolean, at: string): Promise<OwedMessage[]> {
  if (!granted && facts.state !== 'running') return [];
  const owed: OwedMessage[] = [];
  for (const [personId, lines] of linesByCover(facts.lines)) {
    const content = { kind: 'line access' as const, ...aboutAbsence(absence), providers: providersOf(lines), granted };
    owed.push({ key: `line-access/${facts.id}/${granted}/${at}`, to: await person(tx, personId), content, receipt: true });
  }
  return owed;
}

/** P-16: only where hours were bare, of the whole time: what came in then is to be caught up on. */
async function welcome(tx: Tx, absence: LoadedAbsence): Promise<OwedMessage[]> {
  const bare = bareLines(absence.facts);
  if (bare.length === 0) return [];
  const content = { kind: 'welcome back' as const, ...aboutAbsence(absence), providers: providersOf(bare) };
  return [{ key: `welcome-back/${absence.facts.id}`, to: await person(tx, absence.facts.personId), content }];
}

async function carryOut(tx: Tx, absence: LoadedAbsence, decision: AbsenceDecision) {
  const { facts, facilityId, policy } = absence;
  const { actor, decidedAt: at, reason } = decision;
  const candidate = await heldCandidateFor(tx, absence, decision, actor);
  const { after, lines, summary } = decideAbsence(facts, decision, actor, at, candidate);
  const next = planAbsence(after, policy, at);
  await saveAbsence(tx, absence, after, next, { action: decision.action, actor, at, reason, decisionId: decision.id });
  await settleAccess(tx, facilityId, after, at);
  const owed = [
    ...(await messagesOfDecision(tx, { ...absence, facts: after }, decision, lines)),
    ...(await newsToCovers(tx, absence, after, decision)),
  ];
  if (decision.action === 'cancel' || decision.action === 'come back')
    await tellOfCoverBack(tx, absence, { ...facts, startsAt: laterOf(facts.startsAt, at) }, at);
  const receipt: Receipt = {
    decisionId: decision.id,
    subject: { kind: 'absence', id: facts.id },
    action: decision.action,
    summary,
    by: actor.name,
    decidedAt: at,
    state: after.state,
    version: absence.version + 1,
    effect: { lines },
  };
  return { receipt, next, owed };
}

const tellsProviders: AbsenceChoice['action'][] = ['tell providers', 'opt in', 'assign cover', 'cover yourself', 'leave unmonitored'];

/** Whoever has to know: the providers whose lines are arranged anew, those asked in vain, and the writer of a message's reader. */
async function messagesOfDecision(tx: Tx, absence: LoadedAbsence, decision: AbsenceDecision, lineIds: string[]): Promise<OwedMessage[]> {
  const { facts } = absence;
  const lines = facts.lines.filter(({ practitionerId }) => lineIds.includes(practitionerId));
  if (openLines(facts, decision.decidedAt).length === 0) await withdrawMessages(tx, 'absence', facts.id, ['cover wanted', 'nobody covers']);
  if (decision.action === 'write message') {
    const content = { kind: 'away message' as const, ...aboutAbsence(absence), text: decision.text };
    const to = distinct((await Promise.all(lines.map((line) => person(tx, line.providerPersonId ?? undefined)))).flat());
    return [{ key: `away-message/${decision.id}`, to, content, receipt: true }];
  }
  if (decision.action === 'cancel' || decision.action === 'come back') {
    await withdrawMessages(tx, 'absence', facts.id, [
      'cover wanted',
      'coverage notice',
      'coverage choice',
      'nobody covers',
      'provider not told',
    ]);
    return endedEarlyNotices(tx, absence, facts.state === 'cancelled');
  }
  return tellsProviders.includes(decision.action) ? coverageNotices(tx, absence, lines, decision.decidedAt) : [];
}

/** P-21, P-23, P-24: whoever covers learns what somebody else decided about it; while it runs, that they were added or removed. */
async function newsToCovers(tx: Tx, absence: LoadedAbsence, after: AbsenceFacts, decision: AbsenceDecision): Promise<OwedMessage[]> {
  const { facts } = absence;
  const { action, actor, decidedAt: at, id } = decision;
  const fresh = after.lines.filter((line, index) => line.cover && line.cover.personId !== facts.lines[index]!.cover?.personId);
  if (action === 'cancel' && facts.state === 'running') return accessMails(tx, absence, facts, false, at);
  const cancelled = after.state === 'cancelled';
  const gone = facts.lines.filter(
    (line, index) => line.cover && (cancelled || line.cover.personId !== after.lines[index]!.cover?.personId),
  );
  const changes = [
    ['assigned', after.state === 'running' ? [] : fresh],
    [cancelled ? 'not away' : 'released', gone],
  ] as const;
  const owed = after.state === 'running' ? await accessMails(tx, absence, { ...after, lines: fresh }, true, at) : [];
  for (const [change, about] of changes)
    for (const [personId, lines] of linesByCover(about)) {
      if (personId === actor.personId) continue; // they decided it themselves
      const content = { kind: 'cover changed' as const, ...aboutAbsence(absence), providers: providersOf(lines), change, by: actor.name };
      owed.push({ key: `cover-changed/${id}`, to: await person(tx, personId), content, receipt: true });
    }
  return owed;
}
