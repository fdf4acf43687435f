import { z } from 'zod';

import { absenceStates, coverageOfLines } from '../../domain/absence.ts';
import { Interval } from '../../domain/interval.ts';
import type { LoadedAbsence } from '../../ledger/absence.ts';
import { mostToCatchUp } from '../../ledger/catch-up.ts';
import { CivilDate, Instant, Version } from './plugin.ts';
import { Next } from './timeline.ts';

const Day = z.object({
  date: CivilDate.describe('In the zone of the absent person.'),
  by: z.enum(['provider', 'cover', 'unmonitored', 'nobody yet']),
  hours: z.array(Interval),
  covered: z.array(Interval),
  uncovered: z.array(Interval).describe('Nobody looks after the line then (P-14).'),
  because: z.string(),
  rule: z.string(),
});

export const Line = z.object({
  practitionerId: z.uuid(),
  provider: z.string(),
  choice: z.enum(['ask', 'provider covers', 'unmonitored']),
  cover: z.object({ personId: z.uuid(), name: z.string(), zone: z.string() }).nullable(),
  message: z.object({ text: z.string(), approvedAt: Instant.nullable() }).nullable(),
  toldAt: Instant.nullable(),
  acknowledgedAt: Instant.nullable(),
  days: z.array(Day).describe('Of the time still to come.'),
});

export const Absence = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    personId: z.uuid(),
    name: z.string(),
    kind: z.enum(['remote', 'designated']),
    zone: z.string().describe('Of the absent person’s working hours (P-27).'),
    startsAt: Instant,
    endsAt: Instant,
    notice: z.enum(['known', 'same-day']),
    state: z.enum(absenceStates),
    enteredAt: Instant,
    lines: z.array(Line),
    next: Next,
    version: Version,
  })
  .meta({ id: 'Absence' });

export const CatchUp = z
  .object({
    conversations: z
      .array(
        z.object({
          id: z.uuid(),
          patientId: z.uuid().nullable(),
          who: z.string().describe('The patient, or the address where nobody knows whose it is.'),
          provider: z.string().nullable(),
          waitingSince: Instant,
        }),
      )
      .describe('Patients who wrote while the line was bare and still wait, who waits longest first.'),
    tickets: z
      .array(z.object({ id: z.uuid(), patientId: z.uuid().nullable(), subject: z.string(), type: z.string(), openedAt: Instant }))
      .describe('Open tickets of the absent person that stood still.'),
    more: z.boolean().describe(`There are more than ${mostToCatchUp} of one of them.`),
  })
  .meta({ id: 'CatchUp' });

export function presentAbsence({ facts, facilityId, version, next }: LoadedAbsence, now: string): z.infer<typeof Absence> {
  const { id, personId, name, kind, week, startsAt, endsAt, notice, state, enteredAt } = facts;
  const lines = coverageOfLines(facts, now).map(({ line: { cover, ...line }, days }) => ({
    ...line,
    cover: cover && { personId: cover.personId, name: cover.name, zone: cover.zone },
    days,
  }));
  return { id, facilityId, personId, name, kind, zone: week.zone, startsAt, endsAt, notice, state, enteredAt, lines, next, version };
}
