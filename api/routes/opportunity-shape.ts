import { z } from 'zod';

import { opportunityStatuses } from '../../domain/opportunity.ts';
import type { OpportunityRow } from '../../ledger/opportunity-list.ts';
import { CivilDate, Instant, Version } from './plugin.ts';
import { Next } from './timeline.ts';

/** An opportunity with every column of the Care Manager (D-03). */
export const Opportunity = z
  .object({
    id: z.uuid(),
    facilityId: z.uuid(),
    courseId: z.uuid(),
    number: z.string().describe('Of the course of treatment.'),
    patientId: z.uuid(),
    patient: z.string(),
    phone: z.string().nullable(),
    email: z.string().nullable(),
    practitionerId: z.uuid(),
    provider: z.string().describe('Their initials.'),
    payor: z.string(),
    nhs: z.boolean(),
    costMinor: z.int().describe('In minor units of the practice’s currency.'),
    udaValue: z.number().nullable().describe('Of NHS courses only.'),
    openedOn: CivilDate,
    lastUpdatedAt: Instant,
    courseState: z.enum(['open', 'completed', 'inactive']),
    status: z.enum(opportunityStatuses),
    listed: z.boolean().describe('Whether the lists show it now (D-01, D-02).'),
    snoozedUntil: CivilDate.nullable(),
    rejectedReason: z.string().nullable(),
    assigneeId: z.uuid().nullable(),
    assignee: z.string().nullable(),
    next: Next,
    version: Version,
  })
  .meta({ id: 'Opportunity' });

export function presentOpportunity({
  givenName,
  familyName,
  lastUpdatedAt,
  sortValue: _sort,
  ...row
}: OpportunityRow): z.infer<typeof Opportunity> {
  return { ...row, patient: `${familyName}, ${givenName}`, lastUpdatedAt: lastUpdatedAt.toISOString() };
}
