/**
 * The two things that a life's hands do, whatever its noun: take the step that is due, and answer a decision. Each
 * is one transaction that returns what comes next.
 */
import type { z } from 'zod';

import { type DecisionEnvelope, type Receipt, systemActor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Policy } from '../domain/policy.ts';
import { asOf, type Step } from '../domain/timeline.ts';
import { answerOnce, answerToSecond } from '../ledger/decision.ts';
import { type LifeChange, type LifeKind, type Loaded, saveNext } from '../ledger/life.ts';
import { type OwedMessage, oweMessages, person } from '../ledger/message.ts';
import { inTransaction, isUnstorable } from '../ledger/transaction.ts';
import type { Database, Tx } from '../prisma/client.ts';

export type Noun<
  Facts extends { id: string; zone: string; shadow: boolean },
  Next extends Step,
  Subject extends Loaded<Facts, Next>,
  Decision extends DecisionEnvelope & { action: string },
> = {
  kind: LifeKind;
  Decision: z.ZodType<Decision>;
  /** Locks what must be locked before the row, then the row, and loads all facts. Throws when there is no such subject. */
  load: (tx: Tx, id: string, now: string, decision?: Decision) => Promise<Subject>;
  plan: (facts: Facts, policy: Policy, now: string) => Next;
  advance: (facts: Facts, step: Next, policy: Policy) => Facts;
  /** Writes the row with version + 1, its ledgers and one audit event. */
  save: (tx: Tx, subject: Subject, after: Facts, next: Next, change: LifeChange) => Promise<void>;
  /** What the system's own step owes to whom; withdraws what it makes moot. */
  afterStep: (tx: Tx, subject: Subject, after: Facts, step: Next) => Promise<OwedMessage[]>;
  /** Judges a decision and carries it out, or throws the refusal. */
  carryOut: (tx: Tx, subject: Subject, decision: Decision) => Promise<{ receipt: Receipt; next: Next; owed: OwedMessage[] }>;
  /** What a refusal itself brings about; whatever was written while judging is taken back by then. */
  afterRefusal?: (tx: Tx, subject: Subject, decision: Decision, refusal: DomainError) => Promise<void>;
  /** How a mail about a refusal calls the subject. */
  named: (subject: Subject) => { facility: string; what: string };
};

export function lifeSteps<
  Facts extends { id: string; zone: string; shadow: boolean },
  Next extends Step,
  Subject extends Loaded<Facts, Next>,
  Decision extends DecisionEnvelope & { action: string },
>(db: Database, noun: Noun<Facts, Next, Subject, Decision>) {
  const about = ({ facilityId, facts }: Subject) => ({ facilityId, kind: noun.kind, id: facts.id, shadow: facts.shadow });

  const stateOf = ({ facts }: Subject) => ('state' in facts ? String(facts.state) : '');

  /** Does what the rules say is due, if anything is. Repeated after a crash it finds the step done and does nothing. */
  async function takeDueStep(tx: Tx, id: string, clock: string): Promise<Next> {
    const subject = await noun.load(tx, id, clock);
    const now = asOf(subject.next.at, clock);
    const due = noun.plan(subject.facts, subject.policy, now);
    if (due.at > now || due.kind === 'closed') {
      await saveNext(tx, noun.kind, subject, due);
      return due;
    }
    const step = { ...due, at: now };
    const after = noun.advance(subject.facts, step, subject.policy);
    const next = noun.plan(after, subject.policy, now);
    const { kind: action, at: _at, rule, because: reason, ...carried } = step;
    await noun.save(tx, subject, after, next, { action, actor: systemActor, at: now, rule, reason, step: carried });
    await oweMessages(tx, about(subject), now, await noun.afterStep(tx, subject, after, step));
    return next;
  }

  async function takeDecision(tx: Tx, id: string, decision: Decision) {
    const subject = await noun.load(tx, id, decision.decidedAt, decision);
    return answerOnce(
      tx,
      decision,
      { facilityId: subject.facilityId, kind: noun.kind, id, next: subject.next },
      {
        judge: async () => {
          const { owed, ...answer } = await noun.carryOut(tx, subject, decision);
          await oweMessages(tx, about(subject), decision.decidedAt, owed);
          return answer;
        },
        reconsider: (refusal) => answerToSecond(tx, { kind: noun.kind, id, state: stateOf(subject) }, decision, refusal),
        afterRefusal: async (refusal) => {
          await noun.afterRefusal?.(tx, subject, decision, refusal);
          if (decision.mailRefusal) await oweRefusal(tx, subject, decision, refusal);
        },
      },
    );
  }

  async function oweRefusal(tx: Tx, subject: Subject, decision: Decision, refusal: DomainError): Promise<void> {
    const { facility, what } = noun.named(subject);
    const content = {
      kind: 'decision refused' as const,
      facility,
      zone: subject.facts.zone,
      what: `${decision.action} ${what}`,
      why: refusal.message,
    };
    const to = await person(tx, decision.actor.personId);
    await oweMessages(tx, about(subject), decision.decidedAt, [{ key: `refused/${decision.id}`, to, content, receipt: true }]);
  }

  return {
    /** `now`: the workflow's clock. */
    takeStep: (id: string, now: string): Promise<Next> => inTransaction(db, (tx) => takeDueStep(tx, id, now)),

    /**
     * Judges a decision and carries it out, once (U-03). Throws the refusal after storing it: that is an answer too. One that
     * cannot be written down is refused as well: tried again and again, it would keep all others from their answers.
     */
    decide: async (id: string, decision: unknown): Promise<{ receipt: Receipt; next: Next }> => {
      const parsed = noun.Decision.safeParse(decision);
      if (!parsed.success) throw new DomainError('INVALID_REQUEST', { issues: parsed.error.issues });
      const answer = await inTransaction(db, (tx) => takeDecision(tx, id, parsed.data)).catch(refuseUnstorable);
      if ('refused' in answer) throw answer.refused;
      return answer;
    },
  };
}

function refuseUnstorable(error: unknown): never {
  if (isUnstorable(error)) throw new DomainError('INVALID_REQUEST', { decision: 'PostgreSQL cannot hold what it says.' });
  throw error;
}
