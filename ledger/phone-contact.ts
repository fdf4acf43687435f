import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import type { Tx } from '../prisma/client.ts';
import type { PhoneContact, Prisma } from '../prisma/generated/client.ts';
import { recordChange } from './facility.ts';

/** How a talk with a patient came about, or how a call ended. */
export const contactOutcomes = ['called us', 'reached', 'not reached', 'came in', 'wrote'] as const;
export type ContactOutcome = (typeof contactOutcomes)[number];

/** I-29, D-11: writes down a talk: who, when, how it ended, what was said. Throws NOTE_MISSING. The trail does not repeat the words. */
export async function recordContact(
  tx: Tx,
  { facilityId, patientId, outcome, note }: { facilityId: string; patientId: string; outcome: ContactOutcome; note: string },
  { actor, at }: { actor: Actor; at: string },
): Promise<PhoneContact> {
  if (note.trim() === '') throw new DomainError('NOTE_MISSING', { note });
  const by = actor as Prisma.InputJsonObject;
  const row = await tx.phoneContact.create({ data: { facilityId, patientId, outcome, note: note.trim(), by, at } });
  const change = { action: 'record contact', actor, at, rule: 'I-29', after: { contactId: row.id, outcome } };
  await tx.$queryRaw`SELECT id FROM "Patient" WHERE id = ${patientId}::uuid FOR NO KEY UPDATE`;
  await recordChange(tx, { facilityId, kind: 'patient', id: patientId }, change);
  return row;
}
