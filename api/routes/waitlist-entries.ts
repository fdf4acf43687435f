/** The waitlist: patients for whom no suitable free time exists (I-01, I-09, I-13 to I-22). Who fits a free time is in free-intervals.ts. */
import { z } from 'zod';

import { Interval } from '../../domain/interval.ts';
import { foretell } from '../../domain/timeline.ts';
import { advanceEntry, type EntryChoice, entryStates, entryTypes, planEntry } from '../../domain/waitlist-entry.ts';
import { decideEntryDirectly } from '../../ledger/waitlist-decision.ts';
import { createWaitlistEntry, type LoadedEntry, loadEntries } from '../../ledger/waitlist-entry.ts';
import type { Deps } from '../deps.ts';
import { ListQuery } from '../listing.ts';
import { Deciding } from './decision-route.ts';
import { deskItemRoutes } from './desk-item.ts';
import { type Api, CivilDate, Prose, proseUpTo } from './plugin.ts';
import { wishFields } from './task-shape.ts';
import { presentEntry, WaitlistEntry } from './waitlist-entry-shape.ts';

const Query = ListQuery.extend({
  facilityId: z.uuid().optional(),
  patientId: z.uuid().optional(),
  practitionerId: z.uuid().optional(),
  appointmentId: z.uuid().optional(),
  profession: proseUpTo(100).optional(),
  type: z.enum(entryTypes).optional(),
  state: z.enum(entryStates).optional(),
  sort: z.enum(['createdAt', '-createdAt']).default('createdAt'),
}).strict();
type Query = z.infer<typeof Query>;

const dates = z.array(CivilDate).max(366).optional();

const NewEntry = z
  .strictObject({
    facilityId: z.uuid(),
    patientId: z.uuid(),
    type: z.enum(entryTypes).default('scheduled'),
    ...wishFields,
    comment: Prose.default('').describe('The patient’s wishes about day and time (I-17).'),
    validFrom: CivilDate.optional(),
    validUntil: CivilDate.optional().describe('The last day; six weeks from now if nothing is said (I-19).'),
    dates: dates.describe('Chosen days instead of a period (I-21).'),
    origin: z.enum(['booking', 'card']).default('booking').describe('Where it is made: from the card, time must have been offered (I-31).'),
    slotsChecked: z.boolean().optional().describe('Free time was looked for, and there was none.'),
    refusedSlots: z.array(Interval).max(50).optional().describe('What was offered and did not suit.'),
    appointmentId: z.uuid().optional().describe('The visit to come earlier than (the next one, if left out), or a cancelled one (I-39).'),
    anotherProblem: z.boolean().default(false).describe('It is not about the visit that was cancelled: the answer to LINK_NEEDED (I-40).'),
    closeTaskId: z.uuid().optional().describe('A task of this patient that it takes the place of (I-12).'),
    onBehalfOf: z.uuid().optional().describe('The person who adds it, when a staff tool calls for them.'),
  })
  .meta({
    example: {
      facilityId: '01890000-0000-7000-8000-000000000001',
      patientId: '01890000-0000-7000-8000-000000000007',
      practitionerId: '01890000-0000-7000-8000-000000000008',
      durationMinutes: 45,
      comment: 'Weekday evenings, weekends any time.',
    },
  });

type NewEntry = z.infer<typeof NewEntry>;

const Close = Deciding.meta({ example: { reason: 'The patient does not wait any longer.' } });
const Extend = Deciding.extend({ validUntil: CivilDate.optional(), dates }).meta({ example: { validUntil: '2027-03-31' } });
const Change = Deciding.extend({
  ...wishFields,
  durationMinutes: z.int().min(1).max(1440).optional(),
  comment: Prose.optional(),
  validFrom: CivilDate.optional(),
  validUntil: CivilDate.optional(),
  dates,
}).meta({ example: { comment: 'Only Friday.', durationMinutes: 30 } });

export function waitlistEntryRoutes(app: Api, deps: Deps): void {
  const { decision, change } = deskItemRoutes<LoadedEntry, Query, NewEntry, EntryChoice>(app, deps, {
    kind: 'waitlist-entry',
    name: 'waitlist entry',
    list: {
      summary: 'List waitlist entries, the longest waiting first',
      looked: 'waitlist',
      Query,
      rows: (tx, page) => tx.waitlistEntry.findMany({ ...page, select: { id: true, createdAt: true } }),
    },
    load: loadEntries,
    Shape: WaitlistEntry,
    present: presentEntry,
    creation: { summary: 'Add a patient to the waitlist (I-09)', New: NewEntry, write: createWaitlistEntry },
    foretell: ({ facts, policy }, now) => foretell(facts, now, { plan: (then, at) => planEntry(then, policy, at), advance: advanceEntry }),
    decide: decideEntryDirectly,
  });
  decision({ path: '/close', summary: 'Close a waitlist entry (I-42)', body: Close, choose: () => ({ action: 'close' }) });
  decision({
    path: '/extend',
    summary: 'Let it be valid for longer, or on other days',
    body: Extend,
    choose: ({ validUntil, dates }) => ({ action: 'extend', validUntil, dates }),
  });
  change({
    summary: 'Change a waitlist entry (I-42)',
    body: Change,
    choose: ({ onBehalfOf: _who, reason: _why, seen: _seen, ...changes }, version) => ({ action: 'change', ...changes, version }),
  });
}
