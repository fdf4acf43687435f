/** Patients' cards. What the audit trail says of them is which fields changed, never what they hold: names can be erased (F-27). */
import type { Actor } from '../domain/decision.ts';
import { DomainError } from '../domain/errors.ts';
import { type CardPurpose, foldedWords, foldName, phoneOfNewCard, validPhone } from '../domain/patient.ts';
import { mobileNumber } from '../domain/phone.ts';
import type { Tx } from '../prisma/client.ts';
import { type Patient, Prisma } from '../prisma/generated/client.ts';
import { policyOf, recordChange } from './facility.ts';

export type { Patient };

export type NewCard = {
  givenName: string;
  familyName: string;
  birthDate?: string | undefined;
  phone?: string | undefined;
  email?: string | undefined;
  language?: string | undefined;
};

type By = { actor: Actor; at: string };

/** A new card. `purpose`: what it is made for decides whether it can do without a phone. Throws PHONE_MISSING, PHONE_INVALID (I-10). */
export async function createPatient(
  tx: Tx,
  facilityId: string,
  card: NewCard,
  { actor, at, purpose = 'booking' }: By & { purpose?: CardPurpose },
): Promise<Patient> {
  const { patient } = await policyOf(tx, facilityId);
  const phone = phoneOfNewCard(card.phone, purpose, patient.phoneCountry);
  const row = await tx.patient.create({ data: { ...columnsOf(card), ...card, ...dateOf(card), facilityId, phone } });
  const after = { fields: Object.keys(card).filter((field) => card[field as keyof NewCard]), purpose };
  await recordChange(tx, { facilityId, kind: 'patient', id: row.id }, { action: 'add patient', actor, at, rule: 'I-10', after });
  return row;
}

/** `null` empties a field. */
export type CardChange = { [Field in keyof NewCard]?: NewCard[Field] | null };

/** Changes the card of version `version`; undefined when it has another by now. Throws PHONE_INVALID. */
export async function changePatient(
  tx: Tx,
  before: Patient,
  change: CardChange,
  { version, actor, at }: By & { version: number },
): Promise<Patient | undefined> {
  const { id, facilityId } = before;
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as CardChange;
  const { patient } = await policyOf(tx, facilityId);
  const phone = given.phone ? { phone: validPhone(given.phone, patient.phoneCountry) } : {};
  const names = columnsOf({ givenName: given.givenName ?? before.givenName, familyName: given.familyName ?? before.familyName });
  const data = { ...given, ...dateOf(given), ...phone, ...names, version: { increment: 1 } } as Prisma.PatientUncheckedUpdateManyInput;
  const { count } = await tx.patient.updateMany({ where: { id, version }, data });
  if (count === 0) return undefined;
  const after = { fields: Object.keys(given), version: version + 1 };
  await recordChange(tx, { facilityId, kind: 'patient', id }, { action: 'change patient', actor, at, before: { version }, after });
  return tx.patient.findUniqueOrThrow({ where: { id } });
}

const columnsOf = ({ givenName, familyName }: Pick<NewCard, 'givenName' | 'familyName'>) => ({
  givenName,
  familyName,
  searchName: foldName(`${familyName} ${givenName}`),
});
const dateOf = ({ birthDate }: { birthDate?: string | null | undefined }) =>
  birthDate === undefined ? {} : { birthDate: birthDate && new Date(birthDate) };

/** The facility's patient. Throws PATIENT_NOT_FOUND: unknown and not theirs give the same answer (I-09). */
export async function patientOf(tx: Tx, facilityId: string, id: string): Promise<Patient> {
  const row = await tx.patient.findUnique({ where: { id, facilityId } });
  if (!row) throw new DomainError('PATIENT_NOT_FOUND', { patientId: id });
  return row;
}

/** The card and those that became part of it (F-20): who was shown one was shown this patient's data. */
export async function cardsOf(tx: Tx, id: string): Promise<string[]> {
  const merged = await tx.patient.findMany({ where: { mergedIntoId: id }, select: { id: true } });
  return [id, ...merged.map((card) => card.id)];
}

export type PatientSearch = {
  /** Beginnings of words of the names, in any order. */
  name?: string | undefined;
  /** A whole number, or its last digits. */
  phone?: string | undefined;
  birthDate?: string | undefined;
};

/** The condition that a search means, on a table called p. `country`: how national numbers are read. */
export function patientMatches({ name, phone, birthDate }: PatientSearch, country: string): Prisma.Sql {
  const words = foldedWords(name ?? '').map((word) => Prisma.sql`p."searchName" LIKE ${`% ${word}%`}`);
  const digits = phone?.replace(/\D/g, '') ?? '';
  const number = phone && mobileNumber(phone, country);
  const called = number ? [Prisma.sql`p.phone = ${number}`] : phone ? [Prisma.sql`p.phone LIKE ${`%${digits}`}`] : [];
  const born = birthDate ? [Prisma.sql`p."birthDate" = ${birthDate}::date`] : [];
  return Prisma.join([Prisma.sql`p."mergedIntoId" IS NULL`, ...words, ...called, ...born], ' AND ');
}
