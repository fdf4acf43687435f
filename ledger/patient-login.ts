/** somebody of the care team is logged in as a patient: with a reason, for a while, in one session of theirs, and in the audit trail. */
import { addMinutes } from '../domain/civil.ts';
import { DomainError } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';
import type { PatientLogin } from '../prisma/generated/client.ts';
import { policyOf, recordChange } from './facility.ts';
import type { By } from './patient-facts.ts';

type Wish = { facilityId: string; patientId: string; personId: string; sessionId: string; reason: string };

/** Logs in until the policy's minutes are over; a login of the session before this one ends. Throws LOGIN_REASON_MISSING. */
export async function logInAsPatient(tx: Tx, wish: Wish, by: By): Promise<PatientLogin> {
  if (wish.reason.trim() === '') throw new DomainError('LOGIN_REASON_MISSING', { reason: wish.reason });
  const { patient } = await policyOf(tx, wish.facilityId);
  await tx.$queryRaw`SELECT id FROM "Session" WHERE id = ${wish.sessionId}::uuid FOR NO KEY UPDATE`; // two presses at once: one after the other
  await endPatientLogin(tx, wish.sessionId, by);
  const expiresAt = addMinutes(by.now, patient.loginMinutes);
  const login = await tx.patientLogin.create({ data: { ...wish, reason: wish.reason.trim(), startedAt: by.now, expiresAt } });
  await note(tx, 'log in as patient', login, by, { reason: login.reason, after: { loginId: login.id, expiresAt } });
  return login;
}

/** Ends the login of a session; one that is over by itself, or ended before, stays as it was. */
export async function endPatientLogin(tx: Tx, sessionId: string, by: By): Promise<void> {
  const login = await tx.patientLogin.findFirst({ where: { sessionId, endedAt: null } });
  if (!login) return;
  const over = login.expiresAt.toISOString() <= by.now;
  const { count } = await tx.patientLogin.updateMany({
    where: { id: login.id, endedAt: null },
    data: { endedAt: over ? login.expiresAt : by.now },
  });
  if (count === 1 && !over) await note(tx, 'end login as patient', login, by, { after: { loginId: login.id } });
}

async function note(
  tx: Tx,
  action: string,
  { facilityId, patientId }: PatientLogin,
  { actor, now: at }: By,
  what: { reason?: string; after: object },
) {
  await tx.$queryRaw`SELECT id FROM "Patient" WHERE id = ${patientId}::uuid FOR NO KEY UPDATE`;
  await recordChange(tx, { facilityId, kind: 'patient', id: patientId }, { action, actor, at, rule: 'R-20', ...what });
}
