import { z } from 'zod';

import { zoneDate } from './civil.ts';
import { DomainError } from './errors.ts';

/** As the practice's own system says: open (incomplete), completed, or made inactive on the chart (D-01, D-17). */
export const courseStates = ['open', 'completed', 'inactive'] as const;
export type CourseState = (typeof courseStates)[number];

/** A visit of the course that nobody has booked yet (D-09), by the practice's own reference. */
export const PlannedVisit = z.strictObject({
  reference: z.string().trim().min(1).max(60),
  what: z.string().trim().min(1).max(200),
  durationMinutes: z.int().min(1).max(1440),
});
export type PlannedVisit = z.infer<typeof PlannedVisit>;

/** What the practice's system says about one course of treatment. */
export type CourseFacts = {
  patientId: string;
  practitionerId: string;
  payor: string;
  nhs: boolean;
  /** In minor units of the practice's currency, such as pence. */
  costMinor: number;
  /** Units of dental activity; of NHS courses only (D-03). */
  udaValue: number | null;
  /** Civil date at the practice. */
  openedOn: string;
  state: CourseState;
  plannedVisits: PlannedVisit[];
};

/** Throws OPENED_IN_FUTURE (D-01), UDA_WITHOUT_NHS (D-03). */
export function mustBePossible({ openedOn, nhs, udaValue }: CourseFacts, now: string, zone: string): void {
  const today = zoneDate(now, zone);
  if (openedOn > today) throw new DomainError('OPENED_IN_FUTURE', { openedOn, today });
  if (!nhs && udaValue !== null) throw new DomainError('UDA_WITHOUT_NHS', { nhs, udaValue });
}

export type CourseEventKind = 'opened' | 'changed' | 'completed' | 'made inactive' | 'opened again';

/** What a report that differs from the one before is called in the course's history. */
export function eventKind(before: CourseState | undefined, after: CourseState): CourseEventKind {
  if (before === undefined) return after === 'open' ? 'opened' : endings[after];
  if (before === after) return 'changed';
  return after === 'open' ? 'opened again' : endings[after];
}

const endings = { completed: 'completed', inactive: 'made inactive' } as const;
