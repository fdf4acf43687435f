import { z } from 'zod';

import { DomainError, type DomainErrorCode, domainErrors } from './errors.ts';
import { languages } from './language.ts';
import { Channel } from './patient-message.ts';

/** What a practice may have filled in, `{firstName}` in its text: exactly what a message to a patient may carry (F-19). */
export const templateFields = ['firstName', 'practice', 'date', 'time', 'bookingLink'] as const;
export type TemplateField = (typeof templateFields)[number];

const Wording = z.strictObject({ subject: z.string().trim().min(1).max(150).optional(), text: z.string().trim().min(1).max(4000) });
export type Wording = z.infer<typeof Wording>;

/** One wording a language, at least one; a reader without a wording of their language gets the first. */
export const Wordings = z
  .partialRecord(z.enum(languages), Wording)
  .refine((wordings) => Object.keys(wordings).length > 0, 'Write it in one language at least.');
export type Wordings = z.infer<typeof Wordings>;

export const Template = z.object({ name: z.string(), channel: Channel, wordings: Wordings });
export type Template = z.infer<typeof Template>;

/** A text goes out in at most so many parts; carriers take no more. */
const mostTextParts = 10;

/** The length of a text as carriers count it: parts of 160 or 70 characters, shorter when there are several. */
export type TextLength = { parts: number; characters: number; encoding: string };

const field = /\{([^{}]*)\}/g;

/** The fields that a wording names, known or not, in the order they come. */
export function fieldsOf({ subject = '', text }: Wording): string[] {
  return [...`${subject} ${text}`.matchAll(field)].map(([, name]) => name!.trim());
}

/**
 * Refuses a template that could not be sent: a field that does not exist, a booking link while online booking is off
 * (D-10), a mail without a subject. Throws TEMPLATE_FIELD_UNKNOWN, ONLINE_BOOKING_OFF, SUBJECT_MISSING.
 */
export function checkTemplate({ channel, wordings }: Template, { onlineBooking }: { onlineBooking: boolean }): void {
  for (const [language, wording] of Object.entries(wordings)) {
    const unknown = fieldsOf(wording).find((name) => !(templateFields as readonly string[]).includes(name));
    const message = `There is no field {${unknown}}.`;
    const facts = { field: unknown, known: templateFields };
    if (unknown !== undefined) throw new DomainError('TEMPLATE_FIELD_UNKNOWN', { ...facts, ...inWording(language, 'text', message) });
    if (channel === 'mail' && !wording.subject)
      throw new DomainError('SUBJECT_MISSING', inWording(language, 'subject', titleOf('SUBJECT_MISSING')));
    if (fieldsOf(wording).includes('bookingLink'))
      mustBookOnline(onlineBooking, inWording(language, 'text', titleOf('ONLINE_BOOKING_OFF')));
  }
}

const titleOf = (code: DomainErrorCode) => domainErrors[code].title;

/** In which wording something is wrong, as a schema says it. */
const inWording = (language: string, part: keyof Wording, message: string) => ({
  language,
  issues: [{ code: 'custom', path: ['wordings', language, part], message }],
});

/** D-10: no dead link leaves the house. Throws ONLINE_BOOKING_OFF. */
export function mustBookOnline(onlineBooking: boolean, where: object = {}): void {
  if (!onlineBooking) throw new DomainError('ONLINE_BOOKING_OFF', { field: 'bookingLink', policy: 'booking.online', ...where });
}

/** Throws TEXT_TOO_LONG for what a text cannot carry. `language`: of which wording of a template. */
export function mustFitText(length: TextLength, language?: string): void {
  const where = language && inWording(language, 'text', titleOf('TEXT_TOO_LONG'));
  if (length.parts > mostTextParts) throw new DomainError('TEXT_TOO_LONG', { ...length, mostParts: mostTextParts, ...where });
}

/** The words with their fields filled in. */
export function filledIn(words: string, values: Record<TemplateField, string>): string {
  return words.replace(field, (whole, name: string) => values[name.trim() as TemplateField] ?? whole);
}
