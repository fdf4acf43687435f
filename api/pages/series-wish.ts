/** What a form about a block series asks for: a new one, other terms, or its end. */
import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import { ClosingTime, LocalTime } from '../../domain/local-time.ts';
import { Recurrence } from '../../domain/recurrence.ts';
import { loadSeries } from '../../ledger/series.ts';
import { changeSeries, createSeries, endSeries, type SeriesOutcome } from '../../ledger/series-change.ts';
import type { Tx } from '../../prisma/client.ts';
import { actorOfVisitor, type Visitor } from '../auth/sessions.ts';
import { WindowDays } from '../routes/block-shape.ts';
import { placeOf } from '../routes/blocks.ts';
import { Prose } from '../routes/plugin.ts';
import { OptionalId, OptionalPageDate, PageDate } from './dates.ts';

const Many = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((value) => [value].flat().map(Number));
const dates = z.string().transform((text) => [...new Set(text.split(/[\s,;]+/).filter(Boolean))].sort());
const whole = z.coerce.number().int();

/** As a form posts them, to be judged as terms. */
const Fields = z.object({
  roomId: z.string(),
  groupId: z.string(),
  providerId: OptionalId,
  from: z.string(),
  to: z.string(),
  kind: z.enum(['weekly', 'monthly']),
  weekdays: Many,
  everyWeeks: whole.default(1),
  anchor: OptionalPageDate,
  weekday: whole.optional(),
  nth: Many,
  validFrom: z.string(),
  validUntil: OptionalPageDate,
  skippedDates: dates.default([]),
  windowDays: z.union([z.literal('').transform(() => undefined), whole]).optional(),
});

const Terms = z
  .object({
    roomId: z.uuid(),
    groupId: z.uuid(),
    providerId: z.uuid().nullable(),
    from: LocalTime,
    to: ClosingTime,
    recurrence: Recurrence,
    validFrom: PageDate,
    validUntil: PageDate.nullable(),
    skippedDates: z.array(PageDate).max(1000),
    windowDays: WindowDays.nullable(),
  })
  .refine(({ validFrom, validUntil }) => validUntil === null || validFrom <= validUntil, {
    path: ['validUntil'],
    error: 'The last day is before the first.',
  });
const target = { id: z.uuid(), version: whole, reason: Prose.optional() };
const include = z.array(PageDate).max(1000).default([]);

/** `include`: kept days that are to change all the same. */
const SeriesWish = z.discriminatedUnion('what', [
  z.object({ what: z.literal('new'), terms: Terms, include }),
  z.object({ what: z.literal('change'), terms: Terms, ...target, include }),
  z.object({ what: z.literal('end'), from: PageDate, ...target, include }),
]);
export type SeriesWish = z.infer<typeof SeriesWish>;

/** The terms that the fields say. Throws what zod does where they make no sense. */
function termsIn(form: object) {
  const { kind, weekdays, everyWeeks, anchor, weekday, nth, ...rest } = Fields.parse(form);
  const recurrence = kind === 'weekly' ? { kind, weekdays, everyWeeks, ...(anchor && { anchor }) } : { kind, weekday, nth };
  const { providerId = null, validUntil = null, windowDays = null } = rest;
  return { ...rest, recurrence, providerId, validUntil, windowDays };
}

export type SeriesForm = Record<string, string | string[] | undefined>;

/** What the fields of a form ask for. */
export function wishIn(form: SeriesForm): SeriesWish {
  const { what = 'new', id, version, reason, endsBefore: from } = form;
  const include = [form.include ?? []].flat();
  return SeriesWish.parse({ what, id, version, reason, from, include, ...(what !== 'end' && { terms: termsIn(form) }) });
}

/** Which field of the form a path in its wish comes from. */
export function fieldIn({ what }: SeriesForm, path: readonly PropertyKey[]): string {
  const [name = ''] = path.filter((part) => typeof part === 'string' && part !== 'terms' && part !== 'recurrence') as string[];
  return what === 'end' && name === 'from' ? 'endsBefore' : name;
}

/** Makes it so, in the transaction. Throws VERSION_MISMATCH, PREVIEW_STALE, SERIES_CLASHES, SERIES_ENDED, NOT_FOUND. */
export async function fulfil(tx: Tx, visitor: Visitor, wish: SeriesWish, now: string, seen?: string): Promise<SeriesOutcome> {
  const { facilityId, zone } = visitor;
  const by = { actor: actorOfVisitor(visitor), now };
  if (wish.what !== 'end') await placeOf(tx, { ...wish.terms, facilityId, providerId: wish.terms.providerId ?? undefined });
  if (wish.what === 'new') return createSeries(tx, { id: facilityId, zone }, wish.terms, by);
  const series = await loadSeries(tx, wish.id, 'update');
  if (series.facilityId !== facilityId) throw new DomainError('NOT_FOUND', { id: wish.id });
  if (series.version !== wish.version) throw new DomainError('VERSION_MISMATCH', { present: { version: series.version } });
  const { include, reason } = wish;
  if (wish.what === 'end') return endSeries(tx, series, wish.from, { include, seen }, { ...by, reason });
  return changeSeries(tx, series, wish.terms, { include, seen }, { ...by, reason });
}
