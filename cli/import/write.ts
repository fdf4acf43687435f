import type { Actor } from '../../domain/decision.ts';
import { appendAudit } from '../../ledger/audit.ts';
import type { Database, Tx } from '../../prisma/client.ts';
import { type BlockHours, blockDays } from './block-days.ts';
import { type BlockCounts, importBlocks } from './blocks.ts';
import { type CaseCounts, importCases } from './cases.ts';
import type { ScheduledCase } from './check.ts';
import type { Contacts } from './contacts.ts';
import { count, type Finding, Refused } from './finding.ts';
import { lockAhead } from './locks.ts';
import { importPeople } from './people.ts';
import { findFacility, findPlaces, sharedProviders } from './places.ts';

export type ImportInput = {
  facility: string;
  zone: string;
  file: string;
  cases: ScheduledCase[];
  tellsCancelled: boolean;
  hours: BlockHours;
  contacts?: Contacts | undefined;
  skipBad: boolean;
  now: string;
};

export type Written = {
  facility: { id: string; name: string; zone: string; new: boolean };
  rooms: { total: number; new: number };
  groups: { total: number; new: number; withoutContact: string[] };
  providers: { total: number; new: number };
  people: { new: number };
  blocks: BlockCounts;
  cases: CaseCounts;
  warnings: Finding[];
  bad: Finding[];
};

/** Progress of one part of the work, in its own units. */
export type OnProgress = (part: string, done: number, total: number) => void;

const actor: Actor = { name: 'Schedule import', role: 'administrator', channel: 'api' };
const timeoutMs = 15 * 60_000;

/**
 * Writes a checked schedule and its people in one transaction: all of it or nothing. Written twice, it changes
 * nothing. Throws Refused for another zone of the facility, and for contacts of unknown groups unless `skipBad`.
 */
export async function importSchedule(db: Database, input: ImportInput, onProgress: OnProgress = () => {}): Promise<Written> {
  return db.$transaction((tx) => write(tx, input, onProgress), { maxWait: 10_000, timeout: timeoutMs });
}

async function write(tx: Tx, input: ImportInput, onProgress: OnProgress): Promise<Written> {
  const { zone, file, hours, now } = input;
  const { cases, warnings } = asKnownNow(input.cases, now, file);
  const facility = await findFacility(tx, input.facility, zone);
  const { days, warnings: shared } = blockDays(cases, zone, hours, file);
  const places = await findPlaces(tx, facility.id, cases, days, hours);
  const people = input.contacts ? await importPeople(tx, facility.id, input.contacts) : { newPeople: 0, bad: [], warnings: [] };
  if (people.bad.length > 0 && !input.skipBad) throw new Refused(people.bad, true);
  await lockAhead(tx, { facility, places, cases, days, now });
  const caseCounts = await importCases(tx, { ...input, cases, facility, places, days, actor }, (done) =>
    onProgress('cases', done, cases.length),
  );
  const blocks = await importBlocks(tx, { facility, places, days, file, actor, now }, (done) => onProgress('blocks', done, days.length));

  const made = (of: Map<string, { isNew: boolean }>) => ({ total: of.size, new: [...of.values()].filter(({ isNew }) => isNew).length });
  const written: Written = {
    facility: { id: facility.id, name: facility.name, zone, new: facility.isNew },
    rooms: made(places.rooms),
    groups: { ...made(places.groups), withoutContact: blocks.withoutContact },
    providers: made(places.providers),
    people: { new: people.newPeople },
    blocks: blocks.counts,
    cases: caseCounts,
    warnings: [...warnings, ...shared, ...sharedProviders(cases, file), ...people.warnings, ...blocks.warnings],
    bad: people.bad,
  };
  if (changesAnything(written)) await audit(tx, written, file, facility.policy.version, now);
  return written;
}

/** What will be booked or called off only after today, in a schedule moved into the future, is not known yet. */
function asKnownNow(cases: ScheduledCase[], now: string, file: string): { cases: ScheduledCase[]; warnings: Finding[] } {
  const later = (instant: string | null) => instant !== null && instant > now;
  const booked = cases.filter(({ bookedAt }) => later(bookedAt)).length;
  const cancelled = cases.filter(({ cancelledAt }) => later(cancelledAt)).length;
  const warnings: Finding[] = [];
  if (booked > 0)
    warnings.push({ file, message: `${count(booked, 'case is', 'cases are')} booked only after today: imported without a booking date.` });
  if (cancelled > 0)
    warnings.push({ file, message: `${count(cancelled, 'case is', 'cases are')} cancelled only after today: imported as standing.` });
  const known = cases.map((one) => ({
    ...one,
    bookedAt: later(one.bookedAt) ? null : one.bookedAt,
    cancelledAt: later(one.cancelledAt) ? null : one.cancelledAt,
  }));
  return { cases: known, warnings };
}

export function changesAnything({ facility, rooms, groups, providers, people, blocks, cases }: Written): boolean {
  return (
    facility.new ||
    rooms.new +
      groups.new +
      providers.new +
      people.new +
      blocks.history +
      blocks.live +
      blocks.inactive +
      blocks.activated +
      cases.new +
      cases.changed >
      0
  );
}

/** One event for the whole import (F-16); each case keeps its own append-only events. */
async function audit(tx: Tx, written: Written, file: string, policyVersion: number, now: string): Promise<void> {
  const { facility, rooms, groups, providers, people, blocks, cases } = written;
  const after = { file, rooms: rooms.new, groups: groups.new, providers: providers.new, people: people.new, blocks, cases };
  await appendAudit(tx, {
    facilityId: facility.id,
    subjectKind: 'facility',
    subjectId: facility.id,
    at: now,
    action: 'import schedule',
    actor,
    policyVersion,
    before: {},
    after,
  });
}
