import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';
import type { OpportunityNote } from '../prisma/generated/client.ts';

/** How a phone call ended (D-08). */
export const callKinds = ['reached', 'no answer', 'left a message', 'wrong number', 'will call back'] as const;
export type CallOutcome = (typeof callKinds)[number];

/** D-11: what somebody wrote down, with who and when; it is never changed. */
export function writeNote(tx: Tx, note: { opportunityId: string; text: string; by: Actor; at: string }): Promise<OpportunityNote> {
  return tx.opportunityNote.create({ data: note });
}

/** D-08: a phone call to the patient is a record: who, when, how it ended, what was said. Throws PATIENT_UNREACHABLE. */
export async function noteCall(
  tx: Tx,
  { id, patientId }: { id: string; patientId: string },
  call: { outcome: CallOutcome; text: string; by: Actor; at: string },
): Promise<OpportunityNote> {
  const { phone } = await tx.patient.findUniqueOrThrow({ where: { id: patientId }, select: { phone: true } });
  if (!phone) throw new DomainError('PATIENT_UNREACHABLE', { channel: 'phone' });
  return tx.opportunityNote.create({ data: { opportunityId: id, channel: 'phone', ...call } });
}
