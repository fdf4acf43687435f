/**
 * The ticket types that a facility begins with, and the teams whose queues they fill: each an entry, no code. A customer
 * renames, changes and adds to them.
 */
import { z } from 'zod';

import { TicketTypeTerms } from './ticket-type.ts';

/** `name` is a label that the customer sets. */
export const startingTeams = {
  coordinators: 'Care coordinators',
  managers: 'Coordinator managers',
  care: 'Care team',
  alerts: 'Insurance alerts',
  clinical: 'Clinical team',
  support: 'Support',
} as const;
export type StartingTeam = keyof typeof startingTeams;

type Entry = z.input<typeof TicketTypeTerms> & { team: StartingTeam; takeover?: StartingTeam };

const hour = 60;
/** Of the eight hours that a team works unless its own say otherwise. */
const day = 8 * hour;
const days = (count: number) => ({ slaMinutes: count * day, warnMinutes: 2 * hour });
const urgent = { slaMinutes: 2 * hour, warnMinutes: 30, returnMinutes: hour };

const resolution = { name: 'resolution', label: 'What was done', kind: 'prose' as const };
const programme = { name: 'program', label: 'Programme', kind: 'choice' as const, options: ['Body'] };
const agents = ['care team agent' as const];
const coordinators = ['care coordinator' as const];

