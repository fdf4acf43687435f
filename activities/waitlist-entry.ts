import { advanceEntry, EntryDecision, type EntryFacts, type EntryStep, planEntry } from '../domain/waitlist-entry.ts';
import { carryOutEntry } from '../ledger/waitlist-decision.ts';
import { type LoadedEntry, loadEntry, saveEntry } from '../ledger/waitlist-entry.ts';
import type { Database } from '../prisma/client.ts';
import { lifeSteps } from './life.ts';

export type WaitlistEntryActivities = ReturnType<typeof waitlistEntryActivities>;

/** The hands of a waitlist entry's life. Each call is one transaction and returns what comes next. `now`: the workflow's clock. */
export function waitlistEntryActivities({ db }: { db: Database }) {
  const { takeStep, decide } = lifeSteps<EntryFacts, EntryStep, LoadedEntry, EntryDecision>(db, {
    kind: 'waitlist-entry',
    Decision: EntryDecision,
    load: (tx, id) => loadEntry(tx, id, 'update'),
    plan: planEntry,
    advance: advanceEntry,
    save: saveEntry,
    afterStep: async () => [], // the desk sees it: nobody is mailed
    carryOut: carryOutEntry,
    named: ({ names }) => ({ facility: names.facility, what: 'a waitlist entry' }),
  });
  return { planWaitlistEntry: takeStep, lapseWaitlistEntry: takeStep, decideWaitlistEntry: decide };
}
