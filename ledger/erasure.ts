/**
 * F-27: a patient's personal data goes; ids, states and instants stay, so that counts and the audit chain stay true. What an audit
 * event said stands outside of its hashed part, salted: without its content the event still fits in its chain.
 */
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';
import { recordChange } from './facility.ts';
import { eraseHoldings, mattersOf, openMatters } from './patient-data.ts';

/** How many rows of each table were emptied. */
export type Erasure = { patientId: string; erased: Record<string, number> };

/**
 * Erases a patient's personal data. Erased twice, nothing is left to do. Throws PATIENT_HAS_OPEN_MATTERS while a visit, task,
 * ticket or subscription of theirs is open, REASON_MISSING.
 */
export async function erasePatient(
  tx: Tx,
  patient: { id: string; facilityId: string },
  { actor, at, reason }: { actor: Actor; at: string; reason: string | undefined },
): Promise<Erasure> {
  const { id: patientId, facilityId } = patient;
  if (!reason) throw new DomainError('REASON_MISSING', { action: 'erase', rule: 'F-27' });
  await tx.$queryRaw`SELECT id FROM "Patient" WHERE id = ${patientId}::uuid FOR UPDATE`;
  const open = await openMatters(tx, patientId);
  if (Object.keys(open).length > 0) throw new DomainError('PATIENT_HAS_OPEN_MATTERS', { open });
  const matters = mattersOf(patientId);
  const events = await tx.$executeRaw`
    UPDATE "AuditEvent" e SET before = '{}', after = '{}', reason = NULL, salt = NULL, "erasedAt" = ${at}::timestamptz
    FROM (${matters}) m WHERE e."subjectKind" = m.kind AND e."subjectId" = m.id AND e."erasedAt" IS NULL AND e."contentHash" IS NOT NULL`;
  const decisions = await tx.$executeRaw`
    UPDATE "Decision" d SET payload = '{"erased": true}', receipt = d.receipt || (CASE WHEN d.accepted THEN '{"effect": {}}' ELSE '{"facts": {}}' END)::jsonb
    FROM (${matters}) m WHERE d."subjectKind" = m.kind AND d."subjectId" = m.id AND NOT d.payload ? 'erased'`;
  const answers = await tx.$executeRaw`
    UPDATE "IdempotentAnswer" a SET body = '{"erased": true}'
    WHERE a.body IS NOT NULL AND EXISTS (SELECT 1 FROM (${matters}) m WHERE a.body::text LIKE '%' || m.id::text || '%')`;
  const erased = { ...(await eraseHoldings(tx, patientId)), AuditEvent: events, Decision: decisions, IdempotentAnswer: answers };
  const what = { action: 'erase', actor, at, rule: 'F-27', reason, after: { erased } };
  await recordChange(tx, { facilityId, kind: 'patient', id: patientId }, what);
  return { patientId, erased };
}