const entries: Entry[] = [
  // What coordinators do for providers and patients (P-01).
  {
    key: 'provider-question',
    name: 'Question of a provider',
    area: 'provider communication',
    team: 'coordinators',
    roles: coordinators,
    source: 'P-01',
    ...days(1),
    closing: [resolution],
  },
  {
    key: 'patient-inquiry',
    name: 'Inquiry of a patient',
    area: 'patient communication',
    team: 'coordinators',
    roles: coordinators,
    source: 'P-01',
    ...days(1),
    closing: [resolution],
  },
  {
    key: 'registration-help',
    name: 'Help with registration',
    area: 'patient communication',
    team: 'coordinators',
    roles: coordinators,
    source: 'P-01',
    ...days(1),
    closing: [resolution],
  },
  {
    key: 'appointment-details',
    name: 'Update of an appointment',
    area: 'scheduling',
    team: 'coordinators',
    roles: coordinators,
    source: 'P-01',
    ...days(1),
    closing: [resolution],
  },
  {
    key: 'in-office-task',
    name: 'Task in the office',
    area: 'scheduling',
    team: 'coordinators',
    roles: coordinators,
    scope: 'designated',
    source: 'P-29',
    ...days(1),
    closing: [resolution],
  },
  {
    key: 'record-update',
    name: 'Update of the health record',
    area: 'health record',
    team: 'coordinators',
    roles: coordinators,
    source: 'P-01',
    ...days(2),
    closing: [resolution],
  },
  {
    key: 'patient-added',
    name: 'Patient added to the schedule',
    area: 'scheduling',
    team: 'coordinators',
    roles: coordinators,
    source: 'P-02',
    ...days(1),
  },
  {
    key: 'clearance',
    name: 'Clearance before a visit',
    area: 'scheduling',
    team: 'coordinators',
    roles: [...coordinators, 'practitioner'],
    rule: 'clearance',
    source: 'P-02',
    ...urgent,
  },
  {
    key: 'conversation',
    name: 'Conversation to take over',
    area: 'patient communication',
    team: 'coordinators',
    roles: [...coordinators, ...agents, 'practitioner'],
    source: 'P-05',
    slaMinutes: 4 * hour,
    warnMinutes: hour,
  },

  // What goes beyond them.
  {
    key: 'support',
    name: 'Support',
    area: 'support',
    team: 'support',
    roles: ['support'],
    source: 'P-09',
    ...days(2),
    closing: [resolution],
  },
  {
    key: 'growth-program',
    name: 'Growth program',
    area: 'support',
    team: 'support',
    roles: ['support'],
    growth: true,
    source: 'P-10',
    matters: ['growth program', 'growth programme', 'marketing program', 'marketing programme', 'marketing campaign'],
    ...days(3),
    closing: [resolution],
  },
  {
    key: 'coordinator-upgrade',
    name: 'Upgrade to an in-office coordinator',
    area: 'support',
    team: 'support',
    roles: ['support'],
    source: 'P-30',
    fields: [{ name: 'requirementsReviewed', label: 'The requirements have been reviewed', kind: 'tick' }],
    ...days(5),
    closing: [resolution],
  },
  {
    key: 'coverage-question',
    name: 'Question about coverage or roles',
    area: 'support',
    team: 'managers',
    roles: ['manager'],
    source: 'P-25',
    slaMinutes: 4 * hour,
    warnMinutes: hour,
    closing: [resolution],
  },

  // Insurance.
  {
    key: 'insurance-alert',
    name: 'Insurance procedure or submission',
    area: 'care operations',
    team: 'alerts',
    roles: agents,
    source: 'R-01',
    ...days(2),
    fields: [programme],
    closing: [resolution],
  },
  {
    key: 'benefits-verification',
    name: 'Benefits verification',
    area: 'care operations',
    team: 'care',
    takeover: 'alerts',
    roles: agents,
    source: 'R-02',
    fields: [programme],
    closing: [{ name: 'result', label: 'Result', kind: 'choice', options: ['covered', 'partly covered', 'not covered'] }],
    ...days(2),
  },
  {
    key: 'prior-authorization',
    name: 'Prior authorization',
    area: 'care operations',
    team: 'alerts',
    roles: agents,
    source: 'R-03',
    fields: [programme],
    closing: [{ name: 'decision', label: 'Decision of the insurer', kind: 'choice', options: ['approved', 'denied', 'withdrawn'] }],
    ...days(3),
  },
  {
    key: 'rx-triage',
    name: 'Prescription to the pharmacy',
    area: 'care operations',
    team: 'alerts',
    roles: agents,
    source: 'R-04',
    fields: [programme],
    closing: [
      { name: 'pharmacy', label: 'Pharmacy', kind: 'line' },
      { name: 'sentAt', label: 'Sent at', kind: 'instant' },
    ],
    ...days(1),
  },

  // What patients ask for.
  {
    key: 'voicemail',
    name: 'Voicemail',
    area: 'patient communication',
    team: 'care',
    rule: 'voicemail',
    source: 'R-05',
    closing: [
      { name: 'reply', label: 'What was replied', kind: 'prose', required: false },
      { name: 'resolution', label: 'How it was resolved', kind: 'prose', required: false },
    ],
    slaMinutes: 4 * hour,
    warnMinutes: hour,
  },
  {
    key: 'id-verification',
    name: 'Manual ID verification',
    area: 'care operations',
    team: 'care',
    roles: agents,
    rule: 'id-verification',
    source: 'R-06',
    closing: [
      { name: 'photo', label: 'The photo', kind: 'choice', options: ['ok', 'issue'] },
      { name: 'document', label: 'The document', kind: 'choice', options: ['ok', 'issue'] },
      { name: 'contact', label: 'How the patient was told of an issue', kind: 'prose', required: false },
    ],
    ...days(1),
  },
  {
    key: 'other-non-clinical',
    name: 'Other non-clinical task',
    area: 'care operations',
    team: 'care',
    roles: agents,
    source: 'R-07',
    ...days(2),
    closing: [resolution],
  },
  {
    key: 'refund-or-credit',
    name: 'Refund or credit',
    area: 'care operations',
    team: 'care',
    roles: agents,
    source: 'R-08',
    ...days(2),
    closing: [resolution],
  },
  {
    key: 'program-cancellation',
    name: 'Program cancellation',
    area: 'care operations',
    team: 'care',
    roles: agents,
    rule: 'programme-cancellation',
    source: 'R-09',
    fields: [{ name: 'subscription', label: 'Number of the subscription', kind: 'line', required: false }],
    ...days(1),
  },
  {
    key: 'updated-insurance',
    name: 'Updated insurance',
    area: 'care operations',
    team: 'care',
    roles: agents,
    source: 'R-10',
    ...days(2),
    closing: [resolution],
  },
  {
    key: 'lab-cancellation',
    name: 'Lab cancellation',
    area: 'care operations',
    team: 'care',
    roles: agents,
    rule: 'lab-cancellation',
    source: 'R-11',
    fields: [
      { name: 'order', label: 'Number of the lab order', kind: 'line' },
      { name: 'replacement', label: 'A new one in its place', kind: 'choice', options: ['with a new one', 'without a new one'] },
    ],
    ...days(1),
  },
  {
    key: 'pricing-and-shipping',
    name: 'Pricing and shipping',
    area: 'care operations',
    team: 'care',
    roles: agents,
    source: 'R-12',
    ...days(1),
    closing: [resolution],
  },
  {
    key: 'order-management',
    name: 'Order management',
    area: 'care operations',
    team: 'care',
    roles: agents,
    source: 'R-12',
    ...days(1),
    closing: [resolution],
  },
  {
    key: 'non-clinical-message',
    name: 'Non-clinical message',
    area: 'patient communication',
    team: 'care',
    roles: agents,
    source: 'R-13',
    closing: [{ name: 'checked', label: 'I have checked that the patient needs nothing else', kind: 'tick' }],
    ...days(1),
  },
  {
    key: 'clinical-message',
    name: 'Clinical message',
    area: 'patient communication',
    team: 'clinical',
    roles: ['practitioner'],
    source: 'R-15',
    slaMinutes: 4 * hour,
    warnMinutes: hour,
    closing: [resolution],
  },
  {
    key: 'ask-lead',
    name: 'Question to the lead',
    area: 'patient communication',
    team: 'care',
    roles: ['team lead'],
    source: 'R-16',
    slaMinutes: 2 * hour,
    warnMinutes: 30,
    closing: [resolution],
  },
];

export type StartingType = TicketTypeTerms & { team: StartingTeam; takeover?: StartingTeam | undefined };

const Team = z.enum(Object.keys(startingTeams) as [StartingTeam, ...StartingTeam[]]);
const StartingTypeTerms = TicketTypeTerms.extend({ team: Team, takeover: Team.optional() });

export const startingTypes: StartingType[] = entries.map((entry) => StartingTypeTerms.parse(entry));
