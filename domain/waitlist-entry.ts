import { z } from 'zod';

import { addDays, startOfDay, zoneDate } from './civil.ts';
import { DecisionEnvelope } from './decision.ts';
import { DomainError } from './errors.ts';
import type { Policy } from './policy.ts';
import { never, type Step } from './timeline.ts';
import { given, mustSayEnough, type VisitWish } from './visit-wish.ts';

/** I-01: ready, but no time was found; had to cancel and could not move; took a compromise and wants to come earlier. */
export const entryTypes = ['scheduled', 'cancelled', 'wants earlier'] as const;
export type EntryType = (typeof entryTypes)[number];

export const entryStates = ['active', 'lapsed', 'ended'] as const;
export type EntryState = (typeof entryStates)[number];

/** Where it was made. From the patient's card time must have been offered first (I-31); `patient`: by themselves (F-20). */
export const entryOrigins = ['booking', 'card', 'cancellation', 'patient'] as const;
export type EntryOrigin = (typeof entryOrigins)[number];

/** Civil dates, both inclusive. `dates`: the chosen days; empty for any day in between (I-20, I-21). */
export type Validity = { validFrom: string; validUntil: string; dates: string[] };

export type EntryFacts = VisitWish &
  Validity & {
    id: string;
    version: number;
    zone: string;
    paused: boolean;
    shadow: boolean;
    state: EntryState;
    type: EntryType;
    patientId: string;
    /** The appointment that the patient wants to come earlier than, or the cancelled one that it follows from (I-39). */
    appointmentId: string | null;
    /** When that appointment begins; null when it is not about coming earlier. */
    appointmentAt: string | null;
    endedAt: string | null;
    endReason: string | null;
  };

export type EntryStepKind = 'lapse' | 'wait' | 'closed';
export type EntryStep = Step<EntryStepKind>;

/** I-19 to I-21: six weeks if nothing is said. Throws VALIDITY_PAST, DATES_MISSING, DATES_PAST. */
export function validityOf(
  wish: { validFrom?: string | undefined; validUntil?: string | undefined; dates?: string[] | undefined },
  today: string,
  validDays: number,
): Validity {
  if (wish.dates !== undefined) {
    const dates = [...new Set(wish.dates)].sort();
    if (dates.length === 0) throw new DomainError('DATES_MISSING', { dates });
    const past = dates.filter((date) => date < today);
    if (past.length > 0) throw new DomainError('DATES_PAST', { past, today });
    return { validFrom: dates[0]!, validUntil: dates.at(-1)!, dates };
  }
  const { validFrom = today, validUntil = addDays(today, validDays) } = wish;
  if (validUntil < today || validUntil < validFrom) throw new DomainError('VALIDITY_PAST', { validFrom, validUntil, today });
  return { validFrom, validUntil, dates: [] };
}

/** What comes next in the life of a waitlist entry, and why. */
export function planEntry(facts: EntryFacts, _policy: Policy, now: string): EntryStep {
  if (facts.state !== 'active')
    return { kind: 'closed', at: facts.endedAt ?? now, because: facts.endReason ?? `The entry is ${facts.state}.`, rule: 'I-42' };
  if (facts.paused) return { kind: 'wait', at: never, because: 'The facility has paused all automatic steps.', rule: 'F-23' };
  const over = startOfDay(addDays(facts.validUntil, 1), facts.zone);
  if (facts.type === 'wants earlier' && facts.appointmentAt !== null && facts.appointmentAt < over)
    return { kind: 'lapse', at: facts.appointmentAt, because: 'The visit begins: no earlier time can be found any more.', rule: 'I-44' };
  return { kind: 'lapse', at: over, because: `It was valid until ${facts.validUntil}.`, rule: 'I-22' };
}

/** The facts after a step of the system: what lapsed leaves the active list and stays on the card (I-22). */
export function advanceEntry(facts: EntryFacts, step: EntryStep): EntryFacts {
  return step.kind === 'lapse' ? { ...facts, state: 'lapsed', endedAt: step.at, endReason: step.because } : facts;
}

const validityFields = {
  validFrom: z.iso.date().optional(),
  validUntil: z.iso.date().optional(),
  dates: z.array(z.iso.date()).optional(),
};

/** What a person can decide about an entry. Left out stays as it is; `version`: the one that a change was made on (If-Match). */
export const EntryChoice = z.discriminatedUnion('action', [
  z.object({ action: z.literal('close') }),
  z.object({ action: z.literal('extend'), validUntil: z.iso.date().optional(), dates: z.array(z.iso.date()).optional() }),
  z.object({
    action: z.literal('change'),
    practitionerId: z.uuid().nullable().optional(),
    profession: z.string().nullable().optional(),
    durationMinutes: z.int().min(1).nullable().optional(),
    comment: z.string().optional(),
    ...validityFields,
    version: z.int().optional(),
  }),
]);
export type EntryChoice = z.infer<typeof EntryChoice>;

export const EntryDecision = z.intersection(DecisionEnvelope, EntryChoice);
export type EntryDecision = z.infer<typeof EntryDecision>;

/**
 * The entry as the choice makes it, as of `at`, or a DomainError with rule, value and limit. Extending revives one that
 * has lapsed; one that has ended stays so.
 */
export function decideEntry(
  facts: EntryFacts,
  policy: Policy,
  choice: EntryChoice,
  at: string,
  { reason }: { reason?: string | undefined } = {},
): EntryFacts {
  if (facts.state !== 'active')
    throw new DomainError('WAITLIST_ENTRY_ENDED', { state: facts.state, endedAt: facts.endedAt, reason: facts.endReason });
  const today = zoneDate(at, facts.zone);
  switch (choice.action) {
    case 'close':
      return { ...facts, state: 'ended', endedAt: at, endReason: reason || null };
    case 'extend': {
      const { validUntil, dates } = choice;
      const { validFrom } = facts;
      return { ...facts, ...validityOf(dates ? { dates } : { validFrom, validUntil }, today, policy.waitlist.validDays) };
    }
    case 'change': {
      const { practitionerId, profession, durationMinutes, comment, validFrom, validUntil, dates, version } = choice;
      if (version !== undefined && version !== facts.version) throw new DomainError('VERSION_MISMATCH', { version: facts.version });
      const changed: EntryFacts = { ...facts, ...given({ practitionerId, profession, durationMinutes, comment }) };
      mustSayEnough(changed, { visit: true });
      if (dates) return { ...changed, ...validityOf({ dates }, today, policy.waitlist.validDays) };
      if (validFrom === undefined && validUntil === undefined) return changed;
      const period = { validFrom: validFrom ?? facts.validFrom, validUntil: validUntil ?? facts.validUntil };
      return { ...changed, ...validityOf(period, today, policy.waitlist.validDays) };
    }
  }
}

/** What a person agreed to, as a readable string that travels in the form: equal strings, equal effects (U-02). */
export function entryDigest(before: EntryFacts, after: EntryFacts): string {
  return [before.version, after.state, after.validFrom, after.validUntil, ...after.dates].join(' ');
}
