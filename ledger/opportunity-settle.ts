import { zoneDate } from '../domain/civil.ts';
import { type Actor, systemActor } from '../domain/decision.ts';
import { planOpportunity, settled, whyNot } from '../domain/opportunity.ts';
import { rejected } from '../domain/opportunity-decision.ts';
import type { Tx } from '../prisma/client.ts';
import { saveNext, wakeEarlier } from './life.ts';
import { type LoadedOpportunity, loadOpportunities, type OpportunityChange, saveOpportunities } from './opportunity.ts';

/**
 * After an appointment of the patient was booked, moved, cancelled or missed: those of their opportunities whose listing
 * changes appear or leave in this transaction (D-01, D-02). A life is woken only when its next step has come earlier.
 */
export async function settleOpportunitiesOf(tx: Tx, patientId: string, now: string): Promise<void> {
  await lockPatient(tx, patientId);
  await settle(tx, { patientId }, now, () => undefined);
}

/** After its course was reported anew: made inactive, it is rejected, and stays so (D-17, D-18). */
export async function settleOpportunitiesOfCourse(tx: Tx, courseId: string, actor: Actor, now: string): Promise<void> {
  await settle(tx, { courseId }, now, ({ facts, policy }) =>
    facts.course === 'inactive' && facts.status !== 'rejected'
      ? {
          after: rejected(facts, policy, now, 'the course of treatment is inactive'),
          change: { action: 'reject', actor, at: now, rule: 'D-17' },
        }
      : undefined,
  );
}

/** An appointment and a course of treatment of one patient that are written at the same moment must see each other. */
export async function lockPatient(tx: Tx, patientId: string): Promise<void> {
  await tx.$queryRaw`SELECT id FROM "Patient" WHERE id = ${patientId}::uuid FOR NO KEY UPDATE`;
}

type Outcome = Pick<OpportunityChange, 'after' | 'change'>;

async function settle(
  tx: Tx,
  of: { patientId: string } | { courseId: string },
  now: string,
  special: (subject: LoadedOpportunity) => Outcome | undefined,
): Promise<void> {
  const rows = await tx.opportunity.findMany({ where: { ...of, state: 'live' }, select: { id: true }, orderBy: { id: 'asc' } });
  const subjects = await loadOpportunities(
    tx,
    rows.map(({ id }) => id),
    now,
    'update',
  );
  const looked = subjects.map((subject) => {
    const { after, change } = special(subject) ?? relisted(subject, now);
    return { subject, after, change, next: planOpportunity(after, subject.policy, now) };
  });
  await saveOpportunities(
    tx,
    looked.filter(({ subject, after }) => after !== subject.facts),
  );
  for (const { subject, after, next } of looked) if (after === subject.facts) await saveNext(tx, 'opportunity', subject, next);
  await wakeEarlier(tx, 'opportunity', looked);
}

/** The same facts when the listing stays as it is. */
function relisted({ facts, policy }: LoadedOpportunity, now: string): Outcome {
  const after = settled(facts, policy, now);
  const change = { action: after.listed ? 'appear' : 'leave', actor: systemActor, at: now, rule: after.listed ? 'D-01' : 'D-02' };
  const reason = whyNot(after, policy, zoneDate(now, facts.zone)) || undefined;
  return { after: after.listed === facts.listed ? facts : after, change: { ...change, reason } };
}
