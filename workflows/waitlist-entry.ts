/**
 * A waitlist entry is a patient for whom no suitable free time exists. It waits, is found by whoever looks for somebody
 * who fits a freed interval, and ends when a visit is booked for it or somebody closes it; else it lapses by itself.
 */
import { continueAsNew, proxyLocalActivities } from '@temporalio/workflow';

import type { WaitlistEntryActivities } from '../activities/waitlist-entry.ts';
import type { EntryDecision, EntryStep } from '../domain/waitlist-entry.ts';
import { lifeMessages, live } from './life.ts';
import { now, stepOptions } from './steps.ts';

const waitlistEntryMessages = lifeMessages<EntryDecision>('waitlistEntry');

const steps = proxyLocalActivities<WaitlistEntryActivities>(stepOptions);

type Input = { entryId: string; next: EntryStep; zone?: string };

export async function waitlistEntry({ entryId, next, zone }: Input): Promise<void> {
  await live(waitlistEntryMessages, {
    next,
    zone,
    actions: ['extend', 'change', 'close'],
    look: () => steps.planWaitlistEntry(entryId, now()),
    decide: (decision) => steps.decideWaitlistEntry(entryId, decision),
    due: {
      lapse: () => steps.lapseWaitlistEntry(entryId, now()),
      wait: () => steps.planWaitlistEntry(entryId, now()),
    },
    continueAsNew: (next) => continueAsNew<typeof waitlistEntry>({ entryId, next, ...(zone && { zone }) }),
  });
}
