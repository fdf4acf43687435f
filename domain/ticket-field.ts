/** What a ticket type asks for, as data: the fields of a new ticket, and those that closing it demands. */
import { z } from 'zod';

import { DomainError, type DomainErrorCode } from './errors.ts';

const name = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/, 'a name such as sentAt');
const label = z.string().trim().min(1).max(120);

/**
 * `line`: one line of text; `prose`: some sentences; `choice`: one of `options`; `instant`: a UTC instant; `tick`: must be
 * said yes to. A field that is not `required` may be left out.
 */
export const TicketField = z
  .strictObject({
    name,
    label,
    kind: z.enum(['line', 'prose', 'choice', 'instant', 'tick']),
    options: z.array(z.string().trim().min(1).max(80)).max(40).optional(),
    required: z.boolean().default(true),
  })
  .refine(
    ({ kind, options }) => (kind === 'choice') === (options !== undefined && options.length > 0),
    'A choice, and nothing else, has options.',
  );
export type TicketField = z.infer<typeof TicketField>;

export const TicketFields = z
  .array(TicketField)
  .max(30)
  .refine((fields) => new Set(fields.map((field) => field.name)).size === fields.length, 'each name once');

/** Answers by the fields' names. */
export type Answers = Record<string, string | true>;

/**
 * The answers as they are kept, blank ones left out. Throws `code` (422) with what is missing, what does not fit and what
 * nobody asked for.
 */
export function readAnswers(
  fields: readonly TicketField[],
  given: Record<string, unknown>,
  code: Extract<DomainErrorCode, 'TICKET_FIELDS' | 'CLOSING_INCOMPLETE'>,
  about: { type: string; rule?: string | undefined },
): Answers {
  const answers: Answers = {};
  const missing: string[] = [];
  const unfit: { field: string; value: unknown; options?: string[] | undefined }[] = [];
  for (const field of fields) {
    const value = given[field.name];
    const blank = value === undefined || value === null || value === false || (typeof value === 'string' && value.trim() === '');
    if (blank && field.required) missing.push(field.name);
    if (blank) continue;
    const kept = readAnswer(field, value);
    if (kept === undefined) unfit.push({ field: field.name, value, options: field.options });
    else answers[field.name] = kept;
  }
  const unknown = Object.keys(given).filter((key) => !fields.some((field) => field.name === key));
  if (missing.length + unfit.length + unknown.length > 0) throw new DomainError(code, { ...about, missing, unfit, unknown });
  return answers;
}

function readAnswer({ kind, options = [] }: TicketField, value: unknown): string | true | undefined {
  if (kind === 'tick') return value === true || value === 'yes' ? true : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (kind === 'choice') return options.find((option) => option === text);
  if (kind === 'instant') return z.iso.datetime().safeParse(text).success ? new Date(text).toISOString() : undefined;
  return text.length <= (kind === 'line' ? 200 : 2000) ? text : undefined;
}
