import { z } from 'zod';

import { zoneDate } from './civil.ts';
import { DomainError } from './errors.ts';
import { mobileNumber } from './phone.ts';

export const languages = ['en', 'ru'] as const;

/** What a new card is for: a task may do without a phone, and says so (I-11); anything else may not (I-10). */
export const cardPurposes = ['booking', 'waitlist', 'task'] as const;
export type CardPurpose = (typeof cardPurposes)[number];

/** Something that staff should know; nothing is refused for it. */
export type Warning = { code: string; rule: string; message: string; facts?: unknown };

/** I-10, I-11: a card without a mobile phone can be worked with, but nobody will reach the patient at short notice. */
export function phoneWarnings({ phone }: { phone: string | null }): Warning[] {
  if (phone) return [];
  const message = 'The card has no mobile phone: ask for it, or nobody can call this patient at short notice.';
  return [{ code: 'PHONE_MISSING', rule: 'I-11', message }];
}

/** I-14: a profession that nobody here has is misspelt, or its last practitioner is gone: no free time will ever fit. */
export function professionWarnings(profession: string, practitioners: number): Warning[] {
  if (practitioners > 0) return [];
  const message = 'No practitioner here has this profession: no free time will be found for it.';
  return [{ code: 'PROFESSION_UNKNOWN', rule: 'I-14', message, facts: { profession } }];
}

/** I-09: the new card may be a second one of the same person: ask, and merge them (F-20). */
export function sameNameWarnings(alike: { id: string }[]): Warning[] {
  if (alike.length === 0) return [];
  const message = 'There are cards of this name already: ask whether it is the same person, and merge them then.';
  return [{ code: 'CARD_MAY_EXIST', rule: 'I-09', message, facts: { patientIds: alike.map(({ id }) => id) } }];
}

/**
 * I-10: the phone of a new card, as E.164; null only where the purpose does without. Throws PHONE_MISSING, PHONE_INVALID.
 */
export function phoneOfNewCard(phone: string | undefined, purpose: CardPurpose, country: string): string | null {
  if (phone?.trim()) return validPhone(phone, country);
  if (purpose === 'task') return null;
  throw new DomainError('PHONE_MISSING', { purpose });
}

/** Throws PHONE_INVALID. */
export function validPhone(phone: string, country: string): string {
  const number = mobileNumber(phone, country);
  if (!number) throw new DomainError('PHONE_INVALID', { phone, country: country || 'none: begin with +' });
  return number;
}

/** Small letters without accents, each word after a space: `Núñez, Ana` → ` nunez ana`. */
export function foldName(name: string): string {
  return foldedWords(name)
    .map((word) => ` ${word}`)
    .join('');
}

/** The words of a name or a search, folded. */
export function foldedWords(text: string): string[] {
  const plain = text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

export const BirthDate = z.iso.date().refine((date) => date >= '1880' && date < '2200', 'a date of birth');

/** Whole years at that instant, by the facility's date. */
export function ageAt(birthDate: string, at: string, zone: string): number {
  const today = zoneDate(at, zone);
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years;
}
